"""Yes and no, options, tags and web addresses in cells."""

import re
from typing import Final

from ulkacrm_desktop.core.contact_input import TAG_LIMIT
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.services.cells import split_values
from ulkacrm_desktop.services.imports.cleaning.cells import Cell, CellProblem, cell_text, clean_text

_YES: Final = (
    "yes", "y", "true", "t", "on", "1", "+", "++", "x", "х", "v", "✓", "✔", "☑", "да", "д", "истина", "есть", "вкл",
)  # fmt: skip
_NO: Final = ("no", "n", "false", "f", "off", "0", "-", "--", "☐", "нет", "н", "ложь", "выкл", "✗", "✘")
_WORDS: Final = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}

_ORDINARY_URL = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d{1,5})?(?:[/?#][!-~]*)?")
_URL = re.compile(
    r"(?:(https?|ftp)://)?(?:[^\s/?#@]+@)?((?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]+|\d{1,3}(?:\.\d{1,3}){3}|localhost)"
    r"(:\d{1,5})?([/?#]\S*)?",
    re.IGNORECASE,
)
_MAX_URL: Final = 2_000
_SEVERAL = re.compile(r'[,;"\n]|:::')


def parse_yes_no(cell: Cell) -> bool | None:
    """Yes or no by the words of English and Russian files, None for an empty cell.

    Raises `CellProblem` ``yes_no_invalid`` for everything else.
    """
    if isinstance(cell, bool) or cell is None:
        return cell
    if type(cell) is str:
        known = _WORDS.get(cell)
        if known is not None:
            return known
    text = clean_text(cell)
    known = _WORDS.get(fold(text))
    if known is None and text:
        raise CellProblem("yes_no_invalid", cell_text(cell))
    return known


def parse_url(cell: Cell) -> str:
    """A web address, with ``https://`` put before one that names no scheme; '' for an empty cell.

    Only http, https and ftp are taken. Raises `CellProblem` ``url_invalid``.
    """
    if type(cell) is str and len(cell) <= _MAX_URL and _ORDINARY_URL.fullmatch(cell):
        return cell
    text = clean_text(cell)
    if not text:
        return ""
    match = _URL.fullmatch(text) if len(text) <= _MAX_URL else None
    if match is None or (not match[1] and "@" in text.partition("/")[0]):
        raise CellProblem("url_invalid", text)
    return text if match[1] else "https://" + text


def parse_option(cell: Cell) -> str:
    """The option of a select: the text with single spaces; '' for an empty cell."""
    return " ".join(clean_text(cell).split())


def split_options(cell: Cell) -> list[str]:
    """The options of a multi-select, each once, apart at commas, semicolons and line ends."""
    return _values(clean_text(cell))


def split_tags(cell: Cell) -> list[str]:
    """The tags of a cell, each once ("VIP" and "vip " are one), apart at commas, semicolons and line ends.

    Raises `CellProblem` ``tag_too_long`` for one of over 100 characters.
    """
    tags = _values(clean_text(cell))
    for tag in tags:
        if len(tag) > TAG_LIMIT:
            raise CellProblem("tag_too_long", tag)
    return tags


def _values(text: str) -> list[str]:
    """The values of a text, tidied, each once by its folded form."""
    if not text:
        return []
    if not _SEVERAL.search(text):
        return [" ".join(text.split())]
    found: dict[str, str] = {}
    for value in split_values(text):
        tidy = " ".join(value.split())
        if tidy:
            found.setdefault(fold(tidy), tidy)
    return list(found.values())
