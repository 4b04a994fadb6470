"""From the cells of a row to the values of a contact, by the mapping of the file's columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from ulkacrm_desktop.core.clock import to_microseconds
from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType, PropertyValue
from ulkacrm_desktop.core.contact_input import NAME_LIMIT
from ulkacrm_desktop.core.text.emails import parse_emails
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.names import join_name
from ulkacrm_desktop.core.text.phones import parse_phones
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.services.cells import (
    kind_of,
    split_google_groups,
    split_google_label,
    split_messenger,
    split_values,
)
from ulkacrm_desktop.services.imports.cleaning import (
    Cell,
    DateOrder,
    DecimalMark,
    cell_text,
    clean_text,
    is_blank,
    parse_date,
    parse_moment,
    parse_number,
    parse_option,
    parse_url,
    parse_yes_no,
    split_options,
    split_tags,
)
from ulkacrm_desktop.services.imports.headings import standard_label
from ulkacrm_desktop.services.imports.mapping import (
    ColumnMapping,
    FieldTarget,
    NewProperty,
    PropertyTarget,
    part_columns,
)
from ulkacrm_desktop.services.operations.contact_record import KEY_LENGTH

SOURCES: Final = frozenset(
    ("manual", "import", "api", "form", "landing_page", "chat", "email", "payment", "course", "integration")
)
"""The codes of where a contact can come from."""

_TEXTS: Final = frozenset(
    ("name", "company", "website", "notes", "street", "city", "region", "postcode", "country", "source_detail",
     "first_name", "middle_name", "last_name")
)  # fmt: skip

_REMEMBERED: Final = 20_000
_REMEMBERED_LENGTH: Final = 60

StoredValue = tuple[str, str | None, float | None]
"""A property's value as its row keeps it: ``value``, ``value_key`` and ``number``."""


class Fault(NamedTuple):
    """What is wrong with a cell, or with the row where ``column`` is None; a warning unless ``is_error``."""

    field: str
    column: int | None
    code: str
    value: str
    is_error: bool = True


