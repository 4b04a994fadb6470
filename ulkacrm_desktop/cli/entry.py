"""From arguments to a command, and from whatever happens in it to an exit code and a sentence."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final

from ulkacrm_desktop.cli.arguments import Arguments, asked_language, make_parser
from ulkacrm_desktop.core import i18n
from ulkacrm_desktop.core.errors import ExpectedError, JobCancelled
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.paths import log_file
from ulkacrm_desktop.core.settings import Settings

if TYPE_CHECKING:
    from types import FrameType

DONE: Final = 0
FAILED: Final = 1

_COMMANDS: Final = {
    "": "window:show_window",
    "demo": "demo:run_demo",
    "import": "imports:import_file",
    "export": "exports:export_file",
    "template": "exports:make_template",
    "search": "reading:search",
    "show": "reading:show",
    "info": "reading:info",
    "check": "reading:check",
    "duplicates": "duplicates:find",
    "merge": "duplicates:merge",
    "segment list": "segments:list_segments",
    "segment show": "segments:show",
    "segment create": "segments:create",
    "segment add": "segments:add",
    "segment remove": "segments:remove",
    "segment delete": "segments:delete",
    "segment explain": "segments:explain",
    "tag list": "tags:list_tags",
    "tag add": "tags:add",
    "tag remove": "tags:remove",
    "tag rename": "tags:rename",
    "tag merge": "tags:merge",
    "tag colour": "tags:colour",
    "tag delete": "tags:delete",
    "property list": "properties:list_properties",
    "property create": "properties:create",
    "property rename": "properties:rename",
    "property retype": "properties:retype",
    "property archive": "properties:archive",
    "property unarchive": "properties:unarchive",
    "property delete": "properties:delete",
    "property set": "properties:set_value",
    "property rename-choice": "properties:rename_of_choice",
    "property delete-choice": "properties:delete_choice",
    "user list": "people:list_users",
    "user add": "people:add_to_users",
    "user rename": "people:rename_one",
    "user delete": "people:delete_user",
    "user assign": "people:assign",
    "user unassign": "people:unassign",
    "class list": "people:list_classes",
    "class add": "people:add_to_classes",
    "class rename": "people:rename_of_class",
    "class delete": "people:delete_class",
    "class assign": "people:move_to_class",
    "history": "history:list_history",
    "undo": "history:undo",
    "redo": "history:redo",
}
_WITH_WINDOW: Final = ("", "demo")
_LOG_BYTES: Final = 1_000_000


class CommandError(Exception):
    """A command cannot do what it was asked for; its text is the sentence that says why."""


def main(argv: Sequence[str]) -> int:
    """Carry out the command of ``argv`` (without the program's name); answers the exit code."""
    _prepare_streams()
    i18n.set_language((asked_language(argv) if argv else None) or Settings().get("language") or i18n.system_language())
    try:
        arguments = _arguments(argv)
    except SystemExit as end:  # argparse has said what is wrong, or has shown the help
        return end.code if isinstance(end.code, int) else FAILED
    if arguments.command not in _WITH_WINDOW:
        import signal

        # A stop from outside ends a job as Ctrl+C does: with everything as it was.
        signal.signal(signal.SIGTERM, _interrupt)
    if arguments.command == "import":
        from ulkacrm_desktop.services.jobs.process_start import expect_children

        expect_children()
    try:
        code = _command(arguments.command)(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Whoever read the output has had enough of it. Nothing more may be written, not even at the exit.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (KeyboardInterrupt, JobCancelled):
        return _failed(_("Cancelled. Nothing was changed."))
    except CommandError as error:
        return _failed(str(error))
    except ExpectedError as error:
        from ulkacrm_desktop.ui.labels.criteria import place_lines
        from ulkacrm_desktop.ui.labels.errors import error_text

        return _failed("\n".join([*place_lines(error), error_text(error)]))
    except Exception as error:  # a traceback is for the log
        return _failed(_unexpected(error))


def _arguments(argv: Sequence[str]) -> Arguments:
    """What is asked for; raises SystemExit, with the reason or the help on the console, where nothing can be done."""
    if not argv:
        # The start by a click: the window need not wait for a parser of all commands.
        return Arguments(command="", database=None, language=None)
    parser = make_parser()
    arguments = parser.parse_args(argv, namespace=Arguments())
    if arguments.command == "search" and not arguments.text and arguments.where is None:
        parser.error(_("Say what to search for: words, or criteria by --where."))
    return arguments


def _command(name: str) -> Callable[[Arguments], int]:
    module, _colon, function = _COMMANDS[name].partition(":")
    command: Callable[[Arguments], int] = getattr(import_module(f"ulkacrm_desktop.cli.{module}"), function)
    return command


def _failed(sentence: str) -> int:
    with suppress(BrokenPipeError):
        print(sentence, file=sys.stderr, flush=True)
    return FAILED


def _unexpected(error: Exception) -> str:
    """The sentence about a bug, or a failure of the database in the midst; its traceback goes to the log."""
    import logging
    from logging.handlers import RotatingFileHandler

    path = log_file()
    handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("ulkacrm_desktop")
    logger.addHandler(handler)
    told_on, logger.propagate = logger.propagate, False  # stderr gets one sentence
    with suppress(OSError):
        logger.critical("Uncaught exception", exc_info=error)
    logger.propagate = told_on
    handler.close()
    logger.removeHandler(handler)
    if getattr(error, "orig", None) is not None:  # what SQLAlchemy makes of an error of the database
        return _("The database failed: {reason}. “ulkacrm check” tells whether its file is sound. Log: {path}").format(
            reason=str(getattr(error, "orig", error)).strip().rstrip("."), path=path
        )
    return _("Something went wrong in the program. What happened is written in the log: {path}").format(path=path)


def _prepare_streams() -> None:
    """Text in any script can be printed, also where the console or the pipe is of another encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _interrupt(_number: int, _frame: "FrameType | None") -> None:
    raise KeyboardInterrupt
