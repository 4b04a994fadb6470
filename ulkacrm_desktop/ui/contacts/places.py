"""Where in the list of contacts one is: all, the recently viewed, the selected, those of a tag."""

from dataclasses import dataclass
from enum import StrEnum


class PlaceKind(StrEnum):
    """The sections of the navigation that list contacts."""

    ALL = "all"
    RECENT = "recent"
    SELECTED = "selected"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Place:
    """One list of contacts that the navigation leads to; ``tag_id`` goes with TAG."""

    kind: PlaceKind = PlaceKind.ALL
    tag_id: int | None = None


ALL = Place(PlaceKind.ALL)
RECENT = Place(PlaceKind.RECENT)
SELECTED = Place(PlaceKind.SELECTED)
