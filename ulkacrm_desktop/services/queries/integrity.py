"""Whether the database is sound, as the command line and the settings ask it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from ulkacrm_desktop.db.integrity import IntegrityProblem, integrity_problems

__all__ = ["IntegrityProblem", "IntegrityReport", "integrity"]


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """What a check found; ``contacts`` is how many present ones could be counted, None where even that fails."""

    contacts: int | None
    problems: tuple[IntegrityProblem, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def integrity(
    connection: Connection, *, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> IntegrityReport:
    """Check everything; a minute at a million contacts. ``progress`` gets contacts checked, and their total."""
    problems = tuple(integrity_problems(connection, progress))
    try:
        count = connection.execute(text("SELECT count(*) FROM contact WHERE removed_in IS NULL")).scalar_one()
    except DatabaseError:
        count = None
    return IntegrityReport(count, problems)
