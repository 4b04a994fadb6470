"""`ulkacrm search`, `show`, `info` and `check`: what the database knows."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.entry import DONE, FAILED, CommandError
from ulkacrm_desktop.cli.opening import location_of, opened
from ulkacrm_desktop.cli.output import ProgressLine, print_json, print_table, say, tell
from ulkacrm_desktop.cli.where import asked_query
from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyDefinition
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.errors import ExpectedError, NotFound
from ulkacrm_desktop.core.fields import EXPORT_FIELDS, FIELDS
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.exports.json_file import contact_data
from ulkacrm_desktop.services.queries.contact_documents import contact_document, find_contact
from ulkacrm_desktop.services.queries.contact_order import count, page_ids
from ulkacrm_desktop.services.queries.contacts import ContactRow, rows
from ulkacrm_desktop.services.queries.info import database_facts
from ulkacrm_desktop.services.queries.integrity import IntegrityProblem, IntegrityReport, integrity
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.queries.timeline import TimelineEntry, timeline
from ulkacrm_desktop.ui.labels.fields import class_label, contact_kind_label, field_label, source_label
from ulkacrm_desktop.ui.labels.integrity import integrity_problem_text
from ulkacrm_desktop.ui.labels.timeline import change_words, entry_text, origin_text
from ulkacrm_desktop.ui.labels.values import NOTHING, grouped, plain_value

_ROWS_AT_ONCE: Final = 500


def search(arguments: Arguments) -> int:
    """List the contacts that a search or criteria find, in order of their names."""
    with opened(arguments, searching=bool(arguments.text)) as workspace, workspace.reading() as connection:
        query = asked_query(connection, workspace, arguments, " ".join(arguments.text))
        total = count(connection, query)
        found = list(_found(connection, query, total, arguments.limit))
    if arguments.json:
        print_json({"total": total, "contacts": [_row_as_json(row) for row in found]})
        return DONE
    if found:
        headings = [field_label(key) for key in ("id", "name", "email", "phone", "tags")]
        print_table(
            headings,
            [[str(row.id), row.name, row.email, row.phone, ", ".join(tag.name for tag in row.tags)] for row in found],
        )
    if total > len(found):
        tell(
            _("{shown} of {total} contacts. --limit N lists more.").format(
                shown=grouped(len(found)), total=grouped(total)
            )
        )
    else:
        tell(ngettext("{count} contact", "{count} contacts", total).format(count=grouped(total)))
    return DONE


def _found(connection: Connection, query: ContactQuery, total: int, limit: int) -> Iterator[ContactRow]:
    ids = page_ids(connection, query, total=total, limit=limit)
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        yield from rows(connection, ids[start : start + _ROWS_AT_ONCE])


def _row_as_json(row: ContactRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "tags": [tag.name for tag in row.tags],
    }


def show(arguments: Arguments) -> int:
    """Tell all of one contact, and what happened to it."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        contact = contact_document(connection, _named(connection, arguments.contact))
        definitions = property_definitions(connection, archived=True)
        entries = list(_whole_timeline(connection, contact.id))
    if arguments.json:
        names = {definition.id: definition.name for definition in definitions}
        data = contact_data(contact, set(EXPORT_FIELDS), names)
        data |= {"id": contact.id, "reference": contact.reference}
        print_json(data | {"timeline": [_entry_as_json(entry) for entry in entries]})
        return DONE
    say(contact.name, "")
    told = list(_profile(contact, definitions))
    width = max(len(label) for label, _value in told)
    say(*(f"{label.ljust(width)}  {value}" for label, value in told), "")
    for entry in entries:
        say(_told(entry))
    return DONE


def _named(connection: Connection, named: str) -> int:
    try:
        return find_contact(connection, named)
    except NotFound as error:
        raise CommandError(
            _(
                "There is no contact {contact}. Name it by its id or one of its emails, as “ulkacrm search” lists them."
            ).format(contact=named)
        ) from error


def _whole_timeline(connection: Connection, contact_id: int) -> Iterator[TimelineEntry]:
    before: int | None = None
    while True:
        page = timeline(connection, contact_id, before=before)
        yield from page.entries
        if page.next is None:
            return
        before = page.next


