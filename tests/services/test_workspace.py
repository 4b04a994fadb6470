"""Opening, reading and writing a database: what is refused stays as it is, nothing is lost, nothing is left half."""

import multiprocessing
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.database_dump import assert_sound, dump
from ulkacrm_desktop.core.changes import ChangeSet, Entity, OperationKind
from ulkacrm_desktop.core.contact_document import EmailEntry, PropertyType
from ulkacrm_desktop.core.contact_input import ContactInput
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.services.operations.contacts import create_contact, remove_contacts, update_contact
from ulkacrm_desktop.services.operations.properties import create_property
from ulkacrm_desktop.services.operations.tags import add_tags, change_tag
from ulkacrm_desktop.services.workspace import IDS_LISTED, Workspace, Write, operation

EACH = 25


def write_many(location: str, name: str) -> None:
    with Workspace.session(location, actor=name) as workspace:
        for number in range(EACH):
            workspace.perform(create_contact, contact=ContactInput(f"{name} {number}", tags=(f"of {number}",)))


def refuse(path: Path, code: str) -> None:
    before = path.read_bytes() if path.is_file() else None
    beside = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    with pytest.raises(ExpectedError) as caught:
        Workspace.open(path)
    assert caught.value.code == code
    assert code == "schema_newer" or str(path) in caught.value.facts.values()
    if before is not None:
        assert path.read_bytes() == before
        assert sorted(path.parent.iterdir()) == beside


def test_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "text.ulka").write_bytes(b"Name;Email\r\n" * 500)
    refuse(tmp_path / "text.ulka", "not_a_database")
    (tmp_path / "noise.ulka").write_bytes(bytes(range(256)) * 64)
    refuse(tmp_path / "noise.ulka", "not_a_database")
    refuse(tmp_path, "database_unreadable")
    refuse(tmp_path / "missing" / "a.ulka", "database_unreadable")


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_database_of_another_program(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "theirs.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute("CREATE TABLE contact (id INTEGER)")
    connection.commit()
    connection.close()
    refuse(path, "not_a_database")


@pytest.mark.parametrize("kept", [60, 4096, 0.5, 0.9])
def test_a_truncated_file(local_database: str, kept: float) -> None:
    with Workspace.session(local_database) as workspace:
        for number in range(30):
            workspace.perform(create_contact, contact=ContactInput(f"N{number}", notes="x" * 3000))
    path = Path(local_database)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole)) if kept < 1 else int(kept)])
    # Not even the head of a file tells what it was.
    refuse(path, "not_a_database" if kept == 60 else "database_unreadable")


def test_a_newer_schema(workspace: Workspace, request: pytest.FixtureRequest) -> None:
    location = workspace.location
    workspace.perform(create_contact, contact=ContactInput("Anna"))
    with workspace.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    workspace.close()
    if not location.startswith("postgresql"):
        refuse(Path(location), "schema_newer")
        return
    with pytest.raises(ExpectedError, match="schema_newer"):
        Workspace.open(location)


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "new.ulka"
    path.touch()
    with Workspace.session(path) as workspace:
        code = workspace.code
    with Workspace.session(path) as workspace:
        assert workspace.code == code


def test_reopening_keeps_everything(workspace: Workspace) -> None:
    contact = ContactInput("Anna", emails=(EmailEntry("a@x.io"),), tags=("VIP",))
    workspace.perform(create_contact, contact=contact)
    with workspace.reading() as connection:
        before = dump(connection)
    workspace.close()
    with Workspace.session(workspace.location) as again, again.reading() as connection:
        assert dump(connection) == before
        assert_sound(connection)


def test_what_changes_nothing_leaves_no_trace(workspace: Workspace) -> None:
    anna = workspace.perform(create_contact, contact=ContactInput("Anna", tags=("VIP",))).result
    heard: list[ChangeSet] = []
    workspace.subscribe(heard.append)
    nobody = ContactSelection.matching(ContactQuery(search="nobody"))
    assert (
        workspace.perform(update_contact, contact_id=anna, changes={"name": "Anna", "tags": ("vip",)}).changes is None
    )
    assert workspace.perform(remove_contacts, selection=nobody).operation_id is None
    assert workspace.perform(change_tag, tag_id=1, name="VIP", color="").operation_id is None
    assert heard == []
    with workspace.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM operation")).scalar_one() == 1


