"""The fields of a merge form in words."""

from collections.abc import Mapping
from typing import Any, Final

from ulkacrm_desktop.core.contact_document import EmailEntry, MessengerEntry, PhoneEntry
from ulkacrm_desktop.core.fields import PROPERTY_PREFIX
from ulkacrm_desktop.core.i18n import N_, _
from ulkacrm_desktop.services.queries.merging import SideBySide
from ulkacrm_desktop.ui.forms.values import shown_value
from ulkacrm_desktop.ui.labels.fields import contact_kind_label, field_label, messenger_label, source_label
from ulkacrm_desktop.ui.labels.values import plain_value

Line = tuple[str, str]

_PRIMARY: Final = {
    "email": N_("Primary email"),
    "phone": N_("Primary phone"),
    "messenger": N_("Primary messenger"),
}


def chosen_label(field: str, names: Mapping[int, str]) -> str:
    """What a field is called of which one value is kept; properties by their names."""
    return _(_PRIMARY[field]) if field in _PRIMARY else field_label(field, names)


def value_text(field: str, value: Any) -> str:
    """A value of a field; '' for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, EmailEntry):
        return value.address
    if isinstance(value, PhoneEntry):
        return value.number
    if isinstance(value, MessengerEntry):
        return f"{messenger_label(value.kind)} {value.login}"
    if field == "kind":
        return contact_kind_label(value)
    if field == "source":
        return source_label(value)
    return shown_value(value) if field.startswith(PROPERTY_PREFIX) else plain_value(value)


def settled_lines(read: SideBySide) -> tuple[list[Line], list[Line]]:
    """What is kept without a choice, label and text: what not all contacts have, and what they have in common."""
    names = read.property_names
    kept = [(field_label(each.field, names), ", ".join(map(plain_value, each.values))) for each in read.united]
    same: list[Line] = []
    for each in read.fields:
        # The entries are told whole.
        if not each.differs and each.field not in _PRIMARY:
            line = chosen_label(each.field, names), value_text(each.field, each.values[each.usual(0)])
            (same if all(map(each.has_value, range(len(each.values)))) else kept).append(line)
    return kept, same
