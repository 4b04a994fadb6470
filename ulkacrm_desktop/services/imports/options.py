"""What the user chooses for an import."""

from dataclasses import dataclass, field
from enum import StrEnum

from ulkacrm_desktop.services.imports.mapping import ColumnMapping
from ulkacrm_desktop.services.imports.readers import ReaderOptions


class ImportMode(StrEnum):
    """What an import may do with a row that matches a contact, and with one that matches none."""

    CREATE_UPDATE = "create-update"
    CREATE = "create"
    UPDATE = "update"
    KEEP_DUPLICATES = "keep-duplicates"


class MatchBy(StrEnum):
    """By which address a row is taken for a contact that is there already."""

    EMAIL = "email"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """All choices of one import.

    ``region`` is the country (ISO 3166) of phones without a country code. ``date_orders`` (`DateOrder`),
    ``decimal_marks`` (`DecimalMark`) and ``name_orders`` (`NameOrder`) hold the user's word for columns, by index,
    whose values can be read in two ways.
    """

    mapping: tuple[ColumnMapping, ...]
    reader: ReaderOptions = field(default_factory=ReaderOptions)
    mode: ImportMode = ImportMode.CREATE_UPDATE
    match: frozenset[MatchBy] = frozenset({MatchBy.EMAIL})
    region: str = ""
    date_orders: tuple[tuple[int, str], ...] = ()
    decimal_marks: tuple[tuple[int, str], ...] = ()
    name_orders: tuple[tuple[int, str], ...] = ()
