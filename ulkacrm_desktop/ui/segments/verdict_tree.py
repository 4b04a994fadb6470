"""Why a contact fits criteria or not: each condition with its verdict and the contact's own value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget
from typing_extensions import override

from ulkacrm_desktop.core.criteria import All, Clause, Criteria, Not
from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.services.criteria.explainer import Verdict
from ulkacrm_desktop.services.criteria.facts import Fact
from ulkacrm_desktop.services.criteria.fields import Choice, CriteriaField, CriteriaFields
from ulkacrm_desktop.ui.forms.values import shown_value
from ulkacrm_desktop.ui.icons import icon
from ulkacrm_desktop.ui.labels.criteria_names import choice_name, criteria_field_name
from ulkacrm_desktop.ui.labels.criteria_sentence import clause_phrase
from ulkacrm_desktop.ui.theme import colours_of, font
from ulkacrm_desktop.ui.widgets.relative_time import exact_time

_HOLDS: Final = Qt.ItemDataRole.UserRole
_ROW: Final = 30


class VerdictTree(QTreeWidget):
    """Two columns: the condition, with a check or a cross; and what the contact has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verdicts")
        self.setAccessibleName(_("Conditions and what the contact has"))
        self.setColumnCount(2)
        self.setHeaderLabels([_("Condition"), _("The contact has")])
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(24)
        self.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        header = self.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionsMovable(False)

    @override
    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        # Nothing folds here, so no signs for it.
        return

    def show_verdict(self, verdict: Verdict, fields: CriteriaFields) -> None:
        """Show this verdict with all its parts."""
        self.clear()
        # A list of conditions that must all hold reads best without a line of its own above.
        parts = verdict.parts if isinstance(verdict.criteria, All) and verdict.parts else (verdict,)
        for part in parts:
            self.addTopLevelItem(self._item(part, fields))
        self.expandAll()

    def _item(self, verdict: Verdict, fields: CriteriaFields) -> QTreeWidgetItem:
        node, own = verdict.criteria, verdict
        if isinstance(node, Not) and isinstance(node.part, Clause):
            own = verdict.parts[0]
        item = QTreeWidgetItem([_told(node, fields), _values(own, fields)])
        item.setSizeHint(0, QSize(0, _ROW))
        sign = icon("circle-check", "success") if verdict.holds else icon("circle-x", "danger")
        item.setIcon(0, QIcon(sign.pixmap(16, 16)))
        item.setData(0, _HOLDS, verdict.holds)
        item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, _("holds") if verdict.holds else _("does not hold"))
        item.setToolTip(0, item.text(0))
        item.setToolTip(1, item.text(1))
        if not isinstance(own.criteria, Clause):
            item.setFont(0, font(bold=True))
            for part in _parts(verdict):
                item.addChild(self._item(part, fields))
        else:
            item.setForeground(1, colours_of(self.palette()).muted)
        return item


def _parts(verdict: Verdict) -> Iterator[Verdict]:
    """The parts of a group; those of a group that is turned round stand one deeper."""
    if isinstance(verdict.criteria, Not):
        for part in verdict.parts:
            yield from part.parts or (part,)
    else:
        yield from verdict.parts


def _told(node: Criteria, fields: CriteriaFields) -> str:
    if isinstance(node, Clause):
        text = clause_phrase(node, fields, shown=shown_value)
    elif isinstance(node, Not) and isinstance(node.part, Clause):
        text = clause_phrase(node.part, fields, negated=True, shown=shown_value)
    elif isinstance(node, Not):
        return _("Not all of these hold") if isinstance(node.part, All) else _("None of these holds")
    else:
        return _("All of these hold") if isinstance(node, All) else _("Any of these holds")
    return text[:1].upper() + text[1:]


def _values(verdict: Verdict, fields: CriteriaFields) -> str:
    node = verdict.criteria
    if not isinstance(node, Clause) or node.field not in fields:
        return ""
    field = fields[node.field]
    name = criteria_field_name(field)
    if not verdict.values:
        return _("{field}: nothing").format(field=name)
    told = [_value(value, field) for value in verdict.values]
    return _("{field}: {values}").format(field=name, values=", ".join(told))


def _value(value: Fact, field: CriteriaField) -> str:
    if isinstance(value, datetime):
        return exact_time(value)
    return choice_name(field, value.value) if isinstance(value, Choice) else shown_value(value)
