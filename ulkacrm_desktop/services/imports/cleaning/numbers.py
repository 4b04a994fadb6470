"""Numbers in cells: whether a column writes its decimals after a comma or a point, and the number of each cell."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from ulkacrm_desktop.services.imports.cleaning.cells import Cell, CellProblem, cell_text, clean_text

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_CANONICAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.(?:[0-9]|[0-9][1-9]|[0-9]{3,}[1-9])(?<!0)")
"""A fraction as it is kept, that no reading makes another: not of three decimals, which a comma column may group."""

_ONLY_POINT = re.compile(r"-?[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})")
"""What is no number where a comma stands before the decimals."""

_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "−": "-"})
_BLANK_GROUPS = "[ ']"
_COMMA = re.compile(rf"([+-]?)([0-9]+|[0-9]{{1,3}}(?:({_BLANK_GROUPS}|\.)[0-9]{{3}})(?:\3[0-9]{{3}})*)(?:,([0-9]+))?")
_POINT = re.compile(rf"([+-]?)([0-9]+|[0-9]{{1,3}}(?:({_BLANK_GROUPS}|,)[0-9]{{3}})(?:\3[0-9]{{3}})*)(?:\.([0-9]+))?")
_BARE_FRACTION = re.compile(r"([+-]?)[.,]([0-9]+)")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]{1,2}")
_NOT_A_DIGIT = re.compile(r"[^0-9]")
_MAX_LENGTH: Final = 60
_SURE: Final = 100


class DecimalMark(StrEnum):
    """What stands before the decimals of a column's numbers; the other of the two may group its thousands."""

    COMMA = "comma"
    POINT = "point"


class Number(NamedTuple):
    """A number: ``text`` in digits with a point, without exponent or needless zeros; ``key`` to sort and filter by."""

    text: str
    key: float


@dataclass(frozen=True, slots=True)
class MarkDecision:
    """The decimal mark of a column; ``ambiguous``: values like ``1,234`` fit both, none tells: the user is asked."""

    mark: DecimalMark
    ambiguous: bool = False


class NumberColumn:
    """Gathers what the values of a column tell about its decimal mark."""

    def __init__(self) -> None:
        self._only = dict.fromkeys(DecimalMark, 0)
        self._both = 0

    def see(self, cell: Cell) -> None:
        """Take one more value into account; whole numbers and numbers of workbooks tell nothing."""
        if type(cell) is not str or _WHOLE.fullmatch(cell):
            return
        if _ONLY_POINT.fullmatch(cell):
            self._only[DecimalMark.POINT] += 1
            return
        text = cell.strip().translate(_BLANKS)
        comma, point = _reading(text, DecimalMark.COMMA), _reading(text, DecimalMark.POINT)
        if comma == point:
            return
        if comma is None:
            self._only[DecimalMark.POINT] += 1
        elif point is None:
            self._only[DecimalMark.COMMA] += 1
        else:
            self._both += 1

    @property
    def settled(self) -> bool:
        """Whether so many values demand the same that further ones need not be asked."""
        demands = sorted(self._only.values())
        return demands[-1] >= _SURE and not any(demands[:-1])

    def merge(self, other: "NumberColumn") -> None:
        """Take over what another part of the same column has told."""
        for kind in DecimalMark:
            self._only[kind] += other._only[kind]
        self._both += other._both

    def decision(self, preferred: DecimalMark = DecimalMark.POINT) -> MarkDecision:
        """The mark that most values demand; ``preferred`` where none demands one."""
        comma, point = self._only[DecimalMark.COMMA], self._only[DecimalMark.POINT]
        if comma == point:
            return MarkDecision(preferred, ambiguous=self._both > 0)
        return MarkDecision(DecimalMark.COMMA if comma > point else DecimalMark.POINT)


def decide_decimal_mark(values: Iterable[Cell], preferred: DecimalMark = DecimalMark.POINT) -> MarkDecision:
    """The decimal mark of a column, from all its values."""
    column = NumberColumn()
    for value in values:
        column.see(value)
    return column.decision(preferred)


def parse_number(cell: Cell, mark: DecimalMark) -> Number | None:
    """The number of a cell, None for an empty one.

    A text that can be a number in one way only is read that way; ``mark`` decides where it can be two
    (``1,234``). Raises `CellProblem` ``number_invalid`` or ``number_too_long`` (over 60 digits).
    """
    if type(cell) is str:
        if _WHOLE.fullmatch(cell):
            whole = int(cell)
            return Number(str(whole), float(whole))
        if _CANONICAL.fullmatch(cell) and len(cell) <= _MAX_LENGTH:
            return Number(cell, float(cell))
        return _parse_text(cell, mark)
    if isinstance(cell, bool) or not isinstance(cell, int | float | None):
        raise CellProblem("number_invalid", cell_text(cell))
    if cell is None:
        return None
    if not math.isfinite(cell):
        raise CellProblem("number_invalid", cell_text(cell))
    return _number(format(Decimal(repr(cell)), "f"))


def _parse_text(cell: str, mark: DecimalMark) -> Number | None:
    text = clean_text(cell).translate(_BLANKS)
    if not text:
        return None
    if len(text) > _MAX_LENGTH:
        raise CellProblem("number_too_long", cell)
    other = DecimalMark.POINT if mark is DecimalMark.COMMA else DecimalMark.COMMA
    plain = _reading(text, mark) or _reading(text, other)
    if plain is None:
        if not _SCIENTIFIC.fullmatch(text):
            raise CellProblem("number_invalid", cell)
        plain = format(Decimal(text.replace(",", ".")), "f")
    return _number(plain)


def _reading(text: str, mark: DecimalMark) -> str | None:
    """The text as digits with a point if it is a number with this decimal mark."""
    match = (_COMMA if mark is DecimalMark.COMMA else _POINT).fullmatch(text)
    if match is None:
        if fraction := _BARE_FRACTION.fullmatch(text):
            return f"{fraction[1]}0.{fraction[2]}"
        return None
    sign, whole, group, decimals = match.groups()
    if group:
        if whole[0] == "0":
            return None  # 0.123 groups no thousands
        whole = _NOT_A_DIGIT.sub("", whole)
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def _number(plain: str) -> Number:
    sign = "-" if plain[0] == "-" else ""
    whole, _, decimals = plain.lstrip("+-").partition(".")
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    if len(plain) > _MAX_LENGTH:
        raise CellProblem("number_too_long", plain)
    text = f"{sign}{whole}.{decimals}" if decimals else whole if whole == "0" else sign + whole
    return Number(text, float(text))
