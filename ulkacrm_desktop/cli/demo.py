"""`ulkacrm demo`: a database made of the sample spreadsheet, and the window on it; or pictures of everything."""

import os
import tempfile
from pathlib import Path
from typing import Final

from ulkacrm_desktop.cli.arguments import Arguments, make_parser
from ulkacrm_desktop.cli.entry import DONE
from ulkacrm_desktop.cli.imports import import_file
from ulkacrm_desktop.cli.output import ProgressLine, say, tell
from ulkacrm_desktop.core import i18n
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.core.paths import data_directory
from ulkacrm_desktop.services.queries.history import last_operation
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.display import require_display

SAMPLE: Final = Path(__file__).parent.parent / "resources" / "sample" / "contacts.csv"
_FEW: Final = 12


def run_demo(arguments: Arguments) -> int:
    """Make the database and show it; where there is no display, draw the main pages to files instead."""
    if arguments.screens is not None:
        _draw_everything(Path(arguments.screens))
        return DONE
    shown = _can_be_shown()
    folder = Path(arguments.directory) if arguments.directory is not None else data_directory() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "demo.ulka"
    if not shown:
        tell(_("There is no display here, so the main pages are drawn to files."))
    make_demo_database(database)
    if shown:
        from ulkacrm_desktop.app import run

        return run(str(database), arguments.language)
    _draw_main_pages(database, folder / "screens")
    return DONE


def make_demo_database(database: Path, sample: Path = SAMPLE) -> None:
    """Import the sample, as `ulkacrm import` does; a database that has been worked with stays as it is."""
    if database.exists():
        with Workspace.session(database) as workspace:
            worked_with = workspace.read(last_operation) > 0
        if worked_with:
            say(
                _("The demo database is there already and is kept: {path} (delete it to begin anew).").format(
                    path=database
                )
            )
            return
    say(_("Importing the sample contacts into {path}").format(path=database))
    command = ["--database", str(database), "import", str(sample), "--create-properties"]
    import_file(make_parser().parse_args(command, namespace=Arguments()))


def _can_be_shown() -> bool:
    """Whether the window has a display. Raises ExpectedError where Qt itself cannot be loaded."""
    try:
        require_display()
    except ExpectedError as error:
        if error.code != "no_display":
            raise
        return False
    return os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] not in ("offscreen", "minimal")


def _draw_main_pages(database: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="ulkacrm-") as made:
        empty = Path(made) / "empty.ulka"
        Workspace.open(empty).close()
        _draw(folder, {"many": database, "few": empty, "empty": empty}, Path(made), main_only=True)


def _draw_everything(folder: Path) -> None:
    _use_no_display()
    with tempfile.TemporaryDirectory(prefix="ulkacrm-") as made:
        databases = {
            "empty": Path(made) / "empty.ulka",
            "few": Path(made) / "few.ulka",
            "many": Path(made) / "many.ulka",
        }
        Workspace.open(databases["empty"]).close()
        few = Path(made) / SAMPLE.name
        with SAMPLE.open(encoding="utf-8", newline="") as sample:
            few.write_text("".join(sample.readline() for _row in range(_FEW + 1)), encoding="utf-8", newline="")
        make_demo_database(databases["few"], few)
        make_demo_database(databases["many"])
        _draw(folder, databases, Path(made), main_only=False)


def _draw(folder: Path, databases: dict[str, Path], scratch: Path, *, main_only: bool) -> None:
    _use_no_display()
    from PySide6.QtCore import qInstallMessageHandler

    from ulkacrm_desktop.cli.screens import draw_screens

    progress = ProgressLine()
    qInstallMessageHandler(_tell_of_qt)
    count = draw_screens(
        folder,
        databases,
        scratch,
        languages=(i18n.current_language(),) if main_only else i18n.LANGUAGES,
        main_only=main_only,
        large=not main_only,
        progress=lambda done, total: progress.show(_("Drawing pages"), done, total),
    )
    progress.end()
    say(
        ngettext("{count} picture drawn in {path}", "{count} pictures drawn in {path}", count).format(
            count=grouped(count), path=folder
        )
    )


def _tell_of_qt(_kind: object, _context: object, message: str) -> None:
    # What only a real screen can do, such as raising a window, is no news here.
    if not message.startswith("This plugin does not support"):
        tell(message)


def _use_no_display() -> None:
    """Draw into memory. Raises ExpectedError where Qt cannot be loaded."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    require_display()
