"""Which columns the list of contacts shows, how wide and in which order; kept for the next start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMenu

from ulkacrm_desktop.core.contact_query import ContactQuery, SortKey
from ulkacrm_desktop.core.fields import PROPERTY_PREFIX
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.ui.contacts.column_widths import ContentWidths, divided
from ulkacrm_desktop.ui.contacts.columns import contact_columns
from ulkacrm_desktop.ui.tables.paged_model import PagedTableModel
from ulkacrm_desktop.ui.tables.table_view import PagedTableView

if TYPE_CHECKING:
    from ulkacrm_desktop.core.contact_document import PropertyDefinition

_KEY: Final = "contacts.table"
_SAVE_AFTER_MS: Final = 500
_ROWS_MEASURED: Final = 40


class ListColumns(QObject):
    """Arranges the columns of the table as the user left them; the properties' columns come when they are known."""

    changed = Signal()
    """Other columns are shown: the list may need other values."""
    sorted_by_user = Signal()

    def __init__(
        self, table: PagedTableView, model: PagedTableModel, settings: Settings, search: Callable[[], str]
    ) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._settings = settings
        self._search = search
        self._definitions: tuple[PropertyDefinition, ...] | None = None
        self._fitted = False
        self.arranging = False
        """True while the program itself moves columns: what follows from it is not the user's wish."""
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(_SAVE_AFTER_MS)
        self._save_timer.timeout.connect(self.save)
        self._restore()
        table.layout_changed.connect(self._on_layout_changed)
        table.sort_requested.connect(self._on_sort)

    @property
    def query_parts(self) -> dict[str, Any]:
        """The parts of a `ContactQuery` that columns and headings determine."""
        shown = self._visible_keys()
        sort, descending = self._table.sort or (SortKey.NAME, False)
        properties = (key for key in shown if key.startswith(PROPERTY_PREFIX))
        return {
            "sort": sort,
            "descending": descending,
            "properties_shown": tuple(int(key.removeprefix(PROPERTY_PREFIX)) for key in properties),
            "columns_shown": tuple(key for key in shown if key != "name" and not key.startswith(PROPERTY_PREFIX)),
        }

    def save(self) -> None:
        """Keep columns and sort for the next start."""
        self._save_timer.stop()
        if self._definitions is not None:
            self._settings.set(_KEY, self._table.saved_state())

    def show_properties(self, definitions: tuple[PropertyDefinition, ...]) -> bool:
        """Offer a column for each property; False where they are those that there were."""
        if definitions == self._definitions:
            return False
        if self._definitions is not None and self._settings.get(_KEY) is not None:
            self.save()
        scroll = self._table.verticalScrollBar().value()
        self._definitions = definitions
        self.arranging = True
        self._model.set_columns(contact_columns(definitions, self._search))
        self._restore()
        self.arranging = False
        self._table.verticalScrollBar().setValue(scroll)
        return True

    def fit_once(self) -> None:
        """Divide the room among the columns, the first time that rows are shown to this user."""
        if not self._fitted and not self._saved():
            self._fitted = True
            # The side card, which takes its room, comes at the same moment, and the rest must be laid out first.
            QTimer.singleShot(0, self, self._fit)

    def fill_sort_menu(self, menu: QMenu) -> None:
        """The orders that there are, the present one checked; for cards, which have no headings."""
        sort, descending = self._table.sort or ("", False)
        is_sorted = self._table.is_sort_shown
        for column in self._model.columns:
            if column.sort_key is not None and (column.sort_key == sort or self._is_visible(column.key)):
                action = menu.addAction(column.title, partial(self._sort_by, column.sort_key, False))
                action.setCheckable(True)
                action.setChecked(is_sorted and column.sort_key == sort)
        menu.addSeparator()
        for text, wanted in ((_("Ascending"), False), (_("Descending"), True)):
            action = menu.addAction(text, partial(self._sort_by, sort, wanted))
            action.setCheckable(True)
            action.setChecked(is_sorted and descending is wanted)

    def fill_columns_menu(self, menu: QMenu) -> None:
        """The columns that there are, those shown checked."""
        for column in self._model.columns:
            action = menu.addAction(column.title)
            action.setObjectName(f"column_{column.key}")
            action.setCheckable(True)
            action.setChecked(self._is_visible(column.key))
            action.setEnabled(not column.fixed)
            action.toggled.connect(partial(self._table.show_column, column.key))

    def _visible_keys(self) -> Sequence[str]:
        saved = self._saved().get("columns")
        if self._definitions is None and isinstance(saved, list):
            # Before the properties are known, the columns that the user left visible tell which to ask for.
            shown = [entry.get("key") for entry in saved if isinstance(entry, dict) and entry.get("visible")]
            return [key for key in shown if isinstance(key, str) and _is_key(key)]
        return [column.key for column in self._table.visible_columns()]

    def _saved(self) -> dict[str, Any]:
        saved = self._settings.get(_KEY)
        return saved if isinstance(saved, dict) else {}

    def _restore(self) -> None:
        before, self.arranging = self.arranging, True
        if self._table.sort is None:
            self._table.set_sort(SortKey.NAME)
        saved = self._saved()
        sort = saved.get("sort")
        if isinstance(sort, list) and not (sort and _is_sort(sort[0])):
            saved = {**saved, "sort": None}
        self._table.restore_state(saved)
        self.arranging = before

    def _fit(self) -> None:
        shown = self._table.visible_columns()
        room = self._table.viewport().width() - self._table.columnWidth(0)
        rows = range(min(self._model.total, _ROWS_MEASURED))
        contents = [ContentWidths.of(self._table.content_widths(column, rows), column) for column in shown]
        self.arranging = True
        for column, width in zip(shown, divided(room, contents), strict=True):
            self._table.setColumnWidth(self._model.section_of(column.key), width)
        self.arranging = False

    def _is_visible(self, key: str) -> bool:
        return not self._table.isColumnHidden(self._model.section_of(key))

    def _sort_by(self, sort_key: str, descending: bool) -> None:
        self._table.set_sort(sort_key, descending)
        self._on_sort(sort_key, descending)

    def _on_sort(self, sort_key: str, descending: bool) -> None:
        self._save_timer.start()
        self.sorted_by_user.emit()

    def _on_layout_changed(self) -> None:
        if not self.arranging:
            self._save_timer.start()
            self.changed.emit()


def _is_key(key: str) -> bool:
    return not key.startswith(PROPERTY_PREFIX) or key.removeprefix(PROPERTY_PREFIX).isdecimal()


def _is_sort(sort: object) -> bool:
    try:
        ContactQuery(sort=str(sort))
    except ValueError:
        return False
    return True
