"""The contacts that an operation is about, fixed at its beginning: what it changes must not change them."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, column, func, select, table, text, update

from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.indexes import kept_up_together
from ulkacrm_desktop.db.journal import table_of
from ulkacrm_desktop.models import Change, Contact
from ulkacrm_desktop.services.queries.contacts import selected_ids
from ulkacrm_desktop.services.workspace import Write

_FEW: Final = 1_000
"""Up to so many given ids are repeated in each statement rather than kept in a table."""

AT_ONCE: Final = 20_000
"""SQLite keeps a copy of all pages that one statement changes: 300 MB for a million contacts."""

_CHOSEN: Final = table("chosen_contact", column("id", BigInteger))


def chosen_ids(write: Write, selection: ContactSelection) -> Select[int]:
    """A SELECT of the present contacts of a selection as they are now, for all statements of this operation."""
    wanted = selected_ids(write.connection, selection)
    if selection.query is None and len(selection.ids) <= _FEW:
        return wanted
    connection = write.connection
    connection.execute(text("DROP TABLE IF EXISTS chosen_contact"))
    kind = "INTEGER" if is_local(connection) else "bigint"
    connection.execute(text(f"CREATE TEMPORARY TABLE chosen_contact (id {kind} PRIMARY KEY)"))
    connection.execute(_CHOSEN.insert().from_select(["id"], wanted.distinct()))
    return select(_CHOSEN.c.id)


def change_contacts(write: Write, chosen: Select[int], where: ColumnElement[bool], **values: Any) -> int:
    """Give chosen contacts other values, as far as ``where`` holds; answers how many."""
    connection, contacts = write.connection, table_of(Contact)
    changing = update(Contact).where(where).values(version=Contact.version + 1, **values)
    many = int(connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one())
    with kept_up_together(connection, contacts, values, many):
        if many <= AT_ONCE or not is_local(connection):
            return connection.execute(changing.where(Contact.id.in_(chosen))).rowcount
        changed = 0
        for first, last in _stretches(write):
            stretch = select(_CHOSEN.c.id).where(_CHOSEN.c.id.between(first, last))
            changed += connection.execute(changing.where(Contact.id.in_(stretch))).rowcount
        return changed


def _stretches(write: Write) -> Iterator[tuple[int, int]]:
    """The first and the last id of each `AT_ONCE` chosen contacts."""
    numbered = select(_CHOSEN.c.id, (func.row_number().over(order_by=_CHOSEN.c.id) - 1).label("place")).subquery()
    stretch = numbered.c.place // AT_ONCE
    ends = select(func.min(numbered.c.id), func.max(numbered.c.id)).group_by(stretch).order_by(stretch)
    for first, last in write.connection.execute(ends).all():
        yield int(first), int(last)


def tell_contacts(write: Write, *tables: str) -> int:
    """Put into the facts how many contacts the operation has changed in these tables, and the name of a single one."""
    changed = (Change.operation_id == write.operation_id, Change.table_name.in_(tables))
    count = int(
        write.connection.execute(select(func.count(func.distinct(Change.contact_id))).where(*changed)).scalar_one()
    )
    write.facts["count"] = count
    if count == 1:
        named = select(Contact.name).join(Change, Change.contact_id == Contact.id).where(*changed).limit(1)
        write.facts["name"] = write.connection.execute(named).scalar_one()
    return count
