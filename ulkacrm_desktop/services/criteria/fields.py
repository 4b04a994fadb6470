"""The registry of what criteria can ask about: every field with its type, operators and choices.

A feature that brings tables brings its fields here; until then they are named in `FIELDS_TO_COME` and refused by name.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Select, select, text

from ulkacrm_desktop.core.contact_document import ContactKind, PropertyDefinition, PropertyType
from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.core.criteria import Operator
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.db.folded_texts import ADDRESS_PARTS
from ulkacrm_desktop.models import ContactClass, CrmUser, Property, Segment, Tag
from ulkacrm_desktop.services.queries.properties import property_definitions


class FieldType(StrEnum):
    """What the values of a field are.

    ``DATE`` is a day, ``MOMENT`` a point in time of which the viewer's day counts. A ``CHOICE`` has one of a list,
    ``CHOICES`` any number of it.
    """

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"


_EMPTINESS: Final = (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY)
_ORDERED: Final = (
    Operator.IS,
    Operator.IS_NOT,
    Operator.GREATER,
    Operator.AT_LEAST,
    Operator.LESS,
    Operator.AT_MOST,
    Operator.BETWEEN,
)
OPERATORS: Final[Mapping[FieldType, tuple[Operator, ...]]] = {
    FieldType.TEXT: (
        Operator.IS,
        Operator.IS_NOT,
        Operator.CONTAINS,
        Operator.NOT_CONTAINS,
        Operator.STARTS_WITH,
        Operator.ENDS_WITH,
        Operator.LIKE,
        Operator.ONE_OF,
        Operator.NONE_OF,
        *_EMPTINESS,
    ),
    FieldType.NUMBER: (*_ORDERED, *_EMPTINESS),
    FieldType.DATE: (
        *_ORDERED,
        Operator.IN_LAST,
        Operator.MORE_THAN_AGO,
        Operator.IN_NEXT,
        Operator.DURING,
        Operator.ANNIVERSARY_IN_NEXT,
        Operator.ANNIVERSARY_DURING,
        *_EMPTINESS,
    ),
    FieldType.MOMENT: (*_ORDERED, Operator.IN_LAST, Operator.MORE_THAN_AGO, Operator.DURING, *_EMPTINESS),
    FieldType.YES_NO: (Operator.IS, Operator.IS_NOT, *_EMPTINESS),
    FieldType.CHOICE: (Operator.IS, Operator.IS_NOT, Operator.ONE_OF, Operator.NONE_OF, *_EMPTINESS),
    FieldType.CHOICES: (
        Operator.IS,
        Operator.IS_NOT,
        Operator.ONE_OF,
        Operator.ALL_OF,
        Operator.NONE_OF,
        Operator.EXACTLY,
        *_EMPTINESS,
    ),
}
"""The operators of each type, in the order in which they are offered; a field that is never empty lacks the last
two."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list: what stands in the tree (an id, a code or the text itself) and its name."""

    value: int | str
    name: str


@dataclass(frozen=True, slots=True)
class CriteriaField:
    """A field that criteria can ask about.

    ``key`` stands in the tree, ``name`` in the text form. ``choices`` are what there is to choose from; where
    ``is_open``, other texts can be given too. ``is_record``: the values are ids of records, else texts or codes.
    """

    key: str
    name: str
    type: FieldType
    operators: tuple[Operator, ...]
    choices: tuple[Choice, ...] = ()
    is_open: bool = False
    is_record: bool = False

    @property
    def property_id(self) -> int | None:
        """The id of the property, None for a built-in field."""
        head, colon, number = self.key.partition(":")
        return int(number) if colon and head == "property" else None

    def nearest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        """The names of choices that look most like this one, to be offered where it is not known."""
        return _nearest(name, (choice.name for choice in self.choices), limit)


FIELDS_TO_COME: Final = (
    "last_payment",
    "payments",
    "conversations",
    "resolution_status",
    "deals",
    "tasks",
    "calls",
    "courses",
    "surveys",
)
"""Fields whose features are not there yet: known, and refused by name."""

