"""What contacts get that come in by themselves: the responsible user of the settings, the defaults of properties."""

from pathlib import Path

import pytest

from tests.database_dump import assert_sound
from tests.services.imports.import_runs import import_here, plan_here, write_csv
from tests.services.operations.reversals import performed, refused, state
from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.services.operations.contacts import create_contact
from ulkacrm_desktop.services.operations.history import redo_operation, undo_operation
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.operations.settings import set_default_responsible
from ulkacrm_desktop.services.operations.users import add_user, remove_user
from ulkacrm_desktop.services.queries.contact_documents import contact_documents
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.queries.users import default_responsible
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.imports import cell_problem_text


def documents(workspace: Workspace) -> list[ContactDocument]:
    with workspace.reading() as connection:
        return list(contact_documents(connection, sorted(all_ids(connection, ContactQuery()))))


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    return write_csv(
        tmp_path / "people.csv",
        ["Name", "Email", "Tier", "Visits"],
        [["Anna", "anna@x.io", "", "3"], ["Boris", "boris@x.io", "Gold", ""], ["Clara", "clara@x.io", "", ""]],
    )


def test_the_default_responsible_is_a_setting(workspace: Workspace) -> None:
    olga = workspace.perform(add_user, name="Olga").result
    assert workspace.read(default_responsible) is None
    performed(workspace, set_default_responsible, user_id=olga)
    assert workspace.read(default_responsible) == olga
    refused(workspace, NotFound, set_default_responsible, user_id=9_999)
    workspace.perform(remove_user, user_id=olga)
    assert workspace.read(default_responsible) is None, "nobody is responsible who is gone"
    workspace.perform(undo_operation)
    performed(workspace, set_default_responsible, user_id=None)
    assert workspace.read(default_responsible) is None


def test_imported_contacts_get_the_defaults(workspace: Workspace, rows: Path) -> None:
    olga = workspace.perform(add_user, name="Olga").result
    workspace.perform(set_default_responsible, user_id=olga)
    tier = workspace.perform(
        create_property, name="Tier", type=PropertyType.SELECT, options=("Gold", "Silver"), default="Silver"
    ).result
    news = workspace.perform(create_property, name="News", type=PropertyType.YES_NO, default="1").result
    workspace.perform(create_contact, contact=ContactInput("Dora"))
    before = state(workspace)
    report = import_here(workspace, rows)
    dora, anna, boris, clara = documents(workspace)
    assert (dora.responsible, dora.properties) == (None, {}), "contacts that are there are left alone"
    assert [contact.responsible for contact in (anna, boris, clara)] == ["Olga"] * 3
    assert [contact.properties[tier] for contact in (anna, boris, clara)] == ["Silver", "Gold", "Silver"]
    assert all(contact.properties[news] for contact in (anna, boris, clara))
    assert set(workspace.read(all_ids, ContactQuery(search="silver"))) == {anna.id, clara.id}
    workspace.read(assert_sound)
    after = state(workspace)
    workspace.perform(undo_operation, operation_id=report.operation)
    assert state(workspace) == before
    workspace.perform(redo_operation)
    assert state(workspace) == after
    assert import_here(workspace, rows).unchanged == 3


def test_rows_without_a_required_value_are_reported(local_workspace: Workspace, rows: Path) -> None:
    workspace = local_workspace
    workspace.perform(create_property, name="Tier", type=PropertyType.TEXT, required=True)
    workspace.perform(create_property, name="Visits", type=PropertyType.NUMBER, required=True, default="1")
    plan = plan_here(workspace, rows)
    try:
        told = {
            row.place: [(problem.code, problem.field, problem.is_error) for problem in row.problems]
            for row in plan.rows([0, 1, 2])
        }
        assert plan.counts.create == 3
    finally:
        plan.discard()
    missing = [("property_missing", "property:Tier", False)]
    assert told == {0: missing, 1: [], 2: missing}, "what has a default is never missing"
    assert cell_problem_text("property_missing").startswith("This property is required")
