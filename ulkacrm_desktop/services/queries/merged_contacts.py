"""Where contacts went that were merged into others, and which ones went into a contact."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from ulkacrm_desktop.models import Contact


def primary_contacts(connection: Connection, contact_ids: Sequence[int]) -> dict[int, int]:
    """The present contact that each was merged into, by however many merges; what was not merged away is left out."""
    is_merged = Contact.merged_into_id.is_not(None), Contact.removed_in.is_not(None)
    led = (
        select(Contact.id.label("was"), Contact.merged_into_id.label("now"))
        .where(Contact.id.in_(contact_ids), *is_merged)
        .cte("led", recursive=True)
    )
    further = led.union(select(led.c.was, Contact.merged_into_id).where(Contact.id == led.c.now, *is_merged))
    found = select(further.c.was, Contact.id).where(Contact.id == further.c.now, Contact.removed_in.is_(None))
    return {row.was: row.id for row in connection.execute(found)}


def merged_contacts(connection: Connection, contact_id: int) -> dict[int, int | None]:
    """The contact and all that was merged into it, the latter's own merged ones too, each with what created it.

    The contact itself comes first. One that is unknown was created by nothing.
    """
    folded = select(Contact.id, Contact.created_in).where(Contact.id == contact_id).cte("folded", recursive=True)
    into = select(Contact.id, Contact.created_in).where(Contact.merged_into_id == folded.c.id)
    found = connection.execute(select(folded.union(into))).all()
    others = {row.id: row.created_in for row in sorted(found)}
    return {contact_id: others.pop(contact_id, None), **others}
