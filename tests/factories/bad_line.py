"""A line between a browser and the program that is slow, breaks off, and swallows answers, as the test tells it."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 2048


class Mood(Enum):
    """What the line does: let everything through, break off at once, or take requests and swallow the answers."""

    PASS = auto()
    CUT = auto()
    SWALLOW = auto()


class BadLine:
    """Forwards connections to a port; ``mood`` may change at any time, and ``swallowed`` counts lost answers."""

    def __init__(self, target: int, pause: float) -> None:
        """Listen on a free port; each chunk of an answer waits ``pause`` seconds."""
        self.mood, self.swallowed, self.cut = Mood.PASS, 0, 0
        self._target, self._pause = target, pause
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if self.mood is Mood.CUT:
                self.cut += 1
                return
            with socket.create_connection(("127.0.0.1", self._target)) as server:
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()
                self._down(server, client)

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(CHUNK):
                server.sendall(data)

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        while data := server.recv(CHUNK):
            if self.mood is not Mood.PASS:
                # The program has acted and answered; the browser never hears of it.
                self.swallowed += 1
                # Closing alone would wait for the thread that still listens to the browser.
                client.shutdown(socket.SHUT_RDWR)
                return
            time.sleep(self._pause)
            client.sendall(data)


@contextmanager
def bad_line(target: int, *, pause: float = 0.02) -> Iterator[BadLine]:
    """A line to a port of this machine."""
    line = BadLine(target, pause)
    try:
        yield line
    finally:
        line.close()
