"""The list of contacts itself: one model shown as a table or as cards, its questions, and its four states."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.changes import ChangeSet, Entity
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.ui.contacts.columns import contact_columns
from ulkacrm_desktop.ui.contacts.contact_drag import ContactDrag
from ulkacrm_desktop.ui.contacts.list_columns import ListColumns
from ulkacrm_desktop.ui.contacts.places import ALL, Place, PlaceKind
from ulkacrm_desktop.ui.contacts.source import ContactSource, ListQuestion
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.asked_model import ListState
from ulkacrm_desktop.ui.tables.paged_model import PagedTableModel
from ulkacrm_desktop.ui.tables.row_interaction import RowInteraction
from ulkacrm_desktop.ui.tables.table_view import PagedTableView
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds
from ulkacrm_desktop.ui.widgets.empty_state import StateStack

if TYPE_CHECKING:
    from ulkacrm_desktop.core.contact_document import PropertyDefinition
    from ulkacrm_desktop.core.criteria import Criteria, Viewpoint
    from ulkacrm_desktop.services.workspace import Workspace
    from ulkacrm_desktop.ui.tables.card_view import PagedCardView

_VIEW_KEY: Final = "contacts.view"
_LOADING_AFTER_MS: Final = 150
"""An answer that is there sooner is not announced by placeholders: they would only flicker."""

_ROW_ENTITIES: Final = (
    Entity.CONTACT,
    Entity.EMAIL,
    Entity.PHONE,
    Entity.AVATAR,
    Entity.TAG,
    Entity.CONTACT_TAG,
    Entity.PROPERTY_VALUE,
    Entity.CRM_USER,
)
_SEARCHED_ENTITIES: Final = (Entity.NOTE, Entity.MESSENGER)
_NARROWING_ENTITIES: Final = (
    Entity.MESSENGER,
    Entity.CONTACT_CLASS,
    Entity.PROPERTY_OPTION,
    Entity.SEGMENT,
    Entity.SEGMENT_MEMBER,
)


class ContactList(QWidget):
    """Shows one place of the navigation, searched and sorted; nothing is asked before `open`."""

    current_changed = Signal(object)
    """The id of the contact that the side card is to show, or None."""
    opened = Signal(object)
    delete_requested = Signal(object)
    menu_requested = Signal(object, QPoint)
    edited = Signal(object, str, str)
    """A cell was edited in place: the row (`ContactRow`), the field and the new text."""
    copied = Signal(int)
    copy_refused = Signal(int)
    text_typed = Signal(str)
    total_changed = Signal(int)
    cards_shown = Signal(bool)
    state_chosen = Signal(str)
    """A button of an empty state: import, new, sample, clear_search, clear_filter, everywhere, all, retry."""

    def __init__(self, runner: TaskRunner, settings: Settings, ticks: TickedIds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._settings = settings
        self._ticks = ticks
        self._source = ContactSource()
        self._place: Place = ALL
        self._place_name = ""
        self._search = ""
        self._criteria: Criteria | None = None
        self._user_id: int | None = None
        self._viewpoint: Viewpoint | None = None
        self._recent: tuple[int, ...] = ()
        self._sorted_by_user = False
        self._open_again: Callable[[], object] | None = None
        self.model = PagedTableModel(runner, self._source, contact_columns((), self._searched), ticks, self)
        self.table = PagedTableView(self.model, runner)
        self.table.setAccessibleName(_("Contacts"))
        self._cards: PagedCardView | None = None
        self._views = QStackedWidget()
        self._views.addWidget(self.table)
        self._stack = StateStack(self._views)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.columns = ListColumns(self.table, self.model, settings, self._searched)
        self.drag = ContactDrag(self)
        self._loading_timer = QTimer(self, singleShot=True, interval=_LOADING_AFTER_MS)
        self._loading_timer.timeout.connect(self._stack.show_loading)
        self._stack.show_loading()
        self._wire_rows(self.table.rows)
        self.columns.sorted_by_user.connect(self._on_sort)
        self.columns.changed.connect(self._ask_if_other)
        self.model.state_changed.connect(self._on_state)
        self.model.answered.connect(self._on_answered)
        self.model.total_changed.connect(self.total_changed)
        self.model.edited.connect(self._on_edited)
        self._stack.empty.chosen.connect(self.state_chosen)
        if settings.get(_VIEW_KEY) == "cards":
            self.show_as_cards(True)

    # What is shown.

    @property
    def place(self) -> Place:
        """The list that is shown."""
        return self._place

    @property
    def query(self) -> ContactQuery:
        """The search, filter and order of the list, narrowed to its place."""
        from ulkacrm_desktop.core.criteria import All

        own, asked = self._place.criteria, self._criteria
        return ContactQuery(
            search=self._search,
            tag_id=self._place.tag_id,
            segment_id=self._place.segment_id,
            operation_id=self._place.operation_id,
            criteria=All((own, asked)) if own is not None and asked is not None else own or asked,
            viewpoint=self._viewpoint if self._is_seen else None,
            **self.columns.query_parts,
        )

    @property
    def _is_seen(self) -> bool:
        """Whether it matters who asks, and when."""
        return self._criteria is not None or self._place.segment_id is not None

    @property
    def as_cards(self) -> bool:
        """Whether cards are shown and not the table."""
        return self._views.currentWidget() is not self.table

    @property
    def rows(self) -> RowInteraction:
        """What is done with the rows of the view that is shown."""
        cards = self._cards
        return cards.rows if cards is not None and self.as_cards else self.table.rows

    def open(self, workspace: Workspace) -> None:
        """Begin to ask this database."""
        self._source.workspace = workspace
        self.load_properties()
        self._ask()

    def show_place(self, place: Place, name: str = "") -> None:
        """Show another list; ``name`` is that of the tag."""
        if place != self._place:
            self._sorted_by_user = False
        self._place, self._place_name = place, name
        self._ask()

    def set_recent(self, ids: Sequence[int]) -> None:
        """The contacts viewed last, the latest first."""
        self._recent = tuple(ids)

    def search(self, text: str) -> None:
        """Search for what is typed, at once; replaces the question before it."""
        if text != self._search:
            self._search = text
            self._ask()

    def forget_search(self) -> None:
        """Search for nothing from the next question on."""
        self._search = ""

    def filter(self, criteria: Criteria | None) -> None:
        """List only those who fulfil this too, at once; None for everybody of the place."""
        if criteria != self._criteria:
            self._criteria = criteria
            self._ask()

    def forget_filter(self) -> None:
        """Filter by nothing from the next question on."""
        self._criteria = None

    def set_user(self, user_id: int | None) -> None:
        """Who "me" is in criteria."""
        self._user_id = user_id

    def retry(self) -> None:
        """Ask, or open the database, again after a failure."""
        if self._source.workspace is None and self._open_again is not None:
            self._stack.show_loading()
            self._open_again()
        else:
            self._ask()

    def show_as_cards(self, on: bool) -> None:
        """Show cards, or the table; the current row stays."""
        current = self.rows.current_id
        if on and self._cards is None:
            from ulkacrm_desktop.ui.tables.card_view import PagedCardView

            cards = PagedCardView(
                self.model, self._runner, title="name", lines=("email", "phone", "company"), chips="tags"
            )
            self._cards = cards
            self._views.addWidget(cards)
            self._wire_rows(cards.rows)
        self._views.setCurrentWidget(self._cards if on and self._cards is not None else self.table)
        self._settings.set(_VIEW_KEY, "cards" if on else "table")
        self.cards_shown.emit(on)
        self.rows.set_current_id(current)

    def focus(self) -> None:
        """Give the keyboard to the rows; the first becomes current where none is."""
        view = self._cards if self._cards is not None and self.as_cards else self.table
        view.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.rows.current_id is None and self.model.total:
            first = self.model.id_at(0)
            if first is not None:
                self.rows.set_current_id(first)

    def stop(self) -> None:
        """Ask nothing more."""
        self.model.close()
        for what in ("properties", "gone"):
            self._runner.forget((id(self), what))

    def come_back_to(self, row_id: int | None, scroll: int) -> None:
        """Make a row current again and scroll to where the list was, as soon as it has answered."""
        self.rows.set_current_id(row_id)

        def scroll_back() -> None:
            self.table.verticalScrollBar().setValue(scroll)

        self.model.answered.connect(scroll_back, Qt.ConnectionType.SingleShotConnection)

    def show_opening_failed(self, error: BaseException, try_again: Callable[[], object]) -> None:
        """Say why there is no database."""
        from ulkacrm_desktop.ui.contacts.list_states import opening_failed

        self._loading_timer.stop()
        shown = opening_failed(error)
        self._open_again = try_again
        self._stack.show_empty(shown.icon, shown.title, shown.sentence, shown.actions, problem=True)

    # What has changed.

    def data_changed(self, changes: ChangeSet) -> None:
        """Read again what a write may have changed of what is shown."""
        if changes.touches(Entity.PROPERTY, Entity.PROPERTY_OPTION):
            self.load_properties()
        searched = _SEARCHED_ENTITIES if self._search else ()
        narrowed = _NARROWING_ENTITIES if self._is_seen or self._place.criteria is not None else ()
        if changes.touches(*_ROW_ENTITIES, *searched, *narrowed):
            self._refresh(changes.contacts)
        if self._ticks and changes.touches(Entity.CONTACT):
            self._drop_removed_ticks(changes.contacts)

    def ticks_changed(self) -> None:
        """The list of selected contacts follows what is ticked, but not under the hand of who unticks there."""
        if self._place.kind is PlaceKind.SELECTED and (not self._ticks or not self.isVisible()):
            self._ask()

    def load_properties(self) -> None:
        """Read the custom properties and show a column for each that the user wants."""
        workspace = self._source.workspace
        if workspace is not None:
            self._runner.run_latest((id(self), "properties"), partial(_definitions, workspace), self._on_definitions)

    def _refresh(self, changed: frozenset[int] | None) -> None:
        self._look_anew()
        self.model.refresh(changed, query=self._question())

    def _drop_removed_ticks(self, changed: frozenset[int] | None) -> None:
        workspace = self._source.workspace
        if workspace is None:
            return
        candidates = self._ticks.ids() if changed is None else array("q", (i for i in changed if i in self._ticks))
        if candidates:
            # Not only the latest: each asks about others.
            self._runner.run(partial(_gone, workspace, candidates), self._ticks.discard_gone)

    # Questions.

    def _question(self) -> ListQuestion:
        query = self.query
        if self._place.kind is PlaceKind.RECENT:
            return ListQuestion(query, self._recent, as_given=self._is_as_given)
        if self._place.kind is PlaceKind.SELECTED:
            return ListQuestion(query, self._ticks.ids(), self._ticks.__contains__)
        return ListQuestion(query)

    @property
    def _is_as_given(self) -> bool:
        """Whether the list has an order of its own: the last viewed first, until the user sorts it."""
        return self._place.kind is PlaceKind.RECENT and not self._sorted_by_user

    def _look_anew(self) -> None:
        """The last thirty days are those before this question, as long as its answer is shown."""
        from ulkacrm_desktop.core.criteria import Viewpoint

        self._viewpoint = Viewpoint(clock.now(), None, self._user_id)

    def _ask(self) -> None:
        self.table.show_sort(not self._is_as_given)
        if self._source.workspace is not None:
            self._look_anew()
            self._loading_timer.start()
            self.model.ask(self._question())

    def _searched(self) -> str:
        return self._search

    def _on_state(self, state: ListState) -> None:
        self._loading_timer.stop()
        if state is ListState.READY:
            self._stack.show_content()
        elif state is ListState.LOADING:
            if self._stack.currentWidget() is not self._stack.skeleton:
                self._loading_timer.start()
        else:
            from ulkacrm_desktop.ui.contacts.list_states import ListSituation, state_of

            error = self.model.error if state is ListState.FAILED else None
            situation = ListSituation(
                self._place.kind, self._place_name, self._search.strip(), error, is_filtered=self._criteria is not None
            )
            shown = state_of(situation)
            self._stack.show_empty(shown.icon, shown.title, shown.sentence, shown.actions, problem=error is not None)

    def _on_answered(self) -> None:
        # A list that was there before and is there again is in the same state as before.
        if self.model.state is ListState.READY:
            self._on_state(ListState.READY)

    # Columns.

    def _on_definitions(self, definitions: tuple[PropertyDefinition, ...]) -> None:
        current = self.rows.current_id
        if self.columns.show_properties(definitions):
            self.columns.arranging = True
            self.rows.set_current_id(current)
            self.columns.arranging = False
            self._ask_if_other()

    def _ask_if_other(self) -> None:
        """Another column may need other values: ask again without leaving the place in the list."""
        asked = self.model.query
        if isinstance(asked, ListQuestion) and asked.query != self.query:
            self.model.refresh(query=self._question())

    def _on_sort(self) -> None:
        self._sorted_by_user = True
        self._ask()

    # Rows.

    def _wire_rows(self, rows: RowInteraction) -> None:
        rows.current_id_changed.connect(partial(self._on_current, rows))
        rows.opened.connect(self.opened)
        rows.delete_requested.connect(self.delete_requested)
        rows.menu_requested.connect(self.menu_requested)
        rows.copied.connect(self.copied)
        rows.copy_refused.connect(self.copy_refused)
        rows.text_typed.connect(self.text_typed)
        rows.drag_begun.connect(self._on_drag)

    def _on_drag(self, ids: Sequence[int]) -> None:
        row = self.model.known_row(ids[0]) if len(ids) == 1 else None
        self.drag.begin(ids, getattr(row, "name", ""))

    def _on_current(self, rows: RowInteraction, row_id: int | None) -> None:
        if rows is self.rows and not self.columns.arranging:
            self.current_changed.emit(row_id)

    def _on_edited(self, row_id: int, key: str, text: str) -> None:
        self.edited.emit(self.model.known_row(row_id), key, text)


def _definitions(workspace: Workspace) -> tuple[PropertyDefinition, ...]:
    from ulkacrm_desktop.services.queries.properties import property_definitions

    return tuple(workspace.read(property_definitions))


def _gone(workspace: Workspace, candidates: array[int]) -> list[int]:
    """Which of these contacts are removed."""
    from ulkacrm_desktop.services.queries import contacts

    if len(candidates) <= 1_000:
        present: set[int] = {row.id for row in workspace.read(contacts.rows, candidates)}
    else:
        present = set(workspace.read(contacts.all_ids, ContactQuery()))
    return [i for i in candidates if i not in present]
