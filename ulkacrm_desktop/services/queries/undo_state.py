"""What was done last, and what Undo and Redo would mean now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from ulkacrm_desktop.models import Operation
from ulkacrm_desktop.services.queries.history import last_operation, last_redoable, last_undoable


@dataclass(frozen=True, slots=True)
class OperationTold:
    """An operation with what its sentence needs; ``kind`` is an `OperationKind`."""

    id: int
    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UndoState:
    """The latest operation, and those that Undo and Redo would be about; None where there is none."""

    latest: OperationTold | None
    undoable: OperationTold | None
    redoable: OperationTold | None


def undo_state(connection: Connection) -> UndoState:
    """Read all three in one view of the database."""
    wanted = (last_operation(connection) or None, last_undoable(connection), last_redoable(connection))
    ids = [operation_id for operation_id in wanted if operation_id is not None]
    rows = connection.execute(select(Operation.id, Operation.kind, Operation.facts).where(Operation.id.in_(ids)))
    told = {row.id: OperationTold(row.id, row.kind, row.facts) for row in rows}
    latest, undoable, redoable = (told.get(operation_id) if operation_id else None for operation_id in wanted)
    return UndoState(latest, undoable, redoable)
