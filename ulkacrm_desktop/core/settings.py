"""Settings of one user on one machine: a small JSON file, read once and written at each change."""

import json
import os
from pathlib import Path
from typing import Any

from ulkacrm_desktop.core.paths import settings_file


class Settings:
    """A dictionary of JSON values that outlives the program.

    A file that cannot be read counts as empty: settings never keep the program from starting.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path if path is not None else settings_file()
        self._values: dict[str, Any] = {}
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
        self._save()

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(self._values, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(fresh, self._path)  # noqa: PTH105 - atomic on Windows too
