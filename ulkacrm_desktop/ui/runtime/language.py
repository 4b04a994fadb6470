"""The language of the window: texts, Qt's own buttons, and the formats of dates and numbers."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from ulkacrm_desktop.core import i18n

_OBJECT_NAME = "qt_translations"


def use_language(language: str) -> None:
    """Show texts in ``language`` (one of `i18n.LANGUAGES`, else English) from now on; windows are to be built anew."""
    language = language if language in i18n.LANGUAGES else "en"
    i18n.set_language(language)
    # A Briton keeps the formats of Britain with English texts; somebody else's are those of the language.
    system = QLocale.system()
    QLocale.setDefault(system if QLocale.languageToCode(system.language()) == language else QLocale(language))
    application = QCoreApplication.instance()
    if application is None:
        return
    for old in application.findChildren(QTranslator, _OBJECT_NAME):
        application.removeTranslator(old)
        old.deleteLater()
    translator = QTranslator(application)
    translator.setObjectName(_OBJECT_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language}", folder):
        application.installTranslator(translator)
