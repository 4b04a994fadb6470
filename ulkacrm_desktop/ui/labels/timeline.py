"""What happened to a contact, in words: for the activity tab and the command line."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_document import ContactKind
from ulkacrm_desktop.core.i18n import N_, _, ngettext
from ulkacrm_desktop.services.queries.timeline_entries import FieldChange, TimelineEntry, TimelineKind
from ulkacrm_desktop.ui.labels.fields import (
    address_label,
    class_label,
    contact_kind_label,
    field_label,
    messenger_label,
    source_label,
)
from ulkacrm_desktop.ui.labels.history import operation_text
from ulkacrm_desktop.ui.labels.values import plain_value

_FIELDS_NAMED: Final = 3

_FILTER_GROUPS: Final = (
    (
        N_("Contact"),
        (
            "contact_created", "contact_imported", "contact_restored", "contact_updated", "contact_removed",
            "contacts_merged", "contacts_unmerged",
        ),
    ),
    (
        N_("Emails, phones, messengers"),
        (
            "email_added", "email_changed", "email_removed", "phone_added", "phone_changed", "phone_removed",
            "messenger_added", "messenger_changed", "messenger_removed",
        ),
    ),
    (N_("Tags"), ("tag_added", "tag_removed")),
    (N_("Segments"), ("segment_joined", "segment_left")),
    (N_("Properties"), ("property_updated",)),
    (N_("Notes"), ("note_added", "note_changed", "note_removed")),
    (N_("Picture"), ("avatar_changed", "avatar_removed")),
)  # fmt: skip

_WITH_ORIGIN: Final = (
    OperationKind.UNDONE,
    OperationKind.REDONE,
    OperationKind.CONTACTS_IMPORTED,
    OperationKind.TAG_CHANGED,
    OperationKind.TAG_REMOVED,
    OperationKind.TAGS_MERGED,
    OperationKind.PROPERTY_CHANGED,
    OperationKind.PROPERTY_RETYPED,
    OperationKind.USER_REMOVED,
    OperationKind.CLASS_REMOVED,
)


def kind_groups() -> list[tuple[str, tuple[TimelineKind, ...]]]:
    """The kinds of entries in groups, each with its name, for a filter; every kind is in exactly one."""
    return [(_(name), tuple(TimelineKind(kind) for kind in kinds)) for name, kinds in _FILTER_GROUPS]


def entry_text(entry: TimelineEntry) -> str:
    """What an entry tells, in one sentence without a full stop."""
    text = _TEXTS[entry.kind](entry)
    # Translators: what happened to a contact before it was merged into the one that is shown.
    return _("{contact}: {text}").format(contact=entry.contact, text=text) if entry.contact else text


def origin_text(entry: TimelineEntry) -> str:
    """The operation that an entry comes from, where it says more than the entry: an import, an undo, one on many."""
    try:
        kind = OperationKind(entry.operation_kind)
    except ValueError:
        return ""
    if kind is OperationKind.CONTACTS_IMPORTED and entry.kind is TimelineKind.CONTACT_IMPORTED:
        return ""
    if entry.kind in (TimelineKind.CONTACTS_MERGED, TimelineKind.CONTACTS_UNMERGED) and not entry.facts.get("rule"):
        return ""
    if kind in _WITH_ORIGIN or int(entry.facts.get("count") or 0) > 1:
        return operation_text(kind, entry.facts)
    return ""


def change_words(change: FieldChange, value_text: Callable[[Any], str] = plain_value) -> tuple[str, str, str]:
    """A changed field in words: what it is called, what it was, what it is; '' for nothing."""

    def told(value: Any) -> str:
        if value is None or value in ("", ()):
            return ""
        if change.field.endswith("_label"):
            return address_label(str(value))
        if change.field == "source":
            return source_label(str(value))
        if change.field == "kind" and value in set(ContactKind):
            return contact_kind_label(str(value))
        if change.field == "class":
            return class_label(str(value))
        return value_text(value)

    return change_label(change), told(change.before), told(change.after)


def change_label(change: FieldChange) -> str:
    """What the field that changed is called."""
    field, name = change.field, change.name
    if field.startswith("property:"):
        return name or _("Property")
    if field.endswith("_label"):
        return _("Label of {name}").format(name=name)
    if field.endswith("_primary"):
        return _("Primary: {name}").format(name=name)
    if field == "messenger":
        return messenger_label(name) if name else field_label(field)
    if field == "note":
        return _("Note “{title}”").format(title=name) if name else _("Note")
    if field == "note_title":
        return _("Title of the note")
    if field == "tag":
        return _("Tag")
    if field == "segment":
        return _("Segment")
    if field == "contact":
        return _("Contact")
    return field_label(field)


def _values(entry: TimelineEntry, *, before: bool = False) -> str:
    told = [plain_value(change.before if before else change.after) for change in entry.changes]
    return ", ".join(dict.fromkeys(told))


def _labels(changes: Sequence[FieldChange]) -> str:
    names = list(dict.fromkeys(change_label(change) for change in changes))
    told = ", ".join(names[:_FIELDS_NAMED])
    return told if len(names) <= _FIELDS_NAMED else _("{fields} and more").format(fields=told)


def _updated(entry: TimelineEntry) -> str:
    return _("Changed: {fields}").format(fields=_labels(entry.changes)) if entry.changes else _("Contact changed")


def _imported(entry: TimelineEntry) -> str:
    file = entry.facts.get("file")
    return _("Imported from {file}").format(file=file) if file else _("Imported")


def _property_updated(entry: TimelineEntry) -> str:
    if len(entry.changes) != 1:
        return _("Changed: {fields}").format(fields=_labels(entry.changes))
    change = entry.changes[0]
    if change.after is None:
        return _("{field} emptied").format(field=change_label(change))
    return _("{field} set").format(field=change_label(change))


def _tag_added(entry: TimelineEntry) -> str:
    count = len(entry.changes)
    return ngettext("Tag {tags} added", "Tags {tags} added", count).format(tags=_values(entry))


def _tag_removed(entry: TimelineEntry) -> str:
    count = len(entry.changes)
    return ngettext("Tag {tags} removed", "Tags {tags} removed", count).format(tags=_values(entry, before=True))


def _merged(entry: TimelineEntry) -> str:
    names = _merged_names(entry)
    return _("Merged with {names}").format(names=names) if names else _("Merged with another contact")


def _unmerged(entry: TimelineEntry) -> str:
    names = _merged_names(entry)
    return _("Taken apart from {names}").format(names=names) if names else _("A merge was taken back")


def _merged_names(entry: TimelineEntry) -> str:
    names = [str(change.after or change.before) for change in entry.changes if change.field == "contact"]
    told = ", ".join(names[:_FIELDS_NAMED])
    return told if len(names) <= _FIELDS_NAMED else _("{names} and more").format(names=told)


def _fixed(text: str) -> Callable[[TimelineEntry], str]:
    return lambda entry: _(text)


def _added(text: str) -> Callable[[TimelineEntry], str]:
    return lambda entry: _(text).format(values=_values(entry))


def _taken(text: str) -> Callable[[TimelineEntry], str]:
    return lambda entry: _(text).format(values=_values(entry, before=True))


def _changed(text: str) -> Callable[[TimelineEntry], str]:
    return lambda entry: _(text).format(fields=_labels(entry.changes))


_TEXTS: Final = {
    TimelineKind.CONTACT_CREATED: _fixed(N_("Contact added")),
    TimelineKind.CONTACT_IMPORTED: _imported,
    TimelineKind.CONTACT_RESTORED: _fixed(N_("Contact brought back")),
    TimelineKind.CONTACT_UPDATED: _updated,
    TimelineKind.EMAIL_ADDED: _added(N_("Email added: {values}")),
    TimelineKind.EMAIL_CHANGED: _changed(N_("Email changed: {fields}")),
    TimelineKind.EMAIL_REMOVED: _taken(N_("Email removed: {values}")),
    TimelineKind.PHONE_ADDED: _added(N_("Phone added: {values}")),
    TimelineKind.PHONE_CHANGED: _changed(N_("Phone changed: {fields}")),
    TimelineKind.PHONE_REMOVED: _taken(N_("Phone removed: {values}")),
    TimelineKind.MESSENGER_ADDED: _added(N_("Messenger added: {values}")),
    TimelineKind.MESSENGER_CHANGED: _changed(N_("Messenger changed: {fields}")),
    TimelineKind.MESSENGER_REMOVED: _taken(N_("Messenger removed: {values}")),
    TimelineKind.AVATAR_CHANGED: _fixed(N_("Picture changed")),
    TimelineKind.AVATAR_REMOVED: _fixed(N_("Picture removed")),
    TimelineKind.TAG_ADDED: _tag_added,
    TimelineKind.TAG_REMOVED: _tag_removed,
    TimelineKind.SEGMENT_JOINED: _added(N_("Added to the segment {values}")),
    TimelineKind.SEGMENT_LEFT: _taken(N_("Taken out of the segment {values}")),
    TimelineKind.PROPERTY_UPDATED: _property_updated,
    TimelineKind.NOTE_ADDED: _fixed(N_("Note written")),
    TimelineKind.NOTE_CHANGED: _fixed(N_("Note changed")),
    TimelineKind.NOTE_REMOVED: _fixed(N_("Note deleted")),
    TimelineKind.CONTACT_REMOVED: _fixed(N_("Contact deleted")),
    TimelineKind.CONTACTS_MERGED: _merged,
    TimelineKind.CONTACTS_UNMERGED: _unmerged,
}
