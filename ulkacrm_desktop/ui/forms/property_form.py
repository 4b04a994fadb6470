"""The form of a custom property: made from a profile or from the page of properties."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType, PropertyValue
from ulkacrm_desktop.core.errors import ExpectedError, InvalidInput
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.operations.properties import change_property, create_property, default_text
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Outcome, Workspace
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog
from ulkacrm_desktop.ui.forms.property_editors import GrowingTextEdit, PropertyEditor, property_editor
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.fields import property_type_label
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import CONTROL_HEIGHT, GRID

_WITH_CHOICES = (PropertyType.SELECT, PropertyType.MULTI_SELECT)


class _DefaultEditor(QWidget):
    """The editor that the property itself will have, made anew where its type or its choices change."""

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._editor: PropertyEditor | None = None
        self._made_for: tuple[PropertyType, tuple[str, ...]] | None = None

    def offer(self, type_: PropertyType, options: Sequence[str]) -> None:
        """Edit a value of this type; a value that is one still is kept."""
        choices = tuple(options) if type_ in _WITH_CHOICES else ()
        if self._made_for == (type_, choices):
            return
        same_type = self._made_for is not None and self._made_for[0] is type_
        value = self.value() if same_type and not self.problem() else None
        layout = self.layout()
        assert layout is not None
        if self._editor is not None:
            self._editor.setParent(None)
            self._editor.deleteLater()
        self._made_for = type_, choices
        self._editor = property_editor(PropertyDefinition(0, "", type_, choices), self)
        self._editor.setObjectName("default_value")
        self._editor.name_for_readers(_("De&fault").replace("&", ""))
        for text in self._editor.findChildren(GrowingTextEdit):
            text.enter_submits = False
        layout.addWidget(self._editor)
        self._editor.show()
        self.setFocusProxy(self._editor)
        self.setFocusPolicy(self._editor.focusPolicy())
        if isinstance(value, tuple):
            value = tuple(choice for choice in value if choice in choices)
        elif choices and value not in choices:
            value = None
        self.set_value(value)

    @property
    def control(self) -> QWidget | None:
        """What has the keyboard in it."""
        return self._editor.focusProxy() if self._editor is not None else None

    def value(self) -> PropertyValue | None:
        """What is chosen, None for nothing. Raises `core.text.problem.TextProblem`."""
        return self._editor.value() if self._editor is not None else None

    def set_value(self, value: PropertyValue | None) -> None:
        """Show a value."""
        if self._editor is not None:
            self._editor.set_value(value)

    def problem(self) -> str:
        """The code of what is wrong with what is typed, or empty."""
        return self._editor.problem() if self._editor is not None else ""


class PropertyForm(FormDialog):
    """Makes a property, or changes one: name, choices, group, description, default, duty.

    The type of a property that is there stays: to change it is a matter of its values.
    """

    property_saved = Signal(int)
    """The property's id."""

    def __init__(
        self,
        parent: QWidget | None,
        workspace: Workspace,
        runner: TaskRunner,
        definition: PropertyDefinition | None = None,
        *,
        group: str = "",
    ) -> None:
        title = _("New property") if definition is None else _("Change the property")
        verb = _("Create property") if definition is None else _("Save")
        super().__init__(title, verb, problem_text=problem_text, parent=parent)
        self._workspace = workspace
        self._runner = runner
        self._definition = definition
        self._name = QLineEdit(definition.name if definition else "")
        self._type = QComboBox(self)
        for type_ in PropertyType:
            self._type.addItem(property_type_label(type_), type_)
        self._choices = GrowingTextEdit(lines=4, most=10)
        self._choices.enter_submits = False
        self._group = QComboBox()
        self._group.setEditable(True)
        self._group.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._description = QLineEdit(definition.description if definition else "")
        self._default = _DefaultEditor()
        self._required = QCheckBox(_("A contact cannot be saved without it"))
        choices_hint = _("One a line, in the order of the list.")
        if definition is not None:
            choices_hint += " " + _("A line taken out stays on the contacts that have it.")
        self.add_field("name", _("&Name"), self._name, required=True)
        self._add_type(definition)
        self.add_field("options", _("&Choices"), self._choices, hint=choices_hint)
        self.add_field("group", _("&Group"), self._group, hint=_("A section of the form; may be empty."))
        self.add_field("description", _("&Description"), self._description)
        self.add_field("default", _("De&fault"), self._default, hint=_("What a new contact begins with."))
        self.add_field("required", _("&Required"), self._required)
        self._fill(definition, group)
        self._type.currentIndexChanged.connect(self._on_type_changed)
        self._on_type_changed()
        if definition is not None:
            self._default.set_value(definition.default)
        self._choices.textChanged.connect(self._offer_default)
        self.setMinimumWidth(64 * GRID)
        self.submitted.connect(self._on_submitted)
        runner.run(partial(workspace.read, property_definitions), self._on_definitions)
        self._name.setFocus()

    def _add_type(self, definition: PropertyDefinition | None) -> None:
        if definition is None:
            self.add_field("type", _("&Type"), self._type)
            return
        self._type.hide()
        told = QLabel(property_type_label(definition.type))
        told.setFixedHeight(CONTROL_HEIGHT)
        hint = _("The button “Type…” changes it.")
        self.add_field("type", _("Type"), told, hint=hint)

    def _fill(self, definition: PropertyDefinition | None, group: str) -> None:
        self._group.setEditText(definition.group if definition else group)
        if definition is None:
            return
        self._type.setCurrentIndex(list(PropertyType).index(definition.type))
        self._choices.setPlainText("\n".join(definition.options))
        self._required.setChecked(definition.required)

    def _on_definitions(self, definitions: tuple[PropertyDefinition, ...]) -> None:
        typed = self._group.currentText()
        self._group.clear()
        self._group.addItem("")
        self._group.addItems(list(dict.fromkeys(d.group for d in definitions if d.group)))
        self._group.setEditText(typed)

    @property
    def _chosen_type(self) -> PropertyType:
        return PropertyType(self._type.currentData())

    def _on_type_changed(self) -> None:
        self.form.setRowVisible(self._row_of("options"), self._chosen_type in _WITH_CHOICES)
        self._offer_default()
        self.grow_to_fit()

    def _offer_default(self) -> None:
        self._default.offer(self._chosen_type, self._options())
        control = self._default.control
        if control is not None:
            # One that is made anew is the last of all, and what stands below would be skipped.
            self.setTabOrder(control, self._required)

    def _row_of(self, key: str) -> QWidget:
        box = self.editor(key).parentWidget()
        assert box is not None
        return box

    def _options(self) -> list[str]:
        return [line.strip() for line in self._choices.toPlainText().split("\n") if line.strip()]

    @override
    def check(self) -> Mapping[str, str]:
        problems = {}
        if not self._name.text().strip():
            problems["name"] = "required"
        if self._chosen_type in _WITH_CHOICES and not self._options():
            problems["options"] = "no_options"
        if problem := self._default.problem():
            problems["default"] = problem
        return problems

    def _on_submitted(self) -> None:
        definition, workspace = self._definition, self._workspace
        options = self._options() if self._chosen_type in _WITH_CHOICES else []
        common: dict[str, Any] = {
            "name": self._name.text(),
            "group": self._group.currentText(),
            "description": self._description.text(),
            "required": self._required.isChecked(),
        }
        if definition is None:
            type_and_choices: dict[str, Any] = {"type": self._chosen_type, "options": options}
            values = {**common, **type_and_choices, "default": default_text(self._chosen_type, self._default.value())}
            self._runner.write(lambda: workspace.perform(create_property, **values), self._on_created, self._on_failed)
        else:
            changes: dict[str, Any] = {**common, "options": options if definition.type in _WITH_CHOICES else None}
            default = self._default.value()
            if default != definition.default:
                changes["default"] = default_text(definition.type, default)
            property_id = definition.id
            self._runner.write(
                lambda: workspace.perform(change_property, property_id=property_id, **changes),
                self._on_changed,
                self._on_failed,
            )

    def _on_created(self, outcome: Outcome[int]) -> None:
        self.property_saved.emit(outcome.result)
        self.saved()

    def _on_changed(self, _outcome: Outcome[None]) -> None:
        assert self._definition is not None
        self.property_saved.emit(self._definition.id)
        self.saved()

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, InvalidInput):
            self.show_problems(error.problems)
        elif isinstance(error, ExpectedError):
            self.show_failure(error_text(error))
        else:
            self.show_failure(_("Something went wrong inside the program; nothing was saved."))
            raise error
