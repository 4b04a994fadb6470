"""Names of fields, property types, labels, sources and messengers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ulkacrm_desktop.core.fields import PROPERTY_PREFIX
from ulkacrm_desktop.core.i18n import N_, _, pgettext

if TYPE_CHECKING:
    from ulkacrm_desktop.core.contact_document import ContactKind, PropertyType

_FIELDS: Final = {
    "id": N_("ID"),
    "kind": N_("Kind"),
    "name": N_("Name"),
    "first_name": N_("First name"),
    "middle_name": N_("Middle name"),
    "last_name": N_("Last name"),
    "email": N_("Email"),
    "email_label": N_("Email label"),
    "phone": N_("Phone"),
    "phone_label": N_("Phone label"),
    "messenger": N_("Messenger"),
    "messenger_kind": N_("Kind of messenger"),
    "messenger_label": N_("Messenger label"),
    "company": N_("Company"),
    "website": N_("Website"),
    "notes": N_("General note"),
    "street": N_("Street"),
    "city": N_("City"),
    "region": N_("Region"),
    "postcode": N_("Postcode"),
    "country": N_("Country"),
    "place": N_("Postcode, city"),
    "tags": N_("Tags"),
    "source": N_("Source"),
    "source_detail": N_("Source detail"),
    "is_staff": N_("Own staff"),
    "responsible": N_("Responsible"),
    "class": N_("Class"),
    "created_at": N_("Added"),
    "updated_at": N_("Changed"),
    "last_conversation": N_("Last conversation"),
    "emails": N_("Emails"),
    "phones": N_("Phones"),
    "messengers": N_("Messengers"),
    "avatar": N_("Picture"),
    "properties": N_("Properties"),
    "class_id": N_("Class"),
    "responsible_id": N_("Responsible"),
    "responsible_name": N_("Responsible"),
    "class_name": N_("Class"),
    "last_conversation_at": N_("Last conversation"),
    "utm_source": N_("UTM source"),
    "utm_medium": N_("UTM medium"),
    "utm_campaign": N_("UTM campaign"),
    "utm_term": N_("UTM term"),
    "utm_content": N_("UTM content"),
    "title": N_("Title"),
    "body": N_("Text"),
    "color": N_("Colour"),
    "options": N_("Choices"),
    "type": N_("Type"),
    "group": N_("Group"),
    "description": N_("Description"),
    "default": N_("Default value"),
    "default_value": N_("Default value"),
    "required": N_("Required"),
    "is_required": N_("Required"),
    "position": N_("Place in the list"),
    "label": N_("Label"),
    "is_primary": N_("Primary"),
    "address": N_("Address"),
    "number": N_("Number"),
    "login": N_("Login or number"),
    "value": N_("Value"),
}

_PROPERTY_TYPES: Final = {
    "text": N_("Text"),
    "number": N_("Number"),
    "date": N_("Date"),
    "yes_no": N_("Yes or no"),
    "select": N_("One of a list"),
    "multi_select": N_("Several of a list"),
    "url": N_("Web address"),
}

_ADDRESS_LABELS: Final = {
    "work": N_("Work"),
    "home": N_("Home"),
    "personal": N_("Personal"),
    "mobile": N_("Mobile"),
    "main": N_("Main"),
    "fax": N_("Fax"),
    "other": N_("Other"),
}

_SOURCES: Final = {
    "manual": N_("By hand"),
    "import": N_("Import"),
    "api": N_("API"),
    "form": N_("Form"),
    "landing_page": N_("Landing page"),
    "chat": N_("Chat"),
    "email": N_("Incoming email"),
    "payment": N_("Payment"),
    "course": N_("Course"),
    "integration": N_("Integration"),
}

MESSENGERS: Final = {
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "viber": "Viber",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "vk": "VK",
    "ok": "OK",
    "linkedin": "LinkedIn",
    "x": "X",
    "skype": "Skype",
    "signal": "Signal",
    "wechat": "WeChat",
    "line": "LINE",
    "discord": "Discord",
    "youtube": "YouTube",
    "tiktok": "TikTok",
    "threads": "Threads",
    "github": "GitHub",
    "jabber": "Jabber",
    "icq": "ICQ",
}
"""The kinds of messengers and social profiles that are known, with their own names, the usual ones first."""


def field_label(key: str, properties: Mapping[int, str] | None = None) -> str:
    """The name of a field: of a file, a form or a table's column.

    A property is named ``property:<name>``, or ``property:<id>`` where ``properties`` tells names by id.
    """
    if key.startswith(PROPERTY_PREFIX):
        rest = key.removeprefix(PROPERTY_PREFIX)
        if properties is not None and rest.isdecimal() and int(rest) in properties:
            return properties[int(rest)]
        return rest if not rest.isdecimal() else _("Property")
    return _(_FIELDS[key]) if key in _FIELDS else key


def property_type_label(type_: PropertyType | str) -> str:
    """What a type of property is called."""
    return _(_PROPERTY_TYPES[type_])


def contact_kind_label(kind: ContactKind | str) -> str:
    """Person or organisation."""
    return _("Person") if kind == "person" else _("Organisation")


def address_label(label: str) -> str:
    """The label of an email, phone or messenger: a code of `STANDARD_LABELS` in words, or the user's own."""
    return _(_ADDRESS_LABELS[label]) if label in _ADDRESS_LABELS else label


def source_label(source: str) -> str:
    """Where a contact came from; a source of the user's own is told as it stands."""
    return _(_SOURCES[source]) if source in _SOURCES else source


def messenger_label(kind: str) -> str:
    """The name of a messenger or social network."""
    return MESSENGERS.get(kind, kind[:1].upper() + kind[1:])


def class_label(name: str) -> str:
    """The name of a class; the one that every database begins with is translated."""
    return pgettext("class of contacts", "General") if name in ("", "General") else name
