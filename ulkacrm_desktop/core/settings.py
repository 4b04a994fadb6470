"""Settings of one user on one machine: a small JSON file, read once and written at each change."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ulkacrm_desktop.core.paths import settings_file

if TYPE_CHECKING:
    from concurrent.futures import Executor


class Settings:
    """A dictionary of JSON values that outlives the program.

    A file that cannot be read counts as empty: settings never keep the program from starting. With ``behind`` a
    thread writes it, for a window that must not wait for a disk that is busy; `close` waits for that.
    """

    def __init__(self, path: Path | None = None, *, behind: bool = False) -> None:
        self._path = path if path is not None else settings_file()
        self._values: dict[str, Any] = {}
        self._writer: Executor | None = None
        self._changes = 0
        if behind:
            from concurrent.futures import ThreadPoolExecutor

            self._writer = ThreadPoolExecutor(1, thread_name_prefix="settings")
        try:
            loaded = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            loaded = {}
        if isinstance(loaded, dict):
            self._values = loaded

    def get(self, key: str, default: Any = None) -> Any:
        """The value of ``key``, or ``default``."""
        return self._values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Keep a JSON value under ``key``; None forgets it."""
        if self._values.get(key) == value:
            return
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = value
        self._changes += 1
        if self._writer is None:
            self._write(dict(self._values))
        else:
            self._writer.submit(self._write_behind, self._changes, dict(self._values))

    def close(self) -> None:
        """Wait until all is written that was set; nothing is set after that."""
        if self._writer is not None:
            self._writer.shutdown()

    def _write_behind(self, change: int, values: dict[str, Any]) -> None:
        if change == self._changes:  # else a later one is waiting, which has it too
            try:
                self._write(values)
            except OSError:
                import logging

                logging.getLogger(__name__).warning("Settings were not written", exc_info=True)

    def _write(self, values: dict[str, Any]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(fresh, self._path)  # noqa: PTH105 - atomic on Windows too
