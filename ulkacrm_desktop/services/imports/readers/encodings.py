"""The encoding of a text file: by its mark, else strict UTF-8, else by how often its letters are used.

Letter frequencies tell the Cyrillic encodings apart, which detectors of all the world's encodings confuse in short
texts; what they cannot tell is left to the user, who sees the rows.
"""

import codecs
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

LEGACY_ENCODINGS: Final = ("cp1251", "cp1252", "cp866", "koi8-r", "koi8-u", "mac-cyrillic")
OFFERED_ENCODINGS: Final = ("utf-8", *LEGACY_ENCODINGS, "utf-16-le", "utf-16-be", "cp1250", "cp1254", "gb18030")
"""Those that are worth offering in a list; any codec of Python's is taken."""

MAX_LINES_NAMED: Final = 50

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH_BYTES_OF_TEXT = frozenset((0, 1, 2, 3, 4, 5, 0x20))  # planes of Latin, Greek, Cyrillic, Hebrew, punctuation
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_MAX_WORDS: Final = 3_000
_SURE_MARGIN: Final = 0.4  # per letter, in natural logarithms
_FEW_LETTERS: Final = 12

# Occurrences of a letter in a thousand of Russian text (Russian National Corpus), and of letters of its neighbours.
_COUNTS: Final = (
    "о110 е85 а80 и74 н67 т63 с55 р47 в45 л44 к35 м32 д30 п28 у26 я20 ы19 ь17 г17 з16 б16 ч14 й12 х10 ж9 ш7 ю6 ц5 щ4 "
    "э3 ф3 ъ0.4 ё0.4 і8 ї3 є2 ґ0.3 ў1"
)
_FREQUENCIES: Final = {count[0]: float(count[1:]) for count in _COUNTS.split()}
_ACCENTED = frozenset("áàâäãåæçéèêëíìîïñóòôöõøúùûüýÿßœšž")
_PUNCTUATION = frozenset("«»„“”‘’–—…№°·§©®™€\u00a0•")


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """What the bytes of a file suggest.

    ``candidates``: likeliest first. ``uncertain``: another would do nearly as well. ``odd_lines``: numbers of the
    lines (from 1, of the first block) that are written in another encoding than the rest.
    """

    encoding: str
    candidates: list[str] = field(default_factory=list)
    uncertain: bool = False
    odd_lines: list[int] = field(default_factory=list)


def byte_order_mark(head: bytes) -> str | None:
    """The encoding that the mark at the start of a file tells, None without a mark."""
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def unmarked_utf16(head: bytes) -> str | None:
    """The UTF-16 in which a text without a mark is written, by where the zero bytes stand; None for other texts."""
    if b"\0" not in head or len(head) < 4:
        return None
    even, odd = head[::2], head[1::2]
    for high, low, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        in_planes = sum(map(high.count, _HIGH_BYTES_OF_TEXT))
        if in_planes > 0.9 * len(high) and low.count(0) < 0.1 * len(low) and high.count(0) > 0.02 * len(high):
            return encoding
    return None


def guess_encoding(blocks: Sequence[bytes]) -> EncodingGuess:
    """The encoding of a file of which ``blocks`` are the start and further pieces, each of whole lines."""
    head = blocks[0] if blocks else b""
    certain = byte_order_mark(head) or unmarked_utf16(head)
    if certain:
        return EncodingGuess(certain, _with_others([certain]))
    if all(block.isascii() for block in blocks):
        return EncodingGuess("utf-8", _with_others(["utf-8"]))
    if all(_is_utf8(block) for block in blocks):
        return EncodingGuess("utf-8", _with_others(["utf-8"]))
    utf8, other = _lines_by_encoding(head)
    if len(utf8) >= max(len(other), 1):
        return EncodingGuess("utf-8", _with_others(["utf-8", *_ranked(blocks)]), odd_lines=other)
    scores = _scores(blocks)
    ranked = sorted(scores, key=lambda encoding: -scores[encoding][0])
    best, second = scores[ranked[0]], scores[ranked[1]]
    if {ranked[0], ranked[1]} == {"koi8-r", "koi8-u"}:
        second = scores[ranked[2]]
    uncertain = best[0] - second[0] < _SURE_MARGIN or best[1] < _FEW_LETTERS
    return EncodingGuess(ranked[0], _with_others(ranked), uncertain, odd_lines=utf8)


def _ranked(blocks: Sequence[bytes]) -> list[str]:
    scores = _scores(blocks)
    return sorted(scores, key=lambda encoding: -scores[encoding][0])


def _with_others(first: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *OFFERED_ENCODINGS]))


def _is_utf8(block: bytes) -> bool:
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lines_by_encoding(head: bytes) -> tuple[list[int], list[int]]:
    """Numbers of the lines that only UTF-8 explains, and of those that are not UTF-8; ASCII lines tell nothing."""
    utf8: list[int] = []
    other: list[int] = []
    for number, line in enumerate(head.splitlines(), 1):
        if not line.isascii():
            (utf8 if _is_utf8(line) else other).append(number)
    return utf8, other


def _scores(blocks: Sequence[bytes]) -> dict[str, tuple[float, int]]:
    """For each encoding how likely it makes the text, a letter, and how many letters that was told by."""
    words: dict[bytes, None] = {}
    for block in blocks:
        for match in _WORD.finditer(block):
            words[match[0]] = None
            if len(words) >= _MAX_WORDS:
                break
    scores = {}
    for encoding in LEGACY_ENCODINGS:
        total = 0.0
        letters = 0
        for word in words:
            score, count = _word_score(word.decode(encoding, "replace"))
            total += score
            letters += count
        scores[encoding] = (total / max(letters, 1), letters)
    return scores


def _word_score(word: str) -> tuple[float, int]:
    """Sum of the likelihoods of a word's non-ASCII characters, and their number."""
    total = 0.0
    count = 0
    before = ""
    for letter in word:
        if not letter.isascii():
            total += _letter_score(letter)
            count += 1
        if before:
            total += _pair_score(before, letter)
        before = letter
    accents = sum(letter.lower() in _ACCENTED for letter in word)
    if accents > 2 and accents * 2 > len(word):
        total -= 3.0 * accents  # words of Western languages are not made of accents
    return total, count


@cache
def _letter_score(letter: str) -> float:
    if frequency := _FREQUENCIES.get(letter.lower()):
        return math.log(frequency / 30)  # 30 in a thousand is a letter of average use
    if letter.lower() in _ACCENTED:
        return 0.0
    if letter in _PUNCTUATION:
        return -1.0
    if letter.isalpha():
        return -4.0
    return -6.0


@cache
def _pair_score(before: str, letter: str) -> float:
    one, two = _script(before), _script(letter)
    if one and two and one != two:
        return -4.0
    if one == two == "cyrillic" and before.islower() and letter.isupper():
        return -3.0
    if not one and two and before in _PUNCTUATION and before in "€°§©®№™":
        return -1.0
    return 0.0


def _script(letter: str) -> str:
    if not letter.isalpha():
        return ""
    return "cyrillic" if "\u0400" <= letter <= "\u04ff" else "latin"
