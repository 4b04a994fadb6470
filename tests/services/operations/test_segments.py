"""Segments and saved filters: made, changed, removed, filled; who sees them, and who came and went."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.services.operations.reversals import nothing_done, performed, refused
from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Not, Operator, Span, Viewpoint
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, InvalidInput, NotFound
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.services.operations.assignments import set_class
from ulkacrm_desktop.services.operations.classes import add_class
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, update_contact
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.saved_filters import (
    change_filter,
    order_filters,
    remove_filter,
    save_filter,
)
from ulkacrm_desktop.services.operations.segments import (
    add_to_segment,
    change_segment,
    create_segment,
    remove_from_segment,
    remove_segment,
)
from ulkacrm_desktop.services.operations.tags import add_tags, remove_tags
from ulkacrm_desktop.services.operations.users import remove_user
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.queries.saved_filters import saved_filters
from ulkacrm_desktop.services.queries.segment_history import movement_counts, movements, stays_of_contact
from ulkacrm_desktop.services.queries.segments import (
    find_segment,
    segment_by_id,
    segment_count,
    segments,
    segments_of_contact,
)
from ulkacrm_desktop.services.queries.tags import tag_named
from ulkacrm_desktop.services.queries.timeline import timeline
from ulkacrm_desktop.services.queries.users import current_user
from ulkacrm_desktop.services.segment_stays import refresh_stays
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.timeline import entry_text, origin_text

ROMANS: Criteria = Clause("city", Operator.IS, ("Rome",))


def contacts(workspace: Workspace, *names: str, **fields: Any) -> list[int]:
    return [workspace.perform(create_contact, contact=ContactInput(name, **fields)).result for name in names]


def members(workspace: Workspace, segment_id: int) -> list[int]:
    return sorted(workspace.read(all_ids, ContactQuery(segment_id=segment_id)))


def user_id(workspace: Workspace) -> int | None:
    user = workspace.read(current_user, workspace.actor)
    return None if user is None else user.id


def test_a_static_segment_is_filled_by_hand(workspace: Workspace) -> None:
    ids = contacts(workspace, "Anna", "Boris", "Clara")
    segment = performed(
        workspace, create_segment, segment=SegmentInput(" Fair  2026 ", description="stand 4", icon="star")
    )
    assert performed(workspace, add_to_segment, segment_id=segment, selection=ContactSelection(ids=ids[:2])) == 2
    assert performed(workspace, add_to_segment, segment_id=segment, selection=ContactSelection(ids=ids)) == 1
    nothing_done(workspace, add_to_segment, segment_id=segment, selection=ContactSelection(ids=ids))
    assert members(workspace, segment) == ids
    partners = workspace.perform(add_class, name="Partners").result
    performed(workspace, set_class, selection=ContactSelection.of(ids[0]), class_id=partners)
    assert performed(workspace, remove_from_segment, segment_id=segment, selection=ContactSelection.of(ids[1])) == 1
    nothing_done(workspace, remove_from_segment, segment_id=segment, selection=ContactSelection.of(ids[1]))
    workspace.perform(remove_contacts, selection=ContactSelection.of(ids[2]))
    assert members(workspace, segment) == ids[:1]
    assert workspace.read(segment_count, segment) == 1
    row = workspace.read(segment_by_id, segment)
    assert (row.name, row.description, row.icon, row.is_static, row.criteria) == (
        "Fair 2026",
        "stand 4",
        "star",
        True,
        None,
    )
    told = [entry_text(entry) for entry in workspace.read(timeline, ids[1]).entries]
    assert {"Added to the segment Fair 2026", "Taken out of the segment Fair 2026"} <= set(told)
    joined = [e for e in workspace.read(timeline, ids[0]).entries if e.operation_kind == "segment_joined"]
    assert origin_text(joined[0]) == "Added 2 contacts to the segment Fair 2026"
    assert performed(workspace, remove_segment, segment_id=segment) is None
    assert workspace.read(segments, None) == ()
    refused(workspace, NotFound, add_to_segment, segment_id=segment, selection=ContactSelection(ids=ids))


def test_a_segment_begins_with_contacts(workspace: Workspace) -> None:
    ids = contacts(workspace, "Anna", "Boris")
    segment = performed(
        workspace,
        create_segment,
        segment=SegmentInput("Some"),
        contacts=ContactSelection.matching(ContactQuery(search="bor")),
    )
    assert members(workspace, segment) == ids[1:]
    everybody = ContactSelection.matching(ContactQuery())
    refused(
        workspace, ExpectedError, create_segment, segment=SegmentInput("Romans", criteria=ROMANS), contacts=everybody
    )


def test_a_dynamic_segment_is_always_live(workspace: Workspace) -> None:
    anna, boris = contacts(workspace, "Anna", "Boris", city="Rome")
    segment = performed(workspace, create_segment, segment=SegmentInput("Romans", criteria=ROMANS))
    assert members(workspace, segment) == [anna, boris]
    workspace.perform(update_contact, contact_id=boris, changes={"city": "Oslo"})
    assert members(workspace, segment) == [anna]
    assert [row.name for row in workspace.read(segments_of_contact, anna, None)] == ["Romans"]
    assert workspace.read(segments_of_contact, boris, None) == ()
    error = refused(workspace, ExpectedError, add_to_segment, segment_id=segment, selection=ContactSelection.of(boris))
    assert error.code == "segment_is_dynamic"
    row = workspace.read(segment_by_id, segment)
    oslo = Clause("city", Operator.IS, ("Oslo",))
    wanted = SegmentInput("Norwegians", criteria=oslo)
    error = refused(
        workspace, EditConflict, change_segment, segment_id=segment, segment=wanted, version=row.version + 1
    )
    assert error.code == "changed_since"
    performed(workspace, change_segment, segment_id=segment, segment=wanted, version=row.version)
    nothing_done(workspace, change_segment, segment_id=segment, segment=wanted)
    assert members(workspace, segment) == [boris]
    error = refused(workspace, InvalidInput, change_segment, segment_id=segment, segment=SegmentInput("Norwegians"))
    assert error.problems == {"criteria": "kind_fixed"}


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (SegmentInput(" "), {"name": "required"}),
        (SegmentInput("x" * 101), {"name": "too_long"}),
        (SegmentInput("a\0"), {"name": "control_character"}),
        (SegmentInput("a", description="\x01"), {"description": "control_character"}),
        (SegmentInput("a", description="x" * 1_001), {"description": "too_long"}),
        (SegmentInput(" ROMANS"), {"name": "taken"}),
        (SegmentInput("romans", private=True), {"name": "taken"}),
    ],
)
def test_a_segment_that_cannot_be_kept_is_refused(
    local_workspace: Workspace, wanted: SegmentInput, problem: dict[str, str]
) -> None:
    local_workspace.perform(create_segment, segment=SegmentInput("Romans", criteria=ROMANS))
    error = refused(local_workspace, InvalidInput, create_segment, segment=wanted)
    assert error.problems == problem


def test_what_is_private_only_its_owner_sees(workspace: Workspace) -> None:
    mine = performed(workspace, create_segment, segment=SegmentInput("Mine", criteria=ROMANS, private=True))
    performed(workspace, save_filter, name="My filter", criteria=ROMANS, private=True)
    me = user_id(workspace)
    assert me is not None
    assert [row.name for row in workspace.read(segments, me)] == ["Mine"]
    assert [row.name for row in workspace.read(saved_filters, me)] == ["My filter"]
    assert workspace.read(segments, None) == workspace.read(segments, me + 1) == ()
    assert workspace.read(saved_filters, None) == ()
    workspace.actor = "somebody else"
    refused(workspace, NotFound, remove_segment, segment_id=mine)
    refused(workspace, NotFound, change_segment, segment_id=mine, segment=SegmentInput("X", criteria=ROMANS))
    performed(workspace, create_segment, segment=SegmentInput("MINE", criteria=ROMANS, private=True))
    error = refused(workspace, InvalidInput, create_segment, segment=SegmentInput("mine", criteria=ROMANS))
    assert error.problems == {"name": "taken"}, "whoever has a private one of this name would see two"
    assert workspace.read(find_segment, " MINE ", user_id(workspace)).owner_id == user_id(workspace)


def test_what_asks_for_a_segment_keeps_it(workspace: Workspace) -> None:
    romans = workspace.perform(create_segment, segment=SegmentInput("Romans", criteria=ROMANS)).result
    others: Criteria = Not(Clause("segment", Operator.IS, (romans,)))
    using = workspace.perform(create_segment, segment=SegmentInput("Others", criteria=others)).result
    filtering = workspace.perform(save_filter, name="No Romans", criteria=others).result
    error = refused(workspace, ExpectedError, remove_segment, segment_id=romans)
    assert (error.code, error.facts) == ("segment_in_use", {"segment": "Romans", "users": ["Others", "No Romans"]})
    looped = SegmentInput("Romans", criteria=Clause("segment", Operator.IS, (using,)))
    assert refused(workspace, ExpectedError, change_segment, segment_id=romans, segment=looped).code == "segment_cycle"
    performed(workspace, remove_filter, filter_id=filtering)
    performed(workspace, remove_segment, segment_id=using)
    performed(workspace, remove_segment, segment_id=romans)


def test_an_undo_leaves_nothing_that_asks_for_what_is_gone(workspace: Workspace) -> None:
    creation = workspace.perform(create_segment, segment=SegmentInput("Romans", criteria=ROMANS))
    asking: Criteria = Clause("segment", Operator.IS, (creation.result,))
    using = workspace.perform(create_segment, segment=SegmentInput("Same", criteria=asking)).result
    error = refused(workspace, ExpectedError, undo_operation, operation_id=creation.operation_id)
    assert error.code == "segment_in_use"
    apart = workspace.perform(change_segment, segment_id=using, segment=SegmentInput("Same", criteria=ROMANS))
    around = SegmentInput("Romans", criteria=Clause("segment", Operator.IS, (using,)))
    workspace.perform(change_segment, segment_id=creation.result, segment=around)
    error = refused(workspace, ExpectedError, undo_operation, operation_id=apart.operation_id)
    assert error.code == "segment_cycle"


def test_what_was_private_to_who_leaves(workspace: Workspace) -> None:
    private = workspace.perform(create_segment, segment=SegmentInput("Private", criteria=ROMANS, private=True)).result
    by_way: Criteria = Clause("segment", Operator.IS, (private,))
    between = workspace.perform(create_segment, segment=SegmentInput("Between", criteria=by_way, private=True)).result
    workspace.perform(create_segment, segment=SegmentInput("Alone", criteria=ROMANS, private=True))
    workspace.perform(save_filter, name="Alone", criteria=ROMANS, private=True)
    asking: Criteria = Clause("segment", Operator.IS, (between,))
    workspace.perform(create_segment, segment=SegmentInput("Shared", criteria=asking))
    leaving = user_id(workspace)
    workspace.actor = "somebody else"
    workspace.perform(create_segment, segment=SegmentInput("PRIVATE", criteria=ROMANS, private=True))
    performed(workspace, remove_user, user_id=leaving)
    seen = workspace.read(segments, user_id(workspace))
    assert [(row.name, row.is_private) for row in seen] == [
        ("Between", False), ("PRIVATE", True), ("Private (2)", False), ("Shared", False),
    ]  # fmt: skip
    assert workspace.read(saved_filters, leaving) == ()


def test_filters_are_saved_changed_ordered_and_removed(workspace: Workspace) -> None:
    ids = [performed(workspace, save_filter, name=name, criteria=ROMANS) for name in ("A", "B", "C")]
    refused(workspace, InvalidInput, save_filter, name=" a ", criteria=ROMANS)
    performed(workspace, order_filters, filter_ids=[ids[2], ids[0]], moved=ids[2])
    assert [row.name for row in workspace.read(saved_filters, None)] == ["C", "A", "B"]
    nothing_done(workspace, order_filters, filter_ids=[ids[2], ids[0]], moved=ids[2])
    oslo: Criteria = Clause("city", Operator.IS, ("Oslo",))
    performed(workspace, change_filter, filter_id=ids[0], name="D", criteria=oslo, private=True)
    nothing_done(workspace, change_filter, filter_id=ids[0], name="D", criteria=oslo, private=True)
    row = next(row for row in workspace.read(saved_filters, user_id(workspace)) if row.id == ids[0])
    assert (row.name, row.criteria, row.is_private) == ("D", oslo, True)
    refused(workspace, InvalidInput, change_filter, filter_id=ids[1], name="c")
    performed(workspace, remove_filter, filter_id=ids[2])
    refused(workspace, NotFound, remove_filter, filter_id=ids[2])
    refused(workspace, NotFound, order_filters, filter_ids=[ids[2]], moved=ids[1])


# History


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sets the program's clock."""
    moments = [datetime(2026, 3, 1, 12, tzinfo=UTC)]
    monkeypatch.setattr(clock, "now", lambda: moments[0])

    def set_to(day: int, hour: int = 12) -> datetime:
        moments[0] = datetime(2026, 3, day, hour, tzinfo=UTC)
        return moments[0]

    yield set_to


