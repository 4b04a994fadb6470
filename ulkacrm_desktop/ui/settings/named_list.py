"""The lists of the settings whose entries are a name and have contacts: colleagues and classes."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QTreeWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.changes import Entity
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.operations.classes import add_class, remove_class, rename_class
from ulkacrm_desktop.services.operations.settings import set_default_responsible
from ulkacrm_desktop.services.operations.users import add_user, remove_user, rename_user
from ulkacrm_desktop.services.queries.classes import class_counts, contact_classes
from ulkacrm_desktop.services.queries.users import crm_users, default_responsible, responsible_counts
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog
from ulkacrm_desktop.ui.forms.managed_list import ID, NAME, ManagedList
from ulkacrm_desktop.ui.labels.fields import class_label
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, HALF, ROW_HEIGHT, TextSize, font


class NamedList(ManagedList):
    """Names are added by typing, changed in place, and deleted with somebody or something in their place."""

    def __init__(self, workspace: Workspace, runner: TaskRunner, heading: str, new_words: str) -> None:
        super().__init__(workspace, runner, [heading, _("Contacts")])
        self.tree.setColumnWidth(1, 120)
        self.tree.headerItem().setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.line = QLineEdit()
        self.line.setObjectName("new_name")
        self.line.setPlaceholderText(new_words)
        self.line.setAccessibleName(new_words)
        self.line.setMaximumWidth(36 * GRID)
        self.line.returnPressed.connect(self.begin_new)
        self.bar.addWidget(self.line, 1)
        self._add = self.add_action("add", _("&Add"), "plus", self.begin_new)
        self._rename = self.add_action("rename", _("&Rename"), "pencil", self._on_rename)
        self._remove = self.add_action("remove", _("De&lete"), "trash-2", self._on_remove)
        self.bar.addStretch(1)
        self.tree.opened.connect(self._on_rename)
        self.tree.removed.connect(self._on_remove)
        self.tree.itemDoubleClicked.connect(lambda _item, _column: self._on_rename())
        self._names: dict[int, str] = {}
        self._counts: dict[int, int] = {}
        self._fixed: int | None = None
        self.update_actions()
        self.reload()

    def show_rows(
        self, names: dict[int, str], counts: dict[int, int], fixed: int | None, notes: dict[int, str]
    ) -> None:
        """Show these names by id; the ``fixed`` one cannot be deleted, ``notes`` stand behind the names."""
        self._names, self._counts, self._fixed = names, counts, fixed
        for row_id, name in names.items():
            item = QTreeWidgetItem([name, grouped(counts.get(row_id, 0))])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable)
            item.setData(0, ID, row_id)
            item.setData(0, NAME, name)
            item.setToolTip(0, notes.get(row_id, ""))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setSizeHint(0, QSize(0, ROW_HEIGHT))
            self.tree.addTopLevelItem(item)
        self.stack.show_content()

    def add_named(self, name: str) -> None:
        """A new name was typed."""
        raise NotImplementedError

    def remove_named(self, row_id: int, successor: int | None) -> None:
        """A row is to go, its contacts to the successor."""
        raise NotImplementedError

    def successors(self, row_id: int) -> list[tuple[str, int | None]]:
        """To whom or what the contacts of a row may go; the first is proposed."""
        return [(name, other) for other, name in self._names.items() if other != row_id]

    @override
    def begin_new(self) -> None:
        name = " ".join(self.line.text().split())
        if not name:
            self.line.setFocus()
            return
        self.line.clear()
        self.add_named(name)

    @override
    def update_actions(self) -> None:
        current = self.current_id()
        self._rename.setEnabled(current is not None)
        self._remove.setEnabled(current is not None and current != self._fixed)

    def _on_rename(self) -> None:
        item = self.tree.currentItem()
        if item is not None:
            self.tree.setFocus()
            self.tree.editItem(item, 0)

    def _on_remove(self) -> None:
        current = self.current_id()
        if current is None or current == self._fixed:
            return
        count = self._counts.get(current, 0)
        if not count:
            self.remove_named(current, self.successors(current)[0][1])
            return
        SuccessorDialog(
            self.window(),
            self._names[current],
            count,
            self.successors(current),
            lambda successor: self.remove_named(current, successor),
        ).open()


class SuccessorDialog(FormDialog):
    """Asks where the contacts of somebody or something that is deleted go."""

    def __init__(
        self,
        parent: QWidget | None,
        name: str,
        count: int,
        successors: list[tuple[str, int | None]],
        chosen: Callable[[int | None], object],
    ) -> None:
        title = _("Delete {name}").format(name=name)
        super().__init__(title, title, problem_text=problem_text, parent=parent)
        self.setObjectName("successor_dialog")
        self.successor = QComboBox()
        for words, successor in successors:
            self.successor.addItem(words, successor)
        told = ngettext("{count} contact goes there.", "{count} contacts go there.", count)
        self.add_field("successor", _("&Give the contacts to"), self.successor, hint=told.format(count=grouped(count)))
        self._chosen = chosen
        self.submitted.connect(self._on_submitted)

    def _on_submitted(self) -> None:
        chosen = self._chosen
        successor = self.successor.currentData()
        self.saved()
        chosen(successor)


class ColleaguesTab(NamedList):
    """Those who work with the contacts and are responsible for them."""

    entities = (Entity.CRM_USER, Entity.CONTACT, Entity.SETTING)

    def __init__(self, workspace: Workspace, runner: TaskRunner) -> None:
        super().__init__(workspace, runner, _("Colleague"), _("Name of a colleague"))
        self.setObjectName("colleagues_tab")
        self.tree.setAccessibleName(_("Colleagues"))
        self.default = QComboBox()
        self.default.setObjectName("default_responsible")
        self.default.setMinimumWidth(24 * GRID)
        self.default.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.default.activated.connect(self._on_default)
        label = QLabel(_("Responsible for imported &contacts"))
        label.setBuddy(self.default)
        hint = QLabel(_("New contacts of an import get them. Those that are here already stay as they are."))
        hint.setProperty("tone", "muted")
        hint.setFont(font(TextSize.CAPTION))
        hint.setWordWrap(True)
        self.default.setAccessibleName(label.text().replace("&", ""))
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(label)
        row.addWidget(self.default)
        row.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        head.setSpacing(HALF)
        head.addLayout(row)
        head.addWidget(hint)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertLayout(0, head)
        self.setTabOrder(self.default, self.line)

    @override
    def read(self) -> Any:
        with self._workspace.reading() as connection:
            users = crm_users(connection, self._workspace.actor)
            return users, responsible_counts(connection), default_responsible(connection)

    def _on_default(self) -> None:
        self.perform(set_default_responsible, user_id=self.default.currentData())

    @override
    def fill(self, listed: Any) -> None:
        users, counts, default = listed
        self.default.clear()
        self.default.addItem(_("Nobody"), None)
        for user in users:
            self.default.addItem(user.name, user.id)
        self.default.setCurrentIndex(max(self.default.findData(default), 0))
        current = next((user.id for user in users if user.is_current), None)
        notes = {current: _("Works at this computer")} if current is not None else {}
        self.show_rows({user.id: user.name for user in users}, counts, current, notes)

    @override
    def successors(self, row_id: int) -> list[tuple[str, int | None]]:
        return [(_("Nobody"), None), *super().successors(row_id)]

    @override
    def rename(self, row_id: int, name: str) -> None:
        self.perform(rename_user, user_id=row_id, name=name)

    @override
    def add_named(self, name: str) -> None:
        self.perform(add_user, name=name)

    @override
    def remove_named(self, row_id: int, successor: int | None) -> None:
        self.perform(remove_user, user_id=row_id, successor_id=successor)


class ClassesTab(NamedList):
    """The classes of contacts."""

    entities = (Entity.CONTACT_CLASS, Entity.CONTACT)

    def __init__(self, workspace: Workspace, runner: TaskRunner) -> None:
        super().__init__(workspace, runner, _("Class"), _("Name of a class"))
        self.setObjectName("classes_tab")
        self.tree.setAccessibleName(_("Classes"))

    @override
    def read(self) -> Any:
        with self._workspace.reading() as connection:
            return contact_classes(connection), class_counts(connection)

    @override
    def fill(self, listed: Any) -> None:
        classes, counts = listed
        general = next((each.id for each in classes if each.is_general), None)
        notes = {general: _("Every contact has it until another is chosen")} if general is not None else {}
        self.show_rows({each.id: class_label(each.name) for each in classes}, counts, general, notes)

    @override
    def rename(self, row_id: int, name: str) -> None:
        self.perform(rename_class, class_id=row_id, name=name)

    @override
    def add_named(self, name: str) -> None:
        self.perform(add_class, name=name)

    @override
    def remove_named(self, row_id: int, successor: int | None) -> None:
        assert successor is not None
        self.perform(remove_class, class_id=row_id, successor_id=successor)