@dataclass(slots=True)
class CleanedRow:
    """The values of one row. ``properties`` are by the index of `RowCleaner.properties`, in stored form."""

    values: dict[str, Any] = field(default_factory=dict)
    emails: list[tuple[str, str, str]] = field(default_factory=list)  # address, match key, label
    phones: list[tuple[str, str, str]] = field(default_factory=list)  # number, match key, label
    messengers: list[tuple[str, str, str]] = field(default_factory=list)  # kind, login, label
    tags: list[str] = field(default_factory=list)
    properties: dict[int, tuple[StoredValue, ...]] = field(default_factory=dict)
    reference: str = ""
    created_at: int | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_faulty(self) -> bool:
        """Whether the row is rejected."""
        return any(fault.is_error for fault in self.faults)

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in any mapped column."""
        return not (self.values or self.emails or self.phones or self.messengers or self.tags or self.properties)


@dataclass(frozen=True, slots=True)
class MappedProperty:
    """A property that a column of the file goes to; it may not exist yet."""

    column: int
    target: PropertyTarget | NewProperty
    type: PropertyType


class RowCleaner:
    """Cleans rows by one mapping; it can be sent to another process.

    ``orders`` and ``marks`` tell by column index how dates and numbers are read (dd.mm, 1,234).
    """

    def __init__(
        self,
        mapping: Sequence[ColumnMapping],
        definitions: Sequence[PropertyDefinition],
        *,
        region: str = "",
        orders: dict[int, DateOrder] | None = None,
        marks: dict[int, DecimalMark] | None = None,
    ) -> None:
        self._region = region or None
        self._orders = orders or {}
        self._marks = marks or {}
        types = {definition.id: definition.type for definition in definitions}
        self.properties: list[MappedProperty] = []
        self._texts: list[tuple[int, str]] = []
        self._emails: list[tuple[int, FieldTarget, int | None]] = []
        self._phones: list[tuple[int, FieldTarget, int | None]] = []
        self._messengers: list[tuple[int, FieldTarget, int | None, int | None]] = []
        self._tags: list[tuple[int, bool]] = []
        self._others: list[tuple[int, str]] = []
        labels = {part: part_columns(mapping, part) for part in ("email_label", "phone_label")}
        labels |= {part: part_columns(mapping, part) for part in ("messenger_label", "messenger_kind")}
        for column in mapping:
            target, index = column.target, column.index
            if isinstance(target, PropertyTarget):
                self.properties.append(MappedProperty(index, target, types[target.id]))
            elif isinstance(target, NewProperty):
                self.properties.append(MappedProperty(index, target, target.type))
            elif target is None:
                continue
            elif target.key == "email":
                self._emails.append((index, target, labels["email_label"].get(index)))
            elif target.key == "phone":
                self._phones.append((index, target, labels["phone_label"].get(index)))
            elif target.key == "messenger":
                self._messengers.append(
                    (index, target, labels["messenger_label"].get(index), labels["messenger_kind"].get(index))
                )
            elif target.key == "tags":
                self._tags.append((index, target.google))
            elif target.key in _TEXTS:
                self._texts.append((index, target.key))
            elif target.key in ("id", "kind", "is_staff", "source", "created_at"):
                self._others.append((index, target.key))
        self._known_values: list[dict[str, tuple[StoredValue, ...]]] = [{} for _ in self.properties]
        self._known_tags: dict[str, list[str]] = {}
        self.names_contacts = any(key in ("name", "first_name", "last_name") for _index, key in self._texts)

    def date_columns(self) -> list[int]:
        """The columns whose order of day and month matters."""
        dated = [entry.column for entry in self.properties if entry.type is PropertyType.DATE]
        return dated + [index for index, key in self._others if key == "created_at"]

    def number_columns(self) -> list[int]:
        """The columns whose decimal mark matters."""
        return [entry.column for entry in self.properties if entry.type is PropertyType.NUMBER]

    def clean(self, cells: Sequence[Cell]) -> CleanedRow:
        """The values of a row; a cell that cannot be read becomes a fault of the row."""
        row = CleanedRow()
        count = len(cells)
        for index, key in self._texts:
            if index < count and (cell := cells[index]):
                try:
                    text = clean_text(cell)
                except TextProblem as problem:
                    row.faults.append(Fault(key, index, problem.code, problem.value))
                    continue
                if text:
                    row.values[key] = text
        for index, target, label_index in self._emails:
            if index < count and (cell := cells[index]):
                self._email(row, index, target, cell, cells[label_index] if label_index is not None else None)
        for index, target, label_index in self._phones:
            if index < count and (cell := cells[index]):
                self._phone(row, index, target, cell, cells[label_index] if label_index is not None else None)
        for index, google in self._tags:
            if index < count and (cell := cells[index]):
                tags = self._known_tags.get(cell) if type(cell) is str else None
                if tags is None:
                    try:
                        tags = split_google_groups(clean_text(cell)) if google else split_tags(cell)
                    except TextProblem as problem:
                        row.faults.append(Fault("tags", index, problem.code, problem.value))
                        continue
                    if type(cell) is str and len(self._known_tags) < _REMEMBERED:
                        self._known_tags[cell] = tags
                row.tags += _further(row.tags, tags) if row.tags else tags
        for place, entry in enumerate(self.properties):
            index = entry.column
            if index < count and (cell := cells[index]) is not None and cell != "":
                # Choices, dates and answers come again and again.
                memory = self._known_values[place]
                stored = memory.get(cell) if type(cell) is str else None
                if stored is None:
                    try:
                        stored = self._property(entry, cell)
                    except TextProblem as problem:
                        name = f"property:{entry.target.name}"
                        row.faults.append(Fault(name, index, problem.code, problem.value))
                        continue
                    if type(cell) is str and len(memory) < _REMEMBERED and len(cell) < _REMEMBERED_LENGTH:
                        memory[cell] = stored
                if stored:
                    row.properties[place] = stored
        if self._messengers:
            self._clean_messengers(row, cells)
        for index, key in self._others:
            if index < count and not is_blank(cells[index]):
                try:
                    self._other(row, key, index, cells[index])
                except TextProblem as problem:
                    row.faults.append(Fault(key, index, problem.code, problem.value))
        self._name(row)
        return row

    def _email(self, row: CleanedRow, index: int, target: FieldTarget, cell: Cell, label_cell: Cell) -> None:
        try:
            text = clean_text(cell)
            if not text:
                return
            found = parse_emails(text)
        except TextProblem as problem:
            row.faults.append(Fault("email", index, problem.code, cell_text(cell).strip()))
            return
        labels = _labels(label_cell, target, len(found))
        known = {key for _address, key, _label in row.emails}
        for email, (label, starred) in zip(found, labels, strict=True):
            if email.notice:
                row.faults.append(Fault("email", index, email.notice, email.address, is_error=False))
            if email.match_key not in known:
                known.add(email.match_key)
                row.emails.insert(0 if starred else len(row.emails), (email.address, email.match_key, label))

    def _phone(self, row: CleanedRow, index: int, target: FieldTarget, cell: Cell, label_cell: Cell) -> None:
        try:
            text = clean_text(cell)
            if not text:
                return
            found = parse_phones(text, self._region)
        except TextProblem as problem:
            row.faults.append(Fault("phone", index, problem.code, cell_text(cell).strip()))
            return
        labels = _labels(label_cell, target, len(found))
        known = {key for _number, key, _label in row.phones}
        for phone, (label, starred) in zip(found, labels, strict=True):
            if phone.notice and phone.notice != "phone_country_guessed":
                row.faults.append(Fault("phone", index, phone.notice, phone.number, is_error=False))
            if phone.match_key not in known:
                known.add(phone.match_key)
                row.phones.insert(0 if starred else len(row.phones), (phone.number, phone.match_key, label))

    def _clean_messengers(self, row: CleanedRow, cells: Sequence[Cell]) -> None:
        for index, target, label_index, kind_index in self._messengers:
            if index >= len(cells) or is_blank(cells[index]):
                continue
            try:
                values = split_values(clean_text(cells[index]))
                kinds = split_values(clean_text(cells[kind_index])) if kind_index is not None else []
            except TextProblem as problem:
                row.faults.append(Fault("messenger", index, problem.code, problem.value))
                continue
            labels = _labels(cells[label_index] if label_index is not None else None, target, len(values))
            for place, (value, (label, _starred)) in enumerate(zip(values, labels, strict=True)):
                kind, login = split_messenger(value)
                kind = kind or target.kind or (kinds[min(place, len(kinds) - 1)].casefold() if kinds else "")
                entry = (kind or "other", fold(login.lstrip("@")))
                present = {(sort, fold(name.lstrip("@"))) for sort, name, _label in row.messengers}
                if login and entry not in present:
                    row.messengers.append((entry[0], login, label))

    def _property(self, entry: MappedProperty, cell: Cell) -> tuple[StoredValue, ...]:
        match entry.type:
            case PropertyType.NUMBER:
                number = parse_number(cell, self._marks.get(entry.column, DecimalMark.POINT))
                return () if number is None else ((number.text, None, number.key),)
            case PropertyType.DATE:
                day = parse_date(cell, self._orders.get(entry.column, DateOrder.DMY))
                return () if day is None else ((text := day.isoformat(), text, None),)
            case PropertyType.YES_NO:
                answer = parse_yes_no(cell)
                return () if answer is None else ((told := "1" if answer else "0", told, None),)
            case PropertyType.SELECT:
                return _stored(parse_option(cell))
            case PropertyType.MULTI_SELECT:
                return tuple(stored for option in split_options(cell) for stored in _stored(option))
            case PropertyType.URL:
                return _stored(parse_url(cell))
            case _:
                return _stored(clean_text(cell))

    def _other(self, row: CleanedRow, key: str, index: int, cell: Cell) -> None:
        if key == "id":
            row.reference = clean_text(cell)
        elif key == "is_staff":
            answer = parse_yes_no(cell)
            if answer is not None:
                row.values["is_staff"] = answer
        elif key == "created_at":
            moment = parse_moment(cell, self._orders.get(index, DateOrder.DMY))
            if moment is not None:
                row.created_at = to_microseconds(moment.astimezone(UTC))
        elif key == "kind":
            kind = kind_of(clean_text(cell))
            if kind is None:
                raise TextProblem("kind_unknown", clean_text(cell))
            row.values["kind"] = kind.value
        else:
            text = clean_text(cell)
            code = fold(text).replace(" ", "_")
            if code in SOURCES:
                row.values["source"] = code
            else:
                row.values.setdefault("source_detail", text)

    def _name(self, row: CleanedRow) -> None:
        """Give the row a display name: its own, or made of its parts, or of what else names it."""
        values = row.values
        middle = values.pop("middle_name", "")
        if "name" not in values:
            first = " ".join(filter(None, (values.get("first_name"), middle)))
            name = join_name(first, values.get("last_name", ""))
            if not name and not self.names_contacts:
                # The file has no column of names at all: a list of addresses, or of companies.
                name = values.get("company") or next((entry[0] for entry in (*row.emails, *row.phones)), "")
                if name == values.get("company"):
                    values.setdefault("kind", "organisation")
            if name:
                values["name"] = name
        if len(values.get("name", "")) > NAME_LIMIT:
            row.faults.append(Fault("name", None, "too_long", values["name"][:80]))


def _further(present: Sequence[str], tags: Sequence[str]) -> list[str]:
    """The tags that do not stand in another column too."""
    borne = set(map(fold, present))
    return [tag for tag in tags if fold(tag) not in borne]


def _stored(text: str) -> tuple[StoredValue, ...]:
    return ((text, fold(text)[:KEY_LENGTH], None),) if text else ()


def _labels(cell: Cell, target: FieldTarget, count: int) -> list[tuple[str, bool]]:
    """A label for each value of a cell, and whether it is marked as the primary one."""
    if is_blank(cell):
        return [(target.label, False)] * count
    labels = split_values(clean_text(cell), keep_empty=True)
    read: Callable[[str], tuple[str, bool]] = split_google_label if target.google else lambda text: (text, False)
    found = [(standard_label(label), starred) for label, starred in map(read, labels[:count])]
    if count > 1 and len(labels) == 1 and not target.google:
        found *= count
    return found + [(target.label, False)] * (count - len(found))


def typed_value(type_: PropertyType, stored: Sequence[StoredValue]) -> PropertyValue:
    """A stored value as documents have it."""
    text = stored[0][0]
    match type_:
        case PropertyType.NUMBER:
            return Decimal(text)
        case PropertyType.DATE:
            return date.fromisoformat(text)
        case PropertyType.YES_NO:
            return text == "1"
        case PropertyType.MULTI_SELECT:
            return tuple(value for value, _key, _number in stored)
        case _:
            return text
