"""Criteria as plain Python over what a contact was made with; it knows nothing of how the product answers them."""

from calendar import isleap, monthrange
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from tests.services.criteria.world import TYPES, Made, Setting
from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Either, Not, Operator, Period, Span, Unit, Viewpoint
from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.phones import parse_phone, phone_words
from ulkacrm_desktop.core.text.problem import TextProblem

O = Operator  # noqa: E741
NEGATED = {O.IS_NOT: O.IS, O.NOT_CONTAINS: O.CONTAINS, O.NONE_OF: O.ONE_OF, O.IS_EMPTY: O.IS_NOT_EMPTY}


def fulfils(made: Made, tree: Criteria, setting: Setting, viewpoint: Viewpoint) -> bool:
    """Whether a contact fulfils criteria."""
    if isinstance(tree, All):
        return all(fulfils(made, part, setting, viewpoint) for part in tree.parts)
    if isinstance(tree, Either):
        return any(fulfils(made, part, setting, viewpoint) for part in tree.parts)
    if isinstance(tree, Not):
        return not fulfils(made, tree.part, setting, viewpoint)
    if tree.operator in NEGATED:
        return not fulfils(made, Clause(tree.field, NEGATED[tree.operator], tree.values), setting, viewpoint)
    if tree.field == "segment":
        return any(
            fulfils(made, setting.dynamic_segments[value], setting, viewpoint)
            if value in setting.dynamic_segments
            else value in made.members
            for value in tree.values
        )
    return _Clause(made, tree, setting, viewpoint).holds()


class _Clause:
    def __init__(self, made: Made, clause: Clause, setting: Setting, viewpoint: Viewpoint) -> None:
        self.made, self.clause, self.setting, self.viewpoint = made, clause, setting, viewpoint
        self.local_now = viewpoint.now.astimezone(viewpoint.zone)

    def holds(self) -> bool:
        field, operator, asked = self.clause.field, self.clause.operator, self.clause.values
        values, same, kind = self.values(field)
        if operator is O.IS_NOT_EMPTY:
            return bool(values)
        if kind == "text":
            return any(self.text(value, operator, wanted, same) for value in values for wanted in asked)
        if kind in ("date", "moment"):
            return any(self.day(value, operator, asked) for value in values)
        wanted = [same(value) for value in asked]
        if "me" in asked:
            wanted = [self.viewpoint.user_id if value == "me" else value for value in asked]
            wanted = [value for value in wanted if value is not None]
        if operator is O.ALL_OF:
            return all(value in values for value in wanted)
        if operator is O.EXACTLY:
            return set(values) == set(wanted)
        if operator in (O.IS, O.ONE_OF):
            return any(value in wanted for value in values)
        return any(_compared(value, operator, wanted) for value in values)

    def values(self, field: str) -> tuple[Sequence[Any], Callable[[Any], Any], str]:
        """What the contact has, how an asked value becomes comparable, and the kind of comparison."""
        contact, setting = self.made.contact, self.setting
        if field.startswith("property:"):
            return self.of_property(int(field.removeprefix("property:")))
        several: dict[str, tuple[Sequence[Any], str]] = {
            "tag": ([setting.tags[tag] for tag in contact.tags], "choice"),
            "responsible": ([self.made.responsible] if self.made.responsible else [], "choice"),
            "class": ([1], "choice"),
            "kind": ([contact.kind.value], "choice"),
            "is_staff": ([contact.is_staff], "choice"),
            "created_at": ([self.made.created_at], "moment"),
            "last_activity": ([self.made.last_activity], "moment"),
            "last_conversation": ([self.made.last_conversation] if self.made.last_conversation else [], "moment"),
        }
        if field in several:
            return several[field][0], lambda value: value, several[field][1]
        if field == "source":
            return [fold(contact.source)], fold, "choice"
        if field == "messenger_kind":
            return [fold(entry.kind) for entry in contact.messengers], fold, "choice"
        if field == "messenger":
            return (
                [fold(entry.login.lstrip("@")) for entry in contact.messengers],
                lambda v: fold(v.lstrip("@")),
                "text",
            )
        if field == "email":
            return [parse_email(entry.address).match_key for entry in contact.emails], str, "text"
        if field == "phone":
            return [parse_phone(entry.number, "RU").match_key for entry in contact.phones], str, "text"
        if field == "address":
            parts = (contact.street, contact.city, contact.region, contact.postcode, contact.country)
            whole = ", ".join(part.strip() for part in parts if part.strip())
            return [fold(whole)] if whole else [], fold, "text"
        written = self.made.utm_source if field == "utm_source" else getattr(contact, field, "")
        kept = written if field in ("notes", "utm_source") else written.strip()
        return [fold(kept)] if kept else [], fold, "text"

    def of_property(self, property_id: int) -> tuple[Sequence[Any], Callable[[Any], Any], str]:
        kind = next(TYPES[name] for name, number in self.setting.properties.items() if number == property_id)
        value = self.made.contact.properties.get(property_id)
        if value in (None, "", ()):
            values: list[Any] = []
        else:
            values = list(value) if isinstance(value, tuple) else [value]
        if kind in (PropertyType.TEXT, PropertyType.URL):
            return [fold(each)[:200] for each in values], fold, "text"
        if kind in (PropertyType.SELECT, PropertyType.MULTI_SELECT):
            return list(map(fold, values)), fold, "choice"
        if kind is PropertyType.DATE:
            return values, lambda each: each, "date"
        return [float(each) if kind is PropertyType.NUMBER else each for each in values], float, "number"

    # Texts

    def text(self, value: str, operator: Operator, wanted: str, same: Callable[[Any], Any]) -> bool:
        if self.clause.field == "phone":
            return self.phone(value, operator, wanted)
        if self.clause.field == "email":
            return any(_fits(value, operator, each) for each in _emails(operator, wanted))
        folded = same(wanted)
        if self.clause.field.startswith("property:") and operator in (O.IS, O.ONE_OF, O.STARTS_WITH):
            folded = folded[:200]
        return _fits(value, operator, folded)

    def phone(self, key: str, operator: Operator, wanted: str) -> bool:
        if operator is O.LIKE:
            pattern = "".join(letter for letter in wanted if letter in "0123456789%_")
            return bool(pattern) and _like(key.partition("x")[0], pattern)
        digits = "".join(letter for letter in wanted if letter.isdigit())
        if operator in (O.IS, O.ONE_OF):
            operator = O.IS
            with suppress(TextProblem):
                digits = parse_phone(wanted).match_key.partition("x")[0]
        forms = [word for word in phone_words(key) if word.isdigit()]
        asked = {digits, digits.lstrip("0") if digits.startswith("00") else digits} - {""}
        return any(_fits(form, operator, each) for form in forms for each in asked)

    # Days

    def day(self, value: date | datetime, operator: Operator, asked: Sequence[Any]) -> bool:
        wanted = asked[0]
        today = self.local_now.date()
        if isinstance(wanted, Span) and wanted.unit is Unit.HOURS:
            assert isinstance(value, datetime)
            since = self.viewpoint.now - timedelta(hours=wanted.count)
            return since <= value <= self.viewpoint.now if operator is O.IN_LAST else value < since
        day = value.astimezone(self.viewpoint.zone).date() if isinstance(value, datetime) else value
        if isinstance(wanted, Period):
            if operator is O.ANNIVERSARY_DURING:
                return any(_in_period(each, wanted, today) for each in _anniversaries(day, today))
            return _in_period(day, wanted, today)
        if isinstance(wanted, Span):
            if operator is O.IN_NEXT:
                return today <= day <= _shifted(today, wanted, 1)
            if operator is O.ANNIVERSARY_IN_NEXT:
                last = _shifted(today, wanted, 1)
                return (last - today).days >= 365 or any(today <= each <= last for each in _anniversaries(day, today))
            since = _shifted(today, wanted, -1)
            return since <= day <= today if operator is O.IN_LAST else day < since
        if operator is O.IS:
            return day == wanted
        return _compared(day, operator, asked)


