"""How values stand in the cells of a file: several in one cell, numbers, yes and no; written and read back."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from ulkacrm_desktop.core.contact_document import ContactKind

GOOGLE_SEPARATOR: Final = " ::: "
"""What Google Contacts puts between several values of one cell."""

_NEEDS_QUOTES = re.compile(r'[",;\r\n]|:::|^\s|\s$|^$')
_ITEM = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?=[,;\r\n]|$)|([^,;\r\n]*)')

YES_NO: Final = {"en": ("yes", "no"), "ru": ("да", "нет")}
"""What yes and no are in a file of each language."""

KIND_NAMES: Final = {
    "en": {ContactKind.PERSON: "Person", ContactKind.ORGANISATION: "Organisation"},
    "ru": {ContactKind.PERSON: "Человек", ContactKind.ORGANISATION: "Организация"},
}
"""What the kinds of contacts are in a file of each language."""

_KIND_WORDS: Final = {
    **dict.fromkeys(("person", "individual", "человек", "персона", "физлицо", "физическое лицо"), "person"),
    **dict.fromkeys(
        ("organisation", "organization", "org", "company", "организация", "компания", "юрлицо", "юридическое лицо"),
        "organisation",
    ),
}


def join_values(values: Sequence[str], separator: str = ", ") -> str:
    """Several values as one cell: those that a reader could take apart stand in quotes, doubled inside.

    A single empty value gives an empty cell; among several an empty one keeps its place.
    """
    if len(values) == 1 and not _NEEDS_QUOTES.search(values[0]):
        return values[0]
    if not any(values):
        return ""
    return separator.join(
        '"' + value.replace('"', '""') + '"' if value and _NEEDS_QUOTES.search(value) else value for value in values
    )


def single_values(values: Sequence[str]) -> Sequence[str]:
    """Each value as a cell of its own, as `join_values` writes it; quick, where few need quotes."""
    joined = "\n".join(values)
    is_plain = not any(mark in joined for mark in ('"', ",", ";", "\r", ":::")) and joined.count("\n") < len(values)
    if is_plain and all(map(str.__eq__, map(str.strip, values), values)):
        return values
    return [join_values((value,)) for value in values]


def split_values(cell: str, *, keep_empty: bool = False) -> list[str]:
    """The values of one cell, apart at commas, semicolons, line breaks and Google's `` ::: ``.

    The inverse of `join_values`: a value in quotes is taken whole. With ``keep_empty`` a place without a
    value is an empty one, as labels need it that are paired with values by place.
    """
    if not cell.strip():
        return []
    google = GOOGLE_SEPARATOR in cell and '"' not in cell
    parts = cell.split(GOOGLE_SEPARATOR) if google else list(_items(cell))
    return [part for part in parts if part or keep_empty]


def _items(cell: str) -> Iterable[str]:
    at = 0
    while True:
        match = _ITEM.match(cell, at)
        assert match is not None  # the second branch matches the empty text
        quoted, plain = match.groups()
        yield plain.strip() if quoted is None else quoted.replace('""', '"')
        at = match.end() + 1
        if match.end() >= len(cell):
            return
        if cell[match.end()] == "\r" and cell[at : at + 1] == "\n":
            at += 1


def split_google_groups(cell: str) -> list[str]:
    """The groups of a Google contact as tags: its own marks (``* myContacts``) are left out."""
    groups = (group.removeprefix("* ").strip() for group in split_values(cell))
    return [group for group in groups if group.replace(" ", "").casefold() not in ("mycontacts", "")]


def split_google_label(text: str) -> tuple[str, bool]:
    """A label of Google Contacts and whether its value is the primary one, which a star tells."""
    starred = text.startswith("*")
    return text.lstrip("* ").strip(), starred


def messenger_text(kind: str, login: str) -> str:
    """A messenger as one value of a cell: ``telegram: anna``."""
    return f"{kind}: {login}" if kind else login


def split_messenger(value: str) -> tuple[str, str]:
    """Kind and login of one messenger of a cell; the kind is empty where the cell names none.

    An address (``https://t.me/anna``) is no kind with a login: it is left whole.
    """
    kind, colon, login = value.partition(":")
    if not colon or login.startswith("//") or not login.strip():
        return "", value.strip()
    return kind.strip().casefold(), login.strip()


def number_text(value: float | Decimal) -> str:
    """A number with a point and without an exponent, as short as its value allows."""
    if isinstance(value, int):
        return str(value)
    text = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def kind_of(cell: str) -> ContactKind | None:
    """The kind of contact that a cell names in English or Russian, None where it names none."""
    word = _KIND_WORDS.get(cell.strip().casefold())
    return None if word is None else ContactKind(word)
