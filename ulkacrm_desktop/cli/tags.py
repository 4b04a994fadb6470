"""`ulkacrm tag …`: tags given and taken, and looked after."""

from sqlalchemy import Connection

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.doing import tell_outcome
from ulkacrm_desktop.cli.entry import DONE
from ulkacrm_desktop.cli.opening import opened
from ulkacrm_desktop.cli.output import print_json, print_table
from ulkacrm_desktop.cli.subject_arguments import COLOURS
from ulkacrm_desktop.cli.where import asked_contacts
from ulkacrm_desktop.core.errors import NotFound
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.operations.tags import add_tags, change_tag, merge_tags, remove_tag, remove_tags
from ulkacrm_desktop.services.queries.tags import tag_named, tags
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.labels.values import grouped


def list_tags(arguments: Arguments) -> int:
    """List the tags, with how many contacts bear them."""
    with opened(arguments) as workspace:
        found = workspace.read(tags)
    if arguments.json:
        rows = [{"id": t.id, "name": t.name, "colour": t.color or COLOURS[0], "contacts": t.count} for t in found]
        print_json({"tags": rows})
    else:
        print_table([field_label("name"), _("Contacts")], [[tag.name, grouped(tag.count)] for tag in found])
    return DONE


def add(arguments: Arguments) -> int:
    """Tag contacts."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        selection = asked_contacts(connection, workspace, arguments)
        outcome = workspace.perform(add_tags, selection=selection, names=[arguments.name])
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def remove(arguments: Arguments) -> int:
    """Take a tag off contacts."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        selection = asked_contacts(connection, workspace, arguments)
        outcome = workspace.perform(remove_tags, selection=selection, names=[arguments.name])
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def rename(arguments: Arguments) -> int:
    """Call a tag otherwise."""
    with opened(arguments) as workspace:
        tag_id = workspace.read(_tag, arguments.name)
        outcome = workspace.perform(change_tag, tag_id=tag_id, name=arguments.new_name)
        return tell_outcome(workspace, arguments, outcome, id=tag_id)


def colour(arguments: Arguments) -> int:
    """Colour a tag."""
    with opened(arguments) as workspace:
        tag_id = workspace.read(_tag, arguments.name)
        code = "" if arguments.colour == COLOURS[0] else arguments.colour
        return tell_outcome(workspace, arguments, workspace.perform(change_tag, tag_id=tag_id, color=code), id=tag_id)


def merge(arguments: Arguments) -> int:
    """Make tags one."""
    with opened(arguments) as workspace:
        merged = [workspace.read(_tag, name) for name in arguments.names]
        into = workspace.read(_tag, arguments.into)
        outcome = workspace.perform(merge_tags, tag_ids=merged, into_id=into)
        return tell_outcome(workspace, arguments, outcome, id=into, count=outcome.result)


def delete(arguments: Arguments) -> int:
    """Delete a tag."""
    with opened(arguments) as workspace:
        outcome = workspace.perform(remove_tag, tag_id=workspace.read(_tag, arguments.name))
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def _tag(connection: Connection, name: str) -> int:
    found = tag_named(connection, name)
    if found is None:
        raise NotFound("tag_not_found", tag=name)
    return found.id
