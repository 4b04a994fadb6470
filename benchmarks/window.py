"""The window: how soon it is there, what it takes in memory, and how long it ever stands still."""

import json
import os
import shutil
import statistics
import sys
import time
from typing import Any, Final

from benchmarks.bulk import Workbench
from benchmarks.figures import Figure, quantile, spread
from benchmarks.files import contacts_file
from benchmarks.processes import run
from benchmarks.typed_queries import typed_queries

_STARTS: Final = 7
_IMPORTED_BESIDE: Final = 100_000
_TYPED_OF_EACH_KIND: Final = 3


def start(bench: Workbench) -> list[Figure]:
    """From the start of the process to a window, ours on the database of all contacts and an empty one in turn."""
    settings = bench.folder / "start.json"
    environment = {**bench.environment, **_platform()}
    database = str(bench.database)
    bare: list[float] = []
    ours: list[dict[str, float]] = []
    for turn in range(_STARTS + 1):
        empty = run(_python("bare_window", str(time.time_ns())), environment=environment)
        full = run(_python("started_window", str(time.time_ns()), database, str(settings)), environment=environment)
        if turn:  # the first compiles, and reads the libraries from the disk
            bare.append(float(empty.output))
            ours.append(full.json)
    peer = statistics.median(bare)
    moments = {name: statistics.median(passed[name] for passed in ours) for name in ours[0]}
    return [
        Figure(
            "Start to the first window that takes what is typed",
            moments["painted"] / peer,
            "×",
            2.5,
            f"{moments['painted']:.0f} ms against {peer:.0f} ms of an empty Qt window",
        ),
        Figure("Start to the first rows of the list", moments["listed"], "ms", None, f"median of {_STARTS} starts"),
    ]


def use(bench: Workbench) -> list[Figure]:
    """Memory and stalls of a window that is scrolled, typed into, opened, and imported into."""
    database = bench.folder / "used.ulka"
    shutil.copyfile(bench.database, database)
    more = contacts_file(min(_IMPORTED_BESIDE, bench.rows), bench.seed + 1)
    texts = bench.folder / "typed.json"
    queries = typed_queries(bench.rows, bench.seed, _TYPED_OF_EACH_KIND)
    texts.write_text(json.dumps([query.text for query in queries]), encoding="utf-8")
    told: dict[str, Any] = run(
        _python("used_window", str(database), str(bench.folder / "use.json"), str(texts), str(more)),
        environment={**bench.environment, **_platform()},
    ).json
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    stalls: dict[str, dict[str, float]] = told["stalls"]
    idle, after = stalls.pop("idle")["lasted"], told["memory_after"]
    of_each = ", ".join(f"{name} {worst['lasted']:.0f}" for name, worst in stalls.items())
    longest = max(stalls.values(), key=lambda worst: worst["lasted"])
    return [
        Figure(
            "Memory of the window with the list open",
            told["memory"],
            "MB",
            250,
            f"{after:.0f} MB in the end",
        ),
        Figure(
            "Longest stall of the event loop",
            longest["lasted"],
            "ms",
            50,
            f"{of_each}; idle {idle:.0f}; {longest['queued']:.0f} ms of the longest without a processor",
        ),
        Figure("Profile opened, p95", quantile(told["profiles"], 0.95), "ms", 50, spread(told["profiles"])),
        Figure(
            "Letter typed in the window to its rows shown, p95",
            quantile(told["answers"], 0.95),
            "ms",
            None,
            spread(told["answers"]),
        ),
    ]


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.{module}", *arguments]


def _platform() -> dict[str, str]:
    return {
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "QT_LOGGING_RULES": "qt.qpa.plugin=false",
    }
