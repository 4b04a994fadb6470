"""Tags: how many contacts bear each, and those that complete what is typed."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import Tag


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag; ``color`` is '' for the usual one."""

    id: int
    name: str
    color: str = ""


@dataclass(frozen=True, slots=True)
class TagUse:
    """A tag with the number of present contacts that bear it."""

    id: int
    name: str
    color: str
    count: int


def tags(connection: Connection) -> tuple[TagUse, ...]:
    """All tags in order of their names, with the number of contacts of each."""
    # All are counted from the index alone, then the few whose contact is removed are taken off.
    borne = _counted(connection, "SELECT tag_id, count(*) FROM contact_tag GROUP BY tag_id")
    gone = _counted(
        connection,
        # A cross join is carried out in this order.
        "SELECT t.tag_id, count(*) FROM contact c CROSS JOIN contact_tag t "
        "WHERE c.removed_in IS NOT NULL AND t.contact_id = c.id GROUP BY t.tag_id",
    )
    present = select(Tag.id, Tag.name, Tag.color).where(Tag.removed_in.is_(None))
    return tuple(
        TagUse(row.id, row.name, row.color or "", borne.get(row.id, 0) - gone.get(row.id, 0))
        for row in connection.execute(present.order_by(Tag.name_key, Tag.id))
    )


def _counted(connection: Connection, sql: str) -> dict[int, int]:
    return {row[0]: row[1] for row in connection.execute(text(sql))}


def matching_tags(connection: Connection, typed: str, limit: int = 20) -> tuple[TagRow, ...]:
    """The tags whose name begins as typed, then those in which a later word does, each by name."""
    key = fold(typed)
    found = [
        (not name_key.startswith(key), name_key, TagRow(tag_id, name, color or ""))
        for tag_id, name, name_key, color in connection.execute(
            select(Tag.id, Tag.name, Tag.name_key, Tag.color).where(Tag.removed_in.is_(None))
        )
        if name_key.startswith(key) or f" {key}" in name_key
    ]
    return tuple(row for _, _, row in sorted(found, key=lambda entry: entry[:2])[:limit])


def tag_named(connection: Connection, name: str) -> TagRow | None:
    """The tag of this name, in whatever case and with whatever blanks it is written."""
    found = connection.execute(
        select(Tag.id, Tag.name, Tag.color).where(
            Tag.name_key == fold(" ".join(name.split())), Tag.removed_in.is_(None)
        )
    ).one_or_none()
    return None if found is None else TagRow(found.id, found.name, found.color or "")
