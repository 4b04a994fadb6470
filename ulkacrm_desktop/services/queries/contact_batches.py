"""Contacts some at a time and by columns: what whole contacts and the tables of files are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Connection

from ulkacrm_desktop.core.clock import from_microseconds
from ulkacrm_desktop.core.contact_document import ContactKind, PropertyType
from ulkacrm_desktop.db.schema import database_code
from ulkacrm_desktop.services.queries.fetching import fetched_columns
from ulkacrm_desktop.services.queries.property_values import property_kinds

StoredValue = str | tuple[str, ...]
"""A property's value as its rows keep it; of a multi-select the choices in the order of its definition."""

_ALWAYS: Final = ("id", "name", "created_at", "updated_at", "kind", "class_id", "responsible_id", "is_staff", "version")
_TEXTS: Final = (
    "first_name",
    "last_name",
    "company",
    "website",
    "notes",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "source",
    "source_detail",
)
_EXPRESSIONS: Final = (*_ALWAYS, *(f"coalesce({column}, '')" for column in _TEXTS))
_COMBINATIONS_KEPT: Final = 10_000
_KINDS: Final = {kind.value: kind for kind in ContactKind}


@dataclass(frozen=True, slots=True)
class Entries:
    """The emails, phones or messengers of some contacts by columns.

    ``owners`` are keys of the batch, ``positions`` tell the order in which those of one contact are shown, ``kinds``
    are those of messengers (empty for the others).
    """

    owners: Sequence[int]
    values: Sequence[str]
    labels: Sequence[str]
    is_primary: Sequence[bool]
    positions: Sequence[int]
    kinds: Sequence[str] = ()


class ContactReader:
    """Reads contacts by columns; what all of them share is read once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.code = database_code(connection)
        self.kinds = property_kinds(connection)
        self.users = self._names("crm_user")
        self.classes = self._names("contact_class")
        ids, keys, names = fetched_columns(connection, ("id", "name_key", "name"), "FROM tag WHERE removed_in IS NULL")
        self._tags = dict(zip(ids, zip(keys, names, strict=True), strict=True))
        self._combinations: dict[tuple[int, ...], tuple[str, ...]] = {}

    def _names(self, table: str) -> dict[int, str]:
        return dict(zip(*fetched_columns(self.connection, ("id", "name"), f"FROM {table}"), strict=True))

    def batch(self, ids: Sequence[int]) -> "ContactBatch":
        """These contacts in this order, without those that are gone."""
        return ContactBatch(self, ids)

    def tag_names(self, ids: tuple[int, ...]) -> tuple[str, ...]:
        """The names of these tags in their order, without those that are gone."""
        # A million contacts have far fewer combinations of tags.
        names = self._combinations.get(ids)
        if names is None:
            names = tuple(name for _, name in sorted(self._tags[tag_id] for tag_id in ids if tag_id in self._tags))
            if len(self._combinations) < _COMBINATIONS_KEPT:
                self._combinations[ids] = names
        return names


class ContactBatch:
    """Some contacts of the database by columns; what belongs to them is read when it is first asked for.

    ``keys`` are their ids, in the order of every column.
    """

    def __init__(self, reader: ContactReader, ids: Sequence[int]) -> None:
        self.reader = reader
        # Those of a stretch are found faster by its ends; what belongs to others in between is never looked up.
        low, high = min(ids, default=0), max(ids, default=0)
        is_stretch = high - low < 2 * len(ids)
        self.among = f"BETWEEN {low:d} AND {high:d}" if is_stretch else f"IN ({', '.join(f'{key:d}' for key in ids)})"
        rest = f"FROM contact WHERE removed_in IS NULL AND id {self.among} ORDER BY id"
        found = fetched_columns(reader.connection, _EXPRESSIONS, rest)
        present = found[0]
        if list(present) != list(ids):
            places = dict(zip(present, range(len(present)), strict=True))
            chosen = [places[contact_id] for contact_id in ids if contact_id in places]
            found = [[column[place] for place in chosen] for column in found]
        self._columns = dict(zip((*_ALWAYS, *_TEXTS), found, strict=True))
        self._entries: dict[str, Entries] = {}

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def keys(self) -> Sequence[int]:
        """The ids of the contacts."""
        return self._columns["id"]

    def column(self, attribute: str) -> Sequence[Any]:
        """A single value of each contact, as the attribute of `ContactDocument` of this name has it."""
        match attribute:
            case "reference":
                return [f"{self.reader.code}-{key}" for key in self.keys]
            case "kind":
                return [_KINDS[kind] for kind in self._columns["kind"]]
            case "created_at" | "updated_at":
                # All that came by an import were made at one moment.
                stored = self._columns[attribute]
                moments = {moment: from_microseconds(moment) for moment in set(stored)}
                return [moments[moment] for moment in stored]
            case "is_staff":
                return [bool(is_staff) for is_staff in self._columns["is_staff"]]
            case "responsible":
                return [self.reader.users.get(user_id) for user_id in self._columns["responsible_id"]]
            case "class_name":
                return [self.reader.classes[class_id] for class_id in self._columns["class_id"]]
            case _:
                return self._columns[attribute]

    def owned(self, table: str, columns: Sequence[str], order: str = "") -> list[Sequence[Any]]:
        """The rows of a table that belong to the contacts, and maybe to others, by columns; the ids of owners first."""
        return fetched_columns(
            self.reader.connection,
            ("contact_id", *columns),
            f"FROM {table} WHERE contact_id {self.among} ORDER BY contact_id{order and ', '}{order}",
        )

    def entries(self, table: str) -> Entries:
        """What the contacts have in the table ``email``, ``phone`` or ``messenger``."""
        found = self._entries.get(table)
        if found is None:
            value = {"email": ("address",), "phone": ("number",), "messenger": ("login", "kind")}[table]
            columns = (value[0], "coalesce(label, '')", "is_primary", "position", *value[1:])
            # In the order of their index: to sort by the positions of the few who have several would take as long as
            # to read them.
            found = self._entries[table] = Entries(*self.owned(table, columns, "id"))
        return found

    @cached_property
    def tags(self) -> Mapping[int, tuple[str, ...]]:
        """The names of the tags of each contact that bears any, in their order."""
        borne: dict[int, list[int]] = {}
        for key, tag_id in zip(*self.owned("contact_tag", ("tag_id",), "tag_id"), strict=True):
            if key in borne:
                borne[key].append(tag_id)
            else:
                borne[key] = [tag_id]
        return {key: self.reader.tag_names(tuple(ids)) for key, ids in borne.items()}

    @cached_property
    def values(self) -> Mapping[int, Mapping[int, StoredValue]]:
        """The stored values of each present property by contact."""
        kinds = self.reader.kinds
        single: dict[int, dict[int, StoredValue]] = {property_id: {} for property_id in kinds.types}
        several: dict[int, dict[int, list[str]]] = {
            property_id: {} for property_id, kind in kinds.types.items() if kind is PropertyType.MULTI_SELECT
        }
        rows = self.owned("property_value", ("property_id", "value"), "property_id, position")
        for key, property_id, value in zip(*rows, strict=True):
            if property_id in several:
                several[property_id].setdefault(key, []).append(value)
            elif property_id in single:
                single[property_id][key] = value
        for property_id, chosen in several.items():
            single[property_id] = {key: kinds.choices_in_order(property_id, chosen[key]) for key in chosen}
        return single
