"""Operations on tags: give and take them, one contact or a million; rename, colour, remove."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, literal, select, update

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.contact_input import tag_problem
from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.errors import InvalidInput, NotFound
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.models import Change, Contact, ContactTag, Tag
from ulkacrm_desktop.services.operations.contact_record import tag_ids
from ulkacrm_desktop.services.queries.contacts import selected_ids
from ulkacrm_desktop.services.workspace import Write, operation


@operation(OperationKind.TAGS_ADDED)
def add_tags(write: Write, *, selection: ContactSelection, names: Sequence[str]) -> int:
    """Tag contacts, making tags that are missing; answers how many contacts got a tag they had not.

    Raises InvalidInput for an empty or too long name.
    """
    for name in names:
        _check_name(name)
    chosen = tag_ids(write, names)
    for tag_id in chosen:
        bearing = select(ContactTag.contact_id).where(ContactTag.tag_id == tag_id)
        write.connection.execute(
            insert(ContactTag).from_select(
                ["contact_id", "class_id", "tag_id"],
                select(Contact.id, Contact.class_id, literal(tag_id)).where(
                    Contact.id.in_(selected_ids(write.connection, selection)),
                    Contact.removed_in.is_(None),
                    Contact.id.not_in(bearing),
                ),
            )
        )
    return _tell(write, names)


@operation(OperationKind.TAGS_REMOVED)
def remove_tags(write: Write, *, selection: ContactSelection, names: Sequence[str]) -> int:
    """Take tags off contacts; answers how many contacts lost one. Raises NotFound for an unknown tag."""
    for name in names:
        tag_id = write.connection.execute(
            select(Tag.id).where(Tag.name_key == fold(name), Tag.removed_in.is_(None))
        ).scalar_one_or_none()
        if tag_id is None:
            raise NotFound("tag_not_found", tag=name)
        write.connection.execute(
            delete(ContactTag).where(
                ContactTag.tag_id == tag_id, ContactTag.contact_id.in_(selected_ids(write.connection, selection))
            )
        )
    return _tell(write, names)


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
    name = write.connection.execute(
        select(Tag.name).where(Tag.id == tag_id, Tag.removed_in.is_(None))
    ).scalar_one_or_none()
    if name is None:
        raise NotFound("tag_not_found", tag=tag_id)
    count = write.connection.execute(delete(ContactTag).where(ContactTag.tag_id == tag_id)).rowcount
    write.connection.execute(
        update(Tag).where(Tag.id == tag_id).values(removed_in=write.operation_id, version=Tag.version + 1)
    )
    write.facts |= {"tag": name, "count": count}
    return count


def _check_name(name: str) -> None:
    if problem := tag_problem(name):
        raise InvalidInput({"tags": problem})


def _named(write: Write, key: str) -> bool:
    found = select(Tag.id).where(Tag.name_key == key, Tag.removed_in.is_(None))
    return write.connection.execute(found).first() is not None


def _tell(write: Write, names: Sequence[str]) -> int:
    """Count the contacts whose tags this operation has changed, from the journal."""
    touched = select(func.count(func.distinct(Change.contact_id))).where(
        Change.operation_id == write.operation_id, Change.table_name == "contact_tag"
    )
    count = int(write.connection.execute(touched).scalar_one())
    write.facts |= {"tags": list(names), "count": count}
    if count == 1:
        named = (
            select(Contact.name)
            .join(Change, Change.contact_id == Contact.id)
            .where(Change.operation_id == write.operation_id)
            .limit(1)
        )
        write.facts["name"] = write.connection.execute(named).scalar_one()
    return count
