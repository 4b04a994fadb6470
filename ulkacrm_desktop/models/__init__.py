"""Mapped classes. Importing the package maps them all."""

from ulkacrm_desktop.core.contact_document import GENERAL_CLASS
from ulkacrm_desktop.models.base import Base, Instant, OfContact, Recorded
from ulkacrm_desktop.models.contact import (
    PLACE_COLUMNS,
    SORTABLE_COLUMNS,
    Avatar,
    Contact,
    ContactClass,
    CrmUser,
    Email,
    Messenger,
    Note,
    Phone,
)
from ulkacrm_desktop.models.journal import (
    Change,
    DatabaseInfo,
    ImportMapping,
    Operation,
    OperationContext,
    SearchBacklog,
    Setting,
)
from ulkacrm_desktop.models.segment import (
    DuplicateVerdict,
    SavedFilter,
    Segment,
    SegmentMember,
    SegmentStay,
)
from ulkacrm_desktop.models.tagging import (
    ContactTag,
    Property,
    PropertyGroup,
    PropertyOption,
    PropertyValue,
    Tag,
)

__all__ = [
    "GENERAL_CLASS",
    "PLACE_COLUMNS",
    "SORTABLE_COLUMNS",
    "Avatar",
    "Base",
    "Change",
    "Contact",
    "ContactClass",
    "ContactTag",
    "CrmUser",
    "DatabaseInfo",
    "DuplicateVerdict",
    "Email",
    "ImportMapping",
    "Instant",
    "Messenger",
    "Note",
    "OfContact",
    "Operation",
    "OperationContext",
    "Phone",
    "Property",
    "PropertyGroup",
    "PropertyOption",
    "PropertyValue",
    "Recorded",
    "SavedFilter",
    "SearchBacklog",
    "Segment",
    "SegmentMember",
    "SegmentStay",
    "Setting",
    "Tag",
]