ALIASES: Final = {
    "tags": "tag",
    "emails": "email",
    "phones": "phone",
    "updated_at": "last_activity",
    "last_conversation_at": "last_conversation",
}
"""Other names under which the text form knows a field."""


def _field(
    key: str,
    type_: FieldType,
    *,
    name: str = "",
    optional: bool = True,
    but: Sequence[Operator] = (),
    choices: Iterable[Choice] = (),
    is_open: bool = False,
    is_record: bool = False,
) -> CriteriaField:
    left_out = (*but, *(() if optional else _EMPTINESS))
    operators = tuple(operator for operator in OPERATORS[type_] if operator not in left_out)
    return CriteriaField(key, name or key, type_, operators, tuple(choices), is_open, is_record)


_KINDS: Final = tuple(Choice(kind.value, kind.value) for kind in ContactKind)


class CriteriaFields:
    """All fields of one database at one moment, in the order in which they are offered."""

    def __init__(self, fields: Iterable[CriteriaField]) -> None:
        self._by_key = {field.key: field for field in fields}
        self._properties: dict[str, CriteriaField] = {}
        for field in self:
            if field.property_id is not None:
                self._properties[fold(field.name)] = field

    def __iter__(self) -> Iterator[CriteriaField]:
        """The fields in the order in which they are offered."""
        return iter(self._by_key.values())

    def __getitem__(self, key: str) -> CriteriaField:
        """The field of a key. Raises ExpectedError ``criteria_field_unknown``, ``criteria_field_to_come``."""
        found = self._by_key.get(key)
        if found is not None:
            return found
        if key in FIELDS_TO_COME:
            raise ExpectedError("criteria_field_to_come", field=key)
        raise ExpectedError("criteria_field_unknown", field=key)

    def __contains__(self, key: str) -> bool:
        """Whether there is a field of this key."""
        return key in self._by_key

    def get(self, key: str) -> CriteriaField | None:
        """The field of a key, None where there is none."""
        return self._by_key.get(key)

    def built_in(self, name: str) -> CriteriaField | None:
        """The built-in field of a name of the text form, or of one of its `ALIASES`."""
        folded = fold(name)
        for field in self:
            if field.property_id is None and folded in (field.name, field.key):
                return field
        return self._by_key.get(ALIASES.get(folded, ""))

    def of_property(self, name: str) -> CriteriaField | None:
        """The field of the property that is called so."""
        return self._properties.get(fold(name))

    def nearest(self, name: str, limit: int = 3) -> tuple[str, ...]:
        """The fields that look most like this one, as the text form writes them, to be offered where it is unknown."""
        written = {field.name: f'"{field.name}"' if field.property_id else field.name for field in self}
        return tuple(written[found] for found in _nearest(name, written, limit))

    @staticmethod
    def is_to_come(name: str) -> bool:
        """Whether a name is one of `FIELDS_TO_COME`."""
        return fold(name).replace(" ", "_") in FIELDS_TO_COME


def _nearest(name: str, names: Iterable[str], limit: int) -> tuple[str, ...]:
    folded = {fold(each): each for each in names}
    return tuple(folded[found] for found in get_close_matches(fold(name), folded, n=limit, cutoff=0.6))


def criteria_fields(connection: Connection, user_id: int | None = None) -> CriteriaFields:
    """The fields of a database: the built-in ones with the tags, users, classes and segments that there are, then
    its properties, archived ones too.

    Of the segments those that all share, and the user's own.
    """
    tags = select(Tag.id, Tag.name).where(Tag.removed_in.is_(None)).order_by(Tag.name_key, Tag.id)
    users = select(CrmUser.id, CrmUser.name).where(CrmUser.removed_in.is_(None)).order_by(CrmUser.name, CrmUser.id)
    classes = select(ContactClass.id, ContactClass.name).where(ContactClass.removed_in.is_(None))
    segments = select(Segment.id, Segment.name).where(
        Segment.removed_in.is_(None), Segment.owner_id.is_(None) | (Segment.owner_id == user_id)
    )

    def records(query: Select[int, str]) -> list[Choice]:
        return [Choice(row.id, row.name) for row in connection.execute(query)]

    def in_use(table: str, column: str, where: str) -> list[Choice]:
        return [Choice(value, value) for value in connection.scalars(text(distinct_values(table, column, where)))]

    return fields_of(
        {
            "tag": records(tags),
            "responsible": records(users),
            "class": records(classes.order_by(ContactClass.id)),
            "segment": records(segments.order_by(Segment.name_key, Segment.id)),
            "source": in_use("contact", "source", "removed_in IS NULL"),
            "messenger_kind": in_use("messenger", "kind", "1 = 1"),
        },
        property_definitions(connection, archived=True),
    )


