"""A list of people of any length, without a database."""

import threading
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.tables.paged_model import PagedTableModel
from ulkacrm_desktop.ui.tables.rows import CellKind, Chip, Column, Detail, FirstPage
from ulkacrm_desktop.ui.tables.ticked_ids import TickedIds

FIRST_NAMES = ("Анна", "Boris", "Clara", "Дмитрий", "Eve", "Фёдор")
LAST_NAMES = ("Петрова", "Orlov", "Schmidt", "Иванов", "Nakamura")
NOON = datetime(2026, 5, 10, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: int
    name: str
    email: str
    tags: tuple[str, ...]
    seen: datetime | None
    note: str = ""


@dataclass
class PeopleSource:
    """Rows computed from their ids; may be told to wait, to fail, and remembers what was asked."""

    count: int
    gate: threading.Event = field(default_factory=threading.Event)
    ids_gate: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, object]] = field(default_factory=list)
    removed: set[int] = field(default_factory=set)
    renamed: dict[int, str] = field(default_factory=dict)
    failure: Exception | None = None

    def __post_init__(self) -> None:
        self.gate.set()
        self.ids_gate.set()

    def matching(self, query: str) -> Sequence[int]:
        if query == "even":
            matching: Sequence[int] = range(2, self.count + 1, 2)
        elif query == "nothing":
            matching = ()
        elif query == "reversed":
            matching = range(self.count, 0, -1)
        else:
            matching = range(1, self.count + 1)
        return [i for i in matching if i not in self.removed] if self.removed else matching

    def row(self, i: int) -> PersonRow:
        name = self.renamed.get(i) or f"{FIRST_NAMES[i % 6]} {LAST_NAMES[i % 5]} {i}"
        tags = ("VIP", "Постоянный клиент", "Lead")[: i % 4]
        return PersonRow(i, name, f"person{i}@example.org", tags, NOON - timedelta(hours=i) if i % 3 else None)

    def _ask(self, what: str, about: object) -> None:
        self.asked.append((what, about))
        assert self.gate.wait(20)
        if self.failure is not None:
            raise self.failure

    def first_page(self, query: str) -> FirstPage[PersonRow]:
        self._ask("first_page", query)
        ids = self.matching(query)
        return FirstPage(len(ids), tuple(map(self.row, ids[:100])))

    def all_ids(self, query: str) -> "array[int]":
        self.asked.append(("all_ids", query))
        assert self.ids_gate.wait(20)
        matching = self.matching(query)
        result = array("q")
        for start in range(0, len(matching), 1000):  # as a database does: the lock goes round in between
            result.extend(matching[start : start + 1000])
        return result

    def page_at(self, query: str, offset: int, limit: int) -> list[PersonRow]:
        self._ask("page_at", offset)
        return list(map(self.row, self.matching(query)[offset : offset + limit]))

    def rows(self, ids: Sequence[int]) -> list[PersonRow]:
        self._ask("rows", tuple(ids))
        return [self.row(i) for i in sorted(ids) if i not in self.removed]


def person_columns() -> list[Column[PersonRow]]:
    return [
        Column(
            key="name",
            title="Name",
            value=lambda row: row.name,
            kind=CellKind.PERSON,
            sort_key="name",
            width=220,
            fixed=True,
            editable=True,
            detail=lambda row: Detail(row.note) if row.note else None,
            matches=lambda row: ((0, 2),),
        ),
        Column(key="email", title="Email", value=lambda row: row.email, sort_key="email", width=200),
        Column(
            key="tags",
            title="Tags",
            value=lambda row: ", ".join(row.tags),
            kind=CellKind.CHIPS,
            chips=lambda row: [Chip(tag, "blue") for tag in row.tags],
        ),
        Column(
            key="seen",
            title="Last conversation",
            value=lambda row: row.seen.isoformat() if row.seen else "",
            kind=CellKind.WHEN,
            moment=lambda row: row.seen,
            sort_key="seen",
        ),
        Column(key="number", title="Number", value=lambda row: str(row.id), visible=False, align_right=True),
    ]


@pytest.fixture
def people() -> PeopleSource:
    return PeopleSource(1000)


@pytest.fixture
def ticks(qtbot: QtBot) -> TickedIds:
    return TickedIds()


@pytest.fixture
def model(runner: TaskRunner, people: PeopleSource, ticks: TickedIds) -> Iterator[PagedTableModel]:
    """The paged model of `people`, under Qt's own model tester for the whole test."""
    paged = PagedTableModel(runner, people, person_columns(), ticks)
    tester = QAbstractItemModelTester(paged, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield paged
    people.gate.set()
    people.ids_gate.set()
    paged.close()
    del tester


@pytest.fixture
def million(runner: TaskRunner, people: PeopleSource, ticks: TickedIds) -> Iterator[PagedTableModel]:
    """A model of a million; without the model tester, which walks through all cells at every reset."""
    people.count = 1_000_000
    paged = PagedTableModel(runner, people, person_columns(), ticks)
    yield paged
    people.gate.set()
    people.ids_gate.set()
    paged.close()
