"""The contacts that the search index is behind with: an operation has touched too many of them to wait.

What they are found by is what they were before the operation, until `index_backlog` has caught up; all else about them
(lists, filters, counts, profiles) is right at once.
"""

from sqlalchemy import Connection, text

from ulkacrm_desktop.db.search_index import refresh_words


def index_later(connection: Connection, contact_ids: str) -> None:
    """Put contacts into the backlog; ``contact_ids`` is a SELECT of their ids."""
    connection.execute(
        text(
            "INSERT INTO search_backlog (contact_id) "
            f"SELECT contact_id FROM ({contact_ids}) AS behind WHERE true ON CONFLICT (contact_id) DO NOTHING"
        )
    )


def backlog_size(connection: Connection) -> int:
    """How many contacts the index is behind with."""
    return int(connection.execute(text("SELECT count(*) FROM search_backlog")).scalar_one())


def index_backlog(connection: Connection, most: int) -> int:
    """Index up to ``most`` contacts of the backlog; answers how many it has indexed."""
    ids = connection.scalars(
        text("SELECT contact_id FROM search_backlog ORDER BY contact_id LIMIT :most"), {"most": most}
    ).all()
    if ids:
        refresh_words(connection, ids)
        connection.execute(
            text("DELETE FROM search_backlog WHERE contact_id >= :first AND contact_id <= :last"),
            {"first": ids[0], "last": ids[-1]},
        )
    return len(ids)
