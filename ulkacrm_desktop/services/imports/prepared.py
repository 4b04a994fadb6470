"""New contacts as rows ready to be inserted, in plain values that `marshal` takes: made while the file is read."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.db.search_index import words_of_folded
from ulkacrm_desktop.services.imports.row_cleaner import CleanedRow, RowCleaner
from ulkacrm_desktop.services.operations.contact_record import KEY_LENGTH

SECTIONS = ("contact", "email", "phone", "messenger", "tag")
"""The lists of rows of a prepared chunk, each row beginning with its place; ``property`` is a dict of lists."""

_SEARCHED_TEXTS = (
    "first_name", "last_name", "website", "notes", "street", "city", "region", "postcode", "country"
)  # fmt: skip

fold_often = lru_cache(maxsize=20_000)(fold)
"""`fold` for what stands in many rows: companies, tags."""


def prepare(
    rows: Sequence[tuple[int, CleanedRow]], cleaner: RowCleaner, source_detail: str
) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    """The sections of some (place, row): the columns of `db.bulk_load`, without the moment of the import; and
    their (place, words) for the search index.

    ``source_detail`` is the name of the file.
    """
    searched_properties = {
        index for index, entry in enumerate(cleaner.properties) if entry.type is not PropertyType.YES_NO
    }
    contacts: list[tuple[Any, ...]] = []
    emails: list[tuple[Any, ...]] = []
    phones: list[tuple[Any, ...]] = []
    messengers: list[tuple[Any, ...]] = []
    tags: list[tuple[Any, ...]] = []
    words: list[tuple[int, str]] = []
    properties: dict[int, list[tuple[Any, ...]]] = {index: [] for index in range(len(cleaner.properties))}
    for place, row in rows:
        values = row.values
        get = values.get
        name = values["name"]
        name_key = fold(name)
        company = get("company")
        company_key = fold_often(company) if company else None
        folded = [name_key]  # what the words are taken from
        unfolded = [values[key] for key in _SEARCHED_TEXTS if key in values]
        if company_key:
            folded.append(company_key)
        for position, (address, key, label) in enumerate(row.emails):
            emails.append((place, address, key, label or None, position, not position))
            if address.isascii():
                folded.append(key)
            else:
                unfolded.append(address)
        for position, (number, key, label) in enumerate(row.phones):
            phones.append((place, number, key, label or None, position, not position))
        if row.messengers:
            for position, (kind, login, label) in enumerate(row.messengers):
                match_key = fold(login.lstrip("@"))
                messengers.append((place, kind, login, match_key, label or None, position, not position))
                folded.append(match_key)
        for tag in row.tags:
            tag_key = fold_often(tag)
            tags.append((place, tag_key))
            folded.append(tag_key)
        for index, stored in row.properties.items():
            held = properties[index]
            for position, (value, value_key, amount) in enumerate(stored):
                held.append((place, position, value, value_key, amount))
                if index in searched_properties:
                    if value_key is None or len(value_key) >= KEY_LENGTH:
                        unfolded.append(value)
                    else:
                        folded.append(value_key)
        if unfolded:
            folded.append(fold("\n".join(unfolded)))
        contacts.append(
            (
                place,
                name,
                name_key,
                get("kind", "person"),
                get("is_staff", False),
                get("first_name"),
                get("last_name"),
                company,
                company_key,
                get("website"),
                get("notes"),
                get("street"),
                get("city"),
                get("region"),
                get("postcode"),
                get("country"),
                get("source", "import"),
                get("source_detail", source_detail),
                row.emails[0][1] if row.emails else None,
                row.phones[0][1] if row.phones else None,
                row.created_at,
            )
        )
        words.append((place, words_of_folded(folded, [key for _number, key, _label in row.phones])))
    return {
        "contact": contacts,
        "email": emails,
        "phone": phones,
        "messenger": messengers,
        "tag": tags,
        "property": properties,
    }, words
