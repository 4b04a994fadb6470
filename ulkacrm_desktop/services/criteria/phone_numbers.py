"""Phones in criteria: the digits of a number, with or without its country code or the prefix dialled at home.

A phone reads as one of the forms that the search knows (`core.text.phones.phone_words`): all digits, the national ones,
and those behind the trunk prefix (8916… in Russia). A comparison holds where it holds for one of them; LIKE looks at
all digits alone. Extensions do not count.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Final

from ulkacrm_desktop.core.criteria import Operator
from ulkacrm_desktop.core.text.fold import REVERSED_MARK, fold
from ulkacrm_desktop.core.text.phone_plans import NumberingPlan, plan_of_country_code
from ulkacrm_desktop.core.text.phones import parse_phone, phone_words
from ulkacrm_desktop.core.text.problem import TextProblem

_NO_DIGIT: Final = re.compile(r"[^0-9]+")
_NO_DIGIT_OR_WILD: Final = re.compile(r"[^0-9%_]+")


@dataclass(frozen=True, slots=True)
class PhoneTest:
    """A phone ``is``, ``starts_with``, ``ends_with``, ``contains`` some digits, or is ``like`` them."""

    operator: Operator
    digits: str


@dataclass(frozen=True, slots=True)
class DigitRange:
    """Numbers whose digits, country code first, begin so; ``lengths`` are how many they may have, None any number."""

    prefix: str
    lengths: tuple[int, ...] | None = None


def phone_digits(text: str, operator: Operator) -> tuple[str, ...]:
    """The digits that are meant by what is typed: none where there are none, two where 00 may stand for the plus."""
    if operator is Operator.LIKE:
        pattern = _NO_DIGIT_OR_WILD.sub("", fold(text))
        return (pattern,) if pattern else ()
    digits = _NO_DIGIT.sub("", fold(text))
    if operator is Operator.IS:
        with suppress(TextProblem):
            digits = parse_phone(text).match_key.partition("x")[0]
    found = (digits, digits.lstrip("0")) if digits.startswith("00") else (digits,)
    return tuple(filter(None, found))


def passes(test: PhoneTest, match_key: str) -> bool:
    """Whether the phone of a match key passes."""
    if test.operator is Operator.LIKE:
        pattern = "".join({"%": "[0-9]*", "_": "[0-9]"}.get(letter, letter) for letter in test.digits)
        return re.fullmatch(pattern, match_key.partition("x")[0]) is not None
    forms = [word for word in phone_words(match_key) if not word.startswith(REVERSED_MARK)]
    if test.operator is Operator.IS:
        return test.digits in forms
    if test.operator is Operator.STARTS_WITH:
        return any(form.startswith(test.digits) for form in forms)
    if test.operator is Operator.ENDS_WITH:
        return any(form.endswith(test.digits) for form in forms)
    return any(test.digits in form for form in forms)


def digit_ranges(test: PhoneTest) -> list[DigitRange]:
    """The numbers that pass by their beginning.

    For IS and STARTS_WITH these are all that pass. For ENDS_WITH and CONTAINS they are those that pass by their trunk
    prefix, which is not among the digits that are kept.
    """
    return list(dict.fromkeys(_ranges(test)))


def _ranges(test: PhoneTest) -> Iterator[DigitRange]:
    digits, operator = test.digits, test.operator
    whole = operator in (Operator.IS, Operator.ENDS_WITH)
    if operator is Operator.IS:
        yield DigitRange(digits, (len(digits),))
    elif operator is Operator.STARTS_WITH:
        yield DigitRange(digits)
    for plan in _plans():
        for national in _national_beginnings(plan, digits, operator):
            if not whole:
                yield _of_plan(plan, national, plan.lengths)
            elif len(national) in plan.lengths:
                yield _of_plan(plan, national, {len(national)})


def _of_plan(plan: NumberingPlan, national: str, lengths: "frozenset[int] | set[int]") -> DigitRange:
    code = plan.country_code
    return DigitRange(code + national, tuple(sorted(len(code) + length for length in lengths)))


def _national_beginnings(plan: NumberingPlan, digits: str, operator: Operator) -> Iterator[str]:
    """How the national numbers of a plan begin of which a form without the country code passes."""
    trunk = plan.trunk
    if operator in (Operator.IS, Operator.STARTS_WITH):
        yield digits
        if trunk and digits.startswith(trunk):
            yield digits[len(trunk) :]
        elif operator is Operator.STARTS_WITH and trunk.startswith(digits):
            yield ""
        return
    for start in range(len(trunk)):
        rest = trunk[start:]
        if digits.startswith(rest):
            yield digits[len(rest) :]
        elif operator is Operator.CONTAINS and rest.startswith(digits):
            yield ""


@cache
def _plans() -> tuple[NumberingPlan, ...]:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # loaded only where a phone is asked for

    plans = (plan_of_country_code(str(code)) for code in COUNTRY_CODE_TO_REGION_CODE)
    return tuple(plan for plan in plans if plan is not None)
