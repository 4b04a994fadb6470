"""The rows and groups of the builder: adding, removing, moving by keys and by mouse, taking back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from ulkacrm_desktop.core.criteria import Criteria
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.filters import draft
from ulkacrm_desktop.ui.filters.condition_row import ConditionRow
from ulkacrm_desktop.ui.filters.draft import Compiled, Group, Node, Row, compiled, draft_of
from ulkacrm_desktop.ui.filters.group_box import GroupBox
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.tab_order import order_tabs
from ulkacrm_desktop.ui.theme import GRID, HALF, colours_of

_KEYS: Final = {
    "Ctrl+Shift+Up": "move_up",
    "Ctrl+Shift+Down": "move_down",
    "Ctrl+G": "wrap",
    "Ctrl+Shift+G": "unwrap",
    "Ctrl+Shift+D": "duplicate",
    "Ctrl+Shift+N": "negate",
    "Alt+Delete": "remove",
}
"""Keys that no editor of a value has a use for."""
_KEPT: Final = 100


class Conditions(QScrollArea):
    """Edits a draft; `changed` tells of every change of it, complete or not."""

    changed = Signal()

    def __init__(self, known: KnownFields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conditions")
        self.setAccessibleName(_("Conditions"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._known = known
        self._root = Group(is_bare=True)
        self._rows: dict[Row, ConditionRow] = {}
        self._boxes: dict[Group, GroupBox] = {}
        self._past: list[Group] = []
        self._future: list[Group] = []
        self._last = draft.copy_of(self._root)
        self._line: QFrame | None = None
        self._inside = QWidget()
        self._content = QVBoxLayout(self._inside)
        self._content.setContentsMargins(0, 0, GRID, 0)
        self._nothing = QLabel(_("No condition yet: all contacts are meant."))
        self._nothing.setProperty("tone", "muted")
        self._content.addWidget(self._nothing)
        self._content.addStretch(1)
        self.setWidget(self._inside)
        known.changed.connect(self._on_known)
        self._add_shortcuts()
        self._arrange()

    # What is asked.

    def compiled(self) -> Compiled:
        """What the conditions mean as they stand."""
        return compiled(self._root)

    def set_tree(self, tree: Criteria | None) -> None:
        """Edit this tree; what was done before cannot be taken back. Nothing is emitted."""
        self._show(draft_of(tree))
        self._past.clear()
        self._future.clear()

    def focus_row(self, row: Row) -> None:
        """Scroll to a row and give the keyboard to its values."""
        widget = self._rows.get(row)
        if widget is not None:
            self.ensureWidgetVisible(widget)
            widget.focus_problem()

    def focus_first(self) -> None:
        """Give the keyboard to the first row, or to the button that adds one."""
        first = next(iter(draft.rows_of(self._root)), None)
        if first is not None:
            self.focus_row(first)
        else:
            self._boxes[self._root].focus_adding()

    def add_row(self, group: Group | None = None, *, choose: bool = True) -> None:
        """Add a condition at the end of a group (of the root by default); its field is then chosen."""
        row = Row()
        (group if group is not None else self._root).parts.append(row)
        self._arrange()
        self._tell()
        widget = self._rows[row]
        # The row has its place only after the layout has been done.
        QTimer.singleShot(0, widget, partial(self.ensureWidgetVisible, widget))
        if choose:
            QTimer.singleShot(0, widget, widget.open_fields)

    def undo(self) -> None:
        """Take the last change back."""
        self._go(self._past, self._future)

    def redo(self) -> None:
        """Make the change that was taken back again."""
        self._go(self._future, self._past)

    def _go(self, source: list[Group], other: list[Group]) -> None:
        if source:
            kept = draft.copy_of(self._root)
            assert isinstance(kept, Group)
            other.append(kept)
            self._show(source.pop())
            self.changed.emit()

    # Widgets.

    def _show(self, root: Group) -> None:
        self._root = root
        for widget in self._rows.values():
            widget.hide()
            widget.deleteLater()
        self._rows.clear()
        self._arrange()
        self._last = draft.copy_of(self._root)

    def _arrange(self) -> None:
        """Put the widgets where the draft says; rows keep theirs, with the focus and what is typed in them."""
        focused: QWidget | None = self.window().focusWidget()
        if focused is not None and not self.isAncestorOf(focused):
            focused = None
        old_boxes, self._boxes = list(self._boxes.values()), {}
        alive = set(draft.rows_of(self._root))
        for row in [row for row in self._rows if row not in alive]:
            widget = self._rows.pop(row)
            widget.hide()
            widget.deleteLater()
        root = self._box_of(self._root, self._inside, is_root=True)
        self._content.insertWidget(1, root)
        # At once, and not when the layout comes to it: what is hidden takes no focus.
        for shown in (*self._boxes.values(), *self._rows.values()):
            shown.show()
        for box in old_boxes:
            box.hide()
            box.deleteLater()
        self._nothing.setVisible(not self._root.parts)
        self._order_tabs()
        if focused is not None and focused.isVisibleTo(self) and self.isAncestorOf(focused):
            focused.setFocus()

    def _order_tabs(self) -> None:
        order_tabs(self._stops(self._root))

    def _stops(self, node: Node) -> Iterator[QWidget]:
        if isinstance(node, Row):
            yield from self._rows[node].stops
            return
        box = self._boxes[node]
        yield from box.head_stops
        for part in node.parts:
            yield from self._stops(part)
        yield from box.foot_stops

    def _box_of(self, group: Group, outer: QWidget, *, is_root: bool = False) -> GroupBox:
        # From the outside in: what is put into another widget later is styled anew with all that is in it.
        box = self._boxes[group] = GroupBox(group, is_root=is_root, parent=outer)
        box.changed.connect(self._on_changed)
        box.action_chosen.connect(partial(self._act, group))
        self._wire_grip(group, box)
        for part in group.parts:
            box.body.addWidget(self._row_of(part, box) if isinstance(part, Row) else self._box_of(part, box))
        return box

    def _row_of(self, row: Row, outer: QWidget) -> ConditionRow:
        widget = self._rows.get(row)
        if widget is None:
            widget = self._rows[row] = ConditionRow(row, self._known, outer)
            widget.changed.connect(self._on_changed)
            widget.rebuilt.connect(self._order_tabs)
            widget.action_chosen.connect(partial(self._act, row))
            self._wire_grip(row, widget)
        return widget

    def _wire_grip(self, node: Node, widget: ConditionRow | GroupBox) -> None:
        widget.grip.dragged.connect(partial(self._on_dragged, node))
        widget.grip.dropped.connect(partial(self._on_dropped, node))

    def _on_known(self) -> None:
        for widget in self._rows.values():
            widget.read_row()
        self.changed.emit()

    def _on_changed(self) -> None:
        self._tell()

    def _tell(self) -> None:
        assert isinstance(self._last, Group)
        self._past.append(self._last)
        del self._past[:-_KEPT]
        self._future.clear()
        self._last = draft.copy_of(self._root)
        self.changed.emit()

    # Acting on a row or group.

    def _act(self, node: Node, action: str) -> None:
        root, widget = self._root, self._rows.get(node) if isinstance(node, Row) else None
        if action == "add_row" and isinstance(node, Group):
            self.add_row(node)
            return
        if action == "add_group" and isinstance(node, Group):
            group = Group(draft.Mode.ANY if node.mode in (draft.Mode.ALL, draft.Mode.NOT_ALL) else draft.Mode.ALL)
            node.parts.append(group)
            self.add_row(group)
            return
        if node is root:
            return
        after: QWidget | None = None
        if action in ("move_up", "move_down"):
            if not draft.move(root, node, -1 if action == "move_up" else 1):
                return
        elif action == "wrap":
            draft.wrap(root, node)
        elif action == "unwrap":
            around = node if isinstance(node, Group) else draft.parent_of(root, node)
            if around is None or around is root:
                return
            draft.unwrap(root, around)
        elif action == "duplicate" and isinstance(node, Row):
            parent = draft.parent_of(root, node)
            assert parent is not None
            parent.parts.insert(draft.place_of(parent, node) + 1, draft.copy_of(node))
        elif action == "negate" and isinstance(node, Row) and widget is not None:
            node.negated = not node.negated
            widget.read_row()
            after = widget
        elif action == "remove":
            self._remove(node)
            return
        else:
            return
        self._arrange()
        self._tell()
        if isinstance(after, ConditionRow):
            after.focus_problem()
        elif isinstance(node, Group) and node in self._boxes:
            self._boxes[node].focus_mode()
        if widget is not None and draft.contains(root, node):
            QTimer.singleShot(0, widget, partial(self.ensureWidgetVisible, widget))

    def _remove(self, node: Node) -> None:
        """The focus goes to the row that takes the place, so that one can go on with keys."""
        rows = list(draft.rows_of(self._root))
        gone = set(draft.rows_of(node))
        place = next((number for number, row in enumerate(rows) if row in gone), 0)
        draft.remove(self._root, node)
        self._arrange()
        self._tell()
        left = list(draft.rows_of(self._root))
        if left:
            self.focus_row(left[min(place, len(left) - 1)])
        else:
            self._boxes[self._root].focus_adding()

    def _node_with_focus(self) -> Node | None:
        widget: QWidget | None = self.focusWidget()
        while widget is not None and widget is not self:
            if isinstance(widget, ConditionRow):
                return widget.row
            if isinstance(widget, GroupBox):
                return widget.group
            widget = widget.parentWidget()
        return None

    def _add_shortcuts(self) -> None:
        for keys, action in _KEYS.items():
            self._add_shortcut(QKeySequence(keys), partial(self._act_on_focus, action))
        self._add_shortcut(QKeySequence(QKeySequence.StandardKey.Undo), self.undo)
        self._add_shortcut(QKeySequence(QKeySequence.StandardKey.Redo), self.redo)

    def _add_shortcut(self, keys: QKeySequence, run: Callable[[], None]) -> None:
        shortcut = QShortcut(keys, self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(run)

    def _act_on_focus(self, action: str) -> None:
        node = self._node_with_focus()
        if node is not None:
            self._act(node, action)

    # Dragging.

    def _places(self, node: Node) -> list[tuple[int, int, Group, int]]:
        """Where a node can be dropped: the line's height and left end in the content, group and place there."""
        content = self._inside
        found: list[tuple[int, int, Group, int]] = []
        for group, box in self._boxes.items():
            if draft.contains(node, group):
                continue
            left = box.mapTo(content, QPoint(GRID + HALF, 0)).x()
            for place, part in enumerate(group.parts):
                widget = self._rows[part] if isinstance(part, Row) else self._boxes[part]
                found.append((widget.mapTo(content, QPoint()).y() - 2, left, group, place))
            found.append((box.mapTo(content, QPoint(0, box.foot_line)).y(), left, group, len(group.parts)))
        return found

    def _nearest(self, node: Node, place: QPoint) -> tuple[int, int, Group, int] | None:
        at = self._inside.mapFromGlobal(place)
        # Among lines of the same height the one that begins nearest below the hand.
        return min(self._places(node), key=lambda entry: (abs(entry[0] - at.y()), abs(entry[1] - at.x())), default=None)

    def _on_dragged(self, node: Node, place: QPoint) -> None:
        nearest = self._nearest(node, place)
        if nearest is None:
            return
        if self._line is None:
            self._line = QFrame(self._inside)
            self._line.setObjectName("drop_line")
            self._line.setStyleSheet(f"background: {colours_of(self.palette()).accent.name()};")
        top, left, _group, _place = nearest
        self._line.setGeometry(left, top, self._inside.width() - left - 2 * GRID, 2)
        self._line.show()
        self._line.raise_()
        self.ensureVisible(left, self._inside.mapFromGlobal(place).y(), 0, 4 * GRID)

    def _on_dropped(self, node: Node, place: QPoint) -> None:
        if self._line is not None:
            self._line.deleteLater()
            self._line = None
        nearest = self._nearest(node, place)
        if nearest is not None and draft.drop(self._root, node, nearest[2], nearest[3]):
            self._arrange()
            self._tell()
