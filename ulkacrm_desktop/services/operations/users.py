"""Operations on users: add, rename, remove; and who performs an operation."""

from sqlalchemy import func, insert, select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.errors import ExpectedError, NotFound
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import Contact, CrmUser
from ulkacrm_desktop.services.operations.names import free_name, spare_name
from ulkacrm_desktop.services.operations.ownership import give_up_what_is_private
from ulkacrm_desktop.services.queries.users import CURRENT_USER, current_user
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.USER_ADDED)
def add_user(write: Write, *, name: str) -> int:
    """List somebody who works with the contacts; answers their id. Raises InvalidInput."""
    user = insert_user(write, name)
    write.facts["name"] = user_name(write, user)
    return user


@operation(OperationKind.USER_CHANGED)
def rename_user(write: Write, *, user_id: int, name: str) -> None:
    """Call somebody otherwise. Raises NotFound, InvalidInput."""
    known = resolved_user(write, user_id)
    present = user_name(write, known)
    columns = free_name(write, CrmUser, name, but=known)
    write.facts["name"] = present
    if columns["name"] != present:
        write.facts["new_name"] = columns["name"]
        write.connection.execute(
            update(CrmUser).where(CrmUser.id == known).values(version=CrmUser.version + 1, **columns)
        )


@operation(OperationKind.USER_REMOVED)
def remove_user(write: Write, *, user_id: int, successor_id: int | None = None) -> int:
    """Take somebody off the list; answers how many contacts they were responsible for.

    Those get the successor, or nobody. What was private to them goes with them, but for what others use: that becomes
    shared. Raises NotFound, and ExpectedError ``user_is_current``: whoever works here stays.
    """
    name = user_name(write, user_id)
    acting = current_user(write.connection, write.actor)
    if acting is not None and acting.id == user_id:
        raise ExpectedError("user_is_current", user=name)
    successor = resolved_user(write, successor_id)
    if successor == user_id:
        raise NotFound("user_not_found", user=user_id)
    # Contacts that are away too, so that they do not come back to somebody who is gone.
    held = Contact.responsible_id == user_id
    present = select(func.count()).select_from(Contact).where(held, Contact.removed_in.is_(None))
    count = write.connection.execute(present).scalar_one()
    write.connection.execute(update(Contact).where(held).values(responsible_id=successor, version=Contact.version + 1))
    give_up_what_is_private(write, user_id)
    write.connection.execute(
        update(CrmUser).where(CrmUser.id == user_id).values(removed_in=write.operation_id, version=CrmUser.version + 1)
    )
    write.facts |= {"name": name, "count": count}
    if successor is not None:
        write.facts["successor"] = user_name(write, successor)
    return count


def insert_user(write: Write, name: str) -> int:
    """List somebody as part of any operation; answers their id. Raises InvalidInput."""
    columns = free_name(write, CrmUser, name)
    return write.connection.execute(insert(CrmUser).values(**columns).returning(CrmUser.id)).scalar_one()


def acting_user(write: Write) -> int:
    """The id of whoever performs the operation, written down where they are not yet."""
    known = current_user(write.connection, write.actor)
    if known is not None:
        return known.id
    key = fold(" ".join(write.actor.split()))
    namesake = write.connection.execute(
        select(CrmUser.id, CrmUser.login).where(CrmUser.name_key == key, CrmUser.removed_in.is_(None))
    ).one_or_none()
    if namesake is not None and namesake.login is None:
        # A colleague was listed by the name of the account, who works here from now on.
        write.connection.execute(
            update(CrmUser).where(CrmUser.id == namesake.id).values(login=write.actor, version=CrmUser.version + 1)
        )
        return int(namesake.id)
    columns = spare_name(write, CrmUser, write.actor)
    return write.connection.execute(
        insert(CrmUser).values(login=write.actor, **columns).returning(CrmUser.id)
    ).scalar_one()


def resolved_user(write: Write, user_id: int | None) -> int | None:
    """The id of a present user: `CURRENT_USER` is whoever performs the operation, None nobody. Raises NotFound."""
    if user_id is None:
        return None
    if user_id == CURRENT_USER:
        return acting_user(write)
    user_name(write, user_id)
    return user_id


def user_name(write: Write, user_id: int | None) -> str:
    """The name of a present user. Raises NotFound."""
    name = write.connection.execute(
        select(CrmUser.name).where(CrmUser.id == user_id, CrmUser.removed_in.is_(None))
    ).scalar_one_or_none()
    if name is None:
        raise NotFound("user_not_found", user=user_id)
    return name
