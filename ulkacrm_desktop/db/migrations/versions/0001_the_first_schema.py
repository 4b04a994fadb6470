"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make all tables and indexes; triggers and the search index are made by `db.schema`."""
    op.create_table(
        "contact_class",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_class")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crm_user",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_user")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "database_info",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_database_info")),
    )
    op.create_table(
        "import_mapping",
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("signature", name=op.f("pk_import_mapping")),
    )
    op.create_table(
        "operation",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("reverts_id", ROW_ID, nullable=True),
        sa.Column("reverted_by_id", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["reverted_by_id"], ["operation.id"], name=op.f("fk_operation_reverted_by_id_operation")
        ),
        sa.ForeignKeyConstraint(["reverts_id"], ["operation.id"], name=op.f("fk_operation_reverts_id_operation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    op.create_table(
        "operation_context",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operation_id", ROW_ID, nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_operation_context_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation_context")),
    )
    op.create_table(
        "property_group",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_property_group")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "setting",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting")),
        sa.UniqueConstraint("key", name=op.f("uq_setting_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tag",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("removed_in", ROW_ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("color", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
    )
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.create_index(
            "ux_tag_name_key",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("removed_in IS NULL"),
            postgresql_where=sa.text("removed_in IS NULL"),
        )

    op.create_table(
        "change",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("operation_id", ROW_ID, nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", ROW_ID, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=True),
        sa.Column("class_id", ROW_ID, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_change_operation_id_operation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_contact_id_id"), ["contact_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_change_operation_id_table_name_row_id"),
            ["operation_id", "table_name", "row_id"],
            unique=False,
        )

    op.create_table(
        "contact",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("class_id", ROW_ID, server_default="1", nullable=False),
        sa.Column("created_in", ROW_ID, nullable=False),
        sa.Column("removed_in", ROW_ID, nullable=True),
        sa.Column("kind", sa.Text(), server_default="person", nullable=False),
        sa.Column("is_staff", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("responsible_id", ROW_ID, nullable=True),
        sa.Column("source", sa.Text(), server_default="manual", nullable=False),
        sa.Column("source_detail", sa.Text(), nullable=True),
        sa.Column("utm_source", sa.Text(), nullable=True),
        sa.Column("utm_medium", sa.Text(), nullable=True),
        sa.Column("utm_campaign", sa.Text(), nullable=True),
        sa.Column("utm_term", sa.Text(), nullable=True),
        sa.Column("utm_content", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("company_key", KEY, nullable=True),
        sa.Column("primary_email", KEY, nullable=True),
        sa.Column("primary_phone", KEY, nullable=True),
        sa.Column("last_conversation_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["class_id"], ["contact_class.id"], name=op.f("fk_contact_class_id_contact_class")),
        sa.ForeignKeyConstraint(["responsible_id"], ["crm_user.id"], name=op.f("fk_contact_responsible_id_crm_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_created_in", ["created_in"], unique=False)
        batch_op.create_index(
            "ix_contact_present_company_key",
            ["company_key", "id"],
            unique=False,
            sqlite_where=sa.text("removed_in IS NULL"),
            postgresql_where=sa.text("removed_in IS NULL"),
        )
        batch_op.create_index(
            "ix_contact_present_created_at",
            ["created_at", "id"],
            unique=False,
            sqlite_where=sa.text("removed_in IS NULL"),
            postgresql_where=sa.text("removed_in IS NULL"),
        )
        batch_op.create_index(
            "ix_contact_present_id_name_key",
            ["id", "name_key"],
            unique=False,
            sqlite_where=sa.text("removed_in IS NULL"),
            postgresql_where=sa.text("removed_in IS NULL"),
        )
        batch_op.create_index(
            "ix_contact_present_name_key",
            ["name_key", "id"],
            unique=False,
            sqlite_where=sa.text("removed_in IS NULL"),
            postgresql_where=sa.text("removed_in IS NULL"),
        )
        batch_op.create_index(
            "ix_contact_present_primary_email",
            ["primary_email", "id"],
            unique=False,
            sqlite_where=sa.text("removed_in IS NULL"),
            postgresql_where=sa.text("removed_in IS NULL"),
        )
        batch_op.create_index(
            "ix_contact_present_primary_phone",
            ["primary_phone", "id"],
            unique=False,
            sqlite_where=sa.text("removed_in IS NULL"),
            postgresql_where=sa.text("removed_in IS NULL"),
        )
        batch_op.create_index(
            "ix_contact_present_source",
            ["source", "id"],
            unique=False,
            sqlite_where=sa.text("removed_in IS NULL"),
            postgresql_where=sa.text("removed_in IS NULL"),
        )
        batch_op.create_index(
            "ix_contact_removed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("removed_in IS NOT NULL"),
            postgresql_where=sa.text("removed_in IS NOT NULL"),
        )
        batch_op.create_index("ux_contact_id_class_id", ["id", "class_id"], unique=True)

    op.create_table(
        "property",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("removed_in", ROW_ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("group_id", ROW_ID, nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("default_value", sa.Text(), nullable=True),
        sa.Column("is_required", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("is_archived", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["property_group.id"], name=op.f("fk_property_group_id_property_group")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_property")),
    )
    with op.batch_alter_table("property", schema=None) as batch_op:
        batch_op.create_index(
            "ux_property_name_key",
            ["name_key"],
            unique=True,
            sqlite_where=sa.text("removed_in IS NULL"),
            postgresql_where=sa.text("removed_in IS NULL"),
        )

    op.create_table(
        "avatar",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("class_id", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id", "class_id"],
            ["contact.id", "contact.class_id"],
            name=op.f("fk_avatar_contact_id_class_id_contact"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_avatar")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("avatar", schema=None) as batch_op:
        batch_op.create_index("ux_avatar_contact_id", ["contact_id"], unique=True)

    op.create_table(
        "contact_tag",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("class_id", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("tag_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id", "class_id"],
            ["contact.id", "contact.class_id"],
            name=op.f("fk_contact_tag_contact_id_class_id_contact"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_contact_tag_tag_id_tag")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_tag")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contact_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_tag_tag_id_contact_id"), ["tag_id", "contact_id"], unique=False)
        batch_op.create_index("ux_contact_tag_contact_id_tag_id", ["contact_id", "tag_id"], unique=True)

    op.create_table(
        "email",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("class_id", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("match_key", KEY, nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id", "class_id"],
            ["contact.id", "contact.class_id"],
            name=op.f("fk_email_contact_id_class_id_contact"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_email_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_email_match_key_contact_id"), ["match_key", "contact_id"], unique=False)

    op.create_table(
        "messenger",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("class_id", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("match_key", KEY, nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id", "class_id"],
            ["contact.id", "contact.class_id"],
            name=op.f("fk_messenger_contact_id_class_id_contact"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messenger")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("messenger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messenger_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_messenger_kind_match_key_contact_id"), ["kind", "match_key", "contact_id"], unique=False
        )

    op.create_table(
        "note",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("class_id", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", ROW_ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["crm_user.id"], name=op.f("fk_note_author_id_crm_user")),
        sa.ForeignKeyConstraint(
            ["contact_id", "class_id"],
            ["contact.id", "contact.class_id"],
            name=op.f("fk_note_contact_id_class_id_contact"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_contact_id_created_at"), ["contact_id", "created_at"], unique=False)

    op.create_table(
        "phone",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("class_id", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("match_key", KEY, nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id", "class_id"],
            ["contact.id", "contact.class_id"],
            name=op.f("fk_phone_contact_id_class_id_contact"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("phone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_match_key_contact_id"), ["match_key", "contact_id"], unique=False)

    op.create_table(
        "property_option",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("property_id", ROW_ID, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_property_option_property_id_property")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_property_option")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("property_option", schema=None) as batch_op:
        batch_op.create_index("ux_property_option_value", ["property_id", "value"], unique=True)

    op.create_table(
        "property_value",
        sa.Column("id", ROW_ID, autoincrement=True, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("class_id", ROW_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("property_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("value_key", KEY, nullable=True),
        sa.Column("number", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id", "class_id"],
            ["contact.id", "contact.class_id"],
            name=op.f("fk_property_value_contact_id_class_id_contact"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["property_id"], ["property.id"], name=op.f("fk_property_value_property_id_property")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_property_value")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("property_value", schema=None) as batch_op:
        batch_op.create_index(
            "ix_property_value_number",
            ["property_id", "number", "contact_id"],
            unique=False,
            sqlite_where=sa.text("number IS NOT NULL"),
            postgresql_where=sa.text("number IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_property_value_value_key",
            ["property_id", "value_key", "contact_id"],
            unique=False,
            sqlite_where=sa.text("value_key IS NOT NULL"),
            postgresql_where=sa.text("value_key IS NOT NULL"),
        )
        batch_op.create_index("ux_property_value_place", ["contact_id", "property_id", "position"], unique=True)
