"""Operations on the settings of the database itself, which hold for all who use it."""

import json

from sqlalchemy import delete, insert, select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.errors import InvalidInput
from ulkacrm_desktop.models import Setting
from ulkacrm_desktop.services.operations.users import resolved_user
from ulkacrm_desktop.services.queries.info import CONTACT_LIMIT
from ulkacrm_desktop.services.queries.users import DEFAULT_RESPONSIBLE
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.SETTINGS_CHANGED)
def set_contact_limit(write: Write, *, limit: int | None) -> None:
    """Set how many contacts the owner wants to keep at most, None for no limit; it is shown, not enforced.

    Raises InvalidInput for a limit below one.
    """
    if limit is not None and limit < 1:
        raise InvalidInput({"contact_limit": "too_small"})
    write.facts |= {"setting": CONTACT_LIMIT, "value": limit}
    _set(write, CONTACT_LIMIT, limit)


@operation(OperationKind.SETTINGS_CHANGED)
def set_default_responsible(write: Write, *, user_id: int | None) -> None:
    """Set who is responsible for contacts that come in by themselves, None for nobody. Raises NotFound."""
    user = resolved_user(write, user_id)
    write.facts |= {"setting": DEFAULT_RESPONSIBLE, "value": user}
    _set(write, DEFAULT_RESPONSIBLE, user)


def _set(write: Write, key: str, value: int | None) -> None:
    present = write.connection.execute(select(Setting.id, Setting.value).where(Setting.key == key)).one_or_none()
    told = json.dumps(value)
    if value is None:
        write.connection.execute(delete(Setting).where(Setting.key == key))
    elif present is None:
        write.connection.execute(insert(Setting).values(key=key, value=told))
    elif present.value != told:
        write.connection.execute(
            update(Setting).where(Setting.id == present.id).values(value=told, version=Setting.version + 1)
        )
