"""What people type into the search: parts of contacts that are there, letter by letter."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.generate_contacts import HEADINGS, Row, contacts

_AT: Final = {heading: place for place, heading in enumerate(HEADINGS)}
_KINDS: Final = ("Latin", "Cyrillic", "phone digits", "words in any order")
_DRAWN_FROM: Final = 20_000


@dataclass(frozen=True, slots=True)
class TypedQuery:
    """A text that is typed letter by letter, and what kind of text it is."""

    kind: str
    text: str

    def keystrokes(self) -> Iterator[str]:
        """The search box after each letter; after a space nothing new is asked."""
        for end in range(1, len(self.text) + 1):
            if not self.text[end - 1].isspace():
                yield self.text[:end]


def typed_queries(rows: int, seed: int, each: int = 30) -> list[TypedQuery]:
    """The queries for a file of `generate_contacts` with this seed: ``each`` of a kind, the same every time."""
    chance = random.Random(seed)
    known = list(contacts(min(rows, _DRAWN_FROM), seed))
    makers: dict[str, Callable[[random.Random, Row], str]] = {
        "Latin": _one_text,
        "Cyrillic": _one_text,
        "phone digits": _digits,
        "words in any order": _any_order,
    }
    found: list[TypedQuery] = []
    for kind in _KINDS:
        fitting = [row for row in known if _fits(kind, row)]
        found += [TypedQuery(kind, makers[kind](chance, chance.choice(fitting))) for _ in range(each)]
    return found


def _fits(kind: str, row: Row) -> bool:
    latin = row[_AT["Name"]].isascii()
    if kind == "Latin":
        return latin
    if kind == "Cyrillic":
        return "а" <= row[_AT["Name"]][-1] <= "я"
    return bool(row[_AT["Phone"]]) if kind == "phone digits" else True


def _one_text(chance: random.Random, row: Row) -> str:
    name = row[_AT["Name"]].split()
    return chance.choice(
        (
            name[0],
            name[-1],
            " ".join(name),
            " ".join(reversed(name)),
            row[_AT["City"]],
            row[_AT["Company"]] or name[-1],
            row[_AT["Email"]] if name[0].isascii() else name[0],
        )
    ).lower()


def _digits(chance: random.Random, row: Row) -> str:
    phone = row[_AT["Phone"]]
    digits = "".join(letter for letter in phone if letter.isdigit())
    own = digits[1:] if digits.startswith(("7", "1")) else digits[2:]
    return chance.choice((phone, digits, own, digits[-7:], digits[-4:]))


def _any_order(chance: random.Random, row: Row) -> str:
    words: Sequence[str] = [
        word
        for heading in ("Name", "Company", "City", "Tags", "Notes")
        for word in row[_AT[heading]].replace(",", " ").split()
        if word[0].isalpha()
    ]
    some = chance.sample(words, min(len(words), chance.choice((2, 2, 3))))
    return " ".join(word[: chance.choice((2, 3, 4, len(word)))] for word in some).lower()
