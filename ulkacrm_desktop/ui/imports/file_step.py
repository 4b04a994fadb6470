"""The first step: which file, how it is read, and its first rows as they would be read."""

import contextlib
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ulkacrm_desktop.core.errors import ExpectedError
from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.imports.readers import SourceInspection, SourceKind
from ulkacrm_desktop.ui.icons import IconRole
from ulkacrm_desktop.ui.imports.import_session import ImportSession
from ulkacrm_desktop.ui.imports.parts import Notice, QuietComboBox, button, icon_label, in_tab_order, label, labelled
from ulkacrm_desktop.ui.imports.sample_model import SampleTable
from ulkacrm_desktop.ui.labels.errors import error_text
from ulkacrm_desktop.ui.labels.imports import (
    NO_DELIMITER,
    delimiter_text,
    encoding_text,
    notice_text,
    source_kind_text,
)
from ulkacrm_desktop.ui.labels.sizes import size_text
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.runtime.prompter import Prompter
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize

ENCODINGS: Final = (
    "utf-8", "utf-16", "cp1251", "cp866", "koi8-r", "mac-cyrillic", "iso8859-5", "cp1252", "cp1250",
)  # fmt: skip
DELIMITERS: Final = (",", ";", "\t", "|", NO_DELIMITER)
SUFFIXES: Final = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods", "vcf", "html", "htm")

_TEXT_KINDS: Final = (SourceKind.CSV, SourceKind.TSV, SourceKind.VCARD)
_TABLE_TEXT: Final = (SourceKind.CSV, SourceKind.TSV)
_QUIET: Final = frozenset({"macros_ignored", "links_ignored", "pictures_ignored", "several_tables", "no_headings"})
_TYPING_PAUSE: Final = 250
_NOTICES_AT_ONCE: Final = 3