def _compared(value: Any, operator: Operator, asked: Sequence[Any]) -> bool:
    return {
        O.LESS: lambda: value < asked[0],
        O.AT_MOST: lambda: value <= asked[0],
        O.GREATER: lambda: value > asked[0],
        O.AT_LEAST: lambda: value >= asked[0],
        O.BETWEEN: lambda: asked[0] <= value <= asked[1],
    }[operator]()


def _fits(value: str, operator: Operator, wanted: str) -> bool:
    if operator in (O.IS, O.ONE_OF):
        return value == wanted
    if operator is O.LIKE:
        return _like(value, wanted)
    return {O.CONTAINS: wanted in value, O.STARTS_WITH: value.startswith(wanted), O.ENDS_WITH: value.endswith(wanted)}[
        operator
    ]


def _like(value: str, pattern: str) -> bool:
    if not pattern:
        return not value
    if pattern[0] == "%":
        return any(_like(value[place:], pattern[1:]) for place in range(len(value) + 1))
    if pattern[0] == "\\" and pattern[1:2] in ("%", "_", "\\") and len(pattern) > 1:
        return value[:1] == pattern[1] and _like(value[1:], pattern[2:])
    return bool(value) and pattern[0] in ("_", value[0]) and _like(value[1:], pattern[1:])


def _emails(operator: Operator, wanted: str) -> set[str]:
    lowered = wanted.strip().lower()
    if operator in (O.IS, O.ONE_OF):
        try:
            return {parse_email(wanted).match_key}
        except TextProblem:
            pass
    local, at, domain = lowered.rpartition("@")
    try:
        coded = ".".join(part and part.encode("idna").decode() for part in domain.split("."))
    except UnicodeError:
        return {lowered}
    return {lowered, f"{local}{at}{coded}"}


def _shifted(day: date, span: Span, direction: int) -> date:
    try:
        if span.unit in (Unit.DAYS, Unit.WEEKS):
            return day + direction * timedelta(days=span.count * {Unit.DAYS: 1, Unit.WEEKS: 7}[span.unit])
        months = day.year * 12 + day.month - 1 + direction * span.count * {Unit.MONTHS: 1, Unit.YEARS: 12}[span.unit]
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):
        return date.max if direction > 0 else date.min


def _in_period(day: date, period: Period, today: date) -> bool:
    which, _line, unit = period.value.partition("_")
    shift = {"last": -1, "this": 0, "next": 1, "yesterday": -1, "today": 0, "tomorrow": 1}[which]
    if not unit:
        return (day - today).days == shift
    if unit == "week":
        return (day - timedelta(days=day.weekday()) - (today - timedelta(days=today.weekday()))).days == 7 * shift
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    return (day.year * 12 + day.month - 1) // length - (today.year * 12 + today.month - 1) // length == shift


def _anniversaries(day: date, today: date) -> list[date]:
    """The day in the years around today; of a leap day the 28th in other years."""
    years = range(today.year - 2, today.year + 3)
    return [
        date(year, 2, 28) if (day.month, day.day) == (2, 29) and not isleap(year) else day.replace(year=year)
        for year in years
    ]
