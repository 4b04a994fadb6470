"""The search index of a large import into an empty database, built by a process of its own beside the inserts.

Indexing the words takes as long as inserting the rows, and needs nothing from them but the ids. The index is
built in a file of its own, and its finished pages are taken over at the end.
"""

import gc
import marshal
import multiprocessing
import tempfile
from pathlib import Path

from sqlalchemy import Connection

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.paths import scratch_directory
from ulkacrm_desktop.db.search_index import create_index_file, take_over_index
from ulkacrm_desktop.services.imports.plan_file import PlanFile
from ulkacrm_desktop.services.jobs.context import JobContext

WORTH_FROM = 50_000
"""From this many new contacts on a process of its own is worth its start and the copy."""

_POLL = 0.1


class IndexBuild:
    """The build under way; leaving the block ends it, finished or not."""

    def __init__(self, plan: Path, first_id: int) -> None:
        self._file = Path(tempfile.mkstemp(prefix="index-", suffix=".db", dir=scratch_directory())[1])
        self._file.unlink()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_build, args=(plan, first_id, self._file), daemon=True
        )

    def __enter__(self) -> "IndexBuild":
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._process.close()
        self._file.unlink(missing_ok=True)

    def take_over(self, connection: Connection, context: JobContext) -> None:
        """Wait for the end of the build and make its pages those of the database's index.

        Raises JobCancelled, and ExpectedError ``job_crashed``.
        """
        while self._process.is_alive():
            self._process.join(_POLL)
            context.report("index")
        if self._process.exitcode:
            raise ExpectedError("job_crashed", exit=self._process.exitcode)
        take_over_index(connection, self._file)


def _build(plan_path: Path, first_id: int, target: Path) -> None:
    gc.disable()  # as in `services.jobs.child`
    plan = PlanFile(plan_path)
    with create_index_file(target) as index:
        for first, last, words in plan.words():
            left_out = plan.places_not_created(first, last)
            index.add(
                (first_id + place, text)
                for place, text in marshal.loads(words)  # noqa: S302 - plain values that this program has written
                if place not in left_out
            )
    plan.close()
