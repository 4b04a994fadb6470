"""What was written since: for windows that show a database which others write to as well."""

from sqlalchemy import Connection, func, select

from ulkacrm_desktop.core.changes import ChangeSet, Entity, OperationKind
from ulkacrm_desktop.models import Operation
from ulkacrm_desktop.services.workspace import read_changes

_TOLD_ONE_BY_ONE = 20


def changes_since(connection: Connection, *, operation_id: int | None) -> tuple[int, tuple[ChangeSet, ...]]:
    """The id of the latest operation (0 where there is none), and what each one after ``operation_id`` changed.

    With None for ``operation_id`` only the latest id is told. Where very many operations were missed, the
    answer is one change set that says "read all again".
    """
    latest = int(connection.execute(select(func.max(Operation.id))).scalar_one() or 0)
    if operation_id is None or latest <= operation_id:
        return latest, ()
    missed = connection.execute(
        select(Operation.id, Operation.kind)
        .where(Operation.id > operation_id)
        .order_by(Operation.id)
        .limit(_TOLD_ONE_BY_ONE + 1)
    ).all()
    if len(missed) > _TOLD_ONE_BY_ONE:
        everything: dict[Entity, frozenset[int] | None] = dict.fromkeys(Entity, None)
        kind = OperationKind(missed[-1].kind)
        return latest, (ChangeSet(kind, latest, everything, contacts=None),)
    return latest, tuple(read_changes(connection, OperationKind(row.kind), row.id) for row in missed)
