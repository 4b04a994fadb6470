"""Imports as the product does them, in this process where the process is not what is tested."""

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ulkacrm_desktop.services.imports.importing import ImportPlan, ImportReport, _plan, proposed_mapping, run_import
from ulkacrm_desktop.services.imports.mapping import with_new_properties
from ulkacrm_desktop.services.imports.mapping_text import assign
from ulkacrm_desktop.services.imports.options import ImportOptions
from ulkacrm_desktop.services.imports.readers import ReaderOptions, inspect_source
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace


def write_csv(path: Path, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def options_for(
    workspace: Workspace,
    path: Path,
    *,
    reader: ReaderOptions | None = None,
    assignments: Sequence[str] = (),
    **chosen: Any,
) -> ImportOptions:
    """The proposed mapping, corrected by ``COLUMN=FIELD``, with properties for what is left; Russian phones."""
    inspection = inspect_source(path, reader)
    definitions = workspace.read(property_definitions)
    mapping = assign(
        proposed_mapping(workspace, inspection), assignments, definitions, inspection.rows, create_properties=True
    )
    mapping = with_new_properties(mapping, inspection.rows)
    return ImportOptions(mapping=tuple(mapping), reader=inspection.options, **{"region": "RU", **chosen})


def plan_here(workspace: Workspace, path: Path, **chosen: Any) -> ImportPlan:
    """A plan without the child process."""
    return plan_with(workspace, path, options_for(workspace, path, **chosen))


def plan_with(workspace: Workspace, path: Path, options: ImportOptions) -> ImportPlan:
    """A plan by these options without the child process."""
    file = Path(tempfile.mkdtemp(dir=path.parent)) / "plan.db"
    _plan(workspace.location, file, path, options, None, context=JobContext())
    return ImportPlan(workspace, file)


def import_here(workspace: Workspace, path: Path, **chosen: Any) -> ImportReport:
    """Plan, and carry the plan out."""
    plan = plan_here(workspace, path, **chosen)
    try:
        return run_import(workspace, plan, JobContext())
    finally:
        plan.discard()
