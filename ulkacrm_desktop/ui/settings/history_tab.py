"""Everything that was ever done in the database; each of it can be undone and done again."""

from typing import Any

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.changes import ChangeSet
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.queries.history import OperationRow, history
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.errors import error_text, failure_text
from ulkacrm_desktop.ui.labels.history import operation_text
from ulkacrm_desktop.ui.labels.signs import operation_sign
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction, StateStack
from ulkacrm_desktop.ui.widgets.timeline_view import TimelineEntry, TimelineModel, TimelineView


class HistoryTab(QWidget):
    """The operations, newest first, with Undo and Redo of the one that is chosen."""

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._stale = True
        self._rows: dict[int, OperationRow] = {}
        self._chosen: int | None = None
        self.view = TimelineView(runner)
        self.view.setAccessibleName(_("History"))
        self.view.timeline.first_page_shown.connect(self._on_first_page)
        self.view.timeline.failed.connect(self._on_read_failed)
        self.view.selectionModel().currentChanged.connect(lambda _now, _before: self._on_chosen())
        self.stack = StateStack(self.view)
        self.stack.empty.chosen.connect(lambda _key: self._read())
        self.stack.show_loading()
        self.undo = QPushButton(icon("undo-2"), _("&Undo this"))
        self.undo.setObjectName("undo_this")
        self.undo.clicked.connect(lambda: self._revert(undo_operation))
        self.redo = QPushButton(icon("redo-2"), _("&Do it again"))
        self.redo.setObjectName("redo_this")
        self.redo.clicked.connect(lambda: self._revert(redo_operation))
        self.hint = QLabel(_("Choose an operation to undo it, even an old one."))
        self.hint.setProperty("tone", "muted")
        self.hint.setWordWrap(True)
        bar = QHBoxLayout()
        bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        bar.setSpacing(GRID)
        bar.addWidget(self.undo)
        bar.addWidget(self.redo)
        bar.addWidget(self.hint, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self._build_failure())
        layout.addWidget(self.stack, 1)
        self._on_chosen()
        unsubscribe = workspace.subscribe(self._on_written)
        self.destroyed.connect(unsubscribe)

    def _build_failure(self) -> QFrame:
        self._failure = QFrame()
        self._failure.setProperty("notice", "danger")
        self.failure_text = QLabel()
        self.failure_text.setObjectName("history_failure")
        self.failure_text.setWordWrap(True)
        self.failure_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QToolButton()
        close.setIcon(icon("x", IconRole.MUTED))
        close.setAccessibleName(_("Close the message"))
        close.clicked.connect(self._failure.hide)
        row = QHBoxLayout(self._failure)
        row.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        row.addWidget(self.failure_text, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._failure.hide()
        return self._failure

    # Reading

    def _read(self) -> None:
        self._stale = False
        workspace = self._workspace
        told = self._rows

        def page(before: int | None, limit: int) -> list[TimelineEntry]:
            with workspace.reading() as connection:
                rows = history(connection, limit, before)
                names = {definition.id: definition.name for definition in property_definitions(connection)}
            for row in rows:
                told[row.id] = row
            return [_entry(row, names) for row in rows]

        self.view.timeline.ask(page)

    def _on_first_page(self, count: int) -> None:
        if count:
            self.stack.show_content()
        else:
            self.stack.show_empty(
                "history", _("Nothing was done yet"), _("Whatever is done is told here and can be undone.")
            )
        self._choose_again()

    def _on_read_failed(self, error: BaseException) -> None:
        self.stack.show_empty(
            "triangle-alert",
            _("The history cannot be read"),
            failure_text(error),
            [EmptyAction("again", _("Try again"), "refresh-cw")],
            problem=True,
        )

    def _choose_again(self) -> None:
        """After reading anew, the entry that was chosen is chosen again."""
        model = self.view.timeline
        for place in range(model.rowCount()):
            entry = model.entry_at(place)
            if entry is not None and entry.id == self._chosen:
                self.view.setCurrentIndex(model.index(place))
                return
        self._on_chosen()

    # Choosing and reverting

    def _current(self) -> OperationRow | None:
        index = self.view.currentIndex()
        entry: Any = index.data(TimelineModel.ENTRY) if index.isValid() else None
        return self._rows.get(entry.id) if isinstance(entry, TimelineEntry) else None

    def _on_chosen(self) -> None:
        row = self._current()
        if row is not None:
            self._chosen = row.id
        self.undo.setEnabled(row is not None and row.can_undo)
        self.redo.setEnabled(row is not None and row.can_redo)

    def _revert(self, operation: Any) -> None:
        row = self._current()
        if row is None:
            return
        workspace, operation_id = self._workspace, row.id
        self._failure.hide()
        self._runner.write(
            lambda: workspace.perform(operation, operation_id=operation_id), self._on_reverted, self._on_refused
        )

    def _on_reverted(self, _outcome: object) -> None:
        self.view.setFocus()

    def _on_refused(self, error: BaseException) -> None:
        if not isinstance(error, ExpectedError):
            raise error
        self.failure_text.setText(error_text(error))
        self._failure.show()
        self._read()

    def _on_written(self, _changes: ChangeSet) -> None:
        if shiboken6.isValid(self):
            self._runner.post(self._on_changes)

    def _on_changes(self) -> None:
        self._stale = True
        if self.isVisible():
            self._read()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()


def _entry(row: OperationRow, properties: dict[int, str]) -> TimelineEntry:
    icon_name, colour = operation_sign(row.kind)
    who = _("{actor} · no. {number}").format(actor=row.actor, number=row.id)
    if row.reverted:
        who = _("{who} · undone").format(who=who)
        colour = "grey"
    return TimelineEntry(
        id=row.id,
        at=row.at,
        text=operation_text(row.kind, row.facts, properties),
        icon=icon_name,
        colour=colour,
        who=who,
    )
