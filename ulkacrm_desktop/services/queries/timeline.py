"""What happened to one contact, newest first: written by the journal alone, told from its changes.

What happened to contacts that were merged into it is part of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, null, select, union
from sqlalchemy.orm import InstrumentedAttribute

from ulkacrm_desktop.core.text.fold import search_words
from ulkacrm_desktop.core.text.search_terms import Term, search_terms
from ulkacrm_desktop.models import Change, Contact, Operation
from ulkacrm_desktop.services.queries.merged_contacts import merged_contacts
from ulkacrm_desktop.services.queries.past_rows import SHOWN, PastRows, RowChange
from ulkacrm_desktop.services.queries.timeline_entries import (
    EntryTeller,
    FieldChange,
    OperationFacts,
    TimelineEntry,
    TimelineKind,
    operation_of_entry,
)

__all__ = ["FieldChange", "TimelineEntry", "TimelineKind", "TimelinePage", "timeline", "timeline_actors"]

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Entries, newest first. ``next`` is given as ``before`` for those that follow, None at the end."""

    entries: tuple[TimelineEntry, ...]
    next: int | None


def timeline(
    connection: Connection,
    contact_id: int,
    *,
    before: int | None = None,
    limit: int = PAGE,
    kinds: Collection[TimelineKind] = (),
    actors: Collection[str] = (),
    words: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> TimelinePage:
    """At least ``limit`` entries of a contact and of all that was merged into it; also of one that is removed.

    There are fewer only at the end.
    ``before`` is the id of the last entry seen. Nothing in ``kinds`` or ``actors`` means all; ``words`` are
    searched as in the list of contacts; ``since`` is in the period, ``until`` no more. The entries of one
    operation are never parted.
    """
    contacts = merged_contacts(connection, contact_id)
    teller = EntryTeller(connection, contacts)
    terms = search_terms(words)
    found: list[TimelineEntry] = []
    below = None if before is None else operation_of_entry(before)
    while True:
        operations = _operations(connection, contacts, below, limit, actors, since, until)
        for entry in _entries(connection, contacts, operations, teller):
            if (not kinds or entry.kind in kinds) and _is_met(terms, entry):
                found.append(entry)
        if len(operations) < limit:
            return TimelinePage(tuple(found), None)
        if len(found) >= limit:
            return TimelinePage(tuple(found), found[-1].id)
        below = operations[-1].id


def timeline_actors(connection: Connection, contact_id: int) -> tuple[str, ...]:
    """Those who did something to the contact or to what was merged into it, by name."""
    ids = _operation_ids(merged_contacts(connection, contact_id))
    return tuple(
        connection.scalars(select(Operation.actor).where(Operation.id.in_(ids)).distinct().order_by(Operation.actor))
    )


def _operation_ids(contacts: Collection[int]) -> Any:
    return union(
        select(Change.operation_id).where(Change.contact_id.in_(contacts)),
        select(Contact.created_in).where(Contact.id.in_(contacts)),
    )


def _operations(
    connection: Connection,
    contacts: Collection[int],
    below: int | None,
    limit: int,
    actors: Collection[str],
    since: datetime | None,
    until: datetime | None,
) -> list[OperationFacts]:
    """The next operations that touched one of the contacts, newest first."""
    wanted = select(Operation).where(Operation.id.in_(_operation_ids(contacts)))
    if below is not None:
        wanted = wanted.where(Operation.id < below)
    if actors:
        wanted = wanted.where(Operation.actor.in_(actors))
    if since is not None:
        wanted = wanted.where(Operation.at >= since)
    if until is not None:
        wanted = wanted.where(Operation.at < until)
    columns = wanted.with_only_columns(Operation.id, Operation.kind, Operation.actor, Operation.at, Operation.facts)
    return [
        OperationFacts(row.id, row.kind, row.actor, row.at, row.facts)
        for row in connection.execute(columns.order_by(Operation.id.desc()).limit(limit))
    ]


def _entries(
    connection: Connection,
    contacts: Mapping[int, int | None],
    operations: Sequence[OperationFacts],
    teller: EntryTeller,
) -> Iterator[TimelineEntry]:
    if not operations:
        return
    changes = _changes(connection, contacts, since=operations[-1].id)
    # What a merge did not keep is what the merged contact has otherwise, in any table.
    tables = SHOWN if len(contacts) > 1 else {change.table for change in changes}
    past = PastRows.present(connection, contacts, tables)
    by_operation: defaultdict[int, list[RowChange]] = defaultdict(list)
    for change in changes:
        by_operation[change.operation_id].append(change)
    told = {operation.id: operation for operation in operations}
    for operation_id in sorted(by_operation.keys() | told.keys(), reverse=True):
        of_operation = by_operation[operation_id]
        if operation_id in told:
            yield from teller.entries(told[operation_id], of_operation, past)
        else:
            for change in reversed(of_operation):
                past.take_back(change)


def _changes(connection: Connection, contacts: Collection[int], *, since: int) -> list[RowChange]:
    """The changes of contacts from an operation on, in order; pictures come without their bytes."""

    wanted = (
        select(
            Change.operation_id,
            Change.contact_id,
            Change.table_name,
            Change.row_id,
            Change.action,
            _without_picture(Change.before),
            _without_picture(Change.after),
        )
        .where(Change.contact_id.in_(contacts), Change.operation_id >= since)
        .order_by(Change.id)
    )
    return [RowChange(*row) for row in connection.execute(wanted)]


def _without_picture(image: InstrumentedAttribute[dict[str, Any] | None]) -> ColumnElement[dict[str, Any] | None]:
    return case((Change.table_name != "avatar", image), else_=null())


def _is_met(terms: Sequence[Term], entry: TimelineEntry) -> bool:
    if not terms:
        return True
    words = search_words(entry.actor)
    for change in entry.changes:
        for value in (change.name, change.before, change.after):
            words += search_words(_told(value))
    return all(term.is_met_by(words) for term in terms)


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    if value is None or isinstance(value, bool):
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
