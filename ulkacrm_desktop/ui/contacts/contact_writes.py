"""What the list of contacts writes, each in one operation however many contacts it is for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ulkacrm_desktop.core.contact_document import ContactDocument
from ulkacrm_desktop.core.contact_query import ContactSelection

if TYPE_CHECKING:
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


def removal(workspace: Workspace, selection: ContactSelection) -> Write:
    """Delete contacts."""

    def write() -> Outcome[Any]:
        from ulkacrm_desktop.services.operations.contacts import remove_contacts

        return workspace.perform(remove_contacts, selection=selection)

    return write


def inline_edit(workspace: Workspace, row: ContactRow, field: str, text: str) -> Write:
    """Change one text of a contact from what the list showed; a newer edit by somebody else is a conflict."""

    def write() -> Outcome[Any]:
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


def all_tags(workspace: Workspace) -> Callable[[], Any]:
    """The tags that there are, for a reader's thread."""

    def read() -> Any:
        from ulkacrm_desktop.services.queries.tags import tags

        return workspace.read(tags)

    return read


def tags_borne(workspace: Workspace, selection: ContactSelection) -> Callable[[], Any]:
    """The tags of these contacts, for a reader's thread."""

    def read() -> Any:
        from ulkacrm_desktop.services.queries.selection_tags import tags_of_selection

        return workspace.read(partial(tags_of_selection, selection=selection))

    return read