def bare_fields(connection: Connection) -> CriteriaFields:
    """The fields of a database without what there is to choose from: what is needed to answer criteria."""
    properties = select(Property.id, Property.name, Property.type).where(Property.removed_in.is_(None))
    definitions = [PropertyDefinition(*row[:2], PropertyType(row[2])) for row in connection.execute(properties)]
    return fields_of({}, definitions)


def fields_of(choices: Mapping[str, Iterable[Choice]], definitions: Iterable[PropertyDefinition]) -> CriteriaFields:
    """The built-in fields with these choices by key, and a field of each property."""
    return CriteriaFields([*_built_in_fields(choices), *map(property_criteria_field, definitions)])


def _built_in_fields(choices: Mapping[str, Iterable[Choice]]) -> list[CriteriaField]:
    def record(key: str, type_: FieldType = FieldType.CHOICE, *, optional: bool = False) -> CriteriaField:
        return _field(key, type_, optional=optional, choices=choices.get(key, ()), is_record=True)

    def texts(*keys: str) -> list[CriteriaField]:
        return [_field(key, FieldType.TEXT) for key in keys]

    return [
        _field("name", FieldType.TEXT, optional=False),
        *texts("first_name", "last_name", "email", "phone"),
        record("tag", FieldType.CHOICES, optional=True),
        record("responsible", optional=True),
        record("class"),
        record("segment"),
        _field("created_at", FieldType.MOMENT, name="added", optional=False),
        _field("last_activity", FieldType.MOMENT, optional=False),
        _field("last_conversation", FieldType.MOMENT),
        _field("kind", FieldType.CHOICE, optional=False, choices=_KINDS),
        _field("is_staff", FieldType.YES_NO, optional=False, but=[Operator.IS_NOT]),
        *texts("messenger"),
        _field("messenger_kind", FieldType.CHOICES, choices=choices.get("messenger_kind", ()), is_open=True),
        *texts("company", "website", "address", *ADDRESS_PARTS, "notes"),
        _field("source", FieldType.CHOICE, optional=False, choices=choices.get("source", ()), is_open=True),
        *texts("source_detail", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
    ]


_PROPERTY_TYPES: Final = {
    PropertyType.TEXT: FieldType.TEXT,
    PropertyType.URL: FieldType.TEXT,
    PropertyType.NUMBER: FieldType.NUMBER,
    PropertyType.DATE: FieldType.DATE,
    PropertyType.YES_NO: FieldType.YES_NO,
    PropertyType.SELECT: FieldType.CHOICE,
    PropertyType.MULTI_SELECT: FieldType.CHOICES,
}


def property_criteria_field(definition: PropertyDefinition) -> CriteriaField:
    """The field of a property; a choice that it no longer offers can still be asked for."""
    options = (Choice(option, option) for option in definition.options)
    return _field(
        property_sort(definition.id),
        _PROPERTY_TYPES[definition.type],
        name=definition.name,
        choices=options,
        is_open=True,
    )


def distinct_values(table: str, column: str, where: str) -> str:
    """SQL of the distinct values of the first column of an index: one step of the index for each value."""
    least = f"SELECT min({column}) FROM {table} WHERE {where}"
    return (
        f"WITH RECURSIVE each(value) AS ({least} UNION ALL SELECT ({least} AND {column} > each.value) FROM each "
        "WHERE each.value IS NOT NULL) SELECT value FROM each WHERE value IS NOT NULL"
    )
