"""New contacts as the columns of the rows to be inserted, in plain values.

They are made while the file is read. A section is a list of columns; a column is a list with a value for each row of
the section, or one value that stands in all of them. The first column are the places of the rows, counted from the
first row of the chunk.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from ulkacrm_desktop.core.contact_document import PropertyType
from ulkacrm_desktop.core.text.fold import KEY_LENGTH, fold, fold_all, folded_words
from ulkacrm_desktop.core.text.phones import phone_text
from ulkacrm_desktop.core.text.search_terms import WORD_LIMIT
from ulkacrm_desktop.services.imports.cleaned import CleanedChunk, Entry, StoredValue
from ulkacrm_desktop.services.imports.packed_columns import Columns
from ulkacrm_desktop.services.imports.row_cleaner import RowCleaner

_SEARCHED_TEXTS = (
    "first_name", "last_name", "website", "notes", "street", "city", "region", "postcode", "country"
)  # fmt: skip

_NOT_FOR_INDEX = re.compile("[^\x00-\x7f\u03b1-\u03c9\u0430-\u0481\u048a-\u052f]")
"""What may be no letter or digit, though the index takes all beyond ASCII for one."""

fold_often = lru_cache(maxsize=20_000)(fold)
"""`fold` for what stands in many rows."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a chunk of rows puts into the database.

    ``sections``: by name (contact, email, phone, messenger, tag, avatar) the columns of `db.bulk_load`, without the
    moment of the import. ``properties``: by index the columns of a property's values. ``words``: the places, and for
    each what the search index takes words from.
    """

    sections: dict[str, Columns]
    properties: dict[int, Columns]
    words: Columns


def prepare(chunk: CleanedChunk, places: list[int], cleaner: RowCleaner, source_detail: str) -> Prepared:
    """The rows for contacts that stand at ``places``; ``source_detail`` is the name of the file."""
    names = chunk.values["name"]
    name_keys = fold_all(names)
    companies = chunk.values.get("company")
    company_keys = None if companies is None else fold_all(companies)
    searched = [name_keys]
    if company_keys is not None:
        searched.append(company_keys)
    for key in _SEARCHED_TEXTS:
        if key in chunk.values:
            searched.append(fold_all([text or "" for text in chunk.values[key]]))
    email = _entries(places, chunk.emails)
    phone = _entries(places, chunk.phones)
    messenger, messenger_texts = _messengers(places, chunk.messengers)
    tag, tag_texts = _tags(places, chunk.tags)
    properties = {}
    for index, values in enumerate(chunk.properties):
        properties[index], texts = _property(places, values)
        if cleaner.properties[index].type is not PropertyType.YES_NO:
            searched.append(texts)
    searched += [_email_texts(chunk.emails), *messenger_texts, *tag_texts]
    contact = [
        places,
        names,
        name_keys,
        _filled(chunk, "kind", "person"),
        _filled(chunk, "is_staff", False),
        _filled(chunk, "first_name"),
        _filled(chunk, "last_name"),
        _filled(chunk, "company"),
        None if company_keys is None else [key or None for key in company_keys],
        _filled(chunk, "website"),
        _filled(chunk, "notes"),
        _filled(chunk, "street"),
        _filled(chunk, "city"),
        _filled(chunk, "region"),
        _filled(chunk, "postcode"),
        _filled(chunk, "country"),
        _filled(chunk, "source", "import"),
        _filled(chunk, "source_detail", source_detail),
        _uniform([entries[0][1] if entries else None for entries in chunk.emails]),
        _uniform([entries[0][1] if entries else None for entries in chunk.phones]),
        _uniform(chunk.created_at),
    ]
    pictured = [(place, image) for place, image in zip(places, chunk.avatars, strict=True) if image is not None]
    avatar = [[place for place, _image in pictured], [image for _place, image in pictured]]
    sections = {
        "contact": contact, "email": email, "phone": phone, "messenger": messenger, "tag": tag, "avatar": avatar
    }  # fmt: skip
    return Prepared(sections, properties, [places, _words(searched, chunk.phones)])


def _filled(chunk: CleanedChunk, key: str, default: Any = None) -> Any:
    column = chunk.values.get(key)
    if column is None:
        return default
    return _uniform([default if value is None or value == "" else value for value in column])


def _uniform(column: list[Any]) -> Any:
    """One None for a column of nothing else."""
    return None if column.count(None) == len(column) else column


def _several(rows: Sequence[Sequence[Any]]) -> bool:
    return max(map(len, rows), default=0) > 1


def _entries(places: Sequence[int], rows: Sequence[Sequence[Entry]]) -> Columns:
    """The section of emails or phones."""
    positions: Any = 0
    primary: Any = True
    if not _several(rows):
        its_places = [place for place, entries in zip(places, rows, strict=True) if entries]
        found = [entries[0] for entries in rows if entries]
    else:
        its_places = [place for place, entries in zip(places, rows, strict=True) for _ in entries]
        found = [entry for entries in rows for entry in entries]
        positions = [position for entries in rows for position in range(len(entries))]
        primary = [not position for position in positions]
    shown, keys, labels = map(list, zip(*found, strict=True)) if found else ([], [], [])
    return [its_places, shown, keys, _uniform([label or None for label in labels]), positions, primary]


def _email_texts(rows: Sequence[Sequence[Entry]]) -> list[str]:
    if _several(rows):
        return [" ".join(map(_email_text, entries)) for entries in rows]
    return [_email_text(entries[0]) if entries else "" for entries in rows]


def _email_text(entry: Entry) -> str:
    shown, key, _label = entry
    return key if shown.isascii() else fold(shown)


def _messengers(places: Sequence[int], rows: Sequence[Sequence[Entry]]) -> tuple[Columns, list[list[str]]]:
    """The section of messengers and what is searched of them."""
    columns: Columns = [[], [], [], [], [], [], []]
    if not any(rows):
        return columns, []
    texts = [""] * len(rows)
    for row, (place, entries) in enumerate(zip(places, rows, strict=True)):
        keys = [fold(login.lstrip("@")) for _kind, login, _label in entries]
        texts[row] = " ".join(keys)
        for position, ((kind, login, label), key) in enumerate(zip(entries, keys, strict=True)):
            values = (place, kind, login, key, label or None, position, not position)
            for column, value in zip(columns, values, strict=True):
                column.append(value)
    return columns, [texts]


def _tags(places: Sequence[int], rows: Sequence[tuple[str, ...]]) -> tuple[Columns, list[list[str]]]:
    """The section of tags, by key, and what is searched of them."""
    if not any(rows):
        return [[], []], []
    keys = list(map(_tag_keys, rows))
    its_places = [place for place, tags in zip(places, rows, strict=True) for _ in tags]
    return [its_places, list(chain.from_iterable(keys))], [list(map(" ".join, keys))]


@lru_cache(maxsize=20_000)
def _tag_keys(tags: tuple[str, ...]) -> list[str]:
    return list(map(fold_often, tags))


def _property(places: Sequence[int], rows: Sequence[tuple[StoredValue, ...]]) -> tuple[Columns, list[str]]:
    """The section of a property's values and what is searched of them."""
    if not _several(rows):
        its_places = [place for place, values in zip(places, rows, strict=True) if values]
        values, keys, numbers, searched = _value_columns([values[0] for values in rows if values])
        following = iter(searched)
        texts = [next(following) if values else "" for values in rows]
        return [its_places, 0, values, keys, numbers], texts
    its_places = [place for place, values in zip(places, rows, strict=True) for _ in values]
    values, keys, numbers, searched = _value_columns([value for values in rows for value in values])
    positions = [position for values in rows for position in range(len(values))]
    following = iter(searched)
    texts = [" ".join(islice(following, len(values))) for values in rows]
    return [its_places, positions, values, keys, numbers], texts


