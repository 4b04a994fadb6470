"""What a list is made of: rows, the source that gives them, and the columns that show them."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum, auto
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import Qt


class Row(Protocol):
    """Anything with an id that stays the same: a frozen dataclass of a query."""

    @property
    def id(self) -> int:
        """The primary key of the record."""


RowT = TypeVar("RowT", bound=Row)
RowT_co = TypeVar("RowT_co", bound=Row, covariant=True)
QueryT_contra = TypeVar("QueryT_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class FirstPage(Generic[RowT_co]):
    """How many rows a question has, and the first of them (as many as the source sees fit, 100 is right)."""

    total: int
    rows: tuple[RowT_co, ...]


class RowSource(Protocol[QueryT_contra, RowT_co]):
    """Answers questions of a list. Every method is called from reader threads, several at a time."""

    def first_page(self, query: QueryT_contra) -> FirstPage[RowT_co]:
        """The number of rows and the first of them, as fast as can be."""

    def all_ids(self, query: QueryT_contra) -> "array[int]":
        """The ids of all rows in the order of display, as ``array('q')``."""

    def page_at(self, query: QueryT_contra, offset: int, limit: int) -> Sequence[RowT_co]:
        """Rows by position; asked only while the ids are on their way."""

    def rows(self, ids: Sequence[int]) -> Sequence[RowT_co]:
        """Rows by id, in any order; those that are gone are left out."""


class Role(IntEnum):
    """Roles of `PagedTableModel` beyond Qt's own."""

    ID = Qt.ItemDataRole.UserRole
    """The row's id, or None while neither row nor ids are there."""
    ROW = auto()
    """The row itself, or None while it is on its way."""
    LOADING = auto()
    """Whether the row is still on its way."""
    MATCHES = auto()
    """Ranges ``(start, length)`` of the text that the search found."""
    DETAIL = auto()
    """A `Detail`: a second, dim line under the text."""
    CHIPS = auto()
    """The tags as a tuple of `Chip`."""
    WHEN = auto()
    """The moment as an aware `datetime`."""
    AVATAR = auto()
    """The name that the initials beside the text are of."""


class CellKind(StrEnum):
    """How a column is drawn."""

    TEXT = auto()
    PERSON = auto()
    CHIPS = auto()
    WHEN = auto()


@dataclass(frozen=True, slots=True)
class Chip:
    """One tag as it is shown: its text and one of `theme.TAG_COLOURS`."""

    text: str
    colour: str = "grey"


@dataclass(frozen=True, slots=True)
class Detail:
    """A dim second line, such as where the search found its words, with ranges ``(start, length)`` in it."""

    text: str
    matches: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[RowT]):
    """One column of a list.

    ``value`` is the text of a row's cell: what is shown, copied and read out. ``title`` is in the user's
    language. ``kind`` says how it is drawn; CHIPS draws what ``chips`` gives, WHEN what ``moment`` gives
    (relative, with the exact time in the tooltip), PERSON the text with an avatar of ``avatar`` (a name, by
    default the text itself) and ``detail`` as a second line. ``sort_key`` is None where a click on the
    heading does nothing. ``roles`` holds anything else by Qt's role. A column that is ``fixed`` cannot be
    hidden; an ``editable`` one opens an editor at F2.
    """

    key: str
    title: str
    value: Callable[[RowT], str]
    kind: CellKind = CellKind.TEXT
    sort_key: str | None = None
    width: int = 160
    visible: bool = True
    fixed: bool = False
    editable: bool = False
    align_right: bool = False
    chips: Callable[[RowT], Sequence[Chip]] | None = None
    moment: Callable[[RowT], datetime | None] | None = None
    avatar: Callable[[RowT], str] | None = None
    detail: Callable[[RowT], Detail | None] | None = None
    matches: Callable[[RowT], Sequence[tuple[int, int]]] | None = None
    tooltip: Callable[[RowT], str] | None = None
    roles: Mapping[int, Callable[[RowT], Any]] = field(default_factory=dict)
