"""Imports as the product does them, in this process where the process is not what is tested."""

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ulkacrm_desktop.services.imports.importing import ImportPlan, ImportReport, _plan, proposed_mapping, run_import
from ulkacrm_desktop.services.imports.mapping import with_new_properties
from ulkacrm_desktop.services.imports.options import ImportOptions
from ulkacrm_desktop.services.imports.readers import inspect_source
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.workspace import Workspace


def write_csv(path: Path, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def options_for(workspace: Workspace, path: Path, **chosen: Any) -> ImportOptions:
    inspection = inspect_source(path)
    mapping = with_new_properties(proposed_mapping(workspace, inspection), inspection.rows)
    return ImportOptions(mapping=tuple(mapping), reader=inspection.options, region="RU", **chosen)


def plan_here(workspace: Workspace, path: Path, **chosen: Any) -> ImportPlan:
    """A plan without the child process."""
    file = Path(tempfile.mkdtemp(dir=path.parent)) / "plan.db"
    _plan(workspace.location, file, path, options_for(workspace, path, **chosen), context=JobContext())
    return ImportPlan(workspace, file)


def import_here(workspace: Workspace, path: Path, **chosen: Any) -> ImportReport:
    """Plan, and carry the plan out."""
    plan = plan_here(workspace, path, **chosen)
    try:
        return run_import(workspace, plan, JobContext())
    finally:
        plan.discard()
