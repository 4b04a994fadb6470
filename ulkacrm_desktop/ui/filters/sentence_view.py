"""Criteria as a sentence of chips: reads aloud, and a click on a chip leads to its condition."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from ulkacrm_desktop.core.criteria import Criteria
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.criteria.fields import CriteriaFields
from ulkacrm_desktop.ui.forms.values import shown_value
from ulkacrm_desktop.ui.labels.criteria_sentence import Token, TokenKind, sentence, sentence_tokens
from ulkacrm_desktop.ui.theme import GRID, HALF
from ulkacrm_desktop.ui.widgets.flow_layout import FlowLayout

_LONGEST = 60 * GRID
_CHIP_HEIGHT = 22


class SentenceView(QWidget):
    """Shows one tree; without conditions it says that everybody is meant."""

    clause_clicked = Signal(int)
    """The place of a clause among `core.criteria.clauses`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sentence")
        self._layout = FlowLayout(self, spacing=HALF)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._shown: tuple[Token, ...] | None = None

    def show_tree(self, tree: Criteria | None, fields: CriteriaFields) -> None:
        """Tell this tree."""
        if tree is None:
            tokens: tuple[Token, ...] = (Token(TokenKind.JOINER, _("All contacts")),)
            text = _("All contacts")
        else:
            tokens = sentence_tokens(tree, fields, shown=shown_value)
            text = sentence(tree, fields, shown=shown_value)
        if tokens == self._shown:
            return
        self._shown = tokens
        self.setAccessibleName(text)
        self._clear()
        for widget in map(self._widget, _merged(tokens)):
            self._layout.addWidget(widget)
            widget.show()
        self.updateGeometry()

    @property
    def text(self) -> str:
        """The sentence."""
        return self.accessibleName()

    def _clear(self) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _widget(self, token: Token) -> QWidget:
        if token.kind is not TokenKind.CLAUSE:
            label = QLabel(token.text, self)
            label.setMinimumHeight(_CHIP_HEIGHT)
            if token.kind is TokenKind.JOINER:
                label.setProperty("tone", "muted")
            return label
        chip = QPushButton(self)
        metrics = chip.fontMetrics()
        chip.setText(metrics.elidedText(token.text, Qt.TextElideMode.ElideRight, _LONGEST).replace("&", "&&"))
        chip.setToolTip(token.text if metrics.horizontalAdvance(token.text) > _LONGEST else "")
        chip.setAccessibleName(token.text)
        chip.setObjectName("phrase")
        chip.setProperty("kind", "phrase")
        chip.setAutoDefault(False)
        chip.clicked.connect(lambda: self.clause_clicked.emit(token.clause))
        return chip


def _merged(tokens: Iterable[Token]) -> list[Token]:
    """Words between two conditions as one piece, so that "and not (" does not break at odd places."""
    merged: list[Token] = []
    for token in tokens:
        last = merged[-1] if merged else None
        if last is not None and TokenKind.CLAUSE not in (last.kind, token.kind):
            gap = "" if last.text.endswith("(") or token.text == ")" else " "
            merged[-1] = Token(TokenKind.JOINER, f"{last.text}{gap}{token.text}")
        else:
            merged.append(token)
    return merged


def shown_criteria(tree: Criteria, fields: CriteriaFields) -> str:
    """A tree in one line of words, with dates and numbers as the locale writes them."""
    return sentence(tree, fields, shown=shown_value)
