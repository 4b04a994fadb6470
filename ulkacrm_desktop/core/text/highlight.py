"""Where in a text the words of a search stand, for showing what was found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ulkacrm_desktop.core.text.fold import fold, folded_words, search_words
from ulkacrm_desktop.core.text.search_terms import LAST_DIGITS, Term

Range = tuple[int, int]
"""Start and length of a part of a text, in characters."""

EXCERPT_LENGTH: Final = 80
_BEFORE_MATCH: Final = 24

_PIECE = re.compile(r"\S+")
_NUMBER = re.compile(r"(?:[^\w]*\d){4}[^\w]*(?:\d[^\w]*)*")
_LONGEST_NUMBER: Final = 60

_LONGEST_PREFIX: Final = 4
"""Digits that may stand before the national number: a country code of three and a trunk prefix."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text, on one line, and the ranges in it that were found."""

    text: str
    ranges: tuple[Range, ...]


def ranges_in(text: str, terms: Sequence[Term]) -> tuple[Range, ...]:
    """The parts of the text that begin with a word of the terms, in order and apart from each other.

    Positions are those of the text as it stands, though it is matched in folded form. In a telephone number
    the digits of a term are found across its punctuation.
    """
    if not text or not terms:
        return ()
    words = tuple(dict.fromkeys(word for term in terms for word in term.words))
    marks: list[Range] = []
    if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text):
        folded = _FoldedText(text)
        numbers = [folded.digits_found(term.digits) for term in terms if term.digits]
        marks = [found for found in numbers if found is not None]
        if marks:
            return _united(marks)
    for piece in _PIECE.finditer(text):
        # Only a piece that has a match is worth the way back to its characters.
        if any(word.startswith(words) for word in search_words(piece[0])):
            # Letters of other scripts may be folded only together with their marks: then it is the whole piece.
            parts = list(_FoldedText(piece[0]).beginnings(words)) or [(0, len(piece[0]))]
            marks.extend((piece.start() + start, count) for start, count in parts)
    return _united(marks)


def excerpt_of(text: str, terms: Sequence[Term], length: int = EXCERPT_LENGTH) -> Excerpt | None:
    """About ``length`` characters around the first place that the terms find, None where they find none."""
    found = ranges_in(text, terms)
    if not found:
        return None
    start = max(0, found[0][0] - _BEFORE_MATCH)
    end = min(len(text), max(start + length, found[0][0] + found[0][1]))
    if start:
        # Not in the middle of a word, where there is a blank before the match to begin after.
        blank = text.find(" ", start, found[0][0])
        start = blank + 1 if blank >= 0 else start
    before, after = ("…" if start else ""), ("…" if end < len(text) else "")
    # One character for one, so that positions hold.
    shown = "".join(" " if character.isspace() else character for character in text[start:end])
    shift = len(before) - start
    ranges = tuple((position + shift, min(count, end - position)) for position, count in found if position < end)
    return Excerpt(f"{before}{shown}{after}", ranges)


class _FoldedText:
    """A folded text that knows which character of the original each of its own comes from."""

    def __init__(self, text: str) -> None:
        pieces: list[str] = []
        self._origins: list[Range] = []
        start = 0
        while start < len(text):
            end = _cluster_end(text, start)
            piece = _folded_cluster(text[start:end])
            pieces.append(piece)
            self._origins.extend([(start, end - start)] * len(piece))
            start = end
        self._folded = "".join(pieces)

    def beginnings(self, beginnings: tuple[str, ...]) -> Iterator[Range]:
        """The parts of the original that begin a word so."""
        position = 0
        for word in folded_words(self._folded):
            position = self._folded.index(word, position)
            found = max((len(beginning) for beginning in beginnings if word.startswith(beginning)), default=0)
            if found:
                yield self._origin(position, position + found)
            position += len(word)

    def digits_found(self, digits: str) -> Range | None:
        """The part of the original, a telephone number, that has these digits at its start or its end."""
        places = [index for index, character in enumerate(self._folded) if character.isascii() and character.isdigit()]
        found = _position_in_number("".join(self._folded[place] for place in places), digits)
        if found is None:
            return None
        first, count = found
        return self._origin(places[first], places[first + count - 1] + 1)

    def _origin(self, start: int, end: int) -> Range:
        first = self._origins[start][0]
        last, count = self._origins[end - 1]
        return first, last + count - first


def _cluster_end(text: str, start: int) -> int:
    """The end of a character with the marks after it that fold away."""
    end = start + 1
    while end < len(text) and not _folded_cluster(text[end]):
        end += 1
    return end


@lru_cache(maxsize=4096)
def _folded_cluster(cluster: str) -> str:
    return " " if cluster.isspace() else fold(cluster)


def _position_in_number(number: str, digits: str) -> Range | None:
    # Without its key it is not known where the national number begins: it does after a short prefix.
    typed = digits[2:] if digits.startswith("00") else digits
    for wanted in dict.fromkeys((digits, typed, typed[1:] if typed[:1] in ("0", "8") else typed)):
        for prefix in range(min(_LONGEST_PREFIX, len(number)) + 1):
            if wanted and number.startswith(wanted, prefix):
                return prefix, len(wanted)
    if len(digits) >= LAST_DIGITS and number.endswith(digits):
        return len(number) - len(digits), len(digits)
    return None


def _united(marks: list[Range]) -> tuple[Range, ...]:
    """The ranges in order, with those that touch made one."""
    united: list[Range] = []
    for start, count in sorted(marks):
        if united and start <= sum(united[-1]):
            first, length = united[-1]
            united[-1] = (first, max(length, start + count - first))
        else:
            united.append((start, count))
    return tuple(united)
