"""The form of a contact: a new one, or all fields of one that is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.changes import FieldConflict
from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyDefinition
from ulkacrm_desktop.core.contact_input import ContactInput, PictureChange
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, InvalidInput
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.operations.contacts import create_contact, set_avatar, update_contact
from ulkacrm_desktop.services.queries.classes import ContactClassRow, contact_classes
from ulkacrm_desktop.services.queries.contact_documents import avatar, contact_document
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.queries.users import CrmUserRow, crm_users
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.forms.phone_region import system_region
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.profile.contact_fields import ContactFields
from ulkacrm_desktop.ui.profile.duplicates_panel import DuplicatesPanel
from ulkacrm_desktop.ui.profile.profile_data import Profile, known_chips, read_profile
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.rows import Chip
from ulkacrm_desktop.ui.theme import GRID


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One attempt to save, as it is handed to the writer."""

    contact: ContactInput
    seen: ContactDocument | None
    picture: bytes | None
    picture_seen: bytes | None
    picture_changed: bool


@dataclass(frozen=True, slots=True)
class _Choices:
    """What a new contact can be given."""

    definitions: tuple[PropertyDefinition, ...]
    tags: tuple[Chip, ...]
    users: tuple[CrmUserRow, ...]
    classes: tuple[ContactClassRow, ...]


class ContactForm(ContactFields):
    """Makes or changes a contact; shown by `open`.

    ``contact_id`` None is a new contact, which begins with ``name``. ``region`` is the country of phones
    without a country code, by default the system's. While it is typed, contacts that may be the same are
    shown. A newer edit of somebody else is shown field by field, to be taken or overwritten.
    """

    contact_saved = Signal(int)
    """The contact's id; the form has closed."""
    open_requested = Signal(int)
    """A contact that is there already is to be shown instead; the form has closed."""

    def __init__(
        self,
        parent: QWidget | None,
        workspace: Workspace,
        runner: TaskRunner,
        contact_id: int | None,
        *,
        name: str = "",
        region: str | None = None,
    ) -> None:
        title = _("New contact") if contact_id is None else _("Edit contact")
        verb = _("Create contact") if contact_id is None else _("Save")
        super().__init__(title, verb, problem_text=problem_text, parent=parent)
        self.setObjectName("contact_form")
        self._workspace = workspace
        self._runner = runner
        self._contact_id = contact_id
        self._region = system_region() if region is None else region
        self._seen: ContactDocument | None = None
        self._picture: bytes | None = None
        self.build_fields(self._region)
        self.duplicates = DuplicatesPanel(workspace, runner, but=contact_id, region=self._region)
        self.duplicates.open_requested.connect(self._on_open_requested)
        holder = QVBoxLayout()
        holder.setContentsMargins(3 * GRID, GRID, 3 * GRID, 0)
        holder.addWidget(self.duplicates)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertLayout(1, holder)
        self.edited.connect(self._on_edited)
        self.submitted.connect(self._on_submitted)
        self.show_input(ContactInput(name))
        self._set_size()
        self._body.setEnabled(False)
        self._load()

    def _set_size(self) -> None:
        screen = self.screen() or QGuiApplication.primaryScreen()
        height = screen.availableGeometry().height() if screen is not None else 800
        self.resize(82 * GRID, min(98 * GRID, height - 10 * GRID))

    # Reading

    def _load(self) -> None:
        workspace, contact_id = self._workspace, self._contact_id
        if contact_id is None:
            self._runner.run(lambda: _read_choices(workspace), self._on_choices, self._on_load_failed)
        else:
            self._runner.run(lambda: read_profile(workspace, contact_id), self._on_profile, self._on_load_failed)

    def _on_choices(self, choices: _Choices) -> None:
        definitions = choices.definitions
        self.add_properties(definitions)
        self.show_known_tags(choices.tags)
        self.show_people(choices.users, choices.classes)
        for definition in definitions:
            self.set_field(f"property:{definition.id}", definition.default)
        self._ready()
        self._on_edited()

    def _on_profile(self, profile: Profile) -> None:
        self.add_properties(profile.definitions)
        self.show_known_tags(profile.known_tags)
        self.show_people(profile.users, profile.classes)
        self._seen, self._picture = profile.contact, profile.picture
        self.show_input(ContactInput.of(profile.contact))
        self.avatar.set_image(profile.picture)
        self._ready()

    def _ready(self) -> None:
        self._body.setEnabled(True)
        self.line("name").setFocus()

    def _on_load_failed(self, error: BaseException) -> None:
        self._submit.setEnabled(False)
        if not isinstance(error, ExpectedError):
            self.show_failure(_("The contact cannot be read."))
            raise error
        self.show_failure(error_text(error))
        self._submit.setEnabled(False)

    # Checking

    @override
    def check(self) -> Mapping[str, str]:
        problems = dict(self.problems_of_editors())
        if any(key.startswith("property:") for key in problems):
            contact = ContactInput(self.line("name").text())
            return problems | contact.problems()
        return self.input().problems(self._definitions, self._region) | problems

    @override
    def show_problems(self, problems: Mapping[str, str]) -> None:
        super().show_problems(problems)
        for key in ("emails", "phones", "messengers"):
            # The faulty line says it itself.
            if self.addresses(key).problem():
                self._fields[key].problem.hide()

    def _on_edited(self) -> None:
        self.duplicates.typed(
            self.line("name").text(), self.addresses("emails").texts(), self.addresses("phones").texts()
        )

    def _on_open_requested(self, contact_id: int) -> None:
        self.reject()
        self.open_requested.emit(contact_id)

    # Saving

    def _on_submitted(self) -> None:
        wanted = _Wanted(self.input(), self._seen, self.avatar.image(), self._picture, self.avatar.is_changed)
        workspace, region, contact_id = self._workspace, self._region, self._contact_id
        self._runner.write(lambda: _save(workspace, contact_id, wanted, region), self._on_saved, self._on_failed)

    def _on_saved(self, contact_id: int) -> None:
        self.saved()
        self.contact_saved.emit(contact_id)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, EditConflict):
            self._read_theirs(error)
        elif isinstance(error, InvalidInput):
            self.show_problems(error.problems)
        elif isinstance(error, ExpectedError):
            self.show_failure(error_text(error, {d.id: d.name for d in self._definitions}))
        else:
            self.show_failure(_("Something went wrong inside the program; nothing was saved."))
            raise error

    def _read_theirs(self, error: EditConflict) -> None:
        """Read what is there now, to show it and to save against it next time."""
        workspace, contact_id = self._workspace, self._contact_id
        assert contact_id is not None
        conflicts = error.facts.get("fields")
        keys = [c.field for c in conflicts if isinstance(c, FieldConflict)] if isinstance(conflicts, list) else []

        def read() -> tuple[ContactDocument, bytes | None]:
            with workspace.reading() as connection:
                return contact_document(connection, contact_id), avatar(connection, contact_id)

        self._runner.run(read, lambda present: self._show_theirs(keys, *present), self._on_failed)

    def _show_theirs(self, keys: list[str], present: ContactDocument, picture: bytes | None) -> None:
        seen = self._seen
        assert seen is not None
        mine = self.input().changes_from(seen)
        touched = {key for key in mine if key != "properties"} | {f"property:{i}" for i in mine.get("properties", {})}
        for key, was, now in _differences(seen, present):
            # What only the others have changed is taken over silently: nothing of mine is lost by it.
            if key not in touched and was != now and key not in keys:
                self.set_field(key, now)
        if not self.avatar.is_changed:
            self.avatar.set_image(picture)
        self._seen, self._picture = present, picture
        theirs = {key: self._theirs(key, present, picture) for key in keys}
        self.show_conflict(_("Somebody has saved this contact meanwhile. Take their values or keep yours."), theirs)

    def _theirs(self, key: str, present: ContactDocument, picture: bytes | None) -> tuple[str, Any]:
        value: Any
        if key == "avatar":
            value = picture
        elif key.startswith("property:"):
            value = present.properties.get(int(key.removeprefix("property:")))
        else:
            value = getattr(present, key)
        return self.words_of(key, value), value

    @override
    def take_theirs(self, key: str, value: Any) -> None:
        self.set_field(key, value)


