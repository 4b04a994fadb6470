"""The choices of a select: added, renamed, ordered, merged, removed, on the contacts that have them too."""

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.changes import Entity
from ulkacrm_desktop.core.contact_document import PropertyDefinition
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.operations.properties import change_property
from ulkacrm_desktop.services.operations.property_choices import merge_choices, remove_choice, rename_choice
from ulkacrm_desktop.services.queries.properties import choice_counts, property_definitions
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.managed_list import ID, NAME, ManagedList
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, ROW_HEIGHT, TextSize, font

_MERGE_SHOWN = 40


class ChoicesList(ManagedList):
    """The choices of one property with how many contacts have each. The id of a row is its place."""

    entities = (Entity.PROPERTY, Entity.PROPERTY_OPTION, Entity.PROPERTY_VALUE, Entity.CONTACT)

    def __init__(
        self, workspace: Workspace, runner: TaskRunner, definition: PropertyDefinition, parent: QWidget | None = None
    ) -> None:
        super().__init__(workspace, runner, [_("Choice"), _("Contacts")], parent)
        self.setObjectName("choices_list")
        self.tree.setAccessibleName(_("Choices of {property}").format(property=definition.name))
        self.tree.setColumnWidth(1, 120)
        self.tree.headerItem().setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._property_id = definition.id
        self.choices: list[str] = []
        self.line = QLineEdit()
        self.line.setObjectName("new_choice")
        self.line.setPlaceholderText(_("New choice"))
        self.line.setAccessibleName(_("New choice"))
        self.line.setMinimumWidth(20 * GRID)
        self.line.returnPressed.connect(self.begin_new)
        self.bar.addWidget(self.line, 1)
        self._add = self.add_action("add", _("&Add"), "plus", self.begin_new)
        self._rename = self.add_action("rename", _("&Rename"), "pencil", self._on_rename)
        self._merge_menu = QMenu(self)
        self._merge_menu.aboutToShow.connect(self._fill_merge)
        self.merge = QPushButton(icon("merge"), _("&Merge into"))
        self.merge.setObjectName("merge")
        self.merge.setMenu(self._merge_menu)
        self.bar.addWidget(self.merge)
        self._up = self.add_action("up", _("Move &up"), "arrow-up", lambda: self._on_move(-1), "Alt+Up")
        self._down = self.add_action("down", _("Move &down"), "arrow-down", lambda: self._on_move(1), "Alt+Down")
        self._remove = self.add_action("remove", _("De&lete"), "trash-2", self._on_remove)
        self.tree.opened.connect(self._on_rename)
        self.tree.removed.connect(self._on_remove)
        self.update_actions()
        self.reload()

    @override
    def read(self) -> tuple[tuple[str, ...], dict[str, int]]:
        with self._workspace.reading() as connection:
            found = property_definitions(connection, archived=True)
            options = next((each.options for each in found if each.id == self._property_id), ())
            return options, choice_counts(connection, self._property_id)

    @override
    def fill(self, listed: Any) -> None:
        options, counts = listed
        self.choices = list(options)
        if not self.choices:
            self.stack.show_empty("list", _("No choices yet"), _("Type the first one above."))
            return
        for place, choice in enumerate(self.choices):
            item = QTreeWidgetItem([choice, grouped(counts.get(choice, 0))])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable)
            item.setData(0, ID, place)
            item.setData(0, NAME, choice)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setSizeHint(0, QSize(0, ROW_HEIGHT))
            self.tree.addTopLevelItem(item)
        self.stack.show_content()

    @override
    def rename(self, row_id: int, name: str) -> None:
        self.perform(rename_choice, property_id=self._property_id, choice=self.choices[row_id], name=name)

    @override
    def begin_new(self) -> None:
        name = " ".join(self.line.text().split())
        if not name:
            self.line.setFocus()
            return
        self.line.clear()
        self._store([*self.choices, name])

    @override
    def update_actions(self) -> None:
        place = self._place()
        for action in (self._rename, self._remove):
            action.setEnabled(place is not None)
        self.merge.setEnabled(place is not None and len(self.choices) > 1)
        self._up.setEnabled(place is not None and place > 0)
        self._down.setEnabled(place is not None and place < len(self.choices) - 1)

    def _place(self) -> int | None:
        place = self.current_id()
        return place if place is not None and place < len(self.choices) else None

    def _store(self, choices: list[str]) -> None:
        self.perform(change_property, property_id=self._property_id, options=choices)

    def _on_rename(self) -> None:
        item = self.tree.currentItem()
        if item is not None:
            self.tree.setFocus()
            self.tree.editItem(item, 0)

    def _fill_merge(self) -> None:
        self._merge_menu.clear()
        place = self._place()
        others = [choice for number, choice in enumerate(self.choices) if number != place]
        for choice in others[:_MERGE_SHOWN]:
            action = self._merge_menu.addAction(choice.replace("&", "&&"))
            action.triggered.connect(lambda _on=False, into=choice: self._on_merge(into))

    def _on_merge(self, into: str) -> None:
        place = self._place()
        if place is not None:
            self.perform(merge_choices, property_id=self._property_id, choice=self.choices[place], into=into)

    def _on_move(self, step: int) -> None:
        place = self._place()
        if place is None or not 0 <= place + step < len(self.choices):
            return
        choices = list(self.choices)
        choices[place], choices[place + step] = choices[place + step], choices[place]
        self.select(place + step)
        self._store(choices)

    def _on_remove(self) -> None:
        place = self._place()
        if place is not None:
            self.perform(remove_choice, property_id=self._property_id, choice=self.choices[place])


class ChoicesDialog(QDialog):
    """Shows the choices of a property; each change is stored at once and can be undone."""

    def __init__(
        self, parent: QWidget | None, workspace: Workspace, runner: TaskRunner, definition: PropertyDefinition
    ) -> None:
        super().__init__(parent)
        self.setObjectName("choices_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = _("Choices of {property}").format(property=definition.name)
        self.setWindowTitle(title)
        heading = QLabel(title)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setFont(font(TextSize.TITLE, bold=True))
        heading.setWordWrap(True)
        heading.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        self.list = ChoicesList(workspace, runner, definition)
        close = QPushButton(_("&Close"))
        close.setObjectName("close")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        foot.addStretch(1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(heading)
        layout.addWidget(self.list, 1)
        layout.addLayout(foot)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self.list.line.setFocus()
        self.resize(112 * GRID, 60 * GRID)
