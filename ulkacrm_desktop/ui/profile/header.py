"""The head of a profile: picture, name, primary addresses, tags, responsible, class, source and date."""

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.contact_document import ContactDocument, ContactKind, EmailEntry
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.forms.avatar_picker import avatar_pixmap
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.fields import class_label, contact_kind_label, source_label
from ulkacrm_desktop.ui.profile.address_lines import email_row, header_entries, phone_row
from ulkacrm_desktop.ui.profile.profile_data import Profile
from ulkacrm_desktop.ui.theme import GRID, HALF, TextSize, font
from ulkacrm_desktop.ui.widgets.avatar import Avatar
from ulkacrm_desktop.ui.widgets.breakable import breakable
from ulkacrm_desktop.ui.widgets.flow_layout import FlowLayout, laid_out_once
from ulkacrm_desktop.ui.widgets.relative_time import exact_time, relative_time
from ulkacrm_desktop.ui.widgets.tag_chips import TagChipRow

_PADDING = 3
"""Of a plain link, its frame included: its text stands under the others."""


class ProfileHeader(QWidget):
    """Shows a profile's head; tags are added and removed here at once."""

    edit_requested = Signal()
    open_requested = Signal()
    tag_added = Signal(str)
    tag_removed = Signal(str)
    tag_clicked = Signal(str)
    responsible_chosen = Signal(object)
    """A user's id, None for nobody."""
    class_chosen = Signal(int)

    def __init__(self, *, compact: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compact = compact
        self.avatar = Avatar(7 * GRID if compact else 9 * GRID)
        self.name = QLabel()
        self.name.setObjectName("contact_name")
        self.name.setFont(font(TextSize.TITLE, bold=True))
        self.subtitle = QLabel()
        self.subtitle.setProperty("tone", "muted")
        self.meta = QLabel()
        self.meta.setProperty("tone", "muted")
        self.meta.setFont(font(TextSize.CAPTION))
        for label in (self.name, self.subtitle, self.meta):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setMinimumWidth(0)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.responsible = _ChoiceButton("responsible_button")
        self.contact_class = _ChoiceButton("class_button")
        self.tags = TagChipRow()
        self.tags.added.connect(self.tag_added)
        self.tags.removed.connect(self.tag_removed)
        self.tags.clicked.connect(self.tag_clicked)
        self._addresses = QVBoxLayout() if compact else QHBoxLayout()
        self._addresses.setSpacing(0 if compact else 3 * GRID)
        self._build()

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self.name)
        words.addWidget(self.subtitle)
        if not self._compact:
            words.addLayout(self._addresses)
        words.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(GRID + HALF if self._compact else 2 * GRID)
        head.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addLayout(words, 1)
        buttons = QVBoxLayout()
        buttons.setSpacing(HALF)
        for button in self._buttons():
            buttons.addWidget(button)
        buttons.addStretch(1)
        head.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(head)
        if self._compact:
            layout.addLayout(self._addresses)
        layout.addWidget(self.tags)
        choices = FlowLayout(spacing=GRID)
        choices.setContentsMargins(-_PADDING, 0, 0, 0)
        choices.addWidget(self.responsible)
        choices.addWidget(self.contact_class)
        layout.addLayout(choices)
        layout.addWidget(self.meta)

    def _buttons(self) -> list[QWidget]:
        if not self._compact:
            edit = QPushButton(icon("pencil"), _("&Edit"))
            edit.setObjectName("edit_contact")
            edit.clicked.connect(self.edit_requested)
            return [edit]
        buttons: list[QWidget] = []
        for name, icon_name, words, signal in (
            ("edit_contact", "pencil", _("Edit the contact"), self.edit_requested),
            ("open_contact", "external-link", _("Open the whole profile (Enter)"), self.open_requested),
        ):
            button = QToolButton()
            button.setObjectName(name)
            button.setIcon(icon(icon_name))
            button.setIconSize(QSize(16, 16))
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(signal)
            buttons.append(button)
        return buttons

    def show_profile(self, profile: Profile) -> None:
        """Show this contact."""
        with laid_out_once(self):
            self._show(profile)

    def _show(self, profile: Profile) -> None:
        contact = profile.contact
        self.avatar.show_person(contact.name, avatar_pixmap(profile.picture))
        self.name.setText(breakable(contact.name))
        subtitle = _subtitle(contact)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))
        self._show_addresses(contact)
        self.tags.set_known(profile.known_tags)
        self.tags.set_tags(profile.chips)
        self._show_choices(profile)
        self.meta.setText(_meta(contact))
        self.meta.setToolTip(exact_time(contact.created_at))

    def _show_choices(self, profile: Profile) -> None:
        contact = profile.contact
        responsible = _("Responsible: {name}").format(name=contact.responsible or _("nobody"))
        users: list[tuple[str, int | None]] = [(_("Nobody"), None), *((user.name, user.id) for user in profile.users)]
        _fill(self.responsible, responsible, users, contact.responsible_id, self.responsible_chosen)
        class_ = _("Class: {name}").format(name=class_label(contact.class_name))
        classes: list[tuple[str, int | None]] = [(class_label(each.name), each.id) for each in profile.classes]
        _fill(self.contact_class, class_, classes, contact.class_id, self.class_chosen)

    def _show_addresses(self, contact: ContactDocument) -> None:
        while (item := self._addresses.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        rows = [
            email_row(entry, several=False) if isinstance(entry, EmailEntry) else phone_row(entry, several=False)
            for entry in header_entries(contact)
        ]
        for row in rows:
            self._addresses.addWidget(row)
            row.show()
        if not self._compact:
            self._addresses.addStretch(1)


class _ChoiceButton(QPushButton):
    """A line that is a menu too: who or what it is now, and what else it can be."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("kind", "link")
        self.setProperty("plain", True)
        self.setFont(font(TextSize.CAPTION))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumHeight(3 * GRID)
        self.setMenu(QMenu(self))

    @override
    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(HALF, 0)  # between the words and the sign of the menu


def _fill(
    button: QPushButton,
    words: str,
    offered: list[tuple[str, int | None]],
    present: int | None,
    chosen: SignalInstance,
) -> None:
    button.setText(words.replace("&", "&&"))
    button.setAccessibleName(words)
    menu = button.menu()
    menu.clear()
    for name, value in offered:
        action = menu.addAction(name.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(value == present)
        action.triggered.connect(lambda _on=False, value=value: chosen.emit(value))


def _subtitle(contact: ContactDocument) -> str:
    parts = [contact.company]
    if contact.kind is ContactKind.ORGANISATION:
        parts.append(contact_kind_label(contact.kind))
    if contact.is_staff:
        parts.append(_("Own staff"))
    return " · ".join(filter(None, parts))


def _meta(contact: ContactDocument) -> str:
    source = source_label(contact.source)
    if contact.source_detail:
        source = _("{source} ({detail})").format(source=source, detail=contact.source_detail)
    parts = (
        _("Source: {source}").format(source=source),
        _("Added {when}").format(when=relative_time(contact.created_at)),
    )
    return " · ".join(parts)
