"""Parts of a large import into an empty database, built by processes of their own beside the inserts.

The search index takes as long as all rows, and the values of properties as long as half of them; neither needs
anything of the others but the ids. Each is built in a file of its own, which is taken over at the end.
"""

import gc
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection as Pipe
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
from ulkacrm_desktop.services.jobs.giving_way import process_gives_way_to_child
from ulkacrm_desktop.services.jobs.process_start import can_copy_itself, end_with_parent, helper_start

WORTH_FROM = 50_000
"""From this many new contacts on a process of its own is worth its start and the copy."""

_POLL = 0.1


class BuildProcess:
    """A process that waits to be told what to build."""

    def __init__(self, *, nothing_open: bool = False) -> None:
        start = helper_start(nothing_open=nothing_open)
        told, self._tell = start.Pipe(duplex=False)
        self._process = start.Process(target=_build_when_told, args=(told,), daemon=True)
        self._process.start()
        told.close()

    def tell(self, build: Callable[..., None], *arguments: Any) -> None:
        """Begin to build."""
        with suppress(BrokenPipeError):  # it has crashed, and is asked for that in the end
            self._tell.send((build, arguments))

    def is_building(self, seconds: float) -> bool:
        """Whether it still builds after so many seconds. Raises ExpectedError ``job_crashed``."""
        self._process.join(seconds)
        if self._process.exitcode:
            raise ExpectedError("job_crashed", exit=self._process.exitcode)
        return self._process.exitcode is None

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.join()
        self._tell.close()


@contextmanager
def begun_builds() -> Iterator[list[BuildProcess]]:
    """Processes for what will be built apart, where they can be begun at no cost; of no use once a database is open.

    Elsewhere each is begun when there is something to build.
    """
    builds = [BuildProcess(nothing_open=True) for _part in (index_apart, values_apart)] if can_copy_itself() else []
    try:
        yield builds
    finally:
        for build in builds:
            build.end()


class BuiltApart:
    """A build under way; leaving the block ends it, finished or not."""

    def __init__(
        self,
        process: BuildProcess | None,
        build: Callable[..., None],
        *arguments: Any,
        take_over: Callable[[Connection, Path], None],
    ) -> None:
        self._take_over = take_over
        self._file = Path(tempfile.mkstemp(prefix="built-", suffix=".db", dir=scratch_directory())[1])
        self._file.unlink()
        self._process = process or BuildProcess()
        self._work = (build, self._file, *arguments)

    def __enter__(self) -> "BuiltApart":
        self._process.tell(*self._work)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.end()
        self._file.unlink(missing_ok=True)

    def take_over(self, connection: Connection, context: JobContext) -> None:
        """Wait for the end of the build and make what it has built the database's own.

        Raises JobCancelled, and ExpectedError ``job_crashed``.
        """
        while self._process.is_building(_POLL):
            context.report("index")
        self._take_over(connection, self._file)


def index_apart(process: BuildProcess | None, plan: Path, first_id: int) -> BuiltApart:
    """The search index of the new contacts."""
    return BuiltApart(process, _build_index, plan, first_id, take_over=take_over_index)


def values_apart(
    process: BuildProcess | None, plan: Path, first_id: int, table: TablePlan, property_ids: Sequence[int]
) -> BuiltApart:
    """The values that the new contacts have of properties, whose ids are given by index."""

    def take_over(connection: Connection, file: Path) -> None:
        take_over_table(connection, table, file)

    return BuiltApart(process, _build_values, plan, first_id, table, property_ids, take_over=take_over)


def _build_when_told(told: Pipe) -> None:
    end_with_parent()
    process_gives_way_to_child()
    gc.disable()  # as in `services.jobs.child`
    build, (file, plan_path, *arguments) = told.recv()
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
