"""What an import does on other threads; nothing here knows a widget."""

import threading
from pathlib import Path

from ulkacrm_desktop.core.contact_document import PropertyDefinition
from ulkacrm_desktop.services.imports.importing import (
    ImportPlan,
    ImportReport,
    PlannedRow,
    inspect_file,
    make_plan,
    proposed_mapping,
    run_import,
)
from ulkacrm_desktop.services.imports.mapping import ColumnMapping
from ulkacrm_desktop.services.imports.options import ImportOptions
from ulkacrm_desktop.services.imports.readers import ReaderOptions, SourceInspection
from ulkacrm_desktop.services.jobs.context import JobContext
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.imports import row_error_text


def inspect(
    workspace: Workspace, path: str, reader: ReaderOptions
) -> tuple[SourceInspection, list[ColumnMapping], tuple[PropertyDefinition, ...]]:
    """What the file is, where its columns would go, and the properties of the database."""
    inspection = inspect_file(path, reader)
    return inspection, proposed_mapping(workspace, inspection), tuple(workspace.read(property_definitions))


def plan_file(
    workspace: Workspace,
    path: str,
    options: ImportOptions,
    mends: dict[tuple[int, int], str],
    context: JobContext,
    inspection: SourceInspection | None,
) -> ImportPlan:
    """The plan of the file, with the cells corrected by hand; it counts its rows here, so that the window does not."""
    plan = make_plan(workspace, path, options, context, inspection=inspection)
    try:
        for (place, column), text in mends.items():
            if place < plan.counts.rows:
                plan.mend(place, column, text)
        _counts = plan.counts
        context.report("finish")
    except BaseException:
        plan.discard()
        raise
    return plan


def mend(plan: ImportPlan, lock: threading.Lock, place: int, column: int, text: str) -> tuple[ImportPlan, PlannedRow]:
    """Correct a cell of a plan; answers the plan and what has become of the row."""
    with lock:
        row = plan.mend(place, column, text)
        _counts = plan.counts
        return plan, row


def carry_out(workspace: Workspace, plan: ImportPlan, lock: threading.Lock, context: JobContext) -> ImportReport:
    """Do what the plan says."""
    with lock:
        return run_import(workspace, plan, context)


def save_faulty(plan: ImportPlan, lock: threading.Lock, path: str, reason_heading: str) -> int:
    """Write the faulty rows with their reasons; answers how many."""
    with lock:
        return plan.save_faulty(Path(path), reason_heading, row_error_text)


def discard(plan: ImportPlan, lock: threading.Lock) -> None:
    """Remove the plan."""
    with lock:
        plan.discard()
