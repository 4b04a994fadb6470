"""The country whose numbers are written without a country code: the user's choice, else the system's."""

from functools import cache
from typing import Any, Protocol

from PySide6.QtCore import QLocale

SETTING = "import.region"
"""The key of the choice among the user's settings, the same for imports and forms: an ISO 3166 code, '' for none."""


class Values(Protocol):
    """Where settings are kept: `core.settings.Settings`."""

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key."""


def system_region() -> str:
    """The country of the system, '' where it names none."""
    code = QLocale.territoryToCode(QLocale.system().territory())
    return code if len(code) == 2 else ""


def phone_region(settings: Values | None) -> str:
    """The country of phones without a country code."""
    chosen = settings.get(SETTING) if settings is not None else None
    return chosen if isinstance(chosen, str) else system_region()


@cache
def _codes() -> tuple[str, ...]:
    import phonenumbers

    return tuple(sorted(phonenumbers.SUPPORTED_REGIONS))


def regions() -> list[tuple[str, str, int]]:
    """The countries with a numbering plan by name: (ISO 3166 code, name in the locale's language, country code)."""
    import phonenumbers

    found = []
    for code in _codes():
        territory = QLocale.codeToTerritory(code)
        if territory == QLocale.Country.AnyCountry:
            continue
        name = _own_name(territory)
        found.append((code, name, phonenumbers.country_code_for_region(code)))
    return sorted(found, key=lambda entry: entry[1].casefold())


def _own_name(territory: QLocale.Country) -> str:
    # Qt knows the names of countries in English and each country's own; its translations are not shipped.
    return QLocale.territoryToString(territory)
