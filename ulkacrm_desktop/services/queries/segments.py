"""Segments: those that one sees, by name or by contact, and what asks for them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select

from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.criteria import Criteria, Value, Viewpoint, clauses
from ulkacrm_desktop.core.errors import ExpectedError, NotFound
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import SavedFilter, Segment
from ulkacrm_desktop.services.criteria.compiler import fulfilling
from ulkacrm_desktop.services.criteria.stored_form import read_criteria
from ulkacrm_desktop.services.queries.contact_order import count


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A named part of the contacts.

    ``stored`` is the stored form of its criteria, None for a static segment. ``owner_id`` is the user who alone sees
    it, None where it is shared. ``icon`` is the name of an icon, '' for the usual one.
    """

    id: int
    name: str
    description: str
    icon: str
    stored: str | None
    owner_id: int | None
    keeps_history: bool
    created_at: datetime
    version: int

    @property
    def is_static(self) -> bool:
        """Whether its contacts are put into it by hand."""
        return self.stored is None

    @property
    def is_private(self) -> bool:
        """Whether only its owner sees it."""
        return self.owner_id is not None

    @property
    def criteria(self) -> Criteria | None:
        """What its contacts fulfil, None for a static one. Raises ExpectedError ``criteria_unreadable``."""
        return None if self.stored is None else read_criteria(self.stored)


def segments(connection: Connection, user_id: int | None) -> tuple[SegmentRow, ...]:
    """The segments that a user sees, by name; None for a user of whom nothing is private."""
    return _segments(connection, _seen_by(Segment, user_id))


def segment_by_id(connection: Connection, segment_id: int) -> SegmentRow:
    """A present segment. Raises NotFound."""
    found = _segments(connection, Segment.id == segment_id)
    if not found:
        raise NotFound("segment_not_found", segment=segment_id)
    return found[0]


def find_segment(connection: Connection, name: str, user_id: int | None) -> SegmentRow:
    """The segment of this name, in whatever case and with whatever blanks it is written. Raises NotFound."""
    key = fold(" ".join(name.split()))
    found = _segments(connection, Segment.name_key == key, _seen_by(Segment, user_id))
    if not found:
        raise NotFound("segment_not_found", segment=name)
    return found[0]


def segment_count(connection: Connection, segment_id: int, viewpoint: Viewpoint | None = None) -> int:
    """How many contacts a segment has now."""
    return count(connection, ContactQuery(segment_id=segment_id, viewpoint=viewpoint))


def segments_of_contact(
    connection: Connection, contact_id: int, user_id: int | None, viewpoint: Viewpoint | None = None
) -> tuple[SegmentRow, ...]:
    """The segments that a user sees and a contact is in, by name; one whose criteria cannot be asked has nobody."""
    return tuple(
        segment
        for segment in segments(connection, user_id)
        if _has(connection, ContactQuery(segment_id=segment.id, viewpoint=viewpoint), contact_id)
    )


def _has(connection: Connection, query: ContactQuery, contact_id: int) -> bool:
    try:
        return bool(fulfilling(connection, query, [contact_id]))
    except ExpectedError:
        return False


def segment_uses(connection: Connection, segment_id: int) -> tuple[str, ...]:
    """The names of the segments and filters, of all users, whose criteria ask for a segment."""
    return criteria_uses(connection, "segment", segment_id)


def criteria_uses(connection: Connection, field: str, value: Value | None = None) -> tuple[str, ...]:
    """The names of the segments and filters, of all users, whose criteria ask about a field, or for a value of it."""
    return tuple(
        row.name
        for mapped in (Segment, SavedFilter)
        for row in connection.execute(
            select(mapped.name, mapped.criteria)
            .where(mapped.removed_in.is_(None), mapped.criteria.is_not(None))
            .order_by(mapped.name_key)
        )
        if any(
            clause.field == field and (value is None or value in clause.values)
            for clause in clauses(read_criteria(str(row.criteria)))
        )
    )


def _seen_by(mapped: type[Segment] | type[SavedFilter], user_id: int | None) -> ColumnElement[bool]:
    shared = mapped.owner_id.is_(None)
    return shared if user_id is None else or_(shared, mapped.owner_id == user_id)


def _segments(connection: Connection, *which: ColumnElement[bool]) -> tuple[SegmentRow, ...]:
    present = select(
        Segment.id,
        Segment.name,
        Segment.description,
        Segment.icon,
        Segment.criteria,
        Segment.owner_id,
        Segment.keeps_history,
        Segment.created_at,
        Segment.version,
    ).where(Segment.removed_in.is_(None), *which)
    return tuple(
        SegmentRow(
            id=row.id,
            name=row.name,
            description=row.description or "",
            icon=row.icon or "",
            stored=row.criteria,
            owner_id=row.owner_id,
            keeps_history=row.keeps_history,
            created_at=row.created_at,
            version=row.version,
        )
        for row in connection.execute(present.order_by(Segment.name_key, Segment.id))
    )
