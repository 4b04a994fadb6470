"""Whether a database is sound: the file itself, references, the journal, what is derived, the search index."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from zlib import crc32

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.search_index import BATCH, gather_words

_DETAILS: Final = 20
_PRESENT: Final = "SELECT id FROM contact WHERE removed_in IS NULL"

_BEHIND: Final = "SELECT contact_id FROM search_backlog"
"""The contacts that the index is behind with, rightly."""

_COUNTED: Final = {
    # What must not be: the code of the problem, and SQL that counts the rows that show it.
    "operation_unknown": (
        "SELECT count(*) FROM contact c WHERE NOT EXISTS (SELECT 1 FROM operation o WHERE o.id = c.created_in) "
        "OR (c.removed_in IS NOT NULL AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.id = c.removed_in))"
    ),
    "several_primaries": (
        "SELECT count(*) FROM (SELECT contact_id FROM email WHERE is_primary GROUP BY contact_id HAVING count(*) > 1 "
        "UNION ALL SELECT contact_id FROM phone WHERE is_primary GROUP BY contact_id HAVING count(*) > 1) AS several"
    ),
    "primary_outdated": (
        "SELECT count(*) FROM contact c WHERE coalesce(c.primary_email, '') <> coalesce((SELECT e.match_key FROM "
        "email e WHERE e.contact_id = c.id ORDER BY e.is_primary DESC, e.position, e.id LIMIT 1), '') OR "
        "coalesce(c.primary_phone, '') <> coalesce((SELECT p.match_key FROM phone p WHERE p.contact_id = c.id "
        "ORDER BY p.is_primary DESC, p.position, p.id LIMIT 1), '')"
    ),
}


@dataclass(frozen=True, slots=True)
class IntegrityProblem:
    """Something that is not as it must be.

    ``code``: ``damaged`` (the file itself), ``reference_broken``, ``operation_unknown`` (a contact was made or
    removed by an operation that the history does not have), ``several_primaries``, ``primary_outdated``,
    ``not_indexed``, ``indexed_needlessly``, ``index_outdated`` (search finds a contact by other words than it
    has). ``count`` is the number of rows concerned; ``details`` are the database's own words for some of them.
    """

    code: str
    count: int
    details: tuple[str, ...] = ()


def integrity_problems(
    connection: Connection, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> list[IntegrityProblem]:
    """Everything that is found wrong; nothing is changed.

    ``progress`` is called with the contacts whose words have been compared with the index, and their total.
    """
    local = is_local(connection)
    problems: list[IntegrityProblem] = []
    try:
        if local:
            problems += _problems_of_file(connection)
        for code, counting in _COUNTED.items():
            if count := connection.execute(text(counting)).scalar_one():
                problems.append(IntegrityProblem(code, count))
        problems += (_problems_of_local_index if local else _problems_of_server_index)(connection, progress)
    except DatabaseError as error:
        # A page that cannot be read ends the search for more; that it cannot be read is the answer.
        if not any(problem.code == "damaged" for problem in problems):
            problems.insert(0, IntegrityProblem("damaged", 1, (str(error.orig),)))
    return problems


def _problems_of_file(connection: Connection) -> Iterator[IntegrityProblem]:
    found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    if found != ["ok"]:
        yield IntegrityProblem("damaged", len(found), tuple(map(str, found[:_DETAILS])))
    broken: dict[str, int] = {}
    for table, _row, parent, _key in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        pair = f"{table} → {parent}"
        broken[pair] = broken.get(pair, 0) + 1
    if broken:
        details = tuple(f"{pair}: {count}" for pair, count in islice(broken.items(), _DETAILS))
        yield IntegrityProblem("reference_broken", sum(broken.values()), details)


def _problems_of_local_index(
    connection: Connection, progress: Callable[[int, int], None]
) -> Iterator[IntegrityProblem]:
    missing = f"SELECT count(*) FROM ({_PRESENT} EXCEPT SELECT rowid FROM contact_fts EXCEPT {_BEHIND})"
    if count := connection.exec_driver_sql(missing).scalar_one():
        yield IntegrityProblem("not_indexed", count)
    needless = f"SELECT count(*) FROM (SELECT rowid FROM contact_fts EXCEPT {_PRESENT})"
    if count := connection.exec_driver_sql(needless).scalar_one():
        yield IntegrityProblem("indexed_needlessly", count)
    indexed = _sums_of_index(connection)
    outdated = 0
    compared = f"{_PRESENT} AND id IN (SELECT rowid FROM contact_fts) AND id NOT IN ({_BEHIND})"
    for contact_id, words in _words(connection, compared, progress):
        wanted = sum(map(_sum, words.split()))
        outdated += (indexed[contact_id] if contact_id < len(indexed) else 0) != wanted
    if outdated:
        yield IntegrityProblem("index_outdated", outdated)


def _sum(word: str) -> int:
    return crc32(word.encode()) + 1


def _sums_of_index(connection: Connection) -> "array[int]":
    """By contact id the sum of a number for each of its words in the index, which keeps no texts to compare."""
    newest = connection.exec_driver_sql("SELECT coalesce(max(rowid), 0) FROM contact_fts").scalar_one()
    sums = array("q", bytes(8 * (newest + 1)))
    connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.index_word USING fts5vocab('main', contact_fts, 'instance')")
    try:
        known, number = "", 0
        for word, contact_id in connection.exec_driver_sql("SELECT term, doc FROM temp.index_word"):
            if word != known:
                known, number = word, _sum(word)
            sums[contact_id] += number
    finally:
        connection.exec_driver_sql("DROP TABLE temp.index_word")
    return sums


def _problems_of_server_index(
    connection: Connection, progress: Callable[[int, int], None]
) -> Iterator[IntegrityProblem]:
    counting = (
        "SELECT count(*) FROM contact c LEFT JOIN contact_search s ON s.contact_id = c.id WHERE s.contact_id IS NULL "
        f"AND c.id NOT IN ({_BEHIND})"
    )
    if count := connection.execute(text(counting)).scalar_one():
        yield IntegrityProblem("not_indexed", count)
    outdated = 0
    compared = f"SELECT contact_id FROM contact_search WHERE contact_id NOT IN ({_BEHIND})"
    for batch in _batches(connection, compared, progress):
        indexed = connection.execute(
            text("SELECT contact_id, words FROM contact_search WHERE contact_id = ANY (:ids)"), {"ids": batch}
        ).all()
        wanted = gather_words(connection, batch, present_only=False)
        outdated += sum(set(words.split()) != set(wanted[contact_id][1].split()) for contact_id, words in indexed)
    if outdated:
        yield IntegrityProblem("index_outdated", outdated)


def _words(connection: Connection, ids: str, progress: Callable[[int, int], None]) -> Iterator[tuple[int, str]]:
    """The words that each contact must be found by; ``ids`` is a SELECT of the contacts."""
    for batch in _batches(connection, ids, progress):
        for contact_id, (_class_id, words) in gather_words(connection, batch, present_only=False).items():
            yield contact_id, words


def _batches(connection: Connection, ids: str, progress: Callable[[int, int], None]) -> Iterator[list[int]]:
    wanted = array("q", connection.execute(text(ids)).scalars())
    for start in range(0, len(wanted), BATCH):
        progress(start, len(wanted))
        yield list(wanted[start : start + BATCH])
    progress(len(wanted), len(wanted))
