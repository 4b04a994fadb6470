"""What the window itself reads: counts, tags, and what the command palette finds. For readers' threads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ulkacrm_desktop.core.contact_query import ContactQuery

if TYPE_CHECKING:
    from ulkacrm_desktop.services.queries.classes import ContactClassRow
    from ulkacrm_desktop.services.queries.saved_filters import SavedFilterRow
    from ulkacrm_desktop.services.queries.segments import SegmentRow
    from ulkacrm_desktop.services.queries.users import CrmUserRow
    from ulkacrm_desktop.services.workspace import Workspace

_FOUND: Final = 8


def read_counts(workspace: Workspace) -> tuple[int, int | None]:
    """How many contacts are stored, and the limit that the owner has set, None for none."""
    from ulkacrm_desktop.services.queries.info import contact_gauge

    gauge = workspace.read(contact_gauge)
    return gauge.count, gauge.limit


def read_tags(workspace: Workspace) -> Any:
    """All tags with their counts."""
    from ulkacrm_desktop.services.queries.tags import tags

    return workspace.read(tags)


@dataclass(frozen=True, slots=True)
class FoundForPalette:
    """What the palette offers for a text: tags (id, name) and contacts (id, name, email or phone)."""

    tags: tuple[tuple[int, str], ...]
    contacts: tuple[tuple[int, str, str], ...]


def find_for_palette(workspace: Workspace, text: str) -> FoundForPalette:
    """The tags and contacts that a text may mean."""
    from ulkacrm_desktop.services.queries import contacts
    from ulkacrm_desktop.services.queries.tags import matching_tags

    with workspace.reading() as connection:
        tags = matching_tags(connection, text.strip(), 4) if text.strip() else ()
        page = contacts.first_page(connection, ContactQuery(search=text), _FOUND)
    return FoundForPalette(
        tuple((tag.id, tag.name) for tag in tags),
        tuple((row.id, row.name, row.email or row.phone) for row in page.rows),
    )


@dataclass(frozen=True, slots=True)
class Narrowing:
    """By what lists of contacts can be narrowed: segments and filters that the user sees, users, classes.

    ``user_id`` is who works here, None while nothing is theirs.
    """

    user_id: int | None
    segments: tuple[SegmentRow, ...]
    filters: tuple[SavedFilterRow, ...]
    users: tuple[CrmUserRow, ...]
    classes: tuple[ContactClassRow, ...]


def read_narrowing(workspace: Workspace) -> Narrowing:
    """All of it, without counts."""
    from ulkacrm_desktop.services.queries.classes import contact_classes
    from ulkacrm_desktop.services.queries.saved_filters import saved_filters
    from ulkacrm_desktop.services.queries.segments import segments
    from ulkacrm_desktop.services.queries.users import crm_users, current_user

    with workspace.reading() as connection:
        user = current_user(connection, workspace.actor)
        user_id = user.id if user is not None else None
        return Narrowing(
            user_id,
            segments(connection, user_id),
            saved_filters(connection, user_id),
            crm_users(connection, workspace.actor),
            contact_classes(connection),
        )


def read_people_counts(workspace: Workspace) -> tuple[dict[int, int], dict[int, int]]:
    """How many contacts each user is responsible for, and how many each class has."""
    from ulkacrm_desktop.services.queries.classes import class_counts
    from ulkacrm_desktop.services.queries.users import responsible_counts

    with workspace.reading() as connection:
        return responsible_counts(connection), class_counts(connection)
