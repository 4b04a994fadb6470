"""`ulkacrm user …` and `ulkacrm class …`: who is responsible for contacts, and which class they have."""

from sqlalchemy import Connection

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.cli.doing import tell_outcome
from ulkacrm_desktop.cli.entry import DONE, CommandError
from ulkacrm_desktop.cli.opening import opened
from ulkacrm_desktop.cli.output import print_json, print_table
from ulkacrm_desktop.cli.where import asked_contacts
from ulkacrm_desktop.core.contact_document import GENERAL_CLASS
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.services.operations.assignments import set_class, set_responsible
from ulkacrm_desktop.services.operations.classes import add_class, remove_class, rename_class
from ulkacrm_desktop.services.operations.users import add_user, remove_user, rename_user
from ulkacrm_desktop.services.queries.classes import class_counts, contact_classes, find_class
from ulkacrm_desktop.services.queries.users import crm_users, responsible_counts
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.labels.fields import class_label, field_label
from ulkacrm_desktop.ui.labels.values import grouped


def list_users(arguments: Arguments) -> int:
    """List the users, with how many contacts they are responsible for."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        users = crm_users(connection, workspace.actor)
        counts = responsible_counts(connection)
    if arguments.json:
        rows = [
            {
                "id": user.id or None,  # whoever works here may not be written down yet
                "name": user.name,
                "login": user.login or None,
                "current": user.is_current,
                "contacts": counts.get(user.id, 0),
            }
            for user in users
        ]
        print_json({"users": rows})
    else:
        rows_told = [[u.name, grouped(counts.get(u.id, 0)), _("(you)") if u.is_current else ""] for u in users]
        print_table([field_label("name"), _("Contacts"), ""], rows_told)
    return DONE


def add_to_users(arguments: Arguments) -> int:
    """List somebody who works with the contacts."""
    with opened(arguments, make=True) as workspace:
        outcome = workspace.perform(add_user, name=arguments.name)
        return tell_outcome(workspace, arguments, outcome, id=outcome.result)


def rename_one(arguments: Arguments) -> int:
    """Call somebody otherwise."""
    with opened(arguments) as workspace:
        user_id = _user(workspace, arguments.name)
        return tell_outcome(
            workspace, arguments, workspace.perform(rename_user, user_id=user_id, name=arguments.new_name)
        )


def delete_user(arguments: Arguments) -> int:
    """Take somebody off the list."""
    with opened(arguments) as workspace:
        successor = None if arguments.successor is None else _user(workspace, arguments.successor)
        user_id = _user(workspace, arguments.name)
        outcome = workspace.perform(remove_user, user_id=user_id, successor_id=successor)
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def assign(arguments: Arguments) -> int:
    """Make somebody responsible for contacts."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        selection = asked_contacts(connection, workspace, arguments)
        outcome = workspace.perform(set_responsible, selection=selection, user_id=_user(workspace, arguments.name))
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def unassign(arguments: Arguments) -> int:
    """Let nobody be responsible for contacts."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        selection = asked_contacts(connection, workspace, arguments)
        outcome = workspace.perform(set_responsible, selection=selection, user_id=None)
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def list_classes(arguments: Arguments) -> int:
    """List the classes, with how many contacts they have."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        classes = contact_classes(connection)
        counts = class_counts(connection)
    if arguments.json:
        rows = [{"id": row.id, "name": row.name, "contacts": counts.get(row.id, 0)} for row in classes]
        print_json({"classes": rows})
    else:
        told = [[class_label(row.name), grouped(counts.get(row.id, 0))] for row in classes]
        print_table([field_label("name"), _("Contacts")], told)
    return DONE


def add_to_classes(arguments: Arguments) -> int:
    """Make a class."""
    with opened(arguments, make=True) as workspace:
        outcome = workspace.perform(add_class, name=arguments.name)
        return tell_outcome(workspace, arguments, outcome, id=outcome.result)


def rename_of_class(arguments: Arguments) -> int:
    """Call a class otherwise."""
    with opened(arguments) as workspace:
        class_id = workspace.read(_class, arguments.name)
        return tell_outcome(
            workspace, arguments, workspace.perform(rename_class, class_id=class_id, name=arguments.new_name)
        )


def delete_class(arguments: Arguments) -> int:
    """Delete a class."""
    with opened(arguments) as workspace:
        successor = GENERAL_CLASS if arguments.successor is None else workspace.read(_class, arguments.successor)
        class_id = workspace.read(_class, arguments.name)
        outcome = workspace.perform(remove_class, class_id=class_id, successor_id=successor)
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def move_to_class(arguments: Arguments) -> int:
    """Move contacts to a class."""
    with opened(arguments) as workspace, workspace.reading() as connection:
        selection = asked_contacts(connection, workspace, arguments)
        class_id = _class(connection, arguments.name)
        outcome = workspace.perform(set_class, selection=selection, class_id=class_id)
        return tell_outcome(workspace, arguments, outcome, count=outcome.result)


def _user(workspace: Workspace, name: str) -> int:
    """The id of a user by name, whoever works here among them though they may not be written down."""
    key = fold(" ".join(name.split()))
    for user in workspace.read(crm_users, workspace.actor):
        if fold(user.name) == key:
            return user.id
    raise CommandError(_("There is no user {name}. “ulkacrm user list” tells who there is.").format(name=name))


def _class(connection: Connection, name: str) -> int:
    found = find_class(connection, name)
    if found is not None:
        return found.id
    if fold(name) == fold(class_label("")):  # what the general one is called in the language of the texts
        return GENERAL_CLASS
    raise CommandError(_("There is no class {name}. “ulkacrm class list” tells which there are.").format(name=name))
