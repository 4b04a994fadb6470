"""What stands in a cell: text of a CSV file, or a typed value of a workbook; and what can be wrong with it."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from ulkacrm_desktop.core.text.problem import TextProblem, has_control_characters

Cell = str | int | float | date | datetime | time | timedelta | bytes | None
"""A cell as it was read. Values of workbooks keep their type until they are cleaned (a bool is an int to Python);
bytes are a picture."""

WHOLE_LIMIT: Final = 1e15
"""A workbook keeps 15 digits of a number: from here on its last ones are made up."""

_SPREADSHEET_ERRORS = frozenset(
    (
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!", "#CALC!",
        "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!",
        "#Н/Д", "#ССЫЛКА!", "#ЗНАЧ!", "#ДЕЛ/0!", "#ИМЯ?", "#ПУСТО!", "#ЧИСЛО!", "#ПЕРЕНОС!",
    )
)  # fmt: skip


class CellProblem(TextProblem):
    """A cell that is rejected: ``code`` says why, ``value`` is what stands in it.

    Codes of every cell: ``control_character``, ``spreadsheet_error`` (#N/A and the like). Those of a type are named
    by its parser.
    """


def clean_text(cell: Cell) -> str:
    """The cell as a text to keep: without white space around it, line ends as ``\\n``; '' for an empty cell.

    Raises `CellProblem` ``control_character`` or ``spreadsheet_error``.
    """
    if type(cell) is not str:
        cell = cell_text(cell)
    if cell.isprintable():
        text = cell.strip()
    else:
        if has_control_characters(cell):
            raise CellProblem("control_character", cell)
        text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    if text[:1] == "#" and text.upper() in _SPREADSHEET_ERRORS:
        raise CellProblem("spreadsheet_error", text)
    return text


def plain_texts(cells: Sequence[Cell]) -> list[str] | None:
    """`clean_text` of each cell of a column in a few calls; None where one of them needs it to be called."""
    try:
        joined = "".join(cells)  # type: ignore[arg-type]
    except TypeError:
        return None
    if "\r" in joined or has_control_characters(joined):
        return None
    texts = list(map(str.strip, cells))  # type: ignore[arg-type]
    if "#" in joined and any(text[:1] == "#" for text in texts):
        return None
    return texts


def cell_text(cell: Cell) -> str:
    """The cell as a person would write it: whole numbers without a point, dates as ISO 8601; of a picture its size."""
    if type(cell) is str:
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bytes):
        return _picture_text(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return float_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes" if not cell.second and not cell.microsecond else "seconds")
    if isinstance(cell, time):
        return cell.isoformat("minutes" if not cell.second and not cell.microsecond else "seconds")
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(cell)


def _picture_text(image: bytes) -> str:
    kind = "PNG, " if image.startswith(b"\x89PNG") else "JPEG, " if image.startswith(b"\xff\xd8") else ""
    return f"{kind}{max(len(image) // 1024, 1)} KB"


def float_text(value: float) -> str:
    """A float in as few digits as tell it from its neighbours, without exponent where no digit is lost by it."""
    if abs(value) >= WHOLE_LIMIT or math.isnan(value):
        return repr(value)
    if value.is_integer():
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in the cell."""
    return cell is None or (type(cell) is str and (not cell or cell.isspace()))
