"""Names of what a database has once of a kind: tidied, and refused where they cannot be kept or are taken."""

from itertools import count
from typing import Final

from sqlalchemy import ColumnElement, select

from ulkacrm_desktop.core.errors import InvalidInput
from ulkacrm_desktop.core.fields import PROPERTY_NAME_LIMIT
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.problem import has_control_characters
from ulkacrm_desktop.models import ContactClass, CrmUser, Property, SavedFilter, Segment, Tag
from ulkacrm_desktop.services.workspace import Write

NAME_LIMIT: Final = PROPERTY_NAME_LIMIT
"""The longest name, in characters; that of a property counts for all."""

Named = type[Tag] | type[Property] | type[Segment] | type[SavedFilter] | type[CrmUser] | type[ContactClass]


def tidy_name(name: str, field: str = "name") -> str:
    """The name with single spaces. Raises InvalidInput: ``required``, ``too_long``, ``control_character``."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise InvalidInput({field: "required"})
    if len(cleaned) > NAME_LIMIT:
        raise InvalidInput({field: "too_long"})
    if has_control_characters(cleaned):
        raise InvalidInput({field: "control_character"})
    return cleaned


def free_name(
    write: Write, mapped: Named, name: str, *, but: int | None = None, among: ColumnElement[bool] | None = None
) -> dict[str, str]:
    """The columns ``name`` and ``name_key`` of a name that no other present record has, in whatever spelling.

    ``but`` is the record that may have it already; ``among`` narrows whose names count. Raises InvalidInput as
    `tidy_name`, and ``taken``.
    """
    cleaned = tidy_name(name)
    if _is_taken(write, mapped, fold(cleaned), but, among):
        raise InvalidInput({"name": "taken"})
    return {"name": cleaned, "name_key": fold(cleaned)}


def spare_name(
    write: Write, mapped: Named, name: str, *, but: int | None = None, among: ColumnElement[bool] | None = None
) -> dict[str, str]:
    """The columns of this name, or of the same with the first number behind it that makes it free."""
    cleaned = " ".join(name.split())[: NAME_LIMIT - 10]
    for number in count(1):
        tried = cleaned if number == 1 else f"{cleaned} ({number})"
        if not _is_taken(write, mapped, fold(tried), but, among):
            return {"name": tried, "name_key": fold(tried)}
    raise AssertionError("numbers do not end")


def _is_taken(write: Write, mapped: Named, key: str, but: int | None, among: ColumnElement[bool] | None) -> bool:
    taken = select(mapped.id).where(mapped.name_key == key, mapped.removed_in.is_(None))
    if but is not None:
        taken = taken.where(mapped.id != but)
    if among is not None:
        taken = taken.where(among)
    return write.connection.execute(taken.limit(1)).first() is not None
