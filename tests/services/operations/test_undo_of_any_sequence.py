"""Whatever is done, in whatever order: undo goes back through every state there was, redo comes forward again."""

import shutil
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from tests.database_dump import Dump, assert_sound, dump
from tests.database_fixtures import fresh_postgresql_database
from ulkacrm_desktop.core.contact_document import EmailEntry, MessengerEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.duplicates import Verdict
from ulkacrm_desktop.core.errors import InvalidInput
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, set_avatar, update_contact
from ulkacrm_desktop.services.operations.duplicates import judge_duplicates
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.merging import merge_contacts
from ulkacrm_desktop.services.operations.notes import add_note, change_note, remove_note
from ulkacrm_desktop.services.operations.properties import (
    change_property,
    create_property,
    remove_property,
    set_property_value,
)
from ulkacrm_desktop.services.operations.tags import add_tags, change_tag, remove_tag, remove_tags
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace

NAMES = st.sampled_from(["Anna", "Пётр", "Ёлка und Söhne", "Li", "O'Neil, Ann", "анна"])
TEXTS = st.sampled_from(["", "Acme", "line one\nline two", "50 %", '"quoted"'])
TAGS = st.sampled_from(["VIP", "vip", "Lead", "Клиент", "a,b"])
LABELS = st.sampled_from(["", "work", "home"])
EMAILS = st.builds(EmailEntry, st.sampled_from(["a@x.io", "A@X.io", "b@x.io", "c@почта.рф"]), LABELS, st.booleans())
PHONES = st.builds(
    PhoneEntry,
    st.sampled_from(["+79161234567", "8 916 123-45-67", "+442079460000"]),
    st.just(""),
    LABELS,
    st.booleans(),
)
MESSENGERS = st.builds(
    MessengerEntry,
    st.sampled_from(["telegram", "vk"]),
    st.sampled_from(["@ann", "ann", "peter"]),
    LABELS,
    st.booleans(),
)
LISTS = {
    "emails": st.lists(EMAILS, max_size=3).map(tuple),
    "phones": st.lists(PHONES, max_size=2).map(tuple),
    "messengers": st.lists(MESSENGERS, max_size=2).map(tuple),
    "tags": st.lists(TAGS, max_size=3).map(tuple),
}
FIELDS = {"company": TEXTS, "notes": TEXTS, "city": TEXTS, "is_staff": st.booleans(), "first_name": TEXTS}
VALUES: dict[PropertyType, st.SearchStrategy[Any]] = {
    PropertyType.TEXT: st.sampled_from(["red", "Ёж", "x" * 300]),
    PropertyType.NUMBER: st.sampled_from([Decimal("0.1"), Decimal("1234567890.123456789"), 7, Decimal("-0.30")]),
    PropertyType.DATE: st.just(date(2024, 2, 29)),
    PropertyType.YES_NO: st.booleans(),
    PropertyType.SELECT: st.sampled_from(["one", "two"]),
    PropertyType.MULTI_SELECT: st.lists(st.sampled_from(["one", "two", "three, four"]), max_size=3).map(tuple),
    PropertyType.URL: st.just("https://example.org/a?b=c"),
}
PICTURES = st.sampled_from([b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"\xff\xd8\xff\x00'\"\\", None])
MODIFIED = [*FIELDS, *LISTS]


