"""What belonged to a contact in the past: its rows as they are now, taken back change by change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from ulkacrm_desktop.models import Base

_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("address", "label", "is_primary"),
    "phone": ("number", "label", "is_primary"),
    "messenger": ("kind", "login", "label", "is_primary"),
    "note": ("title", "body"),
    "property_value": ("property_id", "position", "value"),
}
"""The tables whose rows can change, and the columns by which a change is told."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One change of the journal: ``action`` is I, U or D, the images hold columns by name."""

    operation_id: int
    table: str
    row_id: int
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(slots=True)
class PastRows:
    """The rows of a contact at a moment that moves back from now, by `take_back`."""

    rows: dict[tuple[str, int], Row] = field(default_factory=dict)

    @classmethod
    def present(cls, connection: Connection, contact_id: int, tables: Iterable[str]) -> "PastRows":
        """The rows as they are now."""
        past = cls()
        for name in sorted(set(tables) & _SHOWN.keys()):
            table: Table = Base.metadata.tables[name]
            columns = [table.c[column] for column in _SHOWN[name]]
            for row_id, *values in connection.execute(
                select(table.c.id, *columns).where(table.c.contact_id == contact_id)
            ):
                past.rows[name, row_id] = dict(zip(_SHOWN[name], values, strict=True))
        return past

    def row(self, change: RowChange) -> Mapping[str, Any]:
        """The row of a change as it is at this moment, empty where it is not there."""
        return self.rows.get((change.table, change.row_id), {})

    def choices(self, property_id: int) -> list[str]:
        """The values of a property at this moment, in their order."""
        placed = [
            (row["position"], row["value"])
            for (table, _), row in self.rows.items()
            if table == "property_value" and row["property_id"] == property_id
        ]
        return [value for _, value in sorted(placed)]

    def take_back(self, change: RowChange) -> None:
        """Move to the moment before a change, which must be the latest one not yet taken back."""
        columns = _SHOWN.get(change.table)
        if columns is None:
            return
        place = (change.table, change.row_id)
        before = {name: value for name, value in (change.before or {}).items() if name in columns}
        if change.action == "I":
            self.rows.pop(place, None)
        elif change.action == "D":
            self.rows[place] = dict.fromkeys(columns) | before
        elif place in self.rows:
            self.rows[place] |= before
