"""What the database says of itself: how much is in it, which schema, how large; and the gauge of contacts."""

import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select, text

from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import Operation, Property, Setting, Tag
from ulkacrm_desktop.services.queries.contact_order import all_present

CONTACT_LIMIT: Final = "contact_limit"
"""The key of the setting that holds the owner's limit: a whole number as JSON, or null."""


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """Counts of what is present, the revision of the schema, the engine, and the size in bytes."""

    contacts: int
    tags: int
    properties: int
    operations: int
    schema: str
    engine: str
    size: int


@dataclass(frozen=True, slots=True)
class ContactGauge:
    """How many contacts are stored, the limit set by the owner, and how many are left; None without a limit."""

    count: int
    limit: int | None

    @property
    def left(self) -> int | None:
        """How many more may come, never below zero."""
        return None if self.limit is None else max(0, self.limit - self.count)


def database_facts(connection: Connection) -> DatabaseFacts:
    """What is in the database."""

    def present(mapped: type[Tag | Property]) -> int:
        counted = select(func.count()).select_from(mapped).where(mapped.removed_in.is_(None))
        return connection.execute(counted).scalar_one()

    return DatabaseFacts(
        contacts=all_present(connection),
        tags=present(Tag),
        properties=present(Property),
        operations=connection.execute(select(func.count()).select_from(Operation)).scalar_one(),
        schema=connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one(),
        engine=connection.dialect.name,
        size=_size(connection),
    )


def contact_gauge(connection: Connection) -> ContactGauge:
    """How full the database is by the owner's own measure."""
    value = connection.execute(select(Setting.value).where(Setting.key == CONTACT_LIMIT)).scalar_one_or_none()
    limit = None if value is None else json.loads(value)
    return ContactGauge(all_present(connection), limit if isinstance(limit, int) else None)


def _size(connection: Connection) -> int:
    if is_local(connection):
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        return int(pages) * int(connection.execute(text("PRAGMA page_size")).scalar_one())
    return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