class Doing(RuleBasedStateMachine):
    """A person at work, who in the end takes all of it back and does it again."""

    open_database: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.location, self.give_back = type(self).open_database()
        self.workspace = Workspace.open(self.location, actor="tester")
        self.done: list[int] = []
        self.states: list[Dump] = [self.dump()]

    def dump(self) -> Dump:
        with self.workspace.reading() as connection:
            return dump(connection)

    def ids(self, table: str) -> list[int]:
        where = "" if table == "note" else "WHERE removed_in IS NULL"
        if table == "note":
            where = "WHERE contact_id IN (SELECT id FROM contact WHERE removed_in IS NULL)"
        with self.workspace.reading() as connection:
            return list(connection.scalars(text(f"SELECT id FROM {table} {where} ORDER BY id")))

    def one(self, data: st.DataObject, table: str) -> int:
        return data.draw(st.sampled_from(self.ids(table)))

    def has(self, table: str) -> bool:
        return bool(self.ids(table))

    def do(self, operation: Any, **arguments: Any) -> Any:
        try:
            outcome = self.workspace.perform(operation, **arguments)
        except InvalidInput as error:
            # A name that is taken: nothing has happened, which the comparison at the end proves.
            assert "taken" in error.problems.values(), error
            return None
        now = self.dump()
        if outcome.operation_id is None:
            assert now == self.states[-1]
        else:
            self.done.append(outcome.operation_id)
            self.states.append(now)
        return outcome.result

    @initialize(name=NAMES, tags=LISTS["tags"], emails=LISTS["emails"])
    def begin(self, name: str, tags: Any, emails: Any) -> None:
        self.do(create_contact, contact=ContactInput(name, tags=tags, emails=emails), region="RU")

    @rule(
        name=NAMES, lists=st.fixed_dictionaries({}, optional=LISTS), fields=st.fixed_dictionaries({}, optional=FIELDS)
    )
    def create(self, name: str, lists: Any, fields: Any) -> None:
        self.do(create_contact, contact=ContactInput(name, **lists, **fields), region="RU")

    @precondition(lambda self: self.has("contact"))
    @rule(data=st.data(), keys=st.lists(st.sampled_from(MODIFIED), min_size=1, max_size=3, unique=True))
    def update(self, data: st.DataObject, keys: list[str]) -> None:
        contact_id = self.one(data, "contact")
        seen = self.workspace.read(contact_document, contact_id)
        changes = {}
        for key in keys:
            new = data.draw((FIELDS | LISTS)[key])
            if key in ("emails", "phones", "messengers"):
                # As a form does: entries that are there keep their ids, in any order, beside new ones.
                new = tuple(data.draw(st.permutations([*getattr(seen, key), *new])))[: data.draw(st.integers(0, 4))]
            changes[key] = new
        self.do(update_contact, contact_id=contact_id, changes=changes, seen=seen, region="RU")

    @precondition(lambda self: self.has("contact"))
    @rule(data=st.data(), names=st.lists(TAGS, min_size=1, max_size=2), everyone=st.booleans())
    def tag(self, data: st.DataObject, names: list[str], everyone: bool) -> None:
        chosen = (
            ContactSelection.matching(ContactQuery()) if everyone else ContactSelection.of(self.one(data, "contact"))
        )
        self.do(add_tags, selection=chosen, names=names)

    @precondition(lambda self: self.has("tag"))
    @rule(data=st.data())
    def untag(self, data: st.DataObject) -> None:
        tag_id = self.one(data, "tag")
        with self.workspace.reading() as connection:
            name = connection.execute(text("SELECT name FROM tag WHERE id = :id"), {"id": tag_id}).scalar_one()
        self.do(remove_tags, selection=ContactSelection.matching(ContactQuery()), names=[name])

    @precondition(lambda self: self.has("tag"))
    @rule(data=st.data(), name=st.none() | TAGS, color=st.sampled_from([None, "", "#ff0000"]))
    def rename(self, data: st.DataObject, name: str | None, color: str | None) -> None:
        self.do(change_tag, tag_id=self.one(data, "tag"), name=name, color=color)

    @precondition(lambda self: self.has("tag"))
    @rule(data=st.data())
    def drop_tag(self, data: st.DataObject) -> None:
        self.do(remove_tag, tag_id=self.one(data, "tag"))

    @precondition(lambda self: self.has("contact"))
    @rule(data=st.data(), body=st.sampled_from(["called", "встреча в 5"]))
    def write_note(self, data: st.DataObject, body: str) -> None:
        self.do(add_note, contact_id=self.one(data, "contact"), body=body, title="About")

    @precondition(lambda self: self.has("note"))
    @rule(data=st.data(), body=st.none() | st.sampled_from(["called", "again"]))
    def edit_note(self, data: st.DataObject, body: str | None) -> None:
        note_id = self.one(data, "note")
        with self.workspace.reading() as connection:
            version = connection.execute(text("SELECT version FROM note WHERE id = :i"), {"i": note_id}).scalar_one()
        if body is None:
            self.do(remove_note, note_id=note_id)
        else:
            self.do(change_note, note_id=note_id, version=version, body=body)

    @rule(
        kind=st.sampled_from(PropertyType),
        name=st.sampled_from(["Size", "size ", "Цвет"]),
        group=st.sampled_from(["", "G"]),
    )
    def add_property(self, kind: PropertyType, name: str, group: str) -> None:
        options = ("one", "two") if "select" in kind else ()
        self.do(create_property, name=name, type=kind, options=options, group=group)

    @precondition(lambda self: self.has("property"))
    @rule(
        data=st.data(),
        changes=st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(["Size", "SIZE", "Weight"]),
                "group": st.sampled_from(["G", "H", ""]),
                "options": st.lists(st.sampled_from(["one", "two", "five"]), unique=True),
                "position": st.integers(0, 2),
            },
        ),
    )
    def edit_property(self, data: st.DataObject, changes: dict[str, Any]) -> None:
        self.do(change_property, property_id=self.one(data, "property"), **changes)

    @precondition(lambda self: self.has("property"))
    @rule(data=st.data())
    def drop_property(self, data: st.DataObject) -> None:
        self.do(remove_property, property_id=self.one(data, "property"))

    @precondition(lambda self: self.has("property") and self.has("contact"))
    @rule(data=st.data())
    def set_value(self, data: st.DataObject) -> None:
        property_id = self.one(data, "property")
        with self.workspace.reading() as connection:
            kind = connection.execute(text("SELECT type FROM property WHERE id = :i"), {"i": property_id}).scalar_one()
        value = data.draw(st.none() | VALUES[PropertyType(kind)])
        contact_id = self.one(data, "contact")
        self.do(set_property_value, contact_id=contact_id, property_id=property_id, value=value)

    @precondition(lambda self: self.has("contact"))
    @rule(data=st.data(), image=PICTURES)
    def picture(self, data: st.DataObject, image: bytes | None) -> None:
        self.do(set_avatar, contact_id=self.one(data, "contact"), image=image)

    @precondition(lambda self: self.has("contact"))
    @rule(data=st.data(), search=st.sampled_from(["", "anna", "vip", "x.io", "916"]), by_query=st.booleans())
    def remove(self, data: st.DataObject, search: str, by_query: bool) -> None:
        ids = self.ids("contact")
        chosen = ContactSelection(ids=data.draw(st.lists(st.sampled_from(ids), unique=True)))
        if by_query:
            chosen = ContactSelection.matching(ContactQuery(search=search), but=frozenset(chosen.ids))
        self.do(remove_contacts, selection=chosen)

    @precondition(lambda self: len(self.ids("contact")) > 1)
    @rule(
        data=st.data(), keys=st.lists(st.sampled_from(["name", "company", "email", "avatar", "property"]), max_size=3)
    )
    def merge(self, data: st.DataObject, keys: list[str]) -> None:
        ids = data.draw(st.lists(st.sampled_from(self.ids("contact")), min_size=2, max_size=3, unique=True))
        single = [p for p in self.workspace.read(property_definitions) if p.type is not PropertyType.MULTI_SELECT]
        if not single:
            keys = [key for key in keys if key != "property"]
        fields = [f"property:{data.draw(st.sampled_from(single)).id}" if key == "property" else key for key in keys]
        choices = {field: data.draw(st.sampled_from(ids)) for field in fields}
        self.do(merge_contacts, primary_id=ids[0], other_ids=ids[1:], choices=choices)

    @precondition(lambda self: len(self.ids("contact")) > 1)
    @rule(data=st.data(), verdict=st.sampled_from([*Verdict, None]))
    def judge(self, data: st.DataObject, verdict: Verdict | None) -> None:
        pair = data.draw(st.lists(st.sampled_from(self.ids("contact")), min_size=2, max_size=2, unique=True))
        self.do(judge_duplicates, pairs=[(pair[0], pair[1])], verdict=verdict)

    @rule()
    def back_and_forth(self) -> None:
        """Undo within the work: what follows builds on it."""
        if not self.done:
            return
        self.workspace.perform(undo_operation)
        assert self.dump() == self.states[-2]
        self.workspace.perform(redo_operation)
        assert self.dump() == self.states[-1]

    @rule()
    def take_back(self) -> None:
        if not self.done:
            return
        assert self.workspace.perform(undo_operation).result == self.done.pop()
        self.states.pop()
        assert self.dump() == self.states[-1]

    def teardown(self) -> None:
        try:
            self.check()
            for operation_id, state in zip(reversed(self.done), reversed(self.states[:-1]), strict=True):
                assert self.workspace.perform(undo_operation).result == operation_id
                assert self.dump() == state
            self.workspace.close()
            self.workspace = Workspace.open(self.location, actor="tester")
            self.check()
            for operation_id, state in zip(self.done, self.states[1:], strict=True):
                assert self.workspace.perform(redo_operation).result == operation_id
                assert self.dump() == state
            self.check()
        finally:
            self.workspace.close()
            self.give_back()

    def check(self) -> None:
        with self.workspace.reading() as connection:
            assert_sound(connection)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_undo_and_redo_of_any_sequence(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
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

    class Machine(Doing):
        open_database = staticmethod(fresh)

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine,
        settings=settings(
            max_examples=14 if engine == "sqlite" else 4,
            # Shrinking an example of real databases takes minutes; the steps printed are few enough to read.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
