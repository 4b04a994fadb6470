"""The delimiter of a table in plain text: a ``sep=`` line, else the one that gives rows of the same length."""

import csv
import re
from collections import Counter
from typing import Final

DELIMITERS: Final = (";", "\t", "|", ",")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n?|\n|\Z)', re.IGNORECASE)
_ROWS_LOOKED_AT: Final = 200
_CONSISTENT: Final = 0.9


def separator_line(text: str) -> re.Match[str] | None:
    """The first line of a file if it is Excel's ``sep=;``, group 1 being the delimiter."""
    return _SEPARATOR_LINE.match(text)


def find_delimiter(text: str) -> str:
    """The delimiter of a table that begins with ``text``; a comma for a single column.

    ``csv.Sniffer`` takes the decimal commas of a Russian file for delimiters and fails on a single column.
    """
    best, best_rank = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        share, columns = _consistency(text, delimiter)
        if columns < 2:
            continue
        # Rows of one length count first; among delimiters that give them, the one with more columns.
        rank = (1.0 if share >= _CONSISTENT else share, columns)
        if rank > best_rank:
            best, best_rank = delimiter, rank
    return best


def _consistency(text: str, delimiter: str) -> tuple[float, int]:
    """The share of rows that have the most usual number of columns, and that number."""
    lengths = []
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            if row:
                lengths.append(len(row))
            if len(lengths) >= _ROWS_LOOKED_AT:
                break
    except csv.Error:
        pass  # what was read until then tells enough
    if not lengths:
        return 0.0, 0
    columns, count = Counter(lengths).most_common(1)[0]
    if lengths[0] == 1 and columns == 2:
        # One heading over rows such as "Moscow, Russia": a single column of texts with commas.
        return 0.0, 0
    return count / len(lengths), columns
