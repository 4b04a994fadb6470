"""The properties of a contact by group, each set in place."""

from collections.abc import Iterable
from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ulkacrm_desktop.core.contact_document import PropertyDefinition
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.profile.address_lines import flush
from ulkacrm_desktop.ui.profile.profile_data import Profile
from ulkacrm_desktop.ui.profile.profile_writes import ProfileWrites
from ulkacrm_desktop.ui.profile.property_line import PropertyLine
from ulkacrm_desktop.ui.theme import GRID, TextSize, font
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction, StateStack


def by_group(definitions: Iterable[PropertyDefinition]) -> list[tuple[str, list[PropertyDefinition]]]:
    """The properties by the name of their group: those without one first, groups in the order of their first one."""
    definitions = list(definitions)
    order = {"": -1}
    for place, definition in enumerate(definitions):
        order.setdefault(definition.group, place)
    arranged = sorted(definitions, key=lambda definition: (order[definition.group], definition.position))
    return [(name, list(group)) for name, group in groupby(arranged, key=lambda definition: definition.group)]


class PropertiesTab(StateStack):
    """All properties of the contact that is shown; what was not set yet too."""

    new_property_requested = Signal()

    def __init__(self, writes: ProfileWrites, parent: QWidget | None = None) -> None:
        self._area = QScrollArea()
        super().__init__(self._area, parent)
        self.setProperty("surface", "base")
        self._writes = writes
        self._lines: dict[int, PropertyLine] = {}
        self._shown: tuple[int, tuple[PropertyDefinition, ...]] | None = None
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setProperty("surface", "base")
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setAutoFillBackground(False)
        self.empty.chosen.connect(lambda _key: self.new_property_requested.emit())

    def show_profile(self, profile: Profile) -> None:
        """Show a contact's properties; where only values changed, editors that are open stay open."""
        contact = profile.contact
        if not profile.definitions:
            self._shown = None
            self.show_empty(
                "sliders-horizontal",
                _("No properties yet"),
                _("A property is a field of your own: shoe size, contract number, birthday."),
                [EmptyAction("new_property", _("New property"), "plus")],
            )
            return
        if self._shown is None or self._shown[1] != profile.definitions:
            self._build(profile)
        elif self._shown[0] != contact.id:
            for property_id, line in self._lines.items():
                line.show_contact(contact.id, contact.properties.get(property_id))
        else:
            for property_id, line in self._lines.items():
                line.set_value(contact.properties.get(property_id))
        self._shown = (contact.id, profile.definitions)
        self.show_content()

    def line(self, property_id: int) -> PropertyLine:
        """The line of a property; raises KeyError."""
        return self._lines[property_id]

    def save_open_editors(self) -> None:
        """Save what is being edited, before another contact is shown."""
        for line in self._lines.values():
            line.save()

    def _build(self, profile: Profile) -> None:
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2)
        self._lines = {}
        for name, definitions in by_group(profile.definitions):
            if name:
                heading = QLabel(name)
                heading.setFont(font(TextSize.BODY, bold=True))
                heading.setContentsMargins(0, GRID, 0, 2)
                layout.addWidget(heading)
            for definition in definitions:
                value = profile.contact.properties.get(definition.id)
                line = PropertyLine(profile.contact.id, definition, value, self._writes)
                self._lines[definition.id] = line
                layout.addWidget(line)
        add = QPushButton(icon("plus", IconRole.ACCENT), _("New property"))
        add.setObjectName("new_property")
        add.setProperty("kind", "link")
        add.clicked.connect(self.new_property_requested)
        layout.addSpacing(GRID)
        layout.addLayout(flush(add))
        layout.addStretch(1)
        self._area.setWidget(body)
        body.setAutoFillBackground(False)
