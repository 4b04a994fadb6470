"""One alphabet for names in several: Cyrillic in Latin letters, and the key of how a word sounds.

Both take folded text (`core.text.fold`). Russian names are written in Latin letters by a dozen rules (passports of
different years, ISO 9, GOST, habit): `latin` follows the commonest, and `sound_key` is the same for all of them.
"""

import re
from functools import lru_cache
from typing import Final

_LATIN: Final = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
        "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
        "я": "ya",
        # Ukrainian, Belarusian, Serbian, Kazakh and their neighbours
        "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u", "ј": "y", "љ": "ly", "њ": "ny", "ђ": "dj", "ћ": "c",
        "џ": "dzh", "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "ӣ": "i",
        "ӯ": "u", "ҳ": "h", "ҷ": "j",
        "'": "",
    }
)  # fmt: skip

_CYRILLIC: Final = {
    # What is longer before what is a part of it.
    "shch": "щ", "sch": "щ", "yo": "е", "zh": "ж", "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш", "yu": "ю", "ya": "я",
    "ye": "е", "ju": "ю", "ja": "я", "je": "е", "iu": "ю", "ia": "я", "x": "кс",
    **dict(zip("abcdefghijklmnopqrstuvwyz", "абкдефгхийклмнопкрстуввйз", strict=True)),
}  # fmt: skip

# In this order: what is longer before what is a part of it.
_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("shch|schtsch|stch|sch|sh", "s"),
        ("tsch|tch|dzh", "c"),
        ("chr", "kr"),
        ("ch", "c"),
        ("zh|dj", "z"),
        ("kh|gh|th|ph", ""),  # by _aspirated
        ("tz|ts", "c"),
        ("ck|q", "k"),
        ("c(?=[eiy])", "s"),
        ("x", "ks"),
        ("w", "v"),
    )
)
_ASPIRATED: Final = {"kh": "h", "gh": "g", "th": "t", "ph": "f"}
_FIRST: Final = (
    (re.compile("^(?:y|j|i)(?=[aeou])"), ""),  # Yuri, Juri, Iuri; Yelena, Elena
    (re.compile("^[yj]"), "i"),
    (re.compile("^h(?=[aeiou])"), "h"),
)
_VOWELS: Final = re.compile("(?<!^)[aeiouyjh]+")
_DOUBLED: Final = re.compile(r"(.)\1+")


def latin(folded: str) -> str:
    """The text in Latin letters, as far as it was Cyrillic; apostrophes and soft signs leave nothing."""
    return folded.replace("'", "") if folded.isascii() else folded.translate(_LATIN)


def cyrillic(word: str) -> str:
    """A word in Latin letters as a Russian one would probably be written; good enough for how it begins."""
    for written, letters in _CYRILLIC.items():
        word = word.replace(written, letters)
    return word


@lru_cache(maxsize=50_000)
def sound_key(word: str) -> str:
    """What is left of a word in Latin letters when the ways to write one sound and all inner vowels are levelled.

    Two words with the same key may be the same name; it is meant for finding, not for deciding.
    """
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound or (lambda found: _ASPIRATED[found[0]]), word)
    for pattern, sound in _FIRST:
        word = pattern.sub(sound, word)
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", word))
