"""`ulkacrm duplicates` and `merge`: contacts that stand in the database more than once."""

from collections.abc import Container, Sequence
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import Connection

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.entry import DONE
from ulkacrm_desktop.cli.opening import opened
from ulkacrm_desktop.cli.output import ProgressLine, print_json, say, tell
from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.core.fields import property_name
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.services.duplicates.evidence import EvidenceRow, pair_evidence
from ulkacrm_desktop.services.duplicates.finding import DuplicateGroup, DuplicateReport, find_duplicates
from ulkacrm_desktop.services.duplicates.rules import RULE_FIELDS
from ulkacrm_desktop.services.operations.merging import CHOSEN_FIELDS, merge_contacts, merge_groups
from ulkacrm_desktop.services.queries.contact_documents import find_contact
from ulkacrm_desktop.services.queries.contacts import ContactRow, rows
from ulkacrm_desktop.services.queries.duplicates import postponed_pairs
from ulkacrm_desktop.services.queries.merging import MergePreview, merge_preview
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.duplicates.merge_words import becomes_text
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.labels.values import grouped

_LISTED: Final = 20


def find(arguments: Arguments) -> int:
    """List groups of contacts that are probably one, or merge them all."""
    progress = ProgressLine()
    with opened(arguments) as workspace:
        names = {d.id: d.name for d in workspace.read(property_definitions, archived=True)}
        rule = [_field(field, names, RULE_FIELDS) for field in arguments.rule]
        report = find_duplicates(workspace, rule, progress.context())
        progress.end()
        if arguments.merge_all:
            return _merge_all(workspace, report, arguments, names)
        with workspace.reading() as connection:
            if arguments.json:
                most = arguments.limit or len(report.groups)
                later = postponed_pairs(connection)
                print_json(
                    {
                        "rule": list(report.rule),
                        "total": len(report.groups),
                        "contacts": report.contacts,
                        "groups": [_group_as_json(connection, report, group) for group in report.groups[:most]],
                        "later": [list(pair) for pair in later],
                    }
                )
                return DONE
            for group in report.groups[: arguments.limit or _LISTED]:
                _say_group(connection, report, group, names)
    shown = min(len(report.groups), arguments.limit or _LISTED)
    if shown < len(report.groups):
        tell(
            _("{shown} of {total} groups. --limit N lists more.").format(
                shown=grouped(shown), total=grouped(len(report.groups))
            )
        )
    else:
        tell(ngettext("{count} group", "{count} groups", shown).format(count=grouped(shown)))
    return DONE


def _field(text: str, names: dict[int, str], builtin: Container[str]) -> str:
    """A field as it was named; a property by its name, with or without ``property:`` before it."""
    wanted = property_name(text)
    if wanted is None and text in builtin:
        return text
    ids = (property_id for property_id, name in names.items() if fold(name) == fold(wanted or text))
    return next(map(property_sort, ids), text)


def _merge_all(workspace: Workspace, report: DuplicateReport, arguments: Arguments, names: dict[int, str]) -> int:
    progress = ProgressLine()
    preview = workspace.read(merge_preview, [group.contact_ids for group in report.groups])
    if not arguments.json:
        _tell_preview(preview, names)
    operation: int | None = None
    merged = 0
    if preview.groups:
        outcome = workspace.perform(
            merge_groups,
            groups=preview.groups,
            rule=report.rule,
            operation=preview.operation,
            context=progress.context(),
        )
        operation, merged = outcome.operation_id, outcome.result
    progress.end()
    if arguments.json:
        print_json(
            {
                "rule": list(report.rule),
                "groups": len(preview.groups),
                "contacts": preview.contacts,
                "merged": merged,
                "lost": preview.lost,
                "operation": operation,
            }
        )
        return DONE
    say(ngettext("Merged {count} duplicate", "Merged {count} duplicates", merged).format(count=grouped(merged)))
    if operation is not None:
        say(_("“ulkacrm undo {operation}” takes it back.").format(operation=operation))
    return DONE


def _tell_preview(preview: MergePreview, names: dict[int, str]) -> None:
    """What a merge of all groups is going to do."""
    tell(becomes_text(len(preview.groups), preview.contacts))
    for field, count in preview.lost.items():
        tell(
            ngettext(
                "{field}: in {count} group a value is not kept and stands in the timeline.",
                "{field}: in {count} groups a value is not kept and stands in the timeline.",
                count,
            ).format(field=field_label(field, names), count=grouped(count))
        )


def _pairs(report: DuplicateReport, group: DuplicateGroup) -> list[tuple[int, int, float]]:
    if report.rule:
        return [(one, other, 1.0) for one, other in pairwise(group.contact_ids)]
    return [(pair.one, pair.other, pair.score) for pair in group.pairs]


def _group_as_json(connection: Connection, report: DuplicateReport, group: DuplicateGroup) -> dict[str, Any]:
    return {
        "score": round(group.score, 4),
        "contacts": [
            {"id": row.id, "name": row.name, "email": row.email, "phone": row.phone}
            for row in _members(connection, group)
        ],
        "pairs": [
            {
                "ids": [one, other],
                "score": round(score, 4),
                "evidence": [_evidence_as_json(row) for row in pair_evidence(connection, report, one, other)],
            }
            for one, other, score in _pairs(report, group)
        ],
    }


def _evidence_as_json(row: EvidenceRow) -> dict[str, Any]:
    return {
        "field": row.field,
        "values": [row.first, row.second],
        "similarity": row.similarity,
        "weight": row.weight,
    }


def _members(connection: Connection, group: DuplicateGroup) -> Sequence[ContactRow]:
    return rows(connection, group.contact_ids)


def _say_group(connection: Connection, report: DuplicateReport, group: DuplicateGroup, names: dict[int, str]) -> None:
    say(f"{group.score:.0%}")
    for member in _members(connection, group):
        say("  " + "  ".join(filter(None, (str(member.id), member.name, member.email, member.phone))))
    for one, other, _score in _pairs(report, group)[:1]:
        for row in pair_evidence(connection, report, one, other):
            if row.first and row.second:
                say(f"    {field_label(row.field, names)}: {row.first} / {row.second}")


def merge(arguments: Arguments) -> int:
    """Merge contacts into one."""
    with opened(arguments) as workspace:
        names = {d.id: d.name for d in workspace.read(property_definitions, archived=True)}
        primary = workspace.read(find_contact, arguments.primary)
        others = [workspace.read(find_contact, other) for other in arguments.others]
        choices = {}
        for choice in arguments.choose:
            field, _equals, contact = choice.rpartition("=")
            choices[_field(field, names, CHOSEN_FIELDS)] = workspace.read(find_contact, contact)
        outcome = workspace.perform(merge_contacts, primary_id=primary, other_ids=others, choices=choices)
        (row,) = workspace.read(rows, [primary])
    merged = [other for other in dict.fromkeys(others) if other != primary]
    if arguments.json:
        print_json({"contact": primary, "merged": merged, "operation": outcome.operation_id})
        return DONE
    if not merged:
        say(_("These are one contact already: {name}. Nothing was merged.").format(name=row.name))
        return DONE
    say(
        ngettext("Merged {count} contact into {name}", "Merged {count} contacts into {name}", len(merged)).format(
            count=grouped(len(merged)), name=row.name
        )
    )
    if outcome.operation_id is not None:
        say(_("“ulkacrm undo {operation}” takes it back.").format(operation=outcome.operation_id))
    return DONE
