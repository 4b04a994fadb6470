"""The timeline as it is told from the journal, against what was really there before and after."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.queries.scenario import person
from ulkacrm_desktop.core.contact_document import ContactDocument, EmailEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.services.operations.contacts import (
    create_contact,
    remove_contacts,
    set_avatar,
    update_contact,
)
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.notes import add_note, change_note, remove_note
from ulkacrm_desktop.services.operations.properties import create_property, remove_property, set_property_value
from ulkacrm_desktop.services.operations.tags import add_tags, change_tag, remove_tag, remove_tags
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.timeline import FieldChange, TimelineKind, timeline, timeline_actors
from ulkacrm_desktop.services.workspace import Workspace

Told = tuple[str, list[FieldChange]]


def told(workspace: Workspace, contact_id: int = 1, **filters: Any) -> list[Told]:
    page = workspace.read(timeline, contact_id, **filters)
    ids = [entry.id for entry in page.entries]
    assert ids == sorted(set(ids), reverse=True)
    return [(entry.kind, list(entry.changes)) for entry in page.entries]


def latest(workspace: Workspace, contact_id: int = 1) -> list[Told]:
    entries = workspace.read(timeline, contact_id).entries
    return [(e.kind, list(e.changes)) for e in entries if e.operation_id == entries[0].operation_id]


def test_a_life(workspace: Workspace) -> None:
    size = workspace.perform(create_property, name="Size", type=PropertyType.NUMBER).result
    likes = workspace.perform(
        create_property, name="Likes", type=PropertyType.MULTI_SELECT, options=["tea", "milk"]
    ).result
    workspace.perform(
        create_contact, contact=person("Anna", emails=["a@x.io"], phones=["+7 916 123-45-67"], company="Acme")
    )
    assert told(workspace) == [("contact_created", [])]

    workspace.perform(
        update_contact, contact_id=1, changes={"name": "Anna B", "company": "", "city": "Oslo", "is_staff": True}
    )
    [(kind, fields)] = latest(workspace)
    assert kind == "contact_updated"
    assert sorted(fields, key=lambda change: change.field) == [
        FieldChange("city", None, "Oslo"),
        FieldChange("company", "Acme", None),
        FieldChange("is_staff", False, True),
        FieldChange("name", "Anna", "Anna B"),
    ]

    present = workspace.read(contact_document, 1)
    emails = (replace(present.emails[0], label="work", is_primary=False), EmailEntry("b@x.io", is_primary=True))
    workspace.perform(update_contact, contact_id=1, changes={"emails": emails, "phones": ()})
    assert latest(workspace) == [
        ("phone_removed", [FieldChange("phone", "+7 916 123-45-67", None)]),
        (
            "email_changed",
            [FieldChange("email_label", None, "work", "a@x.io"), FieldChange("email_primary", True, False, "a@x.io")],
        ),
        ("email_added", [FieldChange("email", None, "b@x.io")]),
    ]
    present = workspace.read(contact_document, 1)
    changed = (replace(present.emails[0], address="c@x.io"), present.emails[1])
    workspace.perform(update_contact, contact_id=1, changes={"emails": changed})
    assert latest(workspace) == [("email_changed", [FieldChange("email", "a@x.io", "c@x.io")])]

    workspace.perform(set_property_value, contact_id=1, property_id=size, value=Decimal("41.5"))
    assert latest(workspace) == [("property_updated", [FieldChange(f"property:{size}", None, Decimal("41.5"), "Size")])]
    workspace.perform(set_property_value, contact_id=1, property_id=likes, value=("tea",))
    workspace.perform(set_property_value, contact_id=1, property_id=likes, value=("milk", "tea"))
    assert latest(workspace) == [
        ("property_updated", [FieldChange(f"property:{likes}", ("tea",), ("tea", "milk"), "Likes")])
    ]
    workspace.perform(set_property_value, contact_id=1, property_id=likes, value=None)
    assert latest(workspace) == [
        ("property_updated", [FieldChange(f"property:{likes}", ("tea", "milk"), None, "Likes")])
    ]
    workspace.perform(set_property_value, contact_id=1, property_id=size, value=7)
    workspace.perform(remove_property, property_id=size)
    # A removed property is told by its name still.
    assert told(workspace, kinds=[TimelineKind.PROPERTY_UPDATED])[0] == (
        "property_updated",
        [FieldChange(f"property:{size}", Decimal("41.5"), Decimal(7), "Size")],
    )

    workspace.perform(add_tags, selection=ContactSelection.of(1), names=["VIP", "Опт"])
    assert latest(workspace) == [("tag_added", [FieldChange("tag", None, "VIP"), FieldChange("tag", None, "Опт")])]
    workspace.perform(remove_tags, selection=ContactSelection.of(1), names=["vip"])
    assert latest(workspace) == [("tag_removed", [FieldChange("tag", "VIP", None)])]
    workspace.perform(change_tag, tag_id=2, name="Wholesale")
    workspace.perform(remove_tag, tag_id=2)
    assert latest(workspace) == [("tag_removed", [FieldChange("tag", "Wholesale", None)])]

    note = workspace.perform(add_note, contact_id=1, title="Call", body="Ask again").result
    assert latest(workspace) == [("note_added", [FieldChange("note", None, "Ask again", "Call")])]
    workspace.perform(change_note, note_id=note, version=1, title="Call", body="Done")
    assert latest(workspace) == [("note_changed", [FieldChange("note", "Ask again", "Done", "Call")])]
    workspace.perform(change_note, note_id=note, version=2, title="", body="Done")
    assert latest(workspace) == [("note_changed", [FieldChange("note_title", "Call", None)])]
    workspace.perform(remove_note, note_id=note)
    assert latest(workspace) == [("note_removed", [FieldChange("note", "Done", None)])]
    # What came later does not change what was told of before.
    assert told(workspace, kinds=[TimelineKind.NOTE_CHANGED]) == [
        ("note_changed", [FieldChange("note_title", "Call", None)]),
        ("note_changed", [FieldChange("note", "Ask again", "Done", "Call")]),
    ]

    picture = b"\x89PNG\r\n\x1a\n" + bytes(10)
    for image, kind in ((picture, "avatar_changed"), (picture + b"x", "avatar_changed"), (None, "avatar_removed")):
        workspace.perform(set_avatar, contact_id=1, image=image)
        assert latest(workspace) == [(kind, [])]

    workspace.perform(remove_contacts, selection=ContactSelection.of(1))
    assert latest(workspace) == [("contact_removed", [])]
    workspace.perform(undo_operation)
    entry = workspace.read(timeline, 1).entries[0]
    assert (entry.kind, entry.operation_kind, entry.facts["kind"]) == ("contact_restored", "undone", "contacts_removed")
    assert (entry.actor, entry.at.tzinfo is not None) == ("tester", True)


def test_undo_and_redo_are_told_as_such(workspace: Workspace) -> None:
    workspace.perform(create_contact, contact=person("Anna"))
    workspace.perform(update_contact, contact_id=1, changes={"name": "Boris"})
    workspace.perform(undo_operation)
    workspace.perform(redo_operation)
    entries = workspace.read(timeline, 1).entries
    assert [(e.operation_kind, e.facts.get("kind"), e.changes) for e in entries[:3]] == [
        ("redone", "contact_updated", (FieldChange("name", "Anna", "Boris"),)),
        ("undone", "contact_updated", (FieldChange("name", "Boris", "Anna"),)),
        ("contact_updated", None, (FieldChange("name", "Anna", "Boris"),)),
    ]


def test_pages_and_filters(workspace: Workspace) -> None:
    workspace.perform(create_contact, contact=person("Anna"))
    for number in range(12):
        workspace.perform(add_note, contact_id=1, body=f"Note number {number}")
        workspace.perform(add_tags, selection=ContactSelection.of(1), names=[f"t{number}"])
    workspace.perform(create_contact, contact=person("Somebody else"))
    everything = workspace.read(timeline, 1).entries
    assert len(everything) == 25
    seen = []
    before = None
    while True:
        page = workspace.read(timeline, 1, before=before, limit=4)
        seen += page.entries
        before = page.next
        if before is None:
            break
        assert before == page.entries[-1].id
    assert tuple(seen) == everything
    notes = workspace.read(timeline, 1, kinds=[TimelineKind.NOTE_ADDED], limit=5)
    assert [entry.changes[0].after for entry in notes.entries[:5]] == [f"Note number {n}" for n in (11, 10, 9, 8, 7)]
    assert len(told(workspace, words="number 7")) == 1
    assert len(told(workspace, words="t1")) == 3
    assert told(workspace, words="nothing") == []
    middle = everything[10].at
    assert [e.id for e in workspace.read(timeline, 1, since=middle).entries] == [e.id for e in everything[:11]]
    assert [e.id for e in workspace.read(timeline, 1, until=middle).entries] == [e.id for e in everything[11:]]
    assert told(workspace, actors=["nobody"]) == []
    assert len(told(workspace, actors=["tester"])) == 25
    assert workspace.read(timeline_actors, 1) == ("tester",)
    assert workspace.read(timeline, 99).entries == ()


values = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(("Anna", "Boris")),
        "company": st.sampled_from(("", "Acme")),
        "emails": st.lists(st.sampled_from(("a@x.io", "b@x.io", "c@x.io")), max_size=3, unique=True),
        "phones": st.lists(st.sampled_from(("+7 916 123-45-67", "+49 151 23456789")), max_size=2, unique=True),
        "tags": st.lists(st.sampled_from(("x", "y", "z")), max_size=3, unique=True).map(tuple),
        "number": st.one_of(st.none(), st.integers(0, 3)),
        "choices": st.lists(st.sampled_from(("p", "q", "r")), max_size=3, unique=True).map(tuple),
        "date": st.one_of(st.none(), st.just(date(2024, 2, 29))),
    },
).filter(bool)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(values, st.sampled_from(("undo", "redo"))), min_size=1, max_size=6))
def test_every_entry_tells_what_was_and_what_became(workspace: Workspace, steps: list[dict[str, Any] | str]) -> None:
    properties = {
        name: _property(workspace, name, kind)
        for name, kind in (
            ("number", PropertyType.NUMBER),
            ("choices", PropertyType.MULTI_SELECT),
            ("date", PropertyType.DATE),
        )
    }
    contact_id = workspace.perform(create_contact, contact=person("Anna")).result
    states: dict[int, tuple[ContactDocument, ContactDocument]] = {}
    for step in steps:
        was = workspace.read(contact_document, contact_id)
        operation_id = _do(workspace, contact_id, was, step, properties)
        if operation_id is not None:
            states[operation_id] = (was, workspace.read(contact_document, contact_id))
    entries = workspace.read(timeline, contact_id).entries
    assert {entry.operation_id for entry in entries[:-1]} == states.keys()
    for entry in entries[:-1]:
        was, now = states[entry.operation_id]
        for change in entry.changes:
            if change.field.startswith("property:"):
                property_id = int(change.field.removeprefix("property:"))
                assert (change.before, change.after) == (
                    was.properties.get(property_id),
                    now.properties.get(property_id),
                )
            elif change.field in ("name", "company"):
                expected = [getattr(d, change.field) or None for d in (was, now)]
                assert [change.before, change.after] == expected
    for operation_id, (was, now) in states.items():
        of_operation = [c for e in entries if e.operation_id == operation_id for c in e.changes]
        for field, listed in _LISTED.items():
            gone, come = listed(was) - listed(now), listed(now) - listed(was)
            changes = [c for c in of_operation if c.field == field]
            assert {c.before for c in changes if c.before is not None} - {c.after for c in changes} == gone
            assert {c.after for c in changes if c.after is not None} - {c.before for c in changes} == come
        differing = {k for k in properties.values() if was.properties.get(k) != now.properties.get(k)}
        assert {c.field for c in of_operation if c.field.startswith("property:")} == {
            f"property:{k}" for k in differing
        }


_LISTED: dict[str, Callable[[ContactDocument], set[str]]] = {
    "email": lambda document: {entry.address for entry in document.emails},
    "phone": lambda document: {entry.number for entry in document.phones},
    "tag": lambda document: set(document.tags),
}


def _property(workspace: Workspace, name: str, kind: PropertyType) -> int:
    from ulkacrm_desktop.services.queries.properties import property_definitions

    for definition in workspace.read(property_definitions):
        if definition.name == name:
            return definition.id
    return workspace.perform(create_property, name=name, type=kind, options=["p", "q", "r"]).result


def _do(
    workspace: Workspace, contact_id: int, was: ContactDocument, step: dict[str, Any] | str, properties: dict[str, int]
) -> int | None:
    from ulkacrm_desktop.services.queries.history import history, last_redoable

    if step == "undo":
        newest = workspace.read(history, limit=50)
        undoable = next((row for row in newest if row.can_undo), None)
        # The creation stays: what follows needs the contact.
        if undoable is None or undoable.kind != "contact_updated":
            return None
        return workspace.perform(undo_operation, operation_id=undoable.id).operation_id
    if step == "redo":
        if workspace.read(last_redoable) is None:
            return None
        return workspace.perform(redo_operation).operation_id
    assert isinstance(step, dict)
    changes: dict[str, Any] = {key: value for key, value in step.items() if key not in properties}
    if "emails" in changes:
        known = {entry.address: entry for entry in was.emails}
        changes["emails"] = tuple(known.get(a, EmailEntry(a)) for a in changes["emails"])
    if "phones" in changes:
        changes["phones"] = tuple(PhoneEntry(number) for number in changes["phones"])
    of_properties = {properties[key]: value or None for key, value in step.items() if key in properties}
    if of_properties:
        changes["properties"] = of_properties
    return workspace.perform(update_contact, contact_id=contact_id, changes=changes).operation_id
