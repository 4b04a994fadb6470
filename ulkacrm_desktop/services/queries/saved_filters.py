"""Saved filters: criteria under a name, offered above the list."""

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from ulkacrm_desktop.core.criteria import Criteria
from ulkacrm_desktop.models import SavedFilter
from ulkacrm_desktop.services.criteria.stored_form import read_criteria


@dataclass(frozen=True, slots=True)
class SavedFilterRow:
    """Criteria under a name. ``owner_id`` is the user who alone sees it, None where it is shared."""

    id: int
    name: str
    stored: str
    owner_id: int | None
    version: int

    @property
    def is_private(self) -> bool:
        """Whether only its owner sees it."""
        return self.owner_id is not None

    @property
    def criteria(self) -> Criteria:
        """What it asks for. Raises ExpectedError ``criteria_unreadable``."""
        return read_criteria(self.stored)


def saved_filters(connection: Connection, user_id: int | None) -> tuple[SavedFilterRow, ...]:
    """The filters that a user sees, in the order in which they are shown; None for one of whom nothing is private."""
    shared = SavedFilter.owner_id.is_(None)
    seen = shared if user_id is None else or_(shared, SavedFilter.owner_id == user_id)
    wanted = select(
        SavedFilter.id, SavedFilter.name, SavedFilter.criteria, SavedFilter.owner_id, SavedFilter.version
    ).where(SavedFilter.removed_in.is_(None), seen)
    return tuple(
        SavedFilterRow(row.id, row.name, row.criteria, row.owner_id, row.version)
        for row in connection.execute(wanted.order_by(SavedFilter.position, SavedFilter.id))
    )
