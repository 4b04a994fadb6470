"""The icon and the colour by which what happened is told at a glance."""

from typing import Final

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.services.queries.timeline_entries import TimelineKind

_UNKNOWN: Final = ("circle-dot", "grey")

_OF_OPERATION: Final[dict[str, tuple[str, str]]] = {
    OperationKind.CONTACT_CREATED: ("user-plus", "green"),
    OperationKind.CONTACT_UPDATED: ("user-pen", "blue"),
    OperationKind.CONTACTS_REMOVED: ("trash-2", "red"),
    OperationKind.CONTACTS_IMPORTED: ("file-spreadsheet", "green"),
    OperationKind.CONTACTS_MERGED: ("merge", "purple"),
    OperationKind.DUPLICATES_JUDGED: ("merge", "grey"),
    OperationKind.AVATAR_CHANGED: ("image", "grey"),
    OperationKind.TAGS_ADDED: ("tag", "orange"),
    OperationKind.TAGS_REMOVED: ("tag", "grey"),
    OperationKind.TAG_CHANGED: ("tags", "orange"),
    OperationKind.TAG_REMOVED: ("tags", "red"),
    OperationKind.TAGS_MERGED: ("tags", "purple"),
    OperationKind.PROPERTY_CREATED: ("sliders-horizontal", "green"),
    OperationKind.PROPERTY_CHANGED: ("sliders-horizontal", "blue"),
    OperationKind.PROPERTY_REMOVED: ("sliders-horizontal", "red"),
    OperationKind.PROPERTY_GROUP_CHANGED: ("sliders-horizontal", "blue"),
    OperationKind.PROPERTY_VALUE_SET: ("sliders-horizontal", "teal"),
    OperationKind.PROPERTY_VALUES_SET: ("sliders-horizontal", "teal"),
    OperationKind.PROPERTY_RETYPED: ("sliders-horizontal", "orange"),
    OperationKind.NOTE_ADDED: ("sticky-note", "yellow"),
    OperationKind.NOTE_CHANGED: ("sticky-note", "yellow"),
    OperationKind.NOTE_REMOVED: ("sticky-note", "red"),
    OperationKind.USER_ADDED: ("user-plus", "green"),
    OperationKind.USER_CHANGED: ("user-pen", "blue"),
    OperationKind.USER_REMOVED: ("user-x", "red"),
    OperationKind.RESPONSIBLE_SET: ("user-check", "blue"),
    OperationKind.CLASS_ADDED: ("shield", "green"),
    OperationKind.CLASS_CHANGED: ("shield", "blue"),
    OperationKind.CLASS_REMOVED: ("shield", "red"),
    OperationKind.CLASS_SET: ("shield", "teal"),
    OperationKind.SEGMENT_CREATED: ("chart-pie", "green"),
    OperationKind.SEGMENT_CHANGED: ("chart-pie", "blue"),
    OperationKind.SEGMENT_REMOVED: ("chart-pie", "red"),
    OperationKind.SEGMENT_JOINED: ("chart-pie", "teal"),
    OperationKind.SEGMENT_LEFT: ("chart-pie", "grey"),
    OperationKind.FILTER_SAVED: ("bookmark", "green"),
    OperationKind.FILTER_CHANGED: ("bookmark", "blue"),
    OperationKind.FILTER_REMOVED: ("bookmark", "red"),
    OperationKind.SETTINGS_CHANGED: ("settings", "grey"),
    OperationKind.UNDONE: ("undo-2", "purple"),
    OperationKind.REDONE: ("redo-2", "purple"),
}
_ABOUT: Final = {
    "contact": ("user", "blue"),
    "email": ("mail", "indigo"),
    "phone": ("phone", "teal"),
    "messenger": ("message-circle", "purple"),
    "avatar": ("image", "grey"),
    "tag": ("tag", "orange"),
    "property": ("sliders-horizontal", "green"),
    "note": ("sticky-note", "yellow"),
    "segment": ("chart-pie", "teal"),
    "contacts": ("merge", "purple"),
}
"""By what an entry is about: the first word of its kind."""
_OF_ENTRY: Final = {
    TimelineKind.CONTACT_CREATED: ("user-plus", "green"),
    TimelineKind.CONTACT_IMPORTED: ("file-spreadsheet", "green"),
    TimelineKind.CONTACT_RESTORED: ("undo-2", "green"),
    TimelineKind.CONTACT_UPDATED: ("user-pen", "blue"),
    TimelineKind.CONTACT_REMOVED: ("trash-2", "red"),
}


def operation_sign(kind: str) -> tuple[str, str]:
    """The icon and the colour of an operation, also of a kind that only a newer version knows."""
    return _OF_OPERATION.get(kind, _UNKNOWN)


def timeline_sign(kind: TimelineKind) -> tuple[str, str]:
    """Those of an entry in the timeline of a contact."""
    return _OF_ENTRY.get(kind) or _ABOUT.get(kind.partition("_")[0], _UNKNOWN)
