"""`ulkacrm segment …`: named parts of the contacts."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.doing import tell_outcome
from ulkacrm_desktop.cli.entry import DONE, CommandError
from ulkacrm_desktop.cli.opening import opened
from ulkacrm_desktop.cli.output import print_json, print_table, say, tell
from ulkacrm_desktop.cli.where import asked_contacts, asked_criteria, viewpoint_of
from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Not, Operator, Viewpoint
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.core.segment_input import SegmentInput
from ulkacrm_desktop.services.criteria.explainer import Verdict, clause_counts, explained
from ulkacrm_desktop.services.criteria.fields import Choice, CriteriaFields, criteria_fields
from ulkacrm_desktop.services.criteria.text_writer import criteria_text
from ulkacrm_desktop.services.operations.segments import (
    add_to_segment,
    create_segment,
    remove_from_segment,
    remove_segment,
)
from ulkacrm_desktop.services.queries.contact_documents import find_contact
from ulkacrm_desktop.services.queries.contacts import first_page
from ulkacrm_desktop.services.queries.segment_history import Movement, movements
from ulkacrm_desktop.services.queries.segments import SegmentRow, find_segment, segment_count, segments
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.labels.values import grouped, plain_value

_INDENT: Final = "  "


def list_segments(arguments: Arguments) -> int:
    """List the segments, with how many contacts they have."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        viewpoint = viewpoint_of(connection, workspace)
        fields = criteria_fields(connection, viewpoint.user_id)
        found = [
            (segment, segment_count(connection, segment.id, viewpoint))
            for segment in segments(connection, viewpoint.user_id)
        ]
    if arguments.json:
        print_json({"segments": [_as_json(segment, fields, count) for segment, count in found]})
        return DONE
    rows = [
        [segment.name, grouped(count), _kind(segment), _("(private)") if segment.is_private else ""]
        for segment, count in found
    ]
    print_table([field_label("name"), _("Contacts"), field_label("kind"), ""], rows)
    return DONE


def show(arguments: Arguments) -> int:
    """Show a segment: what it asks for, its first contacts, who came and went."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        viewpoint = viewpoint_of(connection, workspace)
        fields = criteria_fields(connection, viewpoint.user_id)
        segment = find_segment(connection, arguments.name, viewpoint.user_id)
        query = ContactQuery(segment_id=segment.id, viewpoint=viewpoint)
        page = first_page(connection, query, arguments.limit)
        moved = movements(connection, segment.id, limit=arguments.limit).movements
    if arguments.json:
        contacts = [{"id": row.id, "name": row.name, "email": row.email, "phone": row.phone} for row in page.rows]
        told = {"contacts": contacts, "movements": [_movement_as_json(movement) for movement in moved]}
        print_json(_as_json(segment, fields, page.total) | told)
        return DONE
    say(segment.name, *filter(None, [segment.description]), "")
    say(_kind(segment) if segment.criteria is None else criteria_text(segment.criteria, fields), "")
    headings = [field_label(key) for key in ("id", "name", "email", "phone")]
    print_table(headings, [[str(row.id), row.name, row.email, row.phone] for row in page.rows])
    tell(ngettext("{count} contact", "{count} contacts", page.total).format(count=grouped(page.total)))
    for movement in moved:
        sentence = _("{when}  {name} entered") if movement.entered else _("{when}  {name} left")
        say(sentence.format(when=plain_value(movement.at), name=movement.name))
    return DONE


def create(arguments: Arguments) -> int:
    """Make a segment."""
    if arguments.where is None and not arguments.static:
        raise CommandError(_("Say by --where what its contacts fulfil, or by --static that you put them in by hand."))
    with opened(arguments) as workspace, workspace.reading() as connection:
        dynamic = not arguments.static
        criteria = asked_criteria(connection, workspace, arguments.where) if dynamic and arguments.where else None
        begun = asked_contacts(connection, workspace, arguments) if not dynamic and arguments.where else None
        segment = SegmentInput(
            name=arguments.name,
            description=arguments.description,
            icon=arguments.icon,
            criteria=criteria,
            private=arguments.private,
            keeps_history=arguments.history,
        )
        outcome = workspace.perform(create_segment, segment=segment, contacts=begun)
        with workspace.reading() as after:
            count = segment_count(after, outcome.result, viewpoint_of(after, workspace))
        return tell_outcome(workspace, arguments, outcome, id=outcome.result, count=count)


def add(arguments: Arguments) -> int:
    """Put contacts into a static segment."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        segment = _named(connection, workspace, arguments.name)
        selection = asked_contacts(connection, workspace, arguments)
        outcome = workspace.perform(add_to_segment, segment_id=segment.id, selection=selection)
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def remove(arguments: Arguments) -> int:
    """Take contacts out of a static segment."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        segment = _named(connection, workspace, arguments.name)
        selection = asked_contacts(connection, workspace, arguments)
        outcome = workspace.perform(remove_from_segment, segment_id=segment.id, selection=selection)
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def delete(arguments: Arguments) -> int:
    """Delete a segment."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        segment = _named(connection, workspace, arguments.name)
        return tell_outcome(workspace, arguments, workspace.perform(remove_segment, segment_id=segment.id))


