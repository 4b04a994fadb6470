"""How many contacts criteria mean, and the first of them, asked in the background at each change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.criteria import Criteria, Viewpoint
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.queries.contacts import ContactRow, FirstPage, first_page
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.painting import paint_avatar, paint_skeleton, paint_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, colours_of, font

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace

_ROWS: Final = 20
_ROW_HEIGHT: Final = 44
_MORE_HEIGHT: Final = 24
_PAUSE_MS: Final = 60
"""Keystrokes that come faster are one change; a search box's answer may take as long."""


class _Rows(QWidget):
    """The first contacts: initials, name, address; of those that do not fit it is told how many they are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview_rows")
        self.setAccessibleName(_("First contacts"))
        self.rows: tuple[ContactRow, ...] = ()
        self.total = 0
        self.is_asking = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(20 * GRID, 3 * _ROW_HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = colours_of(self.palette())
        fitting = self.height() // _ROW_HEIGHT
        if self.total > min(fitting, len(self.rows)):
            fitting = (self.height() - _MORE_HEIGHT) // _ROW_HEIGHT
        rows = self.rows[:fitting]
        if self.is_asking and not rows:
            for number in range(min(fitting, 4)):
                paint_skeleton(
                    painter, QRect(0, number * _ROW_HEIGHT, self.width(), _ROW_HEIGHT), number, self.palette()
                )
        for number, row in enumerate(rows):
            top = number * _ROW_HEIGHT
            avatar = QRect(0, top + 8, 28, 28)
            paint_avatar(painter, avatar.toRectF(), row.name, self.palette(), font())
            left = avatar.right() + GRID + HALF
            width = self.width() - left
            below = row.email or row.phone or row.company
            middle = top if below else top + 9
            painter.setFont(font())
            paint_text(painter, QRect(left, middle + 4, width, 20), row.name, colours.text)
            painter.setFont(font(TextSize.CAPTION))
            paint_text(painter, QRect(left, top + 23, width, 18), below, colours.muted)
        if rows and (more := self.total - len(rows)) > 0:
            told = _("and {count} more").format(count=grouped(more))
            painter.setFont(font(TextSize.CAPTION))
            left = 27 + GRID + HALF
            line = QRect(left, len(rows) * _ROW_HEIGHT, self.width() - left, _MORE_HEIGHT)
            paint_text(painter, line, told, colours.muted)
        painter.end()


class Preview(QFrame):
    """Answers for the tree that was shown last; a stale answer is dropped."""

    counted = Signal(object)
    """How many contacts there are, None while it is not known."""

    def __init__(
        self,
        workspace: Workspace,
        runner: TaskRunner,
        viewpoint: Callable[[], Viewpoint | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setProperty("panel", True)
        self._workspace = workspace
        self._runner = runner
        self._viewpoint = viewpoint
        self._tree: Criteria | None = None
        self.count: int | None = None
        self._count = QLabel()
        self._count.setObjectName("preview_count")
        self._count.setFont(font(TextSize.TITLE, bold=True))
        self._told = QLabel()
        self._told.setObjectName("preview_told")
        self._told.setWordWrap(True)
        self._told.setFont(font(TextSize.CAPTION))
        self._told.hide()
        self._rows = _Rows()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID + HALF, 2 * GRID, GRID)
        layout.setSpacing(HALF)
        layout.addWidget(self._count)
        layout.addWidget(self._told)
        layout.addSpacing(HALF)
        layout.addWidget(self._rows, 1)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.setMinimumWidth(32 * GRID)
        self._show_count()

    def show_tree(self, tree: Criteria | None, note: str = "") -> None:
        """Ask about another tree; ``note`` is a word about what is left out of it."""
        self._note(note, "warning")
        self._tree = tree
        self._rows.is_asking = True
        # Until the answer is there the count stands as it was, dimmed: figures that vanish at each letter flicker.
        self._count.setEnabled(False)
        self._pause.start()

    def _ask(self) -> None:
        query = ContactQuery(criteria=self._tree, viewpoint=self._viewpoint())
        work = partial(self._workspace.read, first_page, query, _ROWS)
        self._runner.run_latest((id(self), "preview"), work, self._on_answer, self._on_failed)

    def _on_answer(self, page: FirstPage) -> None:
        self.count = self._rows.total = page.total
        self._rows.rows = page.rows
        self._rows.is_asking = False
        self._rows.update()
        self._rows.setAccessibleDescription(", ".join(row.name for row in self._rows.rows))
        self._show_count()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, ExpectedError):
            raise error
        self.count = None
        self._rows.rows, self._rows.total = (), 0
        self._rows.is_asking = False
        self._rows.update()
        self._note(error_text(error), "danger")
        self._show_count()

    def _show_count(self) -> None:
        count = self.count
        self._count.setEnabled(True)
        text = "…" if count is None else ngettext("{count} contact", "{count} contacts", count)
        self._count.setText(text.format(count=grouped(count or 0)))
        self.counted.emit(count)

    def _note(self, text: str, tone: str) -> None:
        self._told.setText(text)
        self._told.setVisible(bool(text))
        if self._told.property("tone") != tone:
            self._told.setProperty("tone", tone)
            self._told.style().unpolish(self._told)
            self._told.style().polish(self._told)
        self._told.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
