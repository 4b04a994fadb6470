"""Telephone numbers: read from what people write, the key under which two of them are the same, and display.

Ordinary numbers are taken by the numbering plan of their country; the odd ones are left to ``phonenumbers``.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from ulkacrm_desktop.core.text.fold import REVERSED_MARK
from ulkacrm_desktop.core.text.phone_plans import plan_of_number, plan_of_region
from ulkacrm_desktop.core.text.problem import TextProblem

_PUNCTUATION = dict.fromkeys(map(ord, "  \t()[]-–—‑.\u202f"))
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DIGITS = re.compile(r"[0-9]+")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eEеЕ]\+?\d{1,3}")
_WHOLE_FLOAT = re.compile(r"(\+?\d+)[.,]0+")
_LABEL = re.compile(
    r"(?:tel|phone|mobile|mob|cell|fax|work|home|office|тел|телефон|моб|мобильный|сот|раб|рабочий|дом|домашний|"
    r"факс|т|ф|м|р|д)(?:\.|:|\s)+|(?:tel|callto|sms|phone):",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"(?:[\s,;(]*(?:доб(?:ав(?:очный)?)?|внутр?(?:енний)?|вн|ext(?:ension|n)?|extn|ext|anexo|x|#|х)"
    r"[\s.:=№#]*|;ext=|(?:,{2,}|;{1,2}p?))(\d{1,9})[\s)#]*$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r" ?::: ?|[;\n\r|]+(?! ?(?:доб|вн|ext|x ?\d|#))|(?<!,),(?! ?(?:доб|вн|ext|x ?\d|#|,))| (?:или|и|or|and) ",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"((?:[^"]|"")*)"[^\S\n]*(?=[,;\n]|\Z)')
_BEFORE_PLUS = re.compile(r"(?<=\d)[ /]+(?=\+\d)")
_BLANKS = re.compile(r"[^\S\n\r]+")

_MIN_DIGITS: Final = 3
_MAX_DIGITS: Final = 20  # a country code of 3 and 17 digits are the most that phonenumbers takes
_MIN_DIGITS_AMONG_WORDS: Final = 6
_WHOLE_NUMBER_DIGITS: Final = 10
_SURELY_ONE_NUMBER: Final = 15  # digits of E.164
_MAX_LENGTH: Final = 250
_MAX_CELL_LENGTH: Final = 10_000


class Phone(NamedTuple):
    """A number that was read.

    ``number``: as the person wrote it, tidied. ``match_key``: the digits of E.164 without the plus, followed by
    ``x`` and the extension where there is one; bare digits where the country could not be told. Two numbers are one
    when their keys are. ``notice``: '' or the code of a warning: ``phone_country_unknown`` (no country code and no
    default region), ``phone_country_guessed`` (a country code was found in a number without a plus),
    ``phone_length_odd`` (no number of its country has that many digits).
    """

    number: str
    match_key: str
    notice: str = ""


class PhoneProblem(TextProblem):
    """No number; codes ``phone_digits_lost`` (7.9E+10), ``phone_too_short``, ``phone_too_long``, ``phone_invalid``."""


def parse_phone(text: str, default_region: str | None = None) -> Phone:
    """The one number of ``text``; without a country code it belongs to ``default_region`` (``RU``).

    ``00`` before a number means the same as ``+`` everywhere. Raises `PhoneProblem`.
    """
    key = _ordinary_key(text, text.translate(_PUNCTUATION), default_region)
    return Phone(" ".join(text.split()), key) if key is not None else _parse_odd(text, default_region)


def ordinary_phones(cells: Sequence[str], default_region: str | None) -> list[tuple[str, str] | None]:
    """For each cell with one ordinary number ``number`` and ``match_key`` of `parse_phones`, None for the others."""
    joined = "\n".join(cells)
    dialled = joined.translate(_PUNCTUATION).split("\n")
    if len(dialled) != len(cells):
        return [ordinary_phone(cell, default_region) for cell in cells]
    tidy = "  " not in joined and joined.replace("\n", "").isprintable()
    return [
        None
        if not 0 < len(digits) <= _SURELY_ONE_NUMBER or (key := _ordinary_key(cell, digits, default_region)) is None
        else (cell.strip() if tidy else " ".join(cell.split()), key)
        for cell, digits in zip(cells, dialled, strict=True)
    ]


def ordinary_phone(cell: str, default_region: str | None) -> tuple[str, str] | None:
    """``number`` and ``match_key`` of `parse_phones` for a cell with one ordinary number, else None."""
    dialled = cell.translate(_PUNCTUATION)
    key = _ordinary_key(cell, dialled, default_region) if len(dialled) <= _SURELY_ONE_NUMBER else None
    return None if key is None else (" ".join(cell.split()), key)


def parse_phones(cell: str, default_region: str | None = None) -> list[Phone]:
    """The numbers of a cell, each once: separated by commas, semicolons, line ends, ``|``, ``/`` or `` ::: ``.

    Raises `PhoneProblem` for the first piece that is no number.
    """
    if ordinary := ordinary_phone(cell, default_region):
        return [Phone(*ordinary)]
    dialled = cell.translate(_PUNCTUATION)
    if len(dialled) <= _SURELY_ONE_NUMBER and (dialled.isdigit() or dialled[1:].isdigit()):
        return [_parse_odd(cell, default_region)]
    if len(cell) > _MAX_CELL_LENGTH:
        raise PhoneProblem("phone_too_long", cell)
    if _SCIENTIFIC.fullmatch(cell.strip()):
        raise PhoneProblem("phone_digits_lost", cell)  # whose comma is none between numbers
    phones: dict[str, Phone] = {}
    for piece in _pieces(cell):
        phone = parse_phone(piece, default_region)
        phones.setdefault(phone.match_key, phone)
    return list(phones.values())


def phone_words(match_key: str) -> list[str]:
    """The words by which the phone of a match key is found from its start and from its end.

    All digits with the country code, the national ones, those with the trunk prefix (8916… in Russia), and
    `REVERSED_MARK` with all digits from the last to the first.
    """
    return phone_text(match_key).split()


def phone_text(match_key: str) -> str:
    """`phone_words` with spaces between."""
    digits = match_key.partition("x")[0] if "x" in match_key else match_key
    code, trunk = _parts(digits[:3], len(digits))
    if not code:
        return f"{digits} {REVERSED_MARK}{digits[::-1]}"
    national = digits[code:]
    if trunk and trunk + national != digits:
        return f"{digits} {REVERSED_MARK}{digits[::-1]} {national} {trunk}{national}"
    return f"{digits} {REVERSED_MARK}{digits[::-1]} {national}"


@lru_cache(maxsize=4096)
def _parts(start: str, length: int) -> tuple[int, str]:
    """How many of the digits of a number are its country code (0: not known), and the trunk prefix of its country."""
    plan = plan_of_number(start)
    if plan is None or length - len(plan.country_code) not in plan.lengths:
        return 0, ""
    return len(plan.country_code), plan.trunk


@lru_cache(maxsize=4096)
def format_phone(match_key: str) -> str:
    """A number as it is shown: ``+7 916 123-45-67``; bare digits where the country is not known."""
    digits, _, extension = match_key.partition("x")
    shown = digits
    if _parts(digits[:3], len(digits))[0]:
        import phonenumbers

        number = phonenumbers.parse("+" + digits)
        shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"{shown} x{extension}" if extension else shown


def _ordinary_key(text: str, dialled: str, region: str | None) -> str | None:
    """The key of an ordinary text, of which ``dialled`` is what remains without punctuation; None for another."""
    if dialled[:1] == "+":
        return _international(dialled[1:]) if dialled.isascii() and dialled[1:].isdigit() else None
    if region and dialled.isascii() and dialled.isdigit() and text[-2:] != ".0":
        return _dialled_in(dialled, region)
    return None


def _international(digits: str) -> str | None:
    """The key of digits that begin with a country code, None where it takes a closer look."""
    plan = plan_of_number(digits)
    if plan is None:
        return None
    length = len(plan.country_code)
    if plan.prefix is None or not digits.startswith(plan.prefix_start, length):
        return digits if len(digits) - length in plan.lengths else None
    national = plan.national(digits[length:])
    return None if national is None else plan.country_code + national


def _dialled_in(digits: str, region: str) -> str | None:
    if digits[:2] == "00":
        return _international(digits[2:])
    plan = plan_of_region(region)
    if plan is None:
        return None
    code = plan.country_code
    if digits.startswith(code) and not plan.general.fullmatch(digits):
        national = plan.national(digits[len(code) :])
        if national is not None and plan.general.fullmatch(national):
            return code + national
        if national is None and plan.transforms:
            return None
    national = plan.national(digits)
    # A number that the country does not have may be a foreign one that has lost its plus.
    return code + national if national is not None and plan.general.fullmatch(national) else None


def _pieces(cell: str) -> list[str]:
    pieces: list[str] = []
    # A number in quotes, doubled inside, is one, whatever marks it has: so our own files write several.
    for place, part in enumerate(_QUOTED.split(cell) if '"' in cell else [cell]):
        if place % 2:
            pieces.append(part.replace('""', '"'))
        else:
            pieces += _unquoted_pieces(part)
    return [piece for piece in pieces if piece.strip(" ,")] or [cell]


def _unquoted_pieces(cell: str) -> list[str]:
    pieces: list[str] = []
    for part in _SEPARATOR.split(_BLANKS.sub(" ", _INVISIBLE.sub("", cell))):
        for piece in _BEFORE_PLUS.split(part):
            pieces += _apart(piece, "/", _MIN_DIGITS_AMONG_WORDS) or _apart(piece, " ", _WHOLE_NUMBER_DIGITS)
    return pieces


def _apart(piece: str, separator: str, digits: int) -> list[str]:
    """The parts of a piece where each is a number of its own, else (for a slash) nothing or the whole."""
    parts = piece.split(separator)
    if len(parts) > 1 and all(len("".join(_DIGITS.findall(part))) >= digits for part in parts):
        return parts
    return [] if separator == "/" else [piece]


def _parse_odd(text: str, region: str | None) -> Phone:
    if len(text) > _MAX_LENGTH:
        raise PhoneProblem("phone_too_long", text)
    number = " ".join(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).split()).lstrip(" ,;'").rstrip(" ,;")
    if _SCIENTIFIC.fullmatch(number):
        raise PhoneProblem("phone_digits_lost", text)
    if whole := _WHOLE_FLOAT.fullmatch(number):
        number = whole[1]
    if label := _LABEL.match(number):
        number = number[label.end() :].strip() or number
    extension = ""
    base = number
    if (found := _EXTENSION.search(number)) and _count_digits(number[: found.start()]) >= _MIN_DIGITS_AMONG_WORDS - 1:
        extension = "x" + found[1]
        base = number[: found.start()]
    digits = "".join(_DIGITS.findall(base))
    _refuse(base, digits, text)
    international = base.lstrip("( ").startswith("+")
    if not international and digits.startswith("00"):
        international, digits = True, digits[2:]
    key, notice = _key_of(base, digits, region or None, international=international)
    return Phone(number, key + extension, notice)


def _count_digits(text: str) -> int:
    return sum(map(len, _DIGITS.findall(text)))


def _refuse(base: str, digits: str, given: str) -> None:
    has_letters = any(letter.isalpha() for letter in base)
    latin = sum(letter.isascii() and letter.isalpha() for letter in base)
    if not digits or (
        has_letters and len(digits) < _MIN_DIGITS_AMONG_WORDS and latin + len(digits) < _WHOLE_NUMBER_DIGITS
    ):
        raise PhoneProblem("phone_invalid", given)
    if len(digits) < _MIN_DIGITS:
        raise PhoneProblem("phone_too_short", given)
    if len(digits) > _MAX_DIGITS:
        raise PhoneProblem("phone_too_long", given)


def _key_of(base: str, digits: str, region: str | None, *, international: bool) -> tuple[str, str]:
    """Match key and notice of digits; ``base`` is the text around them, which may spell digits as letters."""
    if international:
        key = _international(digits) or _by_library("+" + digits, None)
        return (key, "") if key else (digits, _odd(digits))
    if region is not None:
        key = _dialled_in(digits, region) or _by_library(digits, region, valid=True)
        if key is None and base.isascii() and sum(map(str.isalpha, base)) >= 3:
            key = _by_library(base, region)
        if key:
            return key, ""
    if len(digits) > _WHOLE_NUMBER_DIGITS and (key := _by_library("+" + digits, None, valid=True)):
        return key, "phone_country_guessed"
    if region is None:
        return digits, "phone_country_unknown"
    key = _by_library(digits, region)
    return (key, "") if key else (digits, "phone_length_odd")


def _odd(digits: str) -> str:
    return "phone_length_odd" if plan_of_number(digits) else "phone_country_unknown"


def _by_library(text: str, region: str | None, *, valid: bool = False) -> str | None:
    """The key of a number that is possible (or ``valid``) by the word of ``phonenumbers``, else None."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if valid:
        if not phonenumbers.is_valid_number(number):
            return None
    elif phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]
