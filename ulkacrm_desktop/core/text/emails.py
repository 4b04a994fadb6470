"""Email addresses: read from what people write, and the key under which two of them are the same.

Ordinary addresses are taken by a pattern; everything else is left to ``email-validator`` (RFC 5321, RFC 6531,
IDNA 2008). Nothing is looked up in the network.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from ulkacrm_desktop.core.text.problem import TextProblem

_LOCAL = re.compile(r"[A-Za-z0-9_%+'-]+(?:\.[A-Za-z0-9_%+'-]+)*")
_ORDINARY_LINES = re.compile(rf"^(?:({_LOCAL.pattern})@([A-Za-z0-9.-]+)|.*)$", re.MULTILINE)
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_WITH_NAME = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<>"]*?))\s*<\s*([^<>]*?)\s*>\s*')
_SEPARATOR = re.compile(r"\s*:::\s*|[\s,;|]+")
_PIECE_WITH_NAME = re.compile(
    r'\s*((?:"(?:[^"\\]|\\.)*"|[^<>,;|\n"])*<[^<>]*>|[^,;|\n<>]+)(?:\s*(?::::|[,;|\n]|\Z)|(?<=>)\s+)'
)
_BLANKS = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_MAX_LENGTH: Final = 254  # RFC 5321 4.5.3.1.3, with the angle brackets of a path taken off
_MAX_LOCAL: Final = 64
_MAX_CELL_LENGTH: Final = 5_000

_LATIN_LOOKALIKES = frozenset("аеорсухіјѕԁһӏԛԝ")
_CYRILLIC_ENDINGS = frozenset(
    (
        "рф",
        "рус",
        "дети",
        "москва",
        "онлайн",
        "орг",
        "ком",
        "сайт",
        "бел",
        "укр",
        "қаз",
        "срб",
        "мкд",
        "мон",
        "бг",
        "ею",
    )
)


class Email(NamedTuple):
    """An address that was read.

    ``address``: as shown, the domain in lower case and in its own script. ``match_key``: the same in lower case
    with the domain in its ASCII form (``xn--…``); two addresses are one when their keys are. ``name``: the name
    that stood before it (``Name <e@x>``). ``notice``: '' or the code of a warning: ``email_domain_lookalike``
    (the domain imitates another by letters of another script), ``email_mixed_scripts`` (the part before the @
    mixes Latin letters with their doubles).
    """

    address: str
    match_key: str
    name: str = ""
    notice: str = ""


class EmailProblem(TextProblem):
    """No valid address; codes ``email_without_at``, ``email_domain_invalid``, ``email_too_long``,
    ``email_invalid``.
    """


def parse_email(text: str) -> Email:
    """The one address of ``text``, which may be written ``Name <address>`` or ``mailto:address``.

    Raises `EmailProblem`.
    """
    return _ordinary(text) or _parse_odd(text)


def ordinary_email(text: str) -> tuple[str, str] | None:
    """``address`` and ``match_key`` of `parse_email` for a plain text that is one ordinary address, else None."""
    if len(text) > _MAX_LENGTH:
        return None
    local, _, domain = text.partition("@")
    lowered_domain = _ordinary_domain(domain)
    if lowered_domain is None or len(local) > _MAX_LOCAL:
        return None
    if not (local.isalnum() and local.isascii()) and _LOCAL.fullmatch(local) is None:
        return None
    lowered = text.lower()
    return (text if lowered == text else f"{local}@{lowered_domain}"), lowered


def ordinary_emails(cells: Sequence[str]) -> list[tuple[str, str] | None]:
    """`ordinary_email` of each cell."""
    found = _ORDINARY_LINES.findall("\n".join(cells))
    if len(found) != len(cells):
        return list(map(ordinary_email, cells))
    return [
        None
        if not domain or len(cell) > _MAX_LENGTH or len(local) > _MAX_LOCAL or (end := _ordinary_domain(domain)) is None
        else (cell if (lowered := cell.lower()) == cell else f"{local}@{end}", lowered)
        for (local, domain), cell in zip(found, cells, strict=True)
    ]


def parse_emails(cell: str) -> list[Email]:
    """The addresses of a cell, each once: separated by commas, semicolons, white space, ``|`` or `` ::: ``.

    Raises `EmailProblem` for the first piece that is no address.
    """
    if len(cell) > _MAX_CELL_LENGTH:
        raise EmailProblem("email_too_long", cell)
    if "<" in cell or '"' in cell:
        pieces = _split_with_names(_BLANKS.sub(" ", cell))
    elif email := _ordinary(cell):
        return [email]
    else:
        pieces = [part for piece in _SEPARATOR.split(cell.strip()) if piece for part in _split_at_slash(piece)]
    emails: dict[str, Email] = {}
    for piece in pieces:
        email = parse_email(piece)
        emails.setdefault(email.match_key, email)
    return list(emails.values())


@lru_cache(maxsize=4096)
def _ordinary_domain(domain: str) -> str | None:
    """An ordinary domain in lower case, None for any other."""
    return domain.lower() if _DOMAIN.fullmatch(domain) and "--" not in domain else None


def _ordinary(text: str) -> Email | None:
    found = ordinary_email(text)
    return None if found is None else Email(*found)


def _split_at_slash(piece: str) -> list[str]:
    # A slash may be part of an address (RFC 5322 atext); between two addresses it separates them.
    parts = piece.split("/")
    return parts if len(parts) > 1 and all("@" in part for part in parts) else [piece]


def _split_with_names(cell: str) -> list[str]:
    pieces = []
    position = 0
    while position < len(cell):
        match = _PIECE_WITH_NAME.match(cell, position)
        if match is None:
            if cell[position:].strip(" \t,;|\n\r"):
                raise EmailProblem("email_invalid", cell)
            break
        position = match.end()
        piece = match[1].strip()
        if "<" in piece or '"' in piece:
            pieces.append(piece)
        else:
            pieces.extend(part for part in _SEPARATOR.split(piece) if part)
    return pieces


def _parse_odd(text: str) -> Email:
    if len(text) > 4 * _MAX_LENGTH:
        raise EmailProblem("email_too_long", text)
    bare = " ".join(_INVISIBLE.sub("", text).split())
    name = ""
    if bare.endswith(">") and (named := _WITH_NAME.fullmatch(bare)):
        name = " ".join((named[1] or named[2] or "").replace('\\"', '"').strip("'").split())
        bare = named[3]
    if bare[:7].lower() == "mailto:":
        bare = bare[7:].partition("?")[0]
    if (name or bare != text) and (email := _ordinary(bare)):
        return email._replace(name=name)
    return _validated(bare, text, name)


def _validated(bare: str, given: str, name: str) -> Email:
    bare = bare.replace("＠", "@")
    local, at, domain = bare.rpartition("@")
    if not at or not bare:
        raise EmailProblem("email_without_at", given)
    if not local:
        raise EmailProblem("email_invalid", given)
    from email_validator import EmailNotValidError, validate_email

    try:
        # Special-use domains (.local, .test) are addresses too; the dot and the ending are asked for below.
        checked = validate_email(
            bare, check_deliverability=False, globally_deliverable=False, allow_quoted_local=False, strict=True
        )
    except EmailNotValidError as error:
        raise EmailProblem(_reason(bare, domain, str(error)), given) from None
    ascii_domain = (checked.ascii_domain or "").lower()
    ending = ascii_domain.rpartition(".")[2]
    if "." not in ascii_domain or not (ending.startswith("xn--") or (ending.isalpha() and len(ending) > 1)):
        raise EmailProblem("email_domain_invalid", given)
    address = f"{checked.local_part}@{checked.domain}"
    key = f"{checked.local_part.lower()}@{ascii_domain}"
    return Email(address, key, name, _lookalike(checked.local_part, checked.domain))


def _reason(bare: str, domain: str, message: str) -> str:
    if "too long" in message:
        return "email_too_long"
    # The library gives sentences, not codes: an address that becomes valid with another domain had a bad one.
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(bare[: len(bare) - len(domain)] + "example.com", check_deliverability=False)
    except EmailNotValidError:
        return "email_invalid"
    return "email_domain_invalid"


def _lookalike(local: str, domain: str) -> str:
    """The code of a warning where letters of one script stand for those of another, else ''."""
    if not domain.isascii():
        labels = domain.split(".")
        if any(_mixes_scripts(label) for label in labels):
            return "email_domain_lookalike"
        if labels[-1] not in _CYRILLIC_ENDINGS and any(_imitates_latin(label) for label in labels):
            return "email_domain_lookalike"
    if not local.isascii() and _mixes_scripts(local):
        return "email_mixed_scripts"
    return ""


def _mixes_scripts(label: str) -> bool:
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in label if letter.isalpha()} & {
        "LATIN",
        "CYRILLIC",
        "GREEK",
        "ARMENIAN",
        "CHEROKEE",
    }
    return len(scripts) > 1


def _imitates_latin(label: str) -> bool:
    letters = [letter for letter in label.lower() if letter.isalpha()]
    return bool(letters) and not label.isascii() and all(letter in _LATIN_LOOKALIKES for letter in letters)
