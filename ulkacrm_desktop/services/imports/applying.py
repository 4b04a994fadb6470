"""Carrying out a plan: new contacts in bulk, changed ones in batches, all of it one operation."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.db.bulk_load import BulkLoad
from ulkacrm_desktop.db.derived import refresh_contacts
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.load_file import plan_table
from ulkacrm_desktop.db.search_index import is_index_empty
from ulkacrm_desktop.models import PLACE_COLUMNS, PropertyValue
from ulkacrm_desktop.services.imports.built_apart import (
    WORTH_FROM,
    BuildProcess,
    BuiltApart,
    index_apart,
    values_apart,
)
from ulkacrm_desktop.services.imports.comparison import changes_of
from ulkacrm_desktop.services.imports.contact_batch import ContactBatch
from ulkacrm_desktop.services.imports.mapping import NewProperty
from ulkacrm_desktop.services.imports.packed_columns import Columns
from ulkacrm_desktop.services.imports.plan_file import PlanCounts, PlanFile, RowKind
from ulkacrm_desktop.services.imports.prepared import Prepared, prepare
from ulkacrm_desktop.services.imports.row_cleaner import RowCleaner
from ulkacrm_desktop.services.imports.sections import (
    column_of,
    contact_sections,
    joined,
    property_sections,
    rows_left,
    word_columns,
)
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.operations.contact_record import add_options, tag_ids
from ulkacrm_desktop.services.operations.properties import insert_property
from ulkacrm_desktop.services.operations.property_values import fill_defaults
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.queries.users import default_responsible
from ulkacrm_desktop.services.workspace import Write, operation

UPDATES_TOGETHER = 500


@operation(OperationKind.CONTACTS_IMPORTED)
def import_contacts(
    write: Write, *, plan: PlanFile, cleaner: RowCleaner, context: JobContext, builds: Sequence[BuildProcess] = ()
) -> None:
    """Do what the plan says, to the row; ``builds`` are processes for what can be built apart.

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
    first_id = _create(write, plan, cleaner, tags, property_ids, context, counts.create, builds)
    if counts.update:
        _update(write, plan, cleaner, property_ids, first_id, context, counts.update)
    if counts.create:
        fill_defaults(write)
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
    for sections in _contacts(plan, cleaner):
        tags.update(column_of(sections["tag"], 1))
    for properties in _values(plan, cleaner):
        for index, values in found.items():
            if index in properties:
                values.update(column_of(properties[index], 2))
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
    builds: Sequence[BuildProcess],
) -> int:
    """Insert the new contacts; answers the id that belongs to place 0."""
    connection = write.connection
    large = is_local(connection) and total >= WORTH_FROM and not plan.mended()
    values = plan_table(connection, PropertyValue.__tablename__) if large else None
    index_too = large and is_index_empty(connection)
    load = BulkLoad(connection, contacts=total, apart=(values.name,) if values else (), empty=_empty(write, cleaner))
    begun = iter(builds)
    built_index: BuiltApart | None = None
    built_values: BuiltApart | None = None
    with ExitStack() as under_way, load:
        if index_too:
            built_index = under_way.enter_context(index_apart(next(begun, None), plan.path, load.first_id))
        if values:
            built_values = under_way.enter_context(
                values_apart(next(begun, None), plan.path, load.first_id, values, property_ids)
            )
        _insert_contacts(write, load, plan, cleaner, tags, context, total)
        if not values:
            for properties in _values(plan, cleaner):
                for index, columns in properties.items():
                    load.insert_property(property_ids[index], columns)
                context.report("create", total, total)
        if not index_too:
            done = 0
            for words in _words(plan, cleaner):
                load.insert_words(words)
                done += len(words[0])
                context.report("index", done, total)
        load.make_indexes(lambda: context.report("index"))
        if built_values:
            built_values.take_over(connection, context)
            load.make_indexes(lambda: context.report("index"), apart=True)
        if built_index:  # which takes longest
            built_index.take_over(connection, context)
        load.finish()
    return load.first_id


def _empty(write: Write, cleaner: RowCleaner) -> list[str]:
    """The columns of contacts that have an index of what stands in them, and in which the new ones have nothing."""
    empty = [column for column in PLACE_COLUMNS if column not in cleaner.text_fields]
    return empty if default_responsible(write.connection) else [*empty, "responsible_id"]


def _insert_contacts(
    write: Write,
    load: BulkLoad,
    plan: PlanFile,
    cleaner: RowCleaner,
    tags: dict[str, int],
    context: JobContext,
    total: int,
) -> None:
    """Insert the new contacts with all that is theirs but for the values of their properties."""
    moment = clock.to_microseconds(write.at)
    responsible = default_responsible(write.connection)
    done = 0
    for sections in _contacts(plan, cleaner):
        load.insert_contacts(
            sections["contact"], operation_id=write.operation_id, moment=moment, responsible_id=responsible
        )
        load.insert_emails(sections["email"])
        load.insert_phones(sections["phone"])
        load.insert_messengers(sections["messenger"])
        load.insert_tags([sections["tag"][0], [tags[key] for key in column_of(sections["tag"], 1)]])
        load.insert_avatars(sections["avatar"])
        done += len(sections["contact"][0])
        context.report("create", done, total)


# The rows to insert, chunk by chunk: without those that make no contact, with those mended by hand


def _contacts(plan: PlanFile, cleaner: RowCleaner) -> Iterator[dict[str, Columns]]:
    for first, last, sections in contact_sections(plan):
        left_out, mended = _exceptions(plan, first, last)
        if left_out:
            sections = {name: rows_left(columns, left_out) for name, columns in sections.items()}  # noqa: PLW2901
        if mended:
            more = _prepare_mended(plan, cleaner, mended).sections
            sections = {name: joined(columns, more[name]) for name, columns in sections.items()}  # noqa: PLW2901
        yield sections


def _values(plan: PlanFile, cleaner: RowCleaner) -> Iterator[dict[int, Columns]]:
    for first, last, sections in property_sections(plan):
        left_out, mended = _exceptions(plan, first, last)
        if left_out:
            sections = {index: rows_left(columns, left_out) for index, columns in sections.items()}  # noqa: PLW2901
        if mended:
            more = _prepare_mended(plan, cleaner, mended).properties
            sections = {index: joined(columns, more[index]) for index, columns in sections.items()}  # noqa: PLW2901
        yield sections


def _words(plan: PlanFile, cleaner: RowCleaner) -> Iterator[Columns]:
    for first, last, words in word_columns(plan):
        left_out, mended = _exceptions(plan, first, last)
        words = rows_left(words, left_out)  # noqa: PLW2901
        yield joined(words, _prepare_mended(plan, cleaner, mended).words) if mended else words


def _exceptions(plan: PlanFile, first: int, last: int) -> tuple[set[int], list[int]]:
    """Of a stretch of rows those whose prepared form does not count, and those mended ones that make contacts."""
    not_created = plan.places_not_created(first, last)
    mended = {place for place in plan.mended() if first <= place <= last}
    return not_created | mended, sorted(mended - not_created)


def _prepare_mended(plan: PlanFile, cleaner: RowCleaner, places: list[int]) -> Prepared:
    mended = plan.mended()
    return prepare(cleaner.clean_chunk([mended[place] for place in places]), places, cleaner, plan.told("file"))


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
    for contact in contact_documents(write.connection, list(waiting), avatars=cleaner.has_avatars):
        row = cleaner.clean(cells[waiting[contact.id]])
        batch.add(contact, changes_of(row, contact, cleaner, property_ids))
    batch.write()
    return len(waiting)
