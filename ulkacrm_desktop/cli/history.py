"""`ulkacrm history`, `undo` and `redo`."""

from typing import Any

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.entry import DONE
from ulkacrm_desktop.cli.opening import opened
from ulkacrm_desktop.cli.output import print_json, print_table, say
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.queries.history import OperationRow, history
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.queries.undo_state import undo_state
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.history import operation_text
from ulkacrm_desktop.ui.labels.values import plain_value


def list_history(arguments: Arguments) -> int:
    """List operations, the latest first."""
    with opened(arguments) as workspace:
        rows = workspace.read(history, limit=arguments.limit)
        names = _property_names(workspace)
    if arguments.json:
        print_json({"operations": [_as_json(row, names) for row in rows]})
        return DONE
    if rows:
        print_table(
            [_("No."), _("When"), _("Who"), _("What"), ""],
            [
                [
                    str(row.id),
                    plain_value(row.at),
                    row.actor,
                    operation_text(row.kind, row.facts, names),
                    _("(undone)") if row.reverted else "",
                ]
                for row in rows
            ],
        )
    else:
        say(_("Nothing was done yet."))
    return DONE


def undo(arguments: Arguments) -> int:
    """Take an operation back."""
    with opened(arguments) as workspace:
        workspace.perform(undo_operation, operation_id=arguments.operation)
        _say_latest(workspace)
    return DONE


def redo(arguments: Arguments) -> int:
    """Do again what was undone last."""
    with opened(arguments) as workspace:
        workspace.perform(redo_operation)
        _say_latest(workspace)
    return DONE


def _say_latest(workspace: Workspace) -> None:
    latest = workspace.read(undo_state).latest
    if latest is not None:
        say(operation_text(latest.kind, latest.facts, _property_names(workspace)))


def _property_names(workspace: Workspace) -> dict[int, str]:
    return {definition.id: definition.name for definition in workspace.read(property_definitions, archived=True)}


def _as_json(row: OperationRow, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "actor": row.actor,
        "at": row.at,
        "text": operation_text(row.kind, row.facts, names),
        "undone": row.reverted,
    }
