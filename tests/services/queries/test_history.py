"""What undo and redo mean: a straight line of one's own operations."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.queries.scenario import person
from ulkacrm_desktop.services.operations.contacts import create_contact, update_contact
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.queries.history import history, last_operation, last_redoable, last_undoable
from ulkacrm_desktop.services.workspace import Workspace


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(("do", "undo", "redo")), max_size=12))
def test_undo_and_redo_walk_one_line(workspace: Workspace, steps: list[str]) -> None:
    # A new operation nobody undoes parts this example from those before.
    floor = workspace.perform(create_contact, contact=person("Anna")).operation_id
    assert floor is not None
    done: list[int] = []
    undone: list[int] = []
    for number, step in enumerate(steps):
        if step == "do":
            changes = {"company": f"Acme {number}"}
            made = workspace.perform(update_contact, contact_id=_newest(workspace), changes=changes).operation_id
            assert made is not None
            done.append(made)
            undone.clear()
        elif step == "undo" and done:
            undone.append(done.pop())
            assert workspace.perform(undo_operation).result == undone[-1]
        elif step == "redo" and undone:
            done.append(undone.pop())
            assert workspace.perform(redo_operation).result == done[-1]
        assert workspace.read(last_undoable) == (done[-1] if done else floor)
        assert workspace.read(last_redoable) == (undone[-1] if undone else None)
        assert workspace.read(last_undoable, "tester") == workspace.read(last_undoable)
        assert workspace.read(last_undoable, "nobody") is None
        assert workspace.read(last_redoable, "nobody") is None
    rows = {row.id: row for row in workspace.read(history, limit=1000)}
    assert all(rows[operation].can_undo and not rows[operation].reverted for operation in done)
    assert all(rows[operation].can_redo and rows[operation].reverted for operation in undone)


def _newest(workspace: Workspace) -> int:
    from ulkacrm_desktop.core.contact_query import ContactQuery, SortKey
    from ulkacrm_desktop.services.queries.contacts import first_page

    query = ContactQuery(sort=SortKey.CREATED_AT, descending=True)
    return workspace.read(first_page, query, limit=1).rows[0].id


def test_pages_of_the_history(workspace: Workspace) -> None:
    assert workspace.read(history) == ()
    assert workspace.read(last_operation) == 0
    assert workspace.read(last_undoable) is None
    ids = [workspace.perform(create_contact, contact=person(f"Contact {n}")).operation_id for n in range(5)]
    undo = workspace.perform(undo_operation).operation_id
    rows = workspace.read(history, limit=3)
    assert [row.id for row in rows] == [undo, ids[4], ids[3]]
    assert (rows[0].kind, rows[0].can_undo, rows[0].can_redo) == ("undone", False, False)
    assert (rows[1].reverted, rows[1].can_undo, rows[1].can_redo) == (True, False, True)
    assert (rows[2].facts["name"], rows[2].actor, rows[2].can_undo) == ("Contact 3", "tester", True)
    assert [row.id for row in workspace.read(history, before=ids[3])] == ids[2::-1]
    assert workspace.read(last_operation, before=undo) == ids[4]
