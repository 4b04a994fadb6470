"""Rows fetched without asking for Python's lock at each of them."""

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection

from ulkacrm_desktop.db.engine import is_local


def fetched(connection: Connection, columns: Sequence[str], statement: str) -> Sequence[Sequence[Any]]:
    """The rows of a SELECT of texts and whole numbers that has columns of these names, in its order.

    SQLite's driver lets go of Python's lock and takes it again for every row. A reader that does so four hundred
    times for one page, while the window draws, makes the window wait as often, up to a tenth of a second where the
    processors are busy. A local file therefore gives the rows as one text.
    """
    if not is_local(connection):
        return connection.exec_driver_sql(statement).all()
    # A LIMIT keeps the planner from dropping the order.
    told = f"SELECT json_group_array(json_array({', '.join(columns)})) FROM ({statement} LIMIT -1)"
    rows: list[list[Any]] = json.loads(connection.exec_driver_sql(told).scalar_one())
    return rows


def fetched_columns(connection: Connection, expressions: Sequence[str], rest: str) -> list[Sequence[Any]]:
    """The columns of ``SELECT expressions rest``, of texts and whole numbers, in its order.

    A local file gives them as one text, which takes half the time of its rows as tuples.
    """
    cursor: Any = connection.connection.cursor()  # ten million rows have no use for more than the driver's tuples
    try:
        if is_local(connection):
            named = ", ".join([f"{expression} AS c{place}" for place, expression in enumerate(expressions)])
            told = ", ".join([f"json_group_array(c{place})" for place in range(len(expressions))])
            with suppress(connection.dialect.loaded_dbapi.DataError):  # a text has a thousand million bytes at most
                cursor.execute(f"SELECT json_array({told}) FROM (SELECT {named} {rest} LIMIT -1)")
                columns: list[Sequence[Any]] = json.loads(*cursor.fetchone())
                return columns
        cursor.execute(f"SELECT {', '.join(expressions)} {rest}")
        return list(zip(*cursor.fetchall(), strict=True)) or [()] * len(expressions)
    finally:
        cursor.close()
