"""Who sees a segment or a filter: everybody, or its owner alone."""

from sqlalchemy import ColumnElement, or_, select, true, update

from ulkacrm_desktop.models import SavedFilter, Segment
from ulkacrm_desktop.services.criteria.stored_form import read_criteria, segment_references
from ulkacrm_desktop.services.operations.names import spare_name
from ulkacrm_desktop.services.workspace import Write

Owned = type[Segment] | type[SavedFilter]


def seen_with(mapped: Owned, owner_id: int | None) -> ColumnElement[bool]:
    """What somebody may see beside a thing of this owner: beside what is shared that is everything."""
    return true() if owner_id is None else or_(mapped.owner_id.is_(None), mapped.owner_id == owner_id)


def give_up_what_is_private(write: Write, user_id: int) -> None:
    """Remove the segments and filters that only this user sees, as part of any operation.

    A segment that others use, directly or by way of one that they use, becomes shared instead.
    """
    private = {
        row.id: row
        for row in write.connection.execute(
            select(Segment.id, Segment.name, Segment.criteria).where(
                Segment.owner_id == user_id, Segment.removed_in.is_(None)
            )
        )
    }
    needed = _used_by_others(write, user_id) & private.keys()
    waiting = list(needed)
    while waiting:
        criteria = private[waiting.pop()].criteria
        more = segment_references(read_criteria(criteria)) & private.keys() - needed if criteria else set()
        needed |= more
        waiting += more
    for segment_id in sorted(needed):
        columns = spare_name(write, Segment, private[segment_id].name, but=segment_id)
        _change(write, Segment, Segment.id == segment_id, owner_id=None, **columns)
    for mapped in (Segment, SavedFilter):
        _change(write, mapped, mapped.owner_id == user_id, removed_in=write.operation_id)


def _used_by_others(write: Write, user_id: int) -> set[int]:
    """The segments that anything names which is not private to this user."""
    used: set[int] = set()
    for mapped in (Segment, SavedFilter):
        others = select(mapped.criteria).where(
            mapped.removed_in.is_(None),
            mapped.criteria.is_not(None),
            or_(mapped.owner_id.is_(None), mapped.owner_id != user_id),
        )
        for criteria in write.connection.scalars(others):
            used |= segment_references(read_criteria(str(criteria)))
    return used


def _change(write: Write, mapped: Owned, which: ColumnElement[bool], **columns: object) -> None:
    write.connection.execute(
        update(mapped).where(which, mapped.removed_in.is_(None)).values(version=mapped.version + 1, **columns)
    )
