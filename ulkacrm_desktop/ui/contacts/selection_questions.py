"""What is asked before many contacts are changed at once: a small window to pick from, then one operation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ulkacrm_desktop.core.contact_query import ContactSelection
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.contacts import contact_writes, selection_choices
from ulkacrm_desktop.ui.contacts.property_value_form import PropertyValueForm
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.widgets.choice_popup import Choice, ChoicePopup, ChoiceTexts

if TYPE_CHECKING:
    from ulkacrm_desktop.services.workspace import Workspace


class SelectionQuestions:
    """Asks which tag, colleague, class, segment or property, beside the ``anchor`` of the action; ``write`` carries the
    answer out."""

    def __init__(
        self,
        page: QWidget,
        workspace: Workspace,
        runner: TaskRunner,
        anchor: Callable[[str], QWidget],
        write: Callable[[contact_writes.Write], object],
    ) -> None:
        self._page = page
        self._workspace = workspace
        self._runner = runner
        self._anchor = anchor
        self._write = write
        self._asked = ""
        self._asks: dict[str, Callable[[ContactSelection], object]] = {
            "tag": self._ask_tag,
            "untag": self._ask_untag,
            "responsible": self._ask_responsible,
            "class": self._ask_class,
            "to_segment": self._ask_to_segment,
            "from_segment": self._ask_from_segment,
            "set_property": self._ask_property,
        }

    def ask(self, key: str, selection: ContactSelection) -> None:
        """Ask what the action with this key of `SelectionActions` needs to know, and do it."""
        self._asked = key
        self._asks[key](selection)

    def _pick(
        self,
        key: str,
        load: Callable[[Workspace], Sequence[Choice]],
        texts: ChoiceTexts,
        chosen: Callable[[Any], object],
        created: Callable[[str], object] | None = None,
    ) -> None:
        popup = ChoicePopup(self._page, self._runner, key, partial(load, self._workspace), texts)
        popup.chosen.connect(chosen)
        if created is not None:
            popup.created.connect(created)
        popup.open_at(self._anchor(self._asked))

    def _do(self, make: Callable[..., contact_writes.Write], selection: ContactSelection, value: Any) -> None:
        self._write(make(self._workspace, selection, value))

    def _ask_tag(self, selection: ContactSelection) -> None:
        texts = ChoiceTexts(
            _("Tags"),
            _("Type or pick a tag"),
            _("There are no tags yet. Type the first."),
            _("New tag “{name}”"),
        )
        tag = partial(self._do, contact_writes.tagging, selection)
        self._pick("tag", selection_choices.all_tags, texts, tag, tag)

    def _ask_untag(self, selection: ContactSelection) -> None:
        texts = ChoiceTexts(_("Tags"), _("Pick a tag to remove"), _("These contacts have no tags."))
        load = partial(selection_choices.tags_borne, selection=selection)
        self._pick("tag", load, texts, partial(self._do, contact_writes.untagging, selection))

    def _ask_responsible(self, selection: ContactSelection) -> None:
        texts = ChoiceTexts(
            _("Responsible"),
            _("Type or pick who is responsible"),
            _("Nobody is listed yet. Type the first name."),
            _("New colleague “{name}”"),
        )
        self._pick(
            "responsible",
            selection_choices.users,
            texts,
            partial(self._do, contact_writes.responsibility, selection),
            partial(self._do, contact_writes.responsibility_of_new, selection),
        )

    def _ask_class(self, selection: ContactSelection) -> None:
        texts = ChoiceTexts(_("Classes"), _("Type or pick a class"), "", _("New class “{name}”"))
        self._pick(
            "class",
            selection_choices.classes,
            texts,
            partial(self._do, contact_writes.classing, selection),
            partial(self._do, contact_writes.classing_as_new, selection),
        )

    def _ask_to_segment(self, selection: ContactSelection) -> None:
        texts = ChoiceTexts(
            _("Segments"),
            _("Type or pick a segment"),
            _("There is no segment to which contacts are added by hand. Type the name of the first."),
            _("New segment “{name}”"),
        )
        self._pick(
            "to_segment",
            selection_choices.static_segments,
            texts,
            partial(self._do, contact_writes.joining, selection),
            partial(self._do, contact_writes.joining_new, selection),
        )

    def _ask_from_segment(self, selection: ContactSelection) -> None:
        texts = ChoiceTexts(
            _("Segments"),
            _("Pick a segment"),
            _("There is no segment to which contacts are added by hand."),
        )
        leave = partial(self._do, contact_writes.leaving, selection)
        self._pick("from_segment", selection_choices.static_segments, texts, leave)

    def _ask_property(self, selection: ContactSelection) -> None:
        texts = ChoiceTexts(_("Properties"), _("Pick a property"), _("There are no properties yet."))
        self._pick("property", selection_choices.properties, texts, partial(self._set_property, selection))

    def _set_property(self, selection: ContactSelection, definition: Any) -> None:
        PropertyValueForm(self._page, self._workspace, self._runner, definition, selection).open()
