"""Sizes of files, as file managers tell them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale

from ulkacrm_desktop.core.i18n import set_language
from ulkacrm_desktop.ui.labels.sizes import size_text


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (1024, "1.0 KB"),
        (73_216, "71.5 KB"),
        (1024**2 - 1, "1.0 MB"),
        (5 * 1024**3, "5.0 GB"),
        (2048 * 1024**4, "2,048.0 TB"),
    ],
)
def test_sizes_in_english(size: int, text: str) -> None:
    assert size_text(size) == text


def test_sizes_in_russian() -> None:
    set_language("ru")
    QLocale.setDefault(QLocale(QLocale.Language.Russian, QLocale.Country.Russia))
    assert size_text(73_216) == "71,5 КБ"
    assert size_text(2) == "2 байта"
