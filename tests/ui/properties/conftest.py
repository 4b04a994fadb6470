"""The page of properties and tags on a real database."""

from tests.database_fixtures import local_database, local_workspace  # noqa: F401 - fixtures
