"""The window on a database of people."""

from tests.ui.window_fixtures import desk, open_desk, people, settings  # noqa: F401 - fixtures
