"""A field to choose a contact in, by name, email, phone or whatever else the search finds it by."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from ulkacrm_desktop.core.contact_query import ContactQuery
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.queries.contacts import FirstPage, first_page
from ulkacrm_desktop.ui.filters.choice_button import ChoiceButton
from ulkacrm_desktop.ui.filters.choice_list import ChoiceList, Option
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace

_OFFERED: Final = 50


class ContactChoice(ChoiceButton):
    """Offers the contacts that fit what is typed, found in the background; what is chosen is a contact's id."""

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(lambda: self._offered, placeholder=_("Choose a contact"), parent=parent)
        self._workspace = workspace
        self._runner = runner
        self._offered: tuple[Option, ...] = ()
        self.setObjectName("contact_choice")
        self.setAccessibleName(_("Contact"))

    def show_contact(self, contact_id: int, name: str) -> None:
        """Show this one as chosen; nothing is emitted."""
        self._offered = (Option(contact_id, name, "user"),)
        self.set_chosen([contact_id])

    @override
    def _make_list(self) -> ChoiceList:
        choices = ChoiceList((), is_found_elsewhere=True, placeholder=_("Name, email or phone"))
        choices.asked.connect(partial(self._find, choices))
        self._find(choices, "")
        return choices

    def _find(self, choices: ChoiceList, text: str) -> None:
        work = partial(self._workspace.read, first_page, ContactQuery(search=text), _OFFERED)
        self._runner.run_latest((id(self), "find"), work, partial(self._on_found, choices))

    def _on_found(self, choices: ChoiceList, page: FirstPage) -> None:
        if self._popup is None or self._popup.content is not choices:
            return
        self._offered = tuple(
            Option(row.id, row.name, "user", detail=row.email or row.phone or row.company) for row in page.rows
        )
        choices.set_options(self._offered)

    @override
    def _on_closed(self, choices: ChoiceList) -> None:
        self._runner.forget((id(self), "find"))
        super()._on_closed(choices)
