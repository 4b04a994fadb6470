"""The prepared rows of a plan's chunks, as columns for `db.bulk_load`."""

from collections.abc import Collection, Iterator
from itertools import compress
from typing import Any

from ulkacrm_desktop.services.imports.packed_columns import Columns, unpack_columns, unpack_sections
from ulkacrm_desktop.services.imports.plan_file import PlanFile


def contact_sections(plan: PlanFile) -> Iterator[tuple[int, int, dict[str, Columns]]]:
    """Contacts, emails, phones, messengers and tags, chunk by chunk: first and last place, columns by section."""
    for first, last, blob in plan.chunks():
        yield first, last, {name: _placed(columns, first) for name, columns in unpack_sections(blob).items()}


def property_sections(plan: PlanFile) -> Iterator[tuple[int, int, dict[int, Columns]]]:
    """The values of each property, chunk by chunk: first and last place, columns by the property's index."""
    for first, last, blob in plan.properties():
        yield first, last, {index: _placed(columns, first) for index, columns in unpack_sections(blob).items()}


def word_columns(plan: PlanFile) -> Iterator[tuple[int, int, Columns]]:
    """What the search index takes words from, chunk by chunk: first and last place, columns."""
    for first, last, blob in plan.words():
        yield first, last, _placed(unpack_columns(blob), first)


def _placed(columns: Columns, first: int) -> Columns:
    """Columns of a chunk that begins at ``first``, with the places of the plan."""
    places, *others = columns
    return [[first + place for place in places], *others]


def column_of(columns: Columns, index: int) -> list[Any]:
    """One column with a value for each row."""
    if not columns[0]:
        return []
    column = columns[index]
    return column if isinstance(column, list) else [column] * len(columns[0])


def rows_left(columns: Columns, left_out: Collection[int]) -> Columns:
    """The rows but for those of some places."""
    kept = [place not in left_out for place in columns[0]]
    return [list(compress(column, kept)) if isinstance(column, list) else column for column in columns]


def joined(columns: Columns, more: Columns) -> Columns:
    """The rows of both."""
    if not columns[0] or not more[0]:
        return columns if columns[0] else more
    return [column_of(columns, index) + column_of(more, index) for index in range(len(columns))]
