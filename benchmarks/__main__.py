"""All figures of the product, in one run.

python -m benchmarks [--rows N] [--only NAME]… [--database FILE] [--json]
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import bulk, bulk_actions, criteria, duplicates, raw_engine, reading, window
from benchmarks.bulk import Workbench
from benchmarks.figures import Figure, as_json, as_table, machine
from benchmarks.files import cache_folder

Measurement = Callable[[Workbench], list[Figure]]


def _read(measure: Callable[[Path], list[Figure]], bench: Workbench) -> list[Figure]:
    return measure(bench.database)


def _search(bench: Workbench) -> list[Figure]:
    return reading.search(bench.database, bench.rows, bench.seed)


MEASUREMENTS: dict[str, Measurement] = {
    "import": bulk.import_all,
    "search": _search,
    "pages": partial(_read, reading.pages),
    "contact": partial(_read, reading.contact),
    "criteria": criteria.criteria,
    "actions": bulk_actions.actions,
    "duplicates": duplicates.find,
    "merging": duplicates.quality,
    "start": window.start,
    "window": window.use,
    "xlsx": bulk.import_workbook,
    "export": bulk.export_all,
    "undo": bulk.undo_all,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the product against its limits.")
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N", help="contacts to measure with (a million)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which contacts are made up")
    parser.add_argument("--only", action="append", choices=MEASUREMENTS, metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument(
        "--database", type=Path, metavar="FILE", help="read from this database, imported before from the same rows"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    if hint := raw_engine.install_hint():
        print(f"The sqlite3 command is missing; install it for the true comparison: {hint}", file=sys.stderr)
    facts = machine()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="run-", dir=cache_folder()) as folder:
        bench = Workbench(Path(folder), options.rows, options.seed, options.database)
        for name in options.only or MEASUREMENTS:
            print(f"{name} …", file=sys.stderr, flush=True)
            for figure in MEASUREMENTS[name](bench):
                print(
                    f"  {figure.name}: {figure.value:.1f} {figure.unit} ({figure.verdict})", file=sys.stderr, flush=True
                )
                figures.append(figure)
    print(as_json(figures, facts) if options.json else as_table(figures, facts))
    return 0 if all(figure.verdict != "missed" for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
