"""The order in which properties are shown, as one operation whatever moves."""

from collections.abc import Sequence

from sqlalchemy import select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.models import Property
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.PROPERTY_CHANGED)
def order_properties(write: Write, *, property_ids: Sequence[int], moved: int) -> None:
    """Show the properties in this order, all of those present; ``moved`` is the one that the user has moved.

    Properties that are not named keep their places behind those that are. Raises NotFound.
    """
    present = {
        row.id: row
        for row in write.connection.execute(
            select(Property.id, Property.name, Property.position).where(Property.removed_in.is_(None))
        )
    }
    missing = next((id_ for id_ in (*property_ids, moved) if id_ not in present), None)
    if missing is not None:
        raise NotFound("property_not_found", property=missing)
    write.facts["name"] = present[moved].name
    others = sorted((row.position, row.id) for id_, row in present.items() if id_ not in set(property_ids))
    for place, property_id in enumerate([*property_ids, *(id_ for _position, id_ in others)]):
        if present[property_id].position != place:
            write.connection.execute(
                update(Property).where(Property.id == property_id).values(position=place, version=Property.version + 1)
            )
