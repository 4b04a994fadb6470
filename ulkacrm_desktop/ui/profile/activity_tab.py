"""What happened to a contact: filtered by kind, person, period and words; endless."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.queries.timeline import timeline, timeline_actors
from ulkacrm_desktop.services.queries.timeline_entries import TimelineEntry, TimelineKind
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.values import shown_value
from ulkacrm_desktop.ui.labels.errors import failure_text
from ulkacrm_desktop.ui.labels.signs import timeline_sign
from ulkacrm_desktop.ui.labels.timeline import change_words, entry_text, kind_groups, origin_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, HALF
from ulkacrm_desktop.ui.widgets import timeline_view
from ulkacrm_desktop.ui.widgets.breakable import breakable
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction, StateStack
from ulkacrm_desktop.ui.widgets.relative_time import exact_time
from ulkacrm_desktop.ui.widgets.search_box import SearchBox

_PERIODS: Final = (1, 7, 30, 365)


def shown_entry(entry: TimelineEntry) -> timeline_view.TimelineEntry:
    """An entry of the database in the words and signs of the view."""

    def words(value: object) -> str:
        return exact_time(value) if isinstance(value, datetime) else breakable(shown_value(value))

    icon_name, colour = timeline_sign(entry.kind)
    note = entry.kind is TimelineKind.NOTE_ADDED
    body = str(entry.changes[0].after or "") if note and entry.changes else ""
    changes = tuple(timeline_view.Change(*change_words(change, words)) for change in entry.changes)
    return timeline_view.TimelineEntry(
        id=entry.id,
        at=entry.at,
        text=breakable(entry_text(entry)),
        icon=icon_name,
        colour=colour,
        who=" · ".join(filter(None, (entry.actor, origin_text(entry)))),
        body=breakable(body),
        changes=() if note else changes,
    )


class ActivityTab(QWidget):
    """The timeline of one contact with its filters."""

    loaded = Signal(int)
    """The newest entries are there, so many of them."""

    def __init__(
        self, workspace: Workspace, runner: TaskRunner, *, compact: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._contact_id: int | None = None
        self._stale = False
        self.view = timeline_view.TimelineView(runner)
        self.view.timeline.first_page_shown.connect(self._on_first_page)
        self.view.timeline.failed.connect(self._on_failed)
        self.stack = StateStack(self.view)
        self.stack.empty.chosen.connect(self._on_chosen)
        self.kind = _filter("activity_kind", _("Kind of entry"), [(_("All kinds"), ()), *kind_groups()])
        self.person = _filter("activity_person", _("Person"), [(_("Anybody"), "")])
        periods = (_("Today"), _("Last 7 days"), _("Last 30 days"), _("Last year"))
        self.period = _filter(
            "activity_period", _("Period"), [(_("Any time"), 0), *zip(periods, _PERIODS, strict=True)]
        )
        self.words = SearchBox(_("Search in the activity"))
        self.words.setObjectName("activity_words")
        for box in (self.kind, self.person, self.period):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(6 if compact else 10)
            box.activated.connect(self._ask)
        # A pause, since words are looked for in what every entry says.
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(120)
        self._typing.timeout.connect(self._ask)
        self.words.searched.connect(lambda _text: self._typing.start())
        self.words.left_downwards.connect(self.view.setFocus)
        filters = QHBoxLayout()
        filters.setSpacing(GRID)
        head = QVBoxLayout()
        head.setContentsMargins(2 * GRID, GRID + HALF, 2 * GRID, HALF)
        head.setSpacing(GRID)
        for box in (self.kind, self.person, self.period):
            filters.addWidget(box, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        if compact:
            head.addWidget(self.words)
        else:
            filters.insertWidget(0, self.words, 3)
        head.addLayout(filters)
        layout.addWidget(self.stack, 1)
        for earlier, later in (
            (self.words, self.kind),
            (self.kind, self.person),
            (self.person, self.period),
            (self.period, self.view),
        ):
            self.setTabOrder(earlier, later)

    def show_contact(self, contact_id: int) -> None:
        """Show this contact's timeline as it is now, read when the tab is seen."""
        if contact_id != self._contact_id:
            self._contact_id = contact_id
            self.stack.show_loading()
            self._reset_filters()
        self._stale = True
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        self._stale = False
        contact_id = self._contact_id
        if contact_id is None:
            return
        self._runner.run_latest(
            (id(self), "actors"), lambda: self._workspace.read(timeline_actors, contact_id), self._on_actors
        )
        self._ask()

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is set."""
        boxes = (self.kind, self.person, self.period)
        return any(box.currentIndex() > 0 for box in boxes) or bool(self.words.text().strip())

    def _reset_filters(self) -> None:
        for box in (self.kind, self.person, self.period):
            box.setCurrentIndex(0)
        self.words.blockSignals(True)
        self.words.clear()
        self.words.blockSignals(False)

    def _ask(self) -> None:
        self._typing.stop()
        contact_id = self._contact_id
        if contact_id is None:
            return
        workspace = self._workspace
        kinds: tuple[TimelineKind, ...] = self.kind.currentData() or ()
        person: str = self.person.currentData() or ""
        words = self.words.text()
        since = _since(self.period.currentData() or 0)

        def page(before: int | None, limit: int) -> list[timeline_view.TimelineEntry]:
            found = workspace.read(
                timeline,
                contact_id,
                before=before,
                limit=limit,
                kinds=kinds,
                actors=(person,) if person else (),
                words=words,
                since=since,
            )
            return [shown_entry(entry) for entry in found.entries]

        self.view.timeline.ask(page)

    def _on_actors(self, actors: tuple[str, ...]) -> None:
        chosen = self.person.currentData()
        while self.person.count() > 1:
            self.person.removeItem(1)
        for actor in actors:
            self.person.addItem(actor, actor)
        self.person.setCurrentIndex(max(self.person.findData(chosen), 0))

    def _on_first_page(self, count: int) -> None:
        if count:
            self.stack.show_content()
        elif self.is_filtered:
            self.stack.show_empty(
                "search-x",
                _("Nothing of that kind"),
                _("No entry fits the filters above."),
                [EmptyAction("clear", _("Show everything"))],
            )
        else:
            told = _("What is done with this contact is told here.")
            self.stack.show_empty("history", _("Nothing has happened yet"), told)
        self.loaded.emit(count)

    def _on_failed(self, error: BaseException) -> None:
        self.stack.show_empty(
            "triangle-alert",
            _("The activity cannot be read"),
            failure_text(error),
            [EmptyAction("again", _("Try again"), "refresh-cw")],
            problem=True,
        )

    def _on_chosen(self, key: str) -> None:
        if key == "clear":
            self._reset_filters()
        self._ask()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:  # it was not read while nobody saw it
            self._read()


def _since(days: int) -> datetime | None:
    """The moment at which the last ``days`` days begin, today being one of them; None for no limit."""
    if not days:
        return None
    first = datetime.now().astimezone().date() - timedelta(days=days - 1)
    return datetime.combine(first, time()).astimezone().astimezone(UTC)


def _filter(name: str, words: str, choices: Sequence[tuple[str, object]]) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(words)
    for text, data in choices:
        box.addItem(text, data)
    return box
