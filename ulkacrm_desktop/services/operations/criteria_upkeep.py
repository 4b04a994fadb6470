"""Criteria of segments and filters that name what an operation changes."""

from dataclasses import replace

from sqlalchemy import select, update

from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Not, Value
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.models import Change, SavedFilter, Segment
from ulkacrm_desktop.services.criteria.compiler import check_criteria
from ulkacrm_desktop.services.criteria.stored_form import read_criteria, stored_criteria
from ulkacrm_desktop.services.queries.segments import segment_uses
from ulkacrm_desktop.services.workspace import Write


def replace_in_criteria(write: Write, field: str, old: Value, new: Value) -> None:
    """Let the clauses of segments and filters about a field mean another value, as part of any operation."""
    for mapped in (Segment, SavedFilter):
        stored = select(mapped.id, mapped.criteria).where(mapped.removed_in.is_(None), mapped.criteria.is_not(None))
        for row in write.connection.execute(stored).all():
            before = read_criteria(str(row.criteria))
            after = _replaced(before, field, old, new)
            if after != before:
                write.connection.execute(
                    update(mapped)
                    .where(mapped.id == row.id)
                    .values(criteria=stored_criteria(after), version=mapped.version + 1)
                )


def refuse_broken_segments(write: Write) -> None:
    """Refuse an undo or redo that leaves criteria asking for a segment that is gone, or for themselves.

    Raises ExpectedError ``segment_in_use`` or ``segment_cycle``.
    """
    changed = select(Change.row_id).where(
        Change.operation_id == write.operation_id, Change.table_name == Segment.__tablename__
    )
    segments = select(Segment.id, Segment.name, Segment.criteria, Segment.removed_in).where(Segment.id.in_(changed))
    for row in write.connection.execute(segments).all():
        if row.removed_in is not None:
            uses = segment_uses(write.connection, row.id)
            if uses:
                raise ExpectedError("segment_in_use", segment=row.name, users=list(uses))
        elif row.criteria is not None:
            try:
                check_criteria(write.connection, read_criteria(row.criteria), segment_id=row.id)
            except ExpectedError as error:
                # What else does not fit is told where the segment is shown.
                if error.code == "segment_cycle":
                    raise


def _replaced(tree: Criteria, field: str, old: Value, new: Value) -> Criteria:
    if isinstance(tree, Clause):
        if tree.field != field or old not in tree.values:
            return tree
        return replace(tree, values=tuple(dict.fromkeys(new if value == old else value for value in tree.values)))
    if isinstance(tree, Not):
        return Not(_replaced(tree.part, field, old, new))
    parts = tuple(_replaced(part, field, old, new) for part in tree.parts)
    return All(parts) if isinstance(tree, All) else replace(tree, parts=parts)
