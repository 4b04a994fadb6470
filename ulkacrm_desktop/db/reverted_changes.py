"""The changes of an operation in the order in which they are taken back, and SQL for the images that they hold."""

from typing import Literal

from sqlalchemy import Column, Connection, LargeBinary, text

from ulkacrm_desktop.db.engine import is_local
from ulkacrm_desktop.db.journal import recorded_columns, sql_type, table_of
from ulkacrm_desktop.models import Recorded

Direction = Literal["undo", "redo"]


def rank_changes(connection: Connection, operation_id: int, direction: Direction) -> int:
    """Put the operation's changes with their place in the order of work into a temporary table."""
    order = "DESC" if direction == "undo" else "ASC"
    connection.execute(text("DROP TABLE IF EXISTS reverted_change"))
    own = f"FROM change WHERE operation_id = {int(operation_id)}"
    repeated = text(f"SELECT 1 {own} GROUP BY table_name, row_id HAVING count(*) > 1 LIMIT 1")
    if connection.execute(repeated).first() is None:
        # Each row was changed once, as by all operations on many.
        connection.execute(
            text(
                "CREATE TEMPORARY TABLE reverted_change AS "
                f"SELECT id AS change_id, table_name, row_id, action, 1 AS rank {own}"
            )
        )
        _index_ranks(connection)
        return 1
    leaving, coming = ("I", "D") if direction == "undo" else ("D", "I")
    # A row that comes back may need the place of one that leaves in a later pass: it waits for the last of those.
    # What was inserted and deleted by the same operation leaves no trace in either direction.
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE reverted_change AS WITH own AS (SELECT id, table_name, row_id, action, "
            f"row_number() OVER (PARTITION BY table_name, row_id ORDER BY id {order}) AS rank, "
            f"max(CASE action WHEN '{leaving}' THEN 1 ELSE 0 END) OVER (PARTITION BY table_name, row_id) AS leaves, "
            f"max(CASE action WHEN '{coming}' THEN 1 ELSE 0 END) OVER (PARTITION BY table_name, row_id) AS comes "
            f"{own}), last AS (SELECT coalesce(max(rank), 1) - 1 AS wait FROM own "
            f"WHERE action = '{leaving}' AND comes = 0) "
            "SELECT own.id AS change_id, table_name, row_id, action, rank + comes * wait AS rank "
            "FROM own CROSS JOIN last WHERE leaves + comes < 2"
        )
    )
    _index_ranks(connection)
    return int(connection.execute(text("SELECT coalesce(max(rank), 0) FROM reverted_change")).scalar_one())


def _index_ranks(connection: Connection) -> None:
    connection.execute(text("CREATE INDEX reverted_change_order ON reverted_change (rank, table_name, action, row_id)"))


class Pass:
    """At most one change of each row of the ``operation_id`` that is reverted by operation ``by``.

    ``put`` is the image that becomes the present one, ``expected`` the one that must be there now. ``taken_out`` is the
    action (``I``, ``D``) of the changes whose rows go, ``put_in`` that of those whose rows come back. In the SQL a
    change is ``c`` and its present row ``t``.
    """

    def __init__(self, connection: Connection, operation_id: int, by: int, direction: Direction, rank: int) -> None:
        self.connection = connection
        self.by = by
        self.operation_id = operation_id
        undoing = direction == "undo"
        self.rank = rank
        self.put, self.expected = ("before", "after") if undoing else ("after", "before")
        self.is_local = is_local(connection)
        self._changed: dict[str, set[str]] = {}
        # What an undo takes out is what the operation put in; a redo takes out what it had deleted.
        self.taken_out, self.put_in = ("I", "D") if undoing else ("D", "I")

    def has(self, mapped: type[Recorded], *actions: str) -> bool:
        """Whether a row of a table was changed in one of these ways."""
        listed = ", ".join(f"'{action}'" for action in actions)
        return (
            self.connection.execute(
                text(
                    f"SELECT 1 FROM reverted_change WHERE rank = {self.rank} "
                    f"AND table_name = '{table_of(mapped).name}' AND action IN ({listed}) LIMIT 1"
                )
            ).first()
            is not None
        )

    def changes(self, mapped: type[Recorded], action: str) -> str:
        """FROM and WHERE of the pass's changes ``c`` of one table and action."""
        return (
            "FROM reverted_change r JOIN change c ON c.id = r.change_id "
            f"WHERE r.rank = {self.rank} AND r.table_name = '{table_of(mapped).name}' AND r.action = '{action}'"
        )

    def value(self, column: Column[object], image: str) -> str:
        """SQL for a column's value in an image of change ``c``."""
        if self.is_local:
            raw = f"json_extract(c.{image}, '$.{column.name}')"
            return f"unhex({raw})" if isinstance(column.type, LargeBinary) else raw
        return f"(c.{image} ->> '{column.name}')::{sql_type(column)}"

    def holds(self, column: Column[object], image: str) -> str:
        """SQL: whether an image names the column."""
        if self.is_local:
            return f"json_type(c.{image}, '$.{column.name}') IS NOT NULL"
        # jsonb_exists is the ? operator, which drivers take for a placeholder.
        return f"jsonb_exists(c.{image}, '{column.name}')"

    def differs(self, column: Column[object], image: str) -> str:
        """SQL: whether the present row has another value than an image."""
        value = self.value(column, image)
        return f"t.{column.name} IS {'NOT' if self.is_local else 'DISTINCT FROM'} {value}"

    def changed_columns(self, mapped: type[Recorded]) -> list[Column[object]]:
        """The columns that any change of a row in this pass names: few of those that a table has."""
        table = table_of(mapped).name
        if table not in self._changed:
            keys = "json_each(c.before) AS held" if self.is_local else "jsonb_object_keys(c.before) AS held(key)"
            named = self.changes(mapped, "U").replace("WHERE", f"CROSS JOIN {keys} WHERE")
            self._changed[table] = set(self.connection.scalars(text(f"SELECT DISTINCT held.key {named}")))
        return [column for column in recorded_columns(mapped) if column.name in self._changed[table]]

    def own(self, column: Column[object], row: str = "m") -> str:
        """SQL: what the column of a row that change ``c`` is about will be."""
        put = self.value(column, self.put)
        return f"CASE WHEN {self.holds(column, self.put)} THEN {put} ELSE {row}.{column.name} END"
