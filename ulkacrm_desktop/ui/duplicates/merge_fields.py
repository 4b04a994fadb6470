"""What a merge form shows: field by field the values of each contact, those that differ and what is united."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ulkacrm_desktop.core.contact_document import ContactDocument, PropertyDefinition, PropertyType
from ulkacrm_desktop.core.contact_query import property_sort
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.core.text.fold import fold
from ulkacrm_desktop.ui.labels.fields import contact_kind_label, field_label, source_label
from ulkacrm_desktop.ui.labels.values import plain_value

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace

_TEXTS: Final = (
    "name", "first_name", "last_name", "company", "website", "notes", "street", "city", "region", "postcode",
    "country", "source_detail", "responsible",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MergedField:
    """A field of which one value is kept.

    ``texts`` are the values in words, one for each contact, '' where it has none; ``pictures`` likewise for the avatar.
    """

    key: str
    label: str
    texts: tuple[str, ...]
    pictures: tuple[bytes | None, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return len(set(self.texts)) > 1 or len({picture for picture in self.pictures if picture}) > 1

    def has_value(self, place: int) -> bool:
        """Whether the contact at this place has a value."""
        return bool(self.texts[place] or (self.pictures and self.pictures[place]))

    def usual(self, primary: int) -> int:
        """Whose value is kept unless another is chosen: the primary contact's, else the first that is there."""
        places = (primary, *range(len(self.texts)))
        return next((place for place in places if self.has_value(place)), primary)


@dataclass(frozen=True, slots=True)
class UnitedField:
    """A field of which all values are kept, each once, and how many of them the primary contact does not have."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MergedContacts:
    """The contacts of a merge form, read at one moment, in the order of its columns."""

    contacts: tuple[ContactDocument, ...]
    definitions: tuple[PropertyDefinition, ...]
    pictures: tuple[bytes | None, ...]
    moved: Mapping[int, int] = field(default_factory=dict)
    """How many notes each contact has, by its id."""

    def fields(self) -> list[MergedField]:
        """The fields of which one value is kept."""
        found = [self._of("kind", lambda contact: contact_kind_label(contact.kind))]
        found += [self._of(key, partial(_text, key)) for key in _TEXTS]
        found.append(self._of("source", lambda contact: source_label(contact.source) if contact.source else ""))
        found.append(self._of("is_staff", lambda contact: plain_value(contact.is_staff)))
        found.append(self._primary("email", _("Primary email"), lambda contact: contact.emails, "address"))
        found.append(self._primary("phone", _("Primary phone"), lambda contact: contact.phones, "number"))
        for definition in self.definitions:
            if definition.type is not PropertyType.MULTI_SELECT:
                found.append(self._of_property(definition))
        if any(self.pictures):
            nothing = ("",) * len(self.contacts)
            found.append(MergedField("avatar", _("Picture"), nothing, self.pictures))
        return [each for each in found if any(each.has_value(place) for place in range(len(self.contacts)))]

    def united(self) -> list[UnitedField]:
        """The fields of which all values are kept."""
        found = [
            _united(field_label("email"), [e for c in self.contacts for e in c.emails], lambda e: fold(e.address)),
            _united(field_label("phone"), [p for c in self.contacts for p in c.phones], lambda p: p.match_key),
            _united(
                field_label("messenger"),
                [m for c in self.contacts for m in c.messengers],
                lambda m: (m.kind, fold(m.login.lstrip("@"))),
            ),
            _united(field_label("tags"), [tag for c in self.contacts for tag in c.tags], fold),
        ]
        for definition in self.definitions:
            if definition.type is PropertyType.MULTI_SELECT:
                chosen: list[Any] = [v for c in self.contacts for v in c.properties.get(definition.id, ())]  # type: ignore[union-attr]
                found.append(_united(definition.name, chosen, str))
        return [each for each in found if each.texts]

    def _of(self, key: str, text: Callable[[ContactDocument], str]) -> MergedField:
        return MergedField(key, field_label(key), tuple(text(contact) for contact in self.contacts))

    def _primary(
        self, key: str, label: str, entries: Callable[[ContactDocument], Sequence[Any]], attribute: str
    ) -> MergedField:
        texts = []
        for contact in self.contacts:
            ordered = sorted(entries(contact), key=lambda entry: not entry.is_primary)
            texts.append(getattr(ordered[0], attribute) if ordered else "")
        return MergedField(key, label, tuple(texts))

    def _of_property(self, definition: PropertyDefinition) -> MergedField:
        values = [contact.properties.get(definition.id) for contact in self.contacts]
        texts = tuple("" if value is None else plain_value(value) for value in values)
        return MergedField(property_sort(definition.id), definition.name, texts)


def _text(key: str, contact: ContactDocument) -> str:
    return getattr(contact, key) or ""


def _united(label: str, entries: Sequence[Any], key: Callable[[Any], object]) -> UnitedField:
    first: dict[object, str] = {}
    for entry in entries:
        first.setdefault(key(entry), plain_value(entry))
    return UnitedField(label, tuple(first.values()))


def read_contacts(workspace: Workspace, ids: Sequence[int]) -> MergedContacts:
    """Read the contacts of a merge form; those that are gone are left out."""
    from ulkacrm_desktop.services.queries.contact_documents import avatar, contact_documents
    from ulkacrm_desktop.services.queries.notes import notes
    from ulkacrm_desktop.services.queries.properties import property_definitions

    with workspace.reading() as connection:
        present = {contact.id: contact for contact in contact_documents(connection, ids)}
        contacts = tuple(present[contact_id] for contact_id in ids if contact_id in present)
        return MergedContacts(
            contacts,
            property_definitions(connection),
            tuple(avatar(connection, contact.id) for contact in contacts),
            {contact.id: len(notes(connection, contact.id)) for contact in contacts},
        )
