"""The arguments of the command line."""

import argparse
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ulkacrm_desktop.core.i18n import LANGUAGES, _

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[ArgumentParser]

MODES = ("create-update", "create", "update", "keep-duplicates")
MATCHES = ("email", "phone")
DATE_ORDERS = ("dmy", "mdy", "ymd")
DECIMAL_MARKS = ("comma", "point")
NAME_ORDERS = ("as_written", "last_first")
_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|"}


class Arguments(Namespace):
    """What was asked for; a command has those that belong to it.

    ``command`` is its name, of one about a subject with its action: ``tag add``.
    """

    command: str
    database: str | None
    language: str | None
    file: str
    json: bool
    limit: int
    # import
    map: list[str]
    create_properties: bool
    mode: str
    match: frozenset[str]
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    country: str | None
    date_order: list[tuple[str, str]]
    decimal_mark: list[tuple[str, str]]
    name_order: list[tuple[str, str]]
    dry_run: bool
    strict: bool
    errors: str | None
    # export, search, show
    search: str
    where: str | None
    segment: str | None
    fields: list[str]
    text: list[str]
    contact: str
    # segment, tag, property, user, class
    name: str
    names: list[str]
    new_name: str
    into: str
    colour: str
    static: bool
    description: str
    icon: str
    private: bool
    history: bool
    type: str
    choices: list[str]
    group: str
    default: str
    required: bool
    drop: bool
    order: str | None
    mark: str | None
    value: str
    only_empty: bool
    choice: str
    successor: str | None
    # duplicates, merge
    rule: list[str]
    fuzzy: bool
    merge_all: bool
    merge: bool
    primary: str
    others: list[str]
    choose: list[str]
    # undo
    operation: int | None
    # demo
    directory: str | None
    screens: str | None


def asked_language(argv: Sequence[str]) -> str | None:
    """The language that the arguments ask for, known before they are parsed, so that help is in it too."""
    finder = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    finder.add_argument("--language", choices=LANGUAGES)
    try:
        found: str | None = finder.parse_known_args(list(argv))[0].language
    except (argparse.ArgumentError, SystemExit):
        return None
    return found


def make_parser() -> ArgumentParser:
    """The parser of all commands; without one the window is meant."""
    from ulkacrm_desktop.cli.subject_arguments import add_subjects

    parser = ArgumentParser(
        prog="ulkacrm",
        description=_("Ulka CRM. Without a command the window opens."),
        epilog=_("“ulkacrm COMMAND --help” tells more about a command."),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--database",
        metavar="FILE|URL",
        help=_("the database: a file, or a postgresql:// address; without it the usual one"),
    )
    parser.add_argument("--language", choices=LANGUAGES, help=_("the language of all texts"))
    parser.set_defaults(command="")
    commands = parser.add_subparsers(metavar="COMMAND", title=_("commands"))
    _add_demo(commands)
    _add_import(commands)
    _add_export(commands)
    _add_reading(commands)
    _add_duplicates(commands)
    _add_history(commands)
    add_subjects(commands)
    return parser


def add_command(commands: "Commands", name: str, text: str) -> ArgumentParser:
    """A new command, or a new action of a command."""
    command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    command.set_defaults(command=name)
    return command


def _add_demo(commands: "Commands") -> None:
    demo = add_command(commands, "demo", _("make a database from a sample spreadsheet and open the window on it"))
    demo.add_argument("--directory", metavar="DIR", help=_("where to make it"))
    demo.add_argument(
        "--screens",
        metavar="DIR",
        help=_("instead of the window: draw every page and dialog in its states to PNG files"),
    )


