"""What belonged to contacts in the past: their rows as they are now, taken back change by change."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from ulkacrm_desktop.models import Base

MERGED: Final = (
    "name",
    "first_name",
    "last_name",
    "kind",
    "company",
    "website",
    "notes",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "class_id",
    "responsible_id",
    "is_staff",
    "source",
    "source_detail",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
)
"""The columns of a contact of which a merge keeps one value, in the order in which they are told."""

SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": MERGED,
    "email": ("contact_id", "address", "match_key", "label", "is_primary"),
    "phone": ("contact_id", "number", "match_key", "label", "is_primary"),
    "messenger": ("contact_id", "kind", "login", "match_key", "label", "is_primary"),
    "note": ("contact_id", "title", "body"),
    "property_value": ("contact_id", "property_id", "position", "value"),
}
"""The tables whose rows can change, and the columns by which a change is told."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowChange:
    """One change of the journal: ``action`` is I, U or D, the images hold columns by name."""

    operation_id: int
    contact_id: int
    table: str
    row_id: int
    action: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(slots=True)
class PastRows:
    """The rows of some contacts at a moment that moves back from now, by `take_back`."""

    rows: dict[tuple[str, int], Row] = field(default_factory=dict)

    @classmethod
    def present(cls, connection: Connection, contact_ids: Collection[int], tables: Iterable[str]) -> "PastRows":
        """The rows as they are now."""
        past = cls()
        for name in sorted(set(tables) & SHOWN.keys()):
            table: Table = Base.metadata.tables[name]
            columns = [table.c[column] for column in SHOWN[name]]
            owner = table.c.id if name == "contact" else table.c.contact_id
            for row_id, *values in connection.execute(select(table.c.id, *columns).where(owner.in_(contact_ids))):
                past.rows[name, row_id] = dict(zip(SHOWN[name], values, strict=True))
        return past

    def row(self, change: RowChange) -> Mapping[str, Any]:
        """The row of a change as it is at this moment, empty where it is not there."""
        return self.rows.get((change.table, change.row_id), {})

    def of_contact(self, contact_id: int, table: str) -> list[Row]:
        """The rows of one contact in a table at this moment."""
        return [row for (name, _), row in self.rows.items() if name == table and row.get("contact_id") == contact_id]

    def choices(self, contact_id: int, property_id: int) -> list[str]:
        """The values of a property of one of the contacts at this moment, in their order."""
        placed = [
            (row["position"], row["value"])
            for row in self.of_contact(contact_id, "property_value")
            if row["property_id"] == property_id
        ]
        return [value for _, value in sorted(placed)]

    def take_back(self, change: RowChange) -> None:
        """Move to the moment before a change, which must be the latest one not yet taken back."""
        columns = SHOWN.get(change.table)
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
