"""Where in the list of contacts one is: all, the recently viewed, the selected, those of a tag, a segment, a user."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ulkacrm_desktop.core.criteria import Criteria


class PlaceKind(StrEnum):
    """The sections of the navigation that list contacts, and OPERATION, to which an import leads."""

    ALL = "all"
    RECENT = "recent"
    SELECTED = "selected"
    TAG = "tag"
    SEGMENT = "segment"
    RESPONSIBLE = "responsible"
    CLASS = "class"
    FILTER = "filter"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Place:
    """One list of contacts that the navigation leads to.

    ``record_id`` is the tag, segment, user, class or saved filter; RESPONSIBLE without one lists those for whom
    nobody is responsible. FILTER leads to all contacts with the saved filter set. OPERATION lists the contacts that
    an operation has made or changed.
    """

    kind: PlaceKind = PlaceKind.ALL
    record_id: int | None = None

    @property
    def tag_id(self) -> int | None:
        """The tag of a tag's list."""
        return self.record_id if self.kind is PlaceKind.TAG else None

    @property
    def segment_id(self) -> int | None:
        """The segment of a segment's list."""
        return self.record_id if self.kind is PlaceKind.SEGMENT else None

    @property
    def operation_id(self) -> int | None:
        """The operation whose contacts are listed."""
        return self.record_id if self.kind is PlaceKind.OPERATION else None

    @property
    def criteria(self) -> Criteria | None:
        """What the contacts of a user's or a class's list fulfil."""
        if self.kind not in (PlaceKind.RESPONSIBLE, PlaceKind.CLASS):
            return None
        from ulkacrm_desktop.core.criteria import Clause, Operator

        if self.kind is PlaceKind.RESPONSIBLE:
            if self.record_id is None:
                return Clause("responsible", Operator.IS_EMPTY)
            return Clause("responsible", Operator.IS, (self.record_id,))
        return None if self.record_id is None else Clause("class", Operator.IS, (self.record_id,))


ALL = Place(PlaceKind.ALL)
RECENT = Place(PlaceKind.RECENT)
SELECTED = Place(PlaceKind.SELECTED)
