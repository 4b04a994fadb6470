"""Segments and quick filters over the database of the million, against the SQL that an expert writes by hand."""

import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import Connection, text

from benchmarks.bulk import Workbench
from benchmarks.figures import Figure, quantile, spread
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.criteria import Operator, Span
from ulkacrm_desktop.services.criteria.calendar import moments_meant
from ulkacrm_desktop.services.criteria.compiler import this_viewpoint
from ulkacrm_desktop.services.criteria.fields import criteria_fields
from ulkacrm_desktop.services.criteria.text_form import parse_criteria
from ulkacrm_desktop.services.queries.contacts import all_ids, count, first_page
from ulkacrm_desktop.services.workspace import Workspace

R = TypeVar("R")
_RUNS: Final = 9

# Each question has several answers by hand; the fastest of them in this run is the measure.
_BY_TAG: Final = "FROM contact_tag t CROSS JOIN contact c ON c.id = t.contact_id WHERE t.tag_id = :vip"
_IN_TIER: Final = (
    "EXISTS (SELECT 1 FROM property_value v WHERE v.property_id = :tier AND v.value_key IN ('gold', 'silver') "
    "AND v.contact_id = c.id)"
)
_OF_TIER: Final = "SELECT contact_id FROM property_value WHERE property_id = :tier AND value_key IN ('gold', 'silver')"
_OF_VALUE: Final = "SELECT contact_id FROM property_value WHERE property_id = :value AND number >= 1000"
_IN_VALUE: Final = (
    "EXISTS (SELECT 1 FROM property_value v INDEXED BY ux_property_value_place WHERE v.contact_id = c.id "
    "AND v.property_id = :value AND v.number >= 1000)"
)
_TAGGED: Final = "c.id IN (SELECT contact_id FROM contact_tag WHERE tag_id = :vip)"
_HERE: Final = "c.removed_in IS NULL"
_ACTIVE: Final = "c.updated_at >= :since AND c.updated_at < :until"
_ALL: Final = "SELECT count(*) FROM contact c WHERE"


class Question(NamedTuple):
    """Criteria as text, and the same counted by hand."""

    criteria: str
    by_hand: tuple[str, ...]


SEGMENTS: Final = (
    Question(
        'tag = VIP and "Customer Tier" in (Gold, Silver) and last_activity in last 30 days',
        (
            f"SELECT count(*) {_BY_TAG} AND {_HERE} AND {_ACTIVE} AND {_IN_TIER}",
            f"{_ALL} {_HERE} AND {_ACTIVE} AND {_TAGGED} AND c.id IN ({_OF_TIER})",
            "SELECT count(*) FROM contact c JOIN contact_tag t ON t.contact_id = c.id "
            "JOIN property_value v ON v.contact_id = c.id WHERE t.tag_id = :vip AND v.property_id = :tier "
            f"AND v.value_key IN ('gold', 'silver') AND {_HERE} AND {_ACTIVE}",
        ),
    ),
    Question(
        'tag = VIP and "Lifetime Value" >= 1000 and not last_activity in last 30 days',
        (
            f"SELECT count(*) {_BY_TAG} AND {_HERE} AND NOT ({_ACTIVE}) AND {_IN_VALUE}",
            f"{_ALL} {_HERE} AND NOT ({_ACTIVE}) AND {_TAGGED} AND c.id IN ({_OF_VALUE})",
        ),
    ),
    Question(
        'tag = VIP and ("Customer Tier" in (Gold, Silver) or "Lifetime Value" >= 1000) '
        "and not last_activity in last 30 days",
        (
            f"SELECT count(*) {_BY_TAG} AND {_HERE} AND NOT ({_ACTIVE}) AND ({_IN_TIER} OR {_IN_VALUE})",
            f"{_ALL} {_HERE} AND NOT ({_ACTIVE}) AND {_TAGGED} AND (c.id IN ({_OF_TIER}) OR c.id IN ({_OF_VALUE}))",
        ),
    ),
)
FILTERS: Final = (
    "tag = VIP",
    "tag in (VIP, Lead)",
    '"Customer Tier" = Gold',
    '"Lifetime Value" >= 1000',
    "last_activity in last 7 days",
    "added in last 30 days",
    "city = Москва",
    'city starts with "мос"',
    'name contains "иван"',
    "email ends with gmail.com",
    'phone starts with "8 916"',
    "company is not empty",
    "not tag = VIP",
)


