"""Questions to the database of the million: search, pages of the table, one whole contact."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.figures import Figure, quantile, spread
from benchmarks.typed_queries import typed_queries
from ulkacrm_desktop.core.contact_query import ContactQuery, SortKey
from ulkacrm_desktop.services.queries.contact_documents import contact_document
from ulkacrm_desktop.services.queries.contacts import all_ids, first_page, page_at, rows
from ulkacrm_desktop.services.queries.notes import notes
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.queries.tags import matching_tags
from ulkacrm_desktop.services.queries.timeline import timeline
from ulkacrm_desktop.services.workspace import Workspace

R = TypeVar("R")
_PAGE: Final = 100
_DEPTHS: Final = 40


class NotFoundAsTypedError(Exception):
    """A search did not find the contact that its words were taken from."""


@contextmanager
def _opened(database: Path) -> Iterator[Workspace]:
    with Workspace.session(database) as workspace:
        assert workspace.read(first_page, ContactQuery()).total, "the database is empty"
        workspace.read(all_ids, ContactQuery())  # as the list does once it is shown
        yield workspace


def search(database: Path, generated: int, seed: int) -> list[Figure]:
    """From each letter typed to the count and the first page."""
    queries = typed_queries(generated, seed)
    taken: dict[tuple[str, int], list[float]] = {}
    slowest: list[tuple[float, str]] = []
    with _opened(database) as workspace:
        for query in queries:
            total = 0
            for typed in query.keystrokes():
                page, milliseconds = _timed(partial(workspace.read, first_page, ContactQuery(search=typed)))
                total = page.total
                letters = sum(letter.isalnum() for letter in typed)
                taken.setdefault((query.kind, min(letters, 3)), []).append(milliseconds)
                slowest.append((milliseconds, typed))
            if not total:
                raise NotFoundAsTypedError(query.text)
    one = [value for (_, letters), values in taken.items() if letters <= 1 for value in values]
    more = [value for (_, letters), values in taken.items() if letters > 1 for value in values]
    worst = "slowest: " + ", ".join(
        f"“{text}” {milliseconds:.0f}" for milliseconds, text in sorted(slowest, reverse=True)[:3]
    )
    figures = [
        Figure("Search by one letter, p95", quantile(one, 0.95), "ms", 100, spread(one)),
        Figure("Search by two letters and more, p95", quantile(more, 0.95), "ms", 50, f"{spread(more)}; {worst}"),
    ]
    for kind in dict.fromkeys(query.kind for query in queries):
        values = [value for (of, letters), found in taken.items() if of == kind and letters > 1 for value in found]
        figures.append(
            Figure(f"Search by two letters and more, p95: {kind}", quantile(values, 0.95), "ms", 50, spread(values))
        )
    return figures


def pages(database: Path) -> list[Figure]:
    """A page of the table in every built-in order, both directions, at random depths."""
    chance = random.Random(1)
    by_id: list[float] = []
    by_place: list[float] = []
    ordering: list[float] = []
    worst: tuple[float, str] = (0.0, "")
    with _opened(database) as workspace:
        for sort in SortKey:
            for descending in (False, True):
                query = ContactQuery(sort=sort, descending=descending)
                ids, milliseconds = _timed(partial(workspace.read, all_ids, query))
                ordering.append(milliseconds)
                depths = [chance.randrange(max(1, len(ids) - _PAGE)) for _ in range(_DEPTHS)]
                for depth in depths:
                    wanted = ids[depth : depth + _PAGE]
                    page, milliseconds = _timed(partial(workspace.read, rows, wanted, query))
                    assert [row.id for row in page] == list(wanted)
                    by_id.append(milliseconds)
                    worst = max(worst, (milliseconds, sort.value))
                for depth in depths[:4]:
                    page, milliseconds = _timed(partial(workspace.read, page_at, query, depth, _PAGE))
                    assert [row.id for row in page] == list(ids[depth : depth + _PAGE])
                    by_place.append(milliseconds)
    return [
        Figure(
            "Page of 100 rows at any depth in any built-in order, p95",
            quantile(by_id, 0.95),
            "ms",
            16,
            f"{spread(by_id)} ({worst[1]})",
        ),
        Figure(
            "The same while the order is not in memory yet, p95",
            quantile(by_place, 0.95),
            "ms",
            None,
            f"{spread(by_place)}; the order of all is there after {quantile(ordering, 0.95):.0f} ms (p95)",
        ),
    ]


def contact(database: Path) -> list[Figure]:
    """What a profile reads when it is opened: the contact, tags, properties, notes, the timeline's first page."""
    chance = random.Random(2)

    with _opened(database) as workspace:
        ids = workspace.read(all_ids, ContactQuery())

        def opened(contact_id: int) -> None:
            with workspace.reading() as connection:
                contact_document(connection, contact_id)
                matching_tags(connection, "", limit=5_000)
                property_definitions(connection)
                notes(connection, contact_id)
                timeline(connection, contact_id)

        taken = [_timed(partial(opened, contact_id))[1] for contact_id in chance.choices(ids, k=200)]
    return [Figure("Read all that a profile shows, p95", quantile(taken, 0.95), "ms", 50, spread(taken))]


def _timed(work: Callable[[], R]) -> tuple[R, float]:
    began = time.perf_counter()
    answer = work()
    return answer, (time.perf_counter() - began) * 1000
