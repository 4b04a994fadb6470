"""A list of emails, phones or messengers with label and primary one, edited line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.contact_document import EmailEntry, MessengerEntry, PhoneEntry
from ulkacrm_desktop.core.fields import STANDARD_LABELS
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.phones import parse_phone
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.fields import MESSENGERS, address_label, messenger_label
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.theme import GRID

Entry = EmailEntry | PhoneEntry | MessengerEntry

_EMAIL_LABELS: Final = ("work", "home", "personal", "other")
_PHONE_LABELS: Final = ("mobile", "work", "home", "main", "fax", "other")
_MESSENGER_LABELS: Final = ("work", "personal", "other")
_KIND: Final = 14 * GRID
_LABEL: Final = 14 * GRID


@dataclass(frozen=True, slots=True)
class AddressKind:
    """What a list holds: its key among the fields, the words about it, and how one line becomes an entry."""

    key: str
    labels: tuple[str, ...]
    make: Callable[[str, str], Entry]
    text_of: Callable[[Any], str]
    check: Callable[[str, str], object]
    has_kind: bool = False


EMAILS: Final = AddressKind(
    "emails", _EMAIL_LABELS, lambda text, _kind: EmailEntry(text), lambda entry: str(entry.address),
    lambda text, _region: parse_email(text),
)  # fmt: skip
PHONES: Final = AddressKind(
    "phones", _PHONE_LABELS, lambda text, _kind: PhoneEntry(text), lambda entry: str(entry.number), parse_phone
)
MESSENGERS_AND_PROFILES: Final = AddressKind(
    "messengers", _MESSENGER_LABELS, lambda text, kind: MessengerEntry(kind, text), lambda entry: str(entry.login),
    lambda _text, _region: None, has_kind=True,
)  # fmt: skip


def _words(kind: AddressKind) -> tuple[str, str, str]:
    """Of a list: what one line is called, the text of the button that adds one, and of its placeholder."""
    return {
        "emails": (_("Email"), _("Add an email"), _("name@example.com")),
        "phones": (_("Phone"), _("Add a phone"), _("Number with country code")),
        "messengers": (_("Messenger or profile"), _("Add a messenger or profile"), _("Login, number or link")),
    }[kind.key]


class AddressListEditor(QWidget):
    """Emails, phones or messengers of one contact, a line each, with one empty line where there is none.

    ``region`` is the country of phones without a country code. An empty line is no entry.
    """

    changed = Signal()

    def __init__(self, kind: AddressKind, *, region: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(kind.key)
        # Focusable, for the mnemonic of its label, but no stop of Tab: see focusInEvent.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._kind = kind
        self.region = region
        self._lines: list[AddressLine] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        layout.addLayout(self._rows)
        self.add_button = QPushButton(icon("plus", IconRole.ACCENT), _words(kind)[1])
        self.add_button.setObjectName(f"add_{kind.key}")
        self.add_button.setProperty("kind", "link")
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(self._on_add)
        layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.set_entries(())

    # What it holds

    def entries(self) -> tuple[Entry, ...]:
        """The entries, one of them primary; ids and versions of those that were given are kept."""
        found = [entry for entry in (line.entry() for line in self._lines) if entry is not None]
        if found and not any(entry.is_primary for entry in found):
            found[0] = replace(found[0], is_primary=True)
        return tuple(found)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these entries."""
        for line in list(self._lines):
            self._drop(line)
        for entry in entries:
            self._add_line(entry)
        if not self._lines:
            self._add_line(None)
        self._arrange()

    def problem(self) -> str:
        """The code of what is wrong with the first faulty line, which is marked; empty where all are well."""
        codes = [line.check(self.region) for line in self._lines]
        return next((code for code in codes if code), "")

    def texts(self) -> list[str]:
        """What is typed in each line that is not empty."""
        return [text for text in (line.edit.text().strip() for line in self._lines) if text]

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not by a focus proxy: Tab from the proxy would skip all that stands in the same widget.
        faulty = next((line for line in self._lines if line.problem.isVisible()), self._lines[0])
        faulty.edit.setFocus(event.reason())

    # Lines

    def _add_line(self, entry: Entry | None) -> "AddressLine":
        line = AddressLine(self._kind, _words(self._kind), entry, self)
        line.changed.connect(self._on_line_changed)
        line.removed.connect(lambda: self._on_remove(line))
        line.made_primary.connect(lambda: self._on_made_primary(line))
        line.submitted.connect(self._on_add)
        self._lines.append(line)
        self._rows.addWidget(line)
        return line

    def _drop(self, line: "AddressLine") -> None:
        self._lines.remove(line)
        self._rows.removeWidget(line)
        line.hide()
        line.setParent(None)  # at once out of the focus chain and of what is found by name
        line.deleteLater()

    def _arrange(self) -> None:
        """Name the lines, show the signs of the primary one, and keep the tab order that of reading."""
        several = len(self._lines) > 1
        if several and not any(line.is_primary for line in self._lines):
            self._lines[0].set_primary(True)
        previous: QWidget | None = None
        for number, line in enumerate(self._lines, 1):
            line.arrange(number, several=several)
            for widget in line.tab_chain():
                if previous is not None:
                    QWidget.setTabOrder(previous, widget)
                previous = widget
        if previous is not None:
            QWidget.setTabOrder(previous, self.add_button)

    def _on_add(self) -> None:
        empty = next((line for line in self._lines if not line.edit.text().strip()), None)
        line = empty or self._add_line(None)
        self._arrange()
        line.show()
        line.edit.setFocus()

    def _on_remove(self, line: "AddressLine") -> None:
        at = self._lines.index(line)
        was_primary = line.is_primary
        self._drop(line)
        if not self._lines:
            self._add_line(None)
        if was_primary:
            self._lines[0].set_primary(True)
        self._arrange()
        self._lines[min(at, len(self._lines) - 1)].edit.setFocus()
        self.changed.emit()

    def _on_made_primary(self, chosen: "AddressLine") -> None:
        for line in self._lines:
            line.set_primary(line is chosen)
        self.changed.emit()

    def _on_line_changed(self) -> None:
        self.changed.emit()


