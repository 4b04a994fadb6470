"""The meaning of what is typed into the search box.

Every word of the query, in any order, starts a word of the contact. Digits that stand together are also tried
as one phone number, however it is written, from its start or by its last digits.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from ulkacrm_desktop.core.text.fold import REVERSED_MARK, search_words

WORD_LIMIT: Final = 200
"""Longer words of a query are cut here: what begins like them is found. PostgreSQL refuses words of 2 KB."""

TERM_LIMIT: Final = 40
"""How many words of a query are looked at; a whole letter pasted into the box is no question."""

LAST_DIGITS: Final = 4
"""The least number of last digits by which a phone is found."""

_TRUNK_IN_BRACKETS = re.compile(r"(?<=[0-9])\s*\(0\)")
"""The 0 of ``+44 (0)20 …``, which is dialled inside the country only and is no part of the whole number."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a contact must have: all ``words`` begin words of it, or one of its phones has ``digits``.

    ``digits`` is empty for a word; for digits it is all of them in one, while ``words`` are the groups in
    which they were typed. ``alternatives`` say the same of the indexed words: all beginnings of one of these
    tuples are there.
    """

    words: tuple[str, ...]
    digits: str = ""
    alternatives: tuple[tuple[str, ...], ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        found = [self.words]
        if self.digits:
            found.append((self.digits,))
            if self.digits.startswith("00"):
                # 00 is the plus of a telephone's keys; the index has the number without it.
                found.append((self.digits.lstrip("0"),))
            if len(self.digits) >= LAST_DIGITS:
                found.append((REVERSED_MARK + self.digits[::-1],))
        object.__setattr__(
            self, "alternatives", tuple(dict.fromkeys(beginnings for beginnings in found if all(beginnings)))
        )

    def is_met_by(self, words: Collection[str]) -> bool:
        """Whether a contact with these indexed words has what the term asks for."""
        return any(
            all(any(word.startswith(beginning) for word in words) for beginning in beginnings)
            for beginnings in self.alternatives
        )

    def is_touched_by(self, words: Collection[str]) -> bool:
        """Whether these words, of a part of a contact, have at least something of what the term asks for."""
        return any(word.startswith(beginnings) for beginnings in self.alternatives for word in words)


@lru_cache(maxsize=64)
def search_terms(query: str) -> tuple[Term, ...]:
    """The terms of a query; all must be met.

    Empty for a query without a letter or a digit: one of blanks asks for everything, one of punctuation finds
    nothing (see `finds_nothing`).
    """
    terms: list[Term] = []
    run: list[str] = []
    for word in search_words(_TRUNK_IN_BRACKETS.sub(" ", query))[:TERM_LIMIT]:
        if word.isascii() and word.isdigit():
            run.append(word[:WORD_LIMIT])
            continue
        _close(run, terms)
        terms.append(Term((word[:WORD_LIMIT],)))
    _close(run, terms)
    return tuple(dict.fromkeys(terms))


def finds_nothing(query: str) -> bool:
    """Whether a query is only punctuation, which no contact can have."""
    return not search_terms(query) and bool(query.strip())


def _close(run: list[str], terms: list[Term]) -> None:
    if run:
        terms.append(Term(tuple(dict.fromkeys(run)), "".join(run)[:WORD_LIMIT]))
        run.clear()
