"""The choices beside the columns: what may be written, how contacts are recognised, whose phones these are."""

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QLabel, QRadioButton, QVBoxLayout, QWidget

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.imports.options import ImportMode, MatchBy
from ulkacrm_desktop.ui.forms.phone_region import regions
from ulkacrm_desktop.ui.imports.import_session import ImportSession
from ulkacrm_desktop.ui.imports.parts import QuietComboBox, label
from ulkacrm_desktop.ui.labels.imports import match_text, mode_text
from ulkacrm_desktop.ui.theme import GRID


class ImportOptionsPanel(QFrame):
    """Shows and sets the choices of a session."""

    def __init__(self, session: ImportSession) -> None:
        super().__init__()
        self.setObjectName("import_options")
        self.setProperty("panel", "true")
        self._session = session
        rows = QVBoxLayout(self)
        rows.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        rows.setSpacing(GRID)
        rows.addWidget(label(_("What may be done"), bold=True))
        self.modes = QButtonGroup(self)
        for number, mode in enumerate(ImportMode):
            choice = QRadioButton(mode_text(mode))
            choice.setObjectName(f"mode_{mode.value}")
            choice.setChecked(mode is session.choices.mode)
            self.modes.addButton(choice, number)
            rows.addWidget(choice)
        rows.addSpacing(GRID)
        rows.addWidget(label(_("Recognise contacts that are there by"), bold=True))
        self.matches: dict[MatchBy, QCheckBox] = {}
        for match in MatchBy:
            box = QCheckBox(match_text(match))
            box.setObjectName(f"match_{match.value}")
            box.setChecked(match in session.choices.match)
            box.toggled.connect(self._on_match)
            self.matches[match] = box
            rows.addWidget(box)
        hint = label(_("An ID from an export of this database always counts."), tone="muted")
        rows.addWidget(hint)
        rows.addSpacing(GRID)
        country = QLabel(_("Phones without a &country code are from"))
        country.setWordWrap(True)
        rows.addWidget(country)
        self.region = QuietComboBox("region", country.text().replace("&", ""))
        self.region.setMinimumContentsLength(12)
        self.region.addItem(_("not set"), "")
        for code, name, _number in regions():
            self.region.addItem(name, code)
        self.region.choose(session.choices.region)
        country.setBuddy(self.region)
        rows.addWidget(self.region)
        rows.addStretch(1)
        self.modes.idToggled.connect(self._on_mode)
        self.region.activated.connect(lambda _index: session.choose(region=self.region.currentData()))
        self._enable()

    def editors(self) -> list[QWidget]:
        """What can be chosen, in reading order."""
        return [*self.modes.buttons(), *self.matches.values(), self.region]

    def _on_mode(self, number: int, on: bool) -> None:
        if on:
            self._session.choose(mode=list(ImportMode)[number])
            self._enable()

    def _on_match(self) -> None:
        self._session.choose(match=frozenset(match for match, box in self.matches.items() if box.isChecked()))

    def _enable(self) -> None:
        matching = self._session.choices.mode is not ImportMode.KEEP_DUPLICATES
        for box in self.matches.values():
            box.setEnabled(matching)
