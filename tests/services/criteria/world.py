"""Random contacts of every kind of value, and random criteria that ask about them."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import Connection, insert, text

from ulkacrm_desktop.core.changes import OperationKind
from ulkacrm_desktop.core.clock import to_microseconds
from ulkacrm_desktop.core.contact_document import ContactKind, EmailEntry, MessengerEntry, PhoneEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.criteria import (
    ME,
    All,
    Clause,
    Criteria,
    Either,
    Not,
    Operator,
    Period,
    Span,
    Unit,
    Value,
    Viewpoint,
)
from ulkacrm_desktop.db.folded_texts import refresh_texts
from ulkacrm_desktop.db.search_index import unindex
from ulkacrm_desktop.models import ContactClass, ContactTag, CrmUser, Segment, SegmentMember
from ulkacrm_desktop.services.criteria.fields import CriteriaField, CriteriaFields, FieldType
from ulkacrm_desktop.services.criteria.stored_form import stored_criteria
from ulkacrm_desktop.services.operations.contact_record import tag_ids
from ulkacrm_desktop.services.operations.properties import insert_property
from ulkacrm_desktop.services.workspace import Write, operation

O = Operator  # noqa: E741 - a table of operators is read as a table
BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
VIEWPOINTS = (
    # Two days after the clocks went back; in São Paulo they skipped midnight of the 4th.
    Viewpoint(datetime(2025, 10, 28, 14, 30, 15, tzinfo=BERLIN).astimezone(UTC), BERLIN, 1),
    Viewpoint(datetime(2018, 11, 6, 0, 30, tzinfo=SAO_PAULO).astimezone(UTC), SAO_PAULO, None),
    Viewpoint(datetime(2024, 3, 31, 3, 0, tzinfo=BERLIN).astimezone(UTC), BERLIN, 2),
)
TAGS = ("VIP", "Лид", "ёж", "a%b")
OPTIONS = ("Gold", "Silver", "Бронза", "x, y")
TYPES = {
    "Текст": PropertyType.TEXT,
    "Amount": PropertyType.NUMBER,
    "Birthday": PropertyType.DATE,
    "Newsletter": PropertyType.YES_NO,
    "Tier": PropertyType.SELECT,
    "Interests": PropertyType.MULTI_SELECT,
    "tag": PropertyType.URL,
}
TEXTS = (
    "Анна Ёлкина",
    "анна елкина",
    "Zoë",
    "ZOE",
    "O’Brien",
    "50% off_er",
    "a\\b!",
    "Straße",
    "İx",
    "日本語",
    "и\u0306од",
    "Nový  Jičín",
    "New York",
    "york",
    "ё",
    "\u200b",
    "Ё" * 199 + "конец, дальше",
    "e" * 250,
)
PARTS = (
    "анна",
    "ЁЛК",
    "o",
    "zo",
    "%",
    "_",
    "50%",
    "a\\",
    "\\%",
    "'br",
    "new",
    "k",
    " ",
    "",
    "й",
    "strass",
    "конец",
    "本",
)
PATTERNS = ("%", "_", "анна%", "%ЁЛК%", "50\\%%", "%\\_%", "a\\\\b_", "z__", "%k", "", "%\\", "!_%", "%.%")
EMAILS = ("anna@acme.io", "Anna.Smith@ACME.io", "josé@example.com", "петя@пример.рф", "x@y.co")
EMAIL_PARTS = ("anna", "ACME", "@", ".io", "пример.рф", "@пример", "josé", "jose", "x@y.co", "петя", "_")
PHONES = (
    "+7 916 123-45-67",
    "8 (916) 123-45-67",
    "+44 20 7946 0958",
    "12345",
    "+49 151 23456789",
    "+7 495 123-45-67 доб. 12",
)
PHONE_PARTS = (
    "+7 916 123 45 67",
    "89161234567",
    "9161234567",
    "8916",
    "4567",
    "12",
    "0",
    "0207",
    "02079460958",
    "007916",
    "x",
    "20 79",
)
PHONE_PATTERNS = ("7916%", "%4567", "44__79460958", "%", "_")
LOGINS = ("@Anna_S", "anna", "Пётр")
KINDS = ("telegram", "vk")
SOURCES = ("manual", "import", "Ярмарка 50%")
NUMBERS = (
    Decimal("-3"),
    Decimal("0"),
    Decimal("0.1"),
    Decimal("1000"),
    Decimal("1000.5"),
    Decimal("12345678901234567890"),
)
DAYS = (
    date(1980, 2, 29),
    date(2025, 10, 28),
    date(2025, 10, 27),
    date(2025, 11, 4),
    date(2018, 11, 4),
    date(2000, 12, 31),
    date(2001, 1, 1),
    date(2024, 2, 28),
)

COLUMNS = (
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
    "source_detail",
)


def _moments() -> list[datetime]:
    """Moments on both sides of the midnights that matter to each viewer, and some more."""
    found = []
    for viewpoint in VIEWPOINTS:
        local = viewpoint.now.astimezone(viewpoint.zone)
        for days in (-31, -30, -8, -7, -3, -2, -1, 0, 1):
            midnight = datetime(local.year, local.month, local.day, tzinfo=viewpoint.zone) + timedelta(days=days)
            moment = midnight.astimezone(UTC)
            found += [moment - timedelta(microseconds=1), moment, moment + timedelta(hours=1)]
        found += [viewpoint.now, viewpoint.now - timedelta(hours=5), viewpoint.now - timedelta(hours=5, microseconds=1)]
    return found


MOMENTS = _moments()


@dataclass(frozen=True, slots=True)
class Made:
    """A contact as it was asked for, with what is set on it afterwards; ``members`` are static segments."""

    contact: ContactInput
    created_at: datetime
    last_activity: datetime
    last_conversation: datetime | None
    responsible: int | None
    utm_source: str
    members: frozenset[int]
    bears_removed_tag: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """The records that criteria name, by name; ``segments`` are (static, of VIPs, of the others, of all with a tag)."""

    tags: Mapping[str, int]
    properties: Mapping[str, int]
    users: tuple[int, ...]
    classes: tuple[int, ...]
    static_segments: tuple[int, ...]
    dynamic_segments: Mapping[int, Criteria]


@operation(OperationKind.SETTINGS_CHANGED)
def make_setting(write: Write) -> Setting:
    """Make the records."""
    connection = write.connection
    tags = dict(zip(TAGS, tag_ids(write, TAGS), strict=True))
    removed = tag_ids(write, ["gone"])[0]
    connection.execute(
        text("UPDATE tag SET removed_in = :op, version = version + 1 WHERE id = :id"),
        {"op": write.operation_id, "id": removed},
    )
    properties = {
        name: insert_property(write, name=name, type=type_, options=OPTIONS if "select" in type_ else ())
        for name, type_ in TYPES.items()
    }
    users = tuple(
        connection.execute(insert(CrmUser).values(name=name, name_key=name).returning(CrmUser.id)).scalar_one()
        for name in ("ann", "bob")
    )
    second = connection.execute(
        insert(ContactClass).values(name="Second", name_key="second").returning(ContactClass.id)
    ).scalar_one()

    def segment(name: str, criteria: Criteria | None) -> int:
        return connection.execute(
            insert(Segment)
            .values(name=name, name_key=name, created_at=write.at, criteria=criteria and stored_criteria(criteria))
            .returning(Segment.id)
        ).scalar_one()

    static = (segment("static", None), segment("other", None))
    vips: Criteria = Either((Clause("tag", O.IS, (tags["VIP"],)), Clause("city", O.CONTAINS, ("o",))))
    dynamic = {segment("vips", vips): vips}
    nested: Criteria = Not(All((Clause("segment", O.ONE_OF, tuple(dynamic)), Clause("name", O.CONTAINS, ("a",)))))
    dynamic[segment("nested", nested)] = nested
    return Setting(tags | {"gone": removed}, properties, users, (1, second), static, dynamic)


def contacts(setting: Setting, chance: Random, number: int) -> list[Made]:
    """Some contacts, all kinds of values among them."""
    return [_contact(setting, chance) for _ in range(number)]


def _contact(setting: Setting, chance: Random) -> Made:
    def several(values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(chance.sample(values, chance.choice((0, 1, 1, 2, 3)) % (len(values) + 1)))

    def maybe(values: Sequence[Any], otherwise: Any = "") -> Any:
        return chance.choice(values) if chance.random() < 0.6 else otherwise

    properties = {
        "Текст": maybe(TEXTS),
        "Amount": maybe(NUMBERS, None),
        "Birthday": maybe(DAYS, None),
        "Newsletter": maybe((True, False), None),
        "Tier": maybe(OPTIONS),
        "Interests": several(OPTIONS),
        "tag": maybe(("https://acme.io",)),
    }
    contact = ContactInput(
        name=chance.choice([each for each in TEXTS if each.strip("\u200b")]),
        kind=chance.choice(tuple(ContactKind)),
        is_staff=chance.random() < 0.5,
        source=chance.choice(SOURCES),
        emails=tuple(map(EmailEntry, several(EMAILS))),
        phones=tuple(map(PhoneEntry, several(PHONES))),
        messengers=tuple(MessengerEntry(chance.choice(KINDS), login) for login in several(LOGINS)),
        tags=several(TAGS),
        properties={
            setting.properties[name]: value for name, value in properties.items() if value not in ("", None, ())
        },
        **{column: maybe(TEXTS) for column in COLUMNS},
    )
    return Made(
        contact,
        created_at=chance.choice(MOMENTS),
        last_activity=chance.choice(MOMENTS),
        last_conversation=maybe(MOMENTS, None),
        responsible=maybe(setting.users, None),
        utm_source=maybe(TEXTS),
        members=frozenset(several(setting.static_segments)),
        bears_removed_tag=chance.random() < 0.3,
    )


def finish(connection: Connection, ids: Sequence[int], made: Sequence[Made], setting: Setting) -> None:
    """Set on the contacts what no form sets."""
    for contact_id, each in zip(ids, made, strict=True):
        connection.execute(
            text(
                "UPDATE contact SET created_at = :created, updated_at = :active, last_conversation_at = :talked, "
                "responsible_id = :user, utm_source = :utm, version = version + 1 WHERE id = :id"
            ),
            {
                "id": contact_id,
                "created": to_microseconds(each.created_at),
                "active": to_microseconds(each.last_activity),
                "talked": each.last_conversation and to_microseconds(each.last_conversation),
                "user": each.responsible,
                "utm": each.utm_source or None,
            },
        )
        for segment_id in each.members:
            connection.execute(insert(SegmentMember).values(contact_id=contact_id, class_id=1, segment_id=segment_id))
        if each.bears_removed_tag:
            tag_id = setting.tags["gone"]
            connection.execute(insert(ContactTag).values(contact_id=contact_id, class_id=1, tag_id=tag_id))
    refresh_texts(connection, ids)


# Criteria


def criteria(fields: CriteriaFields, setting: Setting, max_leaves: int = 6) -> st.SearchStrategy[Criteria]:
    """Trees over all fields and operators."""
    leaves = st.sampled_from(list(fields)).flatmap(lambda field: _clause(field, setting))
    return st.recursive(leaves, _around, max_leaves=max_leaves)


def _around(parts: st.SearchStrategy[Criteria]) -> st.SearchStrategy[Criteria]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.builds(Not, parts) | st.builds(All, several) | st.builds(Either, several)


def _clause(field: CriteriaField, setting: Setting) -> st.SearchStrategy[Criteria]:
    return st.sampled_from(field.operators).flatmap(
        lambda operator: st.sampled_from(asked(field, operator, setting)).map(
            lambda values: Clause(field.key, operator, values)
        )
    )


def every_clause(fields: CriteriaFields, setting: Setting) -> list[Clause]:
    """Each field with each of its operators and all values that may matter."""
    return [
        Clause(field.key, operator, values)
        for field in fields
        for operator in field.operators
        for values in asked(field, operator, setting)
    ]


def asked(field: CriteriaField, operator: Operator, setting: Setting) -> list[tuple[Value, ...]]:
    """What a field is compared with by an operator."""
    if operator in (O.IS_EMPTY, O.IS_NOT_EMPTY):
        return [()]
    if operator in (O.DURING, O.ANNIVERSARY_DURING):
        return [(period,) for period in Period]
    if operator in (O.IN_LAST, O.IN_NEXT, O.MORE_THAN_AGO, O.ANNIVERSARY_IN_NEXT):
        units = [unit for unit in Unit if unit is not Unit.HOURS or field.type is FieldType.MOMENT]
        return [(Span(number, unit),) for number in (1, 2, 3, 5, 7, 30, 123, 1_000_000) for unit in units]
    values = _values(field, operator, setting)
    pairs = list(itertools.pairwise((*values, values[0])))
    if operator is O.BETWEEN:
        return pairs
    singles = [(value,) for value in values]
    if operator in (O.ONE_OF, O.NONE_OF, O.ALL_OF, O.EXACTLY):
        return [(), *singles, *pairs, *((*pair, values[-1]) for pair in pairs)]
    return singles


def _values(field: CriteriaField, operator: Operator, setting: Setting) -> Sequence[Value]:
    like = operator is O.LIKE
    by_key: dict[str, Sequence[Value]] = {
        "email": (*EMAIL_PARTS, *EMAILS),
        "phone": PHONE_PATTERNS if like else PHONE_PARTS,
        "messenger": (*LOGINS, "ann", "ПЕТР"),
        "messenger_kind": (*KINDS, "Telegram", "whatsapp"),
        "tag": (*setting.tags.values(), 99_999),
        "responsible": (*setting.users, ME, 99_999),
        "class": (*setting.classes, 99_999),
        "segment": (*setting.static_segments, *setting.dynamic_segments, 99_999),
        "kind": ("person", "organisation"),
        "source": (*SOURCES, "IMPORT", "ярмарка 50%"),
    }
    if field.key in by_key:
        return by_key[field.key]
    if field.type is FieldType.NUMBER:
        return (*NUMBERS, 1, 1000)
    if field.type is FieldType.YES_NO:
        return (True, False)
    if field.type is FieldType.DATE:
        return DAYS
    if field.type is FieldType.MOMENT:
        return (*dict.fromkeys((*DAYS, date.min, date.max, *(moment.date() for moment in MOMENTS))),)
    if field.type is not FieldType.TEXT:
        return (*OPTIONS, "gold", "бронза", "none such")
    return PATTERNS if like else (*TEXTS, *PARTS, "https://")


def viewpoints(setting: Setting) -> st.SearchStrategy[Viewpoint]:
    """Who looks from where."""
    return st.builds(
        lambda viewpoint, user: replace(viewpoint, user_id=user),
        st.sampled_from(VIEWPOINTS),
        st.none() | st.sampled_from(setting.users),
    )


def remove(connection: Connection, contact_id: int) -> None:
    """What is left of a contact that was deleted, all that was its own: nobody finds it."""
    connection.execute(
        text("UPDATE contact SET removed_in = (SELECT max(id) FROM operation), version = version + 1 WHERE id = :id"),
        {"id": contact_id},
    )
    unindex(connection, str(contact_id))
