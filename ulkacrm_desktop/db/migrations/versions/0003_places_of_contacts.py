"""Indexes of the city, region and country of contacts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the indexes; a server has another way to these texts."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for column in ("city", "region", "country"):
        op.create_index(
            f"ix_contact_{column}",
            "contact",
            [column, "id"],
            sqlite_where=sa.text(f"removed_in IS NULL AND {column} IS NOT NULL"),
        )
