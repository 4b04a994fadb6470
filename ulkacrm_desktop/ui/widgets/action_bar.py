"""The bar of actions that appears with a selection."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import GRID, HALF, ICON_SIZE, font


class ActionBar(QFrame):
    """Says how many rows are selected and offers what can be done with them; hidden while none are.

    Actions that find no room go into a menu behind "⋯", the last ones first.
    """

    cleared = Signal()
    """Nothing is to be selected any more."""
    select_all_clicked = Signal()

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("action_bar")
        self.setAccessibleName(_("Actions on the selection"))
        self.setProperty("panel", "raised")
        self._actions = list(actions)
        clear = QToolButton(self)
        clear.setObjectName("clear_selection")
        clear.setIcon(icon("x", IconRole.MUTED))
        clear.setAccessibleName(_("Clear the selection"))
        clear.setToolTip(_("Clear the selection"))
        clear.clicked.connect(self.cleared)
        self._count = QLabel(self)
        self._count.setFont(font(bold=True))
        self._all = QPushButton(self)
        self._all.setObjectName("select_all")
        self._all.setProperty("kind", "link")
        self._all.clicked.connect(self.select_all_clicked)
        self._buttons = [self._button(action) for action in self._actions]
        self._more = QToolButton(self)
        self._more.setObjectName("more_actions")
        self._more.setIcon(icon("ellipsis"))
        self._more.setAccessibleName(_("More actions"))
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._more.setMenu(self._menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID, HALF, GRID, HALF)
        layout.setSpacing(HALF)
        layout.addWidget(clear)
        layout.addWidget(self._count)
        layout.addWidget(self._all)
        layout.addSpacing(GRID)
        for button in self._buttons:
            layout.addWidget(button)
        layout.addWidget(self._more)
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def set_count(self, count: int, total: int | None = None) -> None:
        """So many rows are selected; with ``total``, all rows that match can be selected by a click."""
        text = ngettext("{n} selected", "{n} selected", count)
        self._count.setText(text.format(n=QLocale().toString(count)))
        offer = total is not None and count < total
        self._all.setVisible(offer)
        if offer and total is not None:
            self._all.setText(_("Select all {n}").format(n=QLocale().toString(total)))
        self.setVisible(count > 0)
        self._fit()

    def button_of(self, key: str) -> QWidget:
        """What an action is reached by: its button, or ⋯ where it has none now."""
        shown = (button for button in self._buttons if button.objectName() == key and not button.isHidden())
        return next(shown, self._more)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(action.objectName())
        button.setDefaultAction(action)
        button.setAccessibleName(action.text().replace("&", ""))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(ICON_SIZE + 6, ICON_SIZE))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _fit(self) -> None:
        layout = self.layout()
        if layout is None:
            return
        fixed = 2 * GRID + 5 * HALF + GRID + 32 + self._count.sizeHint().width()
        fixed += self._all.sizeHint().width() + HALF if not self._all.isHidden() else 0
        widths = [button.sizeHint().width() + HALF for button in self._buttons]
        room = self.width() - fixed
        shown = len(widths)
        if sum(widths) > room:
            room -= self._more.sizeHint().width() + HALF
            while shown and sum(widths[:shown]) > room:
                shown -= 1
        for number, button in enumerate(self._buttons):
            button.setVisible(number < shown)
        self._menu.clear()
        self._menu.addActions(self._actions[shown:])
        self._more.setVisible(shown < len(self._buttons))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(20 * GRID, self.sizeHint().height())
