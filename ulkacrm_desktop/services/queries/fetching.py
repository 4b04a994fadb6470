"""Rows fetched without asking for Python's lock at each of them."""

import json
from collections.abc import Sequence
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
