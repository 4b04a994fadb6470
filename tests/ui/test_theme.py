from itertools import product

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui import theme as look
from ulkacrm_desktop.ui.icons import IconRole, icon, icon_names
from ulkacrm_desktop.ui.theme import DARK, DARK_CHIPS, LIGHT, LIGHT_CHIPS, Colours, Scheme, Theme, contrast

SURFACES = ("base", "window", "raised", "hover", "selected")
READABLE = 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "surface"), list(product(("text", "muted", "accent_text"), SURFACES)))
def test_text_is_readable_on_every_surface(colours: Colours, text: str, surface: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, surface)) >= READABLE


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("on_accent", "accent"),
        ("on_accent", "accent_hover"),
        ("on_accent", "danger_fill"),
        ("text", "match"),
        ("text", "pressed"),
        ("text", "warning_soft"),
        ("accent_text", "warning_soft"),
        ("text", "danger_soft"),
        ("text", "success_soft"),
        *(
            (tone, surface)
            for tone in ("danger", "warning", "success")
            for surface in ("base", "window", "raised", f"{tone}_soft")
        ),
    ],
)
def test_colours_that_meet_are_readable(colours: Colours, text: str, surface: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, surface)) >= READABLE


@pytest.mark.parametrize("name", look.TAG_COLOURS)
def test_chips_are_readable(name: str) -> None:
    for chips in (LIGHT_CHIPS, DARK_CHIPS):
        assert contrast(chips[name].text, chips[name].ground) >= READABLE


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


def test_a_scheme_can_be_forced_and_is_told(qtbot: QtBot, qapp: QApplication, theme: Theme) -> None:
    with qtbot.waitSignal(theme.changed) as changed:
        theme.set_scheme("dark")
    assert changed.args == [True]
    assert qapp.palette().color(QPalette.ColorRole.Base) == DARK.base
    assert look.colours_of() is DARK
    label = QLabel("disabled")
    qtbot.addWidget(label)
    label.setEnabled(False)
    assert look.is_dark(label.palette())
    with qtbot.waitSignal(theme.changed):
        theme.set_scheme(Scheme.LIGHT)
    assert look.colours_of() is LIGHT
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_scheme(Scheme.LIGHT)
    theme.set_scheme(Scheme.SYSTEM)
    assert theme.scheme is Scheme.SYSTEM
    with pytest.raises(ValueError, match="mauve"):
        theme.set_scheme("mauve")


@pytest.mark.parametrize("name", icon_names())
def test_every_icon_draws_something(qapp: QApplication, name: str) -> None:
    image = icon(name).pixmap(QSize(16, 16)).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(16) for y in range(16))


def test_icons_follow_the_scheme_and_are_sharp(qapp: QApplication, theme: Theme) -> None:
    def darkest(shown: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> QColor:
        image = shown.pixmap(QSize(32, 32), 1.0, mode).toImage()
        return max((image.pixelColor(x, y) for x in range(32) for y in range(32)), key=lambda c: c.alpha())

    shown = icon("user")
    copy = QIcon(shown)
    assert darkest(shown) == LIGHT.text
    assert darkest(shown, QIcon.Mode.Disabled) == LIGHT.disabled
    assert darkest(icon("user", IconRole.DANGER)) == LIGHT.danger
    theme.set_scheme(Scheme.DARK)
    assert darkest(copy) == DARK.text
    doubled = shown.pixmap(QSize(16, 16), 2.0)
    assert doubled.size() == QSize(32, 32)
    assert doubled.devicePixelRatio() == 2.0
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Анна Петрова", "АП"), ("ООО «Ромашка»", "ОР"), ("x", "X"), ("", ""), ("— !", ""), ("ёлкина м. и.", "ЁМ")],
)
def test_initials(name: str, letters: str) -> None:
    assert look.initials(name) == letters
    assert look.avatar_colour(name) in look.TAG_COLOURS
