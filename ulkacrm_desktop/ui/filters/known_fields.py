"""What criteria can ask about in the open database, kept up to date for all that edits or tells criteria."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from ulkacrm_desktop.core.changes import ChangeSet, Entity
from ulkacrm_desktop.core.criteria import ME
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.criteria.fields import CriteriaField, CriteriaFields, criteria_fields
from ulkacrm_desktop.services.queries.tags import matching_tags
from ulkacrm_desktop.services.queries.users import current_user
from ulkacrm_desktop.ui.filters.choice_list import Option
from ulkacrm_desktop.ui.labels.criteria_names import FIELD_GROUPS, choice_name, criteria_field_name
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace

_TAGS: Final = 100_000
_NAMED: frozenset[Entity] = frozenset(
    (
        Entity.TAG,
        Entity.PROPERTY,
        Entity.PROPERTY_OPTION,
        Entity.CRM_USER,
        Entity.CONTACT_CLASS,
        Entity.SEGMENT,
    )
)


class KnownFields(QObject):
    """Reads the fields in the background; until they are there, ``fields`` has none."""

    changed = Signal()

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self.fields = CriteriaFields(())
        self._colours: Mapping[int | str, str] = {}
        self.load()

    @property
    def is_loaded(self) -> bool:
        """Whether the fields are there."""
        return "name" in self.fields

    def load(self) -> None:
        """Read them again."""
        self._runner.run_latest((id(self), "fields"), partial(_read, self._workspace), self._on_read)

    def data_changed(self, changes: ChangeSet) -> None:
        """Read again what a write may have renamed, brought or taken away."""
        if changes.touches(*_NAMED):
            self.load()

    def options(self, field: CriteriaField) -> tuple[Option, ...]:
        """The choices of a field as a list offers them."""
        found = [
            Option(
                choice.value,
                choice_name(field, choice.value),
                colour=(self._colours.get(choice.value) or "grey") if field.key == "tag" else "",
            )
            for choice in field.choices
        ]
        if field.key == "responsible":
            found.insert(0, Option(ME, _("me"), "user-check"))
        return tuple(found)

    def field_options(self) -> tuple[Option, ...]:
        """All fields under their headings, as a menu of fields offers them."""
        found = []
        for heading, keys in FIELD_GROUPS:
            for key in keys:
                if key in self.fields:
                    field = self.fields[key]
                    found.append(Option(key, criteria_field_name(field), _field_icon(field), group=_(heading)))
        found += [
            Option(field.key, field.name, _field_icon(field), group=_("Properties"))
            for field in self.fields
            if field.property_id is not None
        ]
        return tuple(found)

    def _on_read(self, read: tuple[CriteriaFields, Mapping[int | str, str]]) -> None:
        self.fields, self._colours = read
        self.changed.emit()


def _read(workspace: Workspace) -> tuple[CriteriaFields, Mapping[int | str, str]]:
    with workspace.reading() as connection:
        user = current_user(connection, workspace.actor)
        fields = criteria_fields(connection, user.id if user is not None else None)
        return fields, {tag.id: tag.color for tag in matching_tags(connection, "", _TAGS)}


_ICONS = {
    "name": "user",
    "first_name": "user",
    "last_name": "user",
    "email": "mail",
    "phone": "phone",
    "company": "building-2",
    "website": "globe",
    "notes": "sticky-note",
    "kind": "users",
    "tag": "tag",
    "segment": "chart-pie",
    "responsible": "user-check",
    "class": "shield",
    "is_staff": "briefcase",
    "created_at": "calendar",
    "last_activity": "clock",
    "last_conversation": "message-circle",
    "messenger_kind": "message-circle",
    "messenger": "at-sign",
    "source": "inbox",
    "source_detail": "inbox",
}
_TYPE_ICONS = {
    "text": "type",
    "number": "hash",
    "date": "calendar",
    "moment": "calendar",
    "yes_no": "toggle-left",
    "choice": "list",
    "choices": "list-checks",
}


def _field_icon(field: CriteriaField) -> str:
    places = ("address", "street", "city", "region", "postcode", "country")
    if field.key in places:
        return "map-pin"
    return _ICONS.get(field.key) or (_TYPE_ICONS[field.type] if field.property_id is not None else "link")
