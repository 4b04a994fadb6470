"""How the cells of a list are drawn; each kind of column has its delegate."""

from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from ulkacrm_desktop.ui.painting import paint_avatar, paint_chips, paint_skeleton, paint_text, paint_tick
from ulkacrm_desktop.ui.tables.asked_model import AskedModel
from ulkacrm_desktop.ui.tables.rows import CellKind, Detail, Role
from ulkacrm_desktop.ui.theme import GRID, HALF, ROW_HEIGHT, TextSize, colours_of, font

Index = QModelIndex | QPersistentModelIndex
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def row_height(metrics: QFontMetrics) -> int:
    """The height of every row: room for a line and a smaller one below it, so that no row ever grows."""
    return max(ROW_HEIGHT, metrics.height() + QFontMetrics(font(TextSize.CAPTION)).height() + HALF)


class TextDelegate(QStyledItemDelegate):
    """Text with matches and, where there is one, a dim second line; the ground of the row for all kinds.

    The row under the pointer comes from the view's ``hovered_row``; the view needs not be ours.
    """

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_ground(painter, option, index)
        content = option.rect.adjusted(GRID, 0, -GRID, -1)
        if index.data(Role.LOADING):
            seed = index.row() * 7 + index.column() * 3
            self.paint_placeholder(painter, content, seed, option)
        else:
            painter.setFont(option.font)
            self.paint_content(painter, content, option, index)

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The ground of the row, its dividing line, and the ring of a cell that F2 would edit."""
        colours = colours_of(option.palette)
        view = option.widget
        current = view.currentIndex() if hasattr(view, "currentIndex") else QModelIndex()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colours.selected)
        elif getattr(view, "hovered_row", -1) == index.row():
            painter.fillRect(option.rect, colours.hover)
        painter.setPen(colours.divider)
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        ringed = current == index and view is not None and view.hasFocus()
        if ringed and index.flags() & Qt.ItemFlag.ItemIsEditable:
            painter.setPen(QPen(colours.accent, 1))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def paint_placeholder(self, painter: QPainter, rect: QRect, seed: int, option: QStyleOptionViewItem) -> None:
        """What stands in the cell while its row is on its way."""
        paint_skeleton(painter, rect, seed, option.palette)

    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        """The content of a cell in the rectangle that is left inside its margins."""
        text = index.data(Qt.ItemDataRole.DisplayRole)
        colours = colours_of(option.palette)
        detail = index.data(Role.DETAIL)
        matches = index.data(Role.MATCHES) or ()
        if isinstance(detail, Detail):
            small = font(TextSize.CAPTION)
            upper_height, lower_height = painter.fontMetrics().height(), QFontMetrics(small).height()
            top = rect.top() + (rect.height() - upper_height - lower_height) // 2
            upper = QRect(rect.left(), top, rect.width(), upper_height)
            lower = QRect(rect.left(), top + upper_height, rect.width(), lower_height)
            paint_text(painter, upper, str(text or ""), colours.text, _LEFT, matches, colours.match)
            painter.setFont(small)
            paint_text(painter, lower, detail.text, colours.muted, _LEFT, detail.matches, colours.match)
            return
        alignment = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole) or _LEFT)
        paint_text(painter, rect, str(text or ""), colours.text, alignment, matches, colours.match)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        return QSize(option.fontMetrics.horizontalAdvance(text) + 2 * GRID + HALF, row_height(option.fontMetrics))

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("cell_editor")
        title = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        editor.setAccessibleName(str(title or ""))
        editor.setProperty("cell", True)
        model = index.model()
        if isinstance(model, AskedModel):
            # Not when the view closes it: by then the view has done with the model's present rows.
            model.hold()
            editor.destroyed.connect(model.release)
        return editor

    @override
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Asked again whenever the row is read again: what is typed, and the cursor in it, stay.
        if isinstance(editor, QLineEdit) and not editor.isModified():
            text = str(index.data(Qt.ItemDataRole.EditRole) or "")
            if text != editor.text():
                editor.setText(text)
                editor.selectAll()

    @override
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text().strip(), Qt.ItemDataRole.EditRole)

    @override
    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect.adjusted(0, 0, 0, -1))


class PersonDelegate(TextDelegate):
    """Text beside the initials of a person."""

    _GAP: Final = GRID

    @override
    def paint_placeholder(self, painter: QPainter, rect: QRect, seed: int, option: QStyleOptionViewItem) -> None:
        circle = self._circle(rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours_of(option.palette).skeleton)
        painter.drawEllipse(circle)
        painter.restore()
        paint_skeleton(painter, self._beside(rect), seed, option.palette)

    @override
    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        name = str(index.data(Role.AVATAR) or "")
        paint_avatar(painter, self._circle(rect), name, option.palette, option.font)
        super().paint_content(painter, self._beside(rect), option, index)

    def _circle(self, rect: QRect) -> QRectF:
        side = min(3 * GRID, rect.height() - HALF)
        return QRectF(rect.left(), rect.top() + (rect.height() - side) / 2, side, side)

    def _beside(self, rect: QRect) -> QRect:
        return rect.adjusted(int(self._circle(rect).width()) + self._GAP, 0, 0, 0)


class ChipsDelegate(TextDelegate):
    """Tags in their colours."""

    @override
    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        chips = index.data(Role.CHIPS) or ()
        painter.setFont(font(TextSize.CAPTION))
        paint_chips(painter, rect, [(chip.text, chip.colour) for chip in chips], option.palette)


class WhenDelegate(TextDelegate):
    """A moment in words, dim."""

    @override
    def paint_content(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        alignment = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole) or _LEFT)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        paint_text(painter, rect, text, colours_of(option.palette).muted, alignment)


class TickDelegate(TextDelegate):
    """The box that ticks a row."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.paint_ground(painter, option, index)
        state = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole) or Qt.CheckState.Unchecked)
        hovered = getattr(option.widget, "hovered_row", -1) == index.row()
        paint_tick(painter, QPointF(QRectF(option.rect).center()), state, option.palette, hovered=hovered)


def delegate_for(kind: CellKind, parent: Any) -> TextDelegate:
    """A new delegate that draws cells of this kind."""
    delegates: dict[CellKind, type[TextDelegate]] = {
        CellKind.TEXT: TextDelegate,
        CellKind.PERSON: PersonDelegate,
        CellKind.CHIPS: ChipsDelegate,
        CellKind.WHEN: WhenDelegate,
    }
    return delegates[kind](parent)
