"""Merging: nothing is lost, nothing doubled, and an undo takes it apart exactly."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, ForeignKeyConstraint, Table, insert, select, text

from tests.database_dump import Dump, assert_sound, dump
from ulkacrm_desktop.core.changes import FieldConflict, OperationKind
from ulkacrm_desktop.core.contact_document import ContactDocument, EmailEntry, MessengerEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.duplicates import Verdict
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, JobCancelled, NotFound
from ulkacrm_desktop.db.journal import recorded_classes, table_of
from ulkacrm_desktop.models import Base, Contact, Instant, OfContact, Operation
from ulkacrm_desktop.services.jobs.context import JobContext, Progress
from ulkacrm_desktop.services.operations import merge_statements
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, set_avatar, update_contact
from ulkacrm_desktop.services.operations.duplicates import judge_duplicates
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.merging import merge_contacts, merge_groups
from ulkacrm_desktop.services.operations.notes import add_note, change_note
from ulkacrm_desktop.services.operations.properties import change_property, create_property, set_property_value
from ulkacrm_desktop.services.queries.contact_documents import avatar, contact_document
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.queries.notes import notes
from ulkacrm_desktop.services.queries.timeline import TimelineEntry, TimelineKind, timeline
from ulkacrm_desktop.services.workspace import Workspace, Write, operation
from ulkacrm_desktop.ui.labels.timeline import entry_text

PNG = b"\x89PNG\r\n\x1a\n"


def created(workspace: Workspace, name: str, **fields: Any) -> int:
    return workspace.perform(create_contact, contact=ContactInput(name, **fields), region="RU").result


def merge(workspace: Workspace, primary: int, *others: int, **choices: int) -> int:
    outcome = workspace.perform(merge_contacts, primary_id=primary, other_ids=others, choices=choices)
    assert outcome.result == primary
    assert outcome.operation_id is not None
    return outcome.operation_id


def dumped(workspace: Workspace) -> Dump:
    with workspace.reading() as connection:
        assert_sound(connection)
        return dump(connection)


def told(workspace: Workspace, contact_id: int) -> list[TimelineEntry]:
    return list(workspace.read(timeline, contact_id).entries)


def document(workspace: Workspace, contact_id: int) -> ContactDocument:
    return workspace.read(contact_document, contact_id)


def test_the_primary_keeps_its_values_and_gets_what_it_has_not(workspace: Workspace) -> None:
    anna = created(
        workspace,
        "Anna",
        company="Acme",
        emails=(EmailEntry("anna@x.io"),),
        phones=(PhoneEntry("+7 916 123-45-67"),),
        tags=("VIP",),
    )
    other = created(
        workspace,
        "Anna Petrova",
        company="Bolt",
        city="Riga",
        emails=(EmailEntry("a.petrova@y.io", "work", is_primary=True), EmailEntry("ANNA@X.io", "home")),
        phones=(PhoneEntry("8 (916) 123 45 67"), PhoneEntry("+371 20000000")),
        messengers=(MessengerEntry("telegram", "@anna"),),
        tags=("vip", "Lead"),
    )
    third = created(
        workspace, "A. Petrova", city="Oslo", website="petrova.io", messengers=(MessengerEntry("vk", "anna"),)
    )
    before = dumped(workspace)
    operation_id = merge(workspace, anna, other, third)
    merged = document(workspace, anna)
    assert (merged.name, merged.company, merged.city, merged.website) == ("Anna", "Acme", "Riga", "petrova.io")
    assert [(e.address, e.label, e.is_primary) for e in merged.emails] == [
        ("anna@x.io", "", True),
        ("a.petrova@y.io", "work", False),
    ]
    assert [p.number for p in merged.phones] == ["+7 916 123-45-67", "+371 20000000"]
    assert [(m.kind, m.is_primary) for m in merged.messengers] == [("telegram", True), ("vk", False)]
    assert merged.tags == ("Lead", "VIP")
    with pytest.raises(NotFound):
        document(workspace, other)
    after = dumped(workspace)
    workspace.perform(undo_operation, operation_id=operation_id)
    assert dumped(workspace) == before
    workspace.perform(redo_operation)
    assert dumped(workspace) == after


def test_each_field_takes_the_chosen_value(workspace: Workspace) -> None:
    size = workspace.perform(create_property, name="Size", type=PropertyType.TEXT).result
    born = workspace.perform(create_property, name="Born", type=PropertyType.DATE).result
    tier = workspace.perform(
        create_property, name="Tier", type=PropertyType.MULTI_SELECT, options=("A", "B", "C")
    ).result
    anna = created(
        workspace, "Anna", company="Acme", emails=(EmailEntry("a@x.io"),), properties={size: "S", tier: ("A", "B")}
    )
    boris = created(
        workspace,
        "Boris",
        notes="likes tea",
        emails=(EmailEntry("c@x.io"), EmailEntry("b@x.io", is_primary=True)),
        properties={size: "M", born: date(1990, 5, 1), tier: ("C", "B")},
    )
    workspace.perform(set_avatar, contact_id=anna, image=PNG + b"anna")
    workspace.perform(set_avatar, contact_id=boris, image=PNG + b"boris")
    before = dumped(workspace)
    choices = {"name": boris, "company": boris, f"property:{size}": boris, f"property:{born}": anna}
    operation_id = merge(workspace, anna, boris, avatar=boris, email=boris, **choices)
    merged = document(workspace, anna)
    assert (merged.name, merged.company, merged.notes) == ("Boris", "", "likes tea")
    assert dict(merged.properties) == {size: "M", tier: ("A", "B", "C")}
    assert [(e.address, e.is_primary) for e in merged.emails] == [
        ("a@x.io", False),
        ("c@x.io", False),
        ("b@x.io", True),
    ]
    assert workspace.read(avatar, anna) == PNG + b"boris"
    after = dumped(workspace)
    workspace.perform(undo_operation, operation_id=operation_id)
    assert dumped(workspace) == before
    workspace.perform(redo_operation)
    assert dumped(workspace) == after


def test_the_primary_address_of_another_stays_so_where_there_is_none_yet(workspace: Workspace) -> None:
    addresses = EmailEntry("office@x.io"), EmailEntry("boris@x.io", is_primary=True)
    anna, boris = created(workspace, "Anna"), created(workspace, "Boris", emails=addresses)
    clara = created(workspace, "Clara", emails=(EmailEntry("clara@x.io", is_primary=True),))
    merge(workspace, anna, boris, clara)
    assert [(entry.address, entry.is_primary) for entry in document(workspace, anna).emails] == [
        ("office@x.io", False),
        ("boris@x.io", True),
        ("clara@x.io", False),
    ]


@pytest.mark.parametrize(
    "choices", [{"name": 99}, {"id": 1}, {"tags": 1}, {"property:7": 1}], ids=["contact", "field", "list", "property"]
)
def test_a_choice_that_cannot_be_is_refused(workspace: Workspace, choices: dict[str, int]) -> None:
    anna, boris = created(workspace, "Anna"), created(workspace, "Boris")
    before = dumped(workspace)
    with pytest.raises(ExpectedError, match="merge_choice_invalid"):
        workspace.perform(merge_contacts, primary_id=anna, other_ids=[boris], choices=choices)
    assert dumped(workspace) == before


def test_required_properties_and_classes_never_stand_in_the_way(workspace: Workspace) -> None:
    @operation(OperationKind.CONTACT_UPDATED)
    def move_to_class(write: Write, *, contact_id: int) -> None:
        class_id = write.connection.execute(
            text("INSERT INTO contact_class (name, name_key) VALUES ('Firm', 'firm') RETURNING id")
        ).scalar_one()
        write.connection.execute(
            text("UPDATE contact SET class_id = :class, version = version + 1 WHERE id = :id"),
            {"class": class_id, "id": contact_id},
        )

    anna, boris = created(workspace, "Anna"), created(workspace, "Boris")
    size = workspace.perform(create_property, name="Size", type=PropertyType.TEXT).result
    workspace.perform(move_to_class, contact_id=boris)
    workspace.perform(update_contact, contact_id=boris, changes={"emails": (EmailEntry("b@x.io"),), "tags": ("VIP",)})
    workspace.perform(add_note, contact_id=boris, body="called")
    workspace.perform(change_property, property_id=size, required=True)
    before = dumped(workspace)
    operation_id = merge(workspace, anna, boris)
    merged = document(workspace, anna)
    assert merged.class_name == "General"
    assert [entry.address for entry in merged.emails] == ["b@x.io"]
    workspace.perform(undo_operation, operation_id=operation_id)
    assert dumped(workspace) == before
    assert document(workspace, boris).class_name == "Firm"


def test_an_undo_leaves_later_edits_of_other_fields(workspace: Workspace) -> None:
    anna = created(workspace, "Anna", company="Acme")
    boris = created(workspace, "Boris", city="Riga", emails=(EmailEntry("b@x.io"),))
    note = workspace.perform(add_note, contact_id=boris, body="called").result
    operation_id = merge(workspace, anna, boris)
    workspace.perform(update_contact, contact_id=anna, changes={"company": "Bolt", "tags": ("VIP",)})
    (moved,) = workspace.read(notes, anna)
    workspace.perform(change_note, note_id=note, version=moved.version, body="called twice")
    workspace.perform(undo_operation, operation_id=operation_id)
    after = document(workspace, anna)
    assert (after.company, after.city, after.tags, after.emails) == ("Bolt", "", ("VIP",), ())
    assert document(workspace, boris).city == "Riga"
    assert [row.body for row in workspace.read(notes, boris)] == ["called twice"]
    dumped(workspace)


def test_an_undo_tells_each_field_that_was_changed_since(workspace: Workspace) -> None:
    size = workspace.perform(create_property, name="Size", type=PropertyType.TEXT).result
    anna = created(workspace, "Anna")
    boris = created(workspace, "Boris", city="Riga", emails=(EmailEntry("b@x.io"),), properties={size: "M"})
    operation_id = merge(workspace, anna, boris)
    workspace.perform(update_contact, contact_id=anna, changes={"city": "Oslo"})
    workspace.perform(update_contact, contact_id=anna, changes={"emails": ()})
    workspace.perform(set_property_value, contact_id=anna, property_id=size, value="L")
    before = dumped(workspace)
    with pytest.raises(EditConflict) as caught:
        workspace.perform(undo_operation, operation_id=operation_id)
    conflicts: Any = caught.value.facts["fields"]
    assert FieldConflict("contact", anna, anna, "city", "Riga", "Oslo", None) in conflicts
    assert {("property_value", "value", "M", "L"), ("email", "address", "b@x.io", None)} <= {
        (c.entity, c.field, c.seen, c.present) for c in conflicts
    }
    assert dumped(workspace) == before


def test_what_moved_back_with_an_undo_is_the_primary_contacts_no_more(workspace: Workspace) -> None:
    anna, boris = created(workspace, "Anna"), created(workspace, "Boris")
    workspace.perform(add_note, contact_id=boris, body="called")
    operation_id = merge(workspace, anna, boris)
    dumped(workspace)
    assert list(workspace.read(all_ids, ContactQuery(search="called"))) == [anna]
    changes = workspace.perform(undo_operation, operation_id=operation_id).changes
    dumped(workspace)
    assert list(workspace.read(all_ids, ContactQuery(search="called"))) == [boris]
    assert changes is not None
    assert changes.touches_contact(anna), "though nothing of it has changed but that the note is gone"
    assert changes.touches_contact(boris)
    twin = created(workspace, "Anna")
    changes = workspace.perform(merge_contacts, primary_id=anna, other_ids=[twin]).changes
    assert changes is not None
    assert changes.touches_contact(anna), "though it has all that the other had"


def test_merges_come_apart_in_the_opposite_order_only(workspace: Workspace) -> None:
    anna, boris, clara = created(workspace, "Anna"), created(workspace, "Boris"), created(workspace, "Clara")
    first = merge(workspace, boris, clara)
    second = merge(workspace, anna, boris)
    with pytest.raises(EditConflict) as caught:
        workspace.perform(undo_operation, operation_id=first)
    (conflict,) = caught.value.facts["fields"]  # type: ignore[misc]
    assert conflict == FieldConflict("contact", clara, clara, "merged_into_id", "Boris", "Anna", None)
    workspace.perform(undo_operation, operation_id=second)
    workspace.perform(undo_operation, operation_id=first)
    workspace.perform(remove_contacts, selection=ContactSelection.of(boris))
    with pytest.raises(EditConflict):
        workspace.perform(redo_operation, operation_id=first)
    assert [row[0] for row in dumped(workspace)["contact"]] == [anna, clara]


def test_what_was_changed_since_it_was_shown_is_a_conflict(workspace: Workspace) -> None:
    anna, boris = created(workspace, "Anna"), created(workspace, "Boris")
    seen = [document(workspace, anna), document(workspace, boris)]
    workspace.perform(update_contact, contact_id=boris, changes={"city": "Riga"})
    with pytest.raises(EditConflict) as caught:
        workspace.perform(merge_contacts, primary_id=anna, other_ids=[boris], seen=seen)
    assert [(c.contact_id, c.field, c.present) for c in caught.value.facts["fields"]] == [(boris, "city", "Riga")]  # type: ignore[attr-defined]
    seen = [document(workspace, anna), document(workspace, boris)]
    workspace.perform(merge_contacts, primary_id=anna, other_ids=[boris], seen=seen)
    with pytest.raises(NotFound):
        workspace.perform(merge_contacts, primary_id=anna, other_ids=[boris], seen=seen)


def test_verdicts_go_along_and_the_firmer_one_counts(workspace: Workspace) -> None:
    a, b, c, d = (created(workspace, name) for name in ("A", "B", "C", "D"))
    workspace.perform(judge_duplicates, pairs=[(c, b)], verdict=Verdict.NOT_DUPLICATE)
    workspace.perform(judge_duplicates, pairs=[(a, c), (b, d), (a, b)], verdict=Verdict.LATER)

    def verdicts(*contacts: int) -> set[tuple[int, int, str]]:
        with workspace.reading() as connection:
            rows = connection.execute(text("SELECT contact_id, other_id, verdict FROM duplicate_verdict")).all()
        return {tuple(row) for row in rows if {row[0], row[1]} <= set(contacts)}  # type: ignore[misc]

    before = verdicts(a, b, c, d)
    operation_id = merge(workspace, d, b)
    assert verdicts(a, c, d) == {(a, c, "later"), (c, d, "not_duplicate"), (a, d, "later")}
    merge(workspace, a, d)
    assert verdicts(a, c) == {(a, c, "not_duplicate")}
    workspace.perform(undo_operation)
    workspace.perform(undo_operation)
    assert verdicts(a, b, c, d) == before
    workspace.perform(redo_operation, operation_id=operation_id)
    assert workspace.perform(judge_duplicates, pairs=[(d, c)], verdict=Verdict.NOT_DUPLICATE).operation_id is None
    assert workspace.perform(judge_duplicates, pairs=[(d, c)], verdict=None).result == 1
    with pytest.raises(NotFound):
        workspace.perform(judge_duplicates, pairs=[(d, b)], verdict=Verdict.LATER)


def test_one_timeline_tells_what_was_kept_and_what_was_not(workspace: Workspace) -> None:
    size = workspace.perform(create_property, name="Size", type=PropertyType.TEXT).result
    anna = created(workspace, "Anna", company="Acme", emails=(EmailEntry("a@x.io", "work"),), properties={size: "S"})
    boris = created(
        workspace,
        "Boris",
        company="Bolt",
        city="Riga",
        emails=(EmailEntry("A@x.io", "home"), EmailEntry("b@x.io")),
        properties={size: "M"},
    )
    clara = created(workspace, "Clara", company="Core")
    workspace.perform(add_note, contact_id=clara, body="met at the fair")
    alone = [entry.kind for entry in told(workspace, boris)]
    merge(workspace, boris, clara)
    merge(workspace, anna, boris, company=boris)
    workspace.perform(update_contact, contact_id=anna, changes={"company": "Dune"})
    entries = told(workspace, anna)
    assert [entry_text(entry) for entry in entries] == [
        "Changed: Company",
        "Merged with Boris",
        "Boris: Merged with Clara",
        "Clara: Note written",
        "Clara: Contact added",
        "Boris: Contact added",
        "Contact added",
    ]
    assert [entry.id for entry in entries] == sorted({entry.id for entry in entries}, reverse=True)
    merged = {(c.field, c.before, c.after) for c in entries[1].changes}
    assert merged == {
        ("contact", None, "Boris"),
        ("company", "Acme", "Bolt"),
        ("city", None, "Riga"),
        ("name", "Boris", "Anna"),
        ("email", None, "b@x.io"),
        ("email_label", "home", "work"),
        (f"property:{size}", "M", "S"),
    }
    assert {(c.field, c.before, c.after) for c in entries[2].changes} == {
        ("contact", None, "Clara"),
        ("name", "Clara", "Boris"),
        ("company", "Core", "Bolt"),
    }
    assert [entry_text(entry) for entry in told(workspace, clara)] == [
        "Merged with Boris",
        "Note written",
        "Contact added",
    ]
    first = workspace.read(timeline, anna, limit=2)
    rest = workspace.read(timeline, anna, before=first.next)
    assert [*first.entries, *rest.entries] == entries
    for _ in range(3):
        workspace.perform(undo_operation)
    parted = told(workspace, anna)
    assert [entry.kind for entry in parted if "merged" in entry.kind] == [
        TimelineKind.CONTACTS_UNMERGED,
        TimelineKind.CONTACTS_MERGED,
    ]
    assert {entry.contact for entry in parted} == {""}
    assert [entry.kind for entry in told(workspace, boris)][-len(alone) :] == alone


def test_groups_are_merged_as_one_operation(workspace: Workspace) -> None:
    groups = []
    for number in range(7):
        ids = [
            created(
                workspace, f"Name {number}-{nth}", emails=(EmailEntry(f"e{number}-{nth}@x.io"),), city=f"City {nth}"
            )
            for nth in range(2 + number % 2)
        ]
        groups.append(ids)
    before = dumped(workspace)
    seen: list[Progress] = []
    outcome = workspace.perform(merge_groups, groups=groups, rule=("name",), context=JobContext(seen.append))
    assert outcome.result == sum(len(ids) - 1 for ids in groups)
    assert {progress.phase for progress in seen} == {"merge", "finish"}
    after = dumped(workspace)
    assert [row[0] for row in after["contact"]] == [ids[0] for ids in groups]
    assert len(document(workspace, groups[1][0]).emails) == 3
    with workspace.reading() as connection:
        facts = connection.scalar(select(Operation.facts).where(Operation.id == outcome.operation_id))
    assert facts == {"count": 10, "groups": 7, "rule": ["name"]}
    workspace.perform(undo_operation)
    assert dumped(workspace) == before
    with pytest.raises(JobCancelled):
        workspace.perform(merge_groups, groups=groups, context=JobContext(cancelled=lambda: True))
    assert dumped(workspace) == before
    workspace.perform(redo_operation)
    assert dumped(workspace) == after


_TEXTS = st.sampled_from(["", "one", "two"])
_EDITABLE = ("company", "city", "street", "notes", "first_name", "website")
_SOMEBODY = st.builds(
    ContactInput,
    name=st.sampled_from(["Anna", "Boris"]),
    emails=st.lists(st.sampled_from(["a@x.io", "b@x.io", "c@x.io"]).map(EmailEntry), max_size=2, unique=True).map(
        tuple
    ),
    tags=st.lists(st.sampled_from(["VIP", "Lead"]), max_size=2, unique=True).map(tuple),
    **dict.fromkeys(_EDITABLE, _TEXTS),
)


def _content(workspace: Workspace, contact_id: int) -> ContactInput:
    """A contact without the versions of its rows, which every change and its undo raises."""
    found = ContactInput.of(document(workspace, contact_id))
    return replace(found, emails=tuple(replace(email, version=0) for email in found.emails))


def test_an_undo_is_as_if_there_had_been_no_merge(workspace: Workspace) -> None:
    """Edits of fields that the merge has not touched, and of other contacts, stay as they are."""

    @settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(people=st.lists(_SOMEBODY, min_size=2, max_size=4), data=st.data())
    def holds(people: list[ContactInput], data: st.DataObject) -> None:
        ids = [workspace.perform(create_contact, contact=person).result for person in people]
        primary = ids[0]
        expected = {contact_id: _content(workspace, contact_id) for contact_id in ids}
        choices = data.draw(st.dictionaries(st.sampled_from([*_EDITABLE, "name", "email"]), st.sampled_from(ids)))
        operation_id = merge(workspace, primary, *ids[1:], **choices)
        merged = _content(workspace, primary)
        untouched = [key for key in (*_EDITABLE, "name") if getattr(merged, key) == getattr(expected[primary], key)]
        edited = data.draw(st.sets(st.sampled_from(untouched))) if untouched else set()
        changes: dict[str, Any] = dict.fromkeys(edited, "edited")
        if data.draw(st.booleans()):
            changes["is_staff"] = True
        if changes:
            workspace.perform(update_contact, contact_id=primary, changes=changes)
        expected[primary] = replace(expected[primary], **changes)
        workspace.perform(undo_operation, operation_id=operation_id)
        assert {contact_id: _content(workspace, contact_id) for contact_id in ids} == expected

    holds()
    dumped(workspace)


# Nothing that refers to a contact may be forgotten.

_LEFT_WITH_THE_OTHER = {
    # Evidence of the past, and what follows from other tables.
    ("change", "contact_id"),
    ("search_backlog", "contact_id"),
    ("segment_stay", "contact_id"),
}
_HANDLED_BY_HAND = {
    ("contact", "merged_into_id"),
    ("avatar", "contact_id"),
    ("duplicate_verdict", "contact_id"),
    ("duplicate_verdict", "other_id"),
}


def _references(table: Table) -> set[str]:
    named = {c.name for c in table.columns if c.name.endswith(("contact_id", "merged_into_id")) or c.name == "other_id"}
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table.name == "contact":
            named |= {column.name for column in constraint.columns if column.name != "class_id"}
    return named


def test_every_table_that_refers_to_a_contact_is_handled(workspace: Workspace) -> None:
    handled = _HANDLED_BY_HAND | {
        (table_of(model).name, "contact_id") for model in (*merge_statements.UNITED, *merge_statements.MOVED)
    }
    references = {(table.name, column) for table in Base.metadata.sorted_tables for column in _references(table)}
    assert references == handled | _LEFT_WITH_THE_OTHER
    for model in merge_statements.MOVED:
        for index in table_of(model).indexes:
            moved = "contact_id" in {column.name for column in index.columns}
            assert not (index.unique and moved), f"rows of {model.__name__} may meet their like: unite them"

    # And they do come along: a row of every kind, made from its columns alone.
    anna, boris, clara = (created(workspace, name) for name in ("Anna", "Boris", "Clara"))

    @operation(OperationKind.CONTACT_UPDATED)
    def fill(write: Write) -> None:
        for model in recorded_classes():
            if not issubclass(model, OfContact):
                continue
            values: dict[str, Any] = {}
            for column in table_of(model).columns:
                if column.name == "contact_id":
                    values[column.name] = boris
                elif column.name == "other_id":
                    values[column.name] = clara
                elif column.nullable or column.server_default is not None or column.name in {"id", "version"}:
                    continue
                elif column.name == "class_id":
                    values[column.name] = 1
                elif foreign := next(iter(column.foreign_keys), None):
                    values[column.name] = _row_of(write, foreign.column.table)
                else:
                    values[column.name] = _some_value(write, column)
            write.connection.execute(insert(table_of(model)).values(**values))

    workspace.perform(fill)
    before = {model: _count(workspace, model, boris) for model in recorded_classes() if issubclass(model, OfContact)}
    assert set(before.values()) == {1}
    operation_id = merge(workspace, anna, boris)
    assert {_count(workspace, model, anna) for model in before} == {1}
    workspace.perform(undo_operation, operation_id=operation_id)
    assert {model: _count(workspace, model, boris) for model in before} == before
    assert {_count(workspace, model, anna) for model in before} == {0}


def _some_value(write: Write, column: Column[Any]) -> Any:
    if isinstance(column.type, Instant):
        return write.at
    if column.name == "type":
        return PropertyType.TEXT.value
    kind = column.type.python_type
    return kind(b"x" if kind is bytes else 1)


def _row_of(write: Write, table: Table) -> int:
    values: dict[str, Any] = {}
    for column in table.columns:
        if not (column.nullable or column.server_default is not None or column.name in {"id", "version"}):
            values[column.name] = _some_value(write, column)
    return int(write.connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


def _count(workspace: Workspace, model: type[OfContact], contact_id: int) -> int:
    table = table_of(model)
    with workspace.reading() as connection:
        return len(connection.execute(select(table.c.id).where(table.c.contact_id == contact_id)).all())


def test_merged_contacts_bear_the_one_that_took_them_in(workspace: Workspace) -> None:
    anna, boris = created(workspace, "Anna"), created(workspace, "Boris")
    merge(workspace, anna, boris)
    with workspace.reading() as connection:
        assert connection.scalar(select(Contact.merged_into_id).where(Contact.id == boris)) == anna