def criteria(bench: Workbench) -> list[Figure]:
    """Counts and first pages of segments of three clauses, and the answers of quick filters."""
    with _spread_out(bench) as workspace:
        known = _known(workspace)
        figures: list[Figure] = []
        for question in SEGMENTS:
            figures += _segment(workspace, question, known)
        answers = [_filter(workspace, text_) for text_ in FILTERS]
    worst = ", ".join(f"{name} {milliseconds:.0f}" for milliseconds, name in sorted(answers, reverse=True)[:4])
    taken = [milliseconds for milliseconds, _name in answers]
    figures.append(Figure("Answer of a quick filter, slowest", max(taken), "ms", 100, f"{spread(taken)}; {worst}"))
    return figures


@contextmanager
def _spread_out(bench: Workbench) -> Iterator[Workspace]:
    """A copy of the database whose contacts were active on all days of two years, more of them lately."""
    copy = bench.folder / "criteria.ulka"
    shutil.copyfile(bench.database, copy)
    with Workspace.session(copy) as workspace:
        with workspace.writing() as connection:
            connection.execute(
                text(
                    "UPDATE contact SET updated_at = created_at - CAST(730 * 86400e6 * "
                    "((id * 7919) % 1000003) / 1000003.0 * ((id * 104729) % 999983) / 999983.0 AS INTEGER)"
                )
            )
        workspace.read(all_ids, ContactQuery())  # as the list does once it is shown
        yield workspace
    for ending in ("", "-wal", "-shm"):
        copy.with_name(copy.name + ending).unlink(missing_ok=True)


def _known(workspace: Workspace) -> dict[str, int]:
    """What the SQL by hand names."""
    with workspace.reading() as connection:
        fields = criteria_fields(connection)
    names = {field.name: field.property_id or 0 for field in fields}
    tags = {choice.name: int(choice.value) for choice in fields["tag"].choices}
    return {"vip": tags["VIP"], "tier": names["Customer Tier"], "value": names["Lifetime Value"]}


def _segment(workspace: Workspace, question: Question, known: dict[str, int]) -> list[Figure]:
    query = _query(workspace, question.criteria)
    total = workspace.read(count, query)
    asked = known | _last_30_days()
    counted: list[float] = []
    by_hand: dict[str, list[float]] = {sql: [] for sql in question.by_hand}
    pages: list[float] = []
    for _run in range(_RUNS):
        for sql, taken in by_hand.items():
            found, milliseconds = _timed(partial(workspace.read, _counted_by_hand, sql, asked))
            assert found == total, (found, total, sql)
            taken.append(milliseconds)
        counted.append(_timed(partial(workspace.read, count, query))[1])
        pages.append(_timed(partial(workspace.read, first_page, query))[1])
    best = min(map(statistics.median, by_hand.values()))
    ours = statistics.median(counted)
    name = f"“{question.criteria}” ({total:,})"
    return [
        Figure(f"Count of {name}, p95", quantile(counted, 0.95), "ms", 200, spread(counted)),
        Figure(f"Count of {name}", ours / best, "×", 1.3, f"{ours:.0f} ms against {best:.0f} ms by hand"),
        Figure(f"First page of {name}, p95", quantile(pages, 0.95), "ms", 100, spread(pages)),
    ]


def _filter(workspace: Workspace, criteria_text: str) -> tuple[float, str]:
    query = _query(workspace, criteria_text)
    taken = [_timed(partial(workspace.read, first_page, query))[1] for _ in range(_RUNS)]
    return statistics.median(taken), criteria_text


def _query(workspace: Workspace, criteria_text: str) -> ContactQuery:
    return ContactQuery(criteria=parse_criteria(criteria_text, workspace.read(criteria_fields)))


def _last_30_days() -> dict[str, int]:
    since, until = moments_meant(Operator.IN_LAST, (Span(30),), this_viewpoint())
    assert since is not None and until is not None
    return {"since": since, "until": until}


def _counted_by_hand(connection: Connection, sql: str, asked: dict[str, int]) -> int:
    return int(connection.execute(text(sql), asked).scalar_one())


def _timed(work: Callable[[], R]) -> tuple[R, float]:
    began = time.perf_counter()
    answer = work()
    return answer, (time.perf_counter() - began) * 1000
