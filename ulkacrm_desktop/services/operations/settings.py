"""Operations on the settings of the database itself, which hold for all who use it."""

import json

from sqlalchemy import delete, insert, select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.errors import InvalidInput
from ulkacrm_desktop.models import Setting
from ulkacrm_desktop.services.queries.info import CONTACT_LIMIT
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.SETTINGS_CHANGED)
def set_contact_limit(write: Write, *, limit: int | None) -> None:
    """Set how many contacts the owner wants to keep at most, None for no limit; it is shown, not enforced.

    Raises InvalidInput for a limit below one.
    """
    if limit is not None and limit < 1:
        raise InvalidInput({"contact_limit": "too_small"})
    write.facts |= {"setting": CONTACT_LIMIT, "value": limit}
    present = write.connection.execute(
        select(Setting.id, Setting.value).where(Setting.key == CONTACT_LIMIT)
    ).one_or_none()
    if limit is None:
        write.connection.execute(delete(Setting).where(Setting.key == CONTACT_LIMIT))
        return
    value = json.dumps(limit)
    if present is None:
        write.connection.execute(insert(Setting).values(key=CONTACT_LIMIT, value=value))
    elif present.value != value:
        write.connection.execute(
            update(Setting).where(Setting.id == present.id).values(value=value, version=Setting.version + 1)
        )
