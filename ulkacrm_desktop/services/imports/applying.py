"""Carrying out a plan: new contacts in bulk, changed ones in batches, all of it one operation."""

import marshal
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.db.bulk_load import BulkLoad
from ulkacrm_desktop.db.derived import refresh_contacts
from ulkacrm_desktop.db.search_index import is_index_empty
from ulkacrm_desktop.services.imports.comparison import changes_of
from ulkacrm_desktop.services.imports.contact_batch import ContactBatch
from ulkacrm_desktop.services.imports.index_build import WORTH_FROM, IndexBuild
from ulkacrm_desktop.services.imports.mapping import NewProperty
from ulkacrm_desktop.services.imports.plan_file import PlanCounts, PlanFile, RowKind
from ulkacrm_desktop.services.imports.prepared import SECTIONS, prepare
from ulkacrm_desktop.services.imports.row_cleaner import RowCleaner
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.operations.contact_record import add_options, tag_ids
from ulkacrm_desktop.services.operations.properties import insert_property
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.workspace import Write, operation

UPDATES_TOGETHER = 500


@operation(OperationKind.CONTACTS_IMPORTED)
def import_contacts(write: Write, *, plan: PlanFile, cleaner: RowCleaner, context: JobContext) -> None:
    """Do what the plan says, to the row.

    Raises ExpectedError ``plan_outdated`` where the database has changed since the plan was made, and
    JobCancelled; then nothing is written.
    """
    if int(plan.told("operation", "0")) != last_operation(write.connection, before=write.operation_id):
        raise ExpectedError("plan_outdated", file=plan.told("file"))
    counts = plan.counts()
    write.facts |= {
        "file": plan.told("file"),
        "created": counts.create,
        "updated": counts.update,
        "unchanged": counts.unchanged,
        "skipped": counts.skip,
        "errors": counts.error,
    }
    tag_keys, choices = _needed(plan, cleaner, counts)
    names = plan.tags()
    tags = dict(zip(tag_keys, tag_ids(write, [names[key] for key in tag_keys]), strict=True))
    property_ids = _properties(write, cleaner, choices)
    first_id = _create(write, plan, cleaner, tags, property_ids, context, counts.create)
    if counts.update:
        _update(write, plan, cleaner, property_ids, first_id, context, counts.update)
    context.report("finish", 0, 0)


def _needed(plan: PlanFile, cleaner: RowCleaner, counts: PlanCounts) -> tuple[list[str], list[list[str]]]:
    """The keys of the tags, and for each property the choices, that the new contacts have.

    Rows that make no contact leave none behind that nobody has; updates make what they need themselves.
    """
    chosen = [
        index
        for index, entry in enumerate(cleaner.properties)
        if entry.type in (PropertyType.SELECT, PropertyType.MULTI_SELECT)
    ]
    choices: list[list[str]] = [[] for _ in cleaner.properties]
    if counts.create == counts.rows and not plan.mended():
        for index in chosen:
            choices[index] = plan.choices(index)
        return list(plan.tags()), choices
    tags: set[str] = set()
    found: dict[int, set[str]] = {index: set() for index in chosen}
    for sections in _prepared_chunks(plan, cleaner):
        tags.update(key for _place, key in sections["tag"])
        for index, values in found.items():
            values.update(row[2] for row in sections["property"].get(index, ()))
    for index, values in found.items():
        choices[index] = sorted(values)
    return sorted(tags), choices


def _properties(write: Write, cleaner: RowCleaner, choices: Sequence[Sequence[str]]) -> list[int]:
    """The id of every property of the mapping, by index; new ones are made, and choices that are missing."""
    ids = []
    for index, target in enumerate(cleaner.properties):
        if isinstance(target.target, NewProperty):
            property_id = insert_property(write, name=target.target.name, type=target.type)
        else:
            property_id = target.target.id
        if target.type in (PropertyType.SELECT, PropertyType.MULTI_SELECT):
            add_options(write, property_id, choices[index])
        ids.append(property_id)
    return ids


def _create(
    write: Write,
    plan: PlanFile,
    cleaner: RowCleaner,
    tags: dict[str, int],
    property_ids: Sequence[int],
    context: JobContext,
    total: int,
) -> int:
    """Insert the new contacts; answers the id that belongs to place 0."""
    moment = clock.to_microseconds(write.at)
    done = 0
    load = BulkLoad(write.connection, write.operation_id, contacts=total)
    apart = total >= WORTH_FROM and not plan.mended() and is_index_empty(write.connection)
    with IndexBuild(plan.path, load.first_id) if apart else nullcontext() as build, load:
        for sections in _prepared_chunks(plan, cleaner):
            contacts = sections["contact"]
            load.insert_contacts(_dated(contacts, moment))
            load.insert_emails(sections["email"])
            load.insert_phones(sections["phone"])
            load.insert_messengers(sections["messenger"])
            load.insert_tags([(place, tags[key]) for place, key in sections["tag"]])
            for index, rows in sections["property"].items():
                load.insert_property(property_ids[index], rows)
            done += len(contacts)
            context.report("create", done, total)
        if build is None:
            done = 0
            for rows in _words(plan, cleaner):
                load.insert_words(rows)
                done += len(rows)
                context.report("index", done, total)
        context.report("index")
        load.finish()
        if build is not None:
            build.take_over(write.connection, context)
    return load.first_id


