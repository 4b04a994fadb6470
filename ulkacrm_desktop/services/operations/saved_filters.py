"""Operations on saved filters: save, change, remove, put in order."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.criteria import Criteria
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.models import SavedFilter
from ulkacrm_desktop.services.criteria.compiler import check_criteria
from ulkacrm_desktop.services.criteria.stored_form import stored_criteria
from ulkacrm_desktop.services.operations.names import free_name
from ulkacrm_desktop.services.operations.ownership import seen_with
from ulkacrm_desktop.services.operations.users import acting_user
from ulkacrm_desktop.services.queries.users import current_user
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.FILTER_SAVED)
def save_filter(write: Write, *, name: str, criteria: Criteria, private: bool = False) -> int:
    """Keep criteria under a name, behind the filters that are there; answers the filter's id.

    Raises InvalidInput for a name that cannot be kept or is taken, and what `check_criteria` raises.
    """
    check_criteria(write.connection, criteria)
    owner = acting_user(write) if private else None
    columns = free_name(write, SavedFilter, name, among=seen_with(SavedFilter, owner))
    write.facts["name"] = columns["name"]
    last = select(func.coalesce(func.max(SavedFilter.position), -1)).where(SavedFilter.removed_in.is_(None))
    position = write.connection.execute(last).scalar_one() + 1
    values = {"criteria": stored_criteria(criteria), "owner_id": owner, "position": position}
    return write.connection.execute(
        insert(SavedFilter).values(**columns, **values).returning(SavedFilter.id)
    ).scalar_one()


@operation(OperationKind.FILTER_CHANGED)
def change_filter(
    write: Write,
    *,
    filter_id: int,
    name: str | None = None,
    criteria: Criteria | None = None,
    private: bool | None = None,
) -> None:
    """Change a filter's name, criteria or who sees it; None leaves a thing as it is.

    Raises NotFound, and what `save_filter` raises.
    """
    present = _present(write, filter_id)
    columns: dict[str, Any] = {}
    owner = present.owner_id
    if private is not None:
        owner = columns["owner_id"] = acting_user(write) if private else None
    if name is not None or private is not None:
        wanted = present.name if name is None else name
        columns |= free_name(write, SavedFilter, wanted, but=filter_id, among=seen_with(SavedFilter, owner))
    if criteria is not None:
        check_criteria(write.connection, criteria)
        columns["criteria"] = stored_criteria(criteria)
    write.facts["name"] = present.name
    changed = {key: value for key, value in columns.items() if getattr(present, key) != value}
    if "name" in changed:
        write.facts["new_name"] = changed["name"]
    if changed:
        _update(write, filter_id, **changed)


@operation(OperationKind.FILTER_REMOVED)
def remove_filter(write: Write, *, filter_id: int) -> None:
    """Take a filter away. Raises NotFound."""
    write.facts["name"] = _present(write, filter_id).name
    _update(write, filter_id, removed_in=write.operation_id)


@operation(OperationKind.FILTER_CHANGED)
def order_filters(write: Write, *, filter_ids: Sequence[int], moved: int) -> None:
    """Show the filters in this order; ``moved`` is the one that the user has moved.

    Those that are not named keep their order behind those that are. Raises NotFound.
    """
    write.facts["name"] = _present(write, moved).name
    present = {
        row.id: row.position
        for row in write.connection.execute(
            select(SavedFilter.id, SavedFilter.position)
            .where(SavedFilter.removed_in.is_(None))
            .order_by(SavedFilter.position, SavedFilter.id)
        )
    }
    missing = next((filter_id for filter_id in filter_ids if filter_id not in present), None)
    if missing is not None:
        raise NotFound("filter_not_found", filter=missing)
    named = dict.fromkeys(filter_ids)
    for place, filter_id in enumerate([*named, *(known for known in present if known not in named)]):
        if present[filter_id] != place:
            _update(write, filter_id, position=place)


def _present(write: Write, filter_id: int) -> Any:
    """The row of a filter that whoever works here sees. Raises NotFound."""
    user = current_user(write.connection, write.actor)
    shared = SavedFilter.owner_id.is_(None)
    found = write.connection.execute(
        select(SavedFilter.__table__).where(
            SavedFilter.id == filter_id,
            SavedFilter.removed_in.is_(None),
            or_(shared, SavedFilter.owner_id == user.id) if user else shared,
        )
    ).one_or_none()
    if found is None:
        raise NotFound("filter_not_found", filter=filter_id)
    return found


def _update(write: Write, filter_id: int, **columns: Any) -> None:
    write.connection.execute(
        update(SavedFilter).where(SavedFilter.id == filter_id).values(version=SavedFilter.version + 1, **columns)
    )
