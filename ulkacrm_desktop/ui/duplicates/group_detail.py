"""One group of duplicates: its contacts, what speaks for their being one, and what can be decided."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ulkacrm_desktop.core.i18n import _, ngettext
from ulkacrm_desktop.services.duplicates.evidence import EvidenceRow
from ulkacrm_desktop.services.queries.contacts import ContactRow
from ulkacrm_desktop.ui.duplicates.group_reads import JUDGED, MEMBERS, GroupTold, PairTold
from ulkacrm_desktop.ui.duplicates.rule_words import evidence_text, not_duplicates_text, percent
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.fields import field_label
from ulkacrm_desktop.ui.labels.values import grouped
from ulkacrm_desktop.ui.theme import GRID, HALF, font
from ulkacrm_desktop.ui.widgets.avatar import Avatar
from ulkacrm_desktop.ui.widgets.breakable import breakable
from ulkacrm_desktop.ui.widgets.flow_layout import FlowLayout

_FIELD = 14 * GRID
_NAME = 48 * GRID
_WIDEST = 100 * GRID
_LINK_EDGE = 3
"""What stands around the text of a link: its frame and its padding."""


class GroupDetail(QFrame):
    """Shows a group; what is decided is told by signals."""

    merge_clicked = Signal()
    review_clicked = Signal()
    not_duplicate_clicked = Signal()
    later_clicked = Signal()
    contact_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("group_detail")
        self.setProperty("surface", "base")
        self._said = QLabel()
        self._said.setObjectName("group_said")
        self._said.setProperty("tone", "muted")
        self._said.setWordWrap(True)
        self._said.hide()
        self._content = QWidget()
        holder = QFrame()
        holder.setProperty("surface", "base")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        self._column.addWidget(self._content)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(holder)
        self._buttons = {
            "merge": self._button("merge_group", "merge", self.merge_clicked),
            "review": self._button("review_group", "columns-3", self.review_clicked),
            "not": self._button("not_duplicate", "x", self.not_duplicate_clicked),
            "later": self._button("decide_later", "clock", self.later_clicked),
        }
        self._name_buttons(2)
        self._buttons["merge"].setProperty("kind", "primary")
        self._buttons["merge"].setIcon(icon("merge", IconRole.ON_ACCENT))
        # In a narrow window the buttons stand in two rows.
        foot = QWidget()
        foot.setContentsMargins(3 * GRID, GRID + HALF, 3 * GRID, GRID + HALF)
        row = FlowLayout(foot, spacing=GRID)
        for button in self._buttons.values():
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        edge = QFrame()
        edge.setProperty("line", True)
        edge.setFixedHeight(1)
        layout.addWidget(edge)
        layout.addWidget(self._said)
        layout.addWidget(foot)
        self._said.setContentsMargins(3 * GRID, GRID, 3 * GRID, 0)

    def show_group(self, told: GroupTold) -> None:
        """Show the contacts of a group and their evidence."""
        content = QWidget()
        content.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for member in told.members:
            column.addWidget(self._member(member))
        if told.more:
            more = QLabel(_("and {count} more").format(count=grouped(told.more)))
            more.setProperty("tone", "muted")
            column.addWidget(more)
        for pair in told.pairs:
            if pair.evidence:
                column.addSpacing(GRID)
                column.addWidget(self._pair(pair, told, alone=len(told.pairs) == 1))
        self._column.replaceWidget(self._content, content)
        self._content.hide()
        self._content.deleteLater()
        self._content = content

    def show_state(self, *, decided: str, postponed: bool, count: int) -> None:
        """What was decided already, in words, whether the group is among those put off, and how many are in it."""
        if count:
            self._name_buttons(count)
        for button in self._buttons.values():
            button.setEnabled(not decided)
        self._buttons["review"].setEnabled(not decided and count <= MEMBERS)
        if count > JUDGED and not decided:
            self._buttons["not"].setEnabled(False)
            self._buttons["later"].setEnabled(False)
            decided = _("These are too many to be kept apart one by one: merge them, or look for more in common.")
        self._buttons["later"].setVisible(not postponed)
        self._said.setText(decided)
        self._said.setVisible(bool(decided))

    def _button(self, name: str, picture: str, clicked: object) -> QPushButton:
        button = QPushButton()
        button.setIcon(icon(picture))
        button.setObjectName(name)
        button.clicked.connect(clicked)
        return button

    def _name_buttons(self, count: int) -> None:
        """Say on the buttons what they do with so many contacts."""
        merge = ngettext("Merge {count} contact", "Merge {count} contacts", count).format(count=grouped(count))
        for key, text, keys in (
            ("merge", merge, "M"),
            ("review", _("Compare…"), "Enter"),
            ("not", not_duplicates_text(count), "N"),
            ("later", _("Later"), "L"),
        ):
            self._buttons[key].setText(text)
            self._buttons[key].setToolTip(f"{text} ({keys})")

    def _member(self, member: ContactRow) -> QWidget:
        line = QWidget()
        picture = Avatar(4 * GRID)
        picture.show_person(member.name)
        name = QPushButton(self._elided(member.name))
        name.setObjectName(f"member_{member.id}")
        name.setProperty("kind", "link")
        name.setProperty("plain", True)
        name.setToolTip(f"{member.name}\n{_('Open this contact')}")
        name.setAccessibleName(member.name)
        name.clicked.connect(lambda _on=False, contact_id=member.id: self.contact_clicked.emit(contact_id))
        details = QLabel(breakable(" · ".join(filter(None, (member.company, member.email, member.phone)))))
        details.setProperty("tone", "muted")
        details.setWordWrap(True)
        details.setContentsMargins(_LINK_EDGE, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name, 0, Qt.AlignmentFlag.AlignLeft)
        if details.text():
            words.addWidget(details)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID + HALF)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        return line

    def _elided(self, name: str) -> str:
        shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _NAME)
        return shown.replace("&", "&&")

    def _pair(self, pair: PairTold, told: GroupTold, *, alone: bool) -> QWidget:
        box = QFrame()
        box.setProperty("panel", True)
        grid = QGridLayout(box)
        grid.setContentsMargins(2 * GRID, GRID + HALF, 2 * GRID, GRID + HALF)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(HALF)
        grid.setColumnMinimumWidth(0, _FIELD)
        grid.setColumnStretch(1, 1)
        words = _("Why") if alone else f"{pair.one} ~ {pair.other}"
        heading = QLabel(breakable(words))
        heading.setFont(font(bold=True))
        heading.setWordWrap(True)
        grid.addWidget(heading, 0, 0, 1, 2)
        if any(row.weight is not None for row in pair.evidence):
            score = QLabel(percent(pair.score))
            score.setFont(font(bold=True))
            grid.addWidget(score, 0, 2, Qt.AlignmentFlag.AlignRight)
        top, right = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignRight
        places = (top, Qt.AlignmentFlag(0), right | top)  # what two have takes all of its width
        for line, row in enumerate(_told(pair.evidence), start=1):
            cells = (field_label(row.field, told.names), _both(row), evidence_text(row))
            same = row.similarity == 1 and bool(row.first and row.second)
            against = row.weight is not None and row.weight < 0
            for column, text in enumerate(cells):
                label = QLabel(breakable(text))
                label.setWordWrap(column < 2)
                label.setProperty(
                    "tone", "muted" if column == 0 or against else "success" if column == 2 and same else ""
                )
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(label, line, column, places[column])
        return box


def _told(evidence: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """The rows in which at least one of both has something."""
    return [row for row in evidence if row.first or row.second]


def _both(row: EvidenceRow) -> str:
    if not row.first or not row.second or row.first == row.second:
        return row.first or row.second
    return f"{row.first} ~ {row.second}"
