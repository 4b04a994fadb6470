"""A segment explains itself: what each condition leaves, why a contact is in or out, who came and went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.criteria import Criteria, Viewpoint
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.queries.segment_history import Movement, MovementPage, StayRow, movements
from ulkacrm_desktop.services.queries.segments import SegmentRow
from ulkacrm_desktop.ui.filters.choice_button import ChoiceButton
from ulkacrm_desktop.ui.filters.choice_list import Option
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.sentence_view import shown_criteria
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.segments.explanation import (
    RECENT_DAYS,
    ContactExplanation,
    History,
    read_contact,
    read_counts,
    read_history,
)
from ulkacrm_desktop.ui.segments.segment_icons import segment_icon
from ulkacrm_desktop.ui.segments.verdict_tree import VerdictTree
from ulkacrm_desktop.ui.segments.waterfall import Step, Waterfall
from ulkacrm_desktop.ui.theme import GRID, TextSize, font
from ulkacrm_desktop.ui.widgets.flow_layout import FlowLayout
from ulkacrm_desktop.ui.widgets.relative_time import exact_time, relative_time

if TYPE_CHECKING:
    from ulkacrm_desktop.services.criteria.explainer import PartCount
    from ulkacrm_desktop.services.workspace import Workspace

_CONTACT: Final = Qt.ItemDataRole.UserRole


class ExplainDialog(QDialog):
    """Explains one of the segments at a time, about one contact; what is asked again replaces what was asked."""

    open_requested = Signal(int)
    """A contact is to be opened: its id."""

    def __init__(
        self,
        parent: QWidget,
        workspace: Workspace,
        runner: TaskRunner,
        known: KnownFields,
        viewpoint: Callable[[], Viewpoint],
        *,
        segments: Sequence[SegmentRow],
        segment: SegmentRow,
        contact_id: int | None,
        about_contact: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("explain_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Explain the segment"))
        self._workspace = workspace
        self._runner = runner
        self._known = known
        self._viewpoint = viewpoint
        self._segments = tuple(segments)
        self._segment = segment
        self._contact_id = contact_id
        self._choice = ChoiceButton(self._options, search_text=_("Find a segment"))
        self._choice.setObjectName("segment_choice")
        self._choice.setAccessibleName(_("Segment"))
        self._choice.setMinimumWidth(32 * GRID)
        self._choice.changed.connect(self._on_segment)
        self._problem = QLabel()
        self._problem.setObjectName("explain_problem")
        self._problem.setProperty("tone", "danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._tabs = QTabWidget()
        self._tabs.setObjectName("explain_tabs")
        self._tabs.addTab(self._counts_page(), _("What each condition leaves"))
        self._tabs.addTab(self._contact_page(), _("One contact"))
        self._tabs.addTab(self._history_page(), _("Who came and left"))
        self._tabs.setTabEnabled(1, contact_id is not None)
        self._lay_out()
        size = parent.size()
        self.resize(min(size.width() - 4 * GRID, 108 * GRID), min(size.height() - 4 * GRID, 76 * GRID))
        if about_contact:
            self._tabs.setCurrentIndex(1)
        self._show_segment(segment)

    def _lay_out(self) -> None:
        title = QLabel(_("Segment"))
        title.setFont(font(TextSize.TITLE, bold=True))
        head = QHBoxLayout()
        head.setSpacing(2 * GRID)
        head.addWidget(title)
        head.addWidget(self._choice)
        head.addStretch(1)
        close = QPushButton(_("Close"))
        close.setObjectName("close")
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        layout.addWidget(self._problem)
        layout.addWidget(self._tabs, 1)
        layout.addLayout(foot)

    # The pages.

    def _counts_page(self) -> QWidget:
        self._waterfall = Waterfall()
        self._counts_note = QLabel()
        self._counts_note.setProperty("tone", "muted")
        self._counts_note.setWordWrap(True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 2 * GRID, GRID, 0)
        column.setSpacing(2 * GRID)
        column.addWidget(self._counts_note)
        column.addWidget(self._waterfall)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inside)
        return scroll

    def _contact_page(self) -> QWidget:
        page = QWidget()
        self._headline = QLabel()
        self._headline.setObjectName("verdict_headline")
        self._headline.setFont(font(bold=True))
        self._headline.setWordWrap(True)
        self._mark = QLabel()
        self._open = QPushButton(icon("external-link"), _("Open the contact"))
        self._open.setObjectName("open_contact")
        self._open.setProperty("kind", "ghost")
        self._open.clicked.connect(self._on_open)
        self._stays = QLabel()
        self._stays.setObjectName("stays")
        self._stays.setProperty("tone", "muted")
        self._stays.setWordWrap(True)
        self._tree = VerdictTree()
        chips = QWidget()
        self._chips = FlowLayout(chips, spacing=6)
        self._chips_title = QLabel(_("In these segments:"))
        self._chips_title.setProperty("tone", "muted")
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._mark)
        head.addWidget(self._headline, 1)
        head.addWidget(self._open)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 2 * GRID, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self._stays)
        column.addWidget(self._tree, 1)
        column.addWidget(self._chips_title)
        column.addWidget(chips)
        return page

    def _history_page(self) -> QWidget:
        page = QWidget()
        self._history_note = QLabel()
        self._history_note.setObjectName("history_note")
        self._history_note.setWordWrap(True)
        self._history_note.setProperty("tone", "muted")
        self._moves = QTreeWidget()
        self._moves.setObjectName("movements")
        self._moves.setAccessibleName(_("Who came and left"))
        self._moves.setHeaderHidden(True)
        self._moves.setColumnCount(3)
        self._moves.setRootIsDecorated(False)
        self._moves.itemActivated.connect(self._on_move_opened)
        self._more = QPushButton(_("Show more"))
        self._more.setObjectName("more_movements")
        self._more.setProperty("kind", "link")
        self._more.clicked.connect(self._on_more)
        self._next: Any = None
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 2 * GRID, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self._history_note)
        column.addWidget(self._moves, 1)
        column.addWidget(self._more)
        column.addStretch()
        return page

    # Asking.

    def _options(self) -> tuple[Option, ...]:
        return tuple(Option(row.id, row.name, segment_icon(row.icon)) for row in self._segments)

    def _on_segment(self) -> None:
        chosen = self._choice.chosen()[0]
        self._show_segment(next(row for row in self._segments if row.id == chosen))

    def _show_segment(self, segment: SegmentRow) -> None:
        self._segment = segment
        self._choice.set_chosen([segment.id])
        self._problem.hide()
        view = self._viewpoint()
        run = self._runner.run_latest
        run(
            (id(self), "counts"), partial(read_counts, self._workspace, segment, view), self._on_counts, self._on_failed
        )
        if self._contact_id is not None:
            work = partial(read_contact, self._workspace, segment, self._segments, self._contact_id, view)
            run((id(self), "contact"), work, self._on_contact, self._on_failed)
        history = partial(read_history, self._workspace, segment, clock.now())
        run((id(self), "history"), history, self._on_history, self._on_failed)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, ExpectedError):
            raise error
        self._problem.setText(error_text(error))
        self._problem.show()

    # Answers.

    def _told(self, criteria: Criteria) -> str:
        text = shown_criteria(criteria, self._known.fields)
        return text[:1].upper() + text[1:]

    def _on_counts(self, counts: tuple[int, tuple[PartCount, ...]]) -> None:
        total, parts = counts
        steps = [Step(_("All contacts"), total)]
        steps += [Step(self._told(part.criteria), part.left, part.alone) for part in parts]
        self._waterfall.show_steps(tuple(steps))
        left = steps[-1].left
        if self._segment.is_static:
            note = _("This segment is filled by hand.")
        else:
            note = ngettext(
                "{count} contact is left by all conditions. The pale bar shows how many fit a condition alone.",
                "{count} contacts are left by all conditions. The pale bar shows how many fit a condition alone.",
                left,
            ).format(count=grouped(left))
        self._counts_note.setText(note)

    def _on_contact(self, explanation: ContactExplanation) -> None:
        holds = explanation.verdict.holds
        name = explanation.name
        text = _("{name} is in this segment") if holds else _("{name} is not in this segment")
        self._headline.setText(text.format(name=name))
        sign = icon("circle-check", "success") if holds else icon("circle-x", "danger")
        self._mark.setPixmap(sign.pixmap(20, 20))
        self._tabs.setTabText(1, name.replace("&", "&&") if len(name) < 28 else _("One contact"))
        self._tree.show_verdict(explanation.verdict, self._known.fields)
        self._stays.setText("\n".join(map(_stay_text, explanation.stays)))
        self._stays.setVisible(bool(explanation.stays))
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        inside = [row for row in self._segments if row.id in explanation.inside]
        self._chips_title.setText(_("In these segments:") if inside else _("In none of the segments."))
        for row in inside:
            chip = QPushButton(icon(segment_icon(row.icon), "accent_text"), row.name.replace("&", "&&"))
            chip.setObjectName(f"segment_{row.id}")
            chip.setProperty("kind", "chip")
            chip.setProperty("on", row.id == self._segment.id)
            chip.setAutoDefault(False)
            chip.clicked.connect(partial(self._show_segment, row))
            self._chips.addWidget(chip)
            chip.show()

    def _on_history(self, history: History) -> None:
        self._moves.clear()
        keeps = self._segment.keeps_history
        self._add_moves(history.page)
        self._moves.setVisible(bool(history.page.movements))
        if history.page.movements:
            self._history_note.setText(_recent_text(history))
        elif keeps:
            self._history_note.setText(_("Nobody has come or left since the history began."))
        else:
            self._history_note.setText(
                _("This segment keeps no history. Edit it and tick “Write down who enters and who leaves”.")
            )

    def _add_moves(self, page: MovementPage) -> None:
        self._moves.addTopLevelItems([_move_item(movement) for movement in page.movements])
        for column in (1, 2):
            self._moves.resizeColumnToContents(column)
        self._moves.setColumnWidth(0, 44 * GRID)
        self._next = page.next
        self._more.setVisible(page.next is not None)

    def _on_more(self) -> None:
        work = partial(self._workspace.read, movements, self._segment.id, before=self._next)
        self._runner.run_latest((id(self), "history"), work, self._add_moves, self._on_failed)

    # Going to a contact.

    def _on_open(self) -> None:
        if self._contact_id is not None:
            self._go_to(self._contact_id)

    def _on_move_opened(self, item: QTreeWidgetItem) -> None:
        contact_id = item.data(0, _CONTACT)
        if contact_id is not None:
            self._go_to(contact_id)

    def _go_to(self, contact_id: int) -> None:
        self.accept()
        self.open_requested.emit(contact_id)

    @override
    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        if arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        super().keyPressEvent(arg__1)


def _move_item(movement: Movement) -> QTreeWidgetItem:
    came = _("came") if movement.entered else _("left")
    item = QTreeWidgetItem([movement.name, came, relative_time(movement.at)])
    item.setSizeHint(0, QSize(0, 30))
    sign = icon("arrow-right", "success") if movement.entered else icon("arrow-left", "muted")
    item.setIcon(0, QIcon(sign.pixmap(16, 16)))
    item.setToolTip(2, exact_time(movement.at))
    if not movement.removed:
        item.setData(0, _CONTACT, movement.contact_id)
    return item


def _recent_text(history: History) -> str:
    came = ngettext("{count} came", "{count} came", history.entered).format(count=grouped(history.entered))
    left = ngettext("{count} left", "{count} left", history.left).format(count=grouped(history.left))
    days = ngettext(
        "In the last {count} day: {came}, {left}.", "In the last {count} days: {came}, {left}.", RECENT_DAYS
    )
    return days.format(count=RECENT_DAYS, came=came, left=left)


def _stay_text(stay: StayRow) -> str:
    if stay.entered_at is None and stay.left_at is None:
        return _("In it since before its history began.")
    if stay.left_at is None:
        assert stay.entered_at is not None
        return _("In it since {moment}.").format(moment=exact_time(stay.entered_at))
    if stay.entered_at is None:
        return _("Left it {moment}.").format(moment=exact_time(stay.left_at))
    return _("In it from {entered} until {left}.").format(
        entered=exact_time(stay.entered_at), left=exact_time(stay.left_at)
    )
