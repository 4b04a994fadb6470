"""A filled file of an older schema is brought up to date: nothing is lost, a sound copy stays beside it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlcipher3 import dbapi2

from tests.database_dump import assert_sound
from tests.services.operations.reversals import performed
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.db import backup, schema
from ulkacrm_desktop.db.engine import APPLICATION_ID, WRITING, open_engine
from ulkacrm_desktop.db.search_index import rebuild_search_index
from ulkacrm_desktop.services.operations.assignments import set_responsible
from ulkacrm_desktop.services.operations.tags import add_tags
from ulkacrm_desktop.services.queries.classes import contact_classes
from ulkacrm_desktop.services.queries.contacts import all_ids
from ulkacrm_desktop.services.queries.users import crm_users
from ulkacrm_desktop.services.workspace import Workspace

_ROWS = (
    "INSERT INTO database_info (id, code, created_at) VALUES (1, 'abcd1234', 1)",
    "INSERT INTO operation_context (id, operation_id) VALUES (1, NULL)",
    "INSERT INTO contact_class (id, name) VALUES (1, 'General'), (2, 'Ёлки ')",
    "INSERT INTO crm_user (id, name) VALUES (1, 'Olga')",
    "INSERT INTO operation (id, kind, actor, at, facts) VALUES (1, 'contacts_imported', 'me', 5, '{}')",
    "INSERT INTO tag (id, name, name_key) VALUES (1, 'VIP', 'vip')",
    "INSERT INTO property (id, name, name_key, type) VALUES (1, 'Size', 'size', 'number')",
    "WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 50) "
    "INSERT INTO contact (id, class_id, created_in, name, name_key, responsible_id, created_at, updated_at, "
    "primary_email) SELECT value, 1 + value % 2, 1, 'Contact ' || value, 'contact ' || value, 1, 5, 5, "
    "'c' || value || '@x.io' FROM n",
    "INSERT INTO email (contact_id, class_id, address, match_key, is_primary) "
    "SELECT id, class_id, 'c' || id || '@x.io', 'c' || id || '@x.io', true FROM contact",
    "INSERT INTO contact_tag (contact_id, class_id, tag_id) SELECT id, class_id, 1 FROM contact WHERE id % 5 = 0",
    "INSERT INTO property_value (contact_id, class_id, property_id, value, number) "
    "SELECT id, class_id, 1, id, id FROM contact",
    "INSERT INTO note (contact_id, class_id, body, created_at) SELECT id, class_id, 'called', 6 FROM contact",
)


def make_old(path: Path) -> None:
    """A file as the program made it at revision 0001, with contacts in it."""
    from alembic import command

    engine = open_engine(path)
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        configuration = schema._configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "0001")
        for statement in _ROWS:
            connection.exec_driver_sql(statement)
        rebuild_search_index(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    engine.dispose()


@pytest.fixture(scope="module")
def old_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("old") / "contacts.ulka"
    make_old(path)
    return path


@pytest.fixture
def database(old_file: Path, tmp_path: Path) -> Path:
    path = tmp_path / "contacts.ulka"
    shutil.copy(old_file, path)
    return path


def counts(path: Path) -> dict[str, Any]:
    """What a file has, read without this program."""
    with dbapi2.connect(str(path)) as connection:
        tables = ("contact", "email", "contact_tag", "property_value", "note", "contact_class", "crm_user")
        found: dict[str, Any] = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
        }
        found["revision"] = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    connection.close()
    return found


def indexes(path: Path) -> set[tuple[str, str]]:
    connection = dbapi2.connect(str(path))
    found = set(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"))
    connection.close()
    return found


def test_a_filled_file_of_the_first_schema_is_brought_up_to_date(database: Path) -> None:
    before = counts(database)
    assert before["revision"] == "0001"
    with Workspace.session(database, actor="tester") as workspace:
        workspace.read(assert_sound)
        assert [row.name for row in workspace.read(contact_classes)] == ["General", "Ёлки "]
        users = workspace.read(crm_users, "tester")
        assert [user.name for user in users] == ["Olga", "tester"]
        everybody = ContactSelection.matching(ContactQuery())
        assert performed(workspace, set_responsible, selection=everybody, user_id=0) == 50
        assert performed(workspace, add_tags, selection=everybody, names=["VIP"]) == 40
        with workspace.writing() as connection, pytest.raises(Exception, match="a write outside an operation"):
            connection.execute(text("UPDATE contact SET name = 'x', version = version + 1"))
        with workspace.reading() as connection:
            keys = connection.execute(text("SELECT name_key FROM contact_class ORDER BY id")).scalars().all()
        assert keys == ["general", "елки"]
        assert len(workspace.read(all_ids, ContactQuery(search="contact 1"))) == 11
    after = counts(database)
    assert after.pop("revision") == schema.NEWEST_REVISION
    assert {**after, "contact_tag": 10, "crm_user": 1} == {key: before[key] for key in after}


def test_it_then_has_the_indexes_of_a_new_file(database: Path) -> None:
    Workspace.open(database).close()
    new = database.with_name("new.ulka")
    Workspace.open(new).close()
    assert indexes(database) == indexes(new) > set()


def test_a_sound_copy_of_it_stays_beside_it(database: Path) -> None:
    older = database.with_name("contacts.ulka.0000.backup")
    older.write_bytes(b"of an earlier migration")
    foreign = database.with_name("other.ulka.0000.backup")
    foreign.write_bytes(b"of another database")
    before = counts(database)
    Workspace.open(database).close()
    copy = database.with_name("contacts.ulka.0001.backup")
    assert counts(copy) == before
    assert not older.exists(), "one copy is enough"
    assert foreign.exists()
    modified = copy.stat().st_mtime_ns
    Workspace.open(database).close()
    assert copy.stat().st_mtime_ns == modified, "nothing was migrated, nothing is copied"
    shutil.copy(copy, database.with_name("again.ulka"))
    with Workspace.session(database.with_name("again.ulka")) as workspace:
        workspace.read(assert_sound)


def test_a_migration_that_fails_changes_nothing(database: Path) -> None:
    broken = dbapi2.connect(str(database), isolation_level=None)
    broken.execute("INSERT INTO email (contact_id, class_id, address, match_key) VALUES (9999, 1, 'a@b.io', 'a@b.io')")
    broken.close()
    before = counts(database)
    older = database.with_name("contacts.ulka.0000.backup")
    older.write_bytes(b"of an earlier migration")
    with pytest.raises(ExpectedError, match="migration_failed"):
        Workspace.open(database)
    assert counts(database) == before
    assert counts(database.with_name("contacts.ulka.0001.backup")) == before
    assert older.exists(), "until a migration has succeeded none is thrown away"


@pytest.fixture
def unwritable(database: Path) -> Iterator[Path]:
    """A folder stands where the copy has to go."""
    (database.parent / "contacts.ulka.0001.backup.part").mkdir()
    yield database


def test_without_a_copy_nothing_is_migrated(unwritable: Path) -> None:
    with pytest.raises(ExpectedError, match="backup_failed"):
        Workspace.open(unwritable)
    assert counts(unwritable)["revision"] == "0001"


def test_a_copy_that_is_not_sound_is_none(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check = backup._check

    def damaged(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[4096 * 3 : 4096 * 4] = b"\xff" * 4096
        path.write_bytes(content)
        check(path)

    monkeypatch.setattr(backup, "_check", damaged)
    with pytest.raises(ExpectedError, match="backup_failed"):
        Workspace.open(database)
    assert counts(database)["revision"] == "0001"
    assert not list(database.parent.glob("*.backup*")), "no copy is left that is worth nothing"
