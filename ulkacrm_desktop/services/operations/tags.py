"""Operations on tags: give and take them, one contact or a million; rename, colour, remove."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, insert, literal, select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_input import tag_problem
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import InvalidInput, NotFound
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import Contact, ContactTag, Tag
from ulkacrm_desktop.services.operations.chosen import chosen_ids, tell_contacts
from ulkacrm_desktop.services.operations.contact_record import tag_ids
from ulkacrm_desktop.services.operations.criteria_upkeep import replace_in_criteria
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.TAGS_ADDED)
def add_tags(write: Write, *, selection: ContactSelection, names: Sequence[str]) -> int:
    """Tag contacts, making tags that are missing; answers how many contacts got a tag they had not.

    Raises InvalidInput for an empty or too long name.
    """
    for name in names:
        _check_name(name)
    write.facts["tags"] = list(names)
    chosen = chosen_ids(write, selection)
    if write.connection.execute(chosen.limit(1)).first() is None:
        write.facts["count"] = 0
        return 0
    for tag_id in tag_ids(write, names):
        _give(write, tag_id, chosen)
    return tell_contacts(write, "contact_tag")


@operation(OperationKind.TAGS_REMOVED)
def remove_tags(write: Write, *, selection: ContactSelection, names: Sequence[str]) -> int:
    """Take tags off contacts; answers how many contacts lost one. Raises NotFound for an unknown tag."""
    chosen = chosen_ids(write, selection)
    for name in names:
        tag_id = write.connection.execute(
            select(Tag.id).where(Tag.name_key == fold(" ".join(name.split())), Tag.removed_in.is_(None))
        ).scalar_one_or_none()
        if tag_id is None:
            raise NotFound("tag_not_found", tag=name)
        write.connection.execute(
            delete(ContactTag).where(ContactTag.tag_id == tag_id, ContactTag.contact_id.in_(chosen))
        )
    write.facts["tags"] = list(names)
    return tell_contacts(write, "contact_tag")


@operation(OperationKind.TAGS_MERGED)
def merge_tags(write: Write, *, tag_ids: Sequence[int], into_id: int) -> int:
    """Make tags one: who bears any of them bears ``into_id`` instead; answers how many contacts bore one of them.

    Criteria that name one of them mean the one that stays. Raises NotFound.
    """
    into = _tag_name(write, into_id)
    merged = [tag_id for tag_id in dict.fromkeys(tag_ids) if tag_id != into_id]
    write.facts |= {"tags": [_tag_name(write, tag_id) for tag_id in merged], "tag": into}
    for tag_id in merged:
        # Of contacts that are away too, so that they come back with the tag that stays.
        _give(write, into_id, select(ContactTag.contact_id).where(ContactTag.tag_id == tag_id))
        write.connection.execute(delete(ContactTag).where(ContactTag.tag_id == tag_id))
        _remove(write, tag_id)
        replace_in_criteria(write, "tag", tag_id, into_id)
    return tell_contacts(write, "contact_tag")


@operation(OperationKind.TAG_CHANGED)
def change_tag(write: Write, *, tag_id: int, name: str | None = None, color: str | None = None) -> None:
    """Rename or colour a tag; an empty colour is the usual one.

    Raises NotFound, and InvalidInput ``taken`` where another tag has that name.
    """
    present = write.connection.execute(
        select(Tag.name, Tag.name_key, Tag.color).where(Tag.id == tag_id, Tag.removed_in.is_(None))
    ).one_or_none()
    if present is None:
        raise NotFound("tag_not_found", tag=tag_id)
    write.facts["tag"] = present.name
    columns: dict[str, str | None] = {}
    if name is not None:
        _check_name(name)
        cleaned = " ".join(name.split())
        key = fold(cleaned)
        if key != present.name_key and _named(write, key):
            raise InvalidInput({"name": "taken"})
        columns |= {"name": cleaned, "name_key": key}
        write.facts["name"] = cleaned
    if color is not None:
        columns["color"] = color or None
        write.facts["color"] = color
    if any(getattr(present, key) != value for key, value in columns.items()):
        write.connection.execute(update(Tag).where(Tag.id == tag_id).values(version=Tag.version + 1, **columns))


@operation(OperationKind.TAG_REMOVED)
def remove_tag(write: Write, *, tag_id: int) -> int:
    """Take a tag off all contacts and out of the list; answers how many contacts bore it. Raises NotFound."""
    name = _tag_name(write, tag_id)
    count = write.connection.execute(delete(ContactTag).where(ContactTag.tag_id == tag_id)).rowcount
    _remove(write, tag_id)
    write.facts |= {"tag": name, "count": count}
    return count


def _give(write: Write, tag_id: int, contacts: Select[int]) -> None:
    """Let contacts bear a tag."""
    bearing = select(ContactTag.contact_id).where(ContactTag.tag_id == tag_id)
    write.connection.execute(
        insert(ContactTag).from_select(
            ["contact_id", "class_id", "tag_id"],
            select(Contact.id, Contact.class_id, literal(tag_id)).where(
                Contact.id.in_(contacts), Contact.id.not_in(bearing)
            ),
        )
    )


def _remove(write: Write, tag_id: int) -> None:
    write.connection.execute(
        update(Tag).where(Tag.id == tag_id).values(removed_in=write.operation_id, version=Tag.version + 1)
    )


def _tag_name(write: Write, tag_id: int) -> str:
    name = write.connection.execute(
        select(Tag.name).where(Tag.id == tag_id, Tag.removed_in.is_(None))
    ).scalar_one_or_none()
    if name is None:
        raise NotFound("tag_not_found", tag=tag_id)
    return name


def _check_name(name: str) -> None:
    if problem := tag_problem(name):
        raise InvalidInput({"tags": problem})


def _named(write: Write, key: str) -> bool:
    found = select(Tag.id).where(Tag.name_key == key, Tag.removed_in.is_(None))
    return write.connection.execute(found).first() is not None
