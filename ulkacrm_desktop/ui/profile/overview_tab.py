"""All fields of a contact at a glance, and every way to reach it."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ulkacrm_desktop.core.contact_document import ContactDocument
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.queries.segments import SegmentRow
from ulkacrm_desktop.ui.forms.values import shown_value
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.profile.address_lines import LINK_PADDING, ElidedLink, address_rows, flush, header_entries
from ulkacrm_desktop.ui.profile.links import web_link
from ulkacrm_desktop.ui.profile.profile_data import Profile
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font
from ulkacrm_desktop.ui.widgets.breakable import breakable
from ulkacrm_desktop.ui.widgets.flow_layout import FlowLayout
from ulkacrm_desktop.ui.widgets.relative_time import exact_time, relative_time
from ulkacrm_desktop.ui.widgets.segment_chip import SegmentChip

_LABEL_WIDTH = 15 * GRID


class OverviewTab(QScrollArea):
    """Shows what is there and leaves out what is not."""

    edit_requested = Signal()
    segment_clicked = Signal(int)
    explain_requested = Signal()
    """Why the contact is in a segment, or is not, is to be told."""

    def __init__(self, *, compact: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("overview")
        self._compact = compact
        self._contact_id = 0
        self._segments: tuple[SegmentRow, ...] | None = None
        self._segments_place = QVBoxLayout()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)

    def show_profile(self, profile: Profile) -> None:
        """Show this contact."""
        contact = profile.contact
        # From the outside in: what is put into another widget later is styled anew with all that is in it.
        body = QWidget(self.viewport())
        columns = QHBoxLayout(body)
        columns.setContentsMargins(2 * GRID - LINK_PADDING, 2 * GRID, 2 * GRID, 2 * GRID)
        columns.setSpacing(4 * GRID - LINK_PADDING)
        left = _column(columns)
        right = left if self._compact else _column(columns)
        for section in (self._reach(body, contact), self._place(body, contact)):
            if section is not None:
                left.addWidget(section)
        for section in (self._note(body, contact), self._properties(body, profile), self._about(body, contact)):
            if section is not None:
                right.addWidget(section)
        # These come a moment later; below all else nothing jumps.
        self._segments_place = QVBoxLayout()
        left.addLayout(self._segments_place)
        if contact.id != self._contact_id:
            self._contact_id, self._segments = contact.id, None
        left.addStretch(1)
        if not self._compact:
            right.addStretch(1)
        place = self.verticalScrollBar().value()
        self.setWidget(body)
        body.setAutoFillBackground(False)  # which `setWidget` turns on
        self.show_segments(self._segments)
        self.verticalScrollBar().setValue(place)

    def show_segments(self, segments: tuple[SegmentRow, ...] | None) -> None:
        """Tell in which segments the contact is; None where there are none to be in."""
        if segments == self._segments and self._segments_place.count():
            return
        self._segments = segments
        while (item := self._segments_place.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if segments is None:
            return
        section, layout = _section(self.widget(), _("Segments"))
        self._segments_place.addWidget(section)
        section.setObjectName("segments_of_contact")
        layout.setSpacing(HALF)
        if segments:
            chips = FlowLayout(spacing=6)
            layout.addLayout(chips)
            for row in segments:
                chip = SegmentChip(row.id, row.name, row.icon)
                chip.clicked.connect(partial(self.segment_clicked.emit, row.id))
                chips.addWidget(chip)
        else:
            none = _text(_("In none of the segments."))
            none.setProperty("tone", "muted")
            layout.addWidget(none)
        why = QPushButton(icon("circle-question-mark", IconRole.ACCENT), _("Why in a segment, or not…"))
        why.setObjectName("explain_segments")
        why.setProperty("kind", "link")
        why.clicked.connect(self.explain_requested)
        layout.addLayout(flush(why))

    def _reach(self, body: QWidget, contact: ContactDocument) -> QWidget | None:
        # What the header shows already is not told again.
        told = header_entries(contact)
        rows = address_rows(contact, without=told)
        if told and not rows:
            return None
        title = _("More ways to reach") if told else _("Contact")
        section, layout = _section(body, "" if self._compact else title)
        for row in rows:
            layout.addWidget(row)
        if not rows:
            add = QPushButton(icon("plus", IconRole.ACCENT), _("Add an email, phone or messenger"))
            add.setObjectName("add_address")
            add.setProperty("kind", "link")
            add.clicked.connect(self.edit_requested)
            layout.addLayout(flush(add))
        return section

    def _place(self, body: QWidget, contact: ContactDocument) -> QWidget | None:
        city = " ".join(filter(None, (contact.postcode, contact.city)))
        lines = [contact.street, city, contact.region, contact.country]
        told = "\n".join(filter(None, lines))
        if not told:
            return None
        section, layout = _section(body, _("Address"))
        layout.addWidget(_text(told))
        return section

    def _note(self, body: QWidget, contact: ContactDocument) -> QWidget | None:
        if not contact.notes:
            return None
        section, outside = _section(body, "")
        frame = QFrame()
        frame.setProperty("notice", "warning")
        outside.addWidget(frame)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(GRID + HALF, GRID, GRID + HALF, GRID)
        layout.addWidget(_text(contact.notes))
        return section

    def _properties(self, body: QWidget, profile: Profile) -> QWidget | None:
        set_ones = [d for d in profile.definitions if d.id in profile.contact.properties]
        if not set_ones:
            return None
        section, layout = _section(body, _("Properties"))
        form = _form(layout)
        for definition in set_ones:
            value = shown_value(profile.contact.properties[definition.id])
            link = web_link(value) if definition.type.value == "url" else None
            if link is not None:
                form.addRow(_name(definition.name), flush(ElidedLink(value, link)))
            else:
                form.addRow(_name(definition.name), _text(value))
        return section

    def _about(self, body: QWidget, contact: ContactDocument) -> QWidget:
        section, layout = _section(body, _("About"))
        form = _form(layout)
        names = [name for name in (contact.first_name, contact.last_name) if name]
        if contact.name not in (" ".join(names), " ".join(reversed(names))):
            for key in ("first_name", "last_name"):
                if value := getattr(contact, key):
                    form.addRow(_name(field_label(key)), _text(value))
        for key in ("created_at", "updated_at"):
            moment = getattr(contact, key)
            told = _text(relative_time(moment))
            told.setToolTip(exact_time(moment))
            told.setObjectName(key)
            form.addRow(_name(field_label(key)), told)
        form.addRow(_name(field_label("id")), _text(contact.reference))
        return section


def _column(columns: QHBoxLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2 * GRID)
    columns.addLayout(column, 1)
    return column


def _section(body: QWidget | None, title: str) -> tuple[QWidget, QVBoxLayout]:
    section = QWidget(body)
    layout = QVBoxLayout(section)
    # Wide enough on the left for the frames of links whose texts stand under the others.
    layout.setContentsMargins(LINK_PADDING, 0, 0, 0)
    layout.setSpacing(2)
    if title:
        heading = QLabel(title)
        heading.setFont(font(TextSize.BODY, bold=True))
        heading.setContentsMargins(0, 0, 0, HALF)
        layout.addWidget(heading)
    return section, layout


def _form(section: QVBoxLayout) -> QFormLayout:
    form = QFormLayout()
    section.addLayout(form)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    form.setHorizontalSpacing(GRID)
    form.setVerticalSpacing(HALF)
    return form


def _name(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("tone", "muted")
    label.setWordWrap(True)
    label.setFixedWidth(_LABEL_WIDTH)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    return label


def _text(words: str) -> QLabel:
    label = QLabel(breakable(words))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMinimumWidth(0)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
