"""Operations on the classes of contacts: add, rename, remove."""

from sqlalchemy import func, insert, select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.errors import ExpectedError, NotFound
from ulkacrm_desktop.models import GENERAL_CLASS, Contact, ContactClass
from ulkacrm_desktop.services.operations.names import free_name
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.CLASS_ADDED)
def add_class(write: Write, *, name: str) -> int:
    """Make a class; answers its id. Raises InvalidInput."""
    made = insert_class(write, name)
    write.facts["name"] = class_name(write, made)
    return made


@operation(OperationKind.CLASS_CHANGED)
def rename_class(write: Write, *, class_id: int, name: str) -> None:
    """Call a class otherwise. Raises NotFound, InvalidInput."""
    present = class_name(write, class_id)
    columns = free_name(write, ContactClass, name, but=class_id)
    write.facts["name"] = present
    if columns["name"] != present:
        write.facts["new_name"] = columns["name"]
        write.connection.execute(
            update(ContactClass).where(ContactClass.id == class_id).values(version=ContactClass.version + 1, **columns)
        )


@operation(OperationKind.CLASS_REMOVED)
def remove_class(write: Write, *, class_id: int, successor_id: int = GENERAL_CLASS) -> int:
    """Take a class away; its contacts go to another one. Answers how many they are.

    Raises NotFound, and ExpectedError ``class_is_general``: the class of contacts without another one stays.
    """
    name = class_name(write, class_id)
    if class_id == GENERAL_CLASS:
        raise ExpectedError("class_is_general", name=name)
    if successor_id == class_id:
        raise NotFound("class_not_found", class_id=class_id)
    successor = class_name(write, successor_id)
    # Contacts that are away too, so that they do not come back to a class that is gone.
    held = Contact.class_id == class_id
    present = select(func.count()).select_from(Contact).where(held, Contact.removed_in.is_(None))
    count = write.connection.execute(present).scalar_one()
    write.connection.execute(update(Contact).where(held).values(class_id=successor_id, version=Contact.version + 1))
    write.connection.execute(
        update(ContactClass)
        .where(ContactClass.id == class_id)
        .values(removed_in=write.operation_id, version=ContactClass.version + 1)
    )
    write.facts |= {"name": name, "count": count, "successor": successor}
    return count


def insert_class(write: Write, name: str) -> int:
    """Make a class as part of any operation; answers its id. Raises InvalidInput."""
    columns = free_name(write, ContactClass, name)
    return write.connection.execute(insert(ContactClass).values(**columns).returning(ContactClass.id)).scalar_one()


def class_name(write: Write, class_id: int) -> str:
    """The name of a present class. Raises NotFound."""
    name = write.connection.execute(
        select(ContactClass.name).where(ContactClass.id == class_id, ContactClass.removed_in.is_(None))
    ).scalar_one_or_none()
    if name is None:
        raise NotFound("class_not_found", class_id=class_id)
    return name
