"""The guard that keeps a spreadsheet from running a text of a CSV file as a formula, and its exact inverse.

A text that begins with one of the characters that spreadsheets take for a formula is written with an apostrophe
before it (the advice of OWASP on CSV injection). Telephone numbers and plain numbers are left as they are: what
follows their sign can do nothing. A text that begins with apostrophes before such a character gets one more, so that
for every text ``unguard_cell(guard_cell(text)) == text``, and so that reading takes one apostrophe off exactly
where writing would have put it.

Other programs write a text that a spreadsheet would take for a number as a formula that gives it, ``="+79161234567"``:
such a cell is read as the text that the spreadsheet shows.
"""

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Final

_GUARDED = re.compile(
    r"'*(?:[=@\t\r\n＝＋－＠]|[+-](?![0-9][0-9 ().-]*\Z|[0-9]+(?:[.,][0-9]+)*\Z|\([0-9][0-9 ().-]*\Z))"
)
"""Apostrophes, then what a spreadsheet would run; + or - before nothing but digits and the marks of phones and numbers
is no formula with an effect."""

_GUARDED_STARTS: Final = frozenset("'=@\t\r\n+-＝＋－＠")
"""What a text that `_GUARDED` matches begins with."""

GUARD_MARK = re.compile(r"'[=@\t\r\n+＝＋－＠-]")
"""What a text must contain somewhere for one of its cells to be guarded: a quick test of much text at once."""

_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')


_first_character = itemgetter(slice(1))


def guard_cell(text: str) -> str:
    """The text as it is written to a CSV file."""
    return "'" + text if _GUARDED.match(text) else text


def guard_cells(texts: Sequence[str]) -> Sequence[str]:
    """The texts as `guard_cell` writes each; quick, where few have something to be guarded."""
    different = set(texts)
    if _GUARDED_STARTS.isdisjoint(map(_first_character, different)):
        return texts
    risky = (text for text in different if text[:1] in _GUARDED_STARTS)
    guarded = {text: cell for text in risky if (cell := guard_cell(text)) != text}
    return [guarded.get(text, text) for text in texts] if guarded else texts


def unguard_cell(text: str) -> str:
    """The text that was written as ``text``; what no guard has changed is given back as it is."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def may_hold_marks(text: str) -> bool:
    """Whether any cell of a text of CSV may be one that `read_cell` gives back otherwise: a quick test of much text."""
    return '="' in text or ("'" in text and GUARD_MARK.search(text) is not None)


def read_cell(text: str) -> str:
    """What a cell of a CSV file says: what was written by `guard_cell`, or as a formula that is nothing but a text."""
    if text[:1] == "'":
        return unguard_cell(text)
    if text[:2] == '="' and (formula := _TEXT_FORMULA.fullmatch(text)):
        return formula[1].replace('""', '"')
    return text
