"""Whether a window can be shown here, found out before Qt would end the process over it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ulkacrm_desktop.core.errors import ExpectedError

if TYPE_CHECKING:
    import socket

_OFFSCREEN_LIBRARIES: Final = "libglib2.0-0 libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1"
_X11_LIBRARIES: Final = (
    "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 "
    "libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libx11-xcb1"
)
_INSTALL: Final = "sudo apt-get install --yes"
_X11_PORT: Final = 6000


def require_display(environment: Mapping[str, str] = os.environ) -> None:
    """Make sure that Qt loads and that there is a display.

    Raises ExpectedError ``qt_missing`` (``reason``, and the ``command`` that mends it on Debian and Ubuntu) and
    ``no_display``. Qt itself would abort the process, with a core dump, where a display is missing.
    """
    try:
        import PySide6.QtWidgets  # noqa: F401 - only whether it loads
    except ImportError as error:
        raise ExpectedError("qt_missing", reason=str(error), command=f"{_INSTALL} {_OFFSCREEN_LIBRARIES}") from error
    if not sys.platform.startswith("linux"):
        return
    platform = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if platform not in ("", "xcb", "wayland"):
        return
    if _wayland_answers(environment) and platform != "xcb":
        return
    if not _x11_answers(environment.get("DISPLAY", "")):
        raise ExpectedError("no_display")
    _require_x11_plugin()


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY")
    if not name:
        return False
    # An absolute name stands for itself; Path's division keeps it.
    return (Path(environment.get("XDG_RUNTIME_DIR", "/")) / name).is_socket()


def _x11_answers(display: str) -> bool:
    import socket

    host, colon, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not colon or not number.isdecimal():
        return False
    if host and host != "unix":
        return _connects(socket.AF_INET, (host, _X11_PORT + int(number)))
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X11 has its sockets
    return _connects(socket.AF_UNIX, path) or _connects(socket.AF_UNIX, f"\0{path}")


def _connects(family: socket.AddressFamily, address: object) -> bool:
    import socket

    with socket.socket(family, socket.SOCK_STREAM) as attempt:
        attempt.settimeout(3)
        return attempt.connect_ex(address) == 0  # type: ignore[arg-type]


def _require_x11_plugin() -> None:
    import ctypes
    import importlib.util

    found = importlib.util.find_spec("PySide6")
    folders = found.submodule_search_locations if found is not None else None
    for folder in folders or ():
        plugin = Path(folder) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        if plugin.exists():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                command = f"{_INSTALL} {_OFFSCREEN_LIBRARIES} {_X11_LIBRARIES}"
                raise ExpectedError("qt_missing", reason=str(error), command=command) from error
