"""Whether there is a display is known before Qt would end the process."""

import socket
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
