"""The folded form of a text: what is left of it for sorting, matching and searching.

SQLite's own ``lower`` and LIKE know ASCII only, so that every key is folded here, by the same rules for what is
stored and for what is asked.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

REVERSED_MARK: Final = "ｒ"
"""Stands before the reversed digits of a phone among the search words (FULLWIDTH SMALL R, U+FF52).

`fold` makes an ordinary ``r`` of it (NFKC), so that no word of a text and no query can begin with it; it is a
letter in lower case, so that a database that lower-cases leaves it alone; and its code point is over 127, which
makes it part of a word for the ``ascii`` tokenizer of FTS5.
"""

KEY_LENGTH: Final = 200
"""How many characters of a text value are kept in its key, which an index holds."""

_ORDINARY = re.compile(r"[\t\n\r -~А-Яа-яЁё«»№]*", re.ASCII)
"""Texts for which lower case, ё→е and №→# are the whole of folding."""

_BETWEEN = "\x1f"
"""Stands between texts that are folded together."""

_NOT_ORDINARY = re.compile("[^\t\n\r -~А-Яа-яЁё«»№\x1f]+")

_BEYOND_SIMPLE_SCRIPTS = re.compile("[\u0590-\u1fff\u2c00-\U0010ffff]")
"""Characters of scripts in which a word may have combining marks that `fold` keeps."""

_WORD = re.compile(r"[^\W_]+")

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
"""Control characters that are no white space and what Unicode calls default-ignorable: zero width, bidi marks,
variation selectors, fillers."""

_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
"""Marks that readers leave out: accents of Latin, Greek and Cyrillic, Hebrew points, Arabic harakat. Marks of
other scripts (dakuten, vowel signs) make another letter and stay."""

_OTHER_DIGIT = re.compile(r"(?![0-9])\d")

_SHORT_I = "\ue000"  # stands for й while marks are removed: й is a letter of its own, not и with an accent

_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "ĸ": "k",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "ʹ": "'",
        "′": "'",
        "`": "'",
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "−": "-",
    }
)
_UNLIKE_OTHERS = re.compile("[" + "".join(map(chr, _LETTERS_WITHOUT_DECOMPOSITION)) + "]")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")


def fold(text: str) -> str:
    """The key under which a text is sorted, matched and searched.

    Upper and lower case, accents, ё and е, full-width and ordinary letters, composed and decomposed forms,
    typographic and plain apostrophes and dashes, invisible characters and the amount of white space make no
    difference; й and и do. Folding twice changes nothing more.
    """
    if text.isascii():
        if not text.isprintable():
            text = _INVISIBLE.sub("", text)
        return " ".join(text.lower().replace("`", "'").split())
    if _ORDINARY.fullmatch(text):
        return " ".join(text.lower().replace("ё", "е").replace("`", "'").replace("№", "#").split())
    text = _without_marks(text)
    if (folded := text.casefold()) != text.lower():
        folded = _without_marks(folded)  # ß, final sigma and the like: what they become may be composed
    if _UNLIKE_OTHERS.search(folded):
        folded = folded.translate(_LETTERS_WITHOUT_DECOMPOSITION)
    if _FOREIGN_DIGIT.search(folded):
        folded = _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), folded)
    return " ".join(folded.split())


_fold_again = lru_cache(maxsize=20_000)(fold)
"""`fold` for cities and companies, which come again and again."""


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each text: of the ordinary ones together, in a few calls."""
    joined = _BETWEEN.join(texts)
    folded = joined.lower().replace("ё", "е").replace("`", "'").replace("№", "#")
    for blank in "\n\t\r":
        if blank in folded:
            folded = folded.replace(blank, " ")
    while "  " in folded:
        folded = folded.replace("  ", " ")
    if " " in folded[:1] + folded[-1:] or " " + _BETWEEN in folded or _BETWEEN + " " in folded:
        folded = folded.strip(" ").replace(" " + _BETWEEN, _BETWEEN).replace(_BETWEEN + " ", _BETWEEN)
    found = folded.split(_BETWEEN) if texts else []
    if len(found) != len(texts):
        return list(map(fold, texts))
    index, seen, done = 0, 0, -1
    for match in _NOT_ORDINARY.finditer(joined):
        start = match.start()
        index += joined.count(_BETWEEN, seen, start)
        seen = start
        if index != done:
            found[index] = _fold_again(texts[index])
            done = index
    return found


def _without_marks(text: str) -> str:
    visible = _INVISIBLE.sub("", text.replace(_SHORT_I, "").replace("№", "#"))
    decomposed = unicodedata.normalize("NFKD", visible)
    kept = decomposed.replace("и\u0306", _SHORT_I).replace("И\u0306", _SHORT_I)
    bare = unicodedata.normalize("NFC", _MARKS.sub("", _INVISIBLE.sub("", kept)))
    return bare.replace(_SHORT_I, "й")


def search_words(text: str) -> list[str]:
    """The words of a text in folded form: runs of letters and digits; everything else separates them."""
    return folded_words(fold(text))


def folded_words(folded: str) -> list[str]:
    """The words of a text that `fold` has gone over already."""
    if folded.isalnum() and not _BEYOND_SIMPLE_SCRIPTS.search(folded):
        return [folded]
    if folded.isascii() or not _BEYOND_SIMPLE_SCRIPTS.search(folded):
        return _WORD.findall(folded)
    return _words_with_marks(folded)


def _words_with_marks(folded: str) -> list[str]:
    characters = [
        character if character.isalnum() or unicodedata.category(character)[0] == "M" else " " for character in folded
    ]
    words = "".join(characters).split()
    return [word for word in words if not all(unicodedata.category(letter)[0] == "M" for letter in word)]
