"""A segment explains itself: what each condition leaves, why a contact is in or out, who came and went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.criteria import Criteria, Viewpoint
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.queries.segment_history import StayRow, movements
from ulkacrm_desktop.services.queries.segments import SegmentRow
from ulkacrm_desktop.ui.filters.choice_button import ChoiceButton
from ulkacrm_desktop.ui.filters.choice_list import Option
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.filters.sentence_view import shown_criteria
from ulkacrm_desktop.ui.icons import icon, segment_icon
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.segments.contact_choice import ContactChoice
from ulkacrm_desktop.ui.segments.explanation import (
    ContactExplanation,
    read_contact,
    read_counts,
    read_history,
)
from ulkacrm_desktop.ui.segments.movements_page import MovementsPage
from ulkacrm_desktop.ui.segments.verdict_tree import VerdictTree
from ulkacrm_desktop.ui.segments.waterfall import Step, Waterfall
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font
from ulkacrm_desktop.ui.widgets.flow_layout import FlowLayout
from ulkacrm_desktop.ui.widgets.relative_time import exact_time
from ulkacrm_desktop.ui.widgets.segment_chip import SegmentChip

if TYPE_CHECKING:
    from ulkacrm_desktop.services.criteria.explainer import PartCount
    from ulkacrm_desktop.services.workspace import Workspace


_MARGIN: Final = 2 * GRID


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
        self._person = ContactChoice(workspace, runner)
        self._person.setMinimumWidth(32 * GRID)
        self._person.changed.connect(self._on_person)
        self._problem = QLabel()
        self._problem.setObjectName("explain_problem")
        self._problem.setProperty("tone", "danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._moves = MovementsPage()
        self._moves.opened.connect(self._go_to)
        self._moves.more_requested.connect(self._on_more)
        self._tabs = QTabWidget()
        self._tabs.setObjectName("explain_tabs")
        self._tabs.addTab(self._counts_page(), _("What each condition leaves"))
        self._tabs.addTab(self._contact_page(), _("One contact"))
        self._tabs.addTab(self._moves, _("Who came and left"))
        self._lay_out()
        size = parent.size()
        self.resize(min(size.width() - 4 * GRID, 108 * GRID), min(size.height() - 4 * GRID, 76 * GRID))
        if about_contact:
            self._tabs.setCurrentIndex(1)
        self._show_segment(segment)

    def _lay_out(self) -> None:
        heading = QLabel(self.windowTitle())
        heading.setFont(font(TextSize.TITLE, bold=True))
        close = QPushButton(_("Close"))
        close.setObjectName("close")
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        head = QVBoxLayout()
        head.setSpacing(GRID + HALF)
        head.addWidget(heading)
        head.addLayout(_labelled(_("&Segment"), self._choice))
        head.addWidget(self._problem)
        # The names of the tabs and what is on them stand below each other, so that the tabs begin further left.
        for part in (head, foot):
            part.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 3 * GRID, GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addLayout(head)
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
        column.setContentsMargins(_MARGIN, 2 * GRID, _MARGIN, 0)
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
        self._chips_box = QWidget()
        self._chips = FlowLayout(self._chips_box, spacing=6)
        self._chips_title = QLabel(_("In these segments:"))
        self._chips_title.setProperty("tone", "muted")
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._mark)
        head.addWidget(self._headline, 1)
        head.addWidget(self._open)
        column = QVBoxLayout(page)
        column.setContentsMargins(_MARGIN, 2 * GRID, _MARGIN, 0)
        column.setSpacing(GRID)
        column.addLayout(_labelled(_("C&ontact"), self._person))
        column.addLayout(head)
        column.addWidget(self._stays)
        column.addWidget(self._tree, 1)
        column.addWidget(self._chips_title)
        column.addWidget(self._chips_box)
        return page

    # Asking.

    def _options(self) -> tuple[Option, ...]:
        return tuple(Option(row.id, row.name, segment_icon(row.icon)) for row in self._segments)

    def _on_segment(self) -> None:
        chosen = self._choice.chosen()[0]
        self._show_segment(next(row for row in self._segments if row.id == chosen))

    def _on_person(self) -> None:
        self._contact_id = self._person.chosen()[0]
        self._problem.hide()
        self._ask_contact(self._viewpoint())

    def _show_segment(self, segment: SegmentRow) -> None:
        self._segment = segment
        self._choice.set_chosen([segment.id])
        self._problem.hide()
        view = self._viewpoint()
        run = self._runner.run_latest
        counts = partial(read_counts, self._workspace, segment, view)
        run((id(self), "counts"), counts, self._on_counts, partial(self._on_failed, self._show_no_counts))
        self._ask_contact(view)
        history = partial(read_history, self._workspace, segment, clock.now())
        shown = partial(self._moves.show_history, keeps_history=segment.keeps_history)
        run((id(self), "history"), history, shown, partial(self._on_failed, self._moves.clear))

    def _ask_contact(self, view: Viewpoint) -> None:
        if self._contact_id is None:
            self._show_no_contact()
            return
        work = partial(read_contact, self._workspace, self._segment, self._contact_id, view)
        failed = partial(self._on_failed, self._show_no_contact)
        self._runner.run_latest((id(self), "contact"), work, self._on_contact, failed)

    def _on_failed(self, clear: Callable[[], object], error: BaseException) -> None:
        if not isinstance(error, ExpectedError):
            raise error
        # What was told of another segment or contact must not stand there as if it were of this one.
        clear()
        self._problem.setText(error_text(error))
        self._problem.show()

    def _show_no_counts(self) -> None:
        self._waterfall.show_steps(())
        self._counts_note.setText("")

    def _show_no_contact(self) -> None:
        self._headline.setText(_("Choose a contact above to see why it is in the segment, or is not."))
        self._tree.clear()
        for widget in (self._mark, self._open, self._stays, self._chips_title, self._chips_box):
            widget.hide()

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
        self._person.show_contact(explanation.contact_id, name)
        for widget in (self._mark, self._open, self._chips_title, self._chips_box):
            widget.show()
        text = _("{name} is in this segment") if holds else _("{name} is not in this segment")
        self._headline.setText(text.format(name=name))
        sign = icon("circle-check", "success") if holds else icon("circle-x", "danger")
        self._mark.setPixmap(sign.pixmap(20, 20))
        self._tree.show_verdict(explanation.verdict, self._known.fields)
        self._stays.setText("\n".join(map(_stay_text, explanation.stays)))
        self._stays.setVisible(bool(explanation.stays))
        while (item := self._chips.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        inside = [row for row in self._segments if row.id in explanation.inside]
        self._chips_title.setText(_("In these segments:") if inside else _("In none of the segments."))
        for row in inside:
            chip = SegmentChip(row.id, row.name, row.icon, is_on=row.id == self._segment.id)
            chip.clicked.connect(partial(self._show_segment, row))
            self._chips.addWidget(chip)
            chip.show()

    def _on_more(self, before: Any) -> None:
        work = partial(self._workspace.read, movements, self._segment.id, before=before)
        failed = partial(self._on_failed, self._moves.clear)
        self._runner.run_latest((id(self), "history"), work, self._moves.add, failed)

    # Going to a contact.

    def _on_open(self) -> None:
        if self._contact_id is not None:
            self._go_to(self._contact_id)

    def _go_to(self, contact_id: int) -> None:
        self.accept()
        self.open_requested.emit(contact_id)

    @override
    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        if arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        super().keyPressEvent(arg__1)


def _labelled(text: str, choice: ChoiceButton) -> QHBoxLayout:
    label = QLabel(text)
    label.setFont(font(bold=True))
    label.setBuddy(choice)
    row = QHBoxLayout()
    row.setSpacing(GRID)
    row.addWidget(label)
    row.addWidget(choice)
    row.addStretch(1)
    return row


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
