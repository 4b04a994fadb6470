"""What a profile shows, read at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ulkacrm_desktop.core import clock
from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyDefinition
from ulkacrm_desktop.core.criteria import Viewpoint
from ulkacrm_desktop.services.queries.classes import ContactClassRow, contact_classes
from ulkacrm_desktop.services.queries.contact_documents import avatar, contact_document
from ulkacrm_desktop.services.queries.merged_contacts import primary_contacts
from ulkacrm_desktop.services.queries.properties import property_definitions
from ulkacrm_desktop.services.queries.segments import SegmentRow, segments, segments_of_contact
from ulkacrm_desktop.services.queries.tags import matching_tags
from ulkacrm_desktop.services.queries.users import CrmUserRow, crm_users, current_user
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.profile.links import phone_text
from ulkacrm_desktop.ui.tables.rows import Chip
from ulkacrm_desktop.ui.theme import TAG_COLOURS

_TAGS_KNOWN = 5_000


@dataclass(frozen=True, slots=True)
class Profile:
    """One contact with its picture, and the tags, properties, users and classes that there are."""

    contact: ContactDocument
    definitions: tuple[PropertyDefinition, ...]
    known_tags: tuple[Chip, ...]
    users: tuple[CrmUserRow, ...]
    classes: tuple[ContactClassRow, ...]
    picture: bytes | None = None
    _colours: Mapping[str, str] = field(default_factory=dict)

    @property
    def chips(self) -> list[Chip]:
        """The tags of the contact in their colours."""
        return [Chip(name, self._colours.get(name, TAG_COLOURS[0])) for name in self.contact.tags]

    @property
    def property_names(self) -> dict[int, str]:
        """The properties' names by id."""
        return {definition.id: definition.name for definition in self.definitions}


def read_profile(workspace: Workspace, contact_id: int) -> Profile:
    """Read the profile of a contact, or of the one that it was merged into. Raises NotFound."""
    with workspace.reading() as connection:
        chips = known_chips(connection)
        contact = contact_document(connection, primary_contacts(connection, [contact_id]).get(contact_id, contact_id))
        for phone in contact.phones:
            phone_text(phone)  # kept; the first one loads a library, for which the window is not to wait
        return Profile(
            contact=contact,
            definitions=property_definitions(connection),
            known_tags=chips,
            users=crm_users(connection, workspace.actor),
            classes=contact_classes(connection),
            picture=avatar(connection, contact.id),
            _colours={chip.text: chip.colour for chip in chips},
        )


def read_segments(workspace: Workspace, contact_id: int) -> tuple[SegmentRow, ...] | None:
    """The segments that a contact is in, of those that the user sees; None where there are no segments at all."""
    with workspace.reading() as connection:
        user = current_user(connection, workspace.actor)
        user_id = user.id if user is not None else None
        if not segments(connection, user_id):
            return None
        return segments_of_contact(connection, contact_id, user_id, Viewpoint(clock.now(), None, user_id))


def known_chips(connection: Any) -> tuple[Chip, ...]:
    """The tags that there are, in a reading of the workspace."""
    rows = matching_tags(connection, "", limit=_TAGS_KNOWN)
    return tuple(Chip(row.name, row.color or TAG_COLOURS[0]) for row in rows)
