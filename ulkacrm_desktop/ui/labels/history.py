"""Operations as sentences: for the status line, the history and the command line."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.duplicates import Verdict
from ulkacrm_desktop.core.i18n import N_, _, ngettext, pgettext
from ulkacrm_desktop.ui.labels.fields import class_label, field_label, property_type_label
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


def _merged(facts: Facts) -> str:
    count, groups = _count(facts), _count(facts, "groups")
    if groups == 1:
        return ngettext("Merged {count} contact into {name}", "Merged {count} contacts into {name}", count).format(
            count=grouped(count), name=_name(facts)
        )
    return ngettext("Merged {count} duplicate", "Merged {count} duplicates", count).format(count=grouped(count))


def _judged(facts: Facts) -> str:
    names: Sequence[str] = facts.get("names") or ()
    if len(names) == 2:
        sentences: Mapping[str | None, str] = {
            Verdict.NOT_DUPLICATE: _("{one} and {other} are no duplicates"),
            Verdict.LATER: _("{one} and {other} put off for later"),
            None: _("{one} and {other} may be duplicates again"),
        }
        return sentences[facts.get("verdict")].format(one=names[0], other=names[1])
    count = _count(facts)
    return ngettext("Decided on {count} pair of contacts", "Decided on {count} pairs of contacts", count).format(
        count=grouped(count)
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


def _tags_merged(facts: Facts) -> str:
    names = _names(facts, "tags")
    count = len(facts.get("tags") or ())
    return ngettext("Merged the tag {tags} into {tag}", "Merged the tags {tags} into {tag}", count).format(
        tags=names, tag=facts.get("tag", "")
    )


_PROPERTY_CHANGES: Final = {
    "renamed": N_("Renamed the property {name} to {new_name}"),
    "archived": N_("Archived the property {name}"),
    "unarchived": N_("Brought the property {name} back from the archive"),
    "option_renamed": N_("Renamed the choice {option} of {name} to {new_option}"),
    "option_merged": N_("Merged the choice {option} of {name} into {new_option}"),
    "option_removed": N_("Deleted the choice {option} of {name}"),
}


def _property_changed(facts: Facts) -> str:
    what = facts.get("what") or ("renamed" if facts.get("new_name") else "")
    sentence = _(_PROPERTY_CHANGES[what]) if what in _PROPERTY_CHANGES else _("Changed the property {name}")
    known = ("name", "new_name", "option", "new_option")
    return sentence.format(**{key: facts.get(key) or "" for key in known})


def _property_retyped(facts: Facts) -> str:
    name, kind = facts.get("name", ""), facts.get("type")
    if not kind:
        return _("Changed the type of the property {name}").format(name=name)
    return _("Changed the type of the property {name} to “{type}”").format(name=name, type=property_type_label(kind))


def _property_values_set(facts: Facts) -> str:
    count, name = _count(facts), facts.get("property") or _("a property")
    if count == 1 and facts.get("name"):
        sentence = _("Emptied {property} of {name}") if facts.get("emptied") else _("Set {property} of {name}")
        return sentence.format(property=name, name=facts["name"])
    if facts.get("emptied"):
        sentence = ngettext("Emptied {property} of {count} contact", "Emptied {property} of {count} contacts", count)
    else:
        sentence = ngettext("Set {property} of {count} contact", "Set {property} of {count} contacts", count)
    return sentence.format(property=name, count=grouped(count))


def _responsible_set(facts: Facts) -> str:
    user, count = facts.get("user"), _count(facts)
    if count == 1 and facts.get("name"):
        if not user:
            return _("Nobody is responsible for {name} any more").format(name=facts["name"])
        return _("Made {user} responsible for {name}").format(user=user, name=facts["name"])
    if not user:
        return ngettext(
            "Nobody is responsible for {count} contact any more",
            "Nobody is responsible for {count} contacts any more",
            count,
        ).format(count=grouped(count))
    return ngettext(
        "Made {user} responsible for {count} contact", "Made {user} responsible for {count} contacts", count
    ).format(user=user, count=grouped(count))


def _class_set(facts: Facts) -> str:
    name, count = class_label(facts.get("class") or ""), _count(facts)
    if count == 1 and facts.get("name"):
        return _("Moved {name} to the class {class_name}").format(name=facts["name"], class_name=name)
    return ngettext(
        "Moved {count} contact to the class {class_name}", "Moved {count} contacts to the class {class_name}", count
    ).format(count=grouped(count), class_name=name)


def _user_removed(facts: Facts) -> str:
    name, count, successor = facts.get("name", ""), _count(facts), facts.get("successor")
    if not count:
        return _("Deleted the user {name}").format(name=name)
    if not successor:
        return ngettext(
            "Deleted the user {name}, responsible for {count} contact",
            "Deleted the user {name}, responsible for {count} contacts",
            count,
        ).format(name=name, count=grouped(count))
    return ngettext(
        "Deleted the user {name}; {count} contact went to {successor}",
        "Deleted the user {name}; {count} contacts went to {successor}",
        count,
    ).format(name=name, count=grouped(count), successor=successor)


def _class_removed(facts: Facts) -> str:
    name, count = facts.get("name", ""), _count(facts)
    if not count:
        return _("Deleted the class {name}").format(name=name)
    return ngettext(
        "Deleted the class {name}; {count} contact went to {successor}",
        "Deleted the class {name}; {count} contacts went to {successor}",
        count,
    ).format(name=name, count=grouped(count), successor=class_label(facts.get("successor") or ""))


def _segment_joined(facts: Facts) -> str:
    segment, count = facts.get("segment", ""), _count(facts)
    if count == 1 and facts.get("name"):
        return _("Added {name} to the segment {segment}").format(name=facts["name"], segment=segment)
    return ngettext(
        "Added {count} contact to the segment {segment}", "Added {count} contacts to the segment {segment}", count
    ).format(count=grouped(count), segment=segment)


def _segment_left(facts: Facts) -> str:
    segment, count = facts.get("segment", ""), _count(facts)
    if count == 1 and facts.get("name"):
        return _("Took {name} out of the segment {segment}").format(name=facts["name"], segment=segment)
    return ngettext(
        "Took {count} contact out of the segment {segment}", "Took {count} contacts out of the segment {segment}", count
    ).format(count=grouped(count), segment=segment)


def _changed(plain: str, renamed: str) -> Callable[[Facts], str]:
    """A sentence about a thing that has a name, and perhaps got another."""

    def told(facts: Facts) -> str:
        name, new_name = facts.get("name", ""), facts.get("new_name")
        return _(renamed).format(name=name, new_name=new_name) if new_name else _(plain).format(name=name)

    return told


def _named(sentence: str) -> Callable[[Facts], str]:
    return lambda facts: _(sentence).format(name=facts.get("name", ""))


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
    OperationKind.CONTACTS_MERGED: _merged,
    OperationKind.DUPLICATES_JUDGED: _judged,
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
    OperationKind.USER_ADDED: _named(N_("Added the user {name}")),
    OperationKind.USER_CHANGED: _changed(N_("Changed the user {name}"), N_("Renamed the user {name} to {new_name}")),
    OperationKind.USER_REMOVED: _user_removed,
    OperationKind.CLASS_ADDED: _named(N_("Made the class {name}")),
    OperationKind.CLASS_CHANGED: _changed(N_("Changed the class {name}"), N_("Renamed the class {name} to {new_name}")),
    OperationKind.CLASS_REMOVED: _class_removed,
    OperationKind.RESPONSIBLE_SET: _responsible_set,
    OperationKind.CLASS_SET: _class_set,
    OperationKind.PROPERTY_VALUES_SET: _property_values_set,
    OperationKind.PROPERTY_RETYPED: _property_retyped,
    OperationKind.TAGS_MERGED: _tags_merged,
    OperationKind.SEGMENT_CREATED: _named(N_("Made the segment {name}")),
    OperationKind.SEGMENT_CHANGED: _changed(
        N_("Changed the segment {name}"), N_("Renamed the segment {name} to {new_name}")
    ),
    OperationKind.SEGMENT_REMOVED: _named(N_("Deleted the segment {name}")),
    OperationKind.SEGMENT_JOINED: _segment_joined,
    OperationKind.SEGMENT_LEFT: _segment_left,
    OperationKind.FILTER_SAVED: _named(N_("Saved the filter {name}")),
    OperationKind.FILTER_CHANGED: _changed(
        N_("Changed the filter {name}"), N_("Renamed the filter {name} to {new_name}")
    ),
    OperationKind.FILTER_REMOVED: _named(N_("Deleted the filter {name}")),
    OperationKind.SETTINGS_CHANGED: lambda facts: _("Changed the settings of the database"),
    OperationKind.UNDONE: _undone,
    OperationKind.REDONE: _redone,
}
