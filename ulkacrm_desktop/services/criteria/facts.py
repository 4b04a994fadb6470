"""What one contact has in the fields of criteria, and whether that passes a test: `conditions` without a database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, text

from ulkacrm_desktop.core.clock import from_microseconds
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.criteria import Operator
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.core.text.fold import KEY_LENGTH, fold
from ulkacrm_desktop.db.folded_texts import ADDRESS_PARTS, FOLDED_COLUMNS
from ulkacrm_desktop.services.criteria.calendar import Days
from ulkacrm_desktop.services.criteria.fields import Choice
from ulkacrm_desktop.services.criteria.meaning import (
    And,
    Beyond,
    DaysOfYear,
    Filled,
    Leaf,
    Moments,
    Node,
    OneOf,
    Pattern,
    Range,
    like_parts,
)
from ulkacrm_desktop.services.criteria.phone_numbers import PhoneTest, passes
from ulkacrm_desktop.services.queries.property_values import single_value

Fact: TypeAlias = str | Decimal | bool | date | datetime | Choice
"""A value as it is shown: what is chosen from a list (a tag, a user, an option …) as a `Choice`."""

_COLUMNS: Final = ("name", "company", *FOLDED_COLUMNS)
_MOMENTS: Final = {
    "created_at": "created_at",
    "last_activity": "updated_at",
    "last_conversation": "last_conversation_at",
}


@dataclass(frozen=True, slots=True)
class _Value:
    """A value as it is shown and as it is compared."""

    shown: Fact
    key: Any


class Facts:
    """The values of one contact by field."""

    def __init__(self, values: Mapping[str, Sequence[_Value]]) -> None:
        self._values = values

    def shown(self, field: str) -> tuple[Fact, ...]:
        """What the contact has in a field, in the order in which it is shown."""
        return tuple(value.shown for value in self._values.get(field, ()))

    def fulfil(self, node: Node) -> bool:
        """Whether the contact fulfils conditions."""
        if isinstance(node, Leaf):
            return any(_passes(node.test, value.key) for value in self._values.get(node.field, ())) != node.negated
        return (all if isinstance(node, And) else any)(map(self.fulfil, node.parts))


def facts_of(connection: Connection, contact_id: int) -> Facts:
    """The values of a contact. Raises NotFound."""
    contact_id = int(contact_id)

    def rows(sql: str) -> Sequence[Any]:
        return connection.execute(text(sql), {"id": contact_id}).all()

    columns = (*_COLUMNS, *_MOMENTS.values(), "kind", "source", "is_staff", "class_id", "responsible_id")
    found = rows(
        f"SELECT {', '.join(f'c.{column}' for column in columns)}, k.name AS class_name, u.name AS responsible_name "
        "FROM contact c "
        "LEFT JOIN contact_class k ON k.id = c.class_id LEFT JOIN crm_user u ON u.id = c.responsible_id "
        "WHERE c.id = :id AND c.removed_in IS NULL"
    )
    if not found:
        raise NotFound("contact_not_found", contact=contact_id)
    contact = found[0]._mapping
    values: dict[str, list[_Value]] = {
        column: [_Value(contact[column], fold(contact[column]))] for column in _COLUMNS if contact[column]
    }
    if address := ", ".join(filter(None, (contact[part] for part in ADDRESS_PARTS))):
        values["address"] = [_Value(address, fold(address))]
    for field, column in _MOMENTS.items():
        if contact[column] is not None:
            values[field] = [_Value(from_microseconds(contact[column]), contact[column])]
    values["kind"] = [_code(contact["kind"], contact["kind"])]
    values["source"] = [_code(contact["source"], fold(contact["source"]))]
    values["is_staff"] = [_Value(bool(contact["is_staff"]), bool(contact["is_staff"]))]
    values["class"] = [_record(contact["class_id"], contact["class_name"])]
    if contact["responsible_id"] is not None:
        values["responsible"] = [_record(contact["responsible_id"], contact["responsible_name"])]
    # The primary one first, as lists show it.
    by_place = "WHERE contact_id = :id ORDER BY is_primary DESC, position, id"
    values["email"] = [_Value(*row) for row in rows(f"SELECT address, match_key FROM email {by_place}")]
    values["phone"] = [_Value(*row) for row in rows(f"SELECT number, match_key FROM phone {by_place}")]
    messengers = rows(f"SELECT login, match_key, kind FROM messenger {by_place}")
    values["messenger"] = [_Value(row.login, row.match_key) for row in messengers]
    values["messenger_kind"] = [_code(kind, fold(kind)) for kind in dict.fromkeys(row.kind for row in messengers)]
    tags = "FROM contact_tag b JOIN tag t ON t.id = b.tag_id WHERE b.contact_id = :id AND t.removed_in IS NULL"
    values["tag"] = [_record(*row) for row in rows(f"SELECT t.id, t.name {tags} ORDER BY t.name_key, t.id")]
    members = "FROM segment_member m JOIN segment s ON s.id = m.segment_id WHERE m.contact_id = :id"
    in_segments = rows(f"SELECT s.id, s.name {members} AND s.removed_in IS NULL ORDER BY s.name_key, s.id")
    values["segment"] = [_record(*row) for row in in_segments]
    for property_id, kind, value in rows(
        "SELECT v.property_id, p.type, v.value FROM property_value v JOIN property p ON p.id = v.property_id "
        "WHERE v.contact_id = :id AND p.removed_in IS NULL ORDER BY v.property_id, v.position"
    ):
        values.setdefault(f"property:{property_id}", []).append(_of_property(PropertyType(kind), value))
    return Facts(values)


def _code(shown: str, key: str) -> _Value:
    return _Value(Choice(shown, shown), key)


def _record(record_id: int, name: str) -> _Value:
    return _Value(Choice(record_id, name), record_id)


def _of_property(kind: PropertyType, value: str) -> _Value:
    if kind is PropertyType.NUMBER:
        return _Value(Decimal(value), float(value))
    if kind in (PropertyType.SELECT, PropertyType.MULTI_SELECT):
        return _code(value, fold(value)[:KEY_LENGTH])
    shown = single_value(kind, value)
    assert not isinstance(shown, (int, float, tuple)) or isinstance(shown, bool)
    if kind in (PropertyType.DATE, PropertyType.YES_NO):
        return _Value(shown, shown)
    return _Value(shown, fold(value)[:KEY_LENGTH])


def _passes(test: object, key: Any) -> bool:
    if isinstance(test, OneOf):
        return key in test.values
    if isinstance(test, Beyond):
        return key not in test.values
    if isinstance(test, Pattern):
        return _fits(test, key)
    if isinstance(test, Range):
        return _in_range(test, key)
    if isinstance(test, Moments):
        return (test.low is None or key >= test.low) and (test.high is None or key < test.high)
    if isinstance(test, Days):
        return (test.first is None or key >= test.first) and (test.last is None or key <= test.last)
    if isinstance(test, DaysOfYear):
        return any(first <= key.strftime("%m-%d") <= last for first, last in test.spans)
    if isinstance(test, PhoneTest):
        return passes(test, key)
    assert isinstance(test, Filled)
    return True


def _fits(test: Pattern, key: str) -> bool:
    if test.operator is Operator.CONTAINS:
        return test.text in key
    if test.operator is Operator.STARTS_WITH:
        return key.startswith(test.text)
    if test.operator is Operator.ENDS_WITH:
        return key.endswith(test.text)
    wild = {"%": ".*", "_": "."}
    pattern = "".join(wild[letter] if is_wild else re.escape(letter) for letter, is_wild in like_parts(test.text))
    return re.fullmatch(pattern, key, re.DOTALL) is not None


def _in_range(test: Range, key: float) -> bool:
    if test.low is not None and (key < test.low or (key == test.low and not test.with_low)):
        return False
    return test.high is None or key < test.high or (key == test.high and test.with_high)