def _profile(contact: ContactDocument, definitions: tuple[PropertyDefinition, ...]) -> Iterator[tuple[str, str]]:
    """The labels and values of a contact, without those that it has not."""
    values: dict[str, Any] = {
        "id": contact.id,
        "kind": contact_kind_label(contact.kind),
        "email": contact.emails,
        "phone": contact.phones,
        "messenger": contact.messengers,
        "source": source_label(contact.source),
        "class": class_label(contact.class_name),
        "is_staff": contact.is_staff or None,
    }
    for key in FIELDS:
        value = values.get(key, getattr(contact, key, None))
        if key != "name" and value is not None and plain_value(value) != NOTHING:
            yield field_label(key), plain_value(value)
    for definition in definitions:
        if definition.id in contact.properties:
            yield definition.name, plain_value(contact.properties[definition.id])


def _entry_as_json(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "kind": entry.kind.value,
        "actor": entry.actor,
        "operation": entry.operation_id,
        "text": entry_text(entry),
        "changes": [
            {"field": change.field, "name": change.name, "before": change.before, "after": change.after}
            for change in entry.changes
        ],
    }


def _told(entry: TimelineEntry) -> str:
    """An entry with its values, each change on a line of its own."""
    origin = origin_text(entry)
    lines = [f"{plain_value(entry.at)}  {entry.actor}  {entry_text(entry)}" + (f" ({origin})" if origin else "")]
    for label, before, after in map(change_words, entry.changes):
        if before:
            change = _("{field}: {before} → {after}").format(field=label, before=before, after=after or NOTHING)
            lines.append(f"    {change}")
    return "\n".join(lines)


def info(arguments: Arguments) -> int:
    """Tell how much the database holds."""
    with opened(arguments, make=True) as workspace:
        facts = workspace.read(database_facts)
    if arguments.json:
        print_json(
            {
                "contacts": facts.contacts,
                "tags": facts.tags,
                "properties": facts.properties,
                "operations": facts.operations,
                "schema": facts.schema,
                "engine": facts.engine,
            }
        )
        return DONE
    told: Mapping[str, str] = {
        _("Database"): _without_password(location_of(arguments)),
        _("Contacts"): grouped(facts.contacts),
        _("Tags"): grouped(facts.tags),
        _("Properties"): grouped(facts.properties),
        _("Operations"): grouped(facts.operations),
        _("Schema"): facts.schema,
        _("Engine"): facts.engine,
    }
    width = max(map(len, told))
    say(*(f"{label.ljust(width)}  {value}" for label, value in told.items()))
    return DONE


def _without_password(location: str) -> str:
    if "://" not in location:
        return location
    from sqlalchemy import make_url

    return make_url(location).render_as_string(hide_password=True)


def check(arguments: Arguments) -> int:
    """Test the database; a problem is a failure."""
    report = _integrity(arguments)
    if arguments.json:
        problems = [{"code": p.code, "count": p.count, "text": integrity_problem_text(p)} for p in report.problems]
        print_json({"sound": report.is_sound, "contacts": report.contacts, "problems": problems})
    if report.is_sound:
        if not arguments.json:
            say(
                ngettext(
                    "The database is sound: {count} contact.",
                    "The database is sound: {count} contacts.",
                    report.contacts or 0,
                ).format(count=grouped(report.contacts or 0))
            )
        return DONE
    if not arguments.json:
        say(*map(integrity_problem_text, report.problems))
    tell(_("The database is not sound. Keep a copy of it before you go on, and restore a backup."))
    return FAILED


def _integrity(arguments: Arguments) -> IntegrityReport:
    progress = ProgressLine()
    try:
        with opened(arguments) as workspace:
            report = workspace.read(
                integrity, progress=lambda done, total: progress.show(_("Comparing with the search"), done, total)
            )
    except ExpectedError as error:
        # So damaged that it cannot even be opened: that is an answer as well.
        reason = str(error.facts.get("reason", ""))
        if error.code != "database_unreadable" or "malformed" not in reason:
            raise
        report = IntegrityReport(None, (IntegrityProblem("damaged", 1, (reason,)),))
    progress.end()
    return report
