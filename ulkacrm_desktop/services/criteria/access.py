"""How the contacts that pass a condition are got at: what `conditions` gives and `plan` chooses from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ulkacrm_desktop.models import GENERAL_CLASS, PLACE_COLUMNS

# What it costs, in microseconds, measured on a local file of a million contacts.
FETCH: Final = 0.85
"""One contact by its number, the numbers rising."""
COLUMN: Final = 0.03
"""One column of a contact that is there."""
SCAN_INDEX: Final = 0.08
FOLD: Final = 0.35
ENTRY: Final = 0.03
NUMBER_ENTRY: Final = 0.1
SORT: Final = 0.35
SEEK: Final = 0.5
SEEK_BY_ID: Final = 0.3
SEEK_AND_FETCH: Final = 0.95


@dataclass(frozen=True, slots=True)
class Access:
    """How the contacts that pass a leaf (as if not negated) are got at.

    ``check``: SQL that is true for a contact that passes, false or NULL for another; ``of_contact`` tells that it reads
    columns of ``c``. ``of_value`` is the test of one ``property_value t`` of the contact that the check makes, '' where
    it is about something else. ``of_index`` is the test of a present contact ``a`` by an index of ids that has the
    column, '' where there is none. ``check_cost`` is a test's time in µs, ``column_cost`` that where ``c`` is there
    already. ``listing`` is a SELECT of the ids of all that pass, each once, '' where there is none but going through
    all contacts; removed ones may be among them unless ``lists_present``. ``entry_cost`` is the time of each that it
    lists, ``scan_cost`` what it reads beside them. ``is_sorted``: the ids rise, in a few runs at most. ``estimate``:
    SQL whose rows tell how many these are, '' for what must be guessed.
    """

    check: str
    check_cost: float
    of_contact: bool = False
    column_cost: float = COLUMN
    of_index: str = ""
    of_value: str = ""
    listing: str = ""
    lists_present: bool = False
    entry_cost: float = ENTRY
    scan_cost: float = 0.0
    is_sorted: bool = True
    estimate: str = ""
    always_listed: bool = False
    """Whether a check goes by the list of all that pass, made once."""


PARTIAL_INDEXES: Final = {
    "last_conversation_at": "c.last_conversation_at IS NOT NULL",
    "responsible_id": "c.responsible_id IS NOT NULL",
    "class_id": f"c.class_id <> {GENERAL_CLASS}",
    **{column: f"c.{column} IS NOT NULL" for column in PLACE_COLUMNS},
}
"""The columns of a contact whose index has only some of the present ones, and which."""


def by_index(column: str, check: str, *, is_sorted: bool = True, scan_cost: float = 0.0) -> Access:
    """How those are got at that an index of this column of the contact ``c`` finds: by a check that it serves, or by
    reading all of it, for ``scan_cost``."""
    part = f"AND {PARTIAL_INDEXES[column]} " if column in PARTIAL_INDEXES else ""
    index = f"ix_contact_{'' if column in PARTIAL_INDEXES else 'present_'}{column}"
    listing = f"SELECT c.id AS id FROM contact c INDEXED BY {index} WHERE c.removed_in IS NULL {part}AND {check}"
    return Access(
        check,
        FETCH,
        of_contact=True,
        listing=listing,
        lists_present=True,
        scan_cost=scan_cost,
        is_sorted=is_sorted and not scan_cost,
        estimate="" if scan_cost else listing,
    )


class Parameters:
    """The values of a statement, by names that no other part of it has."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.values: dict[str, Any] = {}

    def __call__(self, value: Any) -> str:
        """The mark of a value in SQL."""
        name = f"{self.prefix}{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def listed(self, values: Iterable[Any]) -> str:
        """The marks of several values, or nothing that any value equals."""
        return ", ".join(map(self, values)) or "NULL"
