"""Criteria as a sentence that reads aloud: "tagged VIP and Customer Tier is Gold and not contacted this month".

Phrases name their field in the nominative and use verbs of the present, so that every language can put any field in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from ulkacrm_desktop.core.criteria import (
    NEGATIONS,
    All,
    Clause,
    Criteria,
    Either,
    Not,
    Operator,
    Period,
    Span,
    Value,
)
from ulkacrm_desktop.core.i18n import N_, _
from ulkacrm_desktop.ui.labels.criteria_names import (
    choice_name,
    criteria_field_name,
    last_span,
    next_span,
    period_name,
    span_ago,
)
from ulkacrm_desktop.ui.labels.values import plain_value

if TYPE_CHECKING:
    from ulkacrm_desktop.services.criteria.fields import CriteriaField, CriteriaFields

Shown = Callable[[Value], str]
"""Writes a number or a date."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What is said of a field; ``negated`` is said where it does not hold, '' where "not (…)" must do."""

    text: str
    negated: str = ""


_WHEN: Final = frozenset((Operator.IN_LAST, Operator.IN_NEXT, Operator.MORE_THAN_AGO, Operator.DURING))
_PHRASES: Final = {
    Operator.IS: _Phrase(N_("{field} is {value}"), N_("{field} is not {value}")),
    Operator.CONTAINS: _Phrase(N_("{field} contains {value}"), N_("{field} does not contain {value}")),
    Operator.STARTS_WITH: _Phrase(N_("{field} starts with {value}"), N_("{field} does not start with {value}")),
    Operator.ENDS_WITH: _Phrase(N_("{field} ends with {value}"), N_("{field} does not end with {value}")),
    Operator.LIKE: _Phrase(N_("{field} is like {value}"), N_("{field} is not like {value}")),
    Operator.LESS: _Phrase(N_("{field} is less than {value}")),
    Operator.AT_MOST: _Phrase(N_("{field} is at most {value}")),
    Operator.GREATER: _Phrase(N_("{field} is more than {value}")),
    Operator.AT_LEAST: _Phrase(N_("{field} is at least {value}")),
    Operator.BETWEEN: _Phrase(N_("{field} is between {low} and {high}"), N_("{field} is not between {low} and {high}")),
    Operator.ONE_OF: _Phrase(N_("{field} is {any}"), N_("{field} is not {any}")),
    Operator.ALL_OF: _Phrase(N_("{field} is {all}")),
    Operator.EXACTLY: _Phrase(N_("{field} is exactly {all}")),
    Operator.IS_NOT_EMPTY: _Phrase(N_("{field} is filled in"), N_("{field} is empty")),
    Operator.IN_LAST: _Phrase(N_("{field} is {when}"), N_("{field} is not {when}")),
    Operator.ANNIVERSARY_IN_NEXT: _Phrase(N_("{field} has its anniversary {when}")),
}
_PHRASES_OF_DATES: Final = {
    Operator.IS: _Phrase(N_("{field} is on {value}"), N_("{field} is not on {value}")),
    Operator.LESS: _Phrase(N_("{field} is before {value}")),
    Operator.AT_MOST: _Phrase(N_("{field} is on or before {value}")),
    Operator.GREATER: _Phrase(N_("{field} is after {value}")),
    Operator.AT_LEAST: _Phrase(N_("{field} is on or after {value}")),
}
_PHRASES_OF_LISTS: Final = {
    Operator.IS: _Phrase(N_("{field} has {value}"), N_("{field} does not have {value}")),
    Operator.ONE_OF: _Phrase(N_("{field} has {any}"), N_("{field} does not have {any}")),
    Operator.ALL_OF: _Phrase(N_("{field} has {all}")),
    Operator.EXACTLY: _Phrase(N_("{field} has exactly {all}")),
}
_PHRASES_OF_FIELDS: Final = {
    "tag": {
        Operator.IS: _Phrase(N_("tagged {value}"), N_("not tagged {value}")),
        Operator.ONE_OF: _Phrase(N_("tagged {any}"), N_("not tagged {any}")),
        Operator.ALL_OF: _Phrase(N_("tagged {all}")),
        Operator.EXACTLY: _Phrase(N_("tagged {all} and nothing else")),
        Operator.IS_NOT_EMPTY: _Phrase(N_("tagged with anything"), N_("without tags")),
    },
    "segment": {
        Operator.IS: _Phrase(N_("in the segment {value}"), N_("not in the segment {value}")),
        Operator.ONE_OF: _Phrase(N_("in the segment {any}"), N_("not in the segment {any}")),
    },
    "responsible": {
        Operator.IS_NOT_EMPTY: _Phrase(N_("with somebody responsible"), N_("with nobody responsible")),
    },
    "email": {Operator.IS_NOT_EMPTY: _Phrase(N_("with an email"), N_("without an email"))},
    "phone": {Operator.IS_NOT_EMPTY: _Phrase(N_("with a phone"), N_("without a phone"))},
    "is_staff": {Operator.IS: _Phrase(N_("own staff: {value}"))},
    "created_at": {
        Operator.IS: _Phrase(N_("added on {value}"), N_("not added on {value}")),
        Operator.LESS: _Phrase(N_("added before {value}")),
        Operator.AT_MOST: _Phrase(N_("added on or before {value}")),
        Operator.GREATER: _Phrase(N_("added after {value}")),
        Operator.AT_LEAST: _Phrase(N_("added on or after {value}")),
        Operator.BETWEEN: _Phrase(N_("added between {low} and {high}"), N_("not added between {low} and {high}")),
        Operator.IN_LAST: _Phrase(N_("added {when}"), N_("not added {when}")),
    },
    "last_conversation": {
        Operator.IN_LAST: _Phrase(N_("contacted {when}"), N_("not contacted {when}")),
        Operator.MORE_THAN_AGO: _Phrase(N_("last contacted {when}"), N_("not last contacted {when}")),
        Operator.IS_NOT_EMPTY: _Phrase(N_("with a conversation"), N_("without conversations")),
    },
    "last_activity": {
        Operator.IN_LAST: _Phrase(N_("active {when}"), N_("not active {when}")),
        Operator.MORE_THAN_AGO: _Phrase(N_("last active {when}"), N_("not last active {when}")),
    },
}
"""What is said of a field in words of its own."""


