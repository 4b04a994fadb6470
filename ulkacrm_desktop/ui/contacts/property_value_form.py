"""The form that sets one property of many contacts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError, InvalidInput
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog
from ulkacrm_desktop.ui.forms.property_editors import property_editor
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Outcome, Workspace


class PropertyValueForm(FormDialog):
    """Asks for a value, and what becomes of those that are there; writes it and closes itself."""

    def __init__(
        self,
        parent: QWidget,
        workspace: Workspace,
        runner: TaskRunner,
        definition: PropertyDefinition,
        selection: ContactSelection,
    ) -> None:
        count = len(selection.ids)
        title = ngettext("{property} of {count} contact", "{property} of {count} contacts", count)
        verb = ngettext("Set for {count} contact", "Set for {count} contacts", count)
        super().__init__(
            title.format(property=definition.name, count=grouped(count)),
            verb.format(count=grouped(count)),
            problem_text=problem_text,
            parent=parent,
        )
        self.setObjectName("property_value_form")
        self._workspace = workspace
        self._runner = runner
        self._definition = definition
        self._selection = selection
        self._value = property_editor(definition, self)
        self._change: QComboBox | None = None
        several = definition.type is PropertyType.MULTI_SELECT
        hint = "" if definition.required or several else _("An empty field takes the value away.")
        self.add_field("value", definition.name.replace("&", "&&"), self._value, hint=hint)
        self._value.name_for_readers(definition.name)
        if several:
            self._change = QComboBox()
            for code, text in (
                ("add", _("Add to the choices that are there")),
                ("replace", _("Replace the choices that are there")),
                ("remove", _("Take these choices away")),
            ):
                self._change.addItem(text, code)
            self.add_field("change", _("&What to do"), self._change)
        self._only_empty = QCheckBox(_("Only where there is no value yet"))
        self.add_field("only_empty", "", self._only_empty)
        self._only_empty.setAccessibleName(self._only_empty.text())
        self.submitted.connect(self._save)

    def check(self) -> dict[str, str]:
        """What is wrong with the value."""
        problem = self._value.problem()
        if not problem and self._definition.required and self._value.value() in (None, "", ()):
            problem = "required"
        return {"value": problem} if problem else {}

    def _save(self) -> None:
        change = self._change.currentData() if self._change is not None else "replace"
        write = partial(
            _set, self._workspace, self._selection, self._definition.id, self._value.value(), change,
            self._only_empty.isChecked(),
        )  # fmt: skip
        self._runner.write(write, lambda _outcome: self.saved(), self._on_failed)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, InvalidInput):
            self.show_problems({"value": next(iter(error.problems.values()))})
        elif isinstance(error, ExpectedError):
            self.show_failure(error_text(error))
        else:
            self.saved()
            raise error


def _set(
    workspace: Workspace, selection: ContactSelection, property_id: int, value: Any, change: str, only_empty: bool
) -> Outcome[int]:
    from ulkacrm_desktop.services.operations.property_values import ValueChange, set_property

    return workspace.perform(
        set_property,
        selection=selection,
        property_id=property_id,
        value=value,
        change=ValueChange(change),
        only_empty=only_empty,
    )
