"""The properties by group: made, changed, renamed in place, retyped, ordered, archived, removed."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeWidgetItem, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.changes import Entity
from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.i18n import _, pgettext
from ulkacrm_desktop.services.operations.properties import change_property, remove_property
from ulkacrm_desktop.services.operations.property_groups import order_groups, remove_group, rename_group
from ulkacrm_desktop.services.operations.property_order import order_properties
from ulkacrm_desktop.services.queries.properties import (
    PropertyGroupRow,
    PropertyUse,
    property_groups,
    property_uses,
)
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.managed_list import ID, NAME, ManagedList
from ulkacrm_desktop.ui.forms.property_form import PropertyForm
from ulkacrm_desktop.ui.forms.values import shown_value
from ulkacrm_desktop.ui.labels.fields import property_type_label
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.properties.choices_dialog import ChoicesDialog
from ulkacrm_desktop.ui.properties.retype_dialog import RetypeDialog
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import ROW_HEIGHT, TextSize, colours_of, font
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction

_ARCHIVED = NAME + 1
_WITH_CHOICES = (PropertyType.SELECT, PropertyType.MULTI_SELECT)


class _RowDelegate(QStyledItemDelegate):
    """Draws what is archived muted."""

    @override
    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.data(_ARCHIVED):
            option.palette.setColor(QPalette.ColorRole.Text, colours_of(option.palette).muted)


class PropertiesList(ManagedList):
    """All properties with their types and how many contacts have them, below their groups; the archived ones last.

    The id of a group's row is the group's, negative.
    """

    entities = (Entity.PROPERTY, Entity.PROPERTY_GROUP, Entity.PROPERTY_OPTION, Entity.PROPERTY_VALUE, Entity.CONTACT)

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        headings = [pgettext("of a record", "Name"), _("Type"), _("Choices and description"), _("Contacts")]
        super().__init__(workspace, runner, headings, parent, stretched=2)
        self.setObjectName("properties_list")
        self.tree.setAccessibleName(_("Properties"))
        self.tree.setItemDelegate(_RowDelegate(self.tree))
        self._uses: list[PropertyUse] = []
        self._groups: list[PropertyGroupRow] = []
        for column, width in ((0, 240), (1, 160), (3, 96)):
            self.tree.setColumnWidth(column, width)
        header = self.tree.headerItem()
        header.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._new = self.add_action("new", _("&New property"), "plus", self.begin_new, primary=True)
        self._edit = self.add_action("edit", _("&Change…"), "pencil", self._on_edit)
        self._retype = self.add_action("retype", _("&Type…"), "type", self._on_retype)
        self._choices = self.add_action("choices", _("C&hoices…"), "list", self._on_choices)
        self._up = self.add_action("up", _("Move &up"), "arrow-up", lambda: self._on_move(-1), "Alt+Up")
        self._down = self.add_action("down", _("Move &down"), "arrow-down", lambda: self._on_move(1), "Alt+Down")
        self._archive = self.add_action("archive", _("&Archive"), "archive", lambda: self._on_archive(True))
        self._unarchive = self.add_action("unarchive", _("Bring b&ack"), "undo-2", lambda: self._on_archive(False))
        self._remove = self.add_action("remove", _("De&lete"), "trash-2", self._on_remove)
        self.bar.addStretch(1)
        self.tree.opened.connect(self._on_edit)
        self.tree.removed.connect(self._on_remove)
        self.tree.itemDoubleClicked.connect(lambda _item, _column: self._on_edit())
        self.update_actions()
        self.reload()

    @override
    def read(self) -> tuple[tuple[PropertyUse, ...], tuple[PropertyGroupRow, ...]]:
        with self._workspace.reading() as connection:
            return property_uses(connection), property_groups(connection)

    @override
    def fill(self, listed: Any) -> None:
        uses, groups = listed
        self._groups = list(groups)
        archived = [use for use in uses if use.archived]
        self._uses = [use for use in uses if not use.archived] + archived
        if not self._uses and not self._groups:
            self.stack.show_empty(
                "sliders-horizontal",
                _("No properties yet"),
                _("A property is a field of your own: shoe size, contract number, birthday. An import makes them too."),
                [EmptyAction("new_property", _("New property"), "plus")],
            )
            return
        for name, group_id in [("", None), *((group.name, group.id) for group in self._groups)]:
            if group_id is not None:
                self._add_heading(name, group_id)
            for use in self._uses:
                if use.definition.group == name and not use.archived:
                    self.tree.addTopLevelItem(_row(use))
        if archived:
            self._add_heading(_("Archived"), None)
            for use in archived:
                item = _row(use)
                for column in range(self.tree.columnCount()):
                    item.setData(column, _ARCHIVED, True)
                self.tree.addTopLevelItem(item)
        self.stack.show_content()

    def _add_heading(self, name: str, group_id: int | None) -> None:
        heading = QTreeWidgetItem([name])
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        if group_id is not None:
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable)
            heading.setData(0, ID, -group_id)
            heading.setData(0, NAME, name)
        heading.setFont(0, font(TextSize.CAPTION, bold=True))
        heading.setSizeHint(0, QSize(0, ROW_HEIGHT))
        self.tree.addTopLevelItem(heading)
        heading.setFirstColumnSpanned(True)

    @override
    def rename(self, row_id: int, name: str) -> None:
        if row_id < 0:
            self.perform(rename_group, group_id=-row_id, name=name)
        else:
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
        place, group = self._place(), self._group()
        use = self._uses[place] if place is not None else None
        self._edit.setEnabled(use is not None or group is not None)
        self._remove.setEnabled(use is not None or group is not None)
        self._retype.setEnabled(use is not None)
        self._choices.setEnabled(use is not None and use.definition.type in _WITH_CHOICES)
        self._archive.setEnabled(use is not None)
        self._archive.setVisible(use is None or not use.archived)
        self._unarchive.setVisible(use is not None and use.archived)
        for action, step in ((self._up, -1), (self._down, 1)):
            action.setEnabled(
                (place is not None and self._neighbour(place, step) is not None)
                or (group is not None and 0 <= group + step < len(self._groups))
            )

    def _place(self) -> int | None:
        current = self.current_id()
        return next((place for place, use in enumerate(self._uses) if use.id == current), None)

    def _group(self) -> int | None:
        """The place of the current group among the groups, None where a property or nothing is current."""
        current = self.current_id()
        return next((place for place, group in enumerate(self._groups) if -group.id == current), None)

    def _definition(self) -> PropertyDefinition | None:
        place = self._place()
        return self._uses[place].definition if place is not None else None

    def _neighbour(self, place: int, step: int) -> int | None:
        """The place beside one, where that is in the same group; archived ones stay where they are."""
        other = place + step
        if not 0 <= other < len(self._uses) or self._uses[place].archived or self._uses[other].archived:
            return None
        same = self._uses[other].definition.group == self._uses[place].definition.group
        return other if same else None

    def _on_edit(self) -> None:
        definition = self._definition()
        if definition is not None:
            PropertyForm(self.window(), self._workspace, self._runner, definition).open()
            return
        heading = self.tree.currentItem()
        if heading is not None and self._group() is not None:
            self.tree.setFocus()
            self.tree.editItem(heading, 0)

    def _on_retype(self) -> None:
        definition = self._definition()
        if definition is not None:
            RetypeDialog(self.window(), self._workspace, self._runner, definition).open()

    def _on_choices(self) -> None:
        definition = self._definition()
        if definition is not None and definition.type in _WITH_CHOICES:
            ChoicesDialog(self.window(), self._workspace, self._runner, definition).open()

    def _on_archive(self, archived: bool) -> None:
        definition = self._definition()
        if definition is not None:
            self.perform(change_property, property_id=definition.id, archived=archived)

    def _on_move(self, step: int) -> None:
        group = self._group()
        if group is not None:
            self._move_group(group, step)
            return
        place = self._place()
        other = self._neighbour(place, step) if place is not None else None
        if place is None or other is None:
            return
        self._uses[place], self._uses[other] = self._uses[other], self._uses[place]
        moved = self._uses[other].id
        self.perform(order_properties, property_ids=[use.id for use in self._uses], moved=moved)

    def _move_group(self, group: int, step: int) -> None:
        other = group + step
        if 0 <= other < len(self._groups):
            self._groups[group], self._groups[other] = self._groups[other], self._groups[group]
            self.perform(order_groups, group_ids=[row.id for row in self._groups])

    def _on_remove(self) -> None:
        definition, group = self._definition(), self._group()
        if definition is not None:
            self.perform(remove_property, property_id=definition.id)
        elif group is not None:
            self.perform(remove_group, group_id=self._groups[group].id)


def _row(use: PropertyUse) -> QTreeWidgetItem:
    definition = use.definition
    type_ = property_type_label(definition.type)
    if definition.required:
        type_ = _("{type}, required").format(type=type_)
    told = " · ".join(filter(None, (", ".join(definition.options), definition.description, _default_words(definition))))
    item = QTreeWidgetItem([definition.name, type_, told, grouped(use.contacts)])
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable)
    item.setData(0, ID, definition.id)
    item.setData(0, NAME, definition.name)
    item.setToolTip(2, told)
    item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setSizeHint(0, QSize(0, ROW_HEIGHT))
    return item


def _default_words(definition: PropertyDefinition) -> str:
    if definition.default is None:
        return ""
    return _("begins with {value}").format(value=shown_value(definition.default))
