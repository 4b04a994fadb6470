"""What a list of contacts is asked for, and which contacts an action is meant for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ulkacrm_desktop.core.criteria import Criteria, Viewpoint

_PROPERTY: Final = "property:"


class SortKey(StrEnum):
    """The built-in orders of a list of contacts; a property's order is named by `property_sort`."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    SOURCE = "source"
    CREATED_AT = "created_at"
    LAST_CONVERSATION = "last_conversation"


DEFAULT_COLUMNS: Final = ("email", "phone", "company", "tags")
"""The columns beside the name that a list shows unless the user has chosen others."""


def property_sort(property_id: int) -> str:
    """The sort key of a property: ``property:<id>``."""
    return f"{_PROPERTY}{property_id}"


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """One question of a list of contacts.

    ``search`` is what the user has typed, as it stands. ``tag_id``, ``segment_id``, ``criteria`` and
    ``operation_id`` (contacts that this operation has made or changed, nobody while it is undone) narrow it further;
    ``viewpoint`` says what "the last 30 days" and "me" mean in criteria, None is this moment and this machine's time
    zone, with nobody as "me". ``sort`` is a `SortKey` or `property_sort`; contacts without a value come last in both
    directions. ``columns_shown`` and ``properties_shown`` (ids) are what the list shows beside the name: the
    properties' values come with each row, and where the search found its words is told for what is *not* shown.
    """

    search: str = ""
    tag_id: int | None = None
    sort: str = SortKey.NAME
    descending: bool = False
    properties_shown: tuple[int, ...] = ()
    columns_shown: tuple[str, ...] = DEFAULT_COLUMNS
    segment_id: int | None = None
    criteria: Criteria | None = None
    viewpoint: Viewpoint | None = None
    operation_id: int | None = None

    def __post_init__(self) -> None:
        if self.sort_property is None:
            SortKey(self.sort)

    @property
    def sort_property(self) -> int | None:
        """The id of the property that the list is sorted by, None for a built-in order."""
        if not self.sort.startswith(_PROPERTY):
            return None
        return int(self.sort.removeprefix(_PROPERTY))


@dataclass(frozen=True, slots=True)
class ContactSelection:
    """The contacts that an action is meant for: some by id, or all that match a query but for some.

    Removed contacts are never among them, though their ids may be given. With a query, ``ids`` is empty and
    it is asked when the action runs; where the contacts of this moment are meant, give their ids.
    """

    ids: Sequence[int] = ()
    query: ContactQuery | None = None
    exceptions: Collection[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, *ids: int) -> ContactSelection:
        """These contacts."""
        return cls(ids=ids)

    @classmethod
    def matching(cls, query: ContactQuery, but: Collection[int] = frozenset()) -> ContactSelection:
        """All contacts that match a query, but for some."""
        return cls(query=query, exceptions=but)
