"""Who has entered and left a segment that keeps history, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, literal, or_, select, union_all

from ulkacrm_desktop.models import Contact, Segment, SegmentStay

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Movement:
    """A contact entered a segment, or left it. ``removed``: the contact is gone, its name is all that is known."""

    id: int
    contact_id: int
    name: str
    removed: bool
    entered: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class MovementPage:
    """Movements, newest first. ``next`` is given as ``before`` for those that follow, None at the end."""

    movements: tuple[Movement, ...]
    next: tuple[datetime, int] | None


@dataclass(frozen=True, slots=True)
class StayRow:
    """A contact was in a segment: from when (None: before its history began) and until when (None: it still is)."""

    segment_id: int
    segment: str
    entered_at: datetime | None
    left_at: datetime | None


def movements(
    connection: Connection, segment_id: int, *, before: tuple[datetime, int] | None = None, limit: int = PAGE
) -> MovementPage:
    """Who entered a segment and who left it, newest first; ``before`` is the ``next`` of the page before."""
    parts = []
    for moment, entered in ((SegmentStay.entered_at, 1), (SegmentStay.left_at, 0)):
        # Each part is read along its index; a stay has two movements, of which the leaving has the higher number.
        number = SegmentStay.id * 2 + 1 - entered
        part = select(
            number.label("id"), SegmentStay.contact_id, moment.label("at"), literal(entered).label("entered")
        ).where(SegmentStay.segment_id == segment_id, moment.is_not(None))
        if before is not None:
            at, last = before
            part = part.where(moment <= at, or_(moment < at, number < last))
        parts.append(select(part.order_by(moment.desc(), number.desc()).limit(limit + 1).subquery()))
    both = union_all(*parts).subquery()
    wanted = (
        select(both.c.id, both.c.contact_id, both.c.at, both.c.entered, Contact.name, Contact.removed_in)
        .join(Contact, Contact.id == both.c.contact_id)
        .order_by(both.c.at.desc(), both.c.id.desc())
        .limit(limit + 1)
    )
    found = tuple(
        Movement(row.id, row.contact_id, row.name, row.removed_in is not None, bool(row.entered), row.at)
        for row in connection.execute(wanted)
    )
    page = found[:limit]
    return MovementPage(page, (page[-1].at, page[-1].id) if len(found) > limit else None)


def movement_counts(connection: Connection, segment_id: int, since: datetime) -> tuple[int, int]:
    """How many contacts have entered a segment and how many have left it, since a moment."""
    of_segment = SegmentStay.segment_id == segment_id
    entered, left = (
        connection.execute(select(func.count()).where(of_segment, moment >= since)).scalar_one()
        for moment in (SegmentStay.entered_at, SegmentStay.left_at)
    )
    return entered, left


def stays_of_contact(connection: Connection, contact_id: int) -> tuple[StayRow, ...]:
    """The segments with history in which a contact was or is, the latest first."""
    wanted = (
        select(Segment.id, Segment.name, SegmentStay.entered_at, SegmentStay.left_at)
        .join(Segment, Segment.id == SegmentStay.segment_id)
        .where(SegmentStay.contact_id == contact_id, Segment.removed_in.is_(None))
        .order_by(SegmentStay.id.desc())
    )
    return tuple(StayRow(row.id, row.name, row.entered_at, row.left_at) for row in connection.execute(wanted))
