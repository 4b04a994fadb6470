"""Contacts as vCard 4.0 (RFC 6350), one card each, with what the format has no place for as X-ULKA- lines."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ulkacrm_desktop.core.contact_document import ContactDocument, ContactKind, PropertyDefinition
from ulkacrm_desktop.core.fields import CARD_FIELDS, property_name
from ulkacrm_desktop.services.cells import join_values, number_text
from ulkacrm_desktop.services.exports.columns import chosen_fields, primary_first
from ulkacrm_desktop.services.exports.report import ExportReport, counted

_LINE_OCTETS: Final = 75
_STANDARD_TYPES: Final = {
    "EMAIL": {"work": "work", "home": "home", "personal": "home"},
    "TEL": {"work": "work", "home": "home", "personal": "home", "mobile": "cell", "fax": "fax"},
}
_CHATS: Final = frozenset({"telegram", "whatsapp", "viber", "skype", "signal", "jabber", "icq", "wechat", "discord"})
_TOKEN = re.compile(r"[A-Za-z0-9-]+")


def write_vcards(
    path: Path,
    documents: Iterable[ContactDocument],
    fields: Sequence[str],
    properties: Sequence[PropertyDefinition],
    progress: Callable[[int], None],
) -> ExportReport:
    """Write the contacts to ``path``; a card has the fields chosen, and its name and version always."""
    wanted = frozenset(chosen_fields(fields, properties, CARD_FIELDS))
    shown = [p for p in properties if any(property_name(field) == p.name for field in wanted)]
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for contact in counted(documents, progress):
            file.write("".join(map(folded, card_lines(contact, wanted, shown))))
            rows += 1
    return ExportReport(rows)


def card_lines(contact: ContactDocument, wanted: frozenset[str], shown: Sequence[PropertyDefinition]) -> Iterator[str]:
    """The content lines of a card, not folded yet.

    A property is ``X-ULKA-PROPERTY;X-NAME="name":value``, the name as `parameter` writes it, the value as it
    stands in a cell of an English CSV file. A label that is no type of the format stands in an ``X-ABLABEL``
    of the same group, which address books show.
    """
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    if "id" in wanted:
        yield f"UID:{escaped(contact.reference)}"
    if "kind" in wanted:
        yield "KIND:org" if contact.kind is ContactKind.ORGANISATION else "KIND:individual"
    yield f"FN:{escaped(contact.name)}"
    if wanted & {"first_name", "last_name"} and (contact.first_name or contact.last_name):
        last = escaped(contact.last_name) if "last_name" in wanted else ""
        first = escaped(contact.first_name) if "first_name" in wanted else ""
        yield f"N:{last};{first};;;"
    group = _Groups()
    if "email" in wanted:
        for email in primary_first(contact.emails):
            yield from group.lines("EMAIL", email.address, email.label, email.is_primary)
    if "phone" in wanted:
        for phone in primary_first(contact.phones):
            yield from group.lines("TEL", phone.number, phone.label, phone.is_primary)
    if "messenger" in wanted:
        for messenger in primary_first(contact.messengers):
            name, value = _messenger(messenger.kind, messenger.login)
            yield from group.lines(name, value, messenger.label, messenger.is_primary, raw=True)
    yield from _plain_lines(contact, wanted)
    for definition in shown:
        held = contact.properties.get(definition.id)
        if held is not None:
            yield f"X-ULKA-PROPERTY;X-NAME={parameter(definition.name)}:{escaped(_property_text(held))}"
    yield "END:VCARD"


def _plain_lines(contact: ContactDocument, wanted: frozenset[str]) -> Iterator[str]:
    if "company" in wanted and contact.company:
        yield f"ORG:{escaped(contact.company)}"
    address = [
        getattr(contact, key) if key in wanted else "" for key in ("street", "city", "region", "postcode", "country")
    ]
    if any(address):
        yield "ADR:;;" + ";".join(map(escaped, address))
    if "website" in wanted and contact.website:
        # RFC 6350 asks for no escapes in an address, but without them most readers end it at its first comma.
        yield f"URL:{escaped(contact.website)}"
    if "tags" in wanted and contact.tags:
        yield "CATEGORIES:" + ",".join(map(escaped, contact.tags))
    if "notes" in wanted and contact.notes:
        yield f"NOTE:{escaped(contact.notes)}"
    if "updated_at" in wanted:
        yield f"REV:{contact.updated_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    if "created_at" in wanted:
        yield f"X-ULKA-CREATED:{contact.created_at.astimezone(UTC).isoformat()}"
    more = {
        "source": contact.source,
        "source_detail": contact.source_detail,
        "is_staff": "yes" if contact.is_staff else "",
        "responsible": contact.responsible or "",
        "class": contact.class_name,
    }
    for key, text in more.items():
        if key in wanted and text:
            yield f"X-ULKA-{key.upper().replace('_', '-')}:{escaped(text)}"
    if "avatar" in wanted and contact.avatar:
        kind = "png" if contact.avatar.startswith(b"\x89PNG") else "jpeg"
        yield f"PHOTO:data:image/{kind};base64,{base64.b64encode(contact.avatar).decode()}"


class _Groups:
    """Numbers the groups of one card, by which a line and its label belong together."""

    def __init__(self) -> None:
        self._last = 0

    def lines(self, name: str, value: str, label: str, is_primary: bool, *, raw: bool = False) -> Iterator[str]:
        """The line of a value, and that of its label where the format has no type for it."""
        kind = _STANDARD_TYPES.get(name, {}).get(label)
        parameters = (f";TYPE={kind}" if kind else "") + (";PREF=1" if is_primary else "")
        text = value if raw else escaped(value)
        if not label or (kind and label != "personal"):
            yield f"{name}{parameters}:{text}"
            return
        self._last += 1
        yield f"item{self._last}.{name}{parameters}:{text}"
        yield f"item{self._last}.X-ABLABEL:{escaped(label)}"


def _messenger(kind: str, login: str) -> tuple[str, str]:
    """The name with its parameters, and the value: an address where the messenger is one for chats."""
    if kind in _CHATS:
        return f"IMPP;X-SERVICE-TYPE={kind}", f"{kind}:{quote(login, safe='+@')}"
    token = kind if _TOKEN.fullmatch(kind) else parameter(kind)
    return f"X-SOCIALPROFILE;TYPE={token}", escaped(login)


def _property_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return join_values(value)
    return str(value)


def escaped(text: str) -> str:
    """A text for the value of a line: RFC 6350, section 3.4."""
    text = text.replace("\\", "\\\\").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")


def parameter(text: str) -> str:
    """A text as the value of a parameter, in quotes, with the escapes of RFC 6868."""
    text = text.replace("^", "^^").replace('"', "^'").replace("\r\n", "\n")
    return '"' + re.sub(r"[\x00-\x09\x0b-\x1f]", " ", text).replace("\n", "^n") + '"'


def parameter_text(value: str) -> str:
    """The text that `parameter` wrote, from a value without its quotes."""
    return re.sub(r"\^([\^n'])", lambda match: {"^": "^", "n": "\n", "'": '"'}[match[1]], value)


def folded(line: str) -> str:
    """The line with its end, folded to 75 octets without cutting a character: RFC 6350, section 3.2."""
    octets = line.encode("utf-8", "replace")
    pieces = []
    start, end = 0, _LINE_OCTETS
    while end < len(octets):
        while octets[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        pieces.append(octets[start:end].decode())
        start, end = end, end + _LINE_OCTETS - 1  # the space that begins a folded line counts
    pieces.append(octets[start:].decode())
    return "\r\n ".join(pieces) + "\r\n"
