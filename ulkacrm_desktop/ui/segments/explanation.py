"""What an explanation of a segment is read from; for readers' threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.criteria import Clause, Criteria, Operator, Viewpoint
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.services.criteria.explainer import PartCount, Verdict, clause_counts, explained
from ulkacrm_desktop.services.queries.contacts import count, rows
from ulkacrm_desktop.services.queries.segment_history import (
    MovementPage,
    StayRow,
    movement_counts,
    movements,
    stays_of_contact,
)
from ulkacrm_desktop.services.queries.segments import SegmentRow, segments_of_contact

if TYPE_CHECKING:
    from datetime import datetime

    from ulkacrm_desktop.services.workspace import Workspace

RECENT_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class ContactExplanation:
    """A contact before a segment: the verdict, in which of the segments it is, and since when."""

    contact_id: int
    name: str
    verdict: Verdict
    inside: frozenset[int]
    stays: tuple[StayRow, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The latest movements, and how many there were in the last days; nothing where no history is kept."""

    page: MovementPage
    entered: int
    left: int


def meant(segment: SegmentRow) -> Criteria:
    """What a segment asks for; of a static one, that somebody has put the contact into it."""
    criteria = segment.criteria
    return criteria if criteria is not None else Clause("segment", Operator.IS, (segment.id,))


def read_counts(workspace: Workspace, segment: SegmentRow, viewpoint: Viewpoint) -> tuple[int, tuple[PartCount, ...]]:
    """How many contacts there are, and how many of them each part of a segment's criteria leaves."""
    with workspace.reading() as connection:
        return count(connection, ContactQuery()), clause_counts(connection, meant(segment), viewpoint)


def read_contact(
    workspace: Workspace,
    segment: SegmentRow,
    contact_id: int,
    viewpoint: Viewpoint,
) -> ContactExplanation:
    """Why a contact is in a segment or not. Raises NotFound where the contact is gone."""
    with workspace.reading() as connection:
        found = rows(connection, [contact_id])
        if not found:
            raise NotFound("contact_not_found", contact=contact_id)
        others = segments_of_contact(connection, contact_id, viewpoint.user_id, viewpoint)
        inside = frozenset(other.id for other in others)
        verdict = explained(connection, meant(segment), contact_id, viewpoint)
        stays = tuple(stay for stay in stays_of_contact(connection, contact_id) if stay.segment_id == segment.id)
        return ContactExplanation(contact_id, found[0].name, verdict, inside, stays)


def read_history(workspace: Workspace, segment: SegmentRow, now: datetime) -> History:
    """Who came and went last."""
    with workspace.reading() as connection:
        page = movements(connection, segment.id)
        entered, left = movement_counts(connection, segment.id, now - timedelta(days=RECENT_DAYS))
        return History(page, entered, left)
