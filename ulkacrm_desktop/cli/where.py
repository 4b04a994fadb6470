"""The contacts that a command is meant for: ``--where`` and what is searched for."""

from sqlalchemy import Connection

from ulkacrm_desktop.cli.arguments import Arguments
from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.contact_query import ContactQuery, ContactSelection
from ulkacrm_desktop.core.criteria import Criteria, Viewpoint
from ulkacrm_desktop.services.criteria.fields import criteria_fields
from ulkacrm_desktop.services.criteria.text_form import parse_criteria
from ulkacrm_desktop.services.queries.segments import find_segment
from ulkacrm_desktop.services.queries.users import current_user
from ulkacrm_desktop.services.workspace import Workspace


def viewpoint_of(connection: Connection, workspace: Workspace) -> Viewpoint:
    """From where criteria are seen: this moment, this machine's time zone, and whoever works here as ``me``."""
    user = current_user(connection, workspace.actor)
    return Viewpoint(clock.now(), user_id=user.id if user else None)


def asked_criteria(connection: Connection, workspace: Workspace, text: str) -> Criteria:
    """The tree of a text on the command line. Raises ExpectedError ``criteria_invalid``."""
    return parse_criteria(text, criteria_fields(connection, viewpoint_of(connection, workspace).user_id))


def asked_query(connection: Connection, workspace: Workspace, arguments: Arguments, search: str = "") -> ContactQuery:
    """The contacts that fulfil ``--where`` and are in ``--segment``, all where neither is given.

    ``search`` narrows them further. Raises ExpectedError ``criteria_invalid``, NotFound.
    """
    viewpoint = viewpoint_of(connection, workspace)
    segment = getattr(arguments, "segment", None)
    return ContactQuery(
        search=search,
        criteria=None if arguments.where is None else asked_criteria(connection, workspace, arguments.where),
        segment_id=None if segment is None else find_segment(connection, segment, viewpoint.user_id).id,
        viewpoint=viewpoint,
    )


def asked_contacts(connection: Connection, workspace: Workspace, arguments: Arguments) -> ContactSelection:
    """The contacts that an action is meant for. Raises ExpectedError ``criteria_invalid``."""
    return ContactSelection.matching(asked_query(connection, workspace, arguments))
