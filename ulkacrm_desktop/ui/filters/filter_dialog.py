"""The builder as a dialog of its own: "More conditions…" of the quick filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.criteria import Criteria, Viewpoint
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.ui.filters.builder import CriteriaBuilder
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, TextSize, font

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace


class FilterDialog(QDialog):
    """Edits a tree; `applied` is to be shown in the list, the others are saved under a name."""

    applied = Signal(object)
    save_filter_requested = Signal(object)
    save_segment_requested = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        workspace: Workspace,
        runner: TaskRunner,
        known: KnownFields,
        viewpoint: Callable[[], Viewpoint | None],
        tree: Criteria | None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("filter_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Conditions"))
        title = QLabel(_("Which contacts?"))
        title.setFont(font(TextSize.TITLE, bold=True))
        self.builder = CriteriaBuilder(workspace, runner, known, viewpoint, self)
        self.builder.set_tree(tree)
        self.builder.counted.connect(self._on_counted)
        self._save_filter = _button("save_filter", _("Save as filter…"))
        self._save_filter.clicked.connect(lambda: self._hand_over(self.save_filter_requested))
        self._save_segment = _button("save_segment", _("Save as segment…"))
        self._save_segment.clicked.connect(lambda: self._hand_over(self.save_segment_requested))
        cancel = _button("cancel", _("Cancel"))
        cancel.clicked.connect(self.reject)
        self._apply = _button("apply", "")
        self._apply.setProperty("kind", "primary")
        self._apply.clicked.connect(self.apply)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self._save_filter)
        foot.addWidget(self._save_segment)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self._apply)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(title)
        layout.addWidget(self.builder, 1)
        layout.addLayout(foot)
        size = parent.size()
        self.resize(min(size.width() - 4 * GRID, 132 * GRID), min(size.height() - 4 * GRID, 100 * GRID))
        self._on_counted(None)

    def open(self) -> None:
        """Show it before the window, with the focus where one goes on."""
        super().open()
        if self.builder.tree is None:
            self.builder.conditions.add_row()
        else:
            self.builder.focus_first()

    def apply(self) -> None:
        """Show what fits in the list."""
        if self._may_go_on():
            self.applied.emit(self.builder.tree)
            self.accept()

    def _hand_over(self, wanted: SignalInstance) -> None:
        if self._may_go_on() and self.builder.tree is not None:
            wanted.emit(self.builder.tree)

    def _may_go_on(self) -> bool:
        """A text that cannot be read keeps the dialog; rows that are incomplete have been told of."""
        if self.builder.is_text and self.builder.problem:
            self.builder.focus_problem()
            return False
        return True

    def _on_counted(self, count: int | None) -> None:
        if count is None:
            self._apply.setText(_("Show the contacts"))
        else:
            text = ngettext("Show {count} contact", "Show {count} contacts", count)
            self._apply.setText(text.format(count=grouped(count)))
        for button in (self._save_filter, self._save_segment):
            button.setEnabled(self.builder.tree is not None)

    @override
    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        enter = arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and arg__1.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.apply()
        elif not enter:
            # Enter within a condition ends its typing and does not answer the dialog.
            super().keyPressEvent(arg__1)


def _button(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
