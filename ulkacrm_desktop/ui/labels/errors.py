"""Expected failures as sentences: what happened, to which data, and what to do."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ulkacrm_desktop.core.changes import FieldConflict
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError
from ulkacrm_desktop.core.i18n import N_, _, ngettext
from ulkacrm_desktop.ui.labels.criteria import invalid_criteria_text
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.labels.history import operation_text
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.labels.values import grouped, plain_value

Facts = Mapping[str, Any]

SENTENCES: Final[Mapping[str, str]] = {
    # The database
    "not_a_database": N_("{path} is not a database of Ulka CRM, so it was left alone. Choose another file."),
    "server_unreachable": N_(
        "The database {database} on {host} cannot be reached: {reason}. Check the address and the network, then try "
        "again."
    ),
    "schema_newer": N_(
        "This database was last used by a newer version of Ulka CRM (schema {revision}; this version knows {known}). "
        "Nothing was changed in it. Install the newer version to open it."
    ),
    "backup_failed": N_(
        "The database has to be brought up to date, and no sound copy of it could be made before, at {path}: {reason}. "
        "Nothing was changed in it. Make room on the disk, then open it again."
    ),
    "migration_failed": N_(
        "The database could not be brought to this version: rows of {table} would have lost what they refer to. "
        "Nothing was changed. Restore a backup or send us the log."
    ),
    "database_busy": N_(
        "The database {location} is in use by another program and stayed locked. Nothing was saved. Close the other "
        "program or wait a moment, then try again."
    ),
    # The window
    "qt_missing": N_(
        "The window cannot be shown: {reason}. On Debian and Ubuntu this command installs what is missing: {command}"
    ),
    "no_display": N_("There is no display to show the window on. The commands of “ulkacrm --help” need none."),
    # What is no longer there
    "contact_not_found": N_("This contact is no longer there; somebody has deleted it. Undo brings it back."),
    "tag_not_found": N_("There is no tag {tag}. It may have been renamed or deleted."),
    "user_not_found": N_("This user is not on the list any more. Undo brings them back."),
    "class_not_found": N_("This class is no longer there; it has been deleted. Undo brings it back."),
    "group_not_found": N_("This group of properties is no longer there. Undo brings it back."),
    "choice_not_found": N_("There is no choice {choice}. It may have been renamed or deleted."),
    "segment_not_found": N_("There is no segment {segment}. It may have been renamed or deleted."),
    "filter_not_found": N_("This filter is no longer there; it has been deleted. Undo brings it back."),
    "property_not_found": N_("This property is no longer there; it has been deleted. Undo brings it back."),
    "note_not_found": N_("This note is no longer there; it or its contact has been deleted."),
    "operation_not_found": N_("There is no operation {operation} in the history. The history lists all of them."),
    "contact_ambiguous": N_("Several contacts have {contact}: {ids}. Name the one that you mean by its number."),
    "merge_outdated": N_(
        "Contacts have changed since it was shown what would be merged, so nothing was. Look for duplicates again."
    ),
    "duplicate_rule_invalid": N_(
        "“{field}” is no field by which duplicates can be found. Name fields such as email, phone, name, city, or "
        "property:NAME."
    ),
    "merge_choice_invalid": N_(
        "“{field}” of contact {contact} cannot be kept: it is no field with one value, or the contact is not among "
        "those that are merged."
    ),
    # Criteria
    "criteria_unreadable": N_("These criteria cannot be read ({reason}). Choose them anew."),
    "criteria_field_unknown": N_(
        "The criteria ask about {field}, which is not there; it may have been deleted. Take it out of them."
    ),
    "criteria_field_to_come": N_("There is nothing yet to ask about {field}. Take it out of the criteria."),
    "criteria_unfit": N_(
        "What the criteria ask about {field} does not fit it; its type may have been changed. Choose it anew."
    ),
    "criteria_too_deep": N_("The groups of the criteria are nested too deep. Put some of them beside each other."),
    "segment_cycle": N_("The segment {segment} would contain itself. Take it out of the criteria."),
    # Users, classes, segments
    "user_is_current": N_("{user} works here, so that they stay on the list. Rename them instead."),
    "retype_loses": N_(
        "Of {property}, the values of some contacts ({count}) cannot be of the new type. Look at the preview, then "
        "mend them or let them go."
    ),
    "retype_too_many_choices": N_(
        "{property} has {count} different values, too many for choices (at most {limit}). Keep it a text."
    ),
    "class_is_general": N_(
        "The class {name} stays: it has all contacts for which no other was chosen. Rename it instead."
    ),
    "segment_in_use": N_("The segment {segment} stays: {users} ask for it. Change those first."),
    "segment_is_dynamic": N_("Who is in the segment {segment} follows from its criteria. Change the criteria instead."),
    # Undo and redo
    "nothing_to_undo": N_("There is nothing to undo."),
    "nothing_to_redo": N_("There is nothing to do again."),
    "already_undone": N_("Operation {operation} has been undone already. It can be done again instead."),
    "not_undone": N_("Operation {operation} is in force, so there is nothing to do again."),
    "not_undoable": N_(
        "Operation {operation} is itself an undo or a redo. Undo or redo the operation that it was about."
    ),
    # Pictures
    "picture_unknown": N_("The picture was not saved: only PNG and JPEG pictures are kept. Choose another file."),
    # Export
    "export_texts_too_long": N_(
        "Nothing was exported: {count} texts are longer than the 32 767 characters of a spreadsheet's cell. Allow "
        "them to be cut, or export to CSV."
    ),
    "export_disk_full": N_("{path} was not written: the disk is full. Make room or choose another place."),
    "export_not_permitted": N_("{path} was not written: {reason}. Close it in other programs or choose another place."),
    "export_no_folder": N_("{path} was not written: there is no such folder. Choose another place."),
    "export_is_folder": N_("{path} is a folder. Give the file a name of its own."),
    "export_failed": N_("{path} was not written: {reason}. Try again or choose another place."),
    # Mapping columns on the command line
    "mapping_syntax": N_("“{text}” maps no column. Write it as COLUMN=FIELD."),
    "mapping_read_only_field": N_("{text} is kept by the program itself and cannot be imported. Leave it out."),
    # Import
    "plan_outdated": N_(
        "Contacts have changed since the preview of {file} was made, so nothing was imported. Look at the new preview "
        "and import then."
    ),
    "file_missing": N_("{path} is not there. It may have been moved or deleted; choose it again."),
    "file_unreadable": N_("{path} cannot be read: {detail}. Close it in other programs or copy it elsewhere."),
    "password_protected": N_(
        "The file is protected by a password. Open it in your spreadsheet program, save it without one, and import "
        "that copy."
    ),
    "file_damaged": N_(
        "The file is damaged and cannot be read ({detail}). Open it in your spreadsheet program, save it anew, and "
        "import that copy."
    ),
    "unsafe_xml": N_(
        "The file was refused: {part} declares entities, which no spreadsheet program writes and which can harm. Save "
        "it anew in your spreadsheet program."
    ),
    "sheet_too_large": N_(
        "The sheet {sheet} reaches as far as the cell {cell}, too large to read. Delete the empty rows and columns "
        "beyond the data, save, and try again."
    ),
    "sheet_missing": N_("The file has no sheet {sheet}. Choose one of its sheets."),
    "delimiter_invalid": N_("“{delimiter}” cannot separate columns. Give one character, such as ; or a tab."),
    "no_sheets": N_("The file has no sheet with cells, so there is nothing to import."),
    "encoding_unknown": N_("There is no encoding {encoding}. Choose one of the list."),
    "reading_too_long": N_(
        "Reading the file took more than {seconds} seconds and was given up. Save it as CSV and import that."
    ),
    "reading_too_much_memory": N_(
        "Reading the file took more than {megabytes} MB of memory and was given up. Save it as CSV and import that."
    ),
    "reading_crashed": N_(
        "The file cannot be read: the reader failed on it ({detail}). Save it as CSV and import that."
    ),
    # Long work
    "job_crashed": N_(
        "The work stopped of itself (exit code {exit}), and nothing of it was kept. Try again; if it happens again, "
        "send us the log."
    ),
    "out_of_memory": N_(
        "The work needed more than the {limit_mb} MB of memory that it may take, and nothing of it was kept. Split "
        "the file, or close other programs and try again."
    ),
}
"""The sentence of every code that needs no more than its facts put in."""

_FOREIGN_KINDS: Final = {
    "pdf": N_("a PDF document"),
    "png": N_("a picture"),
    "jpeg": N_("a picture"),
    "gif": N_("a picture"),
    "rar": N_("an archive"),
    "7z": N_("an archive"),
    "gz": N_("an archive"),
    "zip": N_("an archive"),
    "sqlite": N_("a database"),
    "exe": N_("a program"),
    "rtf": N_("a text document"),
    "doc": N_("a Word document"),
    "docx": N_("a Word document"),
    "ppt": N_("a presentation"),
    "pptx": N_("a presentation"),
    "msg": N_("a message of Outlook"),
    "numbers": N_("a spreadsheet of Numbers"),
    "old_xls": N_("a spreadsheet of an Excel before 1997"),
    "xlsb": N_("a binary spreadsheet of Excel (XLSB)"),
    "xml_workbook": N_("an XML spreadsheet of Excel 2003"),
    "binary": N_("neither a table nor text"),
}


def error_text(error: ExpectedError, properties: Mapping[int, str] | None = None) -> str:
    """The sentence of an expected failure; ``properties`` are names by id, for fields with problems."""
    if isinstance(error, EditConflict):
        return _conflict(error)
    composed = COMPOSED.get(error.code)
    if composed is not None:
        return composed(error.facts, properties)
    sentence = SENTENCES.get(error.code)
    if sentence is None:
        return _("That did not work ({code}). Nothing was changed.").format(code=str(error))
    return _(sentence).format_map(_Told(error.facts))


def failure_text(error: BaseException) -> str:
    """The sentence of any failure to show something; what a bug has to say is for the log, not for people."""
    if isinstance(error, ExpectedError):
        return error_text(error)
    if isinstance(error, OSError):  # the disk, the network: people can do something about it
        return _("It could not be read: {error}.").format(error=str(error).rstrip(".") or type(error).__name__)
    return _("Something went wrong in the program ({kind}). What happened is written in the log.").format(
        kind=type(error).__name__
    )


class _Told(dict[str, str]):
    """Facts as they stand in a sentence; one that is missing reads as "?" instead of hiding the failure."""

    def __init__(self, facts: Facts) -> None:
        super().__init__({key: _fact(value) for key, value in facts.items()})

    def __missing__(self, key: str) -> str:
        return "?"


def _fact(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # the number of an operation or an exit code, not an amount
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return " ".join(str(value).split()).rstrip(".")  # what a driver says may have several lines


def _conflict(error: EditConflict) -> str:
    conflicts = error.facts.get("fields")
    told = (
        [conflict_text(conflict) for conflict in conflicts if isinstance(conflict, FieldConflict)]
        if isinstance(conflicts, list)
        else []
    )
    start = _("Somebody has changed this in the meantime, so nothing was written.")
    if not told:
        return start + " " + _("Look at it as it is now, then do it again.")
    total = error.facts.get("total")
    more = total - len(told[:3]) if isinstance(total, int) else 0
    text = start + " " + "; ".join(told[:3])
    if more > 0:
        text += "; " + ngettext("{count} more place", "{count} more places", more).format(count=grouped(more))
    return text + "."


def conflict_text(conflict: FieldConflict, properties: Mapping[int, str] | None = None) -> str:
    """One value that is not as it was left: its field, what it was and what it is now."""
    if conflict.field == "created_in":
        return _("{name} has been changed since ({what})").format(
            name=conflict.wanted, what=operation_text(str(conflict.present), {})
        )
    if conflict.field == "merged_into_id":
        return (
            _("{name} was merged into {other} since").format(name=conflict.seen, other=conflict.present)
            if conflict.present
            else _("{name} is no longer there").format(name=conflict.seen)
        )
    label = field_label(conflict.field, properties)
    if conflict.entity in ("email", "phone", "messenger") and conflict.field in ("address", "number", "login"):
        label = field_label(conflict.entity)
    elif conflict.entity == "property_value":
        label = _("Property")
    return _("{field} was {before} and is now {after}").format(
        field=label, before=plain_value(conflict.seen), after=plain_value(conflict.present)
    )


def _invalid_input(facts: Facts, properties: Mapping[int, str] | None) -> str:
    problems: Mapping[str, str] = facts.get("problems") or {}
    told = [
        _("{field}: {problem}").format(field=field_label(key, properties), problem=problem_text(code))
        for key, code in problems.items()
    ]
    return " ".join([_("Not saved."), *told])


def _database_unreadable(facts: Facts, _properties: Mapping[int, str] | None) -> str:
    path, reason = facts.get("path", "?"), facts.get("reason", "")
    if reason == "folder":
        return _("{path} cannot be opened: it is a folder, or its folder is not there. Choose a file.").format(
            path=path
        )
    if "malformed" in str(reason):
        return _("The database {path} is damaged ({reason}). Keep a copy of it and restore a backup.").format(
            path=path, reason=_fact(reason)
        )
    return _("{path} cannot be opened: {reason}. Check that the disk is there and that you may write to it.").format(
        path=path, reason=_fact(reason)
    )


def _picture_too_large(facts: Facts, _properties: Mapping[int, str] | None) -> str:
    return _("The picture has {size} KB, and at most {limit} KB are kept. Choose a smaller one.").format(
        size=grouped(int(facts.get("size") or 0) // 1024), limit=grouped(int(facts.get("limit") or 0) // 1024)
    )


def _export_unknown_kind(facts: Facts, _properties: Mapping[int, str] | None) -> str:
    kinds = ", ".join(str(kind) for kind in facts.get("kinds") or ())
    ending = str(facts.get("ending") or "")
    if not ending:
        return _("The file's name has no ending that tells its kind. Use one of: {kinds}.").format(kinds=kinds)
    return _("Nothing can be written as {ending}. Use one of: {kinds}.").format(ending=ending, kinds=kinds)


def _choice(sentence: str, fact: str, choices: str) -> Callable[[Facts, Mapping[int, str] | None], str]:
    """A sentence about one unknown name, and the names that there are."""

    def told(facts: Facts, _properties: Mapping[int, str] | None) -> str:
        there = [str(choice) for choice in facts.get(choices) or ()]
        known = ", ".join(there) if there else _("none")
        return _(sentence).format(name=facts.get(fact, "?"), known=known)

    return told


def _kind_unsupported(facts: Facts, _properties: Mapping[int, str] | None) -> str:
    kind = str(facts.get("kind") or "")
    named = _(_FOREIGN_KINDS[kind]) if kind in _FOREIGN_KINDS else kind.upper()
    return _(
        "This file is {kind}, which cannot be imported. Save it as XLSX or CSV in the program that made it."
    ).format(kind=named)


def _unsafe_archive(facts: Facts, _properties: Mapping[int, str] | None) -> str:
    return _(
        "The file was refused: it unpacks to {size} MB, over the limit of {limit} MB. Save it as CSV and import that."
    ).format(
        size=grouped(int(facts.get("size") or 0) // 1_000_000), limit=grouped(int(facts.get("limit") or 0) // 1_000_000)
    )


COMPOSED: Final[Mapping[str, Callable[[Facts, Mapping[int, str] | None], str]]] = {
    "criteria_invalid": invalid_criteria_text,
    "invalid_input": _invalid_input,
    "database_unreadable": _database_unreadable,
    "picture_too_large": _picture_too_large,
    "export_unknown_kind": _export_unknown_kind,
    "export_unknown_field": _choice(N_("There is no field {name}. There are: {known}."), "field", "fields"),
    "mapping_unknown_column": _choice(
        N_("The file has no column {name}. Its columns are: {known}."), "text", "columns"
    ),
    "mapping_unknown_field": _choice(N_("There is no field {name}. There are: {known}."), "text", "fields"),
    "mapping_unknown_property": _choice(
        N_("There is no property {name}. There are: {known}. Add --create-properties to make it."), "text", "properties"
    ),
    "kind_unsupported": _kind_unsupported,
    "unsafe_archive": _unsafe_archive,
}
"""The sentences that are put together from their facts."""
