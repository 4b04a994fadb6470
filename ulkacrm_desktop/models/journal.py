"""The journal: operations, the row changes of each, and what the database knows of itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ulkacrm_desktop.models.base import Base, Instant, Recorded, RowId

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Operation(Base):
    """One thing that somebody did; ``facts`` are the values of its sentence.

    ``reverts_id`` names the operation that an undo takes back or a redo brings back; ``reverted_by_id``
    stands on an operation while it is undone.
    """

    __tablename__ = "operation"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    reverts_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("operation.id"))
    reverted_by_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("operation.id"))


class OperationContext(Base):
    """The operation under way on a local file, which the triggers read; one row."""

    __tablename__ = "operation_context"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    operation_id: Mapped[int | None] = mapped_column(RowId)

    __table_args__ = (CheckConstraint("id = 1", name="single"),)


class Change(Base):
    """One row changed by an operation, written by triggers alone.

    ``action`` is I, U or D. ``before`` and ``after`` hold the recorded columns that differ (U) or all of
    them (I, D). The creation of a contact has no change: its ``created_in`` tells.
    """

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    operation_id: Mapped[int] = mapped_column(RowId, ForeignKey("operation.id"))
    table_name: Mapped[str] = mapped_column(Text)
    row_id: Mapped[int] = mapped_column(RowId)
    contact_id: Mapped[int | None] = mapped_column(RowId)
    class_id: Mapped[int | None] = mapped_column(RowId)
    action: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)

    __table_args__ = (Index(None, "operation_id", "table_name", "row_id"), Index(None, "contact_id", "id"))


class SearchBacklog(Base):
    """A contact whose words in the search index are behind: an operation has touched too many to wait for them."""

    __tablename__ = "search_backlog"

    contact_id: Mapped[int] = mapped_column(RowId, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)


class Setting(Recorded, Base):
    """A setting of the database itself, for all who use it; its value is JSON text."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(Text, unique=True)
    value: Mapped[str] = mapped_column(Text)


class DatabaseInfo(Base):
    """What the database knows of itself; ``code`` tells it apart from any other in exported IDs."""

    __tablename__ = "database_info"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)


class ImportMapping(Base):
    """How the columns of files with these headings were mapped the last time."""

    __tablename__ = "import_mapping"

    signature: Mapped[str] = mapped_column(Text, primary_key=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(Json)
    used_at: Mapped[datetime] = mapped_column(Instant)
