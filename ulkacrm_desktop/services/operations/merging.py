"""Merging contacts: one takes in what the others have, and they are removed.

What can be united (addresses, tags, choices, segments) is copied to the primary contact without doubles; what is a
thing of its own (notes, a picture) moves there. The others keep their own values, so that what was not kept can be
read there, and an undo only takes the copies away and the moved things back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Final

from sqlalchemy import Connection

from ulkacrm_desktop.core.changes import FieldConflict, OperationKind
from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyType
from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, NotFound
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.operations.merge_statements import ENTRIES, MERGED_COLUMNS, FieldChoices, Merging
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Write, operation

_MERGED_AT_ONCE: Final = 500
"""So many contacts go into others by one statement, with the rest of the last group: SQLite keeps all that a statement
changes in memory, and a cancel is heard between two."""

CHOSEN_FIELDS: Final = frozenset((*MERGED_COLUMNS, *ENTRIES, "avatar"))
"""The built-in fields whose value may be chosen; properties with one value are ``property:<id>``."""


@operation(OperationKind.CONTACTS_MERGED)
def merge_contacts(
    write: Write,
    *,
    primary_id: int,
    other_ids: Sequence[int],
    choices: FieldChoices | None = None,
    seen: Sequence[ContactDocument] = (),
) -> int:
    """Fold contacts into the primary one; answers its id.

    ``seen`` are the contacts as they were shown: what has changed since is a conflict. A merge asks for no required
    property. Raises NotFound, EditConflict, and ExpectedError ``merge_choice_invalid``.
    """
    chosen = dict(choices or {})
    others = list(dict.fromkeys(other for other in other_ids if other != primary_id))
    _check_choices(write.connection, chosen, {primary_id, *others})
    _check_seen(write.connection, seen)
    merging = Merging(write, [(primary_id, *others)])
    merging.merge(primary_id, primary_id, chosen)
    merging.choose(primary_id, chosen)
    merging.finish()
    return primary_id


@operation(OperationKind.CONTACTS_MERGED)
def merge_groups(
    write: Write,
    *,
    groups: Iterable[Sequence[int]],
    rule: Sequence[str] = (),
    operation: int | None = None,
    context: JobContext | None = None,
) -> int:
    """Fold each group of contacts into its first one; answers how many contacts went into others.

    No contact may be in two groups. ``rule`` are the fields by which the groups were found, for the history;
    ``operation`` is the moment at which they were shown: where anything has been done since, it is refused. Raises
    ExpectedError ``merge_outdated``, NotFound, JobCancelled.
    """
    if operation is not None and last_operation(write.connection, before=write.operation_id) != operation:
        raise ExpectedError("merge_outdated")
    merging = Merging(write, groups)
    done = 0
    for first, last, count in merging.batches(_MERGED_AT_ONCE):
        if context is not None:
            context.report("merge", done, merging.count)
        merging.merge(first, last)
        done += count
    if context is not None:
        context.report("finish")
    merging.finish()
    if rule:
        write.facts["rule"] = list(rule)
    return int(write.facts["count"])


def _check_choices(connection: Connection, choices: FieldChoices, contacts: set[int]) -> None:
    known = CHOSEN_FIELDS | {
        property_sort(definition.id)
        for definition in property_definitions(connection, archived=True)
        if definition.type is not PropertyType.MULTI_SELECT
    }
    for field, contact_id in choices.items():
        if field not in known or contact_id not in contacts:
            raise ExpectedError("merge_choice_invalid", field=field, contact=contact_id)


def _check_seen(connection: Connection, seen: Sequence[ContactDocument]) -> None:
    with_pictures = any(was.avatar is not None for was in seen)
    found = contact_documents(connection, [was.id for was in seen], avatars=with_pictures)
    present = {document.id: document for document in found}
    conflicts = []
    for was in seen:
        now = present.get(was.id)
        if now is None:
            raise NotFound("contact_not_found", contact=was.id)
        for entry in fields(ContactDocument):
            before, after = getattr(was, entry.name), getattr(now, entry.name)
            if entry.name not in {"version", "updated_at"} and before != after:
                conflicts.append(FieldConflict("contact", was.id, was.id, entry.name, before, after, before))
    if conflicts:
        raise EditConflict("changed_since", fields=conflicts, total=len(conflicts))