def clause_phrase(clause: Clause, fields: CriteriaFields, *, negated: bool = False, shown: Shown = plain_value) -> str:
    """One clause, or its opposite, in words."""
    operator = clause.operator
    if operator in NEGATIONS:
        operator, negated = NEGATIONS[operator], not negated
    if operator is Operator.ONE_OF and len(clause.values) == 1:
        operator = Operator.IS
    if clause.field not in fields:
        text = _("a deleted field")
        return _("not ({phrase})").format(phrase=text) if negated else text
    field = fields[clause.field]
    phrase = _phrase(field, operator)
    words = _words(field, operator, clause.values, shown)
    if not negated:
        return _(phrase.text).format(**words)
    if phrase.negated:
        return _(phrase.negated).format(**words)
    return _("not ({phrase})").format(phrase=_(phrase.text).format(**words))


def _phrase(field: CriteriaField, operator: Operator) -> _Phrase:
    own = _PHRASES_OF_FIELDS.get(field.key, {})
    general: dict[Operator, _Phrase] = dict(_PHRASES)
    if field.type in ("date", "moment"):
        general |= _PHRASES_OF_DATES
    elif field.type == "choices":
        general |= _PHRASES_OF_LISTS
    if operator in own:
        return own[operator]
    if operator in _WHEN:
        return own.get(Operator.IN_LAST, general[Operator.IN_LAST])
    if operator is Operator.ANNIVERSARY_DURING:
        return general[Operator.ANNIVERSARY_IN_NEXT]
    return general[operator]


def _words(field: CriteriaField, operator: Operator, values: Sequence[Value], shown: Shown) -> dict[str, str]:
    named = [_named(field, operator, value, shown) for value in values]
    first, last = (named[0], named[-1]) if named else ("", "")
    return {
        "field": _within_sentence(field),
        "value": first,
        "when": first,
        "low": first,
        "high": last,
        "any": _joined(named, _("{list} or {last}")),
        "all": _joined(named, _("{list} and {last}")),
    }


def _within_sentence(field: CriteriaField) -> str:
    """The field's name within a sentence; names of properties are the user's own and stay."""
    name = criteria_field_name(field)
    keeps_case = field.property_id is not None or name[1:2].isupper()
    return name if keeps_case else name[:1].lower() + name[1:]


def _named(field: CriteriaField, operator: Operator, value: Value, shown: Shown) -> str:
    if isinstance(value, Span):
        if operator is Operator.IN_LAST:
            return last_span(value)
        return span_ago(value) if operator is Operator.MORE_THAN_AGO else next_span(value)
    if isinstance(value, Period):
        return period_name(value)
    if field.type in ("choice", "choices"):
        return choice_name(field, value)
    return _("“{text}”").format(text=value) if isinstance(value, str) else shown(value)


def _joined(parts: Sequence[str], last: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return last.format(list=", ".join(parts[:-1]), last=parts[-1])


class TokenKind(StrEnum):
    """What a piece of a sentence is."""

    CLAUSE = "clause"
    JOINER = "joiner"
    BRACKET = "bracket"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a sentence; ``clause`` is the place of a clause among `core.criteria.clauses` of the tree."""

    kind: TokenKind
    text: str
    clause: int | None = None


def sentence_tokens(tree: Criteria, fields: CriteriaFields, *, shown: Shown = plain_value) -> tuple[Token, ...]:
    """A tree as the pieces of a sentence; groups within groups stand in brackets."""
    numbers = iter(range(1_000_000))
    return tuple(_tokens(tree, fields, numbers, shown, negated=False, nested=False))


def _tokens(
    tree: Criteria, fields: CriteriaFields, numbers: Iterator[int], shown: Shown, *, negated: bool, nested: bool
) -> Iterator[Token]:
    if isinstance(tree, Clause):
        phrase = clause_phrase(tree, fields, negated=negated, shown=shown)
        yield Token(TokenKind.CLAUSE, phrase, next(numbers))
        return
    if isinstance(tree, Not):
        yield from _tokens(tree.part, fields, numbers, shown, negated=not negated, nested=nested)
        return
    if not tree.parts:
        everybody = isinstance(tree, All) is not negated
        yield Token(TokenKind.JOINER, _("everybody") if everybody else _("nobody"))
        return
    bracketed = (nested and len(tree.parts) > 1) or negated
    if negated:
        yield Token(TokenKind.JOINER, _("not"))
    if bracketed:
        yield Token(TokenKind.BRACKET, "(")
    for number, part in enumerate(tree.parts):
        if number:
            yield Token(TokenKind.JOINER, _("or") if isinstance(tree, Either) else _("and"))
        # A group of a single part is no more than that part.
        within = len(tree.parts) > 1 or (nested and not bracketed)
        yield from _tokens(part, fields, numbers, shown, negated=False, nested=within)
    if bracketed:
        yield Token(TokenKind.BRACKET, ")")


def sentence(tree: Criteria, fields: CriteriaFields, *, shown: Shown = plain_value) -> str:
    """A tree in one line of words."""
    text = " ".join(token.text for token in sentence_tokens(tree, fields, shown=shown))
    return text.replace("( ", "(").replace(" )", ")")
