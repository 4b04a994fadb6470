"""What the values of a property become where its type is changed: by the same reading as an import's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.core.text.fold import KEY_LENGTH, fold
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.models import Contact, Property, PropertyOption
from ulkacrm_desktop.models import PropertyValue as Row
from ulkacrm_desktop.services.imports.cleaning import (
    DateOrder,
    DecimalMark,
    clean_text,
    decide_date_order,
    decide_decimal_mark,
    parse_date,
    parse_number,
    parse_option,
    parse_url,
    parse_yes_no,
    split_options,
)

PROBLEMS_SHOWN: Final = 100
"""How many different values that do not convert are told."""

EXAMPLES: Final = 3
"""How many contacts are named for each of them."""

WITH_CHOICES: Final = (PropertyType.SELECT, PropertyType.MULTI_SELECT)

_SEVERAL: Final = ", "


class StoredValue(NamedTuple):
    """A value as its row keeps it."""

    value: str
    value_key: str | None
    number: float | None


@dataclass(slots=True)
class RetypeProblem:
    """A value that cannot be of the new type: on how many contacts it stands, and the ids and names of some."""

    value: str
    count: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RetypePreview:
    """What a change of the type would do to the present contacts.

    ``total`` of them have a value, of ``convertible`` it becomes one of the new type, of the others it goes.
    ``problems`` are the most frequent values that go. ``choices`` are what a select would offer. Where values can be
    read in two ways (``03.04.2025``, ``1,234``), ``ambiguous`` is true, and ``order`` or ``mark`` the way taken.
    """

    total: int
    convertible: int
    problems: tuple[RetypeProblem, ...]
    choices: tuple[str, ...] = ()
    order: DateOrder = DateOrder.DMY
    mark: DecimalMark = DecimalMark.POINT
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts are read as dates and numbers, which words stand for yes and no where those become texts, and the one
    spelling of choices by their folded form."""

    order: DateOrder = DateOrder.DMY
    mark: DecimalMark = DecimalMark.POINT
    yes: str = "yes"
    no: str = "no"
    spelling: Mapping[str, str] = field(default_factory=dict)


def retype_preview(
    connection: Connection,
    property_id: int,
    new_type: PropertyType,
    *,
    order: DateOrder | None = None,
    mark: DecimalMark | None = None,
) -> RetypePreview:
    """What would become of the values of a property; ``order`` and ``mark`` by default as most values are written.

    Raises NotFound.
    """
    old_type = type_of(connection, property_id)
    reading, ambiguous = decided_reading(connection, property_id, old_type, new_type, order, mark)
    total = convertible = 0
    problems: dict[str, RetypeProblem] = {}
    offered = _options(connection, property_id)
    choices: dict[str, int] = {}
    for contact_id, name, values in _present_values(connection, property_id):
        total += 1
        converted = convert(values, old_type, new_type, reading)
        if converted is None:
            told = _SEVERAL.join(values)
            problem = problems.setdefault(told, RetypeProblem(told))
            problem.count += 1
            if len(problem.examples) < EXAMPLES:
                problem.examples.append((contact_id, name))
            continue
        convertible += 1
        if new_type in WITH_CHOICES:
            for stored in converted:
                choices[stored.value] = choices.get(stored.value, 0) + 1
    frequent = sorted(problems.values(), key=lambda problem: (-problem.count, problem.value))
    if new_type in WITH_CHOICES:
        # What was offered stays, and keeps its place.
        offered += [choice for choice in sorted(choices, key=lambda one: (-choices[one], one)) if choice not in offered]
    return RetypePreview(
        total=total,
        convertible=convertible,
        problems=tuple(frequent[:PROBLEMS_SHOWN]),
        choices=tuple(offered) if new_type in WITH_CHOICES else (),
        order=reading.order,
        mark=reading.mark,
        ambiguous=ambiguous,
    )


