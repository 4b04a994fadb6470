"""What an import says: problems of rows and cells, notices about files, reasons of the mapping, phases, results."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from ulkacrm_desktop.core.i18n import N_, _, ngettext, pgettext
from ulkacrm_desktop.ui.labels.fields import address_label, field_label, messenger_label
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.labels.values import grouped

NO_DELIMITER: Final = "\x1f"
"""Stands among delimiters for a file of one column: a character that no table has in it."""

_LISTED: Final = 8


def listed(items: Sequence[object], limit: int = _LISTED) -> str:
    """The items with commas between them; beyond the limit only their number is told."""
    shown = ", ".join(str(item) for item in items[:limit])
    rest = len(items) - limit
    if rest <= 0:
        return shown
    return ngettext("{items} and {n} more", "{items} and {n} more", rest).format(items=shown, n=rest)


# Rows and cells.


def cell_problem_text(code: str, value: str = "") -> str:
    """What is wrong with a cell or a row of a plan, or worth knowing of it.

    ``value`` is what stands there; of a row that could not be read the facts of the case.
    """
    text = _ROW_PROBLEMS.get(code)
    return _(text).format(value=value) if text is not None else problem_text(code)


class _FaultyCell(Protocol):
    @property
    def column(self) -> str: ...

    @property
    def code(self) -> str: ...

    @property
    def value(self) -> str: ...


def row_error_text(error: _FaultyCell) -> str:
    """One fault of a row, with the heading of the column where it has one."""
    text = cell_problem_text(error.code, error.value)
    return _("{column}: {problem}").format(column=error.column, problem=text) if error.column else text


_ROW_PROBLEMS: Final = {
    "name_required": N_("A name is missing."),
    "property_missing": N_("This property is required, and the file has no value of it."),
    "kind_unknown": N_("Neither a person nor an organisation."),
    "row_too_long": N_("The row has more cells than there are headings."),
    "cell_too_large": N_("A cell holds more text than can be imported."),
    "unbalanced_quote": N_("The quotation mark opened in line {value} is never closed."),
    "stray_line_break": N_("A line break in the middle has broken the row apart (line {value})."),
    "undecodable": N_("Line {value} has bytes that do not fit the encoding; the first step can have them replaced."),
    "card_unreadable": N_("The card in line {value} cannot be read."),
    "picture_too_large": N_("The picture is too large to be kept; the contact gets none."),
    "picture_unknown": N_("This is no PNG or JPEG picture; the contact gets none."),
    "exists": N_("Already there, and only new contacts are created."),
    "not_found": N_("Not there, and only contacts that are there are updated."),
    "email_domain_lookalike": N_("Letters of two alphabets are mixed: the domain may only look like a known one."),
    "phone_country_unknown": N_("No country code: choose the country of such phones."),
    "phone_country_guessed": N_("The country code was taken from the number itself."),
}
"""The sentences of what only an import meets; `problem_text` has those of values anywhere."""


def row_problem_codes() -> frozenset[str]:
    """The codes that have a sentence of their own here."""
    return frozenset(_ROW_PROBLEMS)


def row_kind_text(kind: str) -> str:
    """What will become of one row."""
    return {
        "create": pgettext("row of an import", "New"),
        "update": pgettext("row of an import", "Update"),
        "unchanged": pgettext("row of an import", "Unchanged"),
        "skip": pgettext("row of an import", "Skipped"),
        "error": pgettext("row of an import", "Error"),
    }[kind]


def row_kinds_text(kind: str | None) -> str:
    """The rows of one kind, or all of them, as the name of a filter."""
    return {
        None: pgettext("rows of an import", "All rows"),
        "create": pgettext("rows of an import", "New"),
        "update": pgettext("rows of an import", "Updates"),
        "unchanged": pgettext("rows of an import", "Unchanged"),
        "skip": pgettext("rows of an import", "Skipped"),
        "error": pgettext("rows of an import", "Errors"),
    }[kind]


# Files.


def source_kind_text(kind: str) -> str:
    """A kind of file by its content (`SourceKind`)."""
    return {
        "csv": _("Text table (CSV)"),
        "tsv": _("Text table with tabs (TSV)"),
        "xlsx": _("Excel workbook"),
        "xls": _("Excel 97–2003 workbook"),
        "ods": _("OpenDocument spreadsheet"),
        "html": _("Web page with a table"),
        "vcard": _("Address cards (vCard)"),
    }[kind]


def encoding_text(encoding: str) -> str:
    """An encoding by the names under which people know it; an unknown one by its own."""
    names: Mapping[str, str] = {
        "utf-8": _("Unicode (UTF-8)"),
        "utf-8-sig": _("Unicode (UTF-8)"),
        "utf-16": _("Unicode (UTF-16)"),
        "utf-16-le": _("Unicode (UTF-16 LE)"),
        "utf-16-be": _("Unicode (UTF-16 BE)"),
        "cp1251": _("Cyrillic (Windows-1251)"),
        "cp866": _("Cyrillic (DOS, cp866)"),
        "koi8-r": _("Cyrillic (KOI8-R)"),
        "koi8-u": _("Cyrillic (KOI8-U)"),
        "mac-cyrillic": _("Cyrillic (Mac)"),
        "iso8859-5": _("Cyrillic (ISO 8859-5)"),
        "cp1252": _("Western European (Windows-1252)"),
        "iso8859-1": _("Western European (ISO 8859-1)"),
        "cp1250": _("Central European (Windows-1250)"),
    }
    return names.get(encoding.lower().replace("_", "-"), encoding)


def delimiter_text(delimiter: str | None) -> str:
    """What stands between the cells of a line."""
    names = {
        ",": _("Comma (,)"),
        ";": _("Semicolon (;)"),
        "\t": _("Tab"),
        "|": _("Bar (|)"),
        NO_DELIMITER: _("None (one column)"),
    }
    return names.get(delimiter or NO_DELIMITER, delimiter or "")


def origin_text(origin: str) -> str:
    """The sentence that says which program a file seems to come from (`detect_origin`)."""
    names = {
        "google_contacts": "Google Contacts",
        "outlook": "Outlook",
        "hubspot": "HubSpot",
        "ulka_chat": "Ulka Chat",
        "webasyst": "Webasyst",
        "sendpulse": "SendPulse",
    }
    return _("This looks like an export of {program}.").format(program=names.get(origin, origin))


def notice_text(code: str, facts: Mapping[str, Any]) -> str:
    """A notice about a file as a sentence that says what was found and what becomes of it."""
    writer = _NOTICES.get(code)
    return writer(facts) if writer is not None else _("Notice: {code}").format(code=code)


def known_notice_codes() -> frozenset[str]:
    """The codes that `notice_text` has a sentence for."""
    return frozenset(_NOTICES)


def _kind_mismatch(facts: Mapping[str, Any]) -> str:
    return _("The name ends in “{suffix}”, but by its content the file is: {kind}. It is read as that.").format(
        suffix=facts["suffix"], kind=source_kind_text(str(facts["kind"]))
    )


def _mixed_encodings(facts: Mapping[str, Any]) -> str:
    lines = list(facts["lines"])
    text = ngettext(
        "Line {lines} does not fit the encoding {encoding}: the file seems to be put together from several.",
        "Lines {lines} do not fit the encoding {encoding}: the file seems to be put together from several.",
        len(lines),
    )
    return text.format(lines=listed(lines), encoding=encoding_text(str(facts["encoding"])))


def _count(facts: Mapping[str, Any]) -> int:
    return int(facts["count"])


def _hidden_sheets(facts: Mapping[str, Any]) -> str:
    names = list(facts["sheets"])
    text = ngettext(
        "The sheet {names} is hidden. Choose it above to import it.",
        "The sheets {names} are hidden. Choose one above to import it.",
        len(names),
    )
    return text.format(names=listed([f"“{getattr(name, 'name', name)}”" for name in names]))


_NOTICES: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "kind_mismatch": _kind_mismatch,
    "mixed_encodings": _mixed_encodings,
    "encoding_uncertain": lambda facts: _(
        "The encoding could not be told for sure; {encoding} fits best. Look whether the letters below are right."
    ).format(encoding=encoding_text(str(facts["encoding"]))),
    "nothing_to_import": lambda facts: _("There is nothing to import: no rows were found."),
    "no_headings": lambda facts: _(
        "No row of headings was found; columns are told apart by their content. Set the heading row if there is one."
    ),
    "repeated_headings": lambda facts: _(
        "Some headings stand more than once: {headings}. Such columns are told apart by their place."
    ).format(headings=listed([f"“{heading}”" for heading in facts["headings"]])),
    "too_many_columns": lambda facts: _("The table has {columns} columns; the first {limit} are read.").format(
        columns=facts["columns"], limit=facts["limit"]
    ),
    "hidden_sheets": _hidden_sheets,
    "hidden_rows": lambda facts: ngettext(
        "{n} row is hidden in the spreadsheet and is left out.",
        "{n} rows are hidden in the spreadsheet and are left out.",
        _count(facts),
    ).format(n=_count(facts)),
    "merged_cells": lambda facts: ngettext(
        "{n} cell is merged from several: its text counts for the first of them only.",
        "{n} cells are merged from several: their text counts for the first of them only.",
        _count(facts),
    ).format(n=_count(facts)),
    "spreadsheet_errors": lambda facts: ngettext(
        "{n} cell shows an error of the spreadsheet ({cells}). Its row can be mended before the import.",
        "{n} cells show an error of the spreadsheet ({cells}). Their rows can be mended before the import.",
        _count(facts),
    ).format(n=_count(facts), cells=listed(list(facts["cells"]))),
    "formulas_without_values": lambda facts: ngettext(
        "{n} cell has a formula without a result ({cells}) and is taken as empty. "
        "Open the file in its program and save it to have it calculated.",
        "{n} cells have formulas without results ({cells}) and are taken as empty. "
        "Open the file in its program and save it to have them calculated.",
        _count(facts),
    ).format(n=_count(facts), cells=listed(list(facts["cells"]))),
    "impossible_dates": lambda facts: ngettext(
        "{n} cell shows 29 February 1900 ({cells}), a day that never was. It is read as 28 February.",
        "{n} cells show 29 February 1900 ({cells}), a day that never was. They are read as 28 February.",
        _count(facts),
    ).format(n=_count(facts), cells=listed(list(facts["cells"]))),
    "macros_ignored": lambda facts: _("The workbook contains macros. They are not run."),
    "links_ignored": lambda facts: _("The workbook refers to other files. They are not opened."),
    "pictures_ignored": lambda facts: ngettext(
        "{n} picture is left out.", "{n} pictures are left out.", _count(facts)
    ).format(n=_count(facts)),
    "lines_ignored": lambda facts: _("The cards have lines that are not read: {names}.").format(
        names=listed(list(facts["names"]))
    ),
    "several_tables": lambda facts: ngettext(
        "The page has {n} table; it is read.", "The page has {n} tables; the largest is read.", _count(facts)
    ).format(n=_count(facts)),
}


# Columns.


def reason_text(reason: str) -> str:
    """Why a column has its target, or has none; short, for a quiet line beside it."""
    return {
        "own_heading": _("recognised"),
        "heading": _("recognised"),
        "property_name": _("a property of that name"),
        "content": _("by its content"),
        "remembered": _("remembered from last time"),
        "chosen": _("chosen"),
        "new_property": _("will be made"),
        "unknown": _("not recognised"),
        "repeated": _("another column goes there"),
        "read_only": _("set by the program"),
        "foreign_id": _("numbers of another program"),
        "noise": _("of no use for a contact"),
    }.get(reason, "")


def target_text(key: str, label: str = "", kind: str = "") -> str:
    """A field as the target of a column: with the label that its values get, or the messenger that they are of."""
    if key == "messenger" and kind:
        return messenger_label(kind)
    if label:
        return _("{field} ({label})").format(field=field_label(key), label=address_label(label))
    return field_label(key)


def question_text(kind: str, heading: str, sample: str) -> str:
    """What is asked of a column whose values can be read in two ways."""
    if kind == "date_order":
        return _("How are the dates in “{heading}” written? For example {sample}").format(
            heading=heading, sample=sample
        )
    if kind == "name_order":
        return _("The names in “{heading}” seem to begin with the last name. For example {sample}").format(
            heading=heading, sample=sample
        )
    return _("How are the numbers in “{heading}” written? For example {sample}").format(heading=heading, sample=sample)


def choice_text(choice: str) -> str:
    """One of the ways in which the values of a column can be read (`DateOrder`, `DecimalMark`, `NameOrder`)."""
    return {
        "dmy": _("Day first: 31.12.2024"),
        "mdy": _("Month first: 12/31/2024"),
        "ymd": _("Year first: 2024-12-31"),
        "comma": _("Comma before the decimals: 1.234,5"),
        "point": _("Point before the decimals: 1,234.5"),
        "as_written": _("Keep names as they are written"),
        "last_first": _("Last name first: “Petrova, Anna” becomes “Anna Petrova”"),
    }.get(choice, choice)


def mode_text(mode: str) -> str:
    """What an import may do (`ImportMode`)."""
    return {
        "create-update": _("Create and update contacts"),
        "create": _("Only create new contacts"),
        "update": _("Only update contacts"),
        "keep-duplicates": _("Keep duplicates"),
    }[mode]


def match_text(match: str) -> str:
    """By what a row is taken for a contact that is there (`MatchBy`)."""
    return {"email": _("Email"), "phone": _("Phone")}[match]


# Running and results.


def phase_text(phase: str) -> str:
    """What a long job is doing: an import, its preview, the finding and merging of duplicates."""
    return {
        "find": _("Looking for duplicates"),
        "contacts": _("Reading contacts"),
        "block": _("Finding pairs to compare"),
        "pairs": _("Comparing pairs"),
        "score": _("Weighing what is alike"),
        "merge": _("Merging contacts"),
        "read": _("Reading the file"),
        "match": _("Looking for contacts that are there already"),
        "compare": _("Comparing with what is there"),
        "create": _("Creating contacts"),
        "index": _("Preparing the search"),
        "update": _("Updating contacts"),
        "finish": _("Finishing"),
    }.get(phase, _("Working"))


def report_text(created: int, updated: int) -> str:
    """What an import has done, in one sentence."""
    made = ngettext("{n} contact created", "{n} contacts created", created).format(n=grouped(created))
    changed = ngettext("{n} contact updated", "{n} contacts updated", updated).format(n=grouped(updated))
    if created and updated:
        return _("{created}, {updated}.").format(created=made, updated=changed)
    if created or updated:
        return _("{done}.").format(done=made if created else changed)
    return _("Nothing was changed.")


def left_over_text(unchanged: int, skipped: int, errors: int) -> str:
    """What an import has left as it was; empty where nothing was."""
    parts = []
    if unchanged:
        parts.append(
            ngettext("{n} row said nothing new", "{n} rows said nothing new", unchanged).format(n=grouped(unchanged))
        )
    if skipped:
        parts.append(ngettext("{n} row was skipped", "{n} rows were skipped", skipped).format(n=grouped(skipped)))
    if errors:
        parts.append(
            ngettext("{n} faulty row was left out", "{n} faulty rows were left out", errors).format(n=grouped(errors))
        )
    return _("{parts}.").format(parts=", ".join(parts)) if parts else ""
