"""Those who work with the contacts: names without a login here, and who of them sits at this machine."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import Contact, CrmUser, Setting

CURRENT_USER: Final = 0
"""Stands for whoever works here, in every operation that takes a user: it writes them down where they are not yet."""


DEFAULT_RESPONSIBLE: Final = "default_responsible"
"""The key of the setting that holds the id of the user for contacts that come in by themselves."""


@dataclass(frozen=True, slots=True)
class CrmUserRow:
    """Somebody who works with the contacts.

    ``login`` is the account of this machine or server under which the program knows them, '' for a mere name.
    ``id`` is `CURRENT_USER` for whoever works here and is not written down yet.
    """

    id: int
    name: str
    login: str = ""
    is_current: bool = False


def crm_users(connection: Connection, actor: str) -> tuple[CrmUserRow, ...]:
    """All users by name; whoever works here as ``actor`` is always among them."""
    present = select(CrmUser.id, CrmUser.name, CrmUser.login).where(CrmUser.removed_in.is_(None))
    users = [
        CrmUserRow(row.id, row.name, row.login or "", row.login == actor)
        for row in connection.execute(present.order_by(CrmUser.name_key, CrmUser.id))
    ]
    if not any(user.is_current for user in users):
        users.append(CrmUserRow(CURRENT_USER, actor, actor, is_current=True))
        users.sort(key=lambda user: fold(user.name))
    return tuple(users)


def current_user(connection: Connection, actor: str) -> CrmUserRow | None:
    """The user of this account, None where they are not written down: then nothing is theirs yet."""
    found = connection.execute(
        select(CrmUser.id, CrmUser.name)
        .where(CrmUser.login == actor, CrmUser.removed_in.is_(None))
        .order_by(CrmUser.id)
        .limit(1)
    ).one_or_none()
    return None if found is None else CrmUserRow(found.id, found.name, actor, is_current=True)


def find_user(connection: Connection, name: str) -> CrmUserRow | None:
    """The user of this name, in whatever case and with whatever blanks it is written."""
    found = connection.execute(
        select(CrmUser.id, CrmUser.name, CrmUser.login).where(
            CrmUser.name_key == fold(" ".join(name.split())), CrmUser.removed_in.is_(None)
        )
    ).one_or_none()
    return None if found is None else CrmUserRow(found.id, found.name, found.login or "")


def default_responsible(connection: Connection) -> int | None:
    """The user who is responsible for contacts that come in by themselves, such as imports; None for nobody."""
    value = connection.execute(select(Setting.value).where(Setting.key == DEFAULT_RESPONSIBLE)).scalar_one_or_none()
    if value is None:
        return None
    present = select(CrmUser.id).where(CrmUser.id == int(value), CrmUser.removed_in.is_(None))
    return connection.execute(present).scalar_one_or_none()


def responsible_counts(connection: Connection) -> dict[int, int]:
    """How many present contacts each user is responsible for, by the user's id; users without one are absent."""
    counted = (
        select(Contact.responsible_id, func.count())
        .where(Contact.removed_in.is_(None), Contact.responsible_id.is_not(None))
        .group_by(Contact.responsible_id)
    )
    return {user_id: count for user_id, count in connection.execute(counted) if user_id is not None}
