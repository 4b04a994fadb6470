"""Translation of texts for people: gettext catalogues in ``resources/locale``."""

import gettext as _gettext
import locale
from pathlib import Path

LANGUAGES = ("en", "ru")
LOCALE_DIRECTORY = Path(__file__).parent.parent / "resources" / "locale"

_translations: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


def set_language(language: str) -> None:
    """Make ``language`` (one of `LANGUAGES`) the one in which texts are given from now on."""
    global _language, _translations  # noqa: PLW0603 - gettext's own install() keeps the same single state
    _language = language
    _translations = _gettext.translation("ulkacrm", localedir=LOCALE_DIRECTORY, languages=[language], fallback=True)


def current_language() -> str:
    """The language in which texts are given, one of `LANGUAGES`."""
    return _language


def system_language() -> str:
    """The language of the system where it is one of `LANGUAGES`, else English."""
    code = (locale.getlocale()[0] or "")[:2].lower()
    return code if code in LANGUAGES else "en"


def _(message: str) -> str:
    """The message in the current language."""
    return _translations.gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form of the message for ``n`` in the current language."""
    return _translations.ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """The message in the current language, told apart from others of the same English text by context."""
    return _translations.pgettext(context, message)


def N_(message: str) -> str:
    """Mark a message for extraction; it is translated where it is shown."""
    return message
