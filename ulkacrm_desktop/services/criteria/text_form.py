"""Criteria as text, both ways: ``tag = "VIP" and not last_activity in last 30 days``.

    criteria  = all-of {"or" all-of}            all-of = one {"and" one}
    one       = "not" one | "(" criteria ")" | ("all" | "any") "(" [criteria {"," criteria}] ")" | clause
    clause    = field (comparison value | "is" ["not"] "empty" | "between" value "and" value | ["not"] "in" values
              | ("all of" | "exactly") values | "in" ("last" | "next") span | "in" period | "more than" span "ago"
              | "anniversary in next" span | "anniversary in" period)
    values    = "(" [value {"," value}] ")"
    span      = number ("hours" | "days" | "weeks" | "months" | "years")
    period    = "today" | "yesterday" | "tomorrow" | ("this" | "last" | "next") ("week" | "month" | "quarter" | "year")

A comparison is ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``contains``, ``starts with``, ``ends with`` or ``like``;
``is``, ``before``, ``after`` and ``any of`` say the same in words. Keywords may be in any case. A built-in field is its
bare name, a property its name in quotes, or ``property:"…"`` where a built-in field is called so too. Texts are in
quotes, where ``\\"`` and ``\\\\`` stand for ``"`` and ``\\``; one word may go without. ``#17`` is the record with that
number, where its name does not tell it.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final, NoReturn, TypeVar

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
)
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.services.criteria.fields import CriteriaField, CriteriaFields, FieldType
from ulkacrm_desktop.services.criteria.text_writer import COMPARISONS, LISTS, choices_named, criteria_text
from ulkacrm_desktop.services.criteria.tokens import Token, TokenKind, refuse, tokens

__all__ = ["criteria_text", "parse_criteria"]

DEPTH_LIMIT: Final = 100
"""How deep groups may be nested in a text."""

_SIGNS: Final = {
    "=": Operator.IS,
    "!=": Operator.IS_NOT,
    "<": Operator.LESS,
    "<=": Operator.AT_MOST,
    ">": Operator.GREATER,
    ">=": Operator.AT_LEAST,
}
_DAYS: Final = {"today": Period.TODAY, "yesterday": Period.YESTERDAY, "tomorrow": Period.TOMORROW}
_PERIODS: Final = {
    (which, unit): Period(f"{which}_{unit}")
    for which in ("this", "last", "next")
    for unit in ("week", "month", "quarter", "year")
} | {("this", "day"): Period.TODAY, ("last", "day"): Period.YESTERDAY, ("next", "day"): Period.TOMORROW}
_UNITS: Final = {word: unit for unit in Unit for word in (unit.value, unit.value.removesuffix("s"))}
_PERIOD_WORDS: Final = ("day", "week", "month", "quarter", "year")
_IN_WORDS: Final = (
    (("contains",), Operator.CONTAINS),
    (("does", "not", "contain"), Operator.NOT_CONTAINS),
    (("starts", "with"), Operator.STARTS_WITH),
    (("ends", "with"), Operator.ENDS_WITH),
    (("like",), Operator.LIKE),
    (("before",), Operator.LESS),
    (("after",), Operator.GREATER),
    (("between",), Operator.BETWEEN),
    (("any", "of"), Operator.ONE_OF),
    (("one", "of"), Operator.ONE_OF),
    (("none", "of"), Operator.NONE_OF),
    (("all", "of"), Operator.ALL_OF),
    (("exactly",), Operator.EXACTLY),
    (("more", "than"), Operator.MORE_THAN_AGO),
)
_YES: Final = ("yes", "true")
_NO: Final = ("no", "false")
_SPAN_LIMIT: Final = 1_000_000
_Read = TypeVar("_Read")


def parse_criteria(text: str, fields: CriteriaFields) -> Criteria:
    """The tree of a text.

    Raises ExpectedError ``criteria_invalid`` with the facts ``text``, ``position`` (from 0), ``length``, ``found``,
    ``problem``, ``expected`` and ``suggestions``; see `tokens.refuse`.
    """
    return _Parser(text, fields).whole()


class _Parser:
    def __init__(self, text: str, fields: CriteriaFields) -> None:
        self._text = text
        self._fields = fields
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0

    # Groups

    def whole(self) -> Criteria:
        tree = self._either()
        if self._next.kind is not TokenKind.END:
            self._refuse("and", "or", "<end>")
        return tree

    def _either(self) -> Criteria:
        parts = [self._all()]
        while self._took_word("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self) -> Criteria:
        parts = [self._one()]
        while self._took_word("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Criteria:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            self._refuse(problem="too_deep")
        try:
            if self._took_word("not"):
                return Not(self._one())
            if self._took_sign("("):
                tree = self._either()
                self._demand_sign(")", "and", "or")
                return tree
            if self._next.is_word("all", "any") and self._tokens[self._at + 1].is_sign("("):
                group = All if self._take().is_word("all") else Either
                return group(self._in_brackets(self._either, "and", "or"))
            return self._clause()
        finally:
            self._depth -= 1

    # Clauses

    def _clause(self) -> Criteria:
        field = self._field()
        if self._took_word("not"):
            operator_at = self._next
            clause = self._predicate(field, "contains", "in", "like", "between")
            if operator_at.is_word("contains") and isinstance(clause, Clause):
                return Clause(clause.field, Operator.NOT_CONTAINS, clause.values)
            if isinstance(clause, Clause) and clause.operator is Operator.ONE_OF:
                return Clause(clause.field, Operator.NONE_OF, clause.values)
            return Not(clause)
        return self._predicate(field)

    def _field(self) -> CriteriaField:
        token = self._next
        if token.kind is TokenKind.QUOTED:
            found = self._fields.of_property(token.text) or self._fields.built_in(token.text)
        elif token.is_word("property") and self._tokens[self._at + 1].is_sign(":"):
            self._at += 2
            if self._took_sign("#"):
                token = self._next
                key = f"property:{token.text}"
                found = self._fields.get(key)
            else:
                token = self._next
                if token.kind not in (TokenKind.QUOTED, TokenKind.WORD):
                    self._refuse("<property>")
                found = self._fields.of_property(token.text)
        elif token.kind is TokenKind.WORD and not token.is_word("and", "or"):
            found = self._fields.built_in(token.text) or self._fields.of_property(token.text)
        else:
            self._refuse("<field>", "not", "(")
        if found is None:
            if self._fields.is_to_come(token.text):
                self._refuse(problem="field_to_come")
            self._refuse("<field>", problem="unknown_field", suggestions=self._fields.nearest(token.text))
        self._at += 1
        return found

    def _predicate(self, field: CriteriaField, *expected: str) -> Criteria:
        at = self._at
        operator = self._operator(field)
        if operator is None or operator not in field.operators:
            self._at = at
            self._refuse(*(expected or dict.fromkeys(COMPARISONS[each] for each in field.operators)))
        return Clause(field.key, operator, self._values(field, operator))

    def _operator(self, field: CriteriaField) -> Operator | None:
        """The operator that comes next, with all its words taken but those of its values; None where none does."""
        token = self._take()
        if token.kind is TokenKind.SIGN and token.text in _SIGNS:
            operator = _SIGNS[token.text]
            return Operator.DURING if operator is Operator.IS and self._at_day(field) else operator
        if token.is_word("is"):
            negated = self._took_word("not")
            if self._took_word("empty"):
                return Operator.IS_EMPTY if not negated else Operator.IS_NOT_EMPTY
            if not negated and self._at_day(field):
                return Operator.DURING
            return Operator.IS_NOT if negated else Operator.IS
        if token.is_word("in"):
            return self._in(field, Operator.IN_LAST, Operator.IN_NEXT, Operator.DURING)
        if token.is_word("anniversary") and self._took_word("in"):
            return self._in(field, None, Operator.ANNIVERSARY_IN_NEXT, Operator.ANNIVERSARY_DURING)
        for words, operator in _IN_WORDS:
            if token.is_word(words[0]) and all(
                self._tokens[self._at + place].is_word(word) for place, word in enumerate(words[1:])
            ):
                self._at += len(words) - 1
                return operator
        return None

    def _in(self, field: CriteriaField, last: Operator | None, next_: Operator, during: Operator) -> Operator | None:
        """What follows ``in``: a list, a span or a period."""
        if self._next.is_sign("("):
            return Operator.ONE_OF if during is Operator.DURING else None
        if during is Operator.DURING and during not in field.operators and Operator.ONE_OF in field.operators:
            self._refuse("(")
        if self._tokens[min(self._at + 1, len(self._tokens) - 1)].kind is TokenKind.NUMBER:
            if last is not None and self._took_word("last"):
                return last
            if next_ in field.operators and self._took_word("next"):
                return next_
        return during

    def _at_day(self, field: CriteriaField) -> bool:
        return Operator.DURING in field.operators and self._next.is_word(*_DAYS)

    # Values

    def _values(self, field: CriteriaField, operator: Operator) -> tuple[Value, ...]:
        if operator in (Operator.IS_EMPTY, Operator.IS_NOT_EMPTY):
            return ()
        if operator in LISTS:
            if not self._next.is_sign("("):
                self._refuse("(")
            return self._in_brackets(lambda: self._value(field))
        if operator is Operator.BETWEEN:
            low = self._value(field)
            if not self._took_word("and"):
                self._refuse("and")
            return (low, self._value(field))
        if operator in (Operator.DURING, Operator.ANNIVERSARY_DURING):
            return (self._period(field, operator),)
        if operator in (Operator.IN_LAST, Operator.IN_NEXT, Operator.MORE_THAN_AGO, Operator.ANNIVERSARY_IN_NEXT):
            span = self._span(field)
            if operator is Operator.MORE_THAN_AGO and not self._took_word("ago"):
                self._refuse("ago")
            return (span,)
        return (self._value(field),)

    def _value(self, field: CriteriaField) -> Value:
        if field.is_record:
            return self._record(field)
        reader: dict[FieldType, Callable[[], Value]] = {
            FieldType.NUMBER: self._number,
            FieldType.DATE: self._date,
            FieldType.MOMENT: self._date,
            FieldType.YES_NO: self._yes_no,
        }
        if field.type in reader:
            return reader[field.type]()
        if field.type is not FieldType.TEXT and not field.is_open:
            return self._code(field)
        return self._bare("<text>").text

    def _number(self) -> Decimal:
        if self._next.kind is not TokenKind.NUMBER:
            self._refuse("<number>")
        return Decimal(self._take().text)

    def _date(self) -> date:
        try:
            found = date.fromisoformat(self._next.text) if self._next.kind is TokenKind.DATE else None
        except ValueError:  # the thirtieth of February
            found = None
        if found is None:
            self._refuse("<date>")
        self._at += 1
        return found

    def _yes_no(self) -> bool:
        if not self._next.is_word(*_YES, *_NO):
            self._refuse("yes", "no")
        return self._take().is_word(*_YES)

    def _code(self, field: CriteriaField) -> Value:
        token = self._bare(f"<{field.key}>")
        for choice in field.choices:
            if fold(token.text) in (fold(choice.name), choice.value):
                return choice.value
        self._at -= 1
        self._refuse(*(choice.name for choice in field.choices))

    def _record(self, field: CriteriaField) -> Value:
        expected = f"<{field.key}>"
        if self._took_sign("#"):
            if self._next.kind is not TokenKind.NUMBER or not self._next.text.isdigit():
                self._refuse("<number>")
            return int(self._take().text)
        if field.key == "responsible" and self._took_word(ME):
            return ME
        token = self._bare(expected)
        found = choices_named(field, token.text)
        if len(found) == 1:
            return found[0]
        self._at -= 1
        if found:
            self._refuse(*(f"#{each}" for each in found), problem="ambiguous_choice")
        self._refuse(expected, problem="unknown_choice", suggestions=field.nearest(token.text))

    def _bare(self, *expected: str) -> Token:
        """A text in quotes, or one word, number or date."""
        if self._next.kind in (TokenKind.SIGN, TokenKind.END) or self._next.is_word("and", "or", "not"):
            self._refuse(*expected)
        return self._take()

    def _span(self, field: CriteriaField) -> Span:
        token = self._next
        if token.kind is not TokenKind.NUMBER or not token.text.isdigit() or not 0 < int(token.text) <= _SPAN_LIMIT:
            self._refuse("<whole_number>")
        self._at += 1
        unit = _UNITS.get(self._next.text.casefold()) if self._next.kind is TokenKind.WORD else None
        if unit is None or (unit is Unit.HOURS and field.type is not FieldType.MOMENT):
            self._refuse(*(each.value for each in Unit if each is not Unit.HOURS or field.type is FieldType.MOMENT))
        self._at += 1
        return Span(int(token.text), unit)

    def _period(self, field: CriteriaField, operator: Operator) -> Period:
        token = self._take()
        if token.is_word(*_DAYS):
            return _DAYS[token.text.casefold()]
        if token.is_word("this", "last", "next") and self._next.is_word(*_PERIOD_WORDS):
            return _PERIODS[token.text.casefold(), self._take().text.casefold()]
        if token.is_word("this", "last", "next"):
            self._refuse(*([] if token.is_word("this") else ["<whole_number>"]), *_PERIOD_WORDS)
        self._at -= 1
        lists = ["("] if Operator.ONE_OF in field.operators and operator is Operator.DURING else []
        self._refuse(*lists, "last", "this", "next", *_DAYS)

    # The pieces of the text

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        if token.kind is not TokenKind.END:
            self._at += 1
        return token

    def _took_word(self, word: str) -> bool:
        if self._next.is_word(word):
            self._at += 1
            return True
        return False

    def _took_sign(self, sign: str) -> bool:
        if self._next.is_sign(sign):
            self._at += 1
            return True
        return False

    def _demand_sign(self, sign: str, *others: str) -> None:
        if not self._took_sign(sign):
            self._refuse(*others, sign)

    def _in_brackets(self, read: Callable[[], _Read], *expected: str) -> tuple[_Read, ...]:
        """What stands between brackets, with commas between."""
        self._at += 1
        if self._took_sign(")"):
            return ()
        found = [read()]
        while self._took_sign(","):
            found.append(read())
        self._demand_sign(")", ",", *expected)
        return tuple(found)

    def _refuse(self, *expected: str, problem: str = "unexpected", suggestions: tuple[str, ...] = ()) -> NoReturn:
        refuse(self._text, self._next, *expected, problem=problem, suggestions=suggestions)