def moved(workspace: Workspace, segment_id: int) -> list[tuple[str, str, int]]:
    """Who entered and left, on which day of the month, oldest first."""
    page = workspace.read(movements, segment_id)
    told = [(m.name, "in" if m.entered else "out", m.at.day) for m in page.movements]
    return told[::-1]


def test_who_enters_and_leaves_is_written_down_as_it_happens(workspace: Workspace, at: Any) -> None:
    at(1)
    anna, boris, clara = contacts(workspace, "Anna", "Boris", "Clara")
    workspace.perform(add_tags, selection=ContactSelection.of(anna), names=["VIP"])
    vip = workspace.read(tag_named, "VIP")
    assert vip is not None
    asking: Criteria = Clause("tag", Operator.IS, (vip.id,))
    segment = performed(workspace, create_segment, segment=SegmentInput("VIPs", criteria=asking, keeps_history=True))
    assert moved(workspace, segment) == [], "who was in before has not entered"
    at(2)
    tagging = workspace.perform(add_tags, selection=ContactSelection.of(boris, clara), names=["VIP"])
    at(3)
    workspace.perform(remove_tags, selection=ContactSelection.of(anna), names=["VIP"])
    at(4)
    workspace.perform(undo_operation, operation_id=tagging.operation_id)
    at(5)
    workspace.perform(redo_operation, operation_id=tagging.operation_id)
    at(6)
    workspace.perform(remove_contacts, selection=ContactSelection.of(clara))
    assert sorted(moved(workspace, segment), key=lambda told: (told[2], told[0])) == [
        ("Boris", "in", 2), ("Clara", "in", 2), ("Anna", "out", 3), ("Boris", "out", 4), ("Clara", "out", 4),
        ("Boris", "in", 5), ("Clara", "in", 5), ("Clara", "out", 6),
    ]  # fmt: skip
    assert refresh_stays(workspace) == 0, "nothing has been missed"
    assert workspace.read(movement_counts, segment, datetime(2026, 3, 4, tzinfo=UTC)) == (2, 3)
    (stay,) = workspace.read(stays_of_contact, anna)
    assert (stay.segment, stay.entered_at, stay.left_at) == ("VIPs", None, datetime(2026, 3, 3, 12, tzinfo=UTC))
    first = workspace.read(movements, segment, limit=3)
    rest = workspace.read(movements, segment, before=first.next)
    assert [*first.movements, *rest.movements] == list(workspace.read(movements, segment).movements)
    assert len(first.movements) == 3
    assert rest.next is None


