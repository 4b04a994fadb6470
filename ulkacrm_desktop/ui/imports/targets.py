"""What a column of a file can become: the list that every picker of the columns step offers."""

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from ulkacrm_desktop.core.contact_document import PropertyDefinition
from ulkacrm_desktop.core.i18n import N_, _
from ulkacrm_desktop.services.imports.mapping import FieldTarget, PropertyTarget, Target
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.fields import MESSENGERS, property_type_label
from ulkacrm_desktop.ui.labels.imports import target_text
from ulkacrm_desktop.ui.theme import TextSize, font

IGNORE: Final = "ignore"
NEW: Final = "new"
"""The choices that are no fields: not to import a column, and to make a property of it."""

GROUPS: Final = (
    (N_("Name"), ("name", "first_name", "middle_name", "last_name", "kind")),
    (N_("Email and phone"), ("email", "email_label", "phone", "phone_label")),
    (N_("About"), ("company", "tags", "notes", "website", "is_staff", "avatar")),
    (N_("Address"), ("street", "city", "region", "postcode", "country")),
    (N_("Messengers"), ("messenger", "messenger_kind", "messenger_label")),
    (N_("Origin"), ("id", "source", "source_detail", "created_at")),
)
"""Every field that can be imported, in the order and under the headings of the picker."""


def choice_of(target: Target | None) -> str:
    """The choice in the picker that stands for a target."""
    if target is None:
        return IGNORE
    if isinstance(target, PropertyTarget):
        return f"property:{target.id}"
    if isinstance(target, FieldTarget):
        known_kind = target.key == "messenger" and target.kind in MESSENGERS
        return f"messenger:{target.kind}" if known_kind else f"field:{target.key}"
    return NEW


def target_of(choice: str, properties: Sequence[PropertyDefinition], present: Target | None) -> Target | None:
    """The target that a choice other than `NEW` stands for; of the present one it keeps label and number."""
    kind, _colon, rest = choice.partition(":")
    if kind == "property":
        return next(PropertyTarget(p.id, p.name) for p in properties if p.id == int(rest))
    if kind == "messenger":
        return FieldTarget("messenger", kind=rest)
    if kind != "field":
        return None
    if isinstance(present, FieldTarget) and present.key == rest and not present.kind:
        return present
    return FieldTarget(rest)


def target_model(properties: Sequence[PropertyDefinition], parent: QObject) -> QStandardItemModel:
    """The list of all choices under their headings, for all pickers together; the choice is the user data."""
    model = QStandardItemModel(parent)
    for text, choice in _entries(properties):
        item = QStandardItem(text)
        if choice is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setFont(font(TextSize.CAPTION, bold=True))
        else:
            item.setData(choice, Qt.ItemDataRole.UserRole)
            if choice in (IGNORE, NEW):
                item.setIcon(icon("eye-off" if choice == IGNORE else "plus", IconRole.MUTED))
        model.appendRow(item)
    return model


def _entries(properties: Sequence[PropertyDefinition]) -> Iterator[tuple[str, str | None]]:
    yield _("Don't import"), IGNORE
    yield _("New property…"), NEW
    if properties:
        yield _("Properties of this database"), None
        for definition in properties:
            text = _("{name} · {type}").format(name=definition.name, type=property_type_label(definition.type))
            yield text, f"property:{definition.id}"
    for title, keys in GROUPS:
        yield _(title), None
        for key in keys:
            yield target_text(key), f"field:{key}"
        if "messenger" in keys:
            for kind, name in MESSENGERS.items():
                yield name, f"messenger:{kind}"
