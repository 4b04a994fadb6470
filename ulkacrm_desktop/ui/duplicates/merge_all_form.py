"""Says what the merging of many groups would do, before it is done."""

from collections.abc import Mapping

from PySide6.QtWidgets import QLabel, QWidget

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.queries.merging import MergePreview
from ulkacrm_desktop.ui.duplicates.merge_words import becomes_text
from ulkacrm_desktop.ui.forms.form_dialog import FormDialog
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.labels.problems import problem_text
from ulkacrm_desktop.ui.labels.values import grouped


class MergeAllForm(FormDialog):
    """What is gained and what is not kept; `submitted` means that it is to be done."""

    def __init__(self, parent: QWidget | None, preview: MergePreview, names: Mapping[int, str]) -> None:
        count = len(preview.groups)
        verb = ngettext("Merge {count} group", "Merge {count} groups", count).format(count=grouped(count))
        super().__init__(verb, verb, problem_text=problem_text, parent=parent)
        self.setObjectName("merge_all_form")
        sentences = [
            becomes_text(count, preview.contacts),
            _("The contact with the most to it takes in the others; emails, phones, tags and history are united."),
        ]
        if preview.lost:
            sentences.append(_("Where values differ, those of the others stay readable in the activity:"))
        for sentence in sentences:
            self._say(sentence)
        for field, groups in preview.lost.items():
            label = QLabel(field_label(field, names))
            label.setProperty("tone", "muted")
            lost = QLabel(
                ngettext("differs in {count} group", "differs in {count} groups", groups).format(count=grouped(groups))
            )
            lost.setObjectName(f"lost_{field}")
            self.form.addRow(label, lost)
        self._say(_("Nothing is sent. It is one step, which Undo takes back."))
        self._submit.setFocus()

    def _say(self, sentence: str) -> None:
        label = QLabel(sentence)
        label.setWordWrap(True)
        self.form.addRow(label)
