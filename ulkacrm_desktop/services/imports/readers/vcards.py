"""Address books: vCard 2.1, 3.0 and 4.0 (RFC 2425, 2426, 6350), read as a table with a column a field.

Lines are unfolded, decoded and taken apart here and not by ``vobject``: that ends texts at their first unescaped
comma, and needs time that grows with the square of a picture's size.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from ulkacrm_desktop.core.contact_input import AVATAR_LIMIT
from ulkacrm_desktop.core.fields import property_field
from ulkacrm_desktop.services.cells import join_values
from ulkacrm_desktop.services.imports.cleaning.cells import Cell
from ulkacrm_desktop.services.imports.readers.encodings import guess_encoding
from ulkacrm_desktop.services.imports.readers.model import MAX_CELL_LENGTH, RowProblem, SourceRow
from ulkacrm_desktop.services.imports.readers.vcard_lines import (
    SNIFFED,
    Line,
    logical_lines,
    parse_line,
    plain_value,
    split_value,
    uncareted,
)

PICTURE_HEADING: Final = "Photo"

_NAME_LINES: Final = (b"N",)
_ADDRESS_LINES: Final = (b"ADR",)
_MESSENGER_FIELDS: Final = {
    "X-TELEGRAM": "telegram",
    "X-SKYPE": "skype",
    "X-SKYPE-USERNAME": "skype",
    "X-ICQ": "icq",
    "X-JABBER": "jabber",
    "X-AIM": "aim",
    "X-WHATSAPP": "whatsapp",
    "X-VIBER": "viber",
    "X-WECHAT": "wechat",
    "X-TWITTER": "twitter",
}
_MESSENGER_LINES: Final = (b"IMPP", b"X-SOCIALPROFILE", *(name.encode() for name in _MESSENGER_FIELDS))

_LINES_OF: Final[dict[str, tuple[bytes, ...]]] = {
    "ID": (b"UID",),
    "Kind": (b"KIND", b"X-ABSHOWAS"),
    "Name": (b"BEGIN",),
    "First name": _NAME_LINES,
    "Middle name": _NAME_LINES,
    "Last name": _NAME_LINES,
    "Email": (b"EMAIL",),
    "Email labels": (b"EMAIL",),
    "Phone": (b"TEL",),
    "Phone labels": (b"TEL",),
    "Messengers": _MESSENGER_LINES,
    "Messenger labels": _MESSENGER_LINES,
    "Company": (b"ORG",),
    "Job title": (b"TITLE",),
    "Website": (b"URL",),
    "Notes": (b"NOTE", b"URL", b"ADR"),
    "Street": _ADDRESS_LINES,
    "City": _ADDRESS_LINES,
    "Region": _ADDRESS_LINES,
    "Postcode": _ADDRESS_LINES,
    "Country": _ADDRESS_LINES,
    "Tags": (b"CATEGORIES", b"X-CATEGORIES"),
    "Birthday": (b"BDAY",),
    "Source": (b"X-ULKA-SOURCE",),
    "Source detail": (b"X-ULKA-SOURCE-DETAIL",),
    "Staff": (b"X-ULKA-IS-STAFF",),
    "Created": (b"X-ULKA-CREATED",),
}
"""The columns of an address book and the lines that fill them; it has those for which a card has a line.

