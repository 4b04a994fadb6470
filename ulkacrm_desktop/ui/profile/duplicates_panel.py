"""Contacts that may be the one being typed, shown while it is typed."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.queries.duplicates import Evidence, LikelyDuplicate, likely_duplicates
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import GRID, HALF
from ulkacrm_desktop.ui.widgets.status_line import ElidedLabel

_PAUSE = 200
_SHOWN = 3


def evidence_text(duplicate: LikelyDuplicate) -> str:
    """Why a contact may be the same one."""
    words = {
        Evidence.EMAIL: _("same email"),
        Evidence.PHONE: _("same phone"),
        Evidence.NAME: _("same name"),
        Evidence.SIMILAR_NAME: _("similar name"),
    }
    return ", ".join(words[evidence] for evidence in duplicate.evidence)


class DuplicatesPanel(QFrame):
    """Asks in the pauses of typing, and is hidden while nobody is alike."""

    open_requested = Signal(int)
    """A contact is to be looked at instead."""

    def __init__(
        self, workspace: Workspace, runner: TaskRunner, *, but: int | None, region: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("likely_duplicates")
        self.setProperty("notice", "warning")
        self._workspace = workspace
        self._runner = runner
        self._but = but
        self._region = region
        self._asked: tuple[str, tuple[str, ...], tuple[str, ...]] = ("", (), ())
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_PAUSE)
        self._typing.timeout.connect(self._ask)
        self._title = QLabel()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID + HALF, GRID, GRID + HALF, GRID)
        layout.setSpacing(2)
        layout.addWidget(self._title)
        layout.addLayout(self._rows)
        self.hide()

    def typed(self, name: str, emails: list[str], phones: list[str]) -> None:
        """What stands in the form now."""
        asked = (name.strip(), tuple(emails), tuple(phones))
        if asked != self._asked:
            self._asked = asked
            self._typing.start()

    def _ask(self) -> None:
        name, emails, phones = self._asked
        workspace, but, region = self._workspace, self._but, self._region
        self._runner.run_latest(
            (id(self), "duplicates"),
            lambda: workspace.read(likely_duplicates, name, emails, phones, exclude_id=but, region=region),
            self._on_found,
        )

    def _on_found(self, found: tuple[LikelyDuplicate, ...]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.setVisible(bool(found))
        if not found:
            return
        count = len(found)
        self._title.setText(
            ngettext("Perhaps already there:", "Perhaps one of these is already there:", count).format(count=count)
        )
        for duplicate in found[:_SHOWN]:
            self._rows.addWidget(self._row(duplicate))
        self.setAccessibleName(self._title.text() + " " + ", ".join(each.contact.name for each in found))

    def _row(self, duplicate: LikelyDuplicate) -> QWidget:
        row = QWidget()
        contact = duplicate.contact
        details = " · ".join(filter(None, (contact.email, contact.phone, evidence_text(duplicate))))
        name = QPushButton(contact.name.replace("&", "&&"))
        name.setObjectName(f"duplicate:{contact.id}")
        name.setProperty("kind", "link")
        name.setAutoDefault(False)
        name.setToolTip(_("Open this contact instead"))
        name.setMaximumWidth(30 * GRID)
        name.clicked.connect(partial(self.open_requested.emit, contact.id))
        told = ElidedLabel(details)
        told.setProperty("tone", "muted")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(name)
        layout.addWidget(told, 1, Qt.AlignmentFlag.AlignVCenter)
        return row
