"""The program as a person starts it: a process of its own, with folders of its own."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "ulkacrm_desktop" / "resources" / "sample" / "contacts.csv"


@dataclass(frozen=True)
class Done:
    """What a run of the program left: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        assert self.out.count("\n") == 1, self.out
        loaded = json.loads(self.out)
        assert isinstance(loaded, dict)
        return loaded

    @property
    def failure(self) -> str:
        """The one sentence of a failure."""
        assert self.code == 1, (self.code, self.err)
        assert "Traceback" not in self.err
        return self.err.strip().splitlines()[-1]


def environment(home: Path) -> dict[str, str]:
    """The environment of a person who has ``home`` and no display, and speaks English."""
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("DATA", "CONFIG", "CACHE", "STATE")}
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    kept.pop("QT_QPA_PLATFORM", None)
    return kept | folders | {"HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


class Program:
    """Runs commands on one database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "contacts.ulka"
        self.environment = environment(folder / "home")

    def __call__(self, *arguments: object, database: Path | str | None = None) -> Done:
        done = subprocess.run(
            self.command(*arguments, database=database),
            check=False,
            capture_output=True,
            cwd=self.folder,
            env=self.environment | {"PYTHONPATH": str(ROOT)},
            timeout=120,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def command(self, *arguments: object, database: Path | str | None = None) -> list[str]:
        """The command line of a run."""
        chosen = str(database if database is not None else self.database)
        return [sys.executable, "-m", "ulkacrm_desktop", "--database", chosen, *map(str, arguments)]

    def process(self, *arguments: object, **streams: Any) -> "subprocess.Popen[str]":
        """A run that is not waited for."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment | {"PYTHONPATH": str(ROOT)},
            text=True,
            encoding="utf-8",
            **streams,
        )

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        """A file of this text."""
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def found(self, text: str) -> list[str]:
        """The names that a search finds."""
        return [contact["name"] for contact in self("search", text, "--limit", 1000, "--json").json["contacts"]]


@pytest.fixture
def ulkacrm(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, imported once; not to be changed."""
    program = Program(tmp_path_factory.mktemp("sample"))
    report = program("import", SAMPLE, "--create-properties", "--json").json
    assert report["created"] > 250
    assert program("check").code == 0  # leaves no write-ahead log, so that the file can be copied
    return program.database


@pytest.fixture
def shop(ulkacrm: Program, sample_database: Path) -> Program:
    """The program on a copy of the imported sample."""
    shutil.copy(sample_database, ulkacrm.database)
    return ulkacrm
