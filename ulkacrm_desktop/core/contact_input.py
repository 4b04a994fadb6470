"""What a form, an import or a script wants a contact to be, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import EllipsisType
from typing import Any, Final, TypeAlias

from ulkacrm_desktop.core.contact_document import (
    ContactDocument,
    ContactKind,
    EmailEntry,
    MessengerEntry,
    PhoneEntry,
    PropertyDefinition,
    PropertyValue,
)
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.phones import parse_phone
from ulkacrm_desktop.core.text.problem import TextProblem, has_control_characters

NAME_LIMIT: Final = 1_000
TAG_LIMIT: Final = 100
"""The longest tag, in characters."""

AS_IS: Final = -1
"""In place of a user's or a class's id: as it is, for a new contact nobody and the general class."""

AVATAR_LIMIT: Final = 512 * 1024
"""The largest picture of a contact, in bytes; the window scales what it is given down to far less."""

Unseen: TypeAlias = EllipsisType
"""In place of what somebody has seen before a change: ``...`` for whoever overwrites without having looked."""

_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")

TEXT_FIELDS: Final = (
    "name",
    "first_name",
    "last_name",
    "company",
    "website",
    "notes",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "source_detail",
)
"""The fields of a contact that hold one text; empty is the empty string."""

VALUE_FIELDS: Final = (*TEXT_FIELDS, "kind", "is_staff", "source", "responsible_id", "class_id")
"""The fields of a contact that hold one value."""

LIST_FIELDS: Final = ("emails", "phones", "messengers", "tags")
"""The fields of a contact that hold several values."""


@dataclass(frozen=True, slots=True)
class ContactInput:
    """A contact as somebody wants it; only the name is required.

    ``properties`` maps the id of a property to its value; None or an absent key is no value. ``responsible_id`` is a
    user (None for nobody), ``class_id`` a class; `AS_IS` leaves them alone.
    """

    name: str
    kind: ContactKind = ContactKind.PERSON
    is_staff: bool = False
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    website: str = ""
    notes: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    source: str = "manual"
    source_detail: str = ""
    responsible_id: int | None = AS_IS
    class_id: int = AS_IS
    emails: tuple[EmailEntry, ...] = ()
    phones: tuple[PhoneEntry, ...] = ()
    messengers: tuple[MessengerEntry, ...] = ()
    tags: tuple[str, ...] = ()
    properties: Mapping[int, PropertyValue | None] = field(default_factory=dict)

    @classmethod
    def of(cls, document: ContactDocument) -> "ContactInput":
        """The input that would leave the contact as it is."""
        return cls(**{entry.name: getattr(document, entry.name) for entry in fields(cls)})

    def changes_from(self, seen: ContactDocument) -> dict[str, Any]:
        """The fields in which this differs from what was seen, for `update_contact`.

        Of the properties only those that differ are in the mapping under ``properties``.
        """
        changes: dict[str, Any] = {}
        for entry in fields(self):
            wanted = getattr(self, entry.name)
            if entry.name == "properties":
                differing = {
                    property_id: value
                    for property_id, value in wanted.items()
                    if value != seen.properties.get(property_id)
                }
                if differing:
                    changes["properties"] = differing
            elif wanted not in (getattr(seen, entry.name), AS_IS):
                changes[entry.name] = wanted
        return changes

    def problems(self, definitions: tuple[PropertyDefinition, ...] = (), region: str = "") -> dict[str, str]:
        """The code of what is wrong with each field, by its key; properties as ``property:<id>``.

        ``region`` is the country (ISO 3166 code) of phones without a country code.
        """
        found = field_problems(
            {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name != "properties"}, region
        )
        for definition in definitions:
            if definition.required and self.properties.get(definition.id) in (None, "", ()):
                found[f"property:{definition.id}"] = "required"
        return found


def field_problems(values: Mapping[str, Any], region: str = "") -> dict[str, str]:
    """The code of what is wrong with each of some fields of a contact."""
    found: dict[str, str] = {}
    for key in (*TEXT_FIELDS, "source"):
        if has_control_characters(values.get(key) or ""):
            found[key] = "control_character"
    if "name" in values:
        name = values["name"].strip()
        if not name:
            found["name"] = "required"
        elif len(name) > NAME_LIMIT:
            found["name"] = "too_long"
    for email in values.get("emails", ()):
        try:
            parse_email(email.address)
        except TextProblem as problem:
            found["emails"] = problem.code
        if has_control_characters(email.address + email.label):
            found["emails"] = "control_character"
    for phone in values.get("phones", ()):
        try:
            parse_phone(phone.number, region)
        except TextProblem as problem:
            found["phones"] = problem.code
        if has_control_characters(phone.number + phone.label):
            found["phones"] = "control_character"
    for messenger in values.get("messengers", ()):
        if not messenger.kind or not messenger.login.strip():
            found["messengers"] = "required"
        if has_control_characters(messenger.kind + messenger.login + messenger.label):
            found["messengers"] = "control_character"
    for tag in values.get("tags", ()):
        if problem_of_tag := tag_problem(tag):
            found["tags"] = problem_of_tag
    return found


def tag_problem(name: str) -> str:
    """The code of what is wrong with the name of a tag, '' where nothing is."""
    if not name.strip():
        return "required"
    if len(name) > TAG_LIMIT:
        return "too_long"
    return "control_character" if has_control_characters(name) else ""


@dataclass(frozen=True, slots=True)
class PictureChange:
    """The picture that a contact is to have, None for none, and the one that was seen when that was decided."""

    image: bytes | None
    seen: bytes | Unseen | None = ...


def picture_problem(image: bytes) -> str:
    """The code of what is wrong with the picture of a contact, '' where nothing is: it is a PNG or a JPEG."""
    if len(image) > AVATAR_LIMIT:
        return "picture_too_large"
    return "" if image.startswith(_PICTURES) else "picture_unknown"
