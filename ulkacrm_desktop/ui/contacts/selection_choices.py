"""What can be picked for the contacts of a selection; read on a reader's thread, whose modules are loaded there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import segment_icon
from ulkacrm_desktop.ui.widgets.choice_popup import Choice

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace


def all_tags(workspace: Workspace) -> Sequence[Choice]:
    """The tags that there are, by name."""
    from ulkacrm_desktop.services.queries.tags import tags

    return [Choice(tag.name, tag.name, tag.count, tag.color) for tag in workspace.read(tags)]


def tags_borne(workspace: Workspace, *, selection: ContactSelection) -> Sequence[Choice]:
    """The tags of these contacts."""
    from ulkacrm_desktop.services.queries.selection_tags import tags_of_selection

    borne = workspace.read(partial(tags_of_selection, selection=selection))
    return [Choice(tag.name, tag.name, tag.count, tag.color) for tag in borne]


def users(workspace: Workspace) -> Sequence[Choice]:
    """Who can be responsible, and nobody, by id."""
    from ulkacrm_desktop.services.queries.users import crm_users, responsible_counts

    counts = workspace.read(responsible_counts)
    people = [
        Choice(user.id, user.name, counts.get(user.id, 0), icon="user")
        for user in workspace.read(crm_users, workspace.actor)
    ]
    return [*people, Choice(None, _("Nobody"), icon="user-x")]


def classes(workspace: Workspace) -> Sequence[Choice]:
    """The classes of contacts, by id."""
    from ulkacrm_desktop.services.queries.classes import class_counts, contact_classes

    counts = workspace.read(class_counts)
    return [
        Choice(known.id, known.name, counts.get(known.id, 0), icon="shield")
        for known in workspace.read(contact_classes)
    ]


def static_segments(workspace: Workspace) -> Sequence[Choice]:
    """The segments to which contacts are added by hand, by id."""
    from ulkacrm_desktop.services.queries.segments import segments
    from ulkacrm_desktop.services.queries.users import current_user

    user = workspace.read(current_user, workspace.actor)
    return [
        Choice(segment.id, segment.name, icon=segment_icon(segment.icon))
        for segment in workspace.read(segments, None if user is None else user.id)
        if segment.is_static
    ]


def properties(workspace: Workspace) -> Sequence[Choice]:
    """The properties that are not archived."""
    from ulkacrm_desktop.services.queries.properties import property_definitions

    definitions = workspace.read(property_definitions)
    return [Choice(definition, definition.name, icon="text-cursor-input") for definition in definitions]
