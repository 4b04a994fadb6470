"""What is to be said of one row of a plan: what becomes of it, why, and what it changes."""

import html
from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.imports.importing import PlannedRow
from ulkacrm_desktop.services.imports.mapping import ColumnMapping
from ulkacrm_desktop.services.imports.plan_file import RowKind
from ulkacrm_desktop.ui.imports.parts import button, label
from ulkacrm_desktop.ui.imports.plan_rows import change_label, change_text
from ulkacrm_desktop.ui.imports.sample_model import heading_text
from ulkacrm_desktop.ui.labels.imports import cell_problem_text, row_kind_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.theme import GRID, TextSize, colours_of


class RowDetails(QFrame):
    """Explains the current row beside the table."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("row_details")
        self.setProperty("panel", "true")
        self.setAccessibleName(_("About the current row"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        rows.setSpacing(GRID)
        self.title = label(name="row_title", size=TextSize.BODY, bold=True)
        rows.addWidget(self.title)
        self.body = QLabel()
        self.body.setObjectName("row_story")
        self.body.setTextFormat(Qt.TextFormat.RichText)
        self.body.setWordWrap(True)
        self.body.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.body)
        scroll.viewport().setAutoFillBackground(False)
        self.body.setAutoFillBackground(False)
        rows.addWidget(scroll, 1)
        self.mend = button(_("&Mend cell (F2)"), "mend_cell", icon_name="pencil")
        rows.addWidget(self.mend)
        self._shown: tuple[PlannedRow, tuple[ColumnMapping, ...]] | None = None
        self.show_row(None, ())

    def show_row(self, row: PlannedRow | None, mapping: Sequence[ColumnMapping], *, mendable: bool = False) -> None:
        """Explain another row; None where there is none."""
        self._shown = (row, tuple(mapping)) if row is not None else None
        self.mend.setVisible(mendable)
        if row is None:
            self.title.setText("")
            self.body.setText(html.escape(_("Choose a row to see what becomes of it.")))
            return
        self.title.setText(
            _("Row {number}: {result}").format(number=grouped(row.number), result=row_kind_text(row.kind))
        )
        self.body.setText(self._story(row, mapping))

    def _story(self, row: PlannedRow, mapping: Sequence[ColumnMapping]) -> str:
        colours = colours_of(self.palette())
        parts = []
        if row.contact_name and row.kind is not RowKind.ERROR:
            parts.append(f"<p>{html.escape(_('Contact: {name}').format(name=row.contact_name))}</p>")
        for problem in row.problems:
            colour = (colours.danger if problem.is_error else colours.warning).name()
            text = html.escape(cell_problem_text(problem.code, problem.value))
            if problem.column is not None and problem.column < len(mapping):
                heading = html.escape(heading_text(mapping[problem.column].heading, problem.column))
                cell = row.cells[problem.column] if problem.column < len(row.cells) else problem.value
                value = html.escape(cell[:300])
                parts.append(f"<p><b>{heading}</b><br>{value}<br><span style='color:{colour}'>{text}</span></p>")
            else:
                parts.append(f"<p style='color:{colour}'>{text}</p>")
        for change in row.changes:
            before, after = (html.escape(text[:300]) for text in change_text(change))
            name = html.escape(change_label(change, mapping))
            parts.append(
                f"<p><b>{name}</b><br><span style='color:{colours.muted.name()}'>{before}</span>"
                f" → <span style='color:{colours.accent_text.name()}'>{after}</span></p>"
            )
        if not parts:
            parts.append(f"<p>{html.escape(_nothing_more(row.kind))}</p>")
        return "".join(parts)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self.body.setText(self._story(*self._shown))


def _nothing_more(kind: RowKind) -> str:
    return {
        RowKind.CREATE: _("Makes a new contact."),
        RowKind.UPDATE: _("Adds to a contact of this file."),
        RowKind.UNCHANGED: _("The contact has all of this already."),
        RowKind.SKIP: _("Is left out."),
        RowKind.ERROR: _("Cannot be imported."),
    }[kind]