class FileStep(QFrame):
    """Shows a place to drop a file, or the file that was chosen."""

    template_requested = Signal()
    changed = Signal()
    """Whether one can go on may have changed."""

    def __init__(self, session: ImportSession, prompter: Prompter) -> None:
        super().__init__()
        self.setObjectName("file_step")
        self.setProperty("surface", "base")
        self._session = session
        self._prompter = prompter
        self.waiting = False
        """Whether an answer about the file is on its way."""
        self._pages = QStackedWidget(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self._file_page())
        session.inspection_started.connect(self._on_started)
        session.inspected.connect(self._on_inspected)
        session.inspection_failed.connect(self._on_failed)

    # What it is made of.

    def _empty_page(self) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        place = QFrame()
        place.setObjectName("drop_place")
        place.setProperty("panel", "true")
        inner = QVBoxLayout(place)
        inner.setSpacing(GRID)
        inner.addStretch(1)
        inner.addWidget(icon_label("file-spreadsheet", IconRole.ACCENT, 5 * GRID), 0, Qt.AlignmentFlag.AlignCenter)
        title = label(_("Drop a spreadsheet here"), size=TextSize.TITLE, bold=True)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner.addWidget(title)
        kinds = label(_("CSV, Excel, OpenDocument, vCard. Nothing is written before you have seen what will happen."))
        kinds.setProperty("tone", "muted")
        kinds.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner.addWidget(kinds)
        inner.addSpacing(GRID)
        self.choose_button = button(_("Choose a file…"), "choose_file", self.choose_file, kind="primary")
        inner.addWidget(self.choose_button, 0, Qt.AlignmentFlag.AlignCenter)
        template = button(_("Get a template to fill in…"), "get_template", self.template_requested.emit, kind="link")
        inner.addWidget(template, 0, Qt.AlignmentFlag.AlignCenter)
        inner.addStretch(1)
        rows.addWidget(place)
        return page

    def _file_page(self) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        rows.setSpacing(GRID + HALF)
        head = QHBoxLayout()
        head.setSpacing(GRID + HALF)
        head.addWidget(icon_label("file-spreadsheet", IconRole.ACCENT, 4 * GRID))
        names = QVBoxLayout()
        names.setSpacing(0)
        self.name = label(name="file_name", bold=True)
        self.about = label(name="file_about", tone="muted")
        names.addWidget(self.name)
        names.addWidget(self.about)
        head.addLayout(names, 1)
        head.addWidget(button(_("Choose another file…"), "choose_another", self.choose_file))
        rows.addLayout(head)
        rows.addWidget(self._reader_boxes())
        self._notices = QVBoxLayout()
        self._notices.setSpacing(GRID)
        rows.addLayout(self._notices)
        self.table = SampleTable(_("First rows of the file"))
        self.table.setObjectName("file_preview")
        self.samples = self.table.samples
        rows.addWidget(self.table, 1)
        self._nothing = QWidget()
        rows.addWidget(self._nothing, 1)
        self._nothing.hide()
        return page

    def _reader_boxes(self) -> QWidget:
        self.encoding = QuietComboBox("encoding")
        self.encoding.setMinimumContentsLength(24)
        self.delimiter = QuietComboBox("delimiter")
        self.delimiter.setMinimumContentsLength(14)
        for delimiter in DELIMITERS:
            self.delimiter.addItem(delimiter_text(delimiter), delimiter)
        self.sheet = QuietComboBox("sheet")
        self.sheet.setMinimumContentsLength(20)
        self.heading_row = QSpinBox()
        self.heading_row.setObjectName("heading_row")
        self.heading_row.setRange(0, 1_000)
        self.heading_row.setSpecialValueText(_("no headings"))
        self.heading_row.setMinimumWidth(14 * GRID)
        self.heading_row.lineEdit().setTextMargins(GRID, 0, 0, 0)
        self._reading = label(_("Reading…"), "reading", tone="muted")
        self._reading.setWordWrap(False)
        self._boxes = {
            "encoding": labelled(_("&Encoding"), self.encoding),
            "delimiter": labelled(_("&Delimiter"), self.delimiter),
            "sheet": labelled(_("&Sheet"), self.sheet),
            "heading_row": labelled(_("&Headings in row"), self.heading_row),
        }
        holder = QWidget()
        holder.setObjectName("reader_options")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        for box in self._boxes.values():
            row.addWidget(box)
        row.addWidget(self._reading, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        self.encoding.activated.connect(lambda: self._session.read_with(encoding=self.encoding.currentData()))
        self.delimiter.activated.connect(lambda: self._session.read_with(delimiter=self.delimiter.currentData()))
        self.sheet.activated.connect(lambda: self._session.read_with(sheet=self.sheet.currentData()))
        # Each step of the arrows is not worth a look into the file.
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE)
        self._pause.timeout.connect(self._on_heading_row)
        self.heading_row.valueChanged.connect(lambda _value: self._pause.start())
        return holder

    # Choosing.

    def choose_file(self) -> None:
        """Ask for a file."""
        patterns = " ".join(f"*.{suffix}" for suffix in SUFFIXES)
        filters = [_("Tables and address cards ({patterns})").format(patterns=patterns), _("All files (*)")]
        self._prompter.choose_file(
            self, _("Choose a file to import"), filters, lambda path: self._session.open(str(path))
        )

    @property
    def ready(self) -> bool:
        """Whether there is something to go on with."""
        inspection = self._session.inspection
        return not self.waiting and inspection is not None and bool(inspection.rows)

    @property
    def is_edited(self) -> bool:
        """Whether the keyboard is in one of the boxes that say how the file is read."""
        focus = self.focusWidget()
        return focus is not None and any(box.isAncestorOf(focus) for box in self._boxes.values())

    # What the session tells.

    def _on_started(self) -> None:
        self.waiting = True
        path = Path(self._session.path or "")
        self.name.setText(path.name)
        self.name.setToolTip(str(path))
        self._reading.show()
        if self._session.inspection is None:
            self.about.setText("")
            self._clear_notices()
            for box in self._boxes.values():
                box.hide()
            self.samples.show([], [])
            self.table.hide()
            self._nothing.show()
        self._pages.setCurrentIndex(1)
        self.changed.emit()

    def _on_inspected(self) -> None:
        inspection = self._session.inspection
        assert inspection is not None
        self.waiting = False
        self._reading.hide()
        self.about.setText(_about(inspection, Path(self._session.path or "")))
        self._fill_boxes(inspection)
        self._show_notices(inspection)
        consents = self.findChildren(QCheckBox)
        more = self.findChildren(QPushButton, "more_notices")
        in_tab_order(self.encoding, self.delimiter, self.sheet, self.heading_row, *consents, *more, self.table)
        self.samples.show(inspection.headings, inspection.rows)
        self.table.setVisible(bool(inspection.rows))
        self._nothing.setVisible(not inspection.rows)
        self.table.fit_columns()
        self.changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self.waiting = False
        self._reading.hide()
        self._clear_notices()
        text = (
            error_text(error)
            if isinstance(error, ExpectedError)
            else _("The file cannot be read: {error}").format(error=error)
        )
        self._notices.addWidget(Notice(text, "danger", "file_error"))
        self.samples.show([], [])
        self.table.hide()
        self._nothing.show()
        self.changed.emit()
        if not isinstance(error, ExpectedError):
            raise error

    # The boxes.

    def _fill_boxes(self, inspection: SourceInspection) -> None:
        kind = inspection.kind
        self._boxes["encoding"].setVisible(kind in _TEXT_KINDS)
        self._boxes["delimiter"].setVisible(kind in _TABLE_TEXT)
        self._boxes["sheet"].setVisible(len(inspection.sheets) > 1)
        self._boxes["heading_row"].setVisible(kind is not SourceKind.VCARD)
        self._fill_encodings(inspection)
        if inspection.delimiter is not None and not self.delimiter.choose(inspection.delimiter):
            self.delimiter.addItem(delimiter_text(inspection.delimiter), inspection.delimiter)
            self.delimiter.choose(inspection.delimiter)
        self.sheet.clear()
        for sheet in inspection.sheets:
            name = _("{name} (hidden)").format(name=sheet.name) if sheet.hidden else sheet.name
            self.sheet.addItem(name, sheet.name)
        self.sheet.choose(inspection.options.sheet)
        was = self.heading_row.blockSignals(True)
        if not self._pause.isActive():
            self.heading_row.setValue(0 if inspection.heading_row is None else inspection.heading_row + 1)
        self.heading_row.blockSignals(was)

    def _fill_encodings(self, inspection: SourceInspection) -> None:
        offered = dict.fromkeys([*inspection.encodings, *ENCODINGS])
        if inspection.encoding is not None:
            offered.setdefault(inspection.encoding)
        self.encoding.clear()
        for encoding in offered:
            self.encoding.addItem(encoding_text(encoding), encoding)
        self.encoding.choose(inspection.encoding)

    def _on_heading_row(self) -> None:
        self._session.read_with(heading_row=self.heading_row.value() - 1)

    # Notices.

    def _clear_notices(self) -> None:
        while (item := self._notices.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _show_notices(self, inspection: SourceInspection) -> None:
        self._clear_notices()
        loud = [notice for notice in inspection.notices if notice.code not in _QUIET]
        quiet = [notice for notice in inspection.notices if notice.code in _QUIET]
        for number, notice in enumerate(loud):
            frame = Notice(notice_text(notice.code, notice.facts), name=f"notice_{notice.code}")
            if notice.code == "mixed_encodings":
                frame.add(self._consent(_("&Replace what does not fit with “�”"), "replace_undecodable"))
            elif notice.code == "hidden_rows":
                frame.add(self._consent(_("&Import hidden rows too"), "include_hidden"))
            self._notices.addWidget(frame)
            if number >= _NOTICES_AT_ONCE:
                frame.hide()
        if len(loud) > _NOTICES_AT_ONCE:
            rest = len(loud) - _NOTICES_AT_ONCE
            text = ngettext("{n} more notice", "{n} more notices", rest).format(n=rest)
            more = button(text, "more_notices", self._show_all_notices, kind="link")
            self._notices.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        if quiet:
            text = " ".join(notice_text(notice.code, notice.facts) for notice in quiet)
            self._notices.addWidget(label(text, "quiet_notices", tone="muted"))

    def _show_all_notices(self) -> None:
        for place in range(self._notices.count()):
            item = self._notices.itemAt(place)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setVisible(widget.objectName() != "more_notices")

    def _consent(self, text: str, option: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setObjectName(option)
        box.setChecked(bool(getattr(self._session.reader, option)))
        box.toggled.connect(lambda on: self._session.read_with(**{option: on}))
        return box


def _about(inspection: SourceInspection, path: Path) -> str:
    parts = [source_kind_text(inspection.kind)]
    rows = inspection.estimated_rows
    if len(inspection.rows) < 100:
        rows = len(inspection.rows)
        parts.append(ngettext("{n} row", "{n} rows", rows).format(n=grouped(rows)))
    else:
        parts.append(ngettext("about {n} row", "about {n} rows", rows).format(n=grouped(rows)))
    with contextlib.suppress(OSError):
        parts.append(size_text(path.stat().st_size))
    return " · ".join(parts)
