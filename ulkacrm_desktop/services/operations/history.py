"""Undo and redo: operations of their own, so that they too are on the record."""

from sqlalchemy import select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.errors import ExpectedError, NotFound
from ulkacrm_desktop.db.revert import revert
from ulkacrm_desktop.models import Operation
from ulkacrm_desktop.services.operations.criteria_upkeep import refuse_broken_segments
from ulkacrm_desktop.services.queries.history import last_redoable, last_undoable
from ulkacrm_desktop.services.workspace import Write, operation

_REVERSALS = (OperationKind.UNDONE, OperationKind.REDONE)


@operation(OperationKind.UNDONE)
def undo_operation(write: Write, *, operation_id: int | None = None) -> int:
    """Take an operation back, by default the latest that can be; answers its id.

    Raises ExpectedError ``nothing_to_undo`` or ``already_undone``, NotFound, and EditConflict where what it
    did has been changed since; then nothing is undone.
    """
    if operation_id is None:
        operation_id = last_undoable(write.connection)
        if operation_id is None:
            raise ExpectedError("nothing_to_undo")
    undone = _operation(write, operation_id)
    if undone.reverted_by_id is not None:
        raise ExpectedError("already_undone", operation=operation_id)
    revert(write.connection, operation_id, by=write.operation_id, direction="undo")
    refuse_broken_segments(write)
    _tell(write, operation_id, undone.kind, undone.facts)
    write.connection.execute(
        update(Operation).where(Operation.id == operation_id).values(reverted_by_id=write.operation_id)
    )
    return operation_id


@operation(OperationKind.REDONE)
def redo_operation(write: Write, *, operation_id: int | None = None) -> int:
    """Do an undone operation again, by default the one undone last; answers its id.

    Raises ExpectedError ``nothing_to_redo`` or ``not_undone``, NotFound, EditConflict.
    """
    if operation_id is None:
        operation_id = last_redoable(write.connection)
        if operation_id is None:
            raise ExpectedError("nothing_to_redo")
    redone = _operation(write, operation_id)
    if redone.reverted_by_id is None:
        raise ExpectedError("not_undone", operation=operation_id)
    revert(write.connection, operation_id, by=write.operation_id, direction="redo")
    refuse_broken_segments(write)
    _tell(write, operation_id, redone.kind, redone.facts)
    write.connection.execute(update(Operation).where(Operation.id == operation_id).values(reverted_by_id=None))
    return operation_id


def _operation(write: Write, operation_id: int) -> Operation:
    found = write.connection.execute(
        select(Operation.kind, Operation.facts, Operation.reverted_by_id).where(
            Operation.id == operation_id, Operation.id != write.operation_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound("operation_not_found", operation=operation_id)
    if found.kind in _REVERSALS:
        raise ExpectedError("not_undoable", operation=operation_id)
    return found  # type: ignore[return-value]


def _tell(write: Write, operation_id: int, kind: str, facts: dict[str, object]) -> None:
    write.reverts_id = operation_id
    write.facts |= {"kind": kind, "facts": facts}
