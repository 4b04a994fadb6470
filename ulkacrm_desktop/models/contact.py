"""A contact and what belongs to it one to many: emails, phones, messengers, the avatar, notes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ulkacrm_desktop.core.contact_document import GENERAL_CLASS
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


class ContactClass(Recorded, Base):
    """A class of contacts, by which rights are given; ``name_key`` is its one spelling."""

    __tablename__ = "contact_class"
    removable = True

    removed_in: Mapped[int | None] = mapped_column(RowId)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Key, server_default="")

    __table_args__ = (
        Index("ux_contact_class_name_key", "name_key", unique=True, sqlite_where=_PRESENT, postgresql_where=_PRESENT),
        NEVER_REUSE_IDS,
    )


class CrmUser(Recorded, Base):
    """Somebody who works with the contacts; ``login`` is the account under which the program knows them.

    ``name_key`` is the one spelling of the name, by which no two people are called the same.
    """

    __tablename__ = "crm_user"
    removable = True

    removed_in: Mapped[int | None] = mapped_column(RowId)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Key, server_default="")
    login: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ux_crm_user_name_key", "name_key", unique=True, sqlite_where=_PRESENT, postgresql_where=_PRESENT),
        NEVER_REUSE_IDS,
    )


class Contact(Recorded, Base):
    """A person or an organisation; only the display name is required.

    ``created_in`` is the operation that made it: this is the journal's record of its creation and of all that
    was made together with it. ``merged_into_id`` is the contact that took in what this one had when it was removed
    by a merge.
    """

    __tablename__ = "contact"
    derived = (
        "name_key",
        "company_key",
        "primary_email",
        "primary_phone",
        "last_conversation_at",
        "updated_at",
    )
    removable = True

    class_id: Mapped[int] = mapped_column(RowId, ForeignKey("contact_class.id"), server_default="1")
    created_in: Mapped[int] = mapped_column(RowId)
    removed_in: Mapped[int | None] = mapped_column(RowId)
    kind: Mapped[str] = mapped_column(Text, server_default="person")
    is_staff: Mapped[bool] = mapped_column(server_default=text("false"))
    name: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str | None] = mapped_column(Text)
    last_name: Mapped[str | None] = mapped_column(Text)
    company: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    street: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    responsible_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("crm_user.id"))
    source: Mapped[str] = mapped_column(Text, server_default="manual")
    source_detail: Mapped[str | None] = mapped_column(Text)
    utm_source: Mapped[str | None] = mapped_column(Text)
    utm_medium: Mapped[str | None] = mapped_column(Text)
    utm_campaign: Mapped[str | None] = mapped_column(Text)
    utm_term: Mapped[str | None] = mapped_column(Text)
    utm_content: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    merged_into_id: Mapped[int | None] = mapped_column(RowId)

    updated_at: Mapped[datetime] = mapped_column(Instant)
    name_key: Mapped[str] = mapped_column(Key)
    company_key: Mapped[str | None] = mapped_column(Key)
    primary_email: Mapped[str | None] = mapped_column(Key)
    primary_phone: Mapped[str | None] = mapped_column(Key)
    last_conversation_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (Index("ux_contact_id_class_id", "id", "class_id", unique=True),)


SORTABLE_COLUMNS = ("name_key", "company_key", "primary_email", "primary_phone", "source", "created_at", "updated_at")
"""The columns of a contact by which a list may be sorted: each has an index that covers (column, id)."""

for _column in SORTABLE_COLUMNS:
    Index(
        f"ix_contact_present_{_column}",
        getattr(Contact, _column),
        Contact.id,
        sqlite_where=_PRESENT,
        postgresql_where=_PRESENT,
    )

Index("ix_contact_created_in", Contact.created_in)
# Look up the place of a found contact in the order of names, and when it was changed, without reading its row.
for _column in ("name_key", "updated_at"):
    Index(
        f"ix_contact_present_id_{_column}",
        Contact.id,
        getattr(Contact, _column),
        sqlite_where=_PRESENT,
        postgresql_where=_PRESENT,
    )
# What only some contacts have, for criteria.
for _name, _condition in (
    ("responsible_id", "removed_in IS NULL AND responsible_id IS NOT NULL"),
    ("class_id", f"removed_in IS NULL AND class_id <> {GENERAL_CLASS}"),
    ("last_conversation_at", "removed_in IS NULL AND last_conversation_at IS NOT NULL"),
    ("merged_into_id", "merged_into_id IS NOT NULL"),
):
    Index(
        f"ix_contact_{_name}",
        getattr(Contact, _name),
        Contact.id,
        sqlite_where=text(_condition),
        postgresql_where=text(_condition),
    )
PLACE_COLUMNS = ("city", "region", "country")
"""The columns of a contact that have few values, as a list of customers usually has: each spelling is looked up."""

for _column in PLACE_COLUMNS:
    # A server has `contact_text` for that; its indexes take no text of any length.
    Index(
        f"ix_contact_{_column}",
        getattr(Contact, _column),
        Contact.id,
        sqlite_where=text(f"removed_in IS NULL AND {_column} IS NOT NULL"),
    ).ddl_if(dialect="sqlite")
_REMOVED = text("removed_in IS NOT NULL")
# Present contacts are counted as all of them less the removed ones, which are few.
Index("ix_contact_removed", Contact.id, sqlite_where=_REMOVED, postgresql_where=_REMOVED)


class Email(OfContact, Base):
    """An email address of a contact; ``match_key`` is its ASCII form in lower case."""

    __tablename__ = "email"

    address: Mapped[str] = mapped_column(Text)
    match_key: Mapped[str] = mapped_column(Key)
    label: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, server_default="0")
    is_primary: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        belongs_to_contact(),
        Index(None, "match_key", "contact_id"),
        Index(None, "contact_id"),
        NEVER_REUSE_IDS,
    )


class Phone(OfContact, Base):
    """A phone number of a contact as it was written; ``match_key`` is its digits with the country code."""

    __tablename__ = "phone"

    number: Mapped[str] = mapped_column(Text)
    match_key: Mapped[str] = mapped_column(Key)
    label: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, server_default="0")
    is_primary: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        belongs_to_contact(),
        Index(None, "match_key", "contact_id"),
        Index(None, "contact_id"),
        NEVER_REUSE_IDS,
    )


class Messenger(OfContact, Base):
    """A messenger or social profile: its kind and the login or number there."""

    __tablename__ = "messenger"

    kind: Mapped[str] = mapped_column(Text)
    login: Mapped[str] = mapped_column(Text)
    match_key: Mapped[str] = mapped_column(Key)
    label: Mapped[str | None] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, server_default="0")
    is_primary: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        belongs_to_contact(),
        Index(None, "kind", "match_key", "contact_id"),
        Index(None, "contact_id"),
        NEVER_REUSE_IDS,
    )


class Avatar(OfContact, Base):
    """The picture of a contact: a square PNG or JPEG of at most 256 pixels a side."""

    __tablename__ = "avatar"

    image: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        belongs_to_contact(),
        Index("ux_avatar_contact_id", "contact_id", unique=True),
        NEVER_REUSE_IDS,
    )


class Note(OfContact, Base):
    """A dated note about a contact."""

    __tablename__ = "note"

    title: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("crm_user.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (belongs_to_contact(), Index(None, "contact_id", "created_at"), NEVER_REUSE_IDS)
