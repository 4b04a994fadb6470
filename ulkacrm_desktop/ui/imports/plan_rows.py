"""The rows of a plan as a list of any length: where they come from and what their cells say."""

import threading
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.imports.comparison import CellChange
from ulkacrm_desktop.services.imports.importing import ImportPlan, PlannedRow
from ulkacrm_desktop.services.imports.mapping import ColumnMapping, FieldTarget, NewProperty, PropertyTarget
from ulkacrm_desktop.services.imports.plan_file import RowKind, StoredProblem
from ulkacrm_desktop.ui.imports.sample_model import heading_text
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.labels.imports import cell_problem_text, row_kind_text
from ulkacrm_desktop.ui.labels.values import NOTHING, grouped, plain_value
from ulkacrm_desktop.ui.tables.rows import Column, Detail, FirstPage

FIRST_ROWS: Final = 100
NUMBER: Final = "number"
RESULT: Final = "result"
"""The keys of the columns before those of the file."""

TONE_ROLE: Final = Qt.ItemDataRole.UserRole + 100
"""What a cell is to be seen as: a `Tone`."""

_LISTS: Final = {"emails": "email", "phones": "phone", "messengers": "messenger"}


class Tone(StrEnum):
    """How a cell of a plan is drawn."""

    PLAIN = "plain"
    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    SKIP = "skip"
    ERROR = "error"
    CHANGED = "changed"
    WARNING = "warning"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of the plan under the id that lists know it by, its place in the file."""

    id: int
    planned: PlannedRow


class PlanRowSource:
    """Reads a plan for the list; the question is the kind of rows wanted, None for all."""

    def __init__(self, plan: ImportPlan, lock: threading.Lock) -> None:
        self._plan = plan
        self._lock = lock

    def first_page(self, query: RowKind | None) -> FirstPage[PlanRow]:
        """How many rows of a kind there are, and the first of them."""
        with self._lock:
            counts = self._plan.counts
            total = counts.rows if query is None else counts.of(query)
            return FirstPage(total, _shown(self._plan.page(query, 0, FIRST_ROWS)))

    def all_ids(self, query: RowKind | None) -> "array[int]":
        """The places of all rows of a kind."""
        with self._lock:
            return self._plan.places(query)

    def page_at(self, query: RowKind | None, offset: int, limit: int) -> Sequence[PlanRow]:
        """Rows by position among those of a kind."""
        with self._lock:
            return _shown(self._plan.page(query, offset, limit))

    def rows(self, ids: Sequence[int]) -> Sequence[PlanRow]:
        """Rows by place."""
        with self._lock:
            return _shown(self._plan.rows(ids))


def _shown(rows: Sequence[PlannedRow]) -> tuple[PlanRow, ...]:
    return tuple(PlanRow(row.place, row) for row in rows)


# What cells say.


def change_field(column: ColumnMapping) -> str:
    """The field of a contact that a column changes, as `CellChange.field` names it; '' for none."""
    target = column.target
    if isinstance(target, FieldTarget):
        return next((field for field, key in _LISTS.items() if key == target.key), target.key)
    if isinstance(target, PropertyTarget):
        return f"property:{target.id}"
    return ""


def change_label(change: CellChange, mapping: Sequence[ColumnMapping]) -> str:
    """What the changed field is called."""
    kind, _colon, rest = change.field.partition(":")
    if kind == "new" and rest:
        properties = [
            column.target.name for column in mapping if isinstance(column.target, PropertyTarget | NewProperty)
        ]
        return properties[int(rest)] if int(rest) < len(properties) else _("Property")
    names = {column.target.id: column.target.name for column in mapping if isinstance(column.target, PropertyTarget)}
    return field_label(change.field, names)


def before_text(change: CellChange) -> str:
    """What a field held before, for the line below the cell."""
    if change.before in (None, "", ()):
        return _("was empty")
    if isinstance(change.before, tuple):
        return _("added to {before}").format(before=plain_value(change.before))
    return _("was {before}").format(before=plain_value(change.before))


def plan_columns(mapping: Sequence[ColumnMapping], empty: Collection[int] = ()) -> list[Column[PlanRow]]:
    """The columns of the list: number, what becomes of the row, and the columns of the file.

    Columns that are not imported are hidden at first, and those of which nothing is to be seen (``empty``).
    """
    columns: list[Column[PlanRow]] = [
        Column(
            key=NUMBER,
            title=_("Row"),
            value=lambda row: grouped(row.planned.number),
            width=64,
            align_right=True,
            fixed=True,
            roles={TONE_ROLE: lambda row: Tone.IGNORED},
        ),
        Column(
            key=RESULT,
            title=_("Result"),
            value=lambda row: row_kind_text(row.planned.kind),
            width=190,
            fixed=True,
            detail=_result_detail,
            tooltip=_row_tooltip,
            roles={TONE_ROLE: lambda row: Tone(row.planned.kind.value)},
        ),
    ]
    names = name_columns(mapping)[:1]
    first_of_field: dict[str, int] = {}
    for column in mapping:
        if (name := change_field(column)) and column.target is not None:
            first_of_field.setdefault(name, column.index)
    fields = {index: name for name, index in first_of_field.items()}
    return columns + [
        _file_column(
            column,
            fields.get(column.index, ""),
            names_row=column.index in names,
            visible=column.target is not None and column.index not in empty,
        )
        for column in mapping
    ]


def _file_column(column: ColumnMapping, field: str, *, names_row: bool, visible: bool) -> Column[PlanRow]:
    index = column.index

    def problems(row: PlanRow) -> list[StoredProblem]:
        return [
            problem
            for problem in row.planned.problems
            if problem.column == index or (names_row and problem.column is None and problem.field == "name")
        ]

    def tone(row: PlanRow) -> Tone:
        found = problems(row)
        if found:
            return Tone.ERROR if any(problem.is_error for problem in found) else Tone.WARNING
        if column.target is None:
            return Tone.IGNORED
        return Tone.CHANGED if _change(row, field) is not None and _cell(row, index) else Tone.PLAIN

    def story(row: PlanRow) -> str:
        told = [cell_problem_text(problem.code, problem.value) for problem in problems(row)]
        change = _change(row, field)
        if change is not None and _cell(row, index):
            told.append(before_text(change))
        return " ".join(told)

    def detail(row: PlanRow) -> Detail | None:
        text = story(row)
        return Detail(text) if text else None

    return Column(
        key=f"file:{index}",
        title=heading_text(column.heading, index),
        value=lambda row: _cell(row, index),
        width=180,
        visible=visible,
        editable=column.target is not None,
        detail=detail,
        tooltip=lambda row: "\n".join(filter(None, (_cell(row, index)[:2000], story(row)))),
        roles={TONE_ROLE: tone, Qt.ItemDataRole.AccessibleDescriptionRole: story},
    )


def _cell(row: PlanRow, index: int) -> str:
    cells = row.planned.cells
    return cells[index] if index < len(cells) else ""


def _change(row: PlanRow, field: str) -> CellChange | None:
    return next((change for change in row.planned.changes if change.field == field), None) if field else None


def _result_detail(row: PlanRow) -> Detail | None:
    """Of a row that means a contact its name, of a rejected one why."""
    planned = row.planned
    whole = [problem for problem in planned.problems if problem.column is None]
    if whole:
        return Detail(cell_problem_text(whole[0].code, whole[0].value))
    if planned.kind is RowKind.ERROR and planned.problems:
        return Detail(cell_problem_text(planned.problems[0].code, planned.problems[0].value))
    if planned.contact_name and planned.kind is not RowKind.CREATE:
        return Detail(planned.contact_name)
    return None


def _row_tooltip(row: PlanRow) -> str:
    detail = _result_detail(row)
    return row_kind_text(row.planned.kind) + (f"\n{detail.text}" if detail is not None else "")


def faulty_columns(row: PlannedRow) -> list[int]:
    """The columns of a row that have an error."""
    return [problem.column for problem in row.problems if problem.is_error and problem.column is not None]


def name_columns(mapping: Sequence[ColumnMapping]) -> list[int]:
    """The columns in which a name can be given to a row that has none, the likeliest first."""
    order: Mapping[str, int] = {"name": 0, "first_name": 1, "last_name": 2, "company": 3, "email": 4}
    named = [
        (order[column.target.key], column.index)
        for column in mapping
        if isinstance(column.target, FieldTarget) and column.target.key in order
    ]
    return [index for _rank, index in sorted(named)]


def change_text(change: CellChange) -> tuple[str, str]:
    """Before and after of a change."""
    before = NOTHING if change.before in (None, "", ()) else plain_value(change.before)
    return before, plain_value(change.after)
