"""The order in which Tab goes through widgets that come and go."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtWidgets import QWidget


def order_tabs(stops: Iterable[QWidget]) -> None:
    """Let Tab go through these in their order.

    Qt's chain is torn by widgets that hand the focus on, so that those that they hand it to are chained.
    """
    for first, second in pairwise(map(focus_taker, stops)):
        QWidget.setTabOrder(first, second)


def focus_taker(widget: QWidget) -> QWidget:
    """The widget itself, or the one that it hands the focus on to."""
    while (proxy := widget.focusProxy()) is not None:
        widget = proxy
    return widget