def test_change_sets(workspace: Workspace) -> None:
    heard: list[ChangeSet] = []
    unsubscribe = workspace.subscribe(heard.append)
    made = workspace.perform(create_contact, contact=ContactInput("Anna", emails=(EmailEntry("a@x.io"),)))
    assert made.changes == heard[-1]
    assert (heard[-1].kind, heard[-1].contacts) == (OperationKind.CONTACT_CREATED, frozenset({made.result}))
    assert heard[-1].ids == {Entity.CONTACT: frozenset({made.result})}
    workspace.perform(update_contact, contact_id=made.result, changes={"emails": (), "city": "Riga"})
    assert heard[-1].touches(Entity.EMAIL) and heard[-1].touches(Entity.CONTACT)
    assert heard[-1].touches_contact(made.result) and not heard[-1].touches_contact(made.result + 1)
    workspace.perform(create_property, name="Size", type=PropertyType.TEXT)
    assert heard[-1].contacts is None
    unsubscribe()
    workspace.perform(create_contact, contact=ContactInput("Boris"))
    assert len(heard) == 3


def test_a_change_set_of_many_lists_none(workspace: Workspace) -> None:
    @operation(OperationKind.CONTACTS_IMPORTED)
    def many(write: Write) -> None:
        rows = [{"o": write.operation_id, "n": f"N{number}"} for number in range(IDS_LISTED + 1)]
        insert = "INSERT INTO contact (created_in, name, name_key, created_at, updated_at) VALUES (:o, :n, :n, 1, 1)"
        write.connection.execute(text(insert), rows)

    assert workspace.perform(many).changes.ids == {Entity.CONTACT: None}  # type: ignore[union-attr]
    everybody = ContactSelection.matching(ContactQuery())
    tagged = workspace.perform(add_tags, selection=everybody, names=["All"]).changes
    assert tagged is not None
    assert (tagged.contacts, tagged.ids[Entity.CONTACT_TAG]) == (None, None)


def test_a_failed_operation_has_not_happened(workspace: Workspace) -> None:
    @operation(OperationKind.CONTACT_CREATED)
    def fail(write: Write) -> None:
        write.connection.execute(text("INSERT INTO tag (name, name_key) VALUES ('x', 'x')"))
        raise LookupError

    with pytest.raises(LookupError):
        workspace.perform(fail)
    with workspace.reading() as connection:
        assert dump(connection)["tag"] == []
        assert connection.execute(text("SELECT count(*) FROM operation")).scalar_one() == 0


def test_a_read_sees_one_unchanging_view(workspace: Workspace) -> None:
    workspace.perform(create_contact, contact=ContactInput("Anna"))
    with workspace.reading() as connection:
        before = dump(connection)
        workspace.perform(create_contact, contact=ContactInput("Boris"))
        assert dump(connection) == before
    with workspace.reading() as connection:
        assert len(dump(connection)["contact"]) == 2


def test_two_writers_lose_nothing(workspace: Workspace) -> None:
    if workspace.is_local:
        spawn = multiprocessing.get_context("spawn")
        writers = [spawn.Process(target=write_many, args=(workspace.location, name)) for name in ("Anna", "Boris")]
    else:
        writers = [threading.Thread(target=write_many, args=(workspace.location, name)) for name in ("Anna", "Boris")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with workspace.reading() as connection:
        names = {row[5] for row in dump(connection)["contact"]}
        assert names == {f"{name} {number}" for name in ("Anna", "Boris") for number in range(EACH)}
        assert len(dump(connection)["tag"]) == EACH
        numbers = connection.execute(text("SELECT actor, count(*) FROM operation GROUP BY actor ORDER BY 1")).all()
        assert [tuple(row) for row in numbers] == [("Anna", EACH), ("Boris", EACH)]
        assert_sound(connection)