def _read_choices(workspace: Workspace) -> _Choices:
    with workspace.reading() as connection:
        return _Choices(
            property_definitions(connection),
            known_chips(connection),
            crm_users(connection, workspace.actor),
            contact_classes(connection),
        )


def _differences(seen: ContactDocument, present: ContactDocument) -> list[tuple[str, Any, Any]]:
    """Every field of the form with what it was and what it is."""
    of_seen, of_present = ContactInput.of(seen), ContactInput.of(present)
    pairs = [
        (key, getattr(of_seen, key), getattr(of_present, key)) for key in ContactInput.__slots__ if key != "properties"
    ]
    ids = {**seen.properties, **present.properties}
    return pairs + [(f"property:{i}", seen.properties.get(i), present.properties.get(i)) for i in ids]


def _save(workspace: Workspace, contact_id: int | None, wanted: _Wanted, region: str) -> int:
    """Write what is wanted, on the writer's lane and as one operation; answers the contact's id."""
    if contact_id is None or wanted.seen is None:
        made = workspace.perform(create_contact, contact=wanted.contact, picture=wanted.picture, region=region)
        return made.result
    picture = PictureChange(wanted.picture, wanted.picture_seen) if wanted.picture_changed else None
    changes = wanted.contact.changes_from(wanted.seen)
    if changes:
        workspace.perform(
            update_contact, contact_id=contact_id, changes=changes, seen=wanted.seen, picture=picture, region=region
        )
    elif picture is not None:
        workspace.perform(set_avatar, contact_id=contact_id, image=picture.image, seen=picture.seen)
    return contact_id
