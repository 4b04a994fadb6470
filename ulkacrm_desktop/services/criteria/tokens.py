"""The words, numbers, quoted texts and signs of the text form of criteria, each with its place."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NoReturn

from ulkacrm_desktop.core.errors import ExpectedError

_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "«": "»"}
_SIGN: Final = re.compile(r"!=|<>|<=|>=|[=<>≠≤≥(),:#]")
_RUN: Final = re.compile(r"[^\s=<>!≠≤≥(),:#\"'“«]+")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SAME: Final = {"<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
_ESCAPE: Final = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|(.))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", "”": "”", "»": "»"}
_LAST_CHARACTER: Final = 0x10FFFF


class TokenKind(StrEnum):
    """What a piece of the text is."""

    WORD = "word"
    NUMBER = "number"
    DATE = "date"
    QUOTED = "quoted"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: ``written`` is how it stands there, ``text`` what it means: a sign in its one spelling,
    the inside of quotes."""

    kind: TokenKind
    text: str
    position: int
    written: str

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these words, in any case."""
        return self.kind is TokenKind.WORD and self.text.casefold() in words

    def is_sign(self, *signs: str) -> bool:
        """Whether it is one of these signs."""
        return self.kind is TokenKind.SIGN and self.text in signs


def tokens(text: str) -> list[Token]:
    """The pieces of a text and its end. Raises ExpectedError ``criteria_invalid``."""
    found: list[Token] = []
    place = 0
    while True:
        while place < len(text) and text[place].isspace():
            place += 1
        if place == len(text):
            found.append(Token(TokenKind.END, "", place, ""))
            return found
        token = _quoted(text, place) if text[place] in _QUOTES else _plain(text, place)
        found.append(token)
        place += len(token.written)


def quoted(text: str) -> str:
    """A text in quotes, as `tokens` reads it."""
    return '"' + "".join(map(_escaped, text)) + '"'


def refuse(
    text: str,
    token: Token,
    *expected: str,
    problem: str = "unexpected",
    suggestions: tuple[str, ...] = (),
) -> NoReturn:
    """Raise ``criteria_invalid`` about a piece of the text.

    ``problem``: ``unexpected``, ``unclosed_quote``, ``unknown_field``, ``field_to_come``, ``unknown_choice``,
    ``ambiguous_choice`` or ``too_deep``. ``expected``: what would do, signs and words as they stand, else the code of
    a kind of thing in angle brackets, such as ``<field>``.
    """
    raise ExpectedError(
        "criteria_invalid",
        text=text,
        position=token.position,
        length=len(token.written),
        found=token.written,
        problem=problem,
        expected=expected,
        suggestions=suggestions,
    )


def _plain(text: str, place: int) -> Token:
    if sign := _SIGN.match(text, place):
        return Token(TokenKind.SIGN, _SAME.get(sign[0], sign[0]), place, sign[0])
    run = _RUN.match(text, place)
    if run is None:
        refuse(text, Token(TokenKind.SIGN, text[place], place, text[place]), "!=")
    kind = TokenKind.WORD
    if _DATE.fullmatch(run[0]):
        kind = TokenKind.DATE
    elif _NUMBER.fullmatch(run[0]):
        kind = TokenKind.NUMBER
    return Token(kind, run[0], place, run[0])


def _quoted(text: str, start: int) -> Token:
    closing = _QUOTES[text[start]]
    place = start + 1
    while place < len(text) and text[place] != closing:
        place += 2 if text[place] == "\\" else 1
    if place >= len(text):
        refuse(text, Token(TokenKind.QUOTED, "", start, text[start:]), closing, problem="unclosed_quote")
    return Token(TokenKind.QUOTED, _ESCAPE.sub(_meant, text[start + 1 : place]), start, text[start : place + 1])


def _meant(escape: re.Match[str]) -> str:
    if escape[1]:
        code = int(escape[1], 16)
        return chr(code) if code <= _LAST_CHARACTER else escape[0]
    # Before any other character a backslash stands for itself: LIKE has its own use for it.
    return _ESCAPED.get(escape[2], escape[0])


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character) or f"\\u{{{ord(character):x}}}"
