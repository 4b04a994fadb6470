"""Segments, saved filters, merging of contacts, logins of users."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables, columns and indexes."""
    op.create_table(
        "saved_filter",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("owner_id", ROW_ID, nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["crm_user.id"], name=op.f("fk_saved_filter_owner_id_crm_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "segment",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("removed_in", ROW_ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("icon", sa.Text(), nullable=True),
        sa.Column("criteria", sa.Text(), nullable=True),
        sa.Column("owner_id", ROW_ID, nullable=True),
        sa.Column("keeps_history", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["crm_user.id"], name=op.f("fk_segment_owner_id_crm_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
    )
    op.create_index(
        "ux_segment_name_key",
        "segment",
        ["name_key"],
        unique=True,
        sqlite_where=sa.text("removed_in IS NULL"),
        postgresql_where=sa.text("removed_in IS NULL"),
    )

    op.create_table(
        "duplicate_verdict",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("class_id", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("other_id", ROW_ID, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id", "class_id"],
            ["contact.id", "contact.class_id"],
            name=op.f("fk_duplicate_verdict_contact_id_class_id_contact"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["other_id"], ["contact.id"], name=op.f("fk_duplicate_verdict_other_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_verdict")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_duplicate_verdict_other_id"), "duplicate_verdict", ["other_id"])
    op.create_index(
        "ux_duplicate_verdict_contact_id_other_id", "duplicate_verdict", ["contact_id", "other_id"], unique=True
    )

    op.create_table(
        "segment_member",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("class_id", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("segment_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id", "class_id"],
            ["contact.id", "contact.class_id"],
            name=op.f("fk_segment_member_contact_id_class_id_contact"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_segment_member_segment_id_segment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_member")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_segment_member_segment_id_contact_id"), "segment_member", ["segment_id", "contact_id"])
    op.create_index(
        "ux_segment_member_contact_id_segment_id", "segment_member", ["contact_id", "segment_id"], unique=True
    )

    op.create_table(
        "segment_stay",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("class_id", ROW_ID, nullable=False),
        sa.Column("segment_id", ROW_ID, nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id", "class_id"],
            ["contact.id", "contact.class_id"],
            name=op.f("fk_segment_stay_contact_id_class_id_contact"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_segment_stay_segment_id_segment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_stay")),
    )
    op.create_index(op.f("ix_segment_stay_contact_id"), "segment_stay", ["contact_id"])
    op.create_index(op.f("ix_segment_stay_segment_id_contact_id"), "segment_stay", ["segment_id", "contact_id"])

    op.add_column("contact", sa.Column("merged_into_id", ROW_ID, nullable=True))
    op.create_index(
        "ix_contact_class_id",
        "contact",
        ["class_id", "id"],
        sqlite_where=sa.text("removed_in IS NULL AND class_id <> 1"),
        postgresql_where=sa.text("removed_in IS NULL AND class_id <> 1"),
    )
    op.create_index(
        "ix_contact_last_conversation_at",
        "contact",
        ["last_conversation_at", "id"],
        sqlite_where=sa.text("removed_in IS NULL AND last_conversation_at IS NOT NULL"),
        postgresql_where=sa.text("removed_in IS NULL AND last_conversation_at IS NOT NULL"),
    )
    op.create_index(
        "ix_contact_merged_into_id",
        "contact",
        ["merged_into_id", "id"],
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index(
        "ix_contact_present_updated_at",
        "contact",
        ["updated_at", "id"],
        sqlite_where=sa.text("removed_in IS NULL"),
        postgresql_where=sa.text("removed_in IS NULL"),
    )
    op.create_index(
        "ix_contact_responsible_id",
        "contact",
        ["responsible_id", "id"],
        sqlite_where=sa.text("removed_in IS NULL AND responsible_id IS NOT NULL"),
        postgresql_where=sa.text("removed_in IS NULL AND responsible_id IS NOT NULL"),
    )

    op.add_column("crm_user", sa.Column("login", sa.Text(), nullable=True))
