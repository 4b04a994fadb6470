"""Operations on segments: make, change, remove; and who is in those that are filled by hand."""

from typing import Any

from sqlalchemy import delete, insert, literal, or_, select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.criteria import Criteria
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, InvalidInput, NotFound
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.models import Contact, Segment, SegmentMember
from ulkacrm_desktop.services.criteria.compiler import check_criteria
from ulkacrm_desktop.services.criteria.stored_form import stored_criteria
from ulkacrm_desktop.services.operations.chosen import chosen_ids, tell_contacts
from ulkacrm_desktop.services.operations.names import free_name
from ulkacrm_desktop.services.operations.ownership import seen_with
from ulkacrm_desktop.services.operations.users import acting_user
from ulkacrm_desktop.services.queries.segments import segment_uses
from ulkacrm_desktop.services.queries.users import current_user
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.SEGMENT_CREATED)
def create_segment(write: Write, *, segment: SegmentInput, contacts: ContactSelection | None = None) -> int:
    """Make a segment; answers its id. ``contacts`` are the first ones of a static segment.

    Raises InvalidInput, and ExpectedError ``criteria_field_unknown``, ``criteria_unfit``, ``segment_cycle``.
    """
    owner = _checked(write, segment)
    columns = _columns(write, segment, owner)
    write.facts["name"] = columns["name"]
    segment_id: int = write.connection.execute(
        insert(Segment).values(created_at=write.at, **columns).returning(Segment.id)
    ).scalar_one()
    if contacts is not None:
        _require_static(segment.criteria, segment.name)
        _put_in(write, segment_id, contacts)
    return segment_id


@operation(OperationKind.SEGMENT_CHANGED)
def change_segment(write: Write, *, segment_id: int, segment: SegmentInput, version: int | None = None) -> None:
    """Let a segment be as wanted; ``version`` is the one that was seen.

    A static segment stays static, one with criteria keeps having some. Raises NotFound, InvalidInput, EditConflict
    where somebody has changed it since, and ExpectedError as `create_segment`.
    """
    present = _present(write, segment_id)
    if (present.criteria is None) != (segment.criteria is None):
        raise InvalidInput({"criteria": "kind_fixed"})
    owner = _checked(write, segment, segment_id)
    if version is not None and present.version != version:
        raise EditConflict("changed_since", fields=[], total=1)
    columns = _columns(write, segment, owner, segment_id)
    changed = {name: value for name, value in columns.items() if getattr(present, name) != value}
    write.facts["name"] = present.name
    if "name" in changed:
        write.facts["new_name"] = columns["name"]
    if changed:
        write.connection.execute(
            update(Segment).where(Segment.id == segment_id).values(version=Segment.version + 1, **changed)
        )


@operation(OperationKind.SEGMENT_REMOVED)
def remove_segment(write: Write, *, segment_id: int) -> None:
    """Take a segment away; its contacts stay.

    Raises NotFound, and ExpectedError ``segment_in_use`` where another segment or a filter asks for it.
    """
    present = _present(write, segment_id)
    uses = segment_uses(write.connection, segment_id)
    if uses:
        raise ExpectedError("segment_in_use", segment=present.name, users=list(uses))
    write.facts["name"] = present.name
    write.connection.execute(
        update(Segment)
        .where(Segment.id == segment_id)
        .values(removed_in=write.operation_id, version=Segment.version + 1)
    )


@operation(OperationKind.SEGMENT_JOINED)
def add_to_segment(write: Write, *, segment_id: int, selection: ContactSelection) -> int:
    """Put contacts into a static segment; answers how many were not in it.

    Raises NotFound, and ExpectedError ``segment_is_dynamic`` for one with criteria.
    """
    present = _present(write, segment_id)
    _require_static(present.criteria, present.name)
    write.facts["segment"] = present.name
    _put_in(write, segment_id, selection)
    return tell_contacts(write, "segment_member")


@operation(OperationKind.SEGMENT_LEFT)
def remove_from_segment(write: Write, *, segment_id: int, selection: ContactSelection) -> int:
    """Take contacts out of a static segment; answers how many were in it.

    Raises NotFound, and ExpectedError ``segment_is_dynamic`` for one with criteria.
    """
    present = _present(write, segment_id)
    _require_static(present.criteria, present.name)
    write.facts["segment"] = present.name
    write.connection.execute(
        delete(SegmentMember).where(
            SegmentMember.segment_id == segment_id, SegmentMember.contact_id.in_(chosen_ids(write, selection))
        )
    )
    return tell_contacts(write, "segment_member")


def _put_in(write: Write, segment_id: int, contacts: ContactSelection) -> None:
    chosen = chosen_ids(write, contacts)
    members = select(SegmentMember.contact_id).where(SegmentMember.segment_id == segment_id)
    write.connection.execute(
        insert(SegmentMember).from_select(
            ["contact_id", "class_id", "segment_id"],
            select(Contact.id, Contact.class_id, literal(segment_id)).where(
                Contact.id.in_(chosen), Contact.id.not_in(members)
            ),
        )
    )


def _present(write: Write, segment_id: int) -> Any:
    """The row of a segment that whoever works here sees. Raises NotFound."""
    user = current_user(write.connection, write.actor)
    seen = or_(Segment.owner_id.is_(None), Segment.owner_id == user.id) if user else Segment.owner_id.is_(None)
    found = write.connection.execute(
        select(Segment.__table__).where(Segment.id == segment_id, Segment.removed_in.is_(None), seen)
    ).one_or_none()
    if found is None:
        raise NotFound("segment_not_found", segment=segment_id)
    return found


def _checked(write: Write, segment: SegmentInput, segment_id: int | None = None) -> int | None:
    """The owner of a segment that can be kept."""
    problems = segment.problems()
    if problems:
        raise InvalidInput(problems)
    if segment.criteria is not None:
        check_criteria(write.connection, segment.criteria, segment_id=segment_id)
    return acting_user(write) if segment.private else None


def _columns(write: Write, segment: SegmentInput, owner: int | None, segment_id: int | None = None) -> dict[str, Any]:
    return {
        **free_name(write, Segment, segment.name, but=segment_id, among=seen_with(Segment, owner)),
        "description": segment.description.strip() or None,
        "icon": segment.icon or None,
        "criteria": None if segment.criteria is None else stored_criteria(segment.criteria),
        "owner_id": owner,
        "keeps_history": segment.keeps_history,
    }


def _require_static(criteria: Criteria | str | None, name: str) -> None:
    if criteria is not None:
        raise ExpectedError("segment_is_dynamic", segment=name)
