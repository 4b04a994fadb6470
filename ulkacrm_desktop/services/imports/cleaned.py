"""What cleaning makes of the rows of a file: column by column for many rows, and as objects for a few."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, NamedTuple

StoredValue = tuple[str, str | None, float | None]
"""A property's value as its row keeps it: ``value``, ``value_key`` and ``number``."""

Entry = tuple[str, str, str]
"""An email or a phone: as it is shown, its match key, its label; of a messenger: kind, login, label."""


class Fault(NamedTuple):
    """What is wrong with a cell, or with the row where ``column`` is None; a warning unless ``is_error``."""

    field: str
    column: int | None
    code: str
    value: str
    is_error: bool = True


@dataclass(slots=True)
class CleanedRow:
    """The values of one row. ``properties`` are by the index of `RowCleaner.properties`, in stored form.

    ``stand_ins`` are the fields that do not stand in the row but are taken from others, for a new contact only.
    """

    values: dict[str, Any] = field(default_factory=dict)
    stand_ins: tuple[str, ...] = ()
    emails: list[Entry] = field(default_factory=list)
    phones: list[Entry] = field(default_factory=list)
    messengers: list[Entry] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    properties: dict[int, tuple[StoredValue, ...]] = field(default_factory=dict)
    reference: str = ""
    created_at: int | None = None
    avatar: bytes | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_faulty(self) -> bool:
        """Whether the row is rejected."""
        return any(fault.is_error for fault in self.faults)


class CleanedChunk:
    """The values of some rows, by column: each list has one item a row.

    ``values``: by field, '' or None where a row has none. ``emails``, ``phones``, ``messengers``: sequences
    that are never written to. ``tags``: tuples. ``properties``: a list for each of
    `RowCleaner.properties`, of tuples of stored values. ``stand_ins``, ``email_names`` (``Anna <a@x.io>``) and
    ``faults``: of the rows that have some, by index.
    """

    def __init__(self, count: int, properties: int) -> None:
        self.count = count
        self.values: dict[str, list[Any]] = {}
        self.emails: list[Sequence[Entry]] = [()] * count
        self.phones: list[Sequence[Entry]] = [()] * count
        self.messengers: list[Sequence[Entry]] = [()] * count
        self.tags: list[tuple[str, ...]] = [()] * count
        self.properties: list[list[tuple[StoredValue, ...]]] = [[()] * count for _ in range(properties)]
        self.references: list[str] = [""] * count
        self.created_at: list[int | None] = [None] * count
        self.avatars: list[bytes | None] = [None] * count
        self.stand_ins: dict[int, tuple[str, ...]] = {}
        self.email_names: dict[int, str] = {}
        self.faults: dict[int, list[Fault]] = {}

    def fault(self, index: int, fault: Fault) -> None:
        """Note what is wrong with a row."""
        self.faults.setdefault(index, []).append(fault)

    def faulty(self) -> set[int]:
        """The rows that are rejected."""
        return {index for index, faults in self.faults.items() if any(fault.is_error for fault in faults)}

    def only(self, indexes: Sequence[int]) -> "CleanedChunk":
        """Some of the rows, in their order, without what only some have."""
        if len(indexes) == self.count:
            return self
        wanted = set(indexes)
        kept = [index in wanted for index in range(self.count)]
        part = CleanedChunk(0, 0)
        part.count = len(indexes)
        part.values = {key: list(compress(column, kept)) for key, column in self.values.items()}
        part.properties = [list(compress(column, kept)) for column in self.properties]
        for name in ("emails", "phones", "messengers", "tags", "references", "created_at", "avatars"):
            setattr(part, name, list(compress(getattr(self, name), kept)))
        return part

    def row(self, index: int) -> CleanedRow:
        """One row as an object."""
        values = {key: column[index] for key, column in self.values.items()}
        return CleanedRow(
            values={key: value for key, value in values.items() if value is not None and value != ""},
            stand_ins=self.stand_ins.get(index, ()),
            emails=list(self.emails[index]),
            phones=list(self.phones[index]),
            messengers=list(self.messengers[index]),
            tags=list(self.tags[index]),
            properties={place: column[index] for place, column in enumerate(self.properties) if column[index]},
            reference=self.references[index],
            created_at=self.created_at[index],
            avatar=self.avatars[index],
            faults=list(self.faults.get(index, ())),
        )

    def rows(self) -> list[CleanedRow]:
        """All rows as objects."""
        return [self.row(index) for index in range(self.count)]
