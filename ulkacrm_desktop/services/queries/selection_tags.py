"""Which tags the contacts of a selection bear: what can be taken off them."""

from sqlalchemy import Connection, func, select

from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.models import ContactTag, Tag
from ulkacrm_desktop.services.queries.contacts import selected_ids
from ulkacrm_desktop.services.queries.tags import TagUse


def tags_of_selection(connection: Connection, selection: ContactSelection) -> tuple[TagUse, ...]:
    """The tags of these contacts, each with how many of them bear it, the most frequent first."""
    borne = (
        select(ContactTag.tag_id, func.count().label("bearers"))
        .where(ContactTag.contact_id.in_(selected_ids(connection, selection)))
        .group_by(ContactTag.tag_id)
        .subquery()
    )
    listed = (
        select(Tag.id, Tag.name, Tag.color, borne.c.bearers)
        .join(borne, borne.c.tag_id == Tag.id)
        .where(Tag.removed_in.is_(None))
        .order_by(borne.c.bearers.desc(), Tag.name_key)
    )
    return tuple(TagUse(row.id, row.name, row.color or "", row.bearers) for row in connection.execute(listed))
