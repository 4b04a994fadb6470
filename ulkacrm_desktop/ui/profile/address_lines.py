"""Emails, phones, messengers and pages as lines that open what they name and can be copied."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.contact_document import ContactDocument, EmailEntry, MessengerEntry, PhoneEntry
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.labels.fields import address_label, messenger_label
from ulkacrm_desktop.ui.profile.links import call_link, mail_link, messenger_link, phone_text, web_link
from ulkacrm_desktop.ui.theme import GRID, HALF, ICON_SIZE, TextSize, font

LINK_PADDING = 5
"""Of a link, its frame included."""
_PLAIN_PADDING = 3
_PADDING = 4
_MESSENGER_ICONS = {"vk": "globe", "linkedin": "briefcase", "x": "at-sign", "github": "globe", "youtube": "globe"}


def open_link(link: str) -> None:
    """Let the program that the system has for it open a link."""
    QDesktopServices.openUrl(QUrl(link))


class ElidedLink(QPushButton):
    """A link that is cut with an ellipsis where there is no room; Ctrl+C copies it, a right click offers more.

    ``actions_offered`` are (words, link) beside "Copy", for the menu.
    """

    def __init__(
        self, text: str, link: str | None, *, offered: Sequence[tuple[str, str]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._link = link
        self._offered = tuple(offered)
        self.setProperty("kind", "link")
        # An address is read, not shouted: the weight of the text around it, and flush with its left edge.
        self.setProperty("plain", True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        if link is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(link)
            self.clicked.connect(lambda: open_link(link))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        copy = QAction(_("Copy"), self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy)
        self._copy = copy
        self.addAction(copy)
        self._elide()

    @property
    def full_text(self) -> str:
        """All of the text, also where it is cut."""
        return self._text

    @property
    def link(self) -> str | None:
        """What a click opens; None for nothing."""
        return self._link

    def copy(self) -> None:
        """Put the whole text on the clipboard."""
        QGuiApplication.clipboard().setText(self._text)

    def menu_of(self) -> QMenu:
        """The menu of a right click, made anew."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, link in self._offered:
            menu.addAction(words).triggered.connect(lambda _on=False, link=link: open_link(link))
        if self._offered:
            menu.addSeparator()
        menu.addAction(icon("copy"), _("Copy")).triggered.connect(self.copy)
        return menu

    def _on_menu(self, place: QPoint) -> None:
        self.menu_of().popup(self.mapToGlobal(place))

    def _elide(self) -> None:
        room = max(self.width() - 2 * _PADDING, 0)
        self.setText(self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room).replace("&", "&&"))

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 2 * _PADDING + 2, 3 * GRID)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(6 * GRID, 3 * GRID)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    @override
    def changeEvent(self, e: QEvent) -> None:
        super().changeEvent(e)
        if e.type() == QEvent.Type.FontChange and hasattr(self, "_text"):
            self._elide()


class AddressRow(QWidget):
    """An icon, the link, its label, and a star where it is the primary one of several."""

    def __init__(
        self, icon_name: str, link: ElidedLink, label: str = "", *, primary: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.link = link
        picture = QLabel()
        picture.setPixmap(icon(icon_name, IconRole.MUTED).pixmap(QSize(ICON_SIZE, ICON_SIZE)))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addWidget(picture)
        layout.addWidget(link)
        words = label
        if primary:
            words = _("{label} · primary").format(label=label) if label else _("primary")
        if words:
            told = QLabel(words)
            told.setProperty("tone", "muted")
            told.setFont(font(TextSize.CAPTION))
            layout.addWidget(told)
        layout.addStretch(1)
        if words:
            link.setAccessibleDescription(words)


def email_row(entry: EmailEntry, *, several: bool) -> AddressRow:
    """A line that begins a letter."""
    letter = mail_link(entry.address)
    link = ElidedLink(entry.address, letter, offered=[(_("Write a letter"), letter)])
    link.setObjectName("email")
    return AddressRow("mail", link, address_label(entry.label), primary=several and entry.is_primary)


def phone_row(entry: PhoneEntry, *, several: bool) -> AddressRow:
    """A line that calls; its menu has text message and WhatsApp too."""
    offered = [(_("Call"), call_link(entry)), (_("Text message"), call_link(entry, "sms"))]
    whatsapp = messenger_link("whatsapp", phone_text(entry).partition(" x")[0])
    if whatsapp is not None and phone_text(entry).startswith("+"):
        offered.append((_("Write on WhatsApp"), whatsapp))
    link = ElidedLink(phone_text(entry), call_link(entry), offered=offered)
    link.setObjectName("phone")
    return AddressRow("phone", link, address_label(entry.label), primary=several and entry.is_primary)


def messenger_row(entry: MessengerEntry, *, several: bool) -> AddressRow:
    """A line that opens the person in that messenger or network."""
    link = messenger_link(entry.kind, entry.login)
    name = messenger_label(entry.kind)
    offered = [(_("Open in {messenger}").format(messenger=name), link)] if link is not None else []
    shown = ElidedLink(entry.login, link, offered=offered)
    shown.setObjectName("messenger")
    shown.setAccessibleName(f"{name}: {entry.login}")
    words = " · ".join(filter(None, (name, address_label(entry.label))))
    icon_name = _MESSENGER_ICONS.get(entry.kind, "message-circle")
    return AddressRow(icon_name, shown, words, primary=several and entry.is_primary)


def website_row(address: str) -> AddressRow:
    """A line that opens a page."""
    link = ElidedLink(address, web_link(address))
    link.setObjectName("website")
    return AddressRow("globe", link)


def flush(link: QPushButton) -> QHBoxLayout:
    """A line with a link whose icon or text, not whose frame, begins where the line does."""
    line = QHBoxLayout()
    line.setSpacing(0)
    line.addSpacing(-(_PLAIN_PADDING if link.property("plain") else LINK_PADDING))
    line.addWidget(link)
    line.addStretch(1)
    return line


def header_entries(contact: ContactDocument) -> list[EmailEntry | PhoneEntry]:
    """What the head of a profile shows: the primary email and the primary phone."""
    emails = [entry for entry in contact.emails if entry.is_primary]
    return emails + [entry for entry in contact.phones if entry.is_primary]


def address_rows(contact: ContactDocument, *, without: Collection[EmailEntry | PhoneEntry] = ()) -> list[AddressRow]:
    """Every way to reach a contact but those that are told elsewhere, the primary one of each kind first."""
    emails = sorted(contact.emails, key=lambda entry: not entry.is_primary)
    phones = sorted(contact.phones, key=lambda entry: not entry.is_primary)
    messengers = sorted(contact.messengers, key=lambda entry: not entry.is_primary)
    return [
        *(email_row(entry, several=len(emails) > 1) for entry in emails if entry not in without),
        *(phone_row(entry, several=len(phones) > 1) for entry in phones if entry not in without),
        *(messenger_row(entry, several=len(messengers) > 1) for entry in messengers),
        *([website_row(contact.website)] if contact.website else []),
    ]
