"""New contacts as rows ready to be inserted, in plain values that `marshal` takes: made while the file is read."""

from collections.abc import Sequence
from typing import Any

from ulkacrm_desktop.core.contact_document import ContactKind, PropertyType
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.db.search_index import words_of
from ulkacrm_desktop.services.imports.row_cleaner import CleanedRow, RowCleaner

SECTIONS = ("contact", "email", "phone", "messenger", "tag", "words")
"""The lists of rows of a prepared chunk, each row beginning with its place; ``property`` is a dict of lists."""

_BEFORE_COMPANY = ("first_name", "last_name")
_AFTER_COMPANY = ("website", "notes", "street", "city", "region", "postcode", "country")


def prepare(rows: Sequence[tuple[int, CleanedRow]], cleaner: RowCleaner, source_detail: str) -> dict[str, Any]:
    """The sections of some (place, row): the columns of `db.bulk_load`, without the moment of the import.

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
    words: list[tuple[Any, ...]] = []
    properties: dict[int, list[tuple[Any, ...]]] = {}
    for place, row in rows:
        values = row.values
        get = values.get
        name = values["name"]
        company = get("company")
        texts: list[str | None] = [value for key, value in values.items() if key in _SEARCHED]
        for position, (address, key, label) in enumerate(row.emails):
            emails.append((place, address, key, label or None, position, not position))
            texts.append(address)
        for position, (number, key, label) in enumerate(row.phones):
            phones.append((place, number, key, label or None, position, not position))
        for position, (kind, login, label) in enumerate(row.messengers):
            messengers.append((place, kind, login, fold(login.lstrip("@")), label or None, position, not position))
            texts.append(login)
        for tag in row.tags:
            tags.append((place, fold(tag)))
            texts.append(tag)
        for index, stored in row.properties.items():
            held = properties.setdefault(index, [])
            for position, value in enumerate(stored):
                held.append((place, position, *value))
                if index in searched_properties:
                    texts.append(value[0])
        contacts.append(
            (
                place,
                name,
                fold(name),
                get("kind", ContactKind.PERSON.value),
                get("is_staff", False),
                *(get(key) for key in _BEFORE_COMPANY),
                company,
                fold(company) if company else None,
                *(get(key) for key in _AFTER_COMPANY),
                get("source", "import"),
                get("source_detail", source_detail),
                row.emails[0][1] if row.emails else None,
                row.phones[0][1] if row.phones else None,
                row.created_at,
            )
        )
        words.append((place, words_of(texts, [key for _number, key, _label in row.phones])))
    return {
        "contact": contacts,
        "email": emails,
        "phone": phones,
        "messenger": messengers,
        "tag": tags,
        "words": words,
        "property": properties,
    }


_SEARCHED = frozenset(("name", "company", *_BEFORE_COMPANY, *_AFTER_COMPANY))