def _add_import(commands: "Commands") -> None:
    command = add_command(commands, "import", _("bring a spreadsheet or address cards into the database"))
    command.add_argument("file", metavar="FILE", help=_("CSV, TSV, XLSX, XLS, ODS, HTML table or vCard"))
    command.add_argument(
        "--map",
        metavar="COLUMN=FIELD",
        action="append",
        default=[],
        type=_assignment,
        help=_("where a column goes: a field such as email or phone:work, property:NAME, or ignore; #2 is the second"),
    )
    command.add_argument(
        "--create-properties", action="store_true", help=_("make properties of the columns of nothing known")
    )
    command.add_argument("--mode", choices=MODES, default=MODES[0], help=_("what may be done (create-update)"))
    command.add_argument(
        "--match",
        metavar="email,phone",
        type=_matches,
        default=frozenset({"email"}),
        help=_("by what a row is taken for a contact that is there (email)"),
    )
    command.add_argument("--encoding", metavar="E", help=_("the encoding of the text, such as cp1251"))
    command.add_argument(
        "--delimiter", metavar="D", type=_delimiter, help=_("what stands between cells: a character, or tab")
    )
    command.add_argument("--sheet", metavar="NAME", help=_("the sheet of the workbook"))
    command.add_argument(
        "--country",
        metavar="RU",
        type=_country,
        help=_("the country of phones without a country code, by its two letters"),
    )
    command.add_argument(
        "--date-order",
        metavar="[COLUMN=]ORDER",
        action="append",
        default=[],
        type=lambda text: _of_column(text, DATE_ORDERS),
        help=_("how dates are written, in one column or in all: dmy (day first), mdy or ymd"),
    )
    command.add_argument(
        "--decimal-mark",
        metavar="[COLUMN=]MARK",
        action="append",
        default=[],
        type=lambda text: _of_column(text, DECIMAL_MARKS),
        help=_("what stands before the decimals of numbers, in one column or in all: comma or point"),
    )
    command.add_argument(
        "--name-order",
        metavar="[COLUMN=]ORDER",
        action="append",
        default=[],
        type=lambda text: _of_column(text, NAME_ORDERS),
        help=_("how names such as “Petrova, Anna” are taken, in one column or in all: as_written or last_first"),
    )
    command.add_argument("--dry-run", action="store_true", help=_("only say what would be done"))
    command.add_argument("--strict", action="store_true", help=_("import nothing where any row is faulty"))
    command.add_argument("--errors", metavar="FILE", help=_("save the faulty rows with their reasons, CSV or XLSX"))
    add_json(command)


def _add_export(commands: "Commands") -> None:
    command = add_command(commands, "export", _("write contacts to a file"))
    command.add_argument("file", metavar="FILE", help=_("its ending tells its kind: csv, xlsx, json, vcf"))
    command.add_argument("--search", metavar="TEXT", default="", help=_("only the contacts that a search finds"))
    command.add_argument("--segment", metavar="NAME", help=_("only the contacts of a segment"))
    add_where(command)
    command.add_argument(
        "--fields",
        metavar="a,b,…",
        type=listed,
        default=[],
        help=_("the fields, in their order, such as name,email,property:Birthday; without it all"),
    )
    add_json(command)
    template = add_command(commands, "template", _("write an empty spreadsheet to fill in and import"))
    template.add_argument("file", metavar="FILE", help=_("its ending tells its kind: csv, xlsx"))


def _add_reading(commands: "Commands") -> None:
    search = add_command(commands, "search", _("find contacts"))
    search.add_argument("text", metavar="TEXT", nargs="*", help=_("words or their beginnings, digits of a phone"))
    add_where(search)
    search.add_argument("--limit", metavar="N", type=whole_number, default=20, help=_("how many to list (20)"))
    add_json(search)
    show = add_command(commands, "show", _("show all of one contact, with its timeline"))
    show.add_argument("contact", metavar="CONTACT", help=_("its id, or one of its emails"))
    add_json(show)
    add_json(add_command(commands, "check", _("test whether the database is sound")))
    add_json(add_command(commands, "info", _("tell what the database holds")))


