"""How the window tells what went wrong: foreseen failures in a sentence, conflicts value by value, bugs by the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ulkacrm_desktop.core.changes import FieldConflict
from ulkacrm_desktop.core.errors import EditConflict, ExpectedError, InvalidInput, JobCancelled
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.ui.labels.errors import conflict_text, error_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.prompter import Tone

if TYPE_CHECKING:
    from ulkacrm_desktop.ui.main_window import MainWindow

_LISTED: Final = 12


def tell_error(window: MainWindow, error: BaseException) -> None:
    """Show a failure over the window; a bug goes to the log and is shown once."""
    if isinstance(error, JobCancelled):
        return
    if isinstance(error, EditConflict):
        window.prompter.tell(window, _("Not done: changed in the meantime"), conflict_report(error), tone=Tone.WARNING)
    elif isinstance(error, InvalidInput):
        window.prompter.tell(window, _("Not saved"), error_text(error), tone=Tone.WARNING)
    elif isinstance(error, ExpectedError):
        window.prompter.tell(window, _("That did not work"), error_text(error), tone=Tone.WARNING)
    else:
        window.errors.report(error)


def conflict_report(error: EditConflict) -> str:
    """All values that are not as they were left, a line each, as far as a message can hold them."""
    fields = error.facts.get("fields")
    conflicts = [entry for entry in fields if isinstance(entry, FieldConflict)] if isinstance(fields, list) else []
    if not conflicts:
        return error_text(error)
    lines = [_("Nothing was changed, because this is no longer as it was left:")]
    lines += ["• " + conflict_text(conflict) for conflict in conflicts[:_LISTED]]
    total = error.facts.get("total")
    more = (total if isinstance(total, int) else len(conflicts)) - len(conflicts[:_LISTED])
    if more > 0:
        told = ngettext("and {count} more place", "and {count} more places", more).format(count=grouped(more))
        lines.append(told)
    return "\n".join(lines)
