"""The classes of contacts."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import GENERAL_CLASS, Contact, ContactClass
from ulkacrm_desktop.services.queries.contact_order import all_present


@dataclass(frozen=True, slots=True)
class ContactClassRow:
    """A class of contacts."""

    id: int
    name: str

    @property
    def is_general(self) -> bool:
        """Whether it is the class that every contact has until another is chosen; it stays."""
        return self.id == GENERAL_CLASS


def contact_classes(connection: Connection) -> tuple[ContactClassRow, ...]:
    """All classes, the general one first, the others by name."""
    present = select(ContactClass.id, ContactClass.name).where(ContactClass.removed_in.is_(None))
    ordered = present.order_by(ContactClass.id != GENERAL_CLASS, ContactClass.name_key, ContactClass.id)
    return tuple(ContactClassRow(row.id, row.name) for row in connection.execute(ordered))


def find_class(connection: Connection, name: str) -> ContactClassRow | None:
    """The class of this name, in whatever case and with whatever blanks it is written."""
    found = connection.execute(
        select(ContactClass.id, ContactClass.name).where(
            ContactClass.name_key == fold(" ".join(name.split())), ContactClass.removed_in.is_(None)
        )
    ).one_or_none()
    return None if found is None else ContactClassRow(found.id, found.name)


def class_counts(connection: Connection) -> dict[int, int]:
    """How many present contacts each class has, by its id; empty classes but the general one are absent."""
    counted = (
        select(Contact.class_id, func.count().label("contacts"))
        .where(Contact.removed_in.is_(None), Contact.class_id != GENERAL_CLASS)
        .group_by(Contact.class_id)
    )
    counts = {row.class_id: row.contacts for row in connection.execute(counted)}
    # Of the general one nothing is counted: it has all that the others have not.
    return {GENERAL_CLASS: all_present(connection) - sum(counts.values())} | counts
