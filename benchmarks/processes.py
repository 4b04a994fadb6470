"""Commands measured as a whole: time on the clock, time of the processors, and memory with all children."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

_BETWEEN_SAMPLES: Final = 0.25  # walking through the pages of all processes takes them a few milliseconds
PRODUCT: Final = (sys.executable, "-m", "ulkacrm_desktop")


@dataclass(frozen=True, slots=True)
class Measured:
    """A finished command. ``peak_mb`` counts each page of memory once, however many processes share it.

    Both are 0 where nobody has looked; ``cpu_seconds`` lacks what a process did after it was last looked at.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str

    @property
    def json(self) -> Any:
        """The JSON object that the command printed last."""
        return json.loads(self.output.splitlines()[-1])


class CommandError(Exception):
    """A measured command did not end well."""


def run(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    output: Path | None = None,
    sampled: bool = False,
) -> Measured:
    """Run a command to its end; its output is kept, or written to a file. Only the clock is read unless ``sampled``."""
    target = output.open("wb") if output else subprocess.PIPE
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        stdout=target,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    sampler = _Sampler(process.pid) if sampled else None
    told, errors = process.communicate()
    seconds = time.perf_counter() - began
    cpu_seconds, peak = sampler.stop() if sampler else (0.0, 0.0)
    if not isinstance(target, int):
        target.close()
    if process.returncode:
        raise CommandError(f"{' '.join(map(str, command))}\n{errors.decode(errors='replace')}")
    return Measured(seconds, cpu_seconds, peak, (told or b"").decode(errors="replace"))


class _Sampler:
    """Looks at a process and all its descendants four times a second."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._cpu: dict[int, float] = {}
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> tuple[float, float]:
        """The seconds of processors that were seen, and the most memory at a time, in MB."""
        self._ended.set()
        self._thread.join()
        return sum(self._cpu.values()), self._peak / 2**20

    def _watch(self) -> None:
        while not self._ended.wait(_BETWEEN_SAMPLES):
            try:
                tree = [self._root, *self._root.children(recursive=True)]
            except psutil.Error:
                return
            for process in tree:
                with suppress(psutil.Error):  # it has just ended
                    times = process.cpu_times()
                    self._cpu[process.pid] = times.user + times.system
            self._peak = max(self._peak, sum(map(own_memory, tree)))


def own_memory(process: psutil.Process) -> int:
    """Bytes: what only this process uses, and on Linux its share of what it uses with others."""
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return 0  # it has just ended
    return int(getattr(memory, "pss", 0) or memory.uss)
