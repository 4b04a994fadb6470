"""The revision that the program asks for is that of its migrations."""

import pytest
from sqlalchemy import text

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.db.schema import NEWEST_REVISION, newest_revision, present_revision
from ulkacrm_desktop.services.workspace import Workspace


def test_the_newest_revision_is_the_head_of_the_migrations() -> None:
    assert newest_revision() == NEWEST_REVISION


def test_a_database_tells_its_revision(workspace: Workspace) -> None:
    with workspace.reading() as connection:
        assert present_revision(connection) == NEWEST_REVISION


def test_a_newer_database_is_refused_and_not_changed(workspace: Workspace) -> None:
    with workspace.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    address = workspace.location
    with pytest.raises(ExpectedError, match="schema_newer"):
        Workspace.open(address)
    with workspace.reading() as connection:
        assert present_revision(connection) == "9999"
