"""What the page of duplicates begins with: what it is for, and the choice of what to look for."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.duplicates.rules import RULE_FIELDS
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font
from ulkacrm_desktop.ui.widgets.flow_layout import FlowLayout

_WIDEST: Final = 90 * GRID
_OWN: Final = "own"
_RULES: Final[dict[str, tuple[str, ...]]] = {
    "similar": (),
    "email": ("email",),
    "phone": ("phone",),
    "name": ("name",),
    "name_city": ("name", "city"),
}


class RuleChoice(QScrollArea):
    """Radio buttons for the usual rules, chips for one of one's own, and the button that begins."""

    find_requested = Signal(tuple)
    """The fields that have to be the same; empty for those that are similar."""
    postponed_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QRadioButton] = {}
        self._chips: dict[str, QPushButton] = {}
        self._find = QPushButton(icon("search", IconRole.ON_ACCENT), _("Find duplicates"))
        self._find.setObjectName("find_duplicates")
        self._find.setProperty("kind", "primary")
        self._find.clicked.connect(self._on_find)
        self._postponed = QPushButton()
        self._postponed.setObjectName("show_postponed")
        self._postponed.setProperty("kind", "link")
        self._postponed.clicked.connect(self.postponed_requested)
        self._postponed.hide()
        self._fields = QWidget()
        self._fields.setObjectName("own_fields")
        self._flow = FlowLayout(self._fields, spacing=HALF)
        self._fields.hide()
        holder = QFrame()
        holder.setProperty("surface", "base")
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        self._fill(column)
        inside = QWidget()
        inside.setLayout(column)
        inside.setMaximumWidth(_WIDEST)
        outer = QHBoxLayout(holder)
        outer.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        outer.addWidget(inside, 1)
        outer.addStretch(0)
        self.setWidget(holder)
        self.show_properties({})
        self._buttons["similar"].setChecked(True)
        self._on_chosen()

    @property
    def rule(self) -> tuple[str, ...]:
        """The fields that are chosen."""
        key = next(key for key, button in self._buttons.items() if button.isChecked())
        if key == _OWN:
            return tuple(field for field, chip in self._chips.items() if chip.isChecked())
        return _RULES[key]

    def show_properties(self, names: Mapping[int, str]) -> None:
        """Offer these properties, by id, for a rule of one's own; what is chosen stays chosen."""
        chosen = {field for field, chip in self._chips.items() if chip.isChecked()}
        while (item := self._flow.takeAt(0)) is not None:
            if (chip := item.widget()) is not None:
                chip.hide()
                chip.deleteLater()
        self._chips = {}
        for field in (*RULE_FIELDS, *map(property_sort, names)):
            chip = QPushButton(field_label(field, names).replace("&", "&&"))
            chip.setObjectName(f"own_{field}")
            chip.setProperty("kind", "chip")
            chip.setCheckable(True)
            chip.toggled.connect(self._on_chosen)
            self._chips[field] = chip
            self._flow.addWidget(chip)
            chip.setChecked(field in chosen)

    def show_postponed(self, count: int) -> None:
        """How many pairs are put off for later."""
        self._postponed.setVisible(count > 0)
        text = ngettext("{count} pair put off for later", "{count} pairs put off for later", count)
        self._postponed.setText(text.format(count=grouped(count)))

    def start(self) -> None:
        """Let the keyboard choose."""
        next(button for button in self._buttons.values() if button.isChecked()).setFocus()

    def _fill(self, column: QVBoxLayout) -> None:
        heading = QLabel(_("Find contacts that are in the database more than once"))
        heading.setFont(font(TextSize.BODY, bold=True))
        sentence = QLabel(
            _(
                "What is found is shown group by group, with what speaks for it. Nothing is merged before you say so, "
                "and every merge can be undone."
            )
        )
        sentence.setWordWrap(True)
        sentence.setProperty("tone", "muted")
        column.addWidget(heading)
        column.addWidget(sentence)
        column.addSpacing(GRID)
        texts = {
            "similar": (
                _("Si&milar contacts"),
                _("Names, emails, phones, companies and addresses together: Anna and Анна, Саша and Александр, typos"),
            ),
            "email": (_("Same &email"), ""),
            "phone": (_("Same &phone"), _("However it is written")),
            "name": (_("Same &name"), ""),
            "name_city": (_("Same name and &city"), ""),
            _OWN: (_("Your &own combination"), _("The same in all the fields that you choose")),
        }
        for key, (text, hint) in texts.items():
            button = QRadioButton(text)
            button.setObjectName(f"rule_{key}")
            button.toggled.connect(self._on_chosen)
            self._group.addButton(button)
            self._buttons[key] = button
            column.addWidget(button)
            if hint:
                told = QLabel(hint)
                told.setFont(font(TextSize.CAPTION))
                told.setProperty("tone", "muted")
                told.setWordWrap(True)
                told.setContentsMargins(3 * GRID, 0, 0, 0)
                button.setAccessibleDescription(hint)
                column.addWidget(told)
            column.addSpacing(HALF)
        self._fields.setContentsMargins(3 * GRID, 0, 0, 0)
        column.addWidget(self._fields)
        column.addSpacing(GRID)
        row = QHBoxLayout()
        row.addWidget(self._find)
        row.addSpacing(GRID)
        row.addWidget(self._postponed)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def _on_chosen(self) -> None:
        own = self._buttons[_OWN].isChecked()
        self._fields.setVisible(own)
        for chip in self._chips.values():
            if chip.property("on") != chip.isChecked():
                chip.setProperty("on", chip.isChecked())
                chip.style().unpolish(chip)
                chip.style().polish(chip)
        self._find.setEnabled(not own or bool(self.rule))

    def _on_find(self) -> None:
        self.find_requested.emit(self.rule)
