"""The query builder: a sentence above, conditions or their text below, and beside them what they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ulkacrm_desktop.core.criteria import Criteria, Viewpoint
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.ui.filters.conditions import Conditions
from ulkacrm_desktop.ui.filters.criteria_text_edit import CriteriaTextEdit
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.preview import Preview
from ulkacrm_desktop.ui.filters.sentence_view import SentenceView
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace


class CriteriaBuilder(QWidget):
    """Edits one tree as rows or as text. What is incomplete is left out of `tree`, and said so."""

    changed = Signal()
    counted = Signal(object)
    """How many contacts are meant, None while that is not known."""

    def __init__(
        self,
        workspace: Workspace,
        runner: TaskRunner,
        known: KnownFields,
        viewpoint: Callable[[], Viewpoint | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("builder")
        self._known = known
        self._given: Criteria | None = None
        self._is_edited = False
        self.sentence = SentenceView()
        self.sentence.clause_clicked.connect(self._on_clause)
        # From the outside in: what is put into another widget later is styled anew with all that is in it.
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setObjectName("builder_splitter")
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(2 * GRID)
        splitter.setStyleSheet("QSplitter::handle { background: transparent; }")
        left = QWidget(splitter)
        self._pages = QStackedWidget(left)
        self.conditions = Conditions(known, self._pages)
        self.conditions.changed.connect(self._on_edited)
        self.text = CriteriaTextEdit(known, self._pages)
        self.text.changed.connect(self._on_text)
        self.preview = Preview(workspace, runner, viewpoint, splitter)
        self.preview.counted.connect(self.counted)
        self._pages.addWidget(self.conditions)
        self._pages.addWidget(self.text)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(self._head())
        column.addWidget(self._pages, 1)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([66 * GRID, 32 * GRID])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        line = QFrame()
        line.setProperty("line", True)
        line.setFixedHeight(1)
        layout.addWidget(self.sentence)
        layout.addWidget(line)
        layout.addWidget(splitter, 1)
        self._tell()

    def _head(self) -> QHBoxLayout:
        self._as_rows, self._as_text = (
            _switch("as_conditions", "list", _("Conditions")),
            _switch("as_text", "text-cursor-input", _("Text")),
        )
        group = QButtonGroup(self)
        group.addButton(self._as_rows)
        group.addButton(self._as_text)
        self._as_rows.setChecked(True)
        self._as_text.clicked.connect(self.show_text)
        self._as_rows.clicked.connect(self.show_conditions)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._as_rows)
        head.addWidget(self._as_text)
        head.addStretch(1)
        return head

    # What is asked.

    @property
    def tree(self) -> Criteria | None:
        """What the conditions mean now, None for no condition; a tree that nobody touched comes back as it was."""
        if not self._is_edited:
            return self._given
        return self.text.tree if self.is_text else self.conditions.compiled().tree

    @property
    def is_text(self) -> bool:
        """Whether the text form is shown."""
        return self._pages.currentWidget() is self.text

    @property
    def problem(self) -> str:
        """Why what stands there cannot be saved as it is, '' where it can."""
        if self.is_text:
            return "" if self.text.is_readable else self.text.problem
        left_out = len(self.conditions.compiled().left_out)
        return self._left_out_text(left_out) if left_out else ""

    def set_tree(self, tree: Criteria | None) -> None:
        """Edit this tree. Nothing is emitted."""
        self._given, self._is_edited = tree, False
        self.conditions.set_tree(tree)
        if self.is_text:
            self.text.set_tree(tree)
        self._tell()

    def show_text(self) -> None:
        """Show the text of what stands there."""
        if not self.is_text:
            self.text.set_tree(self.tree)
            self._pages.setCurrentWidget(self.text)
            self._tell()
        self._as_text.setChecked(True)
        self.text.setFocus()

    def show_conditions(self) -> None:
        """Show the conditions; a text that cannot be read stays until it is mended or given up."""
        if self.is_text:
            if not self.text.is_readable:
                self._as_text.setChecked(True)
                self.text.go_to_problem()
                return
            if self.text.tree != self.conditions.compiled().tree:
                self.conditions.set_tree(self.text.tree)
            self._pages.setCurrentWidget(self.conditions)
            self._tell()
        self._as_rows.setChecked(True)

    def focus_first(self) -> None:
        """Give the keyboard to the first condition."""
        if self.is_text:
            self.text.setFocus()
        else:
            self.conditions.focus_first()

    def focus_problem(self) -> None:
        """Give the keyboard to what keeps it from being saved."""
        if self.is_text:
            self.text.go_to_problem()
            return
        left_out = self.conditions.compiled().left_out
        if left_out:
            self.conditions.focus_row(left_out[0])

    # What has changed.

    def _on_edited(self) -> None:
        # Names that were read again change no tree.
        compiled = self.conditions.compiled()
        if not self._is_edited and compiled.tree == self._given and not compiled.left_out:
            self._tell()
            return
        self._is_edited = True
        self._tell()
        self.changed.emit()

    def _on_text(self) -> None:
        self._is_edited = True
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        self.sentence.show_tree(self.tree, self._known.fields)
        note = self.problem if not self.is_text else ""
        if self.is_text and self.text.problem:
            note = _("The text cannot be read; shown is what it meant before.")
        self.preview.show_tree(self.tree, note)

    @staticmethod
    def _left_out_text(count: int) -> str:
        text = ngettext(
            "{count} condition is incomplete and left out.", "{count} conditions are incomplete and left out.", count
        )
        return text.format(count=grouped(count))

    def _on_clause(self, number: int) -> None:
        self.show_conditions()
        rows = self.conditions.compiled().rows
        if not self.is_text and number < len(rows):
            self.conditions.focus_row(rows[number])


def _switch(name: str, icon_name: str, text: str) -> QPushButton:
    button = QPushButton(icon(icon_name), text)
    button.setObjectName(name)
    button.setProperty("kind", "ghost")
    button.setCheckable(True)
    button.setAutoDefault(False)
    return button
