"""The history of operations, and which of them undo and redo mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, select, true

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.models import Operation

PAGE: Final = 100

_REVERSALS: Final = (OperationKind.UNDONE.value, OperationKind.REDONE.value)


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation. ``reverted``: it is undone now; ``can_undo`` and ``can_redo`` leave conflicts aside."""

    id: int
    kind: str
    actor: str
    at: datetime
    facts: Mapping[str, Any]
    reverted: bool
    can_undo: bool
    can_redo: bool


def history(connection: Connection, limit: int = PAGE, before: int | None = None) -> tuple[OperationRow, ...]:
    """The operations, newest first; with ``before`` those that are older than this one."""
    wanted = select(
        Operation.id, Operation.kind, Operation.actor, Operation.at, Operation.facts, Operation.reverted_by_id
    )
    if before is not None:
        wanted = wanted.where(Operation.id < before)
    rows = connection.execute(wanted.order_by(Operation.id.desc()).limit(limit))
    return tuple(
        OperationRow(
            id=row.id,
            kind=row.kind,
            actor=row.actor,
            at=row.at,
            facts=row.facts,
            reverted=row.reverted_by_id is not None,
            can_undo=row.reverted_by_id is None and row.kind not in _REVERSALS,
            can_redo=row.reverted_by_id is not None,
        )
        for row in rows
    )


def last_operation(connection: Connection, *, before: int | None = None) -> int:
    """The number of the newest operation, 0 where there is none yet; with ``before`` of those before it."""
    newest = select(func.coalesce(func.max(Operation.id), 0))
    if before is not None:
        newest = newest.where(Operation.id < before)
    return int(connection.execute(newest).scalar_one())


def last_undoable(connection: Connection, actor: str | None = None) -> int | None:
    """The newest operation in force (of ``actor``, where given), which Undo takes back."""
    newest = select(Operation.id).where(_of(actor), Operation.reverted_by_id.is_(None))
    return connection.execute(newest.order_by(Operation.id.desc()).limit(1)).scalar_one_or_none()


def last_redoable(connection: Connection, actor: str | None = None) -> int | None:
    """The operation undone last, which Redo brings back, unless something new has been done since."""
    undone = connection.execute(
        select(Operation.id, Operation.reverted_by_id)
        .where(_of(actor), Operation.reverted_by_id.is_not(None))
        .order_by(Operation.reverted_by_id.desc())
        .limit(1)
    ).one_or_none()
    if undone is None:
        return None
    # Something new ends the way forward, even where it is undone itself by now.
    newer = select(Operation.id).where(_of(actor), Operation.id > undone.reverted_by_id).limit(1)
    return None if connection.execute(newer).first() is not None else undone.id


def _of(actor: str | None) -> ColumnElement[bool]:
    """The operations that are neither undo nor redo, of one person or of all."""
    return and_(Operation.kind.not_in(_REVERSALS), true() if actor is None else Operation.actor == actor)
