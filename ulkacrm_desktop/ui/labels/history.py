"""Operations as sentences: for the status line, the history and the command line."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.i18n import _, ngettext, pgettext
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.labels.values import grouped

Facts = Mapping[str, Any]

_FIELDS_NAMED: Final = 3


def operation_text(kind: OperationKind | str, facts: Facts, properties: Mapping[int, str] | None = None) -> str:
    """What an operation did, in one sentence without a full stop.

    ``facts`` are those of the operation; one that is missing is left out of the sentence. ``properties``
    are names by id, for the fields of an edit.
    """
    try:
        known = OperationKind(kind)
    except ValueError:
        return str(kind)
    if known is OperationKind.CONTACT_UPDATED:
        return _contact_updated(facts, properties)
    return _SENTENCES[known](facts)


def _name(facts: Facts) -> str:
    return str(facts.get("name") or _("a contact"))


def _count(facts: Facts, key: str = "count") -> int:
    return int(facts.get(key) or 0)


def _names(facts: Facts, key: str) -> str:
    names: Sequence[str] = facts.get(key) or ()
    return ", ".join(names)


def _contact_updated(facts: Facts, properties: Mapping[int, str] | None) -> str:
    labels = list(dict.fromkeys(field_label(key, properties) for key in facts.get("fields") or ()))
    if not labels:
        return _("Changed {name}").format(name=_name(facts))
    told = ", ".join(labels[:_FIELDS_NAMED])
    if len(labels) > _FIELDS_NAMED:
        told = _("{fields} and more").format(fields=told)
    return _("Changed {name}: {fields}").format(name=_name(facts), fields=told)


def _removed(facts: Facts) -> str:
    count = _count(facts)
    if count <= 1:
        return _("Deleted {name}").format(name=_name(facts))
    return ngettext("Deleted {count} contact", "Deleted {count} contacts", count).format(count=grouped(count))


def _imported(facts: Facts) -> str:
    count = _count(facts, "created") + _count(facts, "updated")
    if not facts.get("file"):
        return ngettext("Imported {count} contact", "Imported {count} contacts", count).format(count=grouped(count))
    return ngettext("Imported {count} contact from {file}", "Imported {count} contacts from {file}", count).format(
        count=grouped(count), file=facts["file"]
    )


def _tags_added(facts: Facts) -> str:
    count, tags = _count(facts), _names(facts, "tags")
    if count == 1 and facts.get("name"):
        return _("Tagged {name} {tags}").format(name=facts["name"], tags=tags)
    return ngettext("Tagged {count} contact {tags}", "Tagged {count} contacts {tags}", count).format(
        count=grouped(count), tags=tags
    )


def _tags_removed(facts: Facts) -> str:
    count, tags = _count(facts), _names(facts, "tags")
    if count == 1 and facts.get("name"):
        return _("Removed the tag {tags} from {name}").format(name=facts["name"], tags=tags)
    return ngettext(
        "Removed the tag {tags} from {count} contact", "Removed the tag {tags} from {count} contacts", count
    ).format(count=grouped(count), tags=tags)


def _tag_changed(facts: Facts) -> str:
    tag, name = facts.get("tag", ""), facts.get("name")
    if name and name != tag:
        return _("Renamed the tag {tag} to {name}").format(tag=tag, name=name)
    return _("Coloured the tag {tag}").format(tag=tag)


def _tag_removed(facts: Facts) -> str:
    tag, count = facts.get("tag", ""), _count(facts)
    if not count:
        return _("Deleted the tag {tag}").format(tag=tag)
    return ngettext(
        "Deleted the tag {tag} of {count} contact", "Deleted the tag {tag} of {count} contacts", count
    ).format(tag=tag, count=grouped(count))


def _property_changed(facts: Facts) -> str:
    name, new_name = facts.get("name", ""), facts.get("new_name")
    if new_name:
        return _("Renamed the property {name} to {new_name}").format(name=name, new_name=new_name)
    return _("Changed the property {name}").format(name=name)


def _property_value_set(facts: Facts) -> str:
    return _("Set {property} of {name}").format(property=facts.get("property") or _("a property"), name=_name(facts))


def _undone(facts: Facts) -> str:
    # Translators: {what} is the whole sentence of the operation that was taken back.
    return _("Undid: {what}").format(what=_reverted(facts))


def _redone(facts: Facts) -> str:
    return _("Did again: {what}").format(what=_reverted(facts))


def _reverted(facts: Facts) -> str:
    kind = facts.get("kind")
    return operation_text(kind, facts.get("facts") or {}) if kind else pgettext("an operation", "something")


_SENTENCES: Final[Mapping[OperationKind, Callable[[Facts], str]]] = {
    OperationKind.CONTACT_CREATED: lambda facts: _("Added {name}").format(name=_name(facts)),
    OperationKind.CONTACTS_REMOVED: _removed,
    OperationKind.CONTACTS_IMPORTED: _imported,
    OperationKind.AVATAR_CHANGED: lambda facts: _("Changed the picture of {name}").format(name=_name(facts)),
    OperationKind.TAGS_ADDED: _tags_added,
    OperationKind.TAGS_REMOVED: _tags_removed,
    OperationKind.TAG_CHANGED: _tag_changed,
    OperationKind.TAG_REMOVED: _tag_removed,
    OperationKind.PROPERTY_CREATED: lambda facts: _("Made the property {name}").format(name=facts.get("name", "")),
    OperationKind.PROPERTY_CHANGED: _property_changed,
    OperationKind.PROPERTY_REMOVED: lambda facts: _("Deleted the property {name}").format(name=facts.get("name", "")),
    OperationKind.PROPERTY_GROUP_CHANGED: lambda facts: _("Changed the property groups"),
    OperationKind.PROPERTY_VALUE_SET: _property_value_set,
    OperationKind.NOTE_ADDED: lambda facts: _("Wrote a note about {name}").format(name=_name(facts)),
    OperationKind.NOTE_CHANGED: lambda facts: _("Changed a note about {name}").format(name=_name(facts)),
    OperationKind.NOTE_REMOVED: lambda facts: _("Deleted a note about {name}").format(name=_name(facts)),
    OperationKind.SETTINGS_CHANGED: lambda facts: _("Changed the settings of the database"),
    OperationKind.UNDONE: _undone,
    OperationKind.REDONE: _redone,
}
