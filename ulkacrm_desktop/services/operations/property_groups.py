"""Operations on the groups of properties, the sections of the contact form."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.errors import InvalidInput, NotFound
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import Property, PropertyGroup
from ulkacrm_desktop.services.operations.names import tidy_name
from ulkacrm_desktop.services.queries.properties import PropertyGroupRow, property_groups
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.PROPERTY_GROUP_CHANGED)
def rename_group(write: Write, *, group_id: int, name: str) -> None:
    """Call a group otherwise. Raises NotFound, InvalidInput."""
    present = property_groups(write.connection)
    _known(present, group_id)
    cleaned = tidy_name(name)
    if any(fold(row.name) == fold(cleaned) for row in present if row.id != group_id):
        raise InvalidInput({"name": "taken"})
    write.facts["name"] = cleaned
    _update(write, [row for row in present if row.id == group_id and row.name != cleaned], name=cleaned)


@operation(OperationKind.PROPERTY_GROUP_CHANGED)
def order_groups(write: Write, *, group_ids: Sequence[int]) -> None:
    """Show the groups in this order; those that are not named keep theirs behind them. Raises NotFound."""
    present = property_groups(write.connection)
    for group_id in group_ids:
        _known(present, group_id)
    by_id = {row.id: row for row in present}
    named = dict.fromkeys(group_ids)
    for place, group_id in enumerate([*named, *(row.id for row in present if row.id not in named)]):
        if by_id[group_id].position != place:
            _update(write, [by_id[group_id]], position=place)


@operation(OperationKind.PROPERTY_GROUP_CHANGED)
def remove_group(write: Write, *, group_id: int) -> None:
    """Take a group away; its properties stay, without a group. Raises NotFound."""
    _known(property_groups(write.connection), group_id)
    write.connection.execute(
        update(Property).where(Property.group_id == group_id).values(group_id=None, version=Property.version + 1)
    )
    write.connection.execute(delete(PropertyGroup).where(PropertyGroup.id == group_id))


def _known(present: Sequence[PropertyGroupRow], group_id: int) -> None:
    if all(row.id != group_id for row in present):
        raise NotFound("group_not_found", group=group_id)


def _update(write: Write, rows: Sequence[PropertyGroupRow], **columns: Any) -> None:
    for row in rows:
        write.connection.execute(
            update(PropertyGroup).where(PropertyGroup.id == row.id).values(version=PropertyGroup.version + 1, **columns)
        )
