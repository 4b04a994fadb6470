"""The keys with Alt by which what is visible in a window is reached."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QGroupBox, QLabel, QTabBar, QWidget


def collisions(window: QWidget, text_of: Callable[[str], str] = lambda text: text) -> list[str]:
    """The letters that reach more than one thing in a window, with the texts that have them.

    ``text_of`` is given each text, to tell it in another language.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for text in map(text_of, _texts(window)):
        key = QKeySequence.mnemonic(text).toString()
        if key:
            found[key].add(text)
    return [f"{key}: {', '.join(sorted(texts))}" for key, texts in sorted(found.items()) if len(texts) > 1]


def _texts(window: QWidget) -> Iterator[str]:
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window:
            continue
        if isinstance(widget, QLabel):
            buddy = widget.buddy()
            if buddy is not None and buddy.isVisible():
                yield widget.text()
        elif isinstance(widget, QAbstractButton):
            yield widget.text()
        elif isinstance(widget, QGroupBox):
            yield widget.title()
        elif isinstance(widget, QTabBar):
            yield from (widget.tabText(place) for place in range(widget.count()))
