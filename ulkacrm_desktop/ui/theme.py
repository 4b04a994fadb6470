"""The look of the window: palettes, text sizes, spacing, tag and avatar colours, for light and dark.

Nothing here is remembered in the module. What is drawn takes its colours from the palette that the widget has
(`colours_of`), so that a change of scheme is a change of the application's palette and nothing else.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from ulkacrm_desktop.ui.stylesheet import stylesheet

# The 8-pixel grid, in device-independent pixels; HALF is for what belongs together.
GRID: Final = 8
HALF: Final = 4
RADIUS: Final = 6
CONTROL_HEIGHT: Final = 32
ROW_HEIGHT: Final = 36
ICON_SIZE: Final = 16


class Scheme(StrEnum):
    """Which of the two palettes is used; SYSTEM follows the system's setting while the program runs."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class TextSize(StrEnum):
    """The three sizes of text; BODY is the system's own size."""

    CAPTION = "caption"
    BODY = "body"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one scheme, by what they are for.

    ``text`` and ``muted`` have a contrast of at least 4.5:1 on every surface that text stands on (``base``,
    ``window``, ``hover``, ``selected``, ``raised``), as WCAG 2.2, 1.4.3 asks; the status colours on ``base``
    and on their own soft ground.
    """

    window: QColor
    base: QColor
    raised: QColor
    text: QColor
    muted: QColor
    disabled: QColor
    border: QColor
    control_border: QColor
    tick_border: QColor
    divider: QColor
    hover: QColor
    pressed: QColor
    selected: QColor
    skeleton: QColor
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    accent_text: QColor
    focus: QColor
    match: QColor
    danger: QColor
    danger_fill: QColor
    danger_soft: QColor
    warning: QColor
    warning_soft: QColor
    success: QColor
    success_soft: QColor
    scroll: QColor


@dataclass(frozen=True, slots=True)
class ChipColours:
    """Ground and text of one tag chip or avatar."""

    ground: QColor
    text: QColor


def _colours(**values: str) -> Colours:
    return Colours(**{name: QColor(value) for name, value in values.items()})


LIGHT: Final = _colours(
    window="#f5f6f8",
    base="#ffffff",
    raised="#ffffff",
    text="#1a1d23",
    muted="#596273",
    disabled="#9aa2af",
    border="#dfe3e8",
    control_border="#c9cfd8",
    tick_border="#8a93a0",
    divider="#eceef2",
    hover="#f0f2f6",
    pressed="#e4e8ee",
    selected="#e3e9fc",
    skeleton="#e9ecf1",
    accent="#3b5bdb",
    accent_hover="#3250c8",
    on_accent="#ffffff",
    accent_text="#3352cf",
    focus="#93a8ff",
    match="#ffe28a",
    danger="#c02626",
    danger_fill="#c92a2a",
    danger_soft="#fdecec",
    warning="#8f5300",
    warning_soft="#fff3d6",
    success="#1a7440",
    success_soft="#e2f6ea",
    scroll="#c3c9d3",
)
DARK: Final = _colours(
    window="#16181c",
    base="#1c1f24",
    raised="#252930",
    text="#e7e9ee",
    muted="#a3abb8",
    disabled="#666e7b",
    border="#30353d",
    control_border="#434a55",
    tick_border="#6b7482",
    divider="#272b31",
    hover="#262a31",
    pressed="#30353d",
    selected="#2a3357",
    skeleton="#2b3037",
    accent="#4c67d9",
    accent_hover="#425cc9",
    on_accent="#ffffff",
    accent_text="#9db1ff",
    focus="#b9c6ff",
    match="#6b5613",
    danger="#ff8f8f",
    danger_fill="#c53a3a",
    danger_soft="#402225",
    warning="#f2bf5c",
    warning_soft="#3b2f16",
    success="#6fd597",
    success_soft="#1a3526",
    scroll="#4a515c",
)

_LIGHT_CHIPS: Final = {
    "grey": ("#e8ebf0", "#424a57"),
    "red": ("#fde2e2", "#9b1c1c"),
    "orange": ("#ffe6d1", "#8c3b06"),
    "yellow": ("#fff0bf", "#6f4c00"),
    "green": ("#dcf3e0", "#17602f"),
    "teal": ("#d3f2ee", "#0d5b55"),
    "blue": ("#dbeafe", "#1c4aa5"),
    "indigo": ("#e4e5fd", "#3d37a9"),
    "purple": ("#f0e3fd", "#6a24a8"),
    "pink": ("#fde1ee", "#97195a"),
}
_DARK_CHIPS: Final = {
    "grey": ("#373d47", "#d3d8e0"),
    "red": ("#512629", "#ffb9b9"),
    "orange": ("#50301a", "#ffc79c"),
    "yellow": ("#483a12", "#f7d977"),
    "green": ("#1d4129", "#a1e3b2"),
    "teal": ("#15423f", "#90e2d8"),
    "blue": ("#1e3a66", "#b3d2ff"),
    "indigo": ("#312f68", "#c9c9ff"),
    "purple": ("#45265f", "#e2c3ff"),
    "pink": ("#52233c", "#ffbcd9"),
}
LIGHT_CHIPS: Final = {name: ChipColours(QColor(g), QColor(t)) for name, (g, t) in _LIGHT_CHIPS.items()}
DARK_CHIPS: Final = {name: ChipColours(QColor(g), QColor(t)) for name, (g, t) in _DARK_CHIPS.items()}
TAG_COLOURS: Final = tuple(_LIGHT_CHIPS)
"""The codes of the colours that a tag may have, in the order in which a picker offers them."""


def is_dark(palette: QPalette | None = None) -> bool:
    """Whether the palette (the application's by default) is the dark one."""
    palette = palette if palette is not None else QGuiApplication.palette()
    # Asked of a role that no stylesheet touches: a widget's ground and text may be of any lightness.
    return palette.color(QPalette.ColorRole.Mid).lightness() < 128


def colours_of(palette: QPalette | None = None) -> Colours:
    """The colours that go with a palette (the application's by default)."""
    return DARK if is_dark(palette) else LIGHT


def chip_colours(name: str, palette: QPalette | None = None) -> ChipColours:
    """Ground and text of a chip of one of `TAG_COLOURS`; a colour that is not known is grey."""
    chips = DARK_CHIPS if is_dark(palette) else LIGHT_CHIPS
    return chips.get(name) or chips["grey"]


def avatar_colour(name: str) -> str:
    """The colour code, the same on every computer, of the initials of somebody with this name."""
    # str.__hash__ differs from one process to the next.
    return TAG_COLOURS[1:][sum(map(ord, name)) % (len(TAG_COLOURS) - 1)] if name.strip() else "grey"


def initials(name: str) -> str:
    """One or two capital letters for a name: of its first two words, or the first letter of its only one."""
    words = [word for word in (part.strip("«»\"'()[].,-–—") for part in name.split()) if word]
    letters = [next((c for c in word if c.isalnum()), "") for word in words]
    return "".join([letter for letter in letters if letter][:2]).upper()


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two opaque colours, 1 to 21, as WCAG 2.2 defines it."""

    def luminance(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def font(size: TextSize = TextSize.BODY, *, bold: bool = False) -> QFont:
    """The system's font in one of the three sizes."""
    result = QFont(QGuiApplication.font())
    points = result.pointSizeF()
    factor = {TextSize.CAPTION: 0.9, TextSize.BODY: 1.0, TextSize.TITLE: 1.45}[size]
    if points > 0:
        result.setPointSizeF(round(points * factor * 2) / 2)
    else:
        result.setPixelSize(round(result.pixelSize() * factor))
    if bold:
        result.setWeight(QFont.Weight.DemiBold)
    return result


def palette_of(colours: Colours) -> QPalette:
    """The `QPalette` of a scheme."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for colour_role, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.base),
        (role.AlternateBase, colours.window),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.danger),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.accent_text),
        (role.LinkVisited, colours.accent_text),
        (role.Light, colours.raised),
        (role.Midlight, colours.divider),
        (role.Mid, colours.border),
        (role.Dark, colours.control_border),
        (role.Shadow, QColor("black")),
    ):
        palette.setColor(colour_role, colour)
    for colour_role in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        palette.setColor(group.Disabled, colour_role, colours.disabled)
    palette.setColor(group.Disabled, role.Highlight, colours.border)
    palette.setColor(group.Disabled, role.HighlightedText, colours.muted)
    return palette


class Theme(QObject):
    """Gives the application its style, palette and stylesheet, and keeps them in step with the system."""

    changed = Signal(bool)
    """The palette is another one now; the argument says whether it is the dark one."""

    def __init__(self, application: QApplication, scheme: Scheme | str = Scheme.SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._scheme = Scheme(scheme)
        self._dark: bool | None = None
        # Fusion is the same on every system; the native styles ignore parts of a palette.
        application.setStyle(QStyleFactory.create("Fusion"))
        application.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._apply()

    @property
    def scheme(self) -> Scheme:
        """What was asked for: a scheme, or to follow the system."""
        return self._scheme

    @property
    def dark(self) -> bool:
        """Whether the dark palette is shown now."""
        return bool(self._dark)

    def set_scheme(self, scheme: Scheme | str) -> None:
        """Show this scheme from now on, at once."""
        self._scheme = Scheme(scheme)
        self._apply()

    def _on_system_scheme_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        hints = self._application.styleHints()
        # So that title bars and the system's own dialogs go along where the platform can.
        if self._scheme is Scheme.SYSTEM:
            hints.unsetColorScheme()
            dark = hints.colorScheme() is Qt.ColorScheme.Dark
        else:
            dark = self._scheme is Scheme.DARK
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        if dark is self._dark:
            return
        self._dark = dark
        colours = DARK if dark else LIGHT
        self._application.setPalette(palette_of(colours))
        self._application.setStyleSheet(
            stylesheet({field.name: getattr(colours, field.name).name() for field in fields(colours)})
        )
        self.changed.emit(dark)