def _dated(contacts: Sequence[Sequence[Any]], moment: int) -> Iterator[tuple[Any, ...]]:
    """The rows of contacts with their last two columns: added at the file's moment or now, changed now."""
    for *columns, created_at in contacts:
        yield (*columns, moment if created_at is None else created_at, moment)


def _prepared_chunks(plan: PlanFile, cleaner: RowCleaner) -> Iterator[dict[str, Any]]:
    """The rows to insert, chunk by chunk: without those that make no contact, with those mended by hand."""
    for first, last, prepared in plan.chunks():
        sections = marshal.loads(prepared)  # noqa: S302 - plain values that this program has written
        left_out, mended = _exceptions(plan, first, last)
        if left_out:
            _leave_out(sections, left_out)
        if mended:
            _join(sections, _prepare_mended(plan, cleaner, mended)[0])
        yield sections


def _words(plan: PlanFile, cleaner: RowCleaner) -> Iterator[list[tuple[int, str]]]:
    """The (place, words) of the same rows."""
    for first, last, words in plan.words():
        rows = marshal.loads(words)  # noqa: S302 - as above
        left_out, mended = _exceptions(plan, first, last)
        if left_out:
            rows = [row for row in rows if row[0] not in left_out]
        if mended:
            rows += _prepare_mended(plan, cleaner, mended)[1]
        yield rows


def _exceptions(plan: PlanFile, first: int, last: int) -> tuple[set[int], list[int]]:
    """Of a stretch of rows those whose prepared form does not count, and those mended ones that make contacts."""
    not_created = plan.places_not_created(first, last)
    mended = {place for place in plan.mended() if first <= place <= last}
    return not_created | mended, sorted(mended - not_created)


def _prepare_mended(
    plan: PlanFile, cleaner: RowCleaner, places: Sequence[int]
) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    mended = plan.mended()
    return prepare([(place, cleaner.clean(mended[place])) for place in places], cleaner, plan.told("file"))


def _leave_out(sections: dict[str, Any], places: set[int]) -> None:
    for name in SECTIONS:
        sections[name] = [row for row in sections[name] if row[0] not in places]
    sections["property"] = {
        index: [row for row in rows if row[0] not in places] for index, rows in sections["property"].items()
    }


def _join(sections: dict[str, Any], more: dict[str, Any]) -> None:
    for name in SECTIONS:
        sections[name] += more[name]
    for index, rows in more["property"].items():
        sections["property"].setdefault(index, []).extend(rows)


def _update(
    write: Write,
    plan: PlanFile,
    cleaner: RowCleaner,
    property_ids: Sequence[int],
    first_id: int,
    context: JobContext,
    total: int,
) -> None:
    """Change the contacts that rows mean, in the order of the file."""
    done = 0
    created: set[int] = set()
    waiting: dict[int, int] = {}  # contact → place of its row; a contact that comes twice waits for its turn
    for first, last, _prepared in plan.chunks():
        for place, kind, contact_id, leader in plan.decisions(first, last):
            if kind != RowKind.UPDATE:
                continue
            if leader is not None:
                contact_id = first_id + leader  # noqa: PLW2901
                created.add(contact_id)
            assert contact_id is not None
            if contact_id in waiting or len(waiting) >= UPDATES_TOGETHER:
                done += _update_batch(write, plan, cleaner, property_ids, waiting)
                waiting = {}
                context.report("update", done, total)
            waiting[contact_id] = place
    done += _update_batch(write, plan, cleaner, property_ids, waiting)
    context.report("update", done, total)
    # What changes within the operation that created it is not in the journal, by which the rest is refreshed.
    refresh_contacts(write.connection, sorted(created))


def _update_batch(
    write: Write, plan: PlanFile, cleaner: RowCleaner, property_ids: Sequence[int], waiting: dict[int, int]
) -> int:
    cells = plan.cells(list(waiting.values()))
    batch = ContactBatch(write)
    for contact in contact_documents(write.connection, list(waiting)):
        row = cleaner.clean(cells[waiting[contact.id]])
        batch.add(contact, changes_of(row, contact, cleaner, property_ids))
    batch.write()
    return len(waiting)
