"""Operations on notes: add, change, remove."""

from sqlalchemy import delete, insert, select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.errors import EditConflict, InvalidInput, NotFound
from ulkacrm_desktop.core.text.problem import has_control_characters
from ulkacrm_desktop.models import Contact, Note
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.NOTE_ADDED)
def add_note(write: Write, *, contact_id: int, body: str, title: str = "") -> int:
    """Write a note about a contact; answers the note's id. Raises NotFound, InvalidInput."""
    _check(title, body)
    contact = write.connection.execute(
        select(Contact.name, Contact.class_id).where(Contact.id == contact_id, Contact.removed_in.is_(None))
    ).one_or_none()
    if contact is None:
        raise NotFound("contact_not_found", contact=contact_id)
    write.facts["name"] = contact.name
    return write.connection.execute(
        insert(Note)
        .values(
            contact_id=contact_id,
            class_id=contact.class_id,
            title=title.strip() or None,
            body=body.strip(),
            created_at=write.at,
        )
        .returning(Note.id)
    ).scalar_one()


@operation(OperationKind.NOTE_CHANGED)
def change_note(write: Write, *, note_id: int, version: int, body: str, title: str = "") -> None:
    """Change a note that was seen at ``version``. Raises NotFound, InvalidInput, EditConflict."""
    _check(title, body)
    _tell(write, note_id)
    columns = {"title": title.strip() or None, "body": body.strip()}
    changed = write.connection.execute(
        update(Note).where(Note.id == note_id, Note.version == version).values(version=Note.version + 1, **columns)
    ).rowcount
    if not changed:
        raise EditConflict("changed_since", fields=[], total=1)


@operation(OperationKind.NOTE_REMOVED)
def remove_note(write: Write, *, note_id: int) -> None:
    """Remove a note; an undo brings it back. Raises NotFound."""
    _tell(write, note_id)
    write.connection.execute(delete(Note).where(Note.id == note_id))


def _check(title: str, body: str) -> None:
    if not body.strip():
        raise InvalidInput({"body": "required"})
    if has_control_characters(title + body):
        raise InvalidInput({"body": "control_character"})


def _tell(write: Write, note_id: int) -> None:
    name = write.connection.execute(
        select(Contact.name)
        .join(Note, Note.contact_id == Contact.id)
        .where(Note.id == note_id, Contact.removed_in.is_(None))
    ).scalar_one_or_none()
    if name is None:
        raise NotFound("note_not_found", note=note_id)
    write.facts["name"] = name
