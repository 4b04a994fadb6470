"""Comparisons of texts and numbers in SQL."""

import re
from typing import Final

from ulkacrm_desktop.core.criteria import Operator
from ulkacrm_desktop.services.criteria.access import Parameters
from ulkacrm_desktop.services.criteria.calendar import Days
from ulkacrm_desktop.services.criteria.meaning import Beyond, DaysOfYear, Filled, OneOf, Pattern, Range, like_parts

_GLOB_SIGNS: Final = re.compile(r"[*?\[]")


def text_check(told: str, test: object, put: Parameters, *, local: bool) -> tuple[str, bool]:
    """SQL of a test of a folded text, and whether an index that begins with the text serves it."""
    if isinstance(test, OneOf):
        return f"{told} IN ({put.listed(test.values)})", True
    if isinstance(test, Beyond):
        return f"{told} NOT IN ({put.listed(test.values)})" if test.values else f"{told} IS NOT NULL", False
    if isinstance(test, Filled):
        return f"{told} IS NOT NULL", True
    if isinstance(test, Days):
        bounds = [f"{told} >= {put(test.first.isoformat())}"] if test.first else []
        bounds += [f"{told} <= {put(test.last.isoformat())}"] if test.last else []
        return " AND ".join(bounds) or f"{told} IS NOT NULL", True
    if isinstance(test, DaysOfYear):
        day = f"substr({told}, 6)"
        spans = [f"{day} BETWEEN {put(first)} AND {put(last)}" for first, last in test.spans]
        return f"({' OR '.join(spans)})", False
    assert isinstance(test, Pattern)
    if test.operator is Operator.STARTS_WITH:
        high = f" AND {told} < {put(end)}" if (end := after(test.text)) else ""
        return f"{told} >= {put(test.text)}{high}", True
    if test.operator is Operator.LIKE:
        return f"{told} LIKE {put(_pattern(test.text))} ESCAPE '!'", False
    if test.operator is Operator.ENDS_WITH:
        if not test.text:
            return f"{told} IS NOT NULL", False
        if not local:
            return f"right({told}, {len(test.text)}) = {put(test.text)}", False
        # GLOB copies nothing of the text that it tests, and takes two thirds of the time of substr.
        ending = _GLOB_SIGNS.sub(r"[\g<0>]", test.text)
        return f"{told} GLOB {put('*' + ending)}", False
    return f"{'instr' if local else 'strpos'}({told}, {put(test.text)}) > 0", False


def range_check(told: str, test: Range, put: Parameters) -> str:
    """SQL of a test of a number."""
    low = f"{told} {'>=' if test.with_low else '>'} {put(test.low)}" if test.low is not None else ""
    high = f"{told} {'<=' if test.with_high else '<'} {put(test.high)}" if test.high is not None else ""
    return " AND ".join(filter(None, (low, high)))


def after(beginning: str) -> str:
    """The least text that is greater than all that begin so, by code points; '' where there is none."""
    for end in range(len(beginning) - 1, -1, -1):
        code = ord(beginning[end])
        if code < 0x10FFFF:
            return beginning[:end] + chr(0xE000 if code == 0xD7FF else code + 1)
    return ""


def _pattern(pattern: str) -> str:
    return "".join(
        letter if is_wild else f"!{letter}" if letter in "%_!" else letter for letter, is_wild in like_parts(pattern)
    )
