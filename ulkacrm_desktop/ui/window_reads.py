"""What the window itself reads: counts, tags, and what the command palette finds. For readers' threads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ulkacrm_desktop.core.contact_query import ContactQuery

if TYPE_CHECKING:
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
