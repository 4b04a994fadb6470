"""Choosing a picture of a contact: from a file, by drop or paste, cropped to a square of 256 pixels."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QImageReader,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QShortcut,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ulkacrm_desktop.core.i18n import _
from ulkacrm_desktop.ui.icons import IconRole, icon
from ulkacrm_desktop.ui.theme import GRID, colours_of
from ulkacrm_desktop.ui.widgets.avatar import Avatar

SIDE: Final = 256
"""The side of a kept picture, in pixels."""

BYTES: Final = 512 * 1024
"""The largest picture that is kept."""

_DECODED_SIDE: Final = 2_048
_MAX_ZOOM: Final = 8.0


def picture_bytes(image: QImage) -> bytes:
    """A square picture of `SIDE` pixels as PNG; without its transparency where it would not fit into `BYTES`."""
    scaled = image.scaled(SIDE, SIDE, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    data = _png(scaled.convertToFormat(QImage.Format.Format_ARGB32))
    return data if len(data) <= BYTES else _png(scaled.convertToFormat(QImage.Format.Format_RGB32))


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


def avatar_pixmap(image: bytes | None) -> QPixmap | None:
    """The picture of a contact as it is stored, for `widgets.avatar.Avatar`; None for none."""
    pixmap = QPixmap()
    return pixmap if image and pixmap.loadFromData(image) else None


def read_picture(path: Path) -> QImage | None:
    """The picture of a file, upright and at most `_DECODED_SIDE` wide; None where it is none."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > _DECODED_SIDE:
        # Scaled while it is read, so that a photograph of a hundred megapixels costs no memory.
        reader.setScaledSize(size.scaled(_DECODED_SIDE, _DECODED_SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


class AvatarPicker(QWidget):
    """Shows the picture or the initials, and lets the user choose another picture or none.

    ``changed`` tells that the choice is another one; ``image()`` is what is to be kept. A file that is no
    picture is told by ``refused``.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("avatar")
        self.setAcceptDrops(True)
        self._image: bytes | None = None
        self._given: bytes | None = None
        self.face = Avatar(9 * GRID, self)
        self._name = ""
        self.choose = QPushButton(_("Choose picture…"))
        self.choose.setObjectName("choose_picture")
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._on_choose)
        self.remove = QPushButton(_("Remove"))
        self.remove.setObjectName("remove_picture")
        self.remove.setProperty("kind", "ghost")
        self.remove.setAutoDefault(False)
        self.remove.setAccessibleName(_("Remove the picture"))
        self.remove.clicked.connect(lambda: self._take(None))
        hint = QLabel(_("Or drop a picture here."))
        hint.setProperty("tone", "muted")
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self.choose)
        buttons.addWidget(self.remove)
        buttons.addStretch()
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addLayout(buttons)
        words.addWidget(hint)
        words.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.face)
        layout.addLayout(words, 1)
        QShortcut(QKeySequence.StandardKey.Paste, self.choose, self._on_paste).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )
        self._show()

    def image(self) -> bytes | None:
        """The picture as PNG or as it was given; None for none."""
        return self._image

    @property
    def is_changed(self) -> bool:
        """Whether another picture than the given one was chosen."""
        return self._image != self._given

    def set_image(self, image: bytes | None) -> None:
        """Show the picture that the contact has."""
        self._image = self._given = image
        self._show()

    def set_name(self, name: str) -> None:
        """The name whose initials stand where there is no picture."""
        self._name = name
        self._show()

    def take_file(self, path: Path) -> None:
        """Let the user crop the picture of a file."""
        image = read_picture(path)
        if image is None:
            self.refused.emit(_("{file} is no picture that can be read.").format(file=path.name))
            return
        self._crop(image)

    def _show(self) -> None:
        self.face.show_person(self._name, avatar_pixmap(self._image))
        self.remove.setVisible(self._image is not None)

    def _take(self, image: bytes | None) -> None:
        self._image = image
        self._show()
        if image is None:
            self.choose.setFocus()
        self.changed.emit()

    def _crop(self, image: QImage) -> None:
        dialog = CropDialog(image, self.window())
        dialog.accepted.connect(lambda: self._take(picture_bytes(dialog.cropped())))
        dialog.open()

    def _on_choose(self) -> None:
        patterns = " ".join(f"*.{bytes(kind.data()).decode()}" for kind in QImageReader.supportedImageFormats())
        dialog = QFileDialog(self.window(), _("Choose a picture"), "", _("Pictures") + f" ({patterns})")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    def _on_paste(self) -> None:
        image = QApplication.clipboard().image()
        if not image.isNull():
            self._crop(image)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if mime.hasImage() or any(url.isLocalFile() for url in mime.urls()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.take_file(files[0])
        elif event.mimeData().hasImage():
            self._crop(QImage(event.mimeData().imageData()))
        event.acceptProposedAction()


class CropDialog(QDialog):
    """Moves and enlarges a picture under a circle; what the square around the circle holds is taken."""

    def __init__(self, image: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("crop_picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Crop the picture"))
        self.area = CropArea(image)
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setObjectName("zoom")
        self.zoom.setAccessibleName(_("Zoom"))
        self.zoom.setRange(100, int(_MAX_ZOOM * 100))
        self.zoom.setPageStep(50)
        self.zoom.valueChanged.connect(lambda percent: self.area.set_zoom(percent / 100))
        self.area.zoomed.connect(lambda factor: self.zoom.setValue(round(factor * 100)))
        smaller, larger = QLabel(), QLabel()
        smaller.setPixmap(icon("image", IconRole.MUTED).pixmap(QSize(12, 12)))
        larger.setPixmap(icon("image", IconRole.MUTED).pixmap(QSize(20, 20)))
        hint = QLabel(_("Drag the picture, or move it with the arrow keys; + and − change its size."))
        hint.setProperty("tone", "muted")
        hint.setWordWrap(True)
        use = QPushButton(_("Use picture"))
        use.setObjectName("use_picture")
        use.setProperty("kind", "primary")
        use.setDefault(True)
        use.clicked.connect(self.accept)
        cancel = QPushButton(_("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(use)
        sizes = QHBoxLayout()
        sizes.setSpacing(GRID)
        sizes.addWidget(smaller)
        sizes.addWidget(self.zoom, 1)
        sizes.addWidget(larger)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.area, 1)
        layout.addLayout(sizes)
        layout.addWidget(hint)
        layout.addLayout(buttons)
        self.area.setFocus()

    def cropped(self) -> QImage:
        """The chosen square of the picture."""
        return self.area.cropped()


class CropArea(QWidget):
    """The picture under the circle; ``zoom`` 1 is the size at which its shorter side fits the circle."""

    zoomed = Signal(float)

    def __init__(self, image: QImage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = image
        self._zoom = 1.0
        self._centre = QPointF(image.width() / 2, image.height() / 2)
        self._grabbed: QPointF | None = None
        self.setMinimumSize(40 * GRID, 40 * GRID)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("The picture, moved by the arrow keys"))
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def source(self) -> QRectF:
        """The chosen square, in pixels of the picture."""
        side = min(self._image.width(), self._image.height()) / self._zoom
        return QRectF(self._centre.x() - side / 2, self._centre.y() - side / 2, side, side)

    def cropped(self) -> QImage:
        """The chosen square as a picture of its own."""
        result = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        source = self.source().toRect().intersected(self._image.rect())
        piece = self._image.copy(source).scaled(
            SIDE, SIDE, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(0, 0, piece)
        painter.end()
        return result

    def set_zoom(self, zoom: float) -> None:
        """Enlarge the picture, its middle staying where it is."""
        zoom = min(max(zoom, 1.0), _MAX_ZOOM)
        if abs(zoom - self._zoom) < 0.001:
            return
        self._zoom = zoom
        self._move(QPointF())
        self.zoomed.emit(zoom)

    def _circle(self) -> QRectF:
        side = min(self.width(), self.height()) - 4 * GRID
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _scale(self) -> float:
        return self._circle().width() / self.source().width()

    def _move(self, by: QPointF) -> None:
        """Move the chosen square, in pixels of the picture, never beyond the picture's edge."""
        half = self.source().width() / 2
        x = min(max(self._centre.x() + by.x(), half), self._image.width() - half)
        y = min(max(self._centre.y() + by.y(), half), self._image.height() - half)
        self._centre = QPointF(x, y)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colours = colours_of(self.palette())
        painter.fillRect(self.rect(), colours.window)
        circle, source, scale = self._circle(), self.source(), self._scale()
        target = QRectF(
            circle.left() - source.left() * scale,
            circle.top() - source.top() * scale,
            self._image.width() * scale,
            self._image.height() * scale,
        )
        painter.drawImage(target, self._image)
        veil = QPainterPath()
        veil.addRect(QRectF(self.rect()))
        veil.addEllipse(circle)
        shade = QColor(colours.window)
        shade.setAlpha(190)
        painter.fillPath(veil, shade)
        painter.setPen(QPen(colours.accent if self.hasFocus() else colours.control_border, 2))
        painter.drawEllipse(circle)
        painter.end()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._move((self._grabbed - event.position()) / self._scale())
            self._grabbed = event.position()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self.set_zoom(self._zoom * 1.0015 ** event.angleDelta().y())
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = self.source().width() / 20
        moves = {
            Qt.Key.Key_Left: QPointF(-step, 0),
            Qt.Key.Key_Right: QPointF(step, 0),
            Qt.Key.Key_Up: QPointF(0, -step),
            Qt.Key.Key_Down: QPointF(0, step),
        }
        if event.key() in moves:
            self._move(moves[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.set_zoom(self._zoom * 1.2)
        elif event.key() == Qt.Key.Key_Minus:
            self.set_zoom(self._zoom / 1.2)
        else:
            super().keyPressEvent(event)
