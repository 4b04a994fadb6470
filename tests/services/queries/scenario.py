"""Contacts that exist for the time of one example only: written, asked about, and rolled back."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_document import EmailEntry, PhoneEntry
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.db.derived import refresh_derived
from ulkacrm_desktop.services.operations.contact_record import insert_contact
from ulkacrm_desktop.services.workspace import Workspace, Write, operation


class _RolledBack(Exception):  # noqa: N818
    """Nothing of an example is kept."""


def with_contacts(
    workspace: Workspace,
    contacts: Sequence[ContactInput],
    check: Callable[[Connection, list[int]], None],
    before: Callable[[Write], None] = lambda _write: None,
) -> None:
    """Call ``check`` with a connection that sees these contacts, and their ids in the order given."""

    @operation(OperationKind.CONTACT_CREATED)
    def scenario(write: Write) -> None:
        before(write)
        ids = [
            insert_contact(write, {name: getattr(contact, name) for name in ContactInput.__slots__}, region="RU")
            for contact in contacts
        ]
        refresh_derived(write.connection, write.operation_id)
        check(write.connection, ids)
        raise _RolledBack

    try:
        workspace.perform(scenario)
    except _RolledBack:
        return
    raise AssertionError("the example was kept")


def person(name: str, *, emails: Sequence[str] = (), phones: Sequence[str] = (), **values: object) -> ContactInput:
    """A contact with these emails and phones."""
    contact = ContactInput(
        name=name,
        emails=tuple(EmailEntry(address) for address in emails),
        phones=tuple(PhoneEntry(number) for number in phones),
    )
    return replace(contact, **values)  # type: ignore[arg-type]
