"""Contacts to export in tests: single ones, and any that a database could hold."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from ulkacrm_desktop.core.contact_document import (
    ContactDocument,
    ContactKind,
    EmailEntry,
    MessengerEntry,
    PhoneEntry,
    PropertyDefinition,
    PropertyType,
    PropertyValue,
)
from ulkacrm_desktop.services.cells import number_text
from ulkacrm_desktop.services.exports.contacts import write_contacts
from ulkacrm_desktop.services.exports.report import ExportReport
from ulkacrm_desktop.services.queries.contact_batches import Entries, StoredValue

MOMENT = datetime(2024, 5, 1, 12, 34, 56, 789123, tzinfo=UTC)

PROPERTIES = (
    PropertyDefinition(1, "Remark", PropertyType.TEXT),
    PropertyDefinition(2, "Размер обуви", PropertyType.NUMBER),
    PropertyDefinition(3, "Since", PropertyType.DATE),
    PropertyDefinition(4, "Плательщик НДС", PropertyType.YES_NO),
    PropertyDefinition(5, "Colour", PropertyType.SELECT, ("red", "blue, light", '"odd"')),
    PropertyDefinition(6, "Interests", PropertyType.MULTI_SELECT, ("wine", "a, b", "c;d", 'say "hi"')),
    PropertyDefinition(7, "Shop page", PropertyType.URL),
    # Named as a field is: its column must not be taken for that field's.
    PropertyDefinition(8, "Region", PropertyType.TEXT),
    PropertyDefinition(9, "property:x", PropertyType.TEXT),
)


def contact(name: str = "Anna", **facts: Any) -> ContactDocument:
    """A contact with what is told, and nothing else."""
    return ContactDocument(**{"id": 1, "reference": "k3f9ab12-1", "name": name, "created_at": MOMENT,
                              "updated_at": MOMENT, **facts})  # fmt: skip


class Given:
    """Contacts to export that no database holds, whole and by columns, ``size`` at a time."""

    def __init__(self, documents: Iterable[ContactDocument], size: int) -> None:
        self._documents = documents
        self._size = size

    def __iter__(self) -> Iterator[ContactDocument]:
        return iter(self._documents)

    def batches(self) -> Iterator["GivenBatch"]:
        remaining = iter(self._documents)
        while some := list(islice(remaining, self._size)):
            yield GivenBatch(some)


def write_given(
    path: Path,
    kind: str,
    documents: Iterable[ContactDocument],
    fields: Sequence[str],
    properties: Sequence[PropertyDefinition],
    language: str,
    progress: Callable[[int], None] = lambda _rows: None,
    *,
    cut_long_texts: bool = True,
) -> ExportReport:
    """`write_contacts` of contacts that no database holds, which are read 500 at a time."""
    contacts = Given(documents, 500)
    return write_contacts(path, kind, contacts, fields, properties, language, progress, cut_long_texts=cut_long_texts)


class GivenBatch:
    """Some of them; each is known by its place."""

    def __init__(self, contacts: Sequence[ContactDocument]) -> None:
        self._contacts = contacts
        self.keys = range(len(contacts))
        self.tags = {key: contact.tags for key, contact in enumerate(contacts) if contact.tags}

    def __len__(self) -> int:
        return len(self._contacts)

    def column(self, attribute: str) -> list[Any]:
        return [getattr(contact, attribute) for contact in self._contacts]

    def entries(self, table: str) -> Entries:
        listed = [(key, entry) for key in self.keys for entry in getattr(self._contacts[key], f"{table}s")]
        value = {"email": "address", "phone": "number", "messenger": "login"}[table]
        return Entries(
            [key for key, _entry in listed],
            [getattr(entry, value) for _key, entry in listed],
            [entry.label for _key, entry in listed],
            [entry.is_primary for _key, entry in listed],
            range(len(listed)),
            [entry.kind for _key, entry in listed] if table == "messenger" else (),
        )

    @property
    def values(self) -> Mapping[int, Mapping[int, StoredValue]]:
        held: dict[int, dict[int, StoredValue]] = {}
        for key, contact in enumerate(self._contacts):
            for property_id, value in contact.properties.items():
                held.setdefault(property_id, {})[key] = _stored(value)
        return held


def _stored(value: PropertyValue) -> StoredValue:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float | Decimal):
        return number_text(value)
    return value.isoformat() if isinstance(value, date) else value


# What the product keeps of texts: no control characters, no white space around, line ends as \n.
_characters = st.characters(blacklist_categories=("Cs", "Cc"))
_line = st.one_of(
    st.text(_characters, max_size=12),
    st.sampled_from(["=1+1", "+7 916 123-45-67", "-5", "@sum", "'=x", "''=x", "ё, й; \"q\"", "_x0041_", "a&b<c>",
                     "sep=;", "😀", "0012", "1e5", "true", "x" * 300, "::: ", "a ::: b"]),
).map(str.strip)  # fmt: skip
_text = st.one_of(_line, st.lists(_line, max_size=3).map("\n".join)).map(str.strip)
_label = st.one_of(st.just(""), st.sampled_from(["work", "home", "mobile"]), _line)
_one = _line.filter(bool)
_login = st.one_of(st.sampled_from(["anna_p", "+79161234567", "https://t.me/anna", "a: b", "//x"]), _one)


def _with_primary(entries: list[Any], index: int) -> tuple[Any, ...]:
    kind = type(entries[0]) if entries else None
    return tuple(
        kind(**{**{slot: getattr(e, slot) for slot in kind.__slots__}, "is_primary": i == index % len(entries)})
        for i, e in enumerate(entries)
    )


def _entries(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.builds(_with_primary, st.lists(strategy, max_size=3), st.integers(0, 5))


_emails = st.builds(
    EmailEntry, st.sampled_from(["anna@example.com", "b.c+d@пример.рф", "o'neil@x.io", '"a;b"@x.io']), _label
)
_phones = st.builds(
    lambda number, label: PhoneEntry(number, "", label),
    st.sampled_from(["+7 (916) 123-45-67", "8 800 555 35 35", "+1;2", "112", "00 49 30 1"]),
    _label,
)
_messengers = st.builds(
    MessengerEntry, st.sampled_from(["telegram", "whatsapp", "vk", "свой мессенджер"]), _login, _label
)
_numbers = st.one_of(
    st.integers(-(10**18), 10**18),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12),
    st.sampled_from([Decimal("1E+3"), Decimal("0.1"), Decimal("-0.0000001"), 2.5, 1e21, 0, Decimal("1.10")]),
)
_moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - the zone follows
    lambda moment: moment.replace(tzinfo=UTC)
)
_properties = st.fixed_dictionaries(
    {},
    optional={
        1: _text.filter(bool),
        2: _numbers,
        3: st.dates(date(1000, 1, 1)),
        4: st.booleans(),
        5: st.sampled_from(PROPERTIES[4].options),
        6: st.lists(st.sampled_from(PROPERTIES[5].options), min_size=1, unique=True).map(tuple),
        7: st.sampled_from(["https://x.com/?a=1;b,c", "http://пример.рф/страница"]),
        8: _one,
        9: _one,
    },
)

documents = st.builds(
    ContactDocument,
    id=st.integers(1, 10**9),
    reference=st.integers(1, 10**9).map(lambda number: f"k3f9ab12-{number}"),
    name=_one,
    created_at=_moments,
    updated_at=_moments.map(lambda moment: moment.astimezone(timezone(timedelta(hours=3)))),
    kind=st.sampled_from(ContactKind),
    first_name=_line,
    last_name=_line,
    company=_line,
    website=_line,
    notes=_text,
    street=_text,
    city=_line,
    region=_line,
    postcode=_line,
    country=_line,
    source=st.sampled_from(["manual", "import", "api"]),
    source_detail=_line,
    responsible=st.one_of(st.none(), _one),
    class_name=_line,
    is_staff=st.booleans(),
    emails=_entries(_emails),
    phones=_entries(_phones),
    messengers=_entries(_messengers),
    tags=st.lists(_one, max_size=4, unique=True).map(tuple),
    properties=_properties,
)
