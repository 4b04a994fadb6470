"""The properties by group: made, changed, renamed in place, ordered, removed."""

from itertools import groupby
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QTreeWidgetItem, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.changes import Entity
from ulkacrm_desktop.core.contact_document import PropertyDefinition
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.operations.properties import change_property, remove_property
from ulkacrm_desktop.services.operations.property_order import order_properties
from ulkacrm_desktop.services.queries.properties import PropertyUse, property_uses
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.property_form import PropertyForm
from ulkacrm_desktop.ui.labels.fields import property_type_label
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.properties.managed_list import ID, NAME, ManagedList
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import ROW_HEIGHT, TextSize, font
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction


class PropertiesList(ManagedList):
    """All properties with their types and how many contacts have them."""

    entities = (Entity.PROPERTY, Entity.PROPERTY_GROUP, Entity.PROPERTY_OPTION, Entity.PROPERTY_VALUE, Entity.CONTACT)

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        headings = [_("Name"), _("Type"), _("Choices and description"), _("Contacts")]
        super().__init__(workspace, runner, headings, parent)
        self.setObjectName("properties_list")
        self.tree.setAccessibleName(_("Properties"))
        self._uses: list[PropertyUse] = []
        for column, width in ((1, 140), (2, 300), (3, 96)):
            self.tree.setColumnWidth(column, width)
        header = self.tree.headerItem()
        header.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._new = self.add_action("new", _("&New property"), "plus", self.begin_new, primary=True)
        self._edit = self.add_action("edit", _("&Change…"), "pencil", self._on_edit)
        self._up = self.add_action("up", _("Move &up"), "arrow-up", lambda: self._on_move(-1), "Alt+Up")
        self._down = self.add_action("down", _("Move &down"), "arrow-down", lambda: self._on_move(1), "Alt+Down")
        self._remove = self.add_action("remove", _("De&lete"), "trash-2", self._on_remove)
        self.bar.addStretch(1)
        self.tree.opened.connect(self._on_edit)
        self.tree.removed.connect(self._on_remove)
        self.tree.itemDoubleClicked.connect(lambda _item, _column: self._on_edit())
        self.update_actions()
        self.reload()

    @override
    def read(self) -> tuple[PropertyUse, ...]:
        return self._workspace.read(property_uses)

    @override
    def fill(self, listed: Any) -> None:
        # The place of a group is that of its first property; those without a group stand first.
        first: dict[str, int] = {"": -1}
        for place, use in enumerate(listed):
            first.setdefault(use.definition.group, place)
        self._uses = sorted(listed, key=lambda use: first[use.definition.group])
        if not self._uses:
            self.stack.show_empty(
                "sliders-horizontal",
                _("No properties yet"),
                _("A property is a field of your own: shoe size, contract number, birthday. An import makes them too."),
                [EmptyAction("new_property", _("New property"), "plus")],
            )
            return
        for group, uses in groupby(self._uses, key=lambda use: use.definition.group):
            if group:
                heading = QTreeWidgetItem([group])
                heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
                heading.setFont(0, font(TextSize.CAPTION, bold=True))
                heading.setSizeHint(0, QSize(0, ROW_HEIGHT))
                self.tree.addTopLevelItem(heading)
                heading.setFirstColumnSpanned(True)
            for use in uses:
                self.tree.addTopLevelItem(_row(use))
        self.stack.show_content()

    @override
    def rename(self, row_id: int, name: str) -> None:
        self.perform(change_property, property_id=row_id, name=name)

    @override
    def begin_new(self) -> None:
        current = self._definition()
        form = PropertyForm(
            self.window(), self._workspace, self._runner, group=current.group if current is not None else ""
        )
        form.open()

    @override
    def update_actions(self) -> None:
        place = self._place()
        for action in (self._edit, self._remove):
            action.setEnabled(place is not None)
        self._up.setEnabled(place is not None and self._neighbour(place, -1) is not None)
        self._down.setEnabled(place is not None and self._neighbour(place, 1) is not None)

    def _place(self) -> int | None:
        current = self.current_id()
        return next((place for place, use in enumerate(self._uses) if use.id == current), None)

    def _definition(self) -> PropertyDefinition | None:
        place = self._place()
        return self._uses[place].definition if place is not None else None

    def _neighbour(self, place: int, step: int) -> int | None:
        """The place beside one, where that is in the same group."""
        other = place + step
        if not 0 <= other < len(self._uses):
            return None
        same = self._uses[other].definition.group == self._uses[place].definition.group
        return other if same else None

    def _on_edit(self) -> None:
        definition = self._definition()
        if definition is not None:
            PropertyForm(self.window(), self._workspace, self._runner, definition).open()

    def _on_move(self, step: int) -> None:
        place = self._place()
        other = self._neighbour(place, step) if place is not None else None
        if place is None or other is None:
            return
        self._uses[place], self._uses[other] = self._uses[other], self._uses[place]
        moved = self._uses[other].id
        self.perform(order_properties, property_ids=[use.id for use in self._uses], moved=moved)

    def _on_remove(self) -> None:
        definition = self._definition()
        if definition is not None:
            self.perform(remove_property, property_id=definition.id)


def _row(use: PropertyUse) -> QTreeWidgetItem:
    definition = use.definition
    type_ = property_type_label(definition.type)
    if definition.required:
        type_ = _("{type}, required").format(type=type_)
    told = " · ".join(filter(None, (", ".join(definition.options), definition.description)))
    item = QTreeWidgetItem([definition.name, type_, told, grouped(use.contacts)])
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable)
    item.setData(0, ID, definition.id)
    item.setData(0, NAME, definition.name)
    item.setToolTip(2, told)
    item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setSizeHint(0, QSize(0, ROW_HEIGHT))
    return item
