"""The fields of an export: which of them, and in which order."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.fields import CARD_FIELDS, EXPORT_FIELDS, property_field
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.theme import GRID

_KEY: Final = Qt.ItemDataRole.UserRole
_OF_CARDS: Final = tuple(field for field in CARD_FIELDS if field not in EXPORT_FIELDS)


class _Fields(QListWidget):
    """Items that are ticked by Space and moved by Alt with the arrows, or dragged."""

    move_wanted = Signal(int)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_wanted.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)


class FieldList(QWidget):
    """Every field that an export can have, ticked where it goes into the file, in the order of the columns."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("export_fields")
        self.list = _Fields()
        self.list.setObjectName("fields")
        self.list.setAccessibleName(_("Fields of the file"))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(1)
        self.list.itemChanged.connect(self._on_changed)
        self.list.currentRowChanged.connect(lambda _row: self._enable())
        self.list.model().rowsMoved.connect(self._on_changed)
        self.list.move_wanted.connect(self._move)
        self.up = self._arrow("field_up", "arrow-up", -1, _("Up"), _("Move the field up (Alt+Up)"))
        self.down = self._arrow("field_down", "arrow-down", 1, _("Down"), _("Move the field down (Alt+Down)"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID)
        rows.addWidget(self.list, 1)
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.up)
        line.addWidget(self.down)
        line.addStretch(1)
        line.addWidget(self._link(_("All"), "all_fields", lambda: self._tick_all(True)))
        line.addWidget(self._link(_("None"), "no_fields", lambda: self._tick_all(False)))
        line.addWidget(self._link(_("Usual order"), "usual_fields", self._usual))
        rows.addLayout(line)
        self._usual_keys: tuple[str, ...] = EXPORT_FIELDS
        self._for_cards = False

    def _arrow(self, name: str, icon_name: str, by: int, text: str, told: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(icon_name))
        button.setAccessibleName(text)
        button.setToolTip(told)
        button.clicked.connect(lambda: self._move(by))
        return button

    @staticmethod
    def _link(text: str, name: str, clicked: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.setProperty("kind", "link")
        button.clicked.connect(lambda _checked=False: clicked())
        return button

    def show_fields(self, properties: Sequence[str], saved: object) -> None:
        """Show all fields and the properties of these names, as they were left; new ones at the end, ticked.

        ``saved`` is what `saved_state` gave; what does not fit is passed over.
        """
        self._usual_keys = (*EXPORT_FIELDS, *map(property_field, properties), *_OF_CARDS)
        order: dict[str, bool] = {}
        for entry in saved if isinstance(saved, list) else ():
            if isinstance(entry, list) and len(entry) == 2 and entry[0] in self._usual_keys:
                order.setdefault(str(entry[0]), bool(entry[1]))
        for key in self._usual_keys:
            order.setdefault(key, True)
        self._fill(order)

    def saved_state(self) -> list[list[Any]]:
        """Order and ticks as values that JSON takes."""
        return [[self._key(row), self._ticked(row)] for row in range(self.list.count())]

    @property
    def chosen(self) -> list[str]:
        """The keys of the ticked fields that are offered, in order."""
        rows = range(self.list.count())
        return [self._key(row) for row in rows if self._ticked(row) and not self.list.isRowHidden(row)]

    def offer_for_cards(self, on: bool) -> None:
        """Offer what only address cards hold, or not."""
        self._for_cards = on
        for row in range(self.list.count()):
            self.list.setRowHidden(row, self._key(row) in _OF_CARDS and not on)
        self.changed.emit()

    def _fill(self, order: dict[str, bool]) -> None:
        current = self._key(self.list.currentRow()) if self.list.currentRow() >= 0 else None
        was = self.list.blockSignals(True)
        self.list.clear()
        for key, ticked in order.items():
            item = QListWidgetItem(field_label(key))
            item.setData(_KEY, key)
            item.setSizeHint(QSize(0, 3 * GRID))
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsDragEnabled
            )
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        row = next((row for row in range(self.list.count()) if self._key(row) == current), 0)
        self.list.setCurrentRow(row)
        self.list.blockSignals(was)
        self.offer_for_cards(self._for_cards)
        self._enable()

    def _key(self, row: int) -> str:
        return str(self.list.item(row).data(_KEY))

    def _ticked(self, row: int) -> bool:
        return self.list.item(row).checkState() == Qt.CheckState.Checked

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        if row < 0 or not 0 <= row + by < self.list.count():
            return
        item = self.list.takeItem(row)
        self.list.insertItem(row + by, item)
        self.list.setCurrentRow(row + by)
        self._on_changed()

    def _tick_all(self, on: bool) -> None:
        self._fill({self._key(row): on for row in range(self.list.count())})

    def _usual(self) -> None:
        ticked = {self._key(row) for row in range(self.list.count()) if self._ticked(row)}
        self._fill({key: key in ticked for key in self._usual_keys})

    def _on_changed(self, *_what: object) -> None:
        self._enable()
        self.changed.emit()

    def _enable(self) -> None:
        row = self.list.currentRow()
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < self.list.count() - 1)
