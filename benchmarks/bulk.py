"""The large pieces of work, each by the product's own command against the same by the bare engine."""

import shutil
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import raw_engine
from benchmarks.figures import Figure
from benchmarks.files import contacts_file
from benchmarks.processes import PRODUCT, Measured, run

XLSX_ROWS: Final = 100_000
_TURNS: Final = 3  # a machine may be slow for a minute: what is compared is run in turns
_TO_COMPILE: Final = 6_000  # so many take the way of the many


class Workbench:
    """The folder of one run, the database of all contacts in it, and how long its import took."""

    def __init__(self, folder: Path, rows: int, seed: int, database: Path | None = None) -> None:
        self.folder = folder
        self.rows = rows
        self.seed = seed
        self._database = database
        self.imported: Measured | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What keeps a command away from the user's own settings and caches, and compiled as an installer leaves it."""
        folders = {name: self.folder / name for name in ("config", "cache", "data", "state")}
        return {
            **{f"XDG_{name.upper()}_HOME": str(path) for name, path in folders.items()},
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
        }

    @property
    def database(self) -> Path:
        """The database of all contacts; imported when it is asked for the first time."""
        if self._database is None:
            self.import_file(self.folder / "compiled.ulka", contacts_file(_TO_COMPILE, self.seed))
            target = self.folder / "contacts.ulka"
            self.imported = self.import_file(target, contacts_file(self.rows, self.seed), sampled=True)
            self._database = target
        return self._database

    def import_file(self, database: Path, file: Path, *, sampled: bool = False) -> Measured:
        """Import a file into a new database by the product's command; see `run`."""
        file.read_bytes()  # from the disk into the system's cache, for everyone
        arguments = ("--database", database, "import", file, "--create-properties", "--json")
        measured = run([*PRODUCT, *arguments], environment=self.environment, sampled=sampled)
        told = measured.json
        if told["created"] + len(told["errors"]) != told["rows"] or not told["created"]:
            raise ValueError(f"the import did not create a contact of each row: {told}")
        return measured

    def import_of_all(self) -> Measured:
        """How the import of all contacts went, in this run."""
        if self.imported is None:
            self._database = None
        _ = self.database
        assert self.imported is not None
        return self.imported


def import_all(bench: Workbench) -> list[Figure]:
    """Import of all contacts against the engine's own import into one table; memory of all its processes.

    The memory is that of a run of its own: to look at it takes a twentieth of the time.
    """
    sampled = bench.import_of_all()
    file = contacts_file(bench.rows, bench.seed)
    database, scratch = bench.folder / "timed.ulka", bench.folder / "raw.db"
    raw, ours = [raw_engine.import_seconds(file, scratch)], []
    for _turn in range(_TURNS):
        ours.append(bench.import_file(database, file).seconds)
        raw.append(raw_engine.import_seconds(file, scratch))
        _remove(database)
    scratch.unlink()
    ratios = [taken * 2 / (raw[turn] + raw[turn + 1]) for turn, taken in enumerate(ours)]
    detail = (
        f"{median(ours):.1f} s ({sampled.cpu_seconds:.1f} s of processors) against {median(raw):.2f} s of "
        f"{raw_engine.peer_name()} .import; {_listed(ratios)}"
    )
    return [
        Figure(f"Import of {bench.rows:,} contacts, all of it", median(ratios), "×", 15, detail),
        Figure("Peak memory of the import, all processes", sampled.peak_mb, "MB", 500, "each page counted once"),
    ]


def import_workbook(bench: Workbench) -> list[Figure]:
    """The same rows as XLSX and as CSV."""
    rows = min(XLSX_ROWS, bench.rows)
    taken: dict[str, list[float]] = {"csv": [], "xlsx": []}
    for _turn in range(_TURNS):
        for ending, seconds in taken.items():
            database = bench.folder / f"from-{ending}.ulka"
            seconds.append(bench.import_file(database, contacts_file(rows, bench.seed, ending)).seconds)
            _remove(database)
    ratios = [xlsx / csv for csv, xlsx in zip(taken["csv"], taken["xlsx"], strict=True)]
    seconds_taken = f"{median(taken['xlsx']):.1f} s against {median(taken['csv']):.1f} s of CSV"
    detail = f"{seconds_taken}; {_listed(ratios)}"
    return [Figure(f"Import of {rows:,} contacts from XLSX", median(ratios), "×", 1.5, detail)]


def export_all(bench: Workbench) -> list[Figure]:
    """All contacts to CSV against one joined select of the engine."""
    database, target = bench.database, bench.folder / "export.csv"
    raw = [raw_engine.export_seconds(database, bench.folder / "raw.csv")]
    ours = run(
        [*PRODUCT, "--database", database, "export", target, "--json"], environment=bench.environment, sampled=True
    )
    raw.append(raw_engine.export_seconds(database, bench.folder / "raw.csv"))
    if not ours.json["rows"]:
        raise ValueError("the export is empty")
    peer = sum(raw) / len(raw)
    detail = f"{ours.seconds:.1f} s against {peer:.1f} s of {raw_engine.peer_name()} -csv; {ours.peak_mb:.0f} MB"
    for file in (target, bench.folder / "raw.csv"):
        file.unlink()
    return [Figure("Export of all contacts to CSV", ours.seconds / peer, "×", 5, detail)]


def undo_all(bench: Workbench) -> list[Figure]:
    """Undo of the import of all contacts against that import."""
    imported = bench.import_of_all()
    copy = bench.folder / "undone.ulka"
    shutil.copyfile(bench.database, copy)
    ours = run([*PRODUCT, "--database", copy, "undo"], environment=bench.environment, sampled=True)
    left = run([*PRODUCT, "--database", copy, "info", "--json"], environment=bench.environment).json
    _remove(copy)
    if left["contacts"]:
        raise ValueError(f"the undo has left {left['contacts']} contacts")
    detail = f"{ours.seconds:.1f} s against {imported.seconds:.1f} s; {ours.peak_mb:.0f} MB"
    return [Figure("Undo of the import of all contacts", ours.seconds / imported.seconds, "×", 1, detail)]


def _listed(ratios: list[float]) -> str:
    return ", ".join(f"{ratio:.2f}" for ratio in ratios)


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
