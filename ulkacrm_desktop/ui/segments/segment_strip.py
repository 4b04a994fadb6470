"""What stands above the list of a segment: what it is, and what can be done with it."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.criteria import clauses
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.queries.segments import SegmentRow
from ulkacrm_desktop.ui.filters.condition_row import tool
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.sentence_view import SentenceView, shown_criteria
from ulkacrm_desktop.ui.icons import icon, paint_icon, segment_icon
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.painting import paint_text
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, chip_colours, colours_of, font
from ulkacrm_desktop.ui.widgets.status_line import ElidedLabel

_TOLD: Final = 8
"""More conditions than these are no sentence that anybody reads, and leave no room for the list."""
_LINES: Final = 2


class _Sign(QWidget):
    """The segment's icon on a soft ground."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(5 * GRID, 5 * GRID)
        self.name = "chart-pie"

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chip = chip_colours("indigo", self.palette())
        painter.setPen(chip.ground)
        painter.setBrush(chip.ground)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), GRID, GRID)
        paint_icon(painter, self.rect().adjusted(10, 10, -10, -10), self.name, chip.text)
        painter.end()


class _About(QWidget):
    """What a segment is for, in two lines at most; the tooltip tells all of it."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_text(self, text: str) -> None:
        """Show this, or nothing."""
        self._text = text
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def _broken(self, width: int) -> list[str]:
        """The text in lines of a width; what comes after the last is cut from it."""
        layout = QTextLayout(self._text, self.font())
        layout.beginLayout()
        starts: list[int] = []
        while len(starts) < _LINES and (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1))
            starts.append(line.textStart())
        layout.endLayout()
        ends = [*starts[1:], len(self._text)]
        return [self._text[start:end].strip() for start, end in zip(starts, ends, strict=True)]

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, arg__1: int) -> int:
        return len(self._broken(arg__1)) * self.fontMetrics().height()

    @override
    def sizeHint(self) -> QSize:
        return QSize(40 * GRID, self.heightForWidth(self.width()))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        lines, height = self._broken(self.width()), self.fontMetrics().height()
        for number, line in enumerate(lines):
            room = QRect(0, number * height, self.width(), height)
            paint_text(painter, room, line, colours_of(self.palette()).text)
        cut = any(self.fontMetrics().horizontalAdvance(line) > self.width() for line in lines)
        self.setToolTip(self._text if cut else "")
        painter.end()


class SegmentStrip(QFrame):
    """Shows one segment; the signals carry its id."""

    edit_requested = Signal(int)
    explain_requested = Signal(int)
    export_requested = Signal(int)
    menu_requested = Signal(int, QPoint)

    def __init__(self, known: KnownFields, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segment_strip")
        self._known = known
        self._segment: SegmentRow | None = None
        self._sign = _Sign()
        self._about = _About()
        self._about.setObjectName("segment_about")
        self._kind = ElidedLabel()
        self._kind.setObjectName("segment_kind")
        self._kind.setProperty("tone", "muted")
        self._kind.setFont(font(TextSize.CAPTION))
        self._sentence = SentenceView()
        self._sentence.clause_clicked.connect(lambda _number: self._tell(self.edit_requested))
        self._many = QPushButton()
        self._many.setObjectName("many_conditions")
        self._many.setProperty("kind", "phrase")
        self._many.clicked.connect(lambda: self._tell(self.edit_requested))
        self._problem = QLabel()
        self._problem.setObjectName("segment_problem")
        self._problem.setProperty("tone", "danger")
        self._problem.setWordWrap(True)
        self._more = tool("segment_more", "ellipsis", _("More for this segment"))
        self._more.clicked.connect(self._open_menu)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._about)
        words.addWidget(self._kind)
        words.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(GRID + HALF)
        head.addWidget(self._sign)
        head.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for name, picture, text, wanted in (
            ("edit_segment", "pencil", _("Edit…"), self.edit_requested),
            ("explain_segment", "circle-question-mark", _("Explain…"), self.explain_requested),
            ("export_segment", "download", _("Export…"), self.export_requested),
        ):
            button = _button(name, picture, text)
            button.clicked.connect(partial(self._tell, wanted))
            buttons.addWidget(button)
        buttons.addWidget(self._more)
        head.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID + HALF)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        layout.addWidget(self._sentence)
        layout.addWidget(self._many, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._problem)
        known.changed.connect(self._on_known)
        self.hide()

    def show_segment(self, segment: SegmentRow | None) -> None:
        """Show this segment, or nothing."""
        self._segment = segment
        self.setVisible(segment is not None)
        if segment is None:
            return
        self._sign.name = segment_icon(segment.icon)
        self._sign.update()
        self._about.show_text(segment.description)
        kinds = [_("Filled by hand") if segment.is_static else _("Always up to date by its conditions")]
        if segment.is_private:
            kinds.append(_("only you see it"))
        if segment.keeps_history:
            kinds.append(_("keeps a history"))
        self._kind.setText(" · ".join(kinds))
        self.setAccessibleName(_("Segment {name}").format(name=segment.name))
        self._on_known()

    def _on_known(self) -> None:
        segment, problem = self._segment, ""
        if segment is None:
            return
        tree = None
        try:
            tree = segment.criteria
        except ExpectedError as error:
            problem = error_text(error)
        count = sum(1 for _clause in clauses(tree)) if tree is not None else 0
        self._sentence.setVisible(tree is not None and count <= _TOLD)
        self._many.setVisible(count > _TOLD)
        if tree is not None and count > _TOLD:
            text = ngettext("{count} condition", "{count} conditions", count)
            self._many.setText(text.format(count=grouped(count)))
            self._many.setToolTip(shown_criteria(tree, self._known.fields))
        elif tree is not None:
            self._sentence.show_tree(tree, self._known.fields)
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _tell(self, wanted: SignalInstance) -> None:
        if self._segment is not None:
            wanted.emit(self._segment.id)

    def _open_menu(self) -> None:
        if self._segment is not None:
            place = self._more.mapToGlobal(QPoint(0, self._more.height()))
            self.menu_requested.emit(self._segment.id, place)


def fill_segment_menu(menu: QMenu, segment: SegmentRow) -> None:
    """The actions on a segment that need no selection; each has its key as the object name."""
    for key, name, text in (
        ("edit", "pencil", _("Edit…")),
        ("explain", "circle-question-mark", _("Explain…")),
        ("copy", "copy", _("Copy the conditions as text")),
        ("export", "download", _("Export…")),
        ("", "", ""),
        ("delete", "trash-2", _("Delete the segment (contacts stay)")),
    ):
        if not key:
            menu.addSeparator()
            continue
        if key == "copy" and segment.is_static:
            continue
        action = menu.addAction(icon(name), text)
        action.setObjectName(key)
        action.setData(segment.id)


def _button(name: str, icon_name: str, text: str) -> QPushButton:
    button = QPushButton(icon(icon_name), text)
    button.setObjectName(name)
    button.setProperty("kind", "ghost")
    button.setAccessibleName(text)
    return button
