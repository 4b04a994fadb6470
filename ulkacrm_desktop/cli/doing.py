"""What a command that changes the database says of it: the operation's sentence, or one JSON object."""

from typing import Any

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.entry import DONE
from ulkacrm_desktop.cli.output import print_json, say
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.queries.history import history
from ulkacrm_desktop.services.workspace import Outcome, Workspace
from ulkacrm_desktop.ui.labels.history import operation_text


def tell_outcome(workspace: Workspace, arguments: Arguments, outcome: Outcome[Any], **facts: Any) -> int:
    """Say what was done; as JSON the facts and the number of the operation, null where nothing changed."""
    if arguments.json:
        print_json({**facts, "operation": outcome.operation_id})
        return DONE
    if outcome.operation_id is None:
        say(_("Nothing had to be changed."))
        return DONE
    (row,) = workspace.read(history, limit=1, before=outcome.operation_id + 1)
    say(operation_text(row.kind, row.facts))
    return DONE
