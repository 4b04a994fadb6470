"""The country whose numbers are written without a country code: the user's choice, else the system's."""

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


def regions() -> list[tuple[str, str, int]]:
    """The countries that have telephones by name: (ISO 3166 code, name in the window's language, country code)."""
    # Loading the library takes a moment that a start of the program need not wait for, and the plan of each country
    # a moment of its own, which the window would stand still for.
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    found = [
        (code, _country_name(code), number)
        for number, codes in COUNTRY_CODE_TO_REGION_CODE.items()
        for code in codes
        if QLocale.codeToTerritory(code) not in (QLocale.Country.AnyTerritory, QLocale.Country.World)
    ]
    return sorted(found, key=lambda entry: entry[1].casefold())


def _country_name(code: str) -> str:
    # Qt knows the name of a country in English and in the country's own languages; its translations are not shipped.
    territory = QLocale.codeToTerritory(code)
    language = QLocale().language()
    if language != QLocale.Language.English:
        local = QLocale(language, territory)
        if local.language() == language and local.territory() == territory:
            return local.nativeTerritoryName() or QLocale.territoryToString(territory)
    return QLocale.territoryToString(territory)
