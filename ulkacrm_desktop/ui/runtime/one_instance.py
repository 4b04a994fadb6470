"""One window a database: a second start brings the first to the front and ends."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCryptographicHash, QLockFile, QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS: Final = 2_000
_LIMIT: Final = 64 * 1024


class OneInstance(QObject):
    """Holds a database for this process, and hears of later starts on the same one.

    The lock lies in the user's temporary folder, not beside the database, which may be on a disk that cannot
    be written or lock; a lock left by a program that has crashed is taken over.
    """

    called = Signal(str)
    """Another start on the same database has ended in favour of this one; with the file it was to import, or ''."""

    def __init__(self, location: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        name = f"ulkacrm-{_user()}-{_digest(_identity(location))[:24]}"
        self._name = name
        self._lock = QLockFile(str(Path(tempfile.gettempdir()) / f"{name}.lock"))
        # Only the process, not the clock, tells whether a lock is stale: a window may be open for weeks.
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None

    def acquire(self) -> bool:
        """Take the database for this process; False where another process has it."""
        return self._lock.tryLock(0)

    def listen(self) -> None:
        """Hear of later starts from now on; may wait until the window is painted."""
        from PySide6.QtNetwork import QLocalServer  # loaded after the first paint

        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # We hold the lock, so a socket of this name can only be what a crash has left.
        QLocalServer.removeServer(self._name)
        if server.listen(self._name):
            server.newConnection.connect(self._on_connection)
            self._server = server
        else:
            server.deleteLater()

    def call_first(self, message: str = "") -> bool:
        """Ask the process that has the database to come to the front; False where it does not answer."""
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(message.encode() + b"\n")
        answered = socket.waitForBytesWritten(_WAIT_MS) and socket.waitForReadyRead(_WAIT_MS)
        socket.disconnectFromServer()
        return answered

    def release(self) -> None:
        """Let the database go."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _on_connection(self) -> None:
        server = self._server
        while server is not None and (socket := server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(_reader(socket, self.called.emit))
            if socket.bytesAvailable():
                socket.readyRead.emit()


def _reader(socket: QLocalSocket, told: Callable[[str], object]) -> Callable[[], None]:
    def read() -> None:
        if socket.canReadLine():
            line = bytes(socket.readLine(_LIMIT).data()).decode(errors="replace").rstrip("\n")
            socket.write(b"ok\n")
            socket.flush()
            told(line)
        elif socket.bytesAvailable() > _LIMIT:
            socket.abort()

    return read


def _user() -> str:
    return _digest(str(Path.home()))[:8]


def _digest(text: str) -> str:
    # Qt's, since Python's would first have to load a library that nothing else needs before the window is seen.
    return bytes(QCryptographicHash.hash(text.encode(), QCryptographicHash.Algorithm.Sha256).toHex().data()).decode()


def _identity(location: str) -> str:
    """One text for one database, however its path was written."""
    if "://" in location:
        return location
    return str(Path(location).resolve())