def explain(arguments: Arguments) -> int:
    """Tell why a contact is in a segment or not, or how many contacts each clause leaves."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        viewpoint = viewpoint_of(connection, workspace)
        fields = criteria_fields(connection, viewpoint.user_id)
        segment = find_segment(connection, arguments.name, viewpoint.user_id)
        asked: Criteria = segment.criteria or Clause("segment", Operator.IS, (segment.id,))
        if arguments.contact is None:
            return _explain_counts(connection, arguments, asked, fields, viewpoint)
        contact_id = find_contact(connection, arguments.contact)
        verdict = explained(connection, asked, contact_id, viewpoint)
    if arguments.json:
        print_json({"segment": segment.name, "contact": contact_id, **_verdict_as_json(verdict, fields)})
        return DONE
    say(_("In the segment {segment}: {answer}").format(segment=segment.name, answer=plain_value(verdict.holds)))
    say(*_told(verdict, fields))
    return DONE


def _explain_counts(
    connection: Connection, arguments: Arguments, asked: Criteria, fields: CriteriaFields, viewpoint: Viewpoint
) -> int:
    counts = clause_counts(connection, asked, viewpoint)
    if arguments.json:
        rows = [{"where": criteria_text(c.criteria, fields), "alone": c.alone, "left": c.left} for c in counts]
        print_json({"clauses": rows})
        return DONE
    rows_told = [[criteria_text(c.criteria, fields), grouped(c.alone), grouped(c.left)] for c in counts]
    print_table([_("Clause"), _("Alone"), _("Left")], rows_told)
    return DONE


def _told(verdict: Verdict, fields: CriteriaFields, depth: int = 0) -> Iterator[str]:
    """A verdict with its parts below it, each with what the contact has."""
    tree = verdict.criteria
    answer = plain_value(verdict.holds)
    if isinstance(tree, Clause):
        has = plain_value(tuple(map(_value, verdict.values)))
        line = _("{answer}: {clause}; the contact has {values}").format(
            answer=answer, clause=criteria_text(tree, fields), values=has
        )
    else:
        heading = _("not") if isinstance(tree, Not) else _("all of") if isinstance(tree, All) else _("any of")
        line = _("{answer}: {heading}").format(answer=answer, heading=heading)
    yield _INDENT * depth + line
    for part in verdict.parts:
        yield from _told(part, fields, depth + 1)


def _value(value: object) -> object:
    return value.name if isinstance(value, Choice) else value


def _verdict_as_json(verdict: Verdict, fields: CriteriaFields) -> dict[str, Any]:
    tree = verdict.criteria
    parts = [_verdict_as_json(part, fields) for part in verdict.parts]
    told: dict[str, Any] = {"holds": verdict.holds, "where": criteria_text(tree, fields)}
    if isinstance(tree, Clause):
        told["values"] = [_value(value) for value in verdict.values]
    if parts:
        told["parts"] = parts
    return told


def _as_json(segment: SegmentRow, fields: CriteriaFields, count: int) -> dict[str, Any]:
    return {
        "id": segment.id,
        "name": segment.name,
        "description": segment.description,
        "icon": segment.icon,
        "where": None if segment.criteria is None else criteria_text(segment.criteria, fields),
        "private": segment.is_private,
        "history": segment.keeps_history,
        "count": count,
    }


def _movement_as_json(movement: Movement) -> dict[str, Any]:
    return {
        "contact": movement.contact_id,
        "name": movement.name,
        "moved": "entered" if movement.entered else "left",
        "at": movement.at,
    }


def _kind(segment: SegmentRow) -> str:
    return _("By hand") if segment.is_static else _("By criteria")


def _named(connection: Connection, workspace: Workspace, name: str) -> SegmentRow:
    return find_segment(connection, name, viewpoint_of(connection, workspace).user_id)
