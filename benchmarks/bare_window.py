"""A Python process that shows an empty Qt window, tells on stdout how long that took, and ends.

python -m benchmarks.bare_window NANOSECONDS      the clock (`time.time_ns`) when the process was started
"""

import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget


class _Window(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        QTimer.singleShot(0, self, self._painted)

    def _painted(self) -> None:
        print((time.time_ns() - int(sys.argv[1])) / 1e6)
        QApplication.quit()


if __name__ == "__main__":
    application = QApplication([])
    window = _Window()
    window.resize(1280, 800)
    window.show()
    application.exec()
