"""Alembic's entry: migrates the connection that `db.schema` hands over, inside its transaction."""

from alembic import context

from ulkacrm_desktop.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction holds the whole migration
)
context.run_migrations()
