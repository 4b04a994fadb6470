"""The notes of a contact: the general one on top, then the dated ones, newest first."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from ulkacrm_desktop.core.changes import FieldConflict
from ulkacrm_desktop.core.contact_document import ContactDocument
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, InvalidInput
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.queries.notes import NoteRow
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.profile.note_cards import NoteCard, NoteEditor
from ulkacrm_desktop.ui.profile.profile_writes import ProfileWrites
from ulkacrm_desktop.ui.profile.property_line import ValueLabel
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font
from ulkacrm_desktop.ui.widgets.empty_state import EmptyAction, EmptyState


class NotesTab(QScrollArea):
    """Reads from `show_notes`; writes through `ProfileWrites`. One editor is open at a time."""

    outdated = Signal()
    """A note turned out to be another one than is shown: read the notes again."""

    def __init__(self, writes: ProfileWrites, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notes")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._writes = writes
        self._contact: ContactDocument | None = None
        self._notes: tuple[NoteRow, ...] = ()
        self._cards: dict[int, NoteCard] = {}
        self._edited: NoteRow | None = None
        self._awaits_theirs = False
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._build_general())
        self.add = QPushButton(icon("plus", IconRole.TEXT), _("New note"))
        self.add.setObjectName("new_note")
        self.add.clicked.connect(self.begin_note)
        layout.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.editor = NoteEditor()
        self.editor.hide()
        self.editor.saved.connect(self._on_saved)
        self.editor.cancelled.connect(self._close_editor)
        self.editor.theirs_taken.connect(self._on_theirs_taken)
        layout.addWidget(self.editor)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID)
        layout.addLayout(self._list)
        self.empty = EmptyState()
        self.empty.show_state(
            "sticky-note",
            _("No notes yet"),
            _("Keep what was said and agreed; notes date themselves."),
            [EmptyAction("write_note", _("Write a note"), "plus")],
        )
        self.empty.chosen.connect(lambda _key: self.begin_note())
        layout.addWidget(self.empty, 1)
        layout.addStretch(0)
        self.setWidget(body)
        body.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def _build_general(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("panel", True)
        heading = QLabel(_("General note"))
        heading.setProperty("tone", "muted")
        heading.setFont(font(TextSize.CAPTION))
        pencil = QToolButton()
        pencil.setObjectName("edit_general_note")
        pencil.setIcon(icon("pencil", IconRole.MUTED))
        pencil.setIconSize(QSize(14, 14))
        pencil.setToolTip(_("Edit the general note (F2)"))
        pencil.setAccessibleName(_("Edit the general note"))
        pencil.clicked.connect(self.edit_general)
        self.general = ValueLabel()
        self.general.setObjectName("general_note")
        self.general.edit_requested.connect(self.edit_general)
        self.general_editor = NoteEditor(with_title=False, verb=_("Save"))
        self.general_editor.setObjectName("general_note_editor")
        self.general_editor.hide()
        self.general_editor.saved.connect(self._on_general_saved)
        self.general_editor.cancelled.connect(self._close_general)
        self.general_editor.theirs_taken.connect(lambda _title, _body: self._close_general())
        head = QHBoxLayout()
        head.addWidget(heading, 1)
        head.addWidget(pencil)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(2 * GRID, GRID, GRID, GRID + HALF)
        layout.setSpacing(HALF)
        layout.addLayout(head)
        layout.addWidget(self.general)
        layout.addWidget(self.general_editor)
        return frame

    # What is shown

    def show_notes(self, contact: ContactDocument, notes: tuple[NoteRow, ...]) -> None:
        """Show a contact's notes; an editor that is open on the same contact stays open."""
        if self._contact is None or self._contact.id != contact.id:
            self._close_general()
            self._close_editor()
        self._contact = contact
        self._notes = notes
        self._show_general()
        self._show_cards()
        if self._awaits_theirs:
            self._show_theirs()

    def _show_general(self) -> None:
        text = self._contact.notes if self._contact is not None else ""
        self.general.setText(text or _("Nothing yet. What everybody should know of this contact."))
        self.general.setProperty("tone", "" if text else "muted")
        self.general.style().unpolish(self.general)
        self.general.style().polish(self.general)
        self.general.setAccessibleName(_("General note: {text}").format(text=text or _("empty")))

    def _show_cards(self) -> None:
        shown = {note.id: note for note in self._notes}
        for note_id, card in list(self._cards.items()):
            if shown.get(note_id) != card.note:
                self._list.removeWidget(card)
                card.hide()
                card.deleteLater()
                del self._cards[note_id]
        for place, note in enumerate(self._notes):
            if note.id not in self._cards:
                card = self._cards[note.id] = NoteCard(note)
                card.edit_requested.connect(self._on_edit)
                card.remove_requested.connect(self._writes.remove_note)
            self._list.insertWidget(place, self._cards[note.id])
        self._show_parts()

    def _show_parts(self) -> None:
        writing = not self.editor.isHidden()
        self.empty.setVisible(not self._notes and not writing)
        self.add.setVisible(bool(self._notes) and not writing)
        for note_id, card in self._cards.items():
            card.setVisible(not (writing and self._edited is not None and self._edited.id == note_id))

    # Dated notes

    def begin_note(self) -> None:
        """Open the editor for a new note."""
        self._edited = None
        self._open_editor("", "")

    def _on_edit(self, note_id: int) -> None:
        note = next((note for note in self._notes if note.id == note_id), None)
        if note is not None:
            self._edited = note
            self._open_editor(note.title, note.body)

    def _open_editor(self, title: str, body: str) -> None:
        self.editor.show()
        self._show_parts()
        self.editor.begin(title, body)
        self.ensureWidgetVisible(self.editor)

    def _close_editor(self) -> None:
        if self.editor.isHidden():
            return
        self.editor.hide()
        self.editor.setEnabled(True)
        self._awaits_theirs = False
        edited, self._edited = self._edited, None
        self._show_parts()
        card = self._cards.get(edited.id) if edited is not None else None
        (card or self.add).setFocus()

    def _on_saved(self, title: str, body: str) -> None:
        contact, edited = self._contact, self._edited
        if contact is None:
            return
        if edited is None:
            self._writes.add_note(contact.id, title, body, self, self._close_editor, self._on_refused)
            return
        version = edited.version
        if self.editor.overwrites:
            version = next((note.version for note in self._notes if note.id == edited.id), version)
        self._writes.change_note(edited.id, version, title, body, self, self._close_editor, self._on_refused)

    def _on_refused(self, error: ExpectedError) -> None:
        if isinstance(error, EditConflict):
            # What is shown may not have followed yet: shown once it has.
            self._awaits_theirs = True
            self.outdated.emit()
        elif isinstance(error, InvalidInput):
            self.editor.show_problem(" ".join(problem_text(code) for code in error.problems.values()))
        else:
            self.editor.show_problem(error_text(error))

    def _show_theirs(self) -> None:
        edited = self._edited
        present = next((note for note in self._notes if edited is not None and note.id == edited.id), None)
        if edited is not None and present is not None and present.version != edited.version:
            self._awaits_theirs = False
            self.editor.show_theirs(present.title, present.body)

    def _on_theirs_taken(self, _title: str, _body: str) -> None:
        self._close_editor()

    # The general note

    def edit_general(self) -> None:
        """Open the editor of the general note."""
        if self._contact is None or not self.general_editor.isHidden():
            return
        self._seen = self._contact
        self.general.hide()
        self.general_editor.show()
        self.general_editor.begin(body=self._contact.notes)

    _seen: ContactDocument | None = None

    def _close_general(self) -> None:
        if self.general_editor.isHidden():
            return
        self.general_editor.hide()
        self.general_editor.setEnabled(True)
        self.general.show()
        self.general.setFocus()

    def _on_general_saved(self, _title: str, body: str) -> None:
        seen = self._seen
        if seen is None:
            return
        if body.strip() == seen.notes.strip():
            self._close_general()
            return
        self._writes.set_general_note(
            seen,
            body,
            self,
            self._close_general,
            self._on_general_refused,
            overwrite=self.general_editor.overwrites,
        )

    def _on_general_refused(self, error: ExpectedError) -> None:
        conflicts = error.facts.get("fields") if isinstance(error, EditConflict) else None
        if isinstance(conflicts, list) and conflicts and isinstance(conflicts[0], FieldConflict):
            self.general_editor.show_theirs("", str(conflicts[0].present or ""))
        else:
            self.general_editor.show_problem(error_text(error))
