"""The form in which a filter gets its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.criteria import Criteria
from ulkacrm_desktop.core.errors import ExpectedError, InvalidInput
from ulkacrm_desktop.core.i18n import _, pgettext
from ulkacrm_desktop.services.operations.saved_filters import change_filter, save_filter
from ulkacrm_desktop.services.queries.saved_filters import SavedFilterRow
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace


class SaveFilterDialog(FormDialog):
    """Saves criteria under a name, or renames a filter that is there; `stored` tells its id and name."""

    stored = Signal(int, str)

    def __init__(
        self,
        parent: QWidget,
        workspace: Workspace,
        runner: TaskRunner,
        *,
        criteria: Criteria | None = None,
        present: SavedFilterRow | None = None,
    ) -> None:
        title = _("Rename the filter") if present is not None else _("Save the filter")
        verb = _("Rename") if present is not None else _("Save the filter")
        super().__init__(title, verb, problem_text=problem_text, parent=parent)
        self.setObjectName("save_filter_dialog")
        self._workspace = workspace
        self._runner = runner
        self._criteria = criteria
        self._present = present
        self._name = QLineEdit(present.name if present is not None else "")
        self._name.setMaxLength(100)
        self._private = QCheckBox(_("Only I see it"))
        self._private.setChecked(present is not None and present.is_private)
        self.add_field("name", pgettext("of a record", "&Name"), self._name, required=True)
        self.add_field("private", "", self._private, hint=_("Without this everybody who works here sees it."))
        self.submitted.connect(self._save)
        self.resize(56 * 8, 0)
        self._name.setFocus()

    @override
    def check(self) -> Mapping[str, str]:
        return {} if self._name.text().strip() else {"name": "required"}

    def _save(self) -> None:
        name, private = " ".join(self._name.text().split()), self._private.isChecked()
        work: Callable[[], Any]
        if self._present is not None:
            work = partial(
                self._workspace.perform, change_filter, filter_id=self._present.id, name=name, private=private
            )
        else:
            assert self._criteria is not None
            work = partial(self._workspace.perform, save_filter, name=name, criteria=self._criteria, private=private)
        self._runner.write(work, partial(self._on_saved, name), self._on_failed)

    def _on_saved(self, name: str, outcome: Any) -> None:
        filter_id = self._present.id if self._present is not None else outcome.result
        self.saved()
        self.stored.emit(filter_id, name)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, InvalidInput):
            self.show_problems(error.problems)
        elif isinstance(error, ExpectedError):
            self.show_failure(error_text(error))
        else:
            self.show_problems({})
            raise error
