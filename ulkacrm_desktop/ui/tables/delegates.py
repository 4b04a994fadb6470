"""How the cells of a list are drawn; each kind of column has its delegate."""

from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from ulkacrm_desktop.ui.painting import around_match, chip_width, paint_avatar, paint_chips, paint_skeleton, paint_text
from ulkacrm_desktop.ui.tables.asked_model import AskedModel
from ulkacrm_desktop.ui.tables.paged_model import Read
from ulkacrm_desktop.ui.tables.rows import CellKind, Detail, Role
from ulkacrm_desktop.ui.theme import GRID, HALF, ROW_HEIGHT, Colours, TextSize, colours_of, font

Index = QModelIndex | QPersistentModelIndex
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def row_height(metrics: QFontMetrics) -> int:
    """The height of every row: room for a line and a smaller one below it, so that no row ever grows."""
    return max(ROW_HEIGHT, metrics.height() + QFontMetrics(font(TextSize.CAPTION)).height() + HALF)


def two_lines(rect: QRect, upper_height: int, lower_height: int) -> tuple[QRect, QRect]:
    """Places for a line and one below it, together in the middle of a rectangle."""
    top = rect.top() + (rect.height() - upper_height - lower_height) // 2
    upper = QRect(rect.left(), top, rect.width(), upper_height)
    return upper, QRect(rect.left(), top + upper_height, rect.width(), lower_height)


@dataclass(frozen=True, slots=True)
class Look:
    """What the cells of one drawing share; looked up once, since a list draws hundreds of cells at a time."""

    palette: QPalette
    colours: Colours
    font: QFont
    small: QFont

    @classmethod
    def of(cls, option: QStyleOptionViewItem) -> "Look":
        """The look of the view that an option is of."""
        return cls(option.palette, colours_of(option.palette), option.font, font(TextSize.CAPTION))


def paint_ground(painter: QPainter, rect: QRect, colours: Colours, *, selected: bool, hovered: bool) -> None:
    """The ground of a row or of a part of it, and the line below."""
    if selected:
        painter.fillRect(rect, colours.selected)
    elif hovered:
        painter.fillRect(rect, colours.hover)
    painter.setPen(colours.divider)
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())


class TextDelegate(QStyledItemDelegate):
    """Text with matches and, where there is one, a dim second line.

    `PagedTableView` draws a row's ground itself and calls `paint_cell`; any other view is served by `paint`.
    """

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = Look.of(option)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        paint_ground(painter, option.rect, look.colours, selected=selected, hovered=False)
        self.paint_cell(painter, option.rect, index.data, look, index.row() * 7 + index.column() * 3)

    def paint_cell(self, painter: QPainter, rect: QRect, read: Read, look: Look, seed: int) -> None:
        """The cell in its rectangle; ``seed`` makes the placeholder of a row that is on its way."""
        content = rect.adjusted(GRID, 0, -GRID, -1)
        if read(Role.LOADING):
            self.paint_placeholder(painter, content, seed, look)
        else:
            painter.setFont(look.font)
            self.paint_content(painter, content, read, look)

    def paint_placeholder(self, painter: QPainter, rect: QRect, seed: int, look: Look) -> None:
        """What stands in the cell while its row is on its way."""
        paint_skeleton(painter, rect, seed, look.palette)

    def paint_content(self, painter: QPainter, rect: QRect, read: Read, look: Look) -> None:
        """The content of a cell in the rectangle that is left inside its margins."""
        text = str(read(Qt.ItemDataRole.DisplayRole) or "")
        colours = look.colours
        detail = read(Role.DETAIL)
        matches = read(Role.MATCHES) or ()
        if isinstance(detail, Detail):
            upper, lower = two_lines(rect, painter.fontMetrics().height(), QFontMetrics(look.small).height())
            paint_text(painter, upper, text, colours.text, _LEFT, matches, colours.match)
            painter.setFont(look.small)
            told, found = around_match(painter.fontMetrics(), detail.text, detail.matches, lower.width())
            paint_text(painter, lower, told, colours.muted, _LEFT, found, colours.match, colours.text)
        else:
            alignment = read(Qt.ItemDataRole.TextAlignmentRole) or _LEFT
            paint_text(painter, rect, text, colours.text, alignment, matches, colours.match)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.cell_width(index.data, Look.of(option)), row_height(option.fontMetrics))

    def cell_width(self, read: Read, look: Look) -> int:
        """The width at which nothing of a cell is cut off; a second line may be."""
        return self.content_width(read, look) + 2 * GRID + HALF

    def content_width(self, read: Read, look: Look) -> int:
        """The width of the content inside the margins."""
        return QFontMetrics(look.font).horizontalAdvance(str(read(Qt.ItemDataRole.DisplayRole) or ""))

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
    def paint_placeholder(self, painter: QPainter, rect: QRect, seed: int, look: Look) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colours.skeleton)
        painter.drawEllipse(self._circle(rect))
        painter.restore()
        super().paint_placeholder(painter, self._beside(rect), seed, look)

    @override
    def paint_content(self, painter: QPainter, rect: QRect, read: Read, look: Look) -> None:
        paint_avatar(painter, self._circle(rect), str(read(Role.AVATAR) or ""), look.palette, look.font)
        super().paint_content(painter, self._beside(rect), read, look)

    @override
    def content_width(self, read: Read, look: Look) -> int:
        return super().content_width(read, look) + 3 * GRID + self._GAP

    def _circle(self, rect: QRect) -> QRectF:
        side = min(3 * GRID, rect.height() - HALF)
        return QRectF(rect.left(), rect.top() + (rect.height() - side) / 2, side, side)

    def _beside(self, rect: QRect) -> QRect:
        return rect.adjusted(int(self._circle(rect).width()) + self._GAP, 0, 0, 0)


class ChipsDelegate(TextDelegate):
    """Tags in their colours."""

    @override
    def paint_content(self, painter: QPainter, rect: QRect, read: Read, look: Look) -> None:
        painter.setFont(look.small)
        paint_chips(painter, rect, [(chip.text, chip.colour) for chip in read(Role.CHIPS) or ()], look.palette)

    @override
    def content_width(self, read: Read, look: Look) -> int:
        metrics = QFontMetrics(look.small)
        return sum(chip_width(metrics, chip.text) + HALF for chip in read(Role.CHIPS) or ())


class WhenDelegate(TextDelegate):
    """A moment in words, dim."""

    @override
    def paint_content(self, painter: QPainter, rect: QRect, read: Read, look: Look) -> None:
        alignment = read(Qt.ItemDataRole.TextAlignmentRole) or _LEFT
        paint_text(painter, rect, str(read(Qt.ItemDataRole.DisplayRole) or ""), look.colours.muted, alignment)


def delegate_for(kind: CellKind, parent: Any) -> TextDelegate:
    """A new delegate that draws cells of this kind."""
    delegates: dict[CellKind, type[TextDelegate]] = {
        CellKind.TEXT: TextDelegate,
        CellKind.PERSON: PersonDelegate,
        CellKind.CHIPS: ChipsDelegate,
        CellKind.WHEN: WhenDelegate,
    }
    return delegates[kind](parent)
