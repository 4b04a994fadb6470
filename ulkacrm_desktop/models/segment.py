"""Segments and saved filters: named criteria and hand-picked lists of contacts, and who came and went."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ulkacrm_desktop.models.base import (
    NEVER_REUSE_IDS,
    Base,
    Instant,
    Key,
    OfContact,
    Recorded,
    RowId,
    belongs_to_contact,
)

_PRESENT = text("removed_in IS NULL")
_SHARED = text("removed_in IS NULL AND owner_id IS NULL")
_PRIVATE = text("removed_in IS NULL AND owner_id IS NOT NULL")
_OPEN = text("left_at IS NULL")


class Segment(Recorded, Base):
    """A named part of the contacts.

    ``criteria`` is the stored form of what its contacts fulfil; NULL makes it static: its contacts are the
    rows of `SegmentMember`. ``owner_id`` is who alone sees it, NULL for all. ``keeps_history``: who enters and
    leaves is written down in `SegmentStay`.
    """

    __tablename__ = "segment"
    removable = True

    removed_in: Mapped[int | None] = mapped_column(RowId)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Key)
    description: Mapped[str | None] = mapped_column(Text)
    icon: Mapped[str | None] = mapped_column(Text)
    criteria: Mapped[str | None] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("crm_user.id"))
    keeps_history: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("ux_segment_shared_name", "name_key", unique=True, sqlite_where=_SHARED, postgresql_where=_SHARED),
        Index(
            "ux_segment_private_name",
            "owner_id",
            "name_key",
            unique=True,
            sqlite_where=_PRIVATE,
            postgresql_where=_PRIVATE,
        ),
    )


class SegmentMember(OfContact, Base):
    """A contact was put into a static segment by hand."""

    __tablename__ = "segment_member"

    segment_id: Mapped[int] = mapped_column(RowId, ForeignKey("segment.id"))

    __table_args__ = (
        belongs_to_contact(),
        Index("ux_segment_member_contact_id_segment_id", "contact_id", "segment_id", unique=True),
        Index(None, "segment_id", "contact_id"),
        NEVER_REUSE_IDS,
    )


class SegmentStay(Base):
    """A contact has been in a segment that keeps history: from when, and until when.

    Written by the program as it sees contacts come and go; it follows from what is recorded elsewhere and is
    not journalled. ``entered_at`` is NULL where the contact was in already when the history began, ``left_at`` while
    it is in.
    """

    __tablename__ = "segment_stay"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    contact_id: Mapped[int] = mapped_column(RowId)
    class_id: Mapped[int] = mapped_column(RowId)
    segment_id: Mapped[int] = mapped_column(RowId, ForeignKey("segment.id"))
    entered_at: Mapped[datetime | None] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        belongs_to_contact(),
        Index(
            "ux_segment_stay_open",
            "segment_id",
            "contact_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "segment_id", "entered_at"),
        Index(None, "segment_id", "left_at"),
        Index(None, "contact_id"),
    )


class SavedFilter(Recorded, Base):
    """Criteria under a name, offered above the list; ``owner_id`` is who alone sees it, NULL for all."""

    __tablename__ = "saved_filter"
    removable = True

    removed_in: Mapped[int | None] = mapped_column(RowId)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Key)
    criteria: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("crm_user.id"))
    position: Mapped[int] = mapped_column(Integer, server_default="0")

    __table_args__ = (
        Index("ux_saved_filter_shared_name", "name_key", unique=True, sqlite_where=_SHARED, postgresql_where=_SHARED),
        Index(
            "ux_saved_filter_private_name",
            "owner_id",
            "name_key",
            unique=True,
            sqlite_where=_PRIVATE,
            postgresql_where=_PRIVATE,
        ),
    )


class DuplicateVerdict(OfContact, Base):
    """What somebody has decided about two contacts that look alike: ``not_duplicate`` or ``later``.

    ``contact_id`` is the lower id of the two.
    """

    __tablename__ = "duplicate_verdict"

    other_id: Mapped[int] = mapped_column(RowId, ForeignKey("contact.id"))
    verdict: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        belongs_to_contact(),
        Index("ux_duplicate_verdict_contact_id_other_id", "contact_id", "other_id", unique=True),
        Index(None, "other_id"),
        NEVER_REUSE_IDS,
    )
