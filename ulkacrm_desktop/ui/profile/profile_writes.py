"""What is changed on a profile at once, without a form; all of it on the writer's lane."""

from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Signal

from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyValue
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.operations.assignments import set_class, set_responsible
from ulkacrm_desktop.services.operations.contacts import update_contact
from ulkacrm_desktop.services.operations.notes import add_note, change_note, remove_note
from ulkacrm_desktop.services.operations.properties import set_property_value
from ulkacrm_desktop.services.operations.tags import add_tags, remove_tags
from ulkacrm_desktop.services.workspace import Outcome, Workspace, WriteOperation
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

Refused = Callable[[ExpectedError], object]
Done = Callable[[], object]


class ProfileWrites(QObject):
    """Carries out the small changes of a profile.

    A refusal goes to the ``refused`` of the widget that asked, and where that is gone or has none, to `failed`
    as a sentence: no change is lost silently.
    """

    failed = Signal(str)

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner

    def set_property(
        self,
        contact_id: int,
        property_id: int,
        value: PropertyValue | None,
        owner: QObject,
        refused: Refused,
        *,
        seen: PropertyValue | None,
    ) -> None:
        """Set one property's value; a newer one of somebody else than was seen is a conflict."""
        self._write(
            set_property_value,
            owner,
            None,
            refused,
            contact_id=contact_id,
            property_id=property_id,
            value=value,
            seen=seen,
        )

    def add_tag(self, contact_id: int, name: str) -> None:
        """Tag the contact, making the tag where it is new."""
        self._write(add_tags, self, None, None, selection=ContactSelection.of(contact_id), names=[name])

    def remove_tag(self, contact_id: int, name: str) -> None:
        """Take a tag off."""
        self._write(remove_tags, self, None, None, selection=ContactSelection.of(contact_id), names=[name])

    def set_responsible(self, contact_id: int, user_id: int | None) -> None:
        """Make a user responsible for the contact, or nobody."""
        self._write(set_responsible, self, None, None, selection=ContactSelection.of(contact_id), user_id=user_id)

    def set_class(self, contact_id: int, class_id: int) -> None:
        """Give the contact a class."""
        self._write(set_class, self, None, None, selection=ContactSelection.of(contact_id), class_id=class_id)

    def set_general_note(
        self, seen: ContactDocument, text: str, owner: QObject, done: Done, refused: Refused, *, overwrite: bool
    ) -> None:
        """Set the general note; without ``overwrite`` a newer one of somebody else is a conflict."""
        self._write(
            update_contact,
            owner,
            done,
            refused,
            contact_id=seen.id,
            changes={"notes": text},
            seen=None if overwrite else seen,
        )

    def add_note(self, contact_id: int, title: str, body: str, owner: QObject, done: Done, refused: Refused) -> None:
        """Write a note."""
        self._write(add_note, owner, done, refused, contact_id=contact_id, title=title, body=body)

    def change_note(
        self, note_id: int, version: int, title: str, body: str, owner: QObject, done: Done, refused: Refused
    ) -> None:
        """Change the note that was seen at this version."""
        self._write(change_note, owner, done, refused, note_id=note_id, version=version, title=title, body=body)

    def remove_note(self, note_id: int) -> None:
        """Delete a note."""
        self._write(remove_note, self, None, None, note_id=note_id)

    def _write(
        self,
        operation: WriteOperation[Any, Any],
        owner: QObject,
        done: Done | None,
        refused: Refused | None,
        **values: Any,
    ) -> None:
        def on_done(_outcome: Outcome[Any]) -> None:
            if done is not None and shiboken6.isValid(owner):
                done()

        def on_failed(error: BaseException) -> None:
            if not isinstance(error, ExpectedError):
                raise error
            if refused is not None and shiboken6.isValid(owner):
                refused(error)
            elif shiboken6.isValid(self):
                self.failed.emit(error_text(error))

        self._runner.write(lambda: self._workspace.perform(operation, **values), on_done, on_failed)
