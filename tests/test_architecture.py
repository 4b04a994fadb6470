"""The rules of the house, kept by tools: who imports whom, style, types, and the size of files."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINES = 400
"""Files of the program stay small enough to read at one sitting; a fifth more is let pass."""


def _passes(*command: str) -> None:
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


def _tool(name: str) -> str:
    """A tool of the environment that runs the tests."""
    return str(Path(sys.executable).with_name(name))


def test_imports_go_downward_only() -> None:
    _passes(_tool("lint-imports"), "--no-cache")


def test_style() -> None:
    _passes(_tool("ruff"), "check", ".")
    _passes(_tool("ruff"), "format", "--check", ".")


def test_types() -> None:
    _passes(sys.executable, "-m", "mypy")


@pytest.mark.parametrize("folder", ["ulkacrm_desktop", "benchmarks"])
def test_files_can_be_read_at_one_sitting(folder: str) -> None:
    migrations = ROOT / "ulkacrm_desktop" / "db" / "migrations"
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / folder).rglob("*.py")
        if migrations not in path.parents
    }
    assert lines
    assert {path: count for path, count in lines.items() if count > LINES * 1.2} == {}


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        # A child process imports the entry point; the command line must not wait for what it does not use.
        ("ulkacrm_desktop.__main__", ("PySide6", "sqlalchemy", "openpyxl", "phonenumbers", "multiprocessing")),
        ("ulkacrm_desktop.cli", ("PySide6", "sqlalchemy", "openpyxl", "phonenumbers", "multiprocessing")),
        # What cleans the rows of a large import starts in a process for each core.
        ("ulkacrm_desktop.services.imports.chunk_cleaner", ("PySide6", "sqlalchemy", "phonenumbers")),
        ("ulkacrm_desktop.cli.reading", ("PySide6", "openpyxl", "xlsxwriter", "python_calamine", "vobject")),
        ("ulkacrm_desktop.cli.imports", ("PySide6",)),
        ("ulkacrm_desktop.ui.labels.errors", ("PySide6",)),
        # The window is painted first: what is in the database, asked, or said when something fails comes after that.
        (
            "ulkacrm_desktop.ui.main_window",
            (
                "sqlalchemy",
                "phonenumbers",
                "ulkacrm_desktop.services.workspace",
                "ulkacrm_desktop.core.criteria",
                "ulkacrm_desktop.core.text.fold",
                "ulkacrm_desktop.ui.forms",
                "ulkacrm_desktop.ui.filters",
                "ulkacrm_desktop.ui.labels.errors",
                "ulkacrm_desktop.ui.runtime.prompter",
                "ulkacrm_desktop.ui.window_features",
            ),
        ),
    ],
)
def test_heavy_modules_wait_until_they_are_needed(module: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
