"""Operations taken back and done again, each step compared with the whole database."""

from typing import Any

from tests.database_dump import Dump, assert_sound, dump
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.workspace import Workspace


def state(workspace: Workspace) -> Dump:
    """What the database says of its contacts."""
    return workspace.read(dump)


def performed(workspace: Workspace, operation: Any, **arguments: Any) -> Any:
    """The result of an operation that changes something, is undone to the letter and done again."""
    before = state(workspace)
    outcome = workspace.perform(operation, **arguments)
    after = state(workspace)
    assert outcome.operation_id is not None, "nothing was changed"
    assert workspace.perform(undo_operation).result == outcome.operation_id
    assert state(workspace) == before
    assert workspace.perform(redo_operation).result == outcome.operation_id
    assert state(workspace) == after
    workspace.catch_up()
    workspace.read(assert_sound)
    return outcome.result


def nothing_done(workspace: Workspace, operation: Any, **arguments: Any) -> Any:
    """The result of an operation that leaves no trace."""
    before = state(workspace)
    outcome = workspace.perform(operation, **arguments)
    assert outcome.changes is None
    assert state(workspace) == before
    return outcome.result


def refused(workspace: Workspace, error: type[Exception], operation: Any, **arguments: Any) -> Any:
    """The error of an operation that refuses and changes nothing."""
    before = state(workspace)
    try:
        workspace.perform(operation, **arguments)
    except error as raised:
        assert state(workspace) == before
        return raised
    raise AssertionError(f"{operation.kind} was not refused")
