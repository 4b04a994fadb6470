"""The contacts that an operation is about, fixed at its beginning: what it changes must not change them."""

from typing import Final

from sqlalchemy import BigInteger, Select, column, func, select, table, text

from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import Change, Contact
from ulkacrm_desktop.services.queries.contacts import selected_ids
from ulkacrm_desktop.services.workspace import Write

_FEW: Final = 1_000
"""Up to so many given ids are repeated in each statement rather than kept in a table."""

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
