"""How wide the columns of a list are before the user has made them so: as their contents ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ulkacrm_desktop.ui.tables.rows import CellKind, Column

_LEAST: Final = 80
_MOST: Final = 280
_NEARLY_ALL: Final = 0.95
"""A few very long values do not make a column wide."""


@dataclass(frozen=True, slots=True)
class ContentWidths:
    """What a column needs to show nearly all its cells whole, and what it can give where there is no room for that:
    most where many of its cells are empty or short."""

    needed: int
    can_give: int
    takes_spare: bool = False

    @classmethod
    def of(cls, widths: Sequence[int], column: Column[Any]) -> ContentWidths:
        """From the widths of the heading and of some cells."""
        heading, *cells = widths
        cells.sort()
        # A number of which the end is missing is of no use, and a row is known by its name.
        is_number = column.key == "phone" or column.kind is CellKind.WHEN or column.align_right
        is_whole = is_number or column.fixed
        most = cells[-1 if is_whole else int((len(cells) - 1) * _NEARLY_ALL)] if cells else column.width
        needed = min(max(most, heading, _LEAST), column.width if column.fixed else _MOST)
        usual = sum(cells) // len(cells) if cells else needed
        can_give = 0 if is_whole else min(max(needed - usual, 0), needed - _LEAST)
        return cls(needed, can_give, not is_number)


def divided(room: int, columns: Sequence[ContentWidths]) -> list[int]:
    """The widths of columns that share this room; together more where they cannot give enough."""
    spare = room - sum(column.needed for column in columns)
    if spare >= 0:
        shares = [column.needed if column.takes_spare else 0 for column in columns]
    else:
        shares = [column.can_give for column in columns]
        spare = max(spare, -sum(shares))
    whole = max(sum(shares), 1)
    return [column.needed + spare * share // whole for column, share in zip(columns, shares, strict=True)]
