"""Whether there is a display is known before Qt would end the process."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.ui.runtime.display import require_display

pytestmark = pytest.mark.skipif("not __import__('sys').platform.startswith('linux')", reason="X11 and Wayland")


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": ""},
        {"DISPLAY": "nonsense"},
        {"DISPLAY": ":987"},
        {"DISPLAY": "127.0.0.1:987.0"},
        {"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":987"},
        {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/nowhere"},
        {"QT_QPA_PLATFORM": "wayland;xcb", "WAYLAND_DISPLAY": "/nowhere/at/all"},
    ],
)
def test_no_display_is_an_expected_failure(environment: dict[str, str]) -> None:
    with pytest.raises(ExpectedError, match="no_display"):
        require_display(environment)


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_a_platform_that_needs_none_is_let_through(platform: str) -> None:
    require_display({"QT_QPA_PLATFORM": platform})


def test_a_wayland_socket_is_a_display(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "w"))
        require_display({"WAYLAND_DISPLAY": "w", "XDG_RUNTIME_DIR": str(tmp_path)})
        require_display({"WAYLAND_DISPLAY": str(tmp_path / "w")})


def test_the_sources_of_modules_are_not_read_when_they_are_imported(tmp_path: Path) -> None:
    (tmp_path / "read_or_not.py").write_text("VALUE = 1\n", encoding="utf-8")
    lines = (
        "import linecache, sys",
        "from ulkacrm_desktop.app import leave_sources_unread",
        "import PySide6.QtCore",
        "if sys.argv[1] == 'unread': leave_sources_unread()",
        "import read_or_not",
        "print(any('read_or_not' in name for name in linecache.cache))",
    )
    for choice, is_read in (("as usual", "True"), ("unread", "False")):
        done = subprocess.run(
            [sys.executable, "-c", "\n".join(lines), choice],
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == is_read, "PySide does it another way"
