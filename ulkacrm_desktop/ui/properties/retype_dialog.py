"""The dialog that changes the type of a property: what becomes of the values is shown before anything is done."""

from functools import partial
from typing import Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QHeaderView, QLabel, QTreeWidgetItem, QWidget

from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.imports.cleaning import DateOrder, DecimalMark
from ulkacrm_desktop.services.operations.retype import retype_property
from ulkacrm_desktop.services.retyping import RetypePreview, retype_preview
from ulkacrm_desktop.services.workspace import Outcome, Workspace
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog
from ulkacrm_desktop.ui.forms.managed_list import Tree
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.fields import property_type_label
from ulkacrm_desktop.ui.labels.imports import choice_text
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, ROW_HEIGHT

_VALUE, _CONTACTS, _EXAMPLES = range(3)
_ROWS: Final = 8
"""More values that would be lost are scrolled."""
_ROWS_AT_FIRST: Final = 3
_HEIGHT: Final = 53 * GRID
"""With the rows at first; the dialog grows for more."""
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RetypeDialog(FormDialog):
    """Asks for the new type and shows what would not convert, with how many contacts have it and who they are.

    The button says how many values go, so that nothing is lost that was not told.
    """

    def __init__(
        self, parent: QWidget | None, workspace: Workspace, runner: TaskRunner, definition: PropertyDefinition
    ) -> None:
        title = _("Change the type of {property}").format(property=definition.name)
        super().__init__(title, _("Convert"), problem_text=problem_text, parent=parent)
        self.setObjectName("retype_dialog")
        self._workspace = workspace
        self._runner = runner
        self._definition = definition
        self._preview: RetypePreview | None = None
        self.type = QComboBox()
        for each in PropertyType:
            if each is not definition.type:
                self.type.addItem(property_type_label(each), each)
        self.reading = QComboBox()
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.problems = Tree([_("Value"), _("Contacts"), _("For example")])
        self.problems.setEditTriggers(Tree.EditTrigger.NoEditTriggers)
        self.problems.headerItem().setTextAlignment(_CONTACTS, _RIGHT)
        header = self.problems.header()
        header.setSectionResizeMode(_VALUE, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(_CONTACTS, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_EXAMPLES, QHeaderView.ResizeMode.Stretch)
        self.problems.setColumnWidth(_VALUE, 20 * GRID)
        self.add_field("type", _("&New type"), self.type)
        self.add_field("reading", _("&Read as"), self.reading, hint=_("The values can be read in more than one way."))
        self.add_field("preview", _("What changes"), self.told)
        self.add_field("problems", _("&Will be lost"), self.problems)
        self.resize(100 * GRID, _HEIGHT)
        self.type.currentIndexChanged.connect(self._on_type)
        self.reading.activated.connect(lambda _index: self._read())
        self.submitted.connect(self._on_submitted)
        self._on_type()

    @property
    def new_type(self) -> PropertyType:
        """The type that is chosen."""
        return PropertyType(self.type.currentData())

    def _show_row(self, key: str, shown: bool) -> None:
        self.form.setRowVisible(self._fields[key].box, shown)

    def _on_type(self) -> None:
        self.reading.clear()
        self._show_row("reading", False)
        self._show_row("problems", False)
        self._read()

    def _way(self) -> dict[str, Any]:
        """How the values are to be read, where the user has a say in it."""
        chosen = self.reading.currentData()
        if chosen is None:
            return {}
        if self.new_type is PropertyType.DATE:
            return {"order": DateOrder(chosen)}
        return {"mark": DecimalMark(chosen)}

    def _read(self) -> None:
        self._preview = None
        self._submit.setEnabled(False)
        self.show_failure("")
        self._submit.setEnabled(False)
        self.told.setText(_("Reading the values…"))
        read = partial(self._workspace.read, partial(retype_preview, **self._way()), self._definition.id, self.new_type)
        self._runner.run_latest((id(self), "preview"), read, self._on_preview, self._on_failed)

    def _on_preview(self, preview: RetypePreview) -> None:
        self._preview = preview
        lost = preview.total - preview.convertible
        self._fill_reading(preview)
        self.told.setText(_words(preview))
        self.problems.clear()
        for problem in preview.problems:
            names = ", ".join(name for _id, name in problem.examples)
            item = QTreeWidgetItem([problem.value.replace("\n", " "), grouped(problem.count), names])
            item.setToolTip(_VALUE, problem.value)
            item.setToolTip(_EXAMPLES, names)
            item.setTextAlignment(_CONTACTS, _RIGHT)
            item.setSizeHint(_VALUE, QSize(0, ROW_HEIGHT))
            self.problems.addTopLevelItem(item)
        rows = min(len(preview.problems), _ROWS)
        self.problems.setFixedHeight((1 + rows) * ROW_HEIGHT)
        self.resize(self.width(), max(self.height(), _HEIGHT + (rows - _ROWS_AT_FIRST) * ROW_HEIGHT))
        self._show_row("problems", bool(lost))
        self._verb = (
            ngettext("Convert and lose {count} value", "Convert and lose {count} values", lost).format(
                count=grouped(lost)
            )
            if lost
            else _("Convert")
        )
        self._submit.setText(self._verb)
        self._submit.setProperty("kind", "danger" if lost else "primary")
        style = self._submit.style()
        style.unpolish(self._submit)
        style.polish(self._submit)
        # What destroys is never what a careless Enter does.
        self._submit.setDefault(not lost)
        self._submit.setEnabled(True)

    def _fill_reading(self, preview: RetypePreview) -> None:
        if not preview.ambiguous or self.reading.count():
            return
        ways = list(DateOrder) if self.new_type is PropertyType.DATE else list(DecimalMark)
        taken = preview.order if self.new_type is PropertyType.DATE else preview.mark
        for way in ways:
            self.reading.addItem(choice_text(way), way.value)
        self.reading.setCurrentIndex(ways.index(taken))  # type: ignore[arg-type]
        self._show_row("reading", True)

    def _on_submitted(self) -> None:
        preview, workspace = self._preview, self._workspace
        if preview is None:
            self.show_failure("")
            return
        values: dict[str, Any] = {
            "property_id": self._definition.id,
            "type": self.new_type,
            "order": preview.order if self.new_type is PropertyType.DATE else None,
            "mark": preview.mark if self.new_type is PropertyType.NUMBER else None,
            "words": (_("Yes").lower(), _("No").lower()),
            "drop": preview.convertible < preview.total,
        }
        self._runner.write(lambda: workspace.perform(retype_property, **values), self._on_done, self._on_failed)

    def _on_done(self, _outcome: Outcome[int]) -> None:
        self.saved()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, ExpectedError):
            self.show_failure(_("Something went wrong inside the program; nothing was saved."))
            raise error
        self.show_failure(error_text(error))


def _words(preview: RetypePreview) -> str:
    if not preview.total:
        return _("No contact has a value of it yet.")
    kept = ngettext(
        "Of {total} contact with a value, {kept} keeps it.",
        "Of {total} contacts with a value, {kept} keep it.",
        preview.total,
    ).format(total=grouped(preview.total), kept=grouped(preview.convertible))
    if not preview.choices:
        return kept
    offered = ", ".join(preview.choices[:12]) + ("…" if len(preview.choices) > 12 else "")
    return kept + "\n" + _("The choices: {choices}").format(choices=offered)