def test_what_only_time_changes_is_seen_when_the_program_looks(workspace: Workspace, at: Any) -> None:
    at(1)
    anna, boris = contacts(workspace, "Anna", "Boris")
    quiet: Criteria = Clause("last_activity", Operator.MORE_THAN_AGO, (Span(5),))
    segment = workspace.perform(
        create_segment, segment=SegmentInput("Quiet", criteria=quiet, keeps_history=True)
    ).result
    at(5)
    assert refresh_stays(workspace) == 0
    workspace.perform(update_contact, contact_id=boris, changes={"city": "Rome"})
    now = at(8)
    assert refresh_stays(workspace, now) == 1
    assert refresh_stays(workspace, now) == 0
    at(9)
    workspace.perform(update_contact, contact_id=anna, changes={"city": "Rome"})
    at(20)
    assert refresh_stays(workspace) == 2
    told = moved(workspace, segment)
    assert told[:2] == [("Anna", "in", 8), ("Anna", "out", 9)]
    assert sorted(told[2:]) == [("Anna", "in", 20), ("Boris", "in", 20)]


def test_a_segment_within_a_segment_keeps_history_too(workspace: Workspace, at: Any) -> None:
    at(1)
    anna, boris = contacts(workspace, "Anna", "Boris")
    hand_picked = workspace.perform(create_segment, segment=SegmentInput("Picked", keeps_history=True)).result
    inside: Criteria = All((Clause("segment", Operator.IS, (hand_picked,)), Clause("city", Operator.IS_EMPTY)))
    segment = workspace.perform(create_segment, segment=SegmentInput("S", criteria=inside, keeps_history=True)).result
    at(2)
    workspace.perform(add_to_segment, segment_id=hand_picked, selection=ContactSelection.of(anna, boris))
    at(3)
    workspace.perform(update_contact, contact_id=anna, changes={"city": "Rome"})
    at(4)
    rome = Clause("segment", Operator.IS, (hand_picked,))
    wider = SegmentInput("S", criteria=rome, keeps_history=True)
    workspace.perform(change_segment, segment_id=segment, segment=wider)
    assert sorted(moved(workspace, hand_picked)) == [("Anna", "in", 2), ("Boris", "in", 2)]
    assert [told for told in moved(workspace, segment) if told[0] == "Anna"] == [
        ("Anna", "in", 2), ("Anna", "out", 3), ("Anna", "in", 4),
    ]  # fmt: skip


