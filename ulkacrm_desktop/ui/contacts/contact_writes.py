"""What the list of contacts writes, each in one operation however many contacts it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ulkacrm_desktop.core.contact_query import ContactSelection
    from ulkacrm_desktop.services.queries.contacts import ContactRow
    from ulkacrm_desktop.services.workspace import Outcome, Workspace

Write = Callable[[], "Outcome[Any]"]
"""Work for the writer's thread; the operations' modules are loaded there, at the first one."""


def tagging(workspace: Workspace, selection: ContactSelection, name: str) -> Write:
    """Give a tag to contacts."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.services.operations.tags import add_tags

        return workspace.perform(add_tags, selection=selection, names=(name,))

    return write


def untagging(workspace: Workspace, selection: ContactSelection, name: str) -> Write:
    """Take a tag off contacts."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.services.operations.tags import remove_tags

        return workspace.perform(remove_tags, selection=selection, names=(name,))

    return write


def responsibility(workspace: Workspace, selection: ContactSelection, user_id: int | None) -> Write:
    """Make a user responsible for contacts, or nobody."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.services.operations.assignments import set_responsible

        return workspace.perform(set_responsible, selection=selection, user_id=user_id)

    return write


def responsibility_of_new(workspace: Workspace, selection: ContactSelection, name: str) -> Write:
    """Make somebody responsible who is not listed yet."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.services.operations.assignments import set_responsible

        return workspace.perform(set_responsible, selection=selection, new=name)

    return write


def classing(workspace: Workspace, selection: ContactSelection, class_id: int) -> Write:
    """Give contacts a class."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.services.operations.assignments import set_class

        return workspace.perform(set_class, selection=selection, class_id=class_id)

    return write


def classing_as_new(workspace: Workspace, selection: ContactSelection, name: str) -> Write:
    """Give contacts a class that is made for them."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.services.operations.assignments import set_class

        return workspace.perform(set_class, selection=selection, new=name)

    return write


def joining(workspace: Workspace, selection: ContactSelection, segment_id: int) -> Write:
    """Put contacts into a segment."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.services.operations.segments import add_to_segment

        return workspace.perform(add_to_segment, segment_id=segment_id, selection=selection)

    return write


def joining_new(workspace: Workspace, selection: ContactSelection, name: str) -> Write:
    """Make a segment of contacts."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.core.segment_input import SegmentInput
        from ulkacrm_desktop.services.operations.segments import create_segment

        return workspace.perform(create_segment, segment=SegmentInput(name), contacts=selection)

    return write


def leaving(workspace: Workspace, selection: ContactSelection, segment_id: int) -> Write:
    """Take contacts out of a segment."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.services.operations.segments import remove_from_segment

        return workspace.perform(remove_from_segment, segment_id=segment_id, selection=selection)

    return write


def removal(workspace: Workspace, selection: ContactSelection) -> Write:
    """Delete contacts."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.services.operations.contacts import remove_contacts

        return workspace.perform(remove_contacts, selection=selection)

    return write


def inline_edit(workspace: Workspace, row: ContactRow, field: str, text: str) -> Write:
    """Change one text of a contact from what the list showed; a newer edit by somebody else is a conflict."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.core.contact_document import ContactDocument
        from ulkacrm_desktop.services.operations.contacts import update_contact

        seen = ContactDocument(
            id=row.id,
            reference="",
            name=row.name,
            created_at=row.created_at,
            updated_at=row.created_at,
            company=row.company,
        )
        return workspace.perform(update_contact, contact_id=row.id, changes={field: text}, seen=seen)

    return write
