"""The database that a command works on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.entry import CommandError
from ulkacrm_desktop.cli.output import ProgressLine
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.paths import default_database
from ulkacrm_desktop.services.workspace import Workspace


def location_of(arguments: Arguments) -> str:
    """The database that was named, or the usual one."""
    return arguments.database if arguments.database is not None else str(default_database())


@contextmanager
def opened(arguments: Arguments, *, make: bool = False, searching: bool = False) -> Iterator[Workspace]:
    """The database for the time of a block.

    One that is not there is made only where ``make`` says so: a question to a mistyped name has no answer. For
    ``searching`` the search indexes first what operations on very many contacts have left for later. Raises
    CommandError, and what `Workspace.open` raises.
    """
    location = location_of(arguments)
    if not make and "://" not in location and not Path(location).exists():
        raise CommandError(
            _("There is no database {path}. Name another by --database, or make it by importing a file.").format(
                path=location
            )
        )
    with Workspace.session(location) as workspace:
        if searching:
            progress = ProgressLine()
            workspace.catch_up(lambda done, total: progress.show(_("Indexing for the search"), done, total))
            progress.end()
        yield workspace
