"""Tags and custom properties, and the values that contacts have of them."""

from sqlalchemy import Float, ForeignKey, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ulkacrm_desktop.models.base import (
    NEVER_REUSE_IDS,
    Base,
    Key,
    OfContact,
    Recorded,
    RowId,
    belongs_to_contact,
)

_PRESENT = text("removed_in IS NULL")


class Tag(Recorded, Base):
    """A tag; ``name_key`` is its one spelling, by which "VIP" and "vip " are the same tag."""

    __tablename__ = "tag"
    removable = True

    removed_in: Mapped[int | None] = mapped_column(RowId)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Key)
    color: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ux_tag_name_key", "name_key", unique=True, sqlite_where=_PRESENT, postgresql_where=_PRESENT),
    )


class ContactTag(OfContact, Base):
    """A contact bears a tag."""

    __tablename__ = "contact_tag"

    tag_id: Mapped[int] = mapped_column(RowId, ForeignKey("tag.id"))

    __table_args__ = (
        belongs_to_contact(),
        Index("ux_contact_tag_contact_id_tag_id", "contact_id", "tag_id", unique=True),
        Index(None, "tag_id", "contact_id"),
        NEVER_REUSE_IDS,
    )


class PropertyGroup(Recorded, Base):
    """A section of the contact form."""

    __tablename__ = "property_group"

    name: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, server_default="0")


class Property(Recorded, Base):
    """A custom property of contacts; ``type`` is one of `core.contact_document.PropertyType`."""

    __tablename__ = "property"
    removable = True

    removed_in: Mapped[int | None] = mapped_column(RowId)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Key)
    type: Mapped[str] = mapped_column(Text)
    group_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("property_group.id"))
    position: Mapped[int] = mapped_column(Integer, server_default="0")
    description: Mapped[str | None] = mapped_column(Text)
    default_value: Mapped[str | None] = mapped_column(Text)
    is_required: Mapped[bool] = mapped_column(server_default=text("false"))
    is_archived: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        Index("ux_property_name_key", "name_key", unique=True, sqlite_where=_PRESENT, postgresql_where=_PRESENT),
    )


class PropertyOption(Recorded, Base):
    """One choice of a select or multi-select property."""

    __tablename__ = "property_option"

    property_id: Mapped[int] = mapped_column(RowId, ForeignKey("property.id"))
    value: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, server_default="0")

    __table_args__ = (Index("ux_property_option_value", "property_id", "value", unique=True), NEVER_REUSE_IDS)


class PropertyValue(OfContact, Base):
    """One value of a property of a contact; a multi-select has one row for each choice.

    ``value`` is the canonical text (a number as decimal text, a date as YYYY-MM-DD, yes/no as 1 or 0);
    ``value_key`` is the folded text for matching and sorting, NULL for numbers, which have ``number``.
    """

    __tablename__ = "property_value"

    property_id: Mapped[int] = mapped_column(RowId, ForeignKey("property.id"))
    position: Mapped[int] = mapped_column(Integer, server_default="0")
    value: Mapped[str] = mapped_column(Text)
    value_key: Mapped[str | None] = mapped_column(Key)
    number: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (
        belongs_to_contact(),
        Index("ux_property_value_place", "contact_id", "property_id", "position", unique=True),
        Index(
            "ix_property_value_value_key",
            "property_id",
            "value_key",
            "contact_id",
            sqlite_where=text("value_key IS NOT NULL"),
            postgresql_where=text("value_key IS NOT NULL"),
        ),
        Index(
            "ix_property_value_number",
            "property_id",
            "number",
            "contact_id",
            sqlite_where=text("number IS NOT NULL"),
            postgresql_where=text("number IS NOT NULL"),
        ),
        NEVER_REUSE_IDS,
    )
