"""What type of property the values of a column suggest."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.services.cells import split_values
from ulkacrm_desktop.services.imports.cleaning.cells import Cell, cell_text, is_blank
from ulkacrm_desktop.services.imports.cleaning.choices import parse_url, parse_yes_no
from ulkacrm_desktop.services.imports.cleaning.dates import decide_date_order, parse_date
from ulkacrm_desktop.services.imports.cleaning.numbers import DecimalMark, decide_decimal_mark, parse_number

_MISFITS: Final = 10
"""One value in so many may be of no use without the type being another: the plan shows it as an error."""

_MAX_OPTIONS: Final = 30
_MAX_OPTION_LENGTH: Final = 60
_USES_OF_AN_OPTION: Final = 3  # on average, before a text that is repeated counts as one
_FEWEST_VALUES: Final = 6
_WORDS_OF_A_SENTENCE: Final = 3
_SEVERAL_IN_A_CELL: Final = 5  # one cell in so many lists several options in a multi-select

_ZEROS_BEFORE = re.compile(r"[+-]?0[0-9]+")
_LONG = re.compile(r"\+?[0-9]{11,}")  # a phone, an account; no amount


def guess_type(values: Sequence[Cell]) -> PropertyType:
    """The type that fits a column whose values, or a sample of them, are ``values``; text where nothing else does.

    Select: at most 30 different texts, each used three times on average and at least half of them more than once;
    remarks of which one is usual are none, nor are sentences. Multi-select: the same of the parts, where one cell in
    five has several. Numbers with leading zeros or more than ten digits are text.
    """
    filled = [value for value in values if not is_blank(value)]
    if not filled:
        return PropertyType.TEXT
    if _are_yes_no(filled):
        return PropertyType.YES_NO
    order = decide_date_order(filled).order
    if _fit(filled, lambda cell: parse_date(cell, order)):
        return PropertyType.DATE
    mark = decide_decimal_mark(filled, DecimalMark.POINT).mark
    if _fit(filled, lambda cell: parse_number(cell, mark)):
        return PropertyType.TEXT if _are_identifiers(filled) else PropertyType.NUMBER
    if _fit(filled, parse_url):
        return PropertyType.URL
    return _options(filled)


def _fit(values: Sequence[Cell], parse: Callable[[Cell], object]) -> bool:
    allowed = len(values) // _MISFITS
    misfits = 0
    for value in values:
        try:
            parse(value)
        except TextProblem:
            misfits += 1
            if misfits > allowed:
                return False
    return True


def _are_yes_no(values: Sequence[Cell]) -> bool:
    if not _fit(values, parse_yes_no):
        return False
    words = {fold(cell_text(value)) for value in values}
    # A column of ones is a count as well; that of ones and zeros, or of a word, is not.
    return words not in ({"1"}, {"0"})


def _are_identifiers(values: Sequence[Cell]) -> bool:
    texts = [cell_text(value).strip() for value in values]
    return any(map(_ZEROS_BEFORE.fullmatch, texts)) or 2 * sum(map(bool, map(_LONG.fullmatch, texts))) > len(texts)


def _options(values: Sequence[Cell]) -> PropertyType:
    texts = [cell_text(value) for value in values]
    if len(texts) < _FEWEST_VALUES or any("\n" in text.strip() and len(text) > _MAX_OPTION_LENGTH for text in texts):
        return PropertyType.TEXT
    different = set(map(fold, texts))
    if sum(map(_is_sentence, different)) * 2 >= len(different):
        return PropertyType.TEXT
    parts = [split_values(text) for text in texts]
    several = sum(1 for part in parts if len(part) > 1)
    if several * _SEVERAL_IN_A_CELL >= len(texts) and _repeat([option for part in parts for option in part]):
        return PropertyType.MULTI_SELECT
    return PropertyType.SELECT if _repeat(texts) else PropertyType.TEXT


def _repeat(texts: Sequence[str]) -> bool:
    if any(len(text.strip()) > _MAX_OPTION_LENGTH for text in texts):
        return False
    uses = Counter(map(fold, texts))
    once = sum(1 for count in uses.values() if count == 1)
    return 2 <= len(uses) <= _MAX_OPTIONS and len(uses) * _USES_OF_AN_OPTION <= len(texts) and once * 2 <= len(uses)


def _is_sentence(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?", "…")) and len(text.split()) >= _WORDS_OF_A_SENTENCE
