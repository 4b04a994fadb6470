"""How a table in plain text is written, and what of its text asks for a closer look than its parser takes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from ulkacrm_desktop.services.imports.readers.encodings import LEGACY_ENCODINGS

REPLACEMENT: Final = "\ufffd"
PARSER_LIMIT: Final = 16_000_000
"""Characters of a cell at which the parser gives up."""

_SWALLOWED: Final = 8  # delimiters in lines of a cell that make exactly a row's number, before it is suspected


@dataclass(frozen=True, slots=True)
class TextFormat:
    """What is known of a table before its rows are read.

    ``end``: what ends its lines. ``check_bytes``: whether rows with bytes that the encoding cannot explain are
    rejected.
    """

    delimiter: str
    encoding: str
    end: str
    check_bytes: bool

    def is_undecodable(self, text: str) -> bool:
        """Whether a text has bytes that the encoding cannot explain."""
        if not self.check_bytes or text.isascii():
            return False
        if self.is_wide:
            return REPLACEMENT in text
        try:
            text.encode()
        except UnicodeEncodeError:
            return True
        return self.encoding in LEGACY_ENCODINGS and _utf8_read_as(self.encoding).search(text) is not None

    @property
    def is_wide(self) -> bool:
        """Whether a character takes two bytes or four, and undecodable ones are known by U+FFFD."""
        return self.encoding.startswith(("utf-16", "utf-32"))

    def has_swallowed(self, lines: Sequence[str], row: Sequence[str], delimiters: int) -> bool:
        """Whether a row of several lines is rather several rows between two quotes that each stand alone.

        All lines, the first and the last too, then have as many delimiters as a row of its own (``delimiters``):
        in a text with line breaks that is all but impossible once they are many.
        """
        if delimiters < 1 or delimiters * len(lines) < _SWALLOWED:
            return False
        if any(line.count(self.delimiter) != delimiters for line in lines):
            return False
        return sum(self.end in cell for cell in row) == 1


@cache
def _utf8_read_as(encoding: str) -> re.Pattern[str]:
    """What three and more Cyrillic letters of UTF-8 look like in a one-byte encoding: no text of its own does."""
    leads = bytes((0xD0, 0xD1)).decode(encoding, "replace")
    trails = "".join(
        letter for byte in range(0x80, 0xC0) if (letter := bytes((byte,)).decode(encoding, "replace")) != REPLACEMENT
    )
    return re.compile(f"(?:[{re.escape(leads)}][{re.escape(trails)}]){{3,}}")
