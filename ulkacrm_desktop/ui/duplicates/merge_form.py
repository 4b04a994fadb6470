"""The form that folds contacts into one: side by side, what differs first, a choice for each field."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ulkacrm_desktop.core.errors import EditConflict, ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.ui.duplicates.merge_fields import Line, chosen_label, settled_lines, value_text
from ulkacrm_desktop.ui.duplicates.value_cell import WIDTH, ValueCell
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font
from ulkacrm_desktop.ui.widgets.breakable import breakable
from ulkacrm_desktop.ui.widgets.relative_time import exact_time, relative_time

if TYPE_CHECKING:
    from ulkacrm_desktop.services.queries.merging import MergeField, SideBySide
    from ulkacrm_desktop.services.workspace import Outcome, Workspace

_LABELS: Final = 18 * GRID
_HEIGHT: Final = 80 * GRID
_NAMED: Final = 3
_COLUMNS: Final = 4


class MergeForm(FormDialog):
    """Asks which contact takes in the others and which values are kept; merges and closes itself; shown by `open`."""

    merged = Signal(int)
    """The id of the contact that has taken in the others."""

    def __init__(self, parent: QWidget | None, workspace: Workspace, runner: TaskRunner, ids: Sequence[int]) -> None:
        count = len(ids)
        title = ngettext("Merge {count} contact", "Merge {count} contacts", count).format(count=count)
        super().__init__(title, title, problem_text=problem_text, parent=parent)
        self.setObjectName("merge_form")
        self._workspace = workspace
        self._runner = runner
        self._ids = tuple(ids)
        self._read: SideBySide | None = None
        self._primary = 0
        self._chosen: dict[str, int] = {}
        self._groups: dict[str, QButtonGroup] = {}
        self._said = QLabel()
        self._said.setObjectName("merge_sentence")
        self._said.setWordWrap(True)
        self._said.setProperty("tone", "muted")
        sentence = QHBoxLayout()
        sentence.addWidget(self._said, 1)
        sentence.addStretch(0)
        self.form.addRow(sentence)
        self._table = QVBoxLayout()
        self.form.addRow(self._table)
        # More columns than there is room for are reached by a bar that stands at the foot of what is seen.
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.submitted.connect(self._merge)
        self._body.setEnabled(False)
        self._submit.setEnabled(False)
        width = _LABELS + min(count, _COLUMNS) * (WIDTH + GRID)
        # What is wider is reached by the bar, which is not what one reads a sentence with.
        self._said.setMaximumWidth(width)
        height = parent.window().height() - 4 * GRID if parent is not None else _HEIGHT
        self.resize(width + 8 * GRID, min(_HEIGHT, height))
        self._load()

    @property
    def choices(self) -> dict[str, int]:
        """The contact whose value is kept, by field, of the fields of which another value was chosen than usual."""
        assert self._read is not None
        contacts = self._read.contacts
        return {
            each.field: contacts[self._chosen[each.field]].id
            for each in self._read.fields
            if each.differs and each.field in self._chosen
        }

    # Reading.

    def _load(self) -> None:
        self._runner.run(partial(_read, self._workspace, self._ids), self._on_read, self._on_failed)

    def _on_read(self, read: SideBySide) -> None:
        self._read = read
        if len(read.contacts) < 2:
            self.show_failure(_("The other contacts are not there any more."))
            return
        self._primary = min(self._primary, len(read.contacts) - 1)
        self._chosen = {key: place for key, place in self._chosen.items() if place < len(read.contacts)}
        self._build()
        self._body.setEnabled(True)
        self._submit.setEnabled(True)
        first = self._groups["primary"].button(self._primary)
        if first is not None:
            first.setFocus()

    # Drawing.

    def _build(self) -> None:
        assert self._read is not None
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(HALF)
        grid.setColumnMinimumWidth(0, _LABELS)
        for place in range(len(self._read.contacts)):
            grid.setColumnMinimumWidth(place + 1, WIDTH)
            grid.setColumnStretch(place + 1, 1)
        self._groups = {}
        row = self._add_heads(grid)
        differing = [each for each in self._read.fields if each.differs]
        if differing:
            row = self._add_heading(grid, row, _("Choose what is kept"))
            for each in differing:
                row = self._add_choice(grid, row, each)
        kept, same = settled_lines(self._read)
        if kept:
            row = self._add_heading(grid, row, _("All of it is kept"))
            for label, text in kept:
                row = self._add_line(grid, row, label, text)
        if same:
            row = self._add_same(grid, row, same)
        grid.setRowStretch(row, 1)
        while (item := self._table.takeAt(0)) is not None:
            if (before := item.widget()) is not None:
                before.hide()
                before.deleteLater()
        self._table.addWidget(table)
        table.show()
        self._show_choices()
        self.grow_to_fit()

    def _add_heads(self, grid: QGridLayout) -> int:
        assert self._read is not None
        group = QButtonGroup(self)
        label = QLabel(_("Merge into"))
        label.setProperty("tone", "muted")
        label.setContentsMargins(0, GRID, 0, 0)
        grid.addWidget(label, 0, 0, Qt.AlignmentFlag.AlignTop)
        for place, contact in enumerate(self._read.contacts):
            added = _("added {date}").format(date=relative_time(contact.created_at))
            cell = ValueCell(contact.name, detail=added)
            cell.setToolTip(f"{contact.name}\n{_('added {date}').format(date=exact_time(contact.created_at))}")
            cell.setObjectName(f"primary_{place}")
            cell.setFont(font(TextSize.BODY, bold=True))
            group.addButton(cell, place)
            grid.addWidget(cell, 0, place + 1)
        group.idClicked.connect(self._on_primary)
        self._groups["primary"] = group
        return 1

    def _add_heading(self, grid: QGridLayout, row: int, text: str) -> int:
        heading = QLabel(text)
        heading.setFont(font(TextSize.BODY, bold=True))
        heading.setContentsMargins(0, 2 * GRID, 0, HALF)
        grid.addWidget(heading, row, 0, 1, grid.columnCount())
        return row + 1

    def _add_choice(self, grid: QGridLayout, row: int, each: MergeField) -> int:
        assert self._read is not None
        group = QButtonGroup(self)
        label = chosen_label(each.field, self._read.property_names)
        grid.addWidget(self._label(label), row, 0, Qt.AlignmentFlag.AlignTop)
        for place, value in enumerate(each.values):
            text = value_text(each.field, value)
            cell = ValueCell("", value) if each.field == "avatar" else ValueCell(text)
            cell.setObjectName(f"{each.field}_{place}")
            cell.setAccessibleName(f"{label}: {text}")
            cell.setToolTip(f"{label}: {text}")
            # What a contact does not have cannot be kept.
            cell.setEnabled(each.has_value(place))
            group.addButton(cell, place)
            grid.addWidget(cell, row, place + 1)
        group.idClicked.connect(partial(self._on_chosen, each.field))
        self._groups[each.field] = group
        return row + 1

    def _add_line(self, grid: QGridLayout, row: int, label: str, text: str) -> int:
        grid.addWidget(self._label(label), row, 0, Qt.AlignmentFlag.AlignTop)
        value = QLabel(breakable(text))
        value.setWordWrap(True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setContentsMargins(GRID, GRID, 0, HALF)
        grid.addWidget(value, row, 1, 1, grid.columnCount() - 1)
        return row + 1

    def _add_same(self, grid: QGridLayout, row: int, same: Sequence[Line]) -> int:
        count = len(same)
        shown = QPushButton(
            ngettext("{count} field is the same", "{count} fields are the same", count).format(count=count)
        )
        shown.setObjectName("same_fields")
        shown.setProperty("kind", "link")
        shown.setProperty("plain", True)
        shown.setCheckable(True)
        grid.addWidget(shown, row, 0, 1, grid.columnCount(), Qt.AlignmentFlag.AlignLeft)
        holder = QWidget()
        lines = QGridLayout(holder)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setColumnMinimumWidth(0, _LABELS)
        lines.setColumnStretch(1, 1)
        for line, (label, text) in enumerate(same):
            self._add_line(lines, line, label, text)
        holder.hide()
        shown.toggled.connect(holder.setVisible)
        grid.addWidget(holder, row + 1, 0, 1, grid.columnCount())
        return row + 2

    def _label(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("tone", "muted")
        label.setWordWrap(True)
        label.setFixedWidth(_LABELS)
        label.setContentsMargins(0, GRID, 0, 0)
        return label

    # Choosing.

    def _kept(self, each: MergeField) -> int:
        return self._chosen.get(each.field, each.usual(self._primary))

    def _on_primary(self, place: int) -> None:
        self._primary = place
        self._show_choices()

    def _on_chosen(self, key: str, place: int) -> None:
        self._chosen[key] = place
        self._show_choices()

    def _show_choices(self) -> None:
        assert self._read is not None
        self._check("primary", self._primary)
        for each in self._read.fields:
            if each.differs:
                self._check(each.field, self._kept(each))
        contacts = self._read.contacts
        primary = contacts[self._primary]
        others = [contact for contact in contacts if contact is not primary]
        names = ", ".join(contact.name for contact in others[:_NAMED])
        if len(others) > _NAMED:
            names = _("{names} and others").format(names=names)
        notes = sum(self._read.notes.get(contact.id, 0) for contact in others)
        said = [
            ngettext(
                "{names} will be folded into {primary}: one history, all emails, phones and tags.",
                "{names} will be folded into {primary}: one history, all emails, phones and tags.",
                len(others),
            ).format(names=names, primary=primary.name)
        ]
        if notes:
            said.append(ngettext("{count} note moves along.", "{count} notes move along.", notes).format(count=notes))
        said.append(_("What is not kept stays readable in the activity. Nothing is sent, and it can be undone."))
        self._said.setText(" ".join(said))

    def _check(self, key: str, place: int) -> None:
        button = self._groups[key].button(place)
        if button is not None:
            button.setChecked(True)

    # Merging.

    def _merge(self) -> None:
        assert self._read is not None
        contacts = self._read.contacts
        primary = contacts[self._primary].id
        others = [contact.id for contact in contacts if contact.id != primary]
        write = partial(_merge, self._workspace, primary, others, self.choices, contacts)
        self._runner.write(write, self._on_merged, self._on_failed)

    def _on_merged(self, outcome: Outcome[int]) -> None:
        self.saved()
        self.merged.emit(outcome.result)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, ExpectedError):
            self.saved()
            raise error
        self.show_failure(error_text(error))
        if isinstance(error, EditConflict):
            # What is there is shown; the choices stay.
            self._load()


def _read(workspace: Workspace, ids: Sequence[int]) -> SideBySide:
    from ulkacrm_desktop.services.queries.merging import side_by_side

    return workspace.read(side_by_side, ids)


def _merge(
    workspace: Workspace, primary_id: int, other_ids: Sequence[int], choices: dict[str, int], seen: Sequence[Any]
) -> Outcome[int]:
    from ulkacrm_desktop.services.operations.merging import merge_contacts

    return workspace.perform(merge_contacts, primary_id=primary_id, other_ids=other_ids, choices=choices, seen=seen)
