"""A list whose entries are renamed in place and acted on by buttons and keys."""

from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.changes import ChangeSet, Entity
from ulkacrm_desktop.core.errors import ExpectedError, InvalidInput
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.workspace import Workspace, WriteOperation
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.errors import error_text, failure_text
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, ROW_HEIGHT
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction, StateStack

ID = Qt.ItemDataRole.UserRole
NAME = Qt.ItemDataRole.UserRole + 1


class Tree(QTreeWidget):
    """Rows with an id; Enter opens, F2 renames, Delete removes."""

    opened = Signal()
    removed = Signal()

    def __init__(self, headings: list[str], parent: QWidget | None = None, *, stretched: int = 0) -> None:
        super().__init__(parent)
        self.setColumnCount(len(headings))
        self.setHeaderLabels(headings)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        self.header().setMinimumHeight(ROW_HEIGHT)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() == QAbstractItemView.State.EditingState
        if not editing and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif not editing and event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)


class ManagedList(QWidget):
    """The frame of a list: a bar of actions, a place for what went wrong, the list with its states.

    A subclass gives `read` (on a reader thread) and `fill`, and adds its actions. The list follows changes to
    ``entities``.
    """

    entities: tuple[Entity, ...] = ()

    def __init__(
        self,
        workspace: Workspace,
        runner: TaskRunner,
        headings: list[str],
        parent: QWidget | None = None,
        *,
        stretched: int = 0,
    ) -> None:
        """``stretched`` is the column that takes the width which the others leave."""
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._filling = False
        self._is_outdated = False
        self.tree = Tree(headings, stretched=stretched)
        self.stack = StateStack(self.tree)
        self.stack.empty.chosen.connect(self._on_empty_chosen)
        self.stack.show_loading()
        self.bar = QHBoxLayout()
        self.bar.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.bar.setSpacing(GRID)
        self._failure = QFrame()
        self._failure.setProperty("notice", "danger")
        self.failure_text = QLabel()
        self.failure_text.setObjectName("list_failure")
        self.failure_text.setWordWrap(True)
        close = QToolButton()
        close.setIcon(icon("x", IconRole.MUTED))
        close.setAccessibleName(_("Close the message"))
        close.clicked.connect(self._failure.hide)
        row = QHBoxLayout(self._failure)
        row.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        row.addWidget(self.failure_text, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._failure.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self.bar)
        layout.addWidget(self._failure)
        held = QHBoxLayout()
        held.setContentsMargins(GRID, 0, GRID, 0)
        held.addWidget(self.stack)
        layout.addLayout(held, 1)
        self.tree.itemChanged.connect(self._on_item_changed)
        self.tree.itemDelegate().closeEditor.connect(self._on_editor_closed)
        self.tree.currentItemChanged.connect(lambda _now, _before: self.update_actions())
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu)
        unsubscribe = workspace.subscribe(self._on_written)
        self.destroyed.connect(unsubscribe)

    # For subclasses

    def read(self) -> Any:
        """What is listed; called on a reader thread."""
        raise NotImplementedError

    def fill(self, listed: Any) -> None:
        """Make the rows, or show the empty state."""
        raise NotImplementedError

    def rename(self, row_id: int, name: str) -> None:
        """A row was renamed in place."""
        raise NotImplementedError

    def begin_new(self) -> None:
        """The button of the empty state was pressed."""
        raise NotImplementedError

    def update_actions(self) -> None:
        """Switch the actions on or off for the current row."""
        raise NotImplementedError

    def add_action(
        self,
        key: str,
        text: str,
        icon_name: str,
        act: Callable[[], object],
        shortcut: str = "",
        *,
        primary: bool = False,
    ) -> QAction:
        """Add a button with its action; the action is in the menu of a right click too."""
        action = QAction(icon(icon_name), text, self)
        action.setObjectName(f"action_{key}")
        action.triggered.connect(lambda *_checked: act())
        button = QPushButton(icon(icon_name, IconRole.ON_ACCENT if primary else IconRole.TEXT), text)
        button.setObjectName(key)
        if primary:
            button.setProperty("kind", "primary")
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            tip = text.replace("&", "")
            button.setToolTip(f"{tip} ({QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)})")
        button.clicked.connect(lambda *_checked: act())
        action.enabledChanged.connect(button.setEnabled)
        action.visibleChanged.connect(lambda: button.setVisible(action.isVisible()))
        self.tree.addAction(action)
        self.bar.addWidget(button)
        return action

    def current_id(self) -> int | None:
        """The id of the current row; None where a heading or nothing is current."""
        item = self.tree.currentItem()
        row_id = item.data(0, ID) if item is not None else None
        return row_id if isinstance(row_id, int) else None

    def perform(self, operation: WriteOperation[Any, Any], **values: Any) -> None:
        """Carry out a change; where it is refused, say so and show what is stored."""
        workspace = self._workspace
        self._failure.hide()
        self._runner.write(lambda: workspace.perform(operation, **values), lambda _outcome: None, self._on_write_failed)

    # Reading

    def reload(self) -> None:
        """Read the list again; the current row stays current."""
        self._runner.run_latest((id(self), "list"), self.read, self._on_read, self._on_read_failed)

    def _on_read(self, listed: Any) -> None:
        if self.tree.state() == QAbstractItemView.State.EditingState:
            # What is being typed stays; what has changed meanwhile is read once that is done.
            self._is_outdated = True
            return
        current = self.current_id()
        place = self.tree.verticalScrollBar().value()
        self._filling = True
        self.tree.clear()
        self.fill(listed)
        self._filling = False
        if current is not None:
            self.select(current)
        self.tree.verticalScrollBar().setValue(place)
        self.update_actions()

    def _on_editor_closed(self) -> None:
        if self._is_outdated:
            self._is_outdated = False
            self.reload()

    def select(self, row_id: int) -> None:
        """Make the row of an id current."""
        for item in self.items():
            if item.data(0, ID) == row_id:
                self.tree.setCurrentItem(item)
                return

    def items(self) -> list[QTreeWidgetItem]:
        """All rows, headings too, as they stand."""
        return [item for item in map(self.tree.topLevelItem, range(self.tree.topLevelItemCount())) if item is not None]

    def _on_read_failed(self, error: BaseException) -> None:
        self.stack.show_empty(
            "triangle-alert",
            _("The list cannot be read"),
            failure_text(error),
            [EmptyAction("again", _("Try again"), "refresh-cw")],
            problem=True,
        )

    def _on_written(self, changes: ChangeSet) -> None:
        if shiboken6.isValid(self) and changes.touches(*self.entities):
            self._runner.post(self.reload)

    def _on_write_failed(self, error: BaseException) -> None:
        if not isinstance(error, ExpectedError):
            raise error
        if isinstance(error, InvalidInput):
            self.failure_text.setText(" ".join(problem_text(code) for code in error.problems.values()))
        else:
            self.failure_text.setText(error_text(error))
        self._failure.show()
        self.reload()

    # What the user does

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling or column != 0:
            return
        row_id, before = item.data(0, ID), item.data(0, NAME)
        name = " ".join(item.text(0).split())
        if not isinstance(row_id, int) or name == before:
            return
        if not name:
            self._filling = True
            item.setText(0, before)
            self._filling = False
            return
        self.rename(row_id, name)

    def _on_empty_chosen(self, key: str) -> None:
        if key == "again":
            self.reload()
        else:
            self.begin_new()

    def _on_menu(self, place: QPoint) -> None:
        if self.current_id() is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.tree.actions())
        menu.popup(self.tree.viewport().mapToGlobal(place))
