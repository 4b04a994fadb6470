"""What one user chooses on one machine: language, theme, the country of phones."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QFormLayout, QLabel, QVBoxLayout, QWidget

from ulkacrm_desktop.core.i18n import LANGUAGES, _, current_language
from ulkacrm_desktop.core.settings import Settings
from ulkacrm_desktop.ui.forms.phone_region import SETTING, phone_region, regions
from ulkacrm_desktop.ui.theme import CONTROL_HEIGHT, GRID, Scheme, TextSize, font

LANGUAGE_SETTING = "language"
THEME_SETTING = "theme"

_OWN_NAMES = {"en": "English", "ru": "Русский"}


class GeneralTab(QWidget):
    """Keeps each choice at once."""

    language_changed = Signal(str)
    theme_changed = Signal(str)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.language = _box("language", [(_OWN_NAMES[code], code) for code in LANGUAGES], current_language())
        self.theme = _box(
            "theme",
            [
                (_("Like the system"), Scheme.SYSTEM.value),
                (_("Light"), Scheme.LIGHT.value),
                (_("Dark"), Scheme.DARK.value),
            ],
            str(settings.get(THEME_SETTING, Scheme.SYSTEM.value)),
        )
        self.region = _box(
            "phone_region",
            [(_("None: numbers need their country code"), "")]
            + [(f"{name} (+{number})", code) for code, name, number in regions()],
            phone_region(settings),
        )
        self.region.setEditable(True)
        self.region.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.region.setMaxVisibleItems(14)
        # Else the texts of all countries are measured before it is shown.
        self.region.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        completer = self.region.completer()
        assert completer is not None
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        line = self.region.lineEdit()
        assert line is not None
        line.setTextMargins(-2, 0, 0, 0)  # as the texts of the boxes that only offer
        line.editingFinished.connect(self._on_region_typed)
        self._form = QFormLayout()
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setHorizontalSpacing(2 * GRID)
        self._form.setVerticalSpacing(2 * GRID)
        self._add(_("&Language"), self.language, _("Applied at once."))
        self._add(_("&Theme"), self.theme, "")
        self._add(
            _("&Country for phone numbers"),
            self.region,
            _("So that 8 916 123-45-67 and +7 916 123-45-67 are the same number."),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 3 * GRID, 2 * GRID, 2 * GRID)
        layout.addLayout(self._form)
        layout.addStretch(1)
        self.language.activated.connect(self._on_language)
        self.theme.activated.connect(self._on_theme)
        self.region.activated.connect(self._on_region)

    def _add(self, words: str, editor: QComboBox, hint: str) -> None:
        label = QLabel(words)
        label.setBuddy(editor)
        label.setWordWrap(True)
        # The first line stands beside the text of the editor, whatever is below it.
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(0, (CONTROL_HEIGHT - label.fontMetrics().height()) // 2, 0, 0)
        label.setFixedWidth(26 * GRID)
        editor.setAccessibleName(words.replace("&", ""))
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        editor.setMaximumWidth(48 * GRID)
        column.addWidget(editor)
        if hint:
            told = QLabel(hint)
            told.setProperty("tone", "muted")
            told.setFont(font(TextSize.CAPTION))
            told.setWordWrap(True)
            column.addWidget(told)
        self._form.addRow(label, box)

    def _on_language(self) -> None:
        code = str(self.language.currentData())
        if code != self._settings.get(LANGUAGE_SETTING, current_language()):
            self._settings.set(LANGUAGE_SETTING, code)
            self.language_changed.emit(code)

    def _on_theme(self) -> None:
        scheme = str(self.theme.currentData())
        if scheme != self._settings.get(THEME_SETTING, Scheme.SYSTEM.value):
            self._settings.set(THEME_SETTING, scheme)
            self.theme_changed.emit(scheme)

    def _on_region(self) -> None:
        self._settings.set(SETTING, str(self.region.currentData() or ""))

    def _on_region_typed(self) -> None:
        index = self.region.findText(self.region.currentText(), Qt.MatchFlag.MatchFixedString)
        if index < 0:
            index = max(self.region.findData(phone_region(self._settings)), 0)
        self.region.setCurrentIndex(index)
        self._on_region()


def _box(name: str, choices: Sequence[tuple[str, str]], chosen: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    for words, data in choices:
        box.addItem(words, data)
    box.setCurrentIndex(max(box.findData(chosen), 0))
    return box
