"""What one cell of a list says, role by role, and rows as text for the clipboard."""

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QMimeData, Qt

from ulkacrm_desktop.ui.tables.rows import CellKind, Column, Role, Row
from ulkacrm_desktop.ui.widgets.relative_time import exact_time, relative_time


def cell_data(column: Column[Any], row: Row, role: int) -> Any:
    """The data of a cell for one of Qt's roles or of `Role`."""
    if role == Qt.ItemDataRole.DisplayRole:
        if column.kind is CellKind.WHEN and column.moment is not None:
            moment = column.moment(row)
            return relative_time(moment) if moment is not None else ""
        return column.value(row)
    if role == Qt.ItemDataRole.EditRole:
        return column.value(row)
    if role == Role.CHIPS:
        return tuple(column.chips(row)) if column.chips is not None else ()
    if role == Role.WHEN:
        return column.moment(row) if column.moment is not None else None
    if role == Role.DETAIL:
        return column.detail(row) if column.detail is not None else None
    if role == Role.MATCHES:
        return tuple(column.matches(row)) if column.matches is not None else ()
    if role == Role.AVATAR:
        return column.avatar(row) if column.avatar is not None else column.value(row)
    if role == Qt.ItemDataRole.TextAlignmentRole:
        side = Qt.AlignmentFlag.AlignRight if column.align_right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
    if role == Qt.ItemDataRole.ToolTipRole and role not in column.roles:
        return _tooltip(column, row)
    other = column.roles.get(role)
    return other(row) if other is not None else None


def _tooltip(column: Column[Any], row: Row) -> str | None:
    if column.tooltip is not None:
        return column.tooltip(row)
    moment = column.moment(row) if column.moment is not None else None
    return exact_time(moment) if moment is not None else None


def _tsv_cell(text: str) -> str:
    # As spreadsheets write their own clipboard: quoted only where the text would break the table.
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in '\t\n\r"') else text


def rows_as_mime(columns: Sequence[Column[Any]], rows: Iterable[Row]) -> QMimeData:
    """Rows with a line of headings as tab-separated text and as an HTML table, for a spreadsheet or a letter.

    In the HTML every cell is marked as text (``mso-number-format``), so that a spreadsheet takes neither
    "+7 916…" for a number nor "=1+1" for a formula.
    """
    import html

    table = [[column.title for column in columns]]
    table += [[column.value(row) for column in columns] for row in rows]
    lines = ["\t".join(map(_tsv_cell, cells)) for cells in table]
    tags = ["th"] + ["td"] * (len(table) - 1)
    body = "".join(
        "<tr>"
        + "".join(
            f"<{tag} style=\"mso-number-format:'\\@'\">{html.escape(cell).replace(chr(10), '<br>')}</{tag}>"
            for cell in cells
        )
        + "</tr>\n"
        for tag, cells in zip(tags, table, strict=True)
    )
    mime = QMimeData()
    mime.setText("\n".join(lines) + "\n")
    mime.setHtml(f'<meta charset="utf-8"><table>\n{body}</table>')
    return mime