def type_of(connection: Connection, property_id: int) -> PropertyType:
    """The type of a present property. Raises NotFound."""
    found = connection.execute(
        select(Property.type).where(Property.id == property_id, Property.removed_in.is_(None))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("property_not_found", property=property_id)
    return PropertyType(found)


def decided_reading(
    connection: Connection,
    property_id: int,
    old_type: PropertyType,
    new_type: PropertyType,
    order: DateOrder | None = None,
    mark: DecimalMark | None = None,
    words: tuple[str, str] = ("yes", "no"),
) -> tuple[Reading, bool]:
    """How the values of a property are read, and whether another way is as good."""
    ambiguous = False
    as_texts = old_type not in (PropertyType.DATE, PropertyType.NUMBER)
    if new_type is PropertyType.DATE and order is None and as_texts:
        dated = decide_date_order(_distinct_values(connection, property_id))
        order, ambiguous = dated.order, dated.ambiguous
    if new_type is PropertyType.NUMBER and mark is None and as_texts:
        marked = decide_decimal_mark(_distinct_values(connection, property_id))
        mark, ambiguous = marked.mark, marked.ambiguous
    spelling: dict[str, str] = {}
    if new_type in WITH_CHOICES and old_type not in WITH_CHOICES:
        spelling = _spelling(connection, property_id, old_type, new_type, words)
    return Reading(order or DateOrder.DMY, mark or DecimalMark.POINT, *words, spelling), ambiguous


def _spelling(
    connection: Connection, property_id: int, old_type: PropertyType, new_type: PropertyType, words: tuple[str, str]
) -> dict[str, str]:
    """How each choice is spelled, by its folded form: as most contacts have it."""
    reading = Reading(yes=words[0], no=words[1])
    uses: dict[str, dict[str, int]] = {}
    counted = select(Row.value, func.count()).where(Row.property_id == property_id).group_by(Row.value)
    for value, count in connection.execute(counted):
        for stored in convert([value], old_type, new_type, reading) or ():
            spelled = uses.setdefault(fold(stored.value), {})
            spelled[stored.value] = spelled.get(stored.value, 0) + count
    return {key: min(spelled, key=lambda text: (-spelled[text], text)) for key, spelled in uses.items()}


def _distinct_values(connection: Connection, property_id: int) -> Iterator[str]:
    return iter(connection.scalars(select(Row.value).where(Row.property_id == property_id).distinct()))


def convert(
    values: Sequence[str], old_type: PropertyType, new_type: PropertyType, reading: Reading
) -> tuple[StoredValue, ...] | None:
    """The values of one contact as values of the new type, None where they cannot be.

    ``values`` are as they are kept, several only for a multi-select, in their order.
    """
    if old_type is PropertyType.YES_NO and new_type not in (PropertyType.YES_NO, PropertyType.NUMBER):
        values = [reading.yes if value == "1" else reading.no for value in values]
    if new_type is PropertyType.MULTI_SELECT:
        if old_type in (PropertyType.TEXT, PropertyType.URL):
            values = [part for value in values for part in _split(value)]
        options = dict.fromkeys(_spelled(parse_option(value), reading) for value in values)
        return tuple(_text(option) for option in options if option) or None
    if len(values) > 1:
        return (_text(_SEVERAL.join(values)),) if new_type is PropertyType.TEXT else None
    try:
        return _PARSERS[new_type](values[0], reading)
    except TextProblem:
        return None


def _split(value: str) -> list[str]:
    try:
        return split_options(value)
    except TextProblem:
        return [value]


def _spelled(option: str, reading: Reading) -> str:
    return reading.spelling.get(fold(option), option)


def _text(value: str) -> StoredValue:
    return StoredValue(value, fold(value)[:KEY_LENGTH], None)


def _parsed_text(value: str, _reading: Reading) -> tuple[StoredValue, ...]:
    return (_text(value),)


def _parsed_option(value: str, reading: Reading) -> tuple[StoredValue, ...] | None:
    option = _spelled(parse_option(value), reading)
    return (_text(option),) if option else None


def _parsed_url(value: str, _reading: Reading) -> tuple[StoredValue, ...] | None:
    url = parse_url(value)
    return (_text(url),) if url else None


def _parsed_number(value: str, reading: Reading) -> tuple[StoredValue, ...] | None:
    number = parse_number(value, reading.mark)
    return None if number is None else (StoredValue(number.text, None, number.key),)


def _parsed_date(value: str, reading: Reading) -> tuple[StoredValue, ...] | None:
    day = parse_date(value, reading.order)
    return None if day is None else (StoredValue(day.isoformat(), day.isoformat(), None),)


def _parsed_answer(value: str, _reading: Reading) -> tuple[StoredValue, ...] | None:
    answer = parse_yes_no(clean_text(value))
    told = "1" if answer else "0"
    return None if answer is None else (StoredValue(told, told, None),)


_PARSERS: Final[dict[PropertyType, Callable[[str, Reading], tuple[StoredValue, ...] | None]]] = {
    PropertyType.TEXT: _parsed_text,
    PropertyType.SELECT: _parsed_option,
    PropertyType.URL: _parsed_url,
    PropertyType.NUMBER: _parsed_number,
    PropertyType.DATE: _parsed_date,
    PropertyType.YES_NO: _parsed_answer,
}


def _options(connection: Connection, property_id: int) -> list[str]:
    of_property = select(PropertyOption.value).where(PropertyOption.property_id == property_id)
    return list(connection.scalars(of_property.order_by(PropertyOption.position, PropertyOption.id)))


def _present_values(connection: Connection, property_id: int) -> Iterator[tuple[int, str, list[str]]]:
    """Each present contact with a value: its id, its name and its values in their order."""
    rows = connection.execute(
        select(Row.contact_id, Contact.name, Row.value)
        .join(Contact, Contact.id == Row.contact_id)
        .where(Row.property_id == property_id, Contact.removed_in.is_(None))
        .order_by(Row.contact_id, Row.position)
    )
    for contact_id, of_contact in groupby(rows, lambda row: row.contact_id):
        found = list(of_contact)
        yield contact_id, found[0].name, [row.value for row in found]