class AddressLine(QWidget):
    """One line of the list: kind (of messengers), address, label, star of the primary one, remove."""

    changed = Signal()
    removed = Signal()
    made_primary = Signal()
    submitted = Signal()

    def __init__(self, kind: AddressKind, words: tuple[str, str, str], entry: Entry | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self._word = words[0]
        self._entry = entry
        self.kind = _MessengerCombo(entry.kind if isinstance(entry, MessengerEntry) else "") if kind.has_kind else None
        self.edit = QLineEdit(kind.text_of(entry) if entry is not None else "")
        self.edit.setPlaceholderText(words[2])
        self.edit.setCursorPosition(0)  # the beginning of a long one says more than its end
        self.label = _LabelCombo(kind.labels, entry.label if entry is not None else "")
        self.star = QToolButton()
        self.star.setCheckable(True)
        self.star.setToolTip(_("Primary: messages and calls go here"))
        self.remove = QToolButton()
        self.remove.setIcon(icon("x", IconRole.MUTED))
        self.remove.setToolTip(_("Remove"))
        self.problem = QLabel()
        self.problem.setProperty("tone", "danger")
        self.problem.setWordWrap(True)
        self.problem.hide()
        controls = QHBoxLayout()
        controls.setSpacing(4)
        if self.kind is not None:
            self.kind.setFixedWidth(_KIND)
            controls.addWidget(self.kind)
        # So that the labels of all lists stand below each other.
        self.label.setFixedWidth(_LABEL)
        controls.addWidget(self.edit, 1)
        controls.addWidget(self.label)
        controls.addWidget(self.star)
        controls.addWidget(self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(controls)
        layout.addWidget(self.problem)
        self.set_primary(entry.is_primary if entry is not None else False)
        self.edit.textEdited.connect(self._on_edited)
        self.edit.editingFinished.connect(self._on_editing_finished)
        self.edit.installEventFilter(self)
        self.label.currentTextChanged.connect(self.changed)
        if self.kind is not None:
            self.kind.currentTextChanged.connect(self.changed)
        self.star.clicked.connect(self.made_primary)
        self.remove.clicked.connect(self.removed)

    @property
    def is_primary(self) -> bool:
        """Whether this is the primary entry."""
        return self.star.isChecked()

    def set_primary(self, primary: bool) -> None:
        """Show whether this is the primary entry."""
        self.star.setChecked(primary)
        self.star.setIcon(icon("star", IconRole.ACCENT if primary else IconRole.MUTED))

    def arrange(self, number: int, *, several: bool) -> None:
        """Take the names of the line's place; a single line needs no star."""
        key = self._kind.key
        self.star.setVisible(several)
        for widget, role, name in (
            (self.edit, "address", f"{self._word} {number}"),
            (self.label, "label", _("Label of {what}").format(what=f"{self._word} {number}")),
            (self.star, "primary", _("Primary: {what}").format(what=f"{self._word} {number}")),
            (self.remove, "remove", _("Remove {what}").format(what=f"{self._word} {number}")),
        ):
            widget.setObjectName(f"{key}_{number}_{role}")
            widget.setAccessibleName(name)
        if self.kind is not None:
            self.kind.setObjectName(f"{key}_{number}_kind")
            self.kind.setAccessibleName(_("Kind of {what}").format(what=f"{self._word} {number}"))

    def tab_chain(self) -> list[QWidget]:
        """Its controls in reading order."""
        chain: list[QWidget] = [self.kind] if self.kind is not None else []
        return [*chain, self.edit, self.label, self.star, self.remove]

    def entry(self) -> Entry | None:
        """What the line says; None where it is empty."""
        text = self.edit.text().strip()
        if not text:
            return None
        kind = self.kind.code() if self.kind is not None else ""
        made = self._kind.make(text, kind)
        given = self._entry
        if given is not None:
            same = self._kind.text_of(given) == text and getattr(given, "kind", "") == kind
            made = replace(given if same else made, id=given.id, version=given.version)
        return replace(made, label=self.label.code(), is_primary=self.is_primary)

    def check(self, region: str) -> str:
        """The code of what is wrong with the line, which then shows it."""
        text = self.edit.text().strip()
        code = ""
        if text:
            try:
                self._kind.check(text, region)
            except TextProblem as problem:
                code = problem.code
            if self.kind is not None and not self.kind.code():
                code = "required"
        self._show_problem(code)
        return code

    def _show_problem(self, code: str) -> None:
        self.edit.setProperty("problem", bool(code))
        self.edit.style().unpolish(self.edit)
        self.edit.style().polish(self.edit)
        self.problem.setText(problem_text(code) if code else "")
        self.problem.setVisible(bool(code))
        self.edit.setAccessibleDescription(self.problem.text())

    def _on_edited(self) -> None:
        if self.problem.isVisible():
            self._show_problem("")
        self.changed.emit()

    def _on_editing_finished(self) -> None:
        parent = self.parent()
        if isinstance(parent, AddressListEditor):
            self.check(parent.region)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and watched is self.edit:
            key, modifiers = event.key(), event.modifiers()  # type: ignore[attr-defined]
            # Enter alone belongs to the form; with Ctrl+Shift it begins another line.
            wanted = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and modifiers == wanted:
                self.submitted.emit()
                return True
        return super().eventFilter(watched, event)


class _QuietCombo(QComboBox):
    """A combo box that the wheel does not change in passing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @override
    def wheelEvent(self, event: Any) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _LabelCombo(_QuietCombo):
    """The standard labels, and any text of the user's own."""

    def __init__(self, labels: Sequence[str], present: str) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = self.lineEdit()
        assert line is not None
        line.setPlaceholderText(_("Label"))
        self.addItem("", "")
        for label in labels:
            self.addItem(address_label(label), label)
        self.setMinimumContentsLength(7)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setEditText(address_label(present))
        line.setCursorPosition(0)

    def code(self) -> str:
        """The label as it is stored: a code, or the user's own text."""
        text = self.currentText().strip()
        folded = text.casefold()
        return next((code for code in STANDARD_LABELS if address_label(code).casefold() == folded), text)


class _MessengerCombo(_QuietCombo):
    """The messengers and networks that are known, and any other by its name."""

    def __init__(self, present: str) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for kind, name in MESSENGERS.items():
            self.addItem(name, kind)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(12)
        self.setEditText(messenger_label(present) if present else MESSENGERS["telegram"])

    def code(self) -> str:
        """The kind as it is stored."""
        folded = self.currentText().strip().casefold()
        return next((kind for kind, name in MESSENGERS.items() if name.casefold() == folded), folded)