def test_history_pauses_where_criteria_ask_for_what_is_gone(workspace: Workspace, at: Any) -> None:
    from ulkacrm_desktop.core.contact_document import PropertyType
    from ulkacrm_desktop.services.operations.properties import create_property, remove_property, set_property_value

    at(1)
    (anna,) = contacts(workspace, "Anna")
    size = workspace.perform(create_property, name="Size", type=PropertyType.NUMBER).result
    large: Criteria = Clause(f"property:{size}", Operator.GREATER, (10,))
    segment = workspace.perform(
        create_segment, segment=SegmentInput("Large", criteria=large, keeps_history=True)
    ).result
    at(2)
    workspace.perform(set_property_value, contact_id=anna, property_id=size, value=12)
    at(3)
    removal = workspace.perform(remove_property, property_id=size)
    workspace.perform(update_contact, contact_id=anna, changes={"city": "Rome"})
    assert refresh_stays(workspace) == 0
    workspace.perform(undo_operation, operation_id=removal.operation_id)
    assert moved(workspace, segment) == [("Anna", "in", 2)]


def test_many_contacts_at_once_are_compared_as_a_whole(
    local_workspace: Workspace, at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ulkacrm_desktop.services import segment_stays

    monkeypatch.setattr(segment_stays, "_FEW", 1)
    test_who_enters_and_leaves_is_written_down_as_it_happens(local_workspace, at)


def test_viewpoints_count_days_of_their_zone(workspace: Workspace) -> None:
    contacts(workspace, "Anna")
    new: Criteria = Clause("created_at", Operator.IN_LAST, (Span(1),))
    segment = workspace.perform(create_segment, segment=SegmentInput("New", criteria=new)).result
    assert workspace.read(segment_count, segment) == 1
    later = Viewpoint(clock.now() + timedelta(days=3))
    assert workspace.read(segment_count, segment, later) == 0
