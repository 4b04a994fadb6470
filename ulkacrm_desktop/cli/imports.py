"""`ulkacrm import`: a file into the database, without questions."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.entry import DONE, CommandError
from ulkacrm_desktop.cli.opening import opened
from ulkacrm_desktop.cli.output import ProgressLine, print_json, say, tell
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.imports.importing import (
    ImportPlan,
    ImportReport,
    RowError,
    inspect_file,
    make_plan,
    proposed_mapping,
    run_import,
)
from ulkacrm_desktop.services.imports.mapping import with_new_properties
from ulkacrm_desktop.services.imports.mapping_text import assign, choices_by_column
from ulkacrm_desktop.services.imports.options import ImportMode, ImportOptions, MatchBy
from ulkacrm_desktop.services.imports.readers import ReaderOptions, SourceInspection
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.imports import (
    cell_problem_text,
    choice_text,
    left_over_text,
    listed,
    notice_text,
    report_text,
)
from ulkacrm_desktop.ui.labels.values import grouped

_ERRORS_SHOWN = 20


def import_file(arguments: Arguments) -> int:
    """Import, or say what an import would do."""
    with ThreadPoolExecutor(1) as beside, opened(arguments, make=True) as workspace:
        progress = ProgressLine()
        reader = ReaderOptions(encoding=arguments.encoding, delimiter=arguments.delimiter, sheet=arguments.sheet)
        inspection = inspect_file(arguments.file, reader)
        options = _options(workspace, arguments, inspection)
        plan = make_plan(workspace, arguments.file, options, progress.context(), inspection=inspection)
        try:
            progress.end()
            report = _carried_out(workspace, plan, arguments, progress)
        finally:
            # A large plan takes as long to go as the database to be closed.
            beside.submit(plan.discard)
    if arguments.json:
        print_json(_as_json(report))
    else:
        _say(report, dry=arguments.dry_run)
    return DONE


def _options(workspace: Workspace, arguments: Arguments, inspection: SourceInspection) -> ImportOptions:
    for notice in inspection.notices:
        tell(notice_text(notice.code, notice.facts))
    mapping = assign(
        proposed_mapping(workspace, inspection),
        arguments.map,
        workspace.read(property_definitions),
        inspection.rows,
        create_properties=arguments.create_properties,
    )
    if arguments.create_properties:
        mapping = with_new_properties(mapping, inspection.rows)
    return ImportOptions(
        mapping=tuple(mapping),
        reader=inspection.options,
        mode=ImportMode(arguments.mode),
        match=frozenset(map(MatchBy, arguments.match)),
        region=arguments.country or "",
        date_orders=choices_by_column(arguments.date_order, mapping),
        decimal_marks=choices_by_column(arguments.decimal_mark, mapping),
        name_orders=choices_by_column(arguments.name_order, mapping),
    )


def _carried_out(workspace: Workspace, plan: ImportPlan, arguments: Arguments, progress: ProgressLine) -> ImportReport:
    _tell_questions(plan)
    for code, count in plan.doubts().items():
        tell(
            ngettext("{count} doubtful cell: {reason}", "{count} doubtful cells: {reason}", count).format(
                count=grouped(count), reason=cell_problem_text(code)
            )
        )
    faulty = plan.counts.error
    if arguments.errors is not None and faulty:
        saved = plan.save_faulty(Path(arguments.errors), _("Reason"), _reason)
        tell(
            ngettext("{count} faulty row saved to {path}", "{count} faulty rows saved to {path}", saved).format(
                count=grouped(saved), path=arguments.errors
            )
        )
    planned = _planned(plan)
    if arguments.strict and faulty:
        if arguments.json:
            print_json(_as_json(planned))
        else:
            _say_errors(planned)
        raise CommandError(
            ngettext(
                "{count} row of {file} is faulty, so nothing was imported.",
                "{count} rows of {file} are faulty, so nothing was imported.",
                faulty,
            ).format(count=grouped(faulty), file=arguments.file)
        )
    if arguments.dry_run:
        return planned
    report = run_import(workspace, plan, progress.context(), alone=True)
    progress.end()
    return report


def _tell_questions(plan: ImportPlan) -> None:
    """Say how columns were read whose values can be read in two ways, unless the arguments have said how."""
    options = plan.about.options
    answered = {
        "date_order": dict(options.date_orders),
        "decimal_mark": dict(options.decimal_marks),
        "name_order": dict(options.name_orders),
    }
    for question in plan.questions:
        if question.column in answered[question.kind]:
            continue
        heading = plan.headings[question.column] if question.column < len(plan.headings) else ""
        tell(
            _("The values of {column} can be read in two ways; this one was taken: {choice}. {option} chooses.").format(
                column=heading or f"#{question.column + 1}",
                choice=choice_text(question.chosen),
                option="--" + question.kind.replace("_", "-"),
            )
        )


def _planned(plan: ImportPlan) -> ImportReport:
    """What the import would report."""
    counts = plan.counts
    return ImportReport(
        rows=counts.rows,
        created=counts.create,
        updated=counts.update,
        unchanged=counts.unchanged,
        skipped=counts.skip,
        errors=plan.errors(),
        operation=None,
        ignored_columns=plan.ignored_columns,
    )


def _reason(error: RowError) -> str:
    return cell_problem_text(error.code, error.value)


def _as_json(report: ImportReport) -> dict[str, Any]:
    return {
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "skipped": report.skipped,
        "errors": [
            {"row": error.row, "column": error.column, "code": error.code, "reason": _reason(error)}
            for error in report.errors
        ],
        "operation": report.operation,
        "ignored_columns": list(report.ignored_columns),
    }


def _say(report: ImportReport, *, dry: bool) -> None:
    if dry:
        say(_("Nothing was written. The import would do this:"))
    faulty = len({error.row for error in report.errors})
    say(report_text(report.created, report.updated))
    if left_over := left_over_text(report.unchanged, report.skipped, faulty):
        say(left_over)
    _say_errors(report)
    if report.ignored_columns:
        say(
            _("Columns that were not imported: {columns}. --create-properties makes them properties.").format(
                columns=listed(report.ignored_columns)
            )
        )
    if report.operation is not None:
        say(_("“ulkacrm undo {operation}” takes the import back.").format(operation=report.operation))


def _say_errors(report: ImportReport) -> None:
    for error in report.errors[:_ERRORS_SHOWN]:
        place = _("Row {row}, {column}: {reason}") if error.column else _("Row {row}: {reason}")
        say(place.format(row=grouped(error.row), column=error.column, reason=_reason(error)))
    more = len(report.errors) - _ERRORS_SHOWN
    if more > 0:
        say(
            ngettext(
                "… and {count} more. --errors FILE saves all faulty rows.",
                "… and {count} more. --errors FILE saves all faulty rows.",
                more,
            ).format(count=grouped(more))
        )
