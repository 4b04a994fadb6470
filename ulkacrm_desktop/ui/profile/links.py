"""Addresses that another program opens: mail, calls, messengers and profiles. Free of Qt.

The forms of messengers' links are those that their makers document: wa.me, t.me, m.me, viber://chat, skype:.
"""

import re
from typing import Final
from urllib.parse import quote

from ulkacrm_desktop.core.contact_document import PhoneEntry
from ulkacrm_desktop.core.text.phones import format_phone

_WEB: Final = re.compile(r"https?://", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[+\d][\d ()./-]{5,}")

_BY_LOGIN: Final = {
    "telegram": "https://t.me/{}",
    "messenger": "https://m.me/{}",
    "instagram": "https://www.instagram.com/{}/",
    "facebook": "https://www.facebook.com/{}",
    "vk": "https://vk.com/{}",
    "ok": "https://ok.ru/{}",
    "linkedin": "https://www.linkedin.com/in/{}",
    "x": "https://x.com/{}",
    "skype": "skype:{}?chat",
    "line": "https://line.me/ti/p/~{}",
    "youtube": "https://www.youtube.com/@{}",
    "tiktok": "https://www.tiktok.com/@{}",
    "threads": "https://www.threads.net/@{}",
    "github": "https://github.com/{}",
    "jabber": "xmpp:{}",
}
_BY_NUMBER: Final = {
    "whatsapp": "https://wa.me/{}",
    "telegram": "https://t.me/+{}",
    "viber": "viber://chat?number=%2B{}",
    "signal": "https://signal.me/#p/+{}",
}


def mail_link(address: str) -> str:
    """A letter to this address, in the mail program."""
    return "mailto:" + quote(address, safe="@.+-_")


def phone_text(phone: PhoneEntry) -> str:
    """A number as it is shown: in the way of its country where that is known, else as it was written."""
    if not phone.match_key:
        return phone.number
    shown = format_phone(phone.match_key)
    return shown if shown.startswith("+") else phone.number


def call_link(phone: PhoneEntry, scheme: str = "tel") -> str:
    """A call to this number (RFC 3966), or with the scheme ``sms`` a text message."""
    shown, _x, extension = phone_text(phone).partition(" x")
    digits = re.sub(r"[^\d+]", "", shown)
    return f"{scheme}:{digits}" + (f";ext={extension}" if extension and scheme == "tel" else "")


def messenger_link(kind: str, login: str) -> str | None:
    """The link that opens this person in the messenger or network; None where there is none."""
    login = login.strip()
    if _WEB.match(login):
        return login
    if kind in _BY_NUMBER and _NUMBER.fullmatch(login):
        digits = re.sub(r"\D", "", login)
        return _BY_NUMBER[kind].format(digits)
    if kind in _BY_LOGIN:
        return _BY_LOGIN[kind].format(quote(login.lstrip("@"), safe="._-@" if kind == "jabber" else "._-"))
    return None


def web_link(address: str) -> str | None:
    """The page that a website or a property of type URL opens: http and https alone; None for anything else."""
    address = address.strip()
    if _WEB.match(address):
        return address
    if ":" in address.partition("/")[0].partition(".")[0] or not address:
        return None
    return "https://" + address
