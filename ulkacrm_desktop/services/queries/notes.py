"""The notes about a contact."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ulkacrm_desktop.models import Contact, CrmUser, Note


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A dated note; ``author`` is '' where nobody is known. ``version`` is given back when it is changed."""

    id: int
    title: str
    body: str
    created_at: datetime
    author: str
    version: int


def notes(connection: Connection, contact_id: int) -> tuple[NoteRow, ...]:
    """All notes about a contact, the newest first; none of one that is removed."""
    found = connection.execute(
        select(Note.id, Note.title, Note.body, Note.created_at, CrmUser.name.label("author"), Note.version)
        .join(Contact, Contact.id == Note.contact_id)
        .outerjoin(CrmUser, CrmUser.id == Note.author_id)
        .where(Note.contact_id == contact_id, Contact.removed_in.is_(None))
        .order_by(Note.created_at.desc(), Note.id.desc())
    )
    return tuple(
        NoteRow(row.id, row.title or "", row.body, row.created_at, row.author or "", row.version) for row in found
    )
