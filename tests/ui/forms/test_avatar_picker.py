"""Choosing and cropping a picture."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QSlider
from pytestqt.qtbot import QtBot

from ulkacrm_desktop.ui.forms.avatar_picker import BYTES, SIDE, AvatarPicker, CropDialog, picture_bytes, read_picture


def halves(width: int, height: int) -> QImage:
    """A picture whose left half is red and whose right half is blue."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    for x in range(width):
        for y in range(height):
            image.setPixelColor(x, y, QColor("red" if x < width // 2 else "blue"))
    return image


def test_a_picture_of_noise_fits_the_limit() -> None:
    import os

    noise = QImage(os.urandom(SIDE * SIDE * 4), SIDE, SIDE, SIDE * 4, QImage.Format.Format_ARGB32)
    data = picture_bytes(noise)
    assert len(data) <= BYTES
    assert QImage.fromData(data).size() == noise.size()


def test_a_large_picture_is_scaled_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    image = QImage(6000, 3000, QImage.Format.Format_RGB32)
    image.fill(QColor("green"))
    assert image.save(str(path))
    read = read_picture(path)
    assert read is not None
    assert (read.width(), read.height()) == (2048, 1024)


def test_cropping_by_mouse_keys_and_slider(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "halves.png"
    assert halves(200, 100).save(str(path))
    picker = AvatarPicker()
    qtbot.addWidget(picker)
    picker.show()
    picker.take_file(path)
    dialog = picker.findChild(CropDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.area.source().getRect() == (50, 0, 100, 100)
    # To the left as far as it goes: all red.
    for _ in range(30):
        QTest.keyClick(dialog.area, Qt.Key.Key_Left)
    assert dialog.area.source().left() == 0
    # Dragging the picture to the left shows what lies further right.
    QTest.mousePress(dialog.area, Qt.MouseButton.LeftButton, pos=QPoint(150, 100))
    QTest.mouseMove(dialog.area, QPoint(120, 100))
    QTest.mouseRelease(dialog.area, Qt.MouseButton.LeftButton, pos=QPoint(120, 100))
    assert dialog.area.source().left() > 0
    for _ in range(30):
        QTest.keyClick(dialog.area, Qt.Key.Key_Left)
    QTest.keyClick(dialog.area, Qt.Key.Key_Plus)
    slider = dialog.findChild(QSlider, "zoom")
    assert slider is not None
    assert slider.value() == 120
    with qtbot.waitSignal(picker.changed):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    image = picker.image()
    assert image is not None
    assert picker.is_changed
    kept = QImage.fromData(image)
    assert (kept.width(), kept.height()) == (SIDE, SIDE)
    assert kept.pixelColor(10, 10) == QColor("red")


def test_removing_and_refusing(qtbot: QtBot, tmp_path: Path) -> None:
    picker = AvatarPicker()
    qtbot.addWidget(picker)
    picker.show()
    given = picture_bytes(halves(20, 20))
    picker.set_image(given)
    assert not picker.is_changed
    remove = picker.findChild(QPushButton, "remove_picture")
    assert remove is not None
    QTest.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert picker.image() is None
    assert picker.is_changed
    text = tmp_path / "letter.png"
    text.write_text("no picture")
    with qtbot.waitSignal(picker.refused) as refused:
        picker.take_file(text)
    assert refused.args == ["letter.png is no picture that can be read."]
