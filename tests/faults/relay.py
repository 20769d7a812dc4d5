"""A relay between the program and PostgreSQL that can cut the line at a chosen moment of a transaction."""

from __future__ import annotations

import contextlib
import socket
import threading
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOCKET = ".s.PGSQL.5432"
_COMMIT = b"COMMIT"
_INSERT = b"INSERT"


class Cut(Enum):
    """When the line breaks."""

    NEVER = "never"
    DURING = "while the transaction is under way"
    BEFORE = "before COMMIT reaches the database"
    AFTER = "after COMMIT, before its answer"


class Relay:
    """Passes everything on until it is told to cut; a cut line stays cut, new ones pass."""

    def __init__(self, folder: Path, real: Path) -> None:
        """Listen in ``folder`` for who wants the server whose socket is ``real``."""
        self.cut = Cut.NEVER
        self.cuts = 0
        self._real = real
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / _SOCKET))
        self._listener.listen(50)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no new lines."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(str(self._real))
            except OSError:
                near.close()
                continue
            swallow = threading.Event()
            threading.Thread(target=self._ask, args=(near, far, swallow), daemon=True).start()
            threading.Thread(target=self._answer, args=(near, far, swallow), daemon=True).start()

    def _ask(self, near: socket.socket, far: socket.socket, swallow: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := near.recv(65536):
                if self._cuts(Cut.BEFORE, _COMMIT in data) or self._cuts(Cut.DURING, _INSERT in data):
                    break
                if self._cuts(Cut.AFTER, _COMMIT in data):
                    swallow.set()
                far.sendall(data)
                if swallow.is_set():
                    return
        _hang_up(near, far)

    def _answer(self, near: socket.socket, far: socket.socket, swallow: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(65536):
                if swallow.is_set():
                    break
                near.sendall(data)
        _hang_up(near, far)

    def _cuts(self, kind: Cut, reached: bool) -> bool:  # noqa: FBT001  whether the moment has come
        if self.cut is not kind or not reached:
            return False
        self.cut = Cut.NEVER
        self.cuts += 1
        return True


def _hang_up(*lines: socket.socket) -> None:
    # Closing is not enough while another thread waits in recv.
    for line in lines:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()


@contextmanager
def relaying(server_folder: Path) -> Iterator[tuple[Relay, str]]:
    """A relay to the server with its socket in that folder, and the folder to be named instead of it."""
    # The path of a socket may have 107 characters only.
    with TemporaryDirectory(prefix="plumb-", dir="/tmp") as folder:
        relay = Relay(Path(folder), server_folder / _SOCKET)
        try:
            yield relay, folder
        finally:
            relay.close()
