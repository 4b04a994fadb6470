"""The page of duplicates: choose what to look for, look through the groups that are found, decide, or merge all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from ulkacrm_desktop.core.changes import ChangeSet, Entity
from ulkacrm_desktop.core.duplicates import Verdict
from ulkacrm_desktop.core.errors import ExpectedError, JobCancelled
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.duplicates.finding import DuplicateReport, find_duplicates
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.duplicates import group_reads
from ulkacrm_desktop.ui.duplicates.group_detail import GroupDetail
from ulkacrm_desktop.ui.duplicates.group_list import GroupList, GroupModel
from ulkacrm_desktop.ui.duplicates.merge_all import MergeAll
from ulkacrm_desktop.ui.duplicates.page_job import PageJob
from ulkacrm_desktop.ui.duplicates.rule_choice import RuleChoice
from ulkacrm_desktop.ui.duplicates.rule_words import none_text, not_duplicates_text, rule_text
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import CONTROL_HEIGHT, GRID, TextSize, font
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction, StateStack
from ulkacrm_desktop.ui.widgets.progress_panel import ProgressPanel


class DuplicatesPage(QFrame):
    """Finds and decides; the form that merges side by side is asked of the window."""

    merge_requested = Signal(tuple)
    """The ids of contacts that are to be looked at side by side."""
    open_requested = Signal(int)
    failed = Signal(object)
    """A decision could not be carried out: the exception."""

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("duplicates_page")
        self.setProperty("surface", "base")
        self._workspace = workspace
        self._runner = runner
        self._rule: tuple[str, ...] = ()
        self._names: dict[int, str] = {}
        self._postponed = False
        self._reviewed_at: int | None = None
        """The place of the group that is being merged side by side."""
        self._writing: set[int] = set()
        """The places of groups about which something is being written."""
        self.model = GroupModel(workspace, runner, self)
        self.choice = RuleChoice()
        self.groups = GroupList(self.model)
        self.detail = GroupDetail()
        self.progress = ProgressPanel()
        self._job = PageJob(runner, self.progress)
        self._all = MergeAll(self, workspace, runner, self._job)
        self._said = QLabel()
        self._said.setObjectName("reviewed")
        self._said.setProperty("tone", "muted")
        self._other = self._head_button("look_for_others", _("Look for something else"))
        self._all_button = self._head_button("merge_all", _("Merge all of this rule…"))
        self._found = QSplitter(Qt.Orientation.Horizontal)
        self._found.setChildrenCollapsible(False)
        self._found.setHandleWidth(1)
        self._found.addWidget(self.groups)
        self._found.addWidget(self.detail)
        self._found.setStretchFactor(0, 2)
        self._found.setStretchFactor(1, 3)
        self._found.setSizes([40 * GRID, 92 * GRID])
        self.states = StateStack(self._found)
        self.states.addWidget(self.choice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head())
        holder = QVBoxLayout()
        holder.setContentsMargins(2 * GRID, 0, 2 * GRID, GRID)
        holder.addWidget(self.progress)
        layout.addLayout(holder)
        layout.addWidget(self.states, 1)
        self._connect()
        self.show_start()

    def _head(self) -> QWidget:
        head = QWidget()
        title = QLabel(_("Duplicates"))
        title.setFont(font(TextSize.TITLE, bold=True))
        # With its buttons and without them the title stands in the same place.
        head.setMinimumHeight(CONTROL_HEIGHT + 3 * GRID)
        row = QHBoxLayout(head)
        row.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(title)
        row.addSpacing(GRID)
        row.addWidget(self._said, 1)
        row.addWidget(self._other)
        row.addWidget(self._all_button)
        return head

    def _head_button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        return button

    def _connect(self) -> None:
        self.choice.find_requested.connect(self.look_for)
        self.choice.postponed_requested.connect(self.show_postponed)
        self.states.empty.chosen.connect(self._on_state_chosen)
        self._other.clicked.connect(self.show_start)
        self._all_button.clicked.connect(self._merge_all)
        self._all.begun.connect(self._show_counts)
        self._all.merged.connect(self._on_all_merged)
        self._all.not_merged.connect(self._on_not_merged)
        self.groups.selectionModel().currentChanged.connect(self._on_current)
        self.groups.activated.connect(self._review)
        detail = self.detail
        detail.merge_clicked.connect(self._merge)
        detail.review_clicked.connect(self._review)
        detail.not_duplicate_clicked.connect(partial(self._judge, Verdict.NOT_DUPLICATE))
        detail.later_clicked.connect(partial(self._judge, Verdict.LATER))
        detail.contact_clicked.connect(self.open_requested)
        for keys, name in (("M", "merge_group"), ("N", "not_duplicate"), ("L", "decide_later")):
            button = detail.findChild(QPushButton, name)
            assert button is not None
            shortcut = QShortcut(QKeySequence(keys), self._found)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)

    # The beginning.

    def show_start(self) -> None:
        """Show what can be looked for."""
        self._show_report(None)
        self._postponed = False
        self.states.setCurrentWidget(self.choice)
        self._show_counts()
        self.choice.start()
        self._read_start()

    def _read_start(self) -> None:
        self._runner.run_latest(
            (id(self), "start"), partial(group_reads.read_start, self._workspace), self._on_start, self.failed.emit
        )

    def _on_start(self, told: group_reads.StartTold) -> None:
        if told.properties != self._names:
            self._names = told.properties
            self.choice.show_properties(told.properties)
        self.choice.show_postponed(told.postponed)

    # Looking.

    def look_for(self, rule: Sequence[str]) -> None:
        """Look for contacts that have the same in these fields; for similar ones, without fields."""
        if self._job.is_busy:
            return
        self._rule, self._postponed = tuple(rule), False
        context = self._job.begin(rule_text(self._rule, self._names))
        self._show_report(None)
        self.states.show_loading()
        self._show_counts()
        work = partial(find_duplicates, self._workspace, self._rule, context)
        self._runner.run(work, self._on_found, self._on_not_found)

    def show_postponed(self) -> None:
        """Show the pairs that were put off for later."""
        self._postponed = True
        self._runner.run_latest(
            (id(self), "start"), partial(group_reads.read_postponed, self._workspace), self._show, self._on_not_found
        )

    def stop(self) -> None:
        """Stop what is under way: a search, or the merging of all, of which nothing remains then."""
        self._job.stop()
        self.model.close()

    def _on_found(self, report: DuplicateReport) -> None:
        self._job.end()
        self._show(report)

    def _on_not_found(self, error: BaseException) -> None:
        self._job.end()
        if isinstance(error, JobCancelled):
            self.show_start()
            return
        told = error_text(error) if isinstance(error, ExpectedError) else _("Something unforeseen has happened.")
        actions = [
            EmptyAction("again", _("Try again"), "refresh-cw"),
            EmptyAction("start", _("Look for something else")),
        ]
        if isinstance(error, ExpectedError) and error.code == "duplicate_rule_invalid":
            # The sentence is for the command line, where fields are named by codes; and it would fail again.
            told = _("One of these fields is not there any more. Choose others.")
            actions = [EmptyAction("start", _("Look for something else"), "search")]
        self.states.show_empty("triangle-alert", _("The search for duplicates failed"), told, actions, problem=True)
        if not isinstance(error, ExpectedError):
            self.failed.emit(error)

    def _show(self, report: DuplicateReport) -> None:
        self._show_report(report)
        if report.groups:
            self.states.show_content()
            self.groups.show_place(0)
            self.groups.setFocus()
        else:
            self._show_none()
        self._show_counts()

    def _show_report(self, report: DuplicateReport | None) -> None:
        self._writing = set()
        self._reviewed_at = None
        self.model.show_report(report, self._names)

    def _show_none(self) -> None:
        if self._postponed:
            title, sentence = _("Nothing is put off"), _("What you put off for later is listed here.")
        else:
            title, sentence = _("No duplicates"), none_text(self._rule, self._names)
        actions = (EmptyAction("start", _("Look for something else"), "search"),)
        self.states.show_empty("circle-check", title, sentence, actions)

    def _on_state_chosen(self, key: str) -> None:
        if key == "again" and not self._postponed:
            self.look_for(self._rule)
        elif key == "again":
            self.show_postponed()
        else:
            self.show_start()

    # What is shown.

    def _show_counts(self) -> None:
        report = self.model.report
        total = self.model.rowCount()
        self._other.setVisible(bool(report is not None and total))
        self._all_button.setVisible(bool(report is not None and total and not self._postponed))
        self._all_button.setEnabled(total > len(self.model.decided) and not self._job.is_busy)
        text = ""
        if report is not None and total:
            what = _("Put off for later") if self._postponed else rule_text(report.rule, self._names)
            done = _("{done} of {total} reviewed").format(done=grouped(len(self.model.decided)), total=grouped(total))
            text = f"{what} · {done}"
        self._said.setText(text)

    @property
    def place(self) -> int | None:
        """The place of the current group."""
        index = self.groups.currentIndex()
        return index.row() if index.isValid() else None

    def _on_current(self) -> None:
        place = self.place
        if place is None or self.model.report is None:
            return
        self._show_decided()
        report = self.model.report
        self._runner.run_latest(
            (id(self), "group"),
            partial(group_reads.read_group, self._workspace, report, report.groups[place]),
            self.detail.show_group,
            self.failed.emit,
        )

    def _show_decided(self) -> None:
        place = self.place
        decided = self.model.decided.get(place, "") if place is not None else ""
        count = len(self.model.ids_of(place)) if place is not None and self.model.report is not None else 0
        self.detail.show_state(decided=decided, postponed=self._postponed, count=count)

    def data_changed(self, changes: ChangeSet) -> None:
        """Something was written: what was decided may be taken back, or a contact be gone."""
        if not changes.touches(Entity.CONTACT, Entity.DUPLICATE_VERDICT, Entity.EMAIL, Entity.PHONE):
            return
        if self.model.report is None:
            self._read_start()
            return
        self.model.refresh()
        self._on_current()
        places = set(self.model.decided)
        if self.place is not None:
            places.add(self.place)
        self._look_again(sorted(places - self._writing))

    def _look_again(self, places: Sequence[int]) -> None:
        groups = [self.model.ids_of(place) for place in places]
        self._runner.run_latest(
            (id(self), "open"),
            partial(group_reads.read_open, self._workspace, groups),
            partial(self._on_open, self.model.report, places),
            self.failed.emit,
        )

    def _on_open(self, report: DuplicateReport | None, places: Sequence[int], is_open: Sequence[bool]) -> None:
        if report is not self.model.report:
            return
        for place, undecided in zip(places, is_open, strict=True):
            # A pair that is put off has been decided on; only what else is said of it ends that.
            if undecided and place in self.model.decided:
                self.model.decide(place, "")
            elif not undecided and place not in self.model.decided and not self._postponed:
                self.model.decide(place, _("Decided already"))
        self._show_counts()
        self._show_decided()

    # Deciding.

    def _current_ids(self) -> tuple[int, ...]:
        place = self.place
        if place is None or self.model.report is None or place in self.model.decided or self._job.is_busy:
            return ()
        return self.model.ids_of(place)

    def _judge(self, verdict: Verdict) -> None:
        ids, place = self._current_ids(), self.place
        if 0 < len(ids) <= group_reads.JUDGED and place is not None:
            words = not_duplicates_text(len(ids)) if verdict is Verdict.NOT_DUPLICATE else _("Later")
            self._write(partial(group_reads.judge, self._workspace, ids, verdict), place, words)

    def _merge(self) -> None:
        ids, place = self._current_ids(), self.place
        if ids and place is not None:
            self._write(partial(group_reads.merge_as_usual, self._workspace, ids), place, _("Merged"))

    def _write(self, work: Any, place: int, words: str) -> None:
        report = self.model.report
        self._writing.add(place)
        self._runner.write(work, partial(self._on_written, report, place), partial(self._on_not_written, report, place))
        self._decide(place, words)

    def _on_written(self, report: DuplicateReport | None, place: int, _outcome: object) -> None:
        if report is self.model.report:
            self._writing.discard(place)

    def _on_not_written(self, report: DuplicateReport | None, place: int, error: BaseException) -> None:
        if report is self.model.report:
            self._writing.discard(place)
            self.model.decide(place, "")
            self._show_counts()
            self._show_decided()
        self.failed.emit(error)

    def _review(self) -> None:
        ids = self._current_ids()
        if 0 < len(ids) <= group_reads.MEMBERS:
            self._reviewed_at = self.place
            self.merge_requested.emit(ids)

    def merged(self, ids: Sequence[int]) -> None:
        """These contacts were merged side by side."""
        place, self._reviewed_at = self._reviewed_at, None
        if place is not None and place < self.model.rowCount() and set(self.model.ids_of(place)) <= set(ids):
            self._decide(place, _("Merged"))

    def _decide(self, place: int, words: str) -> None:
        self.model.decide(place, words)
        following = self.model.next_open(place)
        if following is not None:
            self.groups.show_place(following)
        self._show_counts()
        self._show_decided()

    # Merging all.

    def _merge_all(self) -> None:
        report = self.model.report
        if report is not None and not self._job.is_busy:
            decided = self.model.decided
            groups = [group.contact_ids for place, group in enumerate(report.groups) if place not in decided]
            self._all.start(groups, report.rule)

    def _on_all_merged(self, count: int) -> None:
        self._show_report(None)
        sentence = ngettext(
            "{count} contact went into another. Undo takes it back in one step.",
            "{count} contacts went into others. Undo takes it back in one step.",
            count,
        ).format(count=grouped(count))
        actions = (EmptyAction("start", _("Look for something else"), "search"),)
        self.states.show_empty("circle-check", _("All of them are merged"), sentence, actions)
        self._show_counts()

    def _on_not_merged(self, error: BaseException) -> None:
        self._show_counts()
        if isinstance(error, JobCancelled):
            self._said.setText(_("Cancelled: nothing was merged."))
        else:
            self.failed.emit(error)
