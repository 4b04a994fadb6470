"""Criteria of segments and filters that name what an operation changes."""

from dataclasses import replace

from sqlalchemy import select, update

from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Not, Value
from ulkacrm_desktop.models import SavedFilter, Segment
from ulkacrm_desktop.services.criteria.stored_form import read_criteria, stored_criteria
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


def _replaced(tree: Criteria, field: str, old: Value, new: Value) -> Criteria:
    if isinstance(tree, Clause):
        if tree.field != field or old not in tree.values:
            return tree
        return replace(tree, values=tuple(dict.fromkeys(new if value == old else value for value in tree.values)))
    if isinstance(tree, Not):
        return Not(_replaced(tree.part, field, old, new))
    parts = tuple(_replaced(part, field, old, new) for part in tree.parts)
    return All(parts) if isinstance(tree, All) else replace(tree, parts=parts)
