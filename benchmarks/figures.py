"""What was measured, what it may be, and the table of all of it."""

import json
import math
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; ``unit`` is ``×`` (of a peer in the same run), ``ms``, ``s`` or ``MB``.

    Without a limit it is told for information.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    detail: str = ""

    @property
    def verdict(self) -> str:
        """``ok`` or ``missed``; a dash where there is no limit."""
        if self.limit is None:
            return "–"
        return "ok" if self.value <= self.limit else "missed"


def quantile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(milliseconds: Sequence[float]) -> str:
    """How many values there are, their middle and their largest."""
    return f"{len(milliseconds)} measured, p50 {statistics.median(milliseconds):.1f} ms, max {max(milliseconds):.1f} ms"


def machine() -> dict[str, str]:
    """The facts of the machine that figures depend on."""
    return {
        "processor": f"{psutil.cpu_count()} × {_processor()}",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load before": ", ".join(f"{load:.1f}" for load in psutil.getloadavg()),
    }


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def as_table(figures: Sequence[Figure], facts: dict[str, str]) -> str:
    """A Markdown table and the facts of the machine below it."""
    lines = ["| Figure | Measured | Limit | | How |", "|---|---:|---:|---|---|"]
    for figure in figures:
        limit = "" if figure.limit is None else f"≤ {figure.limit:g} {figure.unit}"
        lines.append(
            f"| {figure.name} | {_shown(figure.value)} {figure.unit} | {limit} | {figure.verdict} | {figure.detail} |"
        )
    lines += ["", "; ".join(f"{name}: {value}" for name, value in facts.items())]
    return "\n".join(lines)


def as_json(figures: Sequence[Figure], facts: dict[str, str]) -> str:
    """The same as one JSON object."""
    told: list[dict[str, Any]] = [{**asdict(figure), "verdict": figure.verdict} for figure in figures]
    return json.dumps({"figures": told, "machine": facts}, ensure_ascii=False, indent=1)


def _shown(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"
