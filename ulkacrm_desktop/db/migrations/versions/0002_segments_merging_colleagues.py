"""Segments, saved filters, merging of contacts, users and classes that have one spelling, the search's backlog."""

import sqlalchemy as sa
from alembic import op

from ulkacrm_desktop.core.text.fold import fold

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
        sa.Column("removed_in", ROW_ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("owner_id", ROW_ID, nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["crm_user.id"], name=op.f("fk_saved_filter_owner_id_crm_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
    )
    _index_names("saved_filter")
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
    _index_names("segment")

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
        sa.Column("entered_at", sa.BigInteger(), nullable=True),
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
    op.create_index(op.f("ix_segment_stay_segment_id_entered_at"), "segment_stay", ["segment_id", "entered_at"])
    op.create_index(op.f("ix_segment_stay_segment_id_left_at"), "segment_stay", ["segment_id", "left_at"])
    op.create_index(
        "ux_segment_stay_open",
        "segment_stay",
        ["segment_id", "contact_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )

    op.create_table(
        "search_backlog",
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_search_backlog_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_search_backlog")),
    )

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
        "ix_contact_present_id_updated_at",
        "contact",
        ["id", "updated_at"],
        sqlite_where=sa.text("removed_in IS NULL"),
        postgresql_where=sa.text("removed_in IS NULL"),
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
    for table in ("contact_class", "crm_user"):
        op.add_column(table, sa.Column("removed_in", ROW_ID, nullable=True))
        op.add_column(table, sa.Column("name_key", KEY, server_default="", nullable=False))
        _write_keys(table)
        op.create_index(
            f"ux_{table}_name_key",
            table,
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("removed_in IS NULL"),
            postgresql_where=sa.text("removed_in IS NULL"),
        )


def _index_names(table: str) -> None:
    """A name stands once among what is shared, and once among what one person has."""
    for index, columns, condition in (
        (f"ux_{table}_private_name", ["owner_id", "name_key"], "removed_in IS NULL AND owner_id IS NOT NULL"),
        (f"ux_{table}_shared_name", ["name_key"], "removed_in IS NULL AND owner_id IS NULL"),
    ):
        op.create_index(
            index, table, columns, unique=True, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition)
        )


def _write_keys(table: str) -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.text(f"SELECT id, name FROM {table}")).all():
        connection.execute(
            sa.text(f"UPDATE {table} SET name_key = :key WHERE id = :id"), {"key": fold(row.name), "id": row.id}
        )
