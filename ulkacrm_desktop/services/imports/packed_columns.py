"""Columns of plain values as bytes: within a plan's file, and from process to process."""

import marshal
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

K = TypeVar("K")

Columns = list[Any]
"""The columns of a section: lists of one length, the first always, and values that stand in every row."""

_BETWEEN = "\x1f"  # which no text that is taken has


def pack_sections(sections: Mapping[K, Columns]) -> bytes:
    """Sections by name, for `unpack_sections`."""
    return marshal.dumps({name: list(map(_packed, columns)) for name, columns in sections.items()})


def unpack_sections(packed: bytes) -> dict[Any, Columns]:
    """What `pack_sections` was given."""
    sections: dict[Any, Columns] = marshal.loads(packed)  # noqa: S302 - plain values that this program has written
    return {name: list(map(_unpacked, columns)) for name, columns in sections.items()}


def pack_columns(columns: Sequence[Any]) -> bytes:
    """One section, for `unpack_columns`."""
    return pack_sections({0: list(columns)})


def unpack_columns(packed: bytes) -> Columns:
    """What `pack_columns` was given."""
    return unpack_sections(packed)[0]


def _packed(column: Any) -> Any:
    """A list of texts as a tuple of one text: many small values take twice the time of a large one."""
    if not isinstance(column, list) or not column or not isinstance(column[0], str):
        return column
    try:
        joined = _BETWEEN.join(column)
    except TypeError:  # some have none
        return column
    return (joined,) if joined.count(_BETWEEN) == len(column) - 1 else column


def _unpacked(column: Any) -> Any:
    return column[0].split(_BETWEEN) if isinstance(column, tuple) else column
