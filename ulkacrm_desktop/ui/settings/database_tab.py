"""Where the database lies, what is in it, and how many contacts its owner wants at most."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import shiboken6
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.changes import ChangeSet
from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.core.paths import synchronising_service
from ulkacrm_desktop.services.operations.settings import set_contact_limit
from ulkacrm_desktop.services.queries.info import ContactGauge, DatabaseFacts, contact_gauge, database_facts
from ulkacrm_desktop.services.workspace import Workspace
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.sizes import size_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.task_runner import TaskRunner
from ulkacrm_desktop.ui.theme import CONTROL_HEIGHT, GRID, TextSize, font

_HIGHEST_LIMIT = 100_000_000


@dataclass(frozen=True, slots=True)
class _About:
    facts: DatabaseFacts
    gauge: ContactGauge


def shown_location(location: str) -> str:
    """Where the database is, without a password."""
    if "://" not in location:
        return str(Path(location).absolute())
    parts = urlsplit(location)
    host = parts.netloc.rpartition("@")[2]
    user = (parts.username or "") + "@" if parts.username else ""
    return urlunsplit((parts.scheme, user + host, parts.path, "", ""))


class DatabaseTab(QWidget):
    """Reads the facts whenever it is shown or something was written."""

    def __init__(self, workspace: Workspace, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._filling = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(_heading(_("Where it lies")))
        self._build_place(layout)
        layout.addWidget(_heading(_("Contacts")))
        self._build_gauge(layout)
        layout.addWidget(_heading(_("What is in it")))
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(2 * GRID)
        self._facts.setVerticalSpacing(4)
        self._values: dict[str, QLabel] = {}
        for key, words in (
            ("tags", _("Tags")),
            ("properties", _("Properties")),
            ("operations", _("Operations in the history")),
            ("size", _("Size")),
            ("engine", _("Kind")),
        ):
            name, value = QLabel(words), QLabel("…")
            name.setProperty("tone", "muted")
            value.setObjectName(f"fact_{key}")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._values[key] = value
            self._facts.addRow(name, value)
        layout.addLayout(self._facts)
        self.failure = QLabel()
        self.failure.setProperty("tone", "danger")
        self.failure.setWordWrap(True)
        self.failure.hide()
        layout.addWidget(self.failure)
        layout.addStretch(1)
        unsubscribe = workspace.subscribe(self._on_written)
        self.destroyed.connect(unsubscribe)
        self.reload()

    def _build_place(self, layout: QVBoxLayout) -> None:
        location = shown_location(self._workspace.location)
        place = QLabel(location)
        place.setObjectName("location")
        place.setWordWrap(True)
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(place)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        if self._workspace.is_local:
            folder = Path(location).parent
            show = QPushButton(icon("folder-open"), _("Show in &folder"))
            show.setObjectName("show_in_folder")
            show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
            row.addWidget(show)
        copy = QPushButton(icon("copy"), _("&Copy the path") if self._workspace.is_local else _("&Copy the address"))
        copy.setObjectName("copy_location")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(location))
        row.addWidget(copy)
        row.addStretch(1)
        layout.addLayout(row)
        service = synchronising_service(Path(location)) if self._workspace.is_local else None
        if service is not None:
            layout.addWidget(_warning(service))

    def _build_gauge(self, layout: QVBoxLayout) -> None:
        self.gauge = QProgressBar()
        self.gauge.setObjectName("gauge")
        self.gauge.setTextVisible(False)
        self.gauge.setMaximumWidth(60 * GRID)
        self.gauge_text = QLabel()
        self.gauge_text.setObjectName("gauge_text")
        self.limit = QSpinBox()
        self.limit.setObjectName("contact_limit")
        self.limit.setRange(0, _HIGHEST_LIMIT)
        self.limit.setSpecialValueText(_("No limit"))
        self.limit.setGroupSeparatorShown(True)
        self.limit.setSingleStep(100)
        self.limit.setKeyboardTracking(False)
        self.limit.setMinimumWidth(18 * GRID)
        self.limit.setFixedHeight(CONTROL_HEIGHT)
        # The style sheet's padding does not reach the line in a spin box.
        self.limit.lineEdit().setTextMargins(GRID, 0, 0, 0)
        label = QLabel(_("Keep at &most"))
        label.setBuddy(self.limit)
        self.limit.setAccessibleName(_("Keep at most so many contacts"))
        self.limit.valueChanged.connect(self._on_limit)
        hint = QLabel(_("A measure for yourself: nothing is refused above it. 0 is no limit."))
        hint.setProperty("tone", "muted")
        hint.setFont(font(TextSize.CAPTION))
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(label)
        row.addWidget(self.limit)
        row.addWidget(hint)
        row.addStretch(1)
        layout.addWidget(self.gauge_text)
        layout.addWidget(self.gauge)
        layout.addLayout(row)

    def reload(self) -> None:
        """Read the facts again."""
        workspace = self._workspace

        def read() -> _About:
            with workspace.reading() as connection:
                return _About(database_facts(connection), contact_gauge(connection))

        self._runner.run_latest((id(self), "facts"), read, self._on_read, self._on_failed)

    def _on_read(self, about: _About) -> None:
        self.failure.hide()
        facts, gauge = about.facts, about.gauge
        for key in ("tags", "properties", "operations"):
            self._values[key].setText(grouped(getattr(facts, key)))
        self._values["size"].setText(size_text(facts.size))
        engine = _("SQLite, one file") if facts.engine == "sqlite" else _("PostgreSQL, a shared server")
        self._values["engine"].setText(engine)
        self._filling = True
        self.limit.setValue(gauge.limit or 0)
        self._filling = False
        self.gauge.setVisible(gauge.limit is not None)
        self.gauge_text.setText(_gauge_words(gauge))
        if gauge.limit:
            self.gauge.setRange(0, 1000)
            self.gauge.setValue(min(1000, round(1000 * gauge.count / gauge.limit)))
            self.gauge.setAccessibleName(self.gauge_text.text())

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, ExpectedError):
            self.failure.setText(_("The database cannot be read."))
            self.failure.show()
            raise error
        self.failure.setText(error_text(error))
        self.failure.show()

    def _on_limit(self, value: int) -> None:
        if self._filling:
            return
        workspace = self._workspace
        self._runner.write(
            lambda: workspace.perform(set_contact_limit, limit=value or None), self._on_limit_saved, self._on_failed
        )

    def _on_limit_saved(self, _outcome: object) -> None:
        self.reload()

    def _on_written(self, _changes: ChangeSet) -> None:
        if shiboken6.isValid(self):
            self._runner.post(self._on_changes)

    def _on_changes(self) -> None:
        # The counts cost something in a large database: only while somebody looks.
        if self.isVisible():
            self.reload()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()


def _gauge_words(gauge: ContactGauge) -> str:
    if gauge.limit is None or gauge.left is None:
        return ngettext("{count} contact", "{count} contacts", gauge.count).format(count=grouped(gauge.count))
    return ngettext(
        "{count} of {limit} contacts, {left} left", "{count} of {limit} contacts, {left} left", gauge.left
    ).format(count=grouped(gauge.count), limit=grouped(gauge.limit), left=grouped(gauge.left))


def _heading(words: str) -> QLabel:
    heading = QLabel(words)
    heading.setFont(font(TextSize.BODY, bold=True))
    heading.setContentsMargins(0, GRID, 0, 0)
    return heading


def _warning(service: str) -> QFrame:
    frame = QFrame()
    frame.setProperty("notice", "warning")
    told = QLabel(
        _(
            "This folder is synchronised by {service}, which can damage a database that is in use. Keep it in a "
            "folder of this computer alone."
        ).format(service=service)
    )
    told.setWordWrap(True)
    layout: QLayout = QVBoxLayout(frame)
    layout.addWidget(told)
    return frame
