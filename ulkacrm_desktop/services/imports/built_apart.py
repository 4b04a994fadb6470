"""Parts of a large import into an empty database, built by processes of their own beside the inserts.

The search index takes as long as all rows, and the values of properties as long as half of them; neither needs
anything of the others but the ids. Each is built in a file of its own, which is taken over at the end.
"""

import gc
import multiprocessing
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.paths import scratch_directory
from ulkacrm_desktop.db.bulk_load import LoadedRows
from ulkacrm_desktop.db.load_file import TablePlan, create_table_file, take_over_table
from ulkacrm_desktop.db.search_index import create_index_file, take_over_index
from ulkacrm_desktop.services.imports.plan_file import PlanFile
from ulkacrm_desktop.services.imports.sections import property_sections, rows_left, word_columns
from ulkacrm_desktop.services.jobs.context import JobContext

WORTH_FROM = 50_000
"""From this many new contacts on a process of its own is worth its start and the copy."""

_POLL = 0.1


class BuiltApart:
    """A build under way; leaving the block ends it, finished or not."""

    def __init__(
        self,
        build: Callable[..., None],
        *arguments: Any,
        take_over: Callable[[Connection, Path], None],
    ) -> None:
        self._take_over = take_over
        self._file = Path(tempfile.mkstemp(prefix="built-", suffix=".db", dir=scratch_directory())[1])
        self._file.unlink()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_run, args=(build, self._file, *arguments), daemon=True
        )

    def __enter__(self) -> "BuiltApart":
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()
        self._file.unlink(missing_ok=True)

    def take_over(self, connection: Connection, context: JobContext) -> None:
        """Wait for the end of the build and make what it has built the database's own.

        Raises JobCancelled, and ExpectedError ``job_crashed``.
        """
        while self._process.is_alive():
            self._process.join(_POLL)
            context.report("index")
        if self._process.exitcode:
            raise ExpectedError("job_crashed", exit=self._process.exitcode)
        self._take_over(connection, self._file)


def index_apart(plan: Path, first_id: int) -> BuiltApart:
    """The search index of the new contacts."""
    return BuiltApart(_build_index, plan, first_id, take_over=take_over_index)


def values_apart(plan: Path, first_id: int, table: TablePlan, property_ids: Sequence[int]) -> BuiltApart:
    """The values that the new contacts have of properties, whose ids are given by index."""

    def take_over(connection: Connection, file: Path) -> None:
        take_over_table(connection, table, file)

    return BuiltApart(_build_values, plan, first_id, table, property_ids, take_over=take_over)


def _run(build: Callable[..., None], file: Path, plan_path: Path, *arguments: Any) -> None:
    gc.disable()  # as in `services.jobs.child`
    plan = PlanFile(plan_path)
    build(file, plan, *arguments)
    plan.close()


def _build_index(file: Path, plan: PlanFile, first_id: int) -> None:
    with create_index_file(file) as connection:
        load = LoadedRows(connection, first_id)
        for first, last, words in word_columns(plan):
            load.insert_words(rows_left(words, plan.places_not_created(first, last)))


def _build_values(file: Path, plan: PlanFile, first_id: int, table: TablePlan, property_ids: Sequence[int]) -> None:
    with create_table_file(file, table) as connection:
        load = LoadedRows(connection, first_id)
        for first, last, sections in property_sections(plan):
            left_out = plan.places_not_created(first, last)
            for index, columns in sections.items():
                load.insert_property(property_ids[index], rows_left(columns, left_out))
