"""A whole contact as it travels: read for a profile, compared for a plan, written to a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

PropertyValue = str | int | float | Decimal | bool | date | tuple[str, ...]
"""What a property holds, by its type: text, select and URL a str; number an int, float or Decimal;
date a date; yes/no a bool; multi-select a tuple of option names in the order of the definition."""


GENERAL_CLASS: Final = 1
"""The id of the class that every contact has until another is chosen."""


class ContactKind(StrEnum):
    """Whether a contact is one human being or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class PropertyType(StrEnum):
    """What kind of value a property takes."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    SELECT = "select"
    MULTI_SELECT = "multi_select"
    URL = "url"


@dataclass(frozen=True, slots=True)
class PropertyDefinition:
    """A property that the owner of the database made: its name, type and rules.

    ``options`` are the names to choose from, in order, for select and multi-select; empty otherwise.
    """

    id: int
    name: str
    type: PropertyType
    options: tuple[str, ...] = ()
    group: str = ""
    required: bool = False
    description: str = ""
    default: PropertyValue | None = None
    position: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class EmailEntry:
    """One address of a contact. ``id`` and ``version`` are None and 0 where it is not stored yet."""

    address: str
    label: str = ""
    is_primary: bool = False
    id: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class PhoneEntry:
    """One telephone of a contact: as written, and the digits by which it is matched and found."""

    number: str
    match_key: str = ""
    label: str = ""
    is_primary: bool = False
    id: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class MessengerEntry:
    """One messenger or social profile: its kind (``telegram``, ``vk`` …) and the login or number there."""

    kind: str
    login: str
    label: str = ""
    is_primary: bool = False
    id: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class ContactDocument:
    """Everything that is known of one contact, read at one moment.

    ``reference`` is the ID that exports carry: the code of the database, a hyphen and the id
    (``k3f9ab12-1042``), so that an ID of another database is never taken for one of this.
    ``emails``, ``phones`` and ``messengers`` are in the order shown, which need not put the primary first.
    ``properties`` maps the id of a `PropertyDefinition` to its value; a property without a value is absent.
    ``created_at`` and ``updated_at`` are aware. ``avatar`` is the picture, PNG or JPEG, where it was asked for.
    """

    id: int
    reference: str
    name: str
    created_at: datetime
    updated_at: datetime
    kind: ContactKind = ContactKind.PERSON
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
    source: str = ""
    source_detail: str = ""
    responsible: str | None = None
    class_name: str = ""
    is_staff: bool = False
    emails: tuple[EmailEntry, ...] = ()
    phones: tuple[PhoneEntry, ...] = ()
    messengers: tuple[MessengerEntry, ...] = ()
    tags: tuple[str, ...] = ()
    properties: Mapping[int, PropertyValue] = field(default_factory=dict)
    version: int = 0
    responsible_id: int | None = None
    class_id: int = GENERAL_CLASS
    avatar: bytes | None = None
