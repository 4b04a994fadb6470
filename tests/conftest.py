"""What every test needs. Fixtures of one part of the program stand in the conftest.py of its folder."""

import os
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import settings

from ulkacrm_desktop.core.i18n import current_language, set_language

pytest_plugins = ["tests.database_fixtures"]

# Without a display the window is drawn into memory; on a developer's desktop too, so that tests are alike.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Examples are the same at each run, so that a change is judged by itself and not by luck. New ones are looked for
# with `--hypothesis-profile explore`, and what they find becomes an example of its own.
settings.register_profile("repeatable", derandomize=True, database=None)
settings.register_profile("explore", derandomize=False)
settings.load_profile("repeatable")

_QT_LIBRARIES = "libglib2.0-0 libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1"


def pytest_configure(config: pytest.Config) -> None:
    """Say exactly what is missing where Qt cannot be loaded, instead of a traceback a test."""
    # Qt's offscreen platform warns of what only a real screen can do (size hints to a window manager, raising).
    config.addinivalue_line("qt_log_ignore", r"^This plugin does not support ")
    try:
        import PySide6.QtWidgets  # noqa: F401 - only whether it loads
    except ImportError as error:
        pytest.exit(
            f"Qt cannot be loaded: {error}\nOn Debian or Ubuntu: sudo apt-get install --yes {_QT_LIBRARIES}",
            returncode=3,
        )


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The language is one for the whole process: whoever has chosen another gives it back."""
    yield
    if current_language() != "en":
        set_language("en")


@pytest.fixture
def chance() -> Random:
    """What a test draws by lot outside of hypothesis; repeatable where its examples are."""
    return Random(2026) if settings().derandomize else Random()
