"""The one list of the fields of import and export files, and how a property is named among them."""

from dataclasses import dataclass
from typing import Final

PROPERTY_PREFIX: Final = "property:"
"""What stands before a property's name where a field is named: ``property:Shoe size``."""

PROPERTY_NAME_LIMIT: Final = 100
"""The longest name of a property, in characters."""


@dataclass(frozen=True, slots=True)
class Field:
    """A built-in field of files.

    ``multiple``: one contact may have several values, in one cell or in several columns.
    ``part_of``: the field whose values this one describes (labels of emails), value by value.
    """

    key: str
    importable: bool = True
    exportable: bool = True
    multiple: bool = False
    part_of: str | None = None


_FIELDS: Final = (
    Field("id"),
    Field("kind"),
    Field("name"),
    Field("first_name"),
    Field("middle_name", exportable=False),  # a contact has no such field: it becomes part of its name
    Field("last_name"),
    Field("email", multiple=True),
    Field("email_label", multiple=True, part_of="email"),
    Field("phone", multiple=True),
    Field("phone_label", multiple=True, part_of="phone"),
    Field("messenger", multiple=True),
    Field("messenger_kind", exportable=False, multiple=True, part_of="messenger"),
    Field("messenger_label", multiple=True, part_of="messenger"),
    Field("company"),
    Field("website"),
    Field("notes"),
    Field("street"),
    Field("city"),
    Field("region"),
    Field("postcode"),
    Field("country"),
    Field("tags", multiple=True),
    Field("source"),
    Field("source_detail"),
    Field("is_staff"),
    Field("responsible", importable=False),
    Field("class", importable=False),
    Field("created_at"),
    Field("updated_at", importable=False),
    Field("avatar", exportable=False),
)

STANDARD_LABELS: Final = ("work", "home", "personal", "mobile", "main", "fax", "other")
"""The labels of emails, phones and messengers that are codes; any other label is the user's own text."""

FIELDS: Final = {field.key: field for field in _FIELDS}
"""Every built-in field by its key, in the order in which a file has its columns."""

IMPORT_FIELDS: Final = tuple(field.key for field in _FIELDS if field.importable)
EXPORT_FIELDS: Final = tuple(field.key for field in _FIELDS if field.exportable)
"""The fields of an export for which nothing was chosen; the database's properties follow them."""
CARD_FIELDS: Final = (*EXPORT_FIELDS, "avatar")
"""Those of address cards, which alone hold pictures."""


def property_field(name: str) -> str:
    """The key under which files and command lines name the property called ``name``."""
    return PROPERTY_PREFIX + name


def property_name(field: str) -> str | None:
    """The name of the property that the field key stands for, None for a built-in field."""
    return field[len(PROPERTY_PREFIX) :] if field.startswith(PROPERTY_PREFIX) else None
