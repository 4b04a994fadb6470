"""What an export has written, and the ways to it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.exports.report import ExportReport
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.exports import export_notice_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.theme import GRID, TextSize, font

_ICON = 6 * GRID


class ExportResult(QWidget):
    """One sentence, what is to be known of the file, and the buttons that lead to it."""

    folder_wanted = Signal(object)
    file_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("export_result")
        self._path = Path()
        rows = QVBoxLayout(self)
        rows.setSpacing(GRID)
        rows.addStretch(2)
        sign = QLabel()
        sign.setPixmap(icon("circle-check", IconRole.SUCCESS).pixmap(_ICON, _ICON))
        rows.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        self.sentence = self._label("export_sentence", font(TextSize.TITLE, bold=True))
        rows.addWidget(self.sentence)
        self.place = self._label("export_place", font())
        self.place.setProperty("tone", "muted")
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows.addWidget(self.place)
        self._notice = QFrame()
        self._notice.setProperty("notice", "warning")
        inside = QVBoxLayout(self._notice)
        self.notices = self._label("export_notices", font())
        inside.addWidget(self.notices)
        rows.addWidget(self._notice)
        rows.addSpacing(GRID)
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addStretch(1)
        for name, text, icon_name, signal in (
            ("show_in_folder", _("Show in &folder"), "folder-open", self.folder_wanted),
            ("open_file", _("&Open file"), "external-link", self.file_wanted),
        ):
            button = QPushButton(text)
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.setIcon(icon(icon_name))
            button.clicked.connect(lambda _checked=False, told=signal: told.emit(self._path))
            line.addWidget(button)
        line.addStretch(1)
        rows.addLayout(line)
        rows.addStretch(3)

    @staticmethod
    def _label(name: str, text_font: QFont) -> QLabel:
        label = QLabel()
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(text_font)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        return label

    def show_report(self, path: Path, report: ExportReport) -> None:
        """Tell of a file that was written."""
        self._path = path
        text = ngettext("{n} contact exported.", "{n} contacts exported.", report.rows)
        self.sentence.setText(text.format(n=grouped(report.rows)))
        self.place.setText(str(path))
        self.notices.setText("\n".join(export_notice_text(notice) for notice in report.notices))
        self._notice.setVisible(bool(report.notices))
