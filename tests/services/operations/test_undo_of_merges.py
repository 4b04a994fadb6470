"""Merges among edits, taken back and done again in any order: to the letter, or not at all and said so."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.database_dump import Dump, assert_sound, dump
from tests.database_fixtures import fresh_postgresql_database
from tests.services.operations.test_undo_of_any_sequence import LISTS, NAMES, PICTURES, TEXTS
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.duplicates import Verdict
from ulkacrm_desktop.core.errors import EditConflict
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, set_avatar, update_contact
from ulkacrm_desktop.services.operations.duplicates import judge_duplicates
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.merging import merge_contacts, merge_groups
from ulkacrm_desktop.services.operations.notes import add_note
from ulkacrm_desktop.services.operations.properties import create_property, set_property_value
from ulkacrm_desktop.services.operations.segments import add_to_segment, create_segment
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.queries.merged_contacts import merged_contacts, primary_contacts
from ulkacrm_desktop.services.workspace import Workspace

FIELDS = ("company", "city", "notes")
SINGLE = st.sampled_from([*FIELDS, "name", "kind", "email", "phone", "messenger", "avatar", "property"])


class Merges(RuleBasedStateMachine):
    """Somebody merges, edits what has come out of it, and takes back what comes to mind."""

    open_database: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.location, self.give_back = type(self).open_database()
        self.workspace = Workspace.open(self.location, actor="tester")
        self.done: list[int] = []

    @initialize()
    def begin(self) -> None:
        perform = self.workspace.perform
        self.size = perform(create_property, name="Size", type=PropertyType.TEXT).result
        self.tier = perform(
            create_property, name="Tier", type=PropertyType.MULTI_SELECT, options=("one", "two", "five")
        ).result
        self.segment = perform(create_segment, segment=SegmentInput("Invited")).result
        for name in ("Anna", "Ann", "Anne", "Boris", "Bob"):
            perform(create_contact, contact=ContactInput(name, tags=("VIP",)), region="RU")
        self.before = self.dump()

    # What is there.

    def dump(self) -> Dump:
        with self.workspace.reading() as connection:
            return dump(connection)

    def ids(self) -> Sequence[int]:
        return tuple(self.workspace.read(all_ids, ContactQuery()))

    def some(self, data: st.DataObject, least: int, most: int) -> list[int]:
        return data.draw(st.lists(st.sampled_from(self.ids()), min_size=least, max_size=most, unique=True))

    def do(self, operation: Any, **arguments: Any) -> None:
        outcome = self.workspace.perform(operation, **arguments)
        if outcome.operation_id is not None:
            self.done.append(outcome.operation_id)

    # Work.

    @rule(
        name=NAMES,
        lists=st.fixed_dictionaries({}, optional=LISTS),
        fields=st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, TEXTS)),
    )
    def create(self, name: str, lists: Any, fields: Any) -> None:
        self.do(create_contact, contact=ContactInput(name, **lists, **fields), region="RU")

    @precondition(lambda self: self.ids())
    @rule(data=st.data(), field=st.sampled_from([*FIELDS, *LISTS]))
    def edit(self, data: st.DataObject, field: str) -> None:
        (contact_id,) = self.some(data, 1, 1)
        value = data.draw(LISTS.get(field, TEXTS))
        self.do(update_contact, contact_id=contact_id, changes={field: value}, region="RU")

    @precondition(lambda self: self.ids())
    @rule(data=st.data(), what=st.sampled_from(["size", "tier", "note", "picture", "segment", "remove"]))
    def add(self, data: st.DataObject, what: str) -> None:
        (contact_id,) = self.some(data, 1, 1)
        if what == "note":
            self.do(add_note, contact_id=contact_id, body="called")
        elif what == "picture":
            self.do(set_avatar, contact_id=contact_id, image=data.draw(PICTURES))
        elif what == "segment":
            self.do(add_to_segment, segment_id=self.segment, selection=ContactSelection.of(contact_id))
        elif what == "remove":
            self.do(remove_contacts, selection=ContactSelection.of(contact_id))
        else:
            value = data.draw(TEXTS.map(lambda text: text or None))
            property_id = self.size
            if what == "tier":
                property_id = self.tier
                value = data.draw(st.lists(st.sampled_from(["one", "two", "five"]), unique=True).map(tuple))
            self.do(set_property_value, contact_id=contact_id, property_id=property_id, value=value)

    @precondition(lambda self: len(self.ids()) > 1)
    @rule(data=st.data(), verdict=st.sampled_from([*Verdict, None]))
    def judge(self, data: st.DataObject, verdict: Verdict | None) -> None:
        one, other = self.some(data, 2, 2)
        self.do(judge_duplicates, pairs=[(one, other)], verdict=verdict)

    @precondition(lambda self: len(self.ids()) > 1)
    @rule(data=st.data(), fields=st.lists(SINGLE, max_size=4, unique=True))
    def merge(self, data: st.DataObject, fields: list[str]) -> None:
        primary, *others = self.some(data, 2, 4)
        keys = [f"property:{self.size}" if field == "property" else field for field in fields]
        choices = {key: data.draw(st.sampled_from([primary, *others])) for key in keys}
        self.do(merge_contacts, primary_id=primary, other_ids=others, choices=choices)
        led = self.workspace.read(primary_contacts, others)
        assert led == dict.fromkeys(others, primary)
        assert {primary, *others} <= self.workspace.read(merged_contacts, primary).keys()

    @precondition(lambda self: len(self.ids()) > 3)
    @rule(data=st.data())
    def merge_two_groups(self, data: st.DataObject) -> None:
        ids = self.some(data, 4, 5)
        self.do(merge_groups, groups=[ids[:2], ids[2:]], rule=("name",))

    # Taking back.

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def take_back_any(self, data: st.DataObject) -> None:
        """Whatever comes to mind, and there and back again; where something is built on it, nothing happens."""
        operation_id = data.draw(st.sampled_from(self.done))
        if not self.undone(operation_id):
            assert operation_id != self.done[-1], "nothing is built on what was done last"
            return
        self.done.remove(operation_id)

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def take_back_and_do_something_else(self, data: st.DataObject) -> None:
        """What was undone is done again after another piece of work, or not at all."""
        operation_id = data.draw(st.sampled_from(self.done))
        if not self.undone(operation_id):
            return
        self.done.remove(operation_id)
        if self.ids():
            self.edit(data, data.draw(st.sampled_from(FIELDS)))
        state = self.dump()
        try:
            self.workspace.perform(redo_operation, operation_id=operation_id)
        except EditConflict:
            assert self.dump() == state
        else:
            self.workspace.perform(undo_operation, operation_id=operation_id)
            assert self.dump() == state

    def undone(self, operation_id: int) -> bool:
        """Take an operation back by way of doing it again once; False where that is a conflict."""
        state = self.dump()
        try:
            self.workspace.perform(undo_operation, operation_id=operation_id)
        except EditConflict:
            assert self.dump() == state
            return False
        without = self.dump()
        with self.workspace.reading() as connection:
            assert_sound(connection)
        try:
            self.workspace.perform(redo_operation, operation_id=operation_id)
        except EditConflict:
            # A merge into a contact that was removed since can be taken back, but not done again.
            assert operation_id != self.done[-1]
            assert self.dump() == without
            return True
        assert self.dump() == state
        self.workspace.perform(undo_operation, operation_id=operation_id)
        assert self.dump() == without
        return True

    def teardown(self) -> None:
        try:
            with self.workspace.reading() as connection:
                assert_sound(connection)
            for operation_id in reversed(self.done):
                self.workspace.perform(undo_operation, operation_id=operation_id)
            # A tag stays that one piece of work made and another used when the first was taken back.
            assert {**self.dump(), "tag": []} == {**self.before, "tag": []}
            with self.workspace.reading() as connection:
                assert_sound(connection)
        finally:
            self.workspace.close()
            self.give_back()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_merges_are_taken_back_in_any_order(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if engine == "sqlite":
        template = tmp_path / "template.ulka"
        Workspace.open(template).close()

        def fresh() -> tuple[str, Any]:
            folder = Path(tempfile.mkdtemp(dir=tmp_path))
            shutil.copy(template, folder / "a.ulka")
            return str(folder / "a.ulka"), lambda: shutil.rmtree(folder)
    else:
        server = request.getfixturevalue("postgresql_server")

        def fresh() -> tuple[str, Any]:
            return fresh_postgresql_database(server)

    class Machine(Merges):
        open_database = staticmethod(fresh)

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine,
        settings=settings(
            max_examples=4 if engine == "sqlite" else 2,
            # Shrinking an example of real databases takes minutes; the steps printed are few enough to read.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