def _value_columns(stored: Sequence[StoredValue]) -> tuple[list[str], Any, Any, list[str]]:
    """Values, keys and numbers, and what is searched of each value."""
    values: list[str] = [value for value, _key, _number in stored]
    keys = [key for _value, key, _number in stored if key is not None]
    if not keys:
        return values, None, [number for _value, _key, number in stored], values  # digits, as they are searched
    searched = keys
    if max(map(len, keys)) >= KEY_LENGTH:
        searched = [key if len(key) < KEY_LENGTH else fold(value) for value, key in zip(values, keys, strict=True)]
    return values, keys, None, searched


def _words(searched: Sequence[Sequence[str]], phones: Sequence[Sequence[Entry]]) -> list[str]:
    """What the index takes the words of each row from: folded texts, in which it parts words at ASCII punctuation."""
    if not phones:
        return []
    texts = "\n".join(map(" ".join, zip(*searched, strict=True))).replace("«", " ").replace("»", " ").split("\n")
    for row, text in enumerate(texts):
        is_odd = not text.isascii() and _NOT_FOR_INDEX.search(text)
        if is_odd or (len(text) > WORD_LIMIT and max(map(len, text.split())) > WORD_LIMIT):
            texts[row] = " ".join([word[:WORD_LIMIT] for word in folded_words(text)])
    if _several(phones):
        told = [" ".join([phone_text(key) for _shown, key, _label in entries]) for entries in phones]
    else:
        told = [phone_text(entries[0][1]) if entries else "" for entries in phones]
    return [f"{text} {words}" if words else text for text, words in zip(texts, told, strict=True)]
