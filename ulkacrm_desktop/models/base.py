"""What every mapped class shares: columns, naming, and what the journal must know of a table."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Dialect, ForeignKeyConstraint, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from ulkacrm_desktop.core.clock import from_microseconds, to_microseconds

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

RowId = BigInteger().with_variant(Integer(), "sqlite")
"""An id: 64 bits on both engines; on SQLite it must be named INTEGER to be the rowid itself."""


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept as whole microseconds since 1970 on both engines, so that order is exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the database."""
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else from_microseconds(value)


Key = Text().with_variant(Text(collation="C"), "postgresql")
"""A folded text for sorting and matching, compared by code point on both engines."""

NEVER_REUSE_IDS = {"sqlite_autoincrement": True}
"""For tables whose rows are deleted: an undo must find the id of a deleted row still free."""


class Base(DeclarativeBase):
    """The root of all mapped classes."""

    metadata = MetaData(naming_convention=NAMING)


class Recorded:
    """A table whose every change is in the journal.

    Each row has an id and a version that rises by one at each change of a recorded column. The class
    attribute ``derived`` names the columns that follow from others: they are neither journalled nor
    counted in the version. ``removable`` tables are never deleted from by the product: a row that is
    removed bears the operation that removed it, so that its return is exact.
    """

    __table_args__: Any = NEVER_REUSE_IDS

    derived: ClassVar[tuple[str, ...]] = ()
    removable: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True, sort_order=-4)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1", sort_order=-1)


class OfContact(Recorded):
    """A recorded table that belongs to a contact and carries its class, for row-level security."""

    contact_id: Mapped[int] = mapped_column(RowId, sort_order=-3)
    class_id: Mapped[int] = mapped_column(RowId, sort_order=-2)


def belongs_to_contact() -> ForeignKeyConstraint:
    """The composite key by which a row follows its contact, to another class too."""
    return ForeignKeyConstraint(
        ["contact_id", "class_id"],
        ["contact.id", "contact.class_id"],
        onupdate="CASCADE",
        ondelete="CASCADE",
    )
