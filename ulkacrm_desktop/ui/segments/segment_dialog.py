"""The form of a segment: its name and look, who sees it, and the conditions with what they mean now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.criteria import All, Criteria, Viewpoint
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, InvalidInput
from ulkacrm_desktop.core.i18n import _, ngettext, pgettext
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.services.operations.segments import change_segment, create_segment
from ulkacrm_desktop.services.queries.segments import SegmentRow
from ulkacrm_desktop.ui.filters.builder import CriteriaBuilder
from ulkacrm_desktop.ui.filters.known_fields import KnownFields
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog
from ulkacrm_desktop.ui.icons import segment_icon
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.segments.segment_icons import IconButton
from ulkacrm_desktop.ui.theme import GRID

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace


class SegmentDialog(FormDialog):
    """Makes a segment, or changes one; `stored` tells its id.

    ``criteria`` are those that a new one begins with; ``contacts`` the first of a new static one.
    """

    stored = Signal(int)

    def __init__(
        self,
        parent: QWidget,
        workspace: Workspace,
        runner: TaskRunner,
        known: KnownFields,
        viewpoint: Callable[[], Viewpoint | None],
        *,
        present: SegmentRow | None = None,
        criteria: Criteria | None = None,
        contacts: ContactSelection | None = None,
    ) -> None:
        title = _("Edit the segment") if present is not None else _("New segment")
        verb = _("Save the segment") if present is not None else _("Create the segment")
        super().__init__(title, verb, problem_text=_problem_text, parent=parent)
        self.setObjectName("segment_dialog")
        self._workspace = workspace
        self._runner = runner
        self._present = present
        self._contacts = contacts
        static = present.is_static if present is not None else contacts is not None and bool(len(contacts.ids))
        self._make_fields(static)
        self._builder = CriteriaBuilder(workspace, runner, known, viewpoint)
        self._builder.setObjectName("criteria")
        self._builder.setMinimumHeight(42 * GRID)
        # The conditions take the room that the other fields leave.
        policy = QSizePolicy.Policy.Expanding
        self._builder.setSizePolicy(policy, policy)
        self._builder.counted.connect(self._on_counted)
        self.form.addRow(self._builder)
        self.give_room_to_fields()
        if present is not None:
            self._show(present)
        else:
            self._builder.set_tree(criteria)
        self._on_kind()
        self.submitted.connect(self._save)
        size = parent.size()
        self.resize(min(size.width() - 4 * GRID, 132 * GRID), min(size.height() - 2 * GRID, 112 * GRID))
        self._name.setFocus()

    def _make_fields(self, static: bool) -> None:
        self._name = QLineEdit()
        self._name.setObjectName("name_line")
        self._name.setAccessibleName(pgettext("of a record", "Name"))
        self._name.setMaxLength(100)
        self._icon = IconButton()
        named = QWidget()
        row = QHBoxLayout(named)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self._icon)
        row.addWidget(self._name, 1)
        named.setFocusProxy(self._name)
        self._description = QLineEdit()
        self._description.setMaxLength(1_000)
        self._description.setPlaceholderText(_("What it is for"))
        self._dynamic = QRadioButton(_("By conditions: always up to date by itself"))
        self._dynamic.setObjectName("dynamic")
        self._static = QRadioButton(_("By hand: contacts are added and taken out"))
        self._static.setObjectName("static")
        kinds = QButtonGroup(self)
        kinds.addButton(self._dynamic)
        kinds.addButton(self._static)
        (self._static if static else self._dynamic).setChecked(True)
        self._static.toggled.connect(self._on_kind)
        self._private = QCheckBox(_("Only I see it"))
        self._private.setObjectName("private")
        self._keeps_history = QCheckBox(_("Write down who enters and who leaves"))
        self._keeps_history.setObjectName("keeps_history")
        self._kind_note = QLabel()
        self._kind_note.setProperty("tone", "muted")
        self._kind_note.setWordWrap(True)
        choices = QWidget()
        column = QVBoxLayout(choices)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(GRID)
        for left, right in ((self._dynamic, self._private), (self._static, self._keeps_history)):
            line = QHBoxLayout()
            line.setSpacing(3 * GRID)
            line.addWidget(left, 3)
            line.addWidget(right, 2)
            column.addLayout(line)
        column.addWidget(self._kind_note)
        self.add_field("name", pgettext("of a record", "&Name"), named, required=True)
        self.add_field("description", _("&Description"), self._description)
        self.add_field("kind", _("Filled"), choices)
        if self._present is not None:
            # A list made by hand cannot become conditions, nor the other way round, without losing what it was.
            self._dynamic.setEnabled(not static)
            self._static.setEnabled(static)

    def _show(self, present: SegmentRow) -> None:
        self._name.setText(present.name)
        self._icon.choose(segment_icon(present.icon))
        self._description.setText(present.description)
        self._private.setChecked(present.is_private)
        self._keeps_history.setChecked(present.keeps_history)
        try:
            self._builder.set_tree(present.criteria)
        except ExpectedError as error:
            self.show_failure(error_text(error))

    @property
    def builder(self) -> CriteriaBuilder:
        """The conditions."""
        return self._builder

    @property
    def wanted(self) -> SegmentInput:
        """What stands in the form."""
        dynamic = self._dynamic.isChecked()
        tree = self._builder.tree
        return SegmentInput(
            name=" ".join(self._name.text().split()),
            description=self._description.text().strip(),
            icon=self._icon.chosen,
            criteria=(tree if tree is not None else All()) if dynamic else None,
            private=self._private.isChecked(),
            keeps_history=self._keeps_history.isChecked(),
        )

    @override
    def check(self) -> Mapping[str, str]:
        problems = self.wanted.problems()
        if not problems and self._dynamic.isChecked():
            if self._builder.problem:
                # What is incomplete would be left out without a word once the form is closed.
                problems["criteria"] = "criteria_incomplete"
                self._builder.focus_problem()
            elif self._builder.tree is None:
                problems["criteria"] = "criteria_required"
                self._builder.focus_first()
        return problems

    def _save(self) -> None:
        work: Callable[[], Any]
        if self._present is not None:
            work = partial(
                self._workspace.perform,
                change_segment,
                segment_id=self._present.id,
                segment=self.wanted,
                version=self._present.version,
            )
        else:
            contacts = self._contacts if self._static.isChecked() else None
            work = partial(self._workspace.perform, create_segment, segment=self.wanted, contacts=contacts)
        self._runner.write(work, self._on_saved, self._on_failed)

    def _on_saved(self, outcome: Any) -> None:
        segment_id = self._present.id if self._present is not None else outcome.result
        self.saved()
        self.stored.emit(segment_id)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, EditConflict):
            self.show_failure(_("Somebody has changed this segment meanwhile. Close this form and open it again."))
        elif isinstance(error, InvalidInput):
            self.show_problems(error.problems)
        elif isinstance(error, ExpectedError):
            self.show_failure(error_text(error))
        else:
            self.show_problems({})
            raise error

    def _on_kind(self) -> None:
        static = self._static.isChecked()
        self._builder.setVisible(not static)
        count = len(self._contacts.ids) if self._contacts is not None else 0
        if static and count and self._present is None:
            text = ngettext(
                "It begins with the {count} selected contact.", "It begins with the {count} selected contacts.", count
            )
            self._kind_note.setText(text.format(count=grouped(count)))
        else:
            self._kind_note.setText(_("Tick contacts in any list and add them to the segment."))
        self._kind_note.setVisible(static)

    def _on_counted(self, count: int | None) -> None:
        if self._present is not None or self._static.isChecked() or count is None:
            return
        text = ngettext("Create the segment of {count} contact", "Create the segment of {count} contacts", count)
        self._submit.setText(text.format(count=grouped(count)))

    @override
    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        enter = arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self._builder.isAncestorOf(self.focusWidget()):
            # Enter within a condition ends its typing; with Ctrl it saves, as everywhere in forms.
            if arg__1.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.submit()
            return
        super().keyPressEvent(arg__1)


def _problem_text(code: str) -> str:
    own = {
        "criteria_incomplete": _("Complete the marked conditions, or remove them."),
        "criteria_required": _("Give at least one condition: without any, every contact would be in it."),
    }
    return own.get(code) or problem_text(code)
