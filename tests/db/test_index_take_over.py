"""An index built in a file of its own is the database's own from the moment it is taken over."""

from pathlib import Path

from ulkacrm_desktop.db.search_index import create_index_file, take_over_index
from ulkacrm_desktop.services.workspace import Workspace


def test_changes_in_the_same_transaction_build_on_what_was_taken_over(
    local_workspace: Workspace, tmp_path: Path
) -> None:
    with create_index_file(tmp_path / "index.db") as index:
        rows = ((number, f"word{number} smith") for number in range(1, 2_000))
        index.executemany("INSERT INTO contact_fts (rowid, words) VALUES (?, ?)", rows)
    matching = "SELECT count(*) FROM contact_fts WHERE contact_fts MATCH '{}'"
    with local_workspace.writing() as connection:
        take_over_index(connection, tmp_path / "index.db")
        assert connection.exec_driver_sql(matching.format("word7")).scalar_one() == 1
        connection.exec_driver_sql("DELETE FROM contact_fts WHERE rowid = 7")
        connection.exec_driver_sql("INSERT INTO contact_fts (rowid, words) VALUES (7, 'zebra')")
    with local_workspace.writing() as connection:
        for word, count in (("word7", 0), ("zebra", 1), ("smith", 1_998), ("word19*", 111)):
            assert connection.exec_driver_sql(matching.format(word)).scalar_one() == count, word
        connection.exec_driver_sql("INSERT INTO contact_fts (contact_fts) VALUES ('integrity-check')")
