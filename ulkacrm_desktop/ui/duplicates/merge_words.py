"""What a merge of many groups does, in words; without Qt, for the command line too."""

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.ui.labels.values import grouped


def becomes_text(groups: int, contacts: int) -> str:
    """How many contacts become how many."""
    members = ngettext("{count} contact", "{count} contacts", contacts).format(count=grouped(contacts))
    if groups == 1:
        return _("The group of {contacts} becomes one contact.").format(contacts=members)
    return ngettext(
        "{groups} group with {contacts} becomes one contact each.",
        "{groups} groups with {contacts} become one contact each.",
        groups,
    ).format(groups=grouped(groups), contacts=members)