def _add_duplicates(commands: "Commands") -> None:
    find = add_command(commands, "duplicates", _("find contacts that stand in the database more than once"))
    how = find.add_mutually_exclusive_group()
    how.add_argument(
        "--rule",
        metavar="FIELD,FIELD…",
        type=listed,
        default=[],
        help=_("those that have the same in each of the fields: email, phone, name, name,city, property:NAME …"),
    )
    how.add_argument("--fuzzy", action="store_true", help=_("those that are alike in all that is known of them (so)"))
    find.add_argument("--limit", metavar="N", type=whole_number, help=_("how many groups to list (20; as JSON all)"))
    find.add_argument("--merge-all", action="store_true", help=_("merge each group into its fullest contact"))
    add_json(find)
    merge = add_command(commands, "merge", _("merge contacts into one that takes in what they have"))
    merge.add_argument("primary", metavar="PRIMARY", help=_("the contact that stays: its id, or one of its emails"))
    merge.add_argument("others", metavar="OTHER", nargs="+", help=_("a contact that goes into it"))
    merge.add_argument(
        "--choose",
        metavar="FIELD=CONTACT",
        action="append",
        default=[],
        type=_choice,
        help=_("keep the value of that contact: a field such as name or company, or property:NAME"),
    )
    add_json(merge)


def _add_history(commands: "Commands") -> None:
    history = add_command(commands, "history", _("list what was done, the latest first"))
    history.add_argument("--limit", metavar="N", type=whole_number, default=20, help=_("how many to list (20)"))
    add_json(history)
    undo = add_command(commands, "undo", _("take an operation back"))
    undo.add_argument(
        "operation", metavar="OPERATION", nargs="?", type=whole_number, help=_("its number; without it the latest")
    )
    add_command(commands, "redo", _("bring the operation back that was undone last"))


def add_where(command: ArgumentParser, *, required: bool = False) -> None:
    """Let a command take criteria; where they are required, nobody changes all contacts by leaving them out."""
    # Translators: leave the example as it is: criteria are written in English in every language.
    example = _("""only the contacts that fulfil criteria, such as 'tag = VIP and not last_activity in last 30 days'""")
    command.add_argument("--where", metavar="CRITERIA", required=required, help=example)


def add_json(command: ArgumentParser) -> None:
    """Let a command print one JSON object."""
    command.add_argument("--json", action="store_true", help=_("print one JSON object"))


def _assignment(text: str) -> str:
    if "=" not in text:
        raise argparse.ArgumentTypeError(_("“{text}” maps no column. Write it as COLUMN=FIELD.").format(text=text))
    return text


def _choice(text: str) -> str:
    if not all(text.partition("=")):
        raise argparse.ArgumentTypeError(_("“{text}” chooses nothing. Write it as FIELD=CONTACT.").format(text=text))
    return text


def _matches(text: str) -> frozenset[str]:
    found = frozenset(part.strip() for part in text.split(","))
    if not found <= set(MATCHES):
        raise argparse.ArgumentTypeError(_("“{text}” is none of email, phone and email,phone.").format(text=text))
    return found


def _delimiter(text: str) -> str:
    delimiter = _DELIMITERS.get(text.casefold(), text)
    if len(delimiter) != 1:
        raise argparse.ArgumentTypeError(_("“{text}” is not one character.").format(text=text))
    return delimiter


def _country(text: str) -> str:
    from ulkacrm_desktop.core.text.phone_plans import plan_of_region

    if plan_of_region(text) is None:
        raise argparse.ArgumentTypeError(_("“{text}” is no country. Write it as two letters: RU.").format(text=text))
    return text.upper()


def _of_column(text: str, choices: Sequence[str]) -> tuple[str, str]:
    """A column, '' for all of them, and a choice for it; the name of a column may have an ``=`` itself."""
    column, _equals, choice = text.rpartition("=")
    if choice.strip().casefold() not in choices:
        raise argparse.ArgumentTypeError(
            _("“{text}” is none of {choices}.").format(text=choice.strip(), choices=", ".join(choices))
        )
    return column.strip(), choice.strip().casefold()


def whole_number(text: str) -> int:
    """A number of things, at least one."""
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(_("“{text}” is not a whole number above zero.").format(text=text))
    return int(text)


def listed(text: str) -> list[str]:
    """Names between commas; one that has a comma itself stands in quotation marks."""
    import csv

    return [part.strip() for part in next(csv.reader([text], skipinitialspace=True), []) if part.strip()]
