"""The list of contacts in its window."""

from tests.ui.window_fixtures import desk, open_desk, people, settings  # noqa: F401 - fixtures