The picture's comes where a card holds one itself; properties of our own cards stand after all.
"""

_ADDRESS_HEADINGS: Final = ("Street", "City", "Region", "Postcode", "Country")
_OF_THE_CARD: Final = (
    b"END", b"VERSION", b"PRODID", b"PROFILE", b"REV", b"MAILER", b"CLIENTPIDMAP", b"FN", b"PHOTO", b"LABEL",
    b"X-ABLABEL", b"X-ABADR", b"X-ABUID", b"X-ULKA-PROPERTY", b"X-ULKA-RESPONSIBLE", b"X-ULKA-CLASS",
)  # fmt: skip
_KNOWN_LINES: Final = frozenset(_OF_THE_CARD).union(*_LINES_OF.values())
_LINE_NAME = re.compile(rb"\s*(?:[A-Z0-9_-]+\.)?([A-Z0-9_-]+)\s*[;:]")

_REFERENCE = re.compile(r"[0-9a-z]{8}-\d+")  # ContactDocument.reference; other UIDs are of no use here
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_LABELS: Final = {"work": "work", "home": "home", "cell": "mobile", "mobile": "mobile", "fax": "fax", "main": "main"}
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_MAX_PICTURE: Final = (AVATAR_LIMIT // 3 + 1) * 4
"""Characters of a picture that are read: enough to tell one that is too large."""

_CHUNK_BYTES: Final = 16 * 1024 * 1024
"""Pictures of so many bytes end a chunk before it is full."""


class VcardLook(NamedTuple):
    """What a pass over an address book finds.

    ``pictures`` counts those that are only linked to; ``left_out`` are the names of lines that no column is for.
    """

    cards: int
    encoding: str
    candidates: list[str]
    headings: list[str]
    pictures: int
    left_out: list[str]


def look_at_cards(path: Path, encoding: str | None) -> VcardLook:
    """Count the cards and find the columns that they need."""
    with path.open("rb") as file:
        guess = guess_encoding([file.read(SNIFFED)])
    found = encoding or guess.encoding
    cards = linked = inline = 0
    names: set[bytes] = set()
    properties: dict[str, None] = {}
    for _number, raw in logical_lines(path, found):
        match = _LINE_NAME.match(raw[:200].upper())
        if match is None:
            continue
        name = match[1]
        names.add(name)
        if name == b"BEGIN":
            cards += raw.strip().upper() == b"BEGIN:VCARD"
        elif name == b"PHOTO":
            line = parse_line(raw, found)
            is_inline = line is not None and _base64_of(line) is not None
            inline += is_inline
            linked += not is_inline
        elif name == b"X-ULKA-PROPERTY":
            line = parse_line(raw, found)
            if line is not None:
                properties[property_field(_property_name(line))] = None
    headings = [heading for heading, lines in _LINES_OF.items() if not names.isdisjoint(lines)]
    if inline:
        headings.append(PICTURE_HEADING)
    left_out = sorted(name.decode() for name in names - _KNOWN_LINES)
    return VcardLook(cards, found, guess.candidates, [*headings, *properties], linked, left_out)


def read_cards(path: Path, look: VcardLook, size: int) -> Iterator[list[SourceRow]]:
    """The cards as rows of ``look.headings``, numbered from 1.

    A card that has no end, or no name, email or phone at all, gets the problem ``card_unreadable``.
    """
    chunk: list[SourceRow] = []
    weight = 0
    columns = {heading: index for index, heading in enumerate(look.headings)}
    for number, (start, lines, closed) in enumerate(_cards(path, look.encoding), 1):
        fields = _fields(lines)
        cells: list[Cell] = [""] * len(columns)
        for heading, value in fields.items():
            if value:
                cells[columns[heading]] = value
        problem = None
        if not closed or not any(fields.get(key) for key in ("Name", "Email", "Phone", "Company", "Messengers")):
            problem = RowProblem("card_unreadable", {"line": start})
        elif any(type(cell) is str and len(cell) > MAX_CELL_LENGTH for cell in cells):
            problem = RowProblem("cell_too_large", {"limit": MAX_CELL_LENGTH})
        chunk.append(SourceRow(number, cells, problem))
        picture = fields.get(PICTURE_HEADING)
        weight += len(picture) if isinstance(picture, bytes) else 0
        if len(chunk) >= size or weight >= _CHUNK_BYTES:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


def _cards(path: Path, encoding: str) -> Iterator[tuple[int, list[Line], bool]]:
    """Line number, content and completeness of each card; cards inside a card (AGENT) are left out."""
    start, depth = 0, 0
    lines: list[Line] = []
    for number, raw in logical_lines(path, encoding):
        mark = raw.strip()[:20].upper()
        if mark == b"BEGIN:VCARD":
            after_agent = bool(lines) and lines[-1].name == "AGENT"
            if depth and not after_agent:
                yield start, lines, False
                depth = 0
            depth += 1
            if depth == 1:
                start, lines = number, []
        elif mark == b"END:VCARD":
            depth = max(depth - 1, 0)
            if depth == 0 and start:
                yield start, lines, True
                start, lines = 0, []
        elif depth == 1 and (line := parse_line(raw, encoding)) is not None:
            lines.append(line)
    if depth:
        yield start, lines, False


def _fields(lines: list[Line]) -> dict[str, Cell]:
    """The cells of a card by heading."""
    labels = {line.group.lower(): _apple_label(line) for line in lines if line.name == "X-ABLABEL" and line.group}
    fields: dict[str, Cell] = {}
    several: dict[str, list[tuple[bool, str, str]]] = {"Email": [], "Phone": [], "Messengers": []}
    addresses: list[tuple[bool, list[str]]] = []
    websites: list[str] = []
    notes: list[str] = []
    tags: list[str] = []
    for line in lines:
        value = plain_value(line.value)
        if not value:
            continue
        label = labels.get(line.group.lower(), "") or next(
            (_LABELS[kind] for kind in line.types if kind in _LABELS), ""
        )
        preferred = "pref" in line.types or "PREF" in line.parameters
        if line.name == "EMAIL":
            several["Email"].append((preferred, value.removeprefix("mailto:"), label))
        elif line.name == "TEL":
            several["Phone"].append((preferred, value.removeprefix("tel:").replace(";ext=", " ext. "), label))
        elif messenger := _messenger(line, value):
            several["Messengers"].append((preferred, messenger, label))
        elif line.name == "URL":
            websites.append(value)
        elif line.name == "ADR":
            addresses.append((preferred, _address(line)))
        elif line.name == "NOTE":
            notes.append(value)
        elif line.name in ("CATEGORIES", "X-CATEGORIES"):
            tags += [tag for part in split_value(line.value, ",") if (tag := plain_value(part))]
        else:
            _put(fields, line, value)
    for heading, entries in several.items():
        entries.sort(key=lambda entry: not entry[0])
        fields[heading] = join_values([value for _, value, _ in entries], "; ")
        if any(label for _, _, label in entries):
            fields[{"Messengers": "Messenger"}.get(heading, heading) + " labels"] = join_values(
                [label for _, _, label in entries], "; "
            )
    # A contact has one website and one address: further ones are notes.
    addresses.sort(key=lambda address: not address[0])
    further = [", ".join(filter(None, parts)) for _preferred, parts in addresses[1:]]
    if addresses:
        fields.update(zip(_ADDRESS_HEADINGS, addresses[0][1], strict=True))
    fields["Website"] = websites[0] if websites else ""
    fields["Notes"] = "\n".join(notes + websites[1:] + further)
    fields["Tags"] = join_values(tags)
    _name_from_parts(fields)
    return fields


def _put(fields: dict[str, Cell], line: Line, value: str) -> None:
    """A field of which a card has one; the first counts."""
    if line.name == "N":
        parts = [
            " ".join(filter(None, map(plain_value, split_value(part, ",")))) for part in split_value(line.value, ";")
        ]
        last, first, middle = [*parts, "", "", ""][:3]
        fields.update({"Last name": last, "First name": first, "Middle name": middle})
    elif line.name == "ORG":
        fields.setdefault("Company", ", ".join(filter(None, map(plain_value, split_value(line.value, ";")))))
    elif line.name == "PHOTO":
        picture = _picture(line)
        if picture is not None:
            fields.setdefault(PICTURE_HEADING, picture)
    elif line.name == "BDAY":
        fields.setdefault("Birthday", _birthday(value))
    elif line.name == "UID":
        if _REFERENCE.fullmatch(value):
            fields["ID"] = value
    elif line.name == "KIND" or (line.name == "X-ABSHOWAS" and value.upper() == "COMPANY"):
        if value.lower() != "individual" or "Kind" not in fields:
            fields["Kind"] = {"individual": "Person", "org": "Organisation", "company": "Organisation"}.get(
                value.lower(), ""
            )
    elif line.name == "X-ULKA-PROPERTY":
        fields[property_field(_property_name(line))] = value
    elif heading := _ONE_OF_A_KIND.get(line.name):
        fields.setdefault(heading, value)


_ONE_OF_A_KIND: Final = {
    "FN": "Name",
    "TITLE": "Job title",
    "X-ULKA-SOURCE": "Source",
    "X-ULKA-SOURCE-DETAIL": "Source detail",
    "X-ULKA-IS-STAFF": "Staff",
    "X-ULKA-CREATED": "Created",
}


def _address(line: Line) -> list[str]:
    """The parts of an address as `_ADDRESS_HEADINGS` have them."""
    parts = [", ".join(filter(None, map(plain_value, split_value(part, ",")))) for part in split_value(line.value, ";")]
    box, extended, street, *others = (parts + [""] * 7)[:7]
    return [", ".join(filter(None, (street, extended, box))), *others]


def _name_from_parts(fields: dict[str, Cell]) -> None:
    if not fields.get("Name"):
        parts = (fields.get("First name"), fields.get("Middle name"), fields.get("Last name"))
        fields["Name"] = " ".join(str(part) for part in parts if part) or fields.get("Company", "")


def _messenger(line: Line, value: str) -> str:
    """``kind: login`` of a line that names a messenger or a social profile, else ''."""
    if line.name in _MESSENGER_FIELDS:
        return f"{_MESSENGER_FIELDS[line.name]}: {value}"
    if line.name == "IMPP":
        kind, _, login = value.partition(":")
        service = line.parameters.get("X-SERVICE-TYPE", [kind])[0].lower()
        return f"{service}: {unquote(login or value)}"
    if line.name == "X-SOCIALPROFILE":
        # vCard 4.0 of our own names the kind as it is; Apple adds other types beside it.
        kinds = [uncareted(kind) for kind in line.parameters.get("TYPE", []) if kind.lower() != "pref"]
        return f"{kinds[0]}: {value}" if kinds else value
    return ""


def _apple_label(line: Line) -> str:
    value = plain_value(line.value)
    match = _APPLE_LABEL.fullmatch(value)
    return match[1].lower() if match else value


def _property_name(line: Line) -> str:
    return uncareted(",".join(line.parameters.get("X-NAME", [""])))


def _base64_of(line: Line) -> str | None:
    """The picture that stands in the card itself, in Base64; None for one elsewhere, which is never fetched."""
    value = line.value.strip()
    if value[:5].lower() == "data:":
        head, _comma, value = value.partition(",")
        return value if head.lower().endswith(";base64") else None
    marks = {mark.upper() for mark in (*line.parameters.get("ENCODING", ()), *line.parameters.get("", ()))}
    return value if marks & {"B", "BASE64"} else None


def _picture(line: Line) -> bytes | None:
    """The picture of a card, of one too large its beginning, of a broken one what stands there."""
    text = _base64_of(line)
    if text is None:
        return None
    text = "".join(text.split())[:_MAX_PICTURE]
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text.encode()


def _birthday(value: str) -> Cell:
    match = _DATE.fullmatch(value)
    if match:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return value
    return value
