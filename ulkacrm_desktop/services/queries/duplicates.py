"""Contacts that may be the one being typed into the form, and pairs that were put off for later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from sqlalchemy import Connection, Select, select, text

from ulkacrm_desktop.core.text.emails import parse_email
from ulkacrm_desktop.core.text.fold import fold, folded_words
from ulkacrm_desktop.core.text.nicknames import forms_of
from ulkacrm_desktop.core.text.phones import parse_phone
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.core.text.transliteration import cyrillic, latin
from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.models import Contact, DuplicateVerdict, Email, Phone
from ulkacrm_desktop.services.queries.contacts import ContactRow, rows
from ulkacrm_desktop.services.queries.search import FOUND_LOCAL, FOUND_ON_SERVER, listed_ids

FEW: Final = 5

_BEGINNING: Final = 4
_BEGINNING_OF_GIVEN: Final = 3
_LOOKED_AT: Final = 300
"""So many contacts with such a family name are compared: it must not be felt while typing."""


class Evidence(StrEnum):
    """Why two contacts may be one, the strongest first."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    SIMILAR_NAME = "similar_name"


@dataclass(frozen=True, slots=True)
class LikelyDuplicate:
    """A contact that may be the same, and what it has in common, the strongest first."""

    contact: ContactRow
    evidence: tuple[Evidence, ...]

    @property
    def id(self) -> int:
        """The contact's id."""
        return self.contact.id


def likely_duplicates(
    connection: Connection,
    name: str = "",
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
    *,
    exclude_id: int | None = None,
    region: str = "",
    limit: int = FEW,
) -> tuple[LikelyDuplicate, ...]:
    """Contacts with the same email, phone or name or nearly that name, those with the strongest evidence first.

    Texts are as typed; what is no whole email or phone yet is left aside. ``region`` is the country of phones
    without a country code.
    """
    evidence: dict[int, list[Evidence]] = {}
    email_keys = [key for text in emails if (key := _email_key(text))]
    phone_keys = [key for text in phones if (key := _phone_key(text, region))]
    present = select(Contact.id).where(Contact.removed_in.is_(None))
    asked: list[tuple[Evidence, Select[int]]] = []
    if email_keys:
        of_contact = present.join(Email, Email.contact_id == Contact.id)
        asked.append((Evidence.EMAIL, of_contact.where(Email.match_key.in_(email_keys))))
    if phone_keys:
        of_contact = present.join(Phone, Phone.contact_id == Contact.id)
        asked.append((Evidence.PHONE, of_contact.where(Phone.match_key.in_(phone_keys))))
    if key := fold(name):
        asked.append((Evidence.NAME, present.where(Contact.name_key == key)))
    for kind, found in asked:
        # One more, since the contact itself may be among them.
        for contact_id in connection.scalars(found.distinct().order_by(Contact.id).limit(limit + 1)):
            if contact_id != exclude_id:
                evidence.setdefault(contact_id, []).append(kind)
    if len(evidence) < limit:
        for contact_id in _named_alike(connection, name):
            if contact_id != exclude_id and Evidence.NAME not in evidence.setdefault(contact_id, []):
                evidence[contact_id].append(Evidence.SIMILAR_NAME)
    order = list(Evidence)
    strongest = sorted(evidence, key=lambda found: (-len(evidence[found]), order.index(evidence[found][0]), found))
    return tuple(LikelyDuplicate(row, tuple(evidence[row.id])) for row in rows(connection, strongest[:limit]))


def _named_alike(connection: Connection, name: str) -> list[int]:
    """Contacts whose first and last name are nearly the same: with a slip of the pen, in Latin letters, a pet name."""
    from ulkacrm_desktop.services.duplicates.comparison import Level, named
    from ulkacrm_desktop.services.duplicates.records import name_parts

    family, given, _middle, title = name_parts(name, "", "")
    if title or not family or not given:
        return []
    # The beginnings of the names, as typed and in both alphabets; of the given name those of its other forms too.
    words = folded_words(fold(name))
    last = family.rpartition(" ")[2]
    families = _beginnings({last, *(word for word in words if latin(word) == last)}, _BEGINNING)
    givens = _beginnings(forms_of(given) | {word for word in words if latin(word) == given}, _BEGINNING_OF_GIVEN)
    if not families or not givens:
        return []
    local = is_local(connection)
    found = FOUND_LOCAL if local else FOUND_ON_SERVER
    both = f"{_any_of(families, local=local)} {'AND' if local else '&'} {_any_of(givens, local=local)}"
    # Of a common family name those who have the given name come first; then anybody, as far as there is time.
    rows_found: dict[int, Sequence[str]] = {}
    for match in (both, _any_of(families, local=local)):
        if len(rows_found) < _LOOKED_AT:
            rows = connection.execute(
                text(
                    "SELECT id, name, coalesce(first_name, ''), coalesce(last_name, '') FROM contact "
                    f"WHERE removed_in IS NULL AND id IN (SELECT * FROM ({found} LIMIT :most) f) ORDER BY id"
                ),
                {"match": match, "most": _LOOKED_AT - len(rows_found)},
            )
            rows_found |= {row[0]: row[1:] for row in rows}
    alike = (Level.EXACT, Level.ALIAS, Level.NEAR)
    return [
        contact_id
        for contact_id, (whole, first_name, last_name) in rows_found.items()
        if all(level in alike for level in named((family, given), name_parts(whole, first_name, last_name)[:2]))
    ]


def _beginnings(words: Iterable[str], length: int) -> list[str]:
    return sorted({form[:length] for word in words for form in (word, cyrillic(word)) if form.isalnum()})


def _any_of(beginnings: Iterable[str], *, local: bool) -> str:
    """A match for words that begin with one of these."""
    told = [f'"{word}" *' if local else f"'{word}':*" for word in beginnings]
    return f"({(' OR ' if local else ' | ').join(told)})"


def _email_key(text: str) -> str:
    try:
        return parse_email(text).match_key
    except TextProblem:
        return ""


def _phone_key(text: str, region: str) -> str:
    try:
        return parse_phone(text, region or None).match_key
    except TextProblem:
        return ""


def postponed_pairs(connection: Connection) -> tuple[tuple[int, int], ...]:
    """The pairs of present contacts that somebody wants to look at later, those put off first coming first."""
    rows = connection.execute(
        text(
            "SELECT v.contact_id, v.other_id FROM duplicate_verdict v JOIN contact c ON c.id = v.contact_id "
            "JOIN contact o ON o.id = v.other_id WHERE v.verdict = 'later' AND c.removed_in IS NULL "
            "AND o.removed_in IS NULL ORDER BY v.id"
        )
    )
    return tuple((row[0], row[1]) for row in rows)


def open_groups(connection: Connection, groups: Sequence[Sequence[int]]) -> tuple[bool, ...]:
    """Of each group of contacts, whether there is still something to decide.

    That is so while two of them are present on which nobody has decided.
    """
    present = set(
        connection.scalars(
            select(Contact.id).where(
                Contact.id.in_(listed_ids({contact_id for group in groups for contact_id in group})),
                Contact.removed_in.is_(None),
            )
        )
    )
    verdicts = select(DuplicateVerdict.contact_id, DuplicateVerdict.other_id).where(
        DuplicateVerdict.contact_id.in_(listed_ids(present))
    )
    decided = {(row.contact_id, row.other_id) for row in connection.execute(verdicts)}
    return tuple(
        any(pair not in decided for pair in combinations(sorted(present.intersection(group)), 2)) for group in groups
    )
