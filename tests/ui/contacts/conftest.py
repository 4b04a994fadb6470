"""The list of contacts in its window."""

from tests.database_fixtures import local_database, local_workspace  # noqa: F401 - fixtures
from tests.ui.window_fixtures import desk, open_desk, people, settings  # noqa: F401 - fixtures
