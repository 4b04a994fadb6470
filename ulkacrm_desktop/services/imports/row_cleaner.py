"""From the cells of rows to the values of contacts, by the mapping of the file's columns.

Rows are cleaned column by column, many at once; one row is a chunk of one.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC
from itertools import zip_longest
from typing import Any, Final

from ulkacrm_desktop.core.clock import to_microseconds
from ulkacrm_desktop.core.contact_document import PropertyDefinition, PropertyType
from ulkacrm_desktop.core.contact_input import NAME_LIMIT, picture_problem
from ulkacrm_desktop.core.text.emails import Email, ordinary_emails, parse_emails
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.core.text.names import join_name, last_first
from ulkacrm_desktop.core.text.phones import Phone, ordinary_phones, parse_phones
from ulkacrm_desktop.core.text.problem import TextProblem
from ulkacrm_desktop.services.cells import (
    kind_of,
    split_google_groups,
    split_google_label,
    split_messenger,
    split_values,
)
from ulkacrm_desktop.services.imports.cleaned import CleanedChunk, CleanedRow, Entry, Fault
from ulkacrm_desktop.services.imports.cleaning import (
    Cell,
    DateOrder,
    DecimalMark,
    NameOrder,
    cell_text,
    clean_text,
    is_blank,
    parse_moment,
    parse_yes_no,
    plain_texts,
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
from ulkacrm_desktop.services.imports.property_columns import MappedProperty, PropertyColumn

SOURCES: Final = frozenset(
    ("manual", "import", "api", "form", "landing_page", "chat", "email", "payment", "course", "integration")
)
"""The codes of where a contact can come from."""

_TEXTS: Final = frozenset(
    ("name", "company", "website", "notes", "street", "city", "region", "postcode", "country", "source_detail",
     "first_name", "middle_name", "last_name")
)  # fmt: skip

_Part = tuple[int, Sequence[Cell]] | None
"""A column, with its index, that tells more of a column of values: their labels, their kinds."""

_REMEMBERED: Final = 20_000


class RowCleaner:
    """Cleans rows by one mapping; it can be sent to another process.

    ``orders``, ``marks`` and ``name_orders`` tell by column index how dates, numbers and whole names are read
    (dd.mm, 1,234; Last, First).
    """

    def __init__(
        self,
        mapping: Sequence[ColumnMapping],
        definitions: Sequence[PropertyDefinition],
        *,
        region: str = "",
        orders: dict[int, DateOrder] | None = None,
        marks: dict[int, DecimalMark] | None = None,
        name_orders: dict[int, NameOrder] | None = None,
    ) -> None:
        self._region = region or None
        self._orders = orders or {}
        self._name_orders = name_orders or {}
        known = {definition.id: definition for definition in definitions}
        self.properties: list[MappedProperty] = []
        self._texts: list[tuple[int, str]] = []
        self._entries: list[tuple[str, int, FieldTarget, int | None]] = []  # emails, then phones
        self._messengers: list[tuple[int, FieldTarget, int | None, int | None]] = []
        self._tags: list[tuple[int, bool]] = []
        self._others: list[tuple[int, str]] = []
        labels = {part: part_columns(mapping, part) for part in ("email_label", "phone_label")}
        labels |= {part: part_columns(mapping, part) for part in ("messenger_label", "messenger_kind")}
        for column in mapping:
            target, index = column.target, column.index
            if isinstance(target, PropertyTarget):
                definition = known[target.id]
                required = definition.required and definition.default is None
                self.properties.append(MappedProperty(index, target, definition.type, required))
            elif isinstance(target, NewProperty):
                self.properties.append(MappedProperty(index, target, target.type))
            elif target is None:
                continue
            elif target.key in ("email", "phone"):
                self._entries.append((target.key, index, target, labels[f"{target.key}_label"].get(index)))
            elif target.key == "messenger":
                self._messengers.append(
                    (index, target, labels["messenger_label"].get(index), labels["messenger_kind"].get(index))
                )
            elif target.key == "tags":
                self._tags.append((index, target.google))
            elif target.key in _TEXTS:
                self._texts.append((index, target.key))
            elif target.key in ("id", "kind", "is_staff", "source", "created_at", "avatar"):
                self._others.append((index, target.key))
        self._property_columns = [
            PropertyColumn(
                entry,
                self._orders.get(entry.column, DateOrder.DMY),
                (marks or {}).get(entry.column, DecimalMark.POINT),
            )
            for entry in self.properties
        ]
        self._entries.sort(key=lambda entry: entry[0])
        self._known_tags: tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]] = (
            {},
            {},
        )  # ordinary, of Google
        self.has_avatars = any(key == "avatar" for _index, key in self._others)
        self.text_fields = frozenset(key for _index, key in self._texts)
        self.names_contacts = not self.text_fields.isdisjoint(("name", "first_name", "last_name"))

    def date_columns(self) -> list[int]:
        """The columns whose order of day and month matters."""
        dated = [entry.column for entry in self.properties if entry.type is PropertyType.DATE]
        return dated + [index for index, key in self._others if key == "created_at"]

    def number_columns(self) -> list[int]:
        """The columns whose decimal mark matters."""
        return [entry.column for entry in self.properties if entry.type is PropertyType.NUMBER]

    def name_columns(self) -> list[int]:
        """The columns of whole names."""
        return [index for index, key in self._texts if key == "name"]

    def clean(self, cells: Sequence[Cell]) -> CleanedRow:
        """The values of a row; a cell that cannot be read becomes a fault of the row."""
        return self.clean_chunk([cells]).row(0)

    def clean_chunk(self, rows: Sequence[Sequence[Cell]]) -> CleanedChunk:
        """The values of rows, each as if it were cleaned alone."""
        chunk = CleanedChunk(len(rows), len(self.properties))
        columns: list[Sequence[Cell]] = list(zip_longest(*rows))
        width = len(columns)
        for index, key in self._texts:
            if index < width:
                _clean_texts(chunk, key, index, columns[index])
                if key == "name" and self._name_orders.get(index) is NameOrder.LAST_FIRST:
                    _turn_names(chunk)
        for entries, index, target, label_index in self._entries:
            if index < width:
                self._clean_entries(chunk, entries, index, target, columns[index], _part(columns, label_index))
        for index, google in self._tags:
            if index < width:
                self._clean_tags(chunk, index, columns[index], google=google)
        for place, entry in enumerate(self.properties):
            if entry.column < width:
                self._property_columns[place].clean(chunk, place, columns[entry.column])
            if entry.required:
                _warn_of_missing(chunk, place, entry)
        for index, target, label_index, kind_index in self._messengers:
            if index < width:
                _clean_messengers(
                    chunk, index, target, columns[index], _part(columns, label_index), _part(columns, kind_index)
                )
        for index, key in self._others:
            if index < width:
                for row, cell in enumerate(columns[index]):
                    if not is_blank(cell):
                        try:
                            self._other(chunk, row, key, index, cell)
                        except TextProblem as problem:
                            chunk.fault(row, Fault(key, index, problem.code, problem.value))
        self._name(chunk)
        return chunk

    def _clean_entries(
        self,
        chunk: CleanedChunk,
        sort: str,
        index: int,
        target: FieldTarget,
        cells: Sequence[Cell],
        labels: _Part,
    ) -> None:
        """Emails or phones (``sort``) of a column."""
        entries = chunk.emails if sort == "email" else chunk.phones
        region = self._region
        odd: Iterable[int] = range(len(cells))
        if labels is None and not any(entries):
            plain = self._plain_entries(sort, target, cells)
            entries[:] = [entry or () for entry in plain]
            odd = [row for row, entry in enumerate(plain) if entry is None]
        for row in odd:
            cell = cells[row]
            if not cell:
                continue
            try:
                text = clean_text(cell)
                if not text:
                    continue
                found: Sequence[Email | Phone] = parse_emails(text) if sort == "email" else parse_phones(text, region)
            except TextProblem as problem:
                chunk.fault(row, Fault(sort, index, problem.code, cell_text(cell).strip()))
                continue
            own = list(entries[row])
            known = {key for _shown, key, _label in own}
            its_labels = _labels(chunk, row, sort, target, labels, len(found))
            for one, (its_label, starred) in zip(found, its_labels, strict=True):
                shown, notice = one[0], one.notice
                if isinstance(one, Email) and one.name:
                    chunk.email_names.setdefault(row, one.name)
                if notice and notice != "phone_country_guessed":
                    chunk.fault(row, Fault(sort, index, notice, shown, is_error=False))
                if one.match_key not in known:
                    known.add(one.match_key)
                    own.insert(0 if starred else len(own), (shown, one.match_key, its_label))
            entries[row] = own

    def _plain_entries(self, sort: str, target: FieldTarget, cells: Sequence[Cell]) -> list[tuple[Entry] | None]:
        """For each cell with one ordinary email or phone what it gives, None for the others."""
        texts = [cell if type(cell) is str else "" for cell in cells]
        found = ordinary_emails(texts) if sort == "email" else ordinary_phones(texts, self._region)
        label = target.label
        return [None if pair is None else ((*pair, label),) for pair in found]

    def _clean_tags(self, chunk: CleanedChunk, index: int, cells: Sequence[Cell], *, google: bool) -> None:
        known = self._known_tags[google]
        for row, cell in enumerate(cells):
            if not cell:
                continue
            tags = known.get(cell) if type(cell) is str else None
            if tags is None:
                try:
                    tags = tuple(split_google_groups(clean_text(cell)) if google else split_tags(cell))
                except TextProblem as problem:
                    chunk.fault(row, Fault("tags", index, problem.code, problem.value))
                    continue
                if type(cell) is str and len(known) < _REMEMBERED:
                    known[cell] = tags
            present = chunk.tags[row]
            chunk.tags[row] = (*present, *_further(present, tags)) if present else tags

    def _other(self, chunk: CleanedChunk, row: int, key: str, index: int, cell: Cell) -> None:
        if key == "id":
            chunk.references[row] = clean_text(cell)
        elif key == "avatar":
            picture = cell if isinstance(cell, bytes) else b""
            if problem := picture_problem(picture):
                chunk.fault(row, Fault(key, index, problem, "", is_error=False))
            else:
                chunk.avatars[row] = picture
        elif key == "is_staff":
            _set(chunk, "is_staff", row, parse_yes_no(cell))
        elif key == "created_at":
            moment = parse_moment(cell, self._orders.get(index, DateOrder.DMY))
            if moment is not None:
                chunk.created_at[row] = to_microseconds(moment.astimezone(UTC))
        elif key == "kind":
            kind = kind_of(clean_text(cell))
            if kind is None:
                raise TextProblem("kind_unknown", clean_text(cell))
            _set(chunk, "kind", row, kind.value)
        else:
            text = clean_text(cell)
            code = fold(text).replace(" ", "_")
            if code in SOURCES:
                _set(chunk, "source", row, code)
            elif not _get(chunk, "source_detail", row):
                _set(chunk, "source_detail", row, text)

    def _name(self, chunk: CleanedChunk) -> None:
        """Give the rows display names: their own, or made of their parts, or of what else names them."""
        middles = chunk.values.pop("middle_name", None)
        names = chunk.values.setdefault("name", [""] * chunk.count)
        for row in [row for row, name in enumerate(names) if not name] if not all(names) else ():
            middle = middles[row] if middles is not None else ""
            first = " ".join(filter(None, (_get(chunk, "first_name", row), middle)))
            names[row] = join_name(first, _get(chunk, "last_name", row) or "")
            if names[row]:
                continue
            name = chunk.email_names.get(row, "")
            stand_ins: tuple[str, ...] = ("name",)
            if not name and not self.names_contacts:
                # The file has no column of names at all: a list of addresses, or of companies.
                name = _get(chunk, "company", row)
                if name and not _get(chunk, "kind", row):
                    _set(chunk, "kind", row, "organisation")
                    stand_ins = ("name", "kind")
                name = name or next((entry[0] for entry in (*chunk.emails[row], *chunk.phones[row])), "")
            if name:
                names[row] = name
                chunk.stand_ins[row] = stand_ins
        if max(map(len, names), default=0) > NAME_LIMIT:
            for row, name in enumerate(names):
                if len(name) > NAME_LIMIT:
                    chunk.fault(row, Fault("name", None, "too_long", name[:80]))


def _part(columns: Sequence[Sequence[Cell]], index: int | None) -> _Part:
    return (index, columns[index]) if index is not None and index < len(columns) else None


def _clean_texts(chunk: CleanedChunk, key: str, index: int, cells: Sequence[Cell]) -> None:
    texts = plain_texts(cells)
    if texts is None:
        texts = [""] * chunk.count
        for row, cell in enumerate(cells):
            if cell:
                try:
                    texts[row] = clean_text(cell)
                except TextProblem as problem:
                    chunk.fault(row, Fault(key, index, problem.code, problem.value))
    if key in chunk.values:
        texts = [text or before for text, before in zip(texts, chunk.values[key], strict=True)]
    chunk.values[key] = texts


def _warn_of_missing(chunk: CleanedChunk, place: int, entry: MappedProperty) -> None:
    """Tell the rows that have no value of a required property; contacts that are there may have one."""
    name = f"property:{entry.target.name}"
    for row, stored in enumerate(chunk.properties[place]):
        if not stored and all(fault.field != name for fault in chunk.faults.get(row, ())):
            chunk.fault(row, Fault(name, entry.column, "property_missing", "", is_error=False))


def _turn_names(chunk: CleanedChunk) -> None:
    """Take names that are written "Last, First" apart, and put them in the usual order."""
    for row, name in enumerate(chunk.values["name"]):
        parts = last_first(name) if "," in name else None
        if parts is not None:
            chunk.values["name"][row] = join_name(*parts)
            for key, part in zip(("first_name", "last_name"), parts, strict=True):
                if not _get(chunk, key, row):
                    _set(chunk, key, row, part)


def _clean_messengers(
    chunk: CleanedChunk,
    index: int,
    target: FieldTarget,
    cells: Sequence[Cell],
    labels: _Part,
    kinds: _Part,
) -> None:
    for row, cell in enumerate(cells):
        if is_blank(cell):
            continue
        try:
            values = split_values(clean_text(cell))
            its_kinds = split_values(clean_text(kinds[1][row])) if kinds is not None else []
        except TextProblem as problem:
            chunk.fault(row, Fault("messenger", index, problem.code, problem.value))
            continue
        own = list(chunk.messengers[row])
        its_labels = _labels(chunk, row, "messenger", target, labels, len(values))
        for place, (value, (label, _starred)) in enumerate(zip(values, its_labels, strict=True)):
            kind, login = split_messenger(value)
            kind = kind or target.kind or (its_kinds[min(place, len(its_kinds) - 1)].casefold() if its_kinds else "")
            entry = (kind or "other", fold(login.lstrip("@")))
            present = {(sort, fold(name.lstrip("@"))) for sort, name, _label in own}
            if login and entry not in present:
                own.append((entry[0], login, label))
        chunk.messengers[row] = own


def _get(chunk: CleanedChunk, key: str, row: int) -> Any:
    column = chunk.values.get(key)
    return None if column is None else column[row]


def _set(chunk: CleanedChunk, key: str, row: int, value: Any) -> None:
    chunk.values.setdefault(key, [None] * chunk.count)[row] = value


def _further(present: Sequence[str], tags: Sequence[str]) -> list[str]:
    """The tags that do not stand in another column too."""
    borne = set(map(fold, present))
    return [tag for tag in tags if fold(tag) not in borne]


def _labels(
    chunk: CleanedChunk, row: int, field: str, target: FieldTarget, column: _Part, count: int
) -> list[tuple[str, bool]]:
    """A label for each of the values of a cell, and whether it is marked as the primary one."""
    plain = [(target.label, False)] * count
    if column is None or is_blank(column[1][row]):
        return plain
    try:
        labels = split_values(clean_text(column[1][row]), keep_empty=True)
    except TextProblem as problem:
        chunk.fault(row, Fault(f"{field}_label", column[0], problem.code, problem.value))
        return plain
    read: Callable[[str], tuple[str, bool]] = split_google_label if target.google else lambda text: (text, False)
    found = [(standard_label(label), starred) for label, starred in map(read, labels[:count])]
    if count > 1 and len(labels) == 1 and not target.google:
        found *= count
    return found + plain[len(found) :]
