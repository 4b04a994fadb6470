"""Who came into a segment and who left it, newest first."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHeaderView, QLabel, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.queries.segment_history import Movement, MovementPage
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.segments.explanation import RECENT_DAYS, History
from ulkacrm_desktop.ui.theme import GRID, colours_of
from ulkacrm_desktop.ui.widgets.relative_time import exact_time, relative_time

_CONTACT: Final = Qt.ItemDataRole.UserRole
_NAME, _WHAT, _WHEN = range(3)


class MovementsPage(QWidget):
    """A line a movement, with a word on the last month above."""

    opened = Signal(int)
    """A contact is to be opened: its id."""
    more_requested = Signal(object)
    """The movements before these are wanted: the ``next`` of the page that is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = QLabel()
        self._note.setObjectName("history_note")
        self._note.setWordWrap(True)
        self._note.setProperty("tone", "muted")
        self._moves = QTreeWidget()
        self._moves.setObjectName("movements")
        self._moves.setAccessibleName(_("Who came and left"))
        self._moves.setHeaderHidden(True)
        self._moves.setColumnCount(3)
        self._moves.setRootIsDecorated(False)
        self._moves.header().setStretchLastSection(False)
        self._moves.header().setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self._moves.itemActivated.connect(self._on_activated)
        self._more = QPushButton(_("Show more"))
        self._more.setObjectName("more_movements")
        self._more.setProperty("kind", "link")
        self._more.clicked.connect(lambda: self.more_requested.emit(self._next))
        self._next: Any = None
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 0)
        column.setSpacing(GRID)
        column.addWidget(self._note)
        column.addWidget(self._moves, 1)
        column.addWidget(self._more)
        column.addStretch()
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self._note.clear()
        self._moves.clear()
        self._moves.hide()
        self._more.hide()

    def show_history(self, history: History, *, keeps_history: bool) -> None:
        """Show the latest movements of a segment."""
        self.clear()
        if history.page.movements:
            self._note.setText(_recent_text(history))
        elif keeps_history:
            self._note.setText(_("Nobody has come or left since the history began."))
        else:
            self._note.setText(
                _("This segment keeps no history. Edit it and tick “Write down who enters and who leaves”.")
            )
        self._moves.setVisible(bool(history.page.movements))
        self.add(history.page)

    def add(self, page: MovementPage) -> None:
        """Show these below the others."""
        muted = colours_of(self.palette()).muted
        for movement in page.movements:
            item = _item(movement)
            item.setForeground(_WHEN, muted)
            self._moves.addTopLevelItem(item)
        for column in (_WHAT, _WHEN):
            self._moves.resizeColumnToContents(column)
            self._moves.setColumnWidth(column, self._moves.columnWidth(column) + 2 * GRID)
        self._next = page.next
        self._more.setVisible(page.next is not None)

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        contact_id = item.data(_NAME, _CONTACT)
        if contact_id is not None:
            self.opened.emit(contact_id)


def _item(movement: Movement) -> QTreeWidgetItem:
    came = _("came") if movement.entered else _("left")
    item = QTreeWidgetItem([movement.name, came, relative_time(movement.at)])
    item.setSizeHint(_NAME, QSize(0, 30))
    sign = icon("arrow-right", "success") if movement.entered else icon("arrow-left", "muted")
    item.setIcon(_NAME, QIcon(sign.pixmap(16, 16)))
    item.setToolTip(_NAME, movement.name)
    item.setToolTip(_WHEN, exact_time(movement.at))
    if not movement.removed:
        item.setData(_NAME, _CONTACT, movement.contact_id)
    return item


def _recent_text(history: History) -> str:
    came = ngettext("{count} came", "{count} came", history.entered).format(count=grouped(history.entered))
    left = ngettext("{count} left", "{count} left", history.left).format(count=grouped(history.left))
    days = ngettext(
        "In the last {count} day: {came}, {left}.", "In the last {count} days: {came}, {left}.", RECENT_DAYS
    )
    return days.format(count=RECENT_DAYS, came=came, left=left)
