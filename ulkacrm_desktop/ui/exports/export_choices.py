"""What an export is asked for: which contacts, which kind of file, which fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.services.exports.contacts import EXPORT_KINDS
from ulkacrm_desktop.ui.exports.field_list import FieldList
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font

KIND_SETTING: Final = "export.kind"
FIELDS_SETTING: Final = "export.fields"

ALL, LISTED, SELECTED = "all", "listed", "selected"
"""Which contacts can be exported."""

_EVERYBODY: Final = ContactSelection.matching(ContactQuery())


@dataclass(frozen=True, slots=True)
class ContactCounts:
    """How many contacts the list shows, and how many are selected, None where that is not known.

    ``name`` is what the selected ones are called, such as a segment; '' for those that are ticked.
    """

    listed: int
    selected: int | None = 0
    name: str = ""


class ExportChoices(QWidget):
    """Proposes what is selected, else what was searched for, else everybody; and the kind and fields of last time."""

    changed = Signal()

    def __init__(
        self, selection: ContactSelection | None, listed: ContactSelection, counts: ContactCounts, settings: Settings
    ) -> None:
        super().__init__()
        self.setObjectName("export_choices")
        self._settings = settings
        self._name = counts.name
        self._chosen = {ALL: _EVERYBODY, LISTED: listed, SELECTED: selection or ContactSelection()}
        self._counts: dict[str, int | None] = {
            ALL: None,
            LISTED: counts.listed if _is_narrowed(listed) else None,
            SELECTED: counts.selected if selection is not None else 0,
        }
        self.sources = {key: _radio(f"contacts_{key}") for key in (ALL, LISTED, SELECTED)}
        self.only_source = QLabel()
        """Says which contacts where there is nothing to choose from."""
        self.kinds = {kind: _radio(f"kind_{kind}") for kind in EXPORT_KINDS}
        self.fields = FieldList()
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(3 * GRID)
        left = QVBoxLayout()
        left.setSpacing(GRID)
        left.addWidget(_title(_("Which contacts")))
        self._add_sources(left)
        left.addSpacing(2 * GRID)
        left.addWidget(_title(_("Kind of file")))
        self._add_kinds(left)
        left.addStretch(1)
        columns.addLayout(left, 4)
        right = QVBoxLayout()
        right.setSpacing(GRID)
        right.addWidget(_title(_("Fields, in the order of the columns")))
        frame = QFrame()
        frame.setProperty("panel", "true")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(GRID, GRID, GRID, GRID)
        inside.addWidget(self.fields)
        right.addWidget(frame, 1)
        columns.addLayout(right, 5)
        self.fields.changed.connect(self.changed)
        self.kinds["vcf"].toggled.connect(self.fields.offer_for_cards)
        self.fields.offer_for_cards(self.kinds["vcf"].isChecked())
        self.show_database(None, ())

    def _add_sources(self, rows: QVBoxLayout) -> None:
        group = QButtonGroup(self)
        for radio in self.sources.values():
            group.addButton(radio)
            rows.addWidget(radio)
        narrowed = _is_narrowed(self._chosen[LISTED])
        selected = self._counts[SELECTED] != 0
        proposed = SELECTED if selected else LISTED if narrowed else ALL
        self.sources[proposed].setChecked(True)
        self.sources[ALL].setVisible(narrowed or selected)
        self.sources[LISTED].setVisible(narrowed)
        self.sources[SELECTED].setVisible(selected)
        self.only_source.setObjectName("contacts_only")
        self.only_source.setVisible(not narrowed and not selected)
        rows.addWidget(self.only_source)
        group.buttonToggled.connect(lambda _button, on: self.changed.emit() if on else None)

    def _add_kinds(self, rows: QVBoxLayout) -> None:
        group = QButtonGroup(self)
        saved = self._settings.get(KIND_SETTING)
        for kind, radio in self.kinds.items():
            name, about = kind_texts()[kind]
            radio.setText(name)
            radio.setAccessibleDescription(about)
            radio.setChecked(kind == (saved if saved in EXPORT_KINDS else EXPORT_KINDS[0]))
            group.addButton(radio)
            hint = QLabel(about)
            hint.setProperty("tone", "muted")
            hint.setFont(font(TextSize.CAPTION))
            hint.setWordWrap(True)
            hint.setContentsMargins(3 * GRID, 0, 0, HALF)
            pair = QVBoxLayout()
            pair.setSpacing(0)
            pair.addWidget(radio)
            pair.addWidget(hint)
            rows.addLayout(pair)

    def show_database(self, everyone: int | None, properties: Sequence[str]) -> None:
        """Show how many contacts there are, and fields for the properties of these names."""
        self._counts[ALL] = everyone
        self.fields.show_fields(properties, self._settings.get(FIELDS_SETTING))
        texts = {ALL: _("All contacts"), LISTED: _("Those listed now"), SELECTED: self._name or _("Those selected")}
        for key, radio in self.sources.items():
            count = self._counts[key]
            text = texts[key]
            if count is not None:
                text = _("{contacts} ({count})").format(contacts=text, count=grouped(count))
            radio.setText(text.replace("&", "&&"))
            if key == ALL:
                self.only_source.setText(text)
        self.changed.emit()

    def remember(self) -> None:
        """Keep kind and fields for the next time."""
        self._settings.set(KIND_SETTING, self.kind)
        self._settings.set(FIELDS_SETTING, self.fields.saved_state())

    @property
    def contacts(self) -> ContactSelection:
        """The contacts that are to be exported."""
        return self._chosen[self._source]

    @property
    def count(self) -> int | None:
        """How many they are, None while that is not known."""
        return self._counts[self._source]

    @property
    def kind(self) -> str:
        """The kind of file, one of `EXPORT_KINDS`."""
        return next(kind for kind, radio in self.kinds.items() if radio.isChecked())

    @property
    def complete(self) -> bool:
        """Whether there is anything to write."""
        return self.count != 0 and bool(self.fields.chosen)

    @property
    def _source(self) -> str:
        return next(key for key, radio in self.sources.items() if radio.isChecked())


def _is_narrowed(listed: ContactSelection) -> bool:
    """Whether a list shows something else than everybody."""
    query = listed.query
    if query is None or query.search.strip():
        return True
    parts = (query.tag_id, query.segment_id, query.criteria, query.operation_id)
    return any(part is not None for part in parts)


def kind_texts() -> dict[str, tuple[str, str]]:
    """Name and use of each kind of file."""
    return {
        "csv": (_("Text table (CSV)"), _("For any spreadsheet and most programs; can be imported again.")),
        "xlsx": (_("Excel workbook (XLSX)"), _("With real dates and numbers; can be imported again.")),
        "json": (_("JSON"), _("For other programs, with everything apart.")),
        "vcf": (_("Address cards (vCard)"), _("For telephones, mail programs and address books.")),
    }


def _title(text: str) -> QLabel:
    title = QLabel(text)
    title.setFont(font(bold=True))
    return title


def _radio(name: str) -> QRadioButton:
    radio = QRadioButton()
    radio.setObjectName(name)
    return radio
