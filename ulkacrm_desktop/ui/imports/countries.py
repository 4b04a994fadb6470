"""The countries that a phone without a country code can belong to."""

from PySide6.QtCore import QLocale


def country_name(code: str) -> str:
    """A country (ISO 3166) by its name in the language of the window, else in English.

    Qt knows the name of a country in English and in the country's own languages.
    """
    territory = QLocale.codeToTerritory(code)
    language = QLocale().language()
    if language != QLocale.Language.English:
        local = QLocale(language, territory)
        if local.language() == language and local.territory() == territory:
            return local.nativeTerritoryName() or QLocale.territoryToString(territory)
    return QLocale.territoryToString(territory)


def countries() -> list[tuple[str, str]]:
    """Code and name of every country that has telephones, by name."""
    # Loading the plans of all countries takes a moment that a start of the program need not wait for.
    from phonenumbers import SUPPORTED_REGIONS

    named = [(code, country_name(code)) for code in SUPPORTED_REGIONS]
    return sorted(
        ((code, name) for code, name in named if QLocale.codeToTerritory(code) != QLocale.Country.AnyTerritory),
        key=lambda entry: entry[1].casefold(),
    )
