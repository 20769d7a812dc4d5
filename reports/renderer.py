"""Turns one page into one PDF through the engine, within limits of number, time and size."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports import errors
from reports.engine_process import PROGRAM, EngineProcess
from reports.protocol import CHUNK, EXIT_FAULT, EXIT_MEMORY, EXIT_MISSING, EXIT_NO_ROOM, EXIT_TOO_LARGE, TRAILER, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reports.resources import Paper

RUNNING = 2
WAITING = 10
_PATIENCE = 60.0
_GRACE = 5.0
_LIBRARY = "a library was not found"
_SILENT = "its process ended without a word"
_TOO_LONG = "it took too long"
_REASONS = {
    EXIT_FAULT: "it could not be set",
    EXIT_MEMORY: "it needs more memory than a document may use",
    EXIT_NO_ROOM: "there is no room for temporary files",
    EXIT_TOO_LARGE: "it is larger than a document may be",
}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What PDFs can rely on here; ``missing`` is the remedy in words, empty when nothing is missing."""

    missing: str
    weasyprint: str = ""
    pango: str = ""
    network_closed: bool = False


class Renderer:
    """The way to the engine; threads may share it, and it starts anew after a fork or a crash.

    ``spent`` is how many processor seconds its documents have cost so far, in all processes that set them.
    """

    def __init__(
        self, limits: Limits | None = None, *, running: int = RUNNING, waiting: int = WAITING, program: str = PROGRAM
    ) -> None:
        """Nothing is started before the first document; ``program`` is what the engine runs."""
        self._program = program
        self._limits = limits or Limits()
        self._sizes = (running, waiting)
        self._engine: EngineProcess | None = None
        self.spent = 0.0
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def pdf(self, html: str, paper: Paper, limits: Limits | None = None) -> bytes:
        """Set one page, within ``limits`` of its own if it has any; raises one of the errors of `reports.errors`."""
        within = limits or self._limits
        with self._turn():
            received, engine = self._answer(html, paper, within)
            if len(received) < TRAILER.size and engine.ended():
                # The engine was killed under the document, which is not to blame: once more, with a new one.
                received, _ = self._answer(html, paper, within)
            pdf, spent = _pdf_of(received)
            with self._lock:
                self.spent += spent
            return pdf

    def capabilities(self) -> Capabilities:
        """Start the engine if need be and tell what it found."""
        try:
            with self._lock:
                known = self._usable_engine().greeting
        except errors.RenderingUnavailableError as error:
            return Capabilities(missing=str(error))
        closed = bool(known["network_closed"])
        return Capabilities("", known.get("weasyprint", ""), known.get("pango", ""), network_closed=closed)

    def stop(self) -> None:
        """End the engine with every document that it is setting; the next document starts another."""
        with self._lock:
            self._let_go()

    def _begin(self) -> None:
        # A forked copy of the program must neither wait for its parent's threads nor hold its parent's engine open.
        running, waiting = self._sizes
        self._lock = threading.Lock()
        self._running = threading.BoundedSemaphore(running)
        self._places = threading.BoundedSemaphore(running + waiting)
        self._let_go()

    def _let_go(self) -> None:
        if self._engine is not None:
            self._engine.stop()
        self._engine = None

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        message = "Too many documents are being made just now. Try again in a minute."
        if not self._places.acquire(blocking=False):
            raise errors.RenderingBusyError(message)
        try:
            if not self._running.acquire(timeout=_PATIENCE):
                raise errors.RenderingBusyError(message)
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._places.release()

    def _usable_engine(self) -> EngineProcess:
        if self._engine is None or not self._engine.usable:
            self._let_go()
            self._engine = EngineProcess(self._program)
        return self._engine

    def _answer(self, html: str, paper: Paper, limits: Limits) -> tuple[bytes, EngineProcess]:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs, self._lock:
                engine = self._usable_engine()
                # An engine that ends just now answers nothing, which the caller notices.
                with contextlib.suppress(OSError):
                    engine.submit(theirs, limits)
            return self._exchange(ours, html, paper, limits), engine

    def _exchange(self, job: socket.socket, html: str, paper: Paper, limits: Limits) -> bytes:
        job.settimeout(limits.wall + _GRACE)
        page = html.encode()
        order = {"paper": paper, "identifier": hashlib.sha256(page).hexdigest()[:32]}
        received = bytearray()
        try:
            # A child that ended early does not read to the end; what it was, the trailer says.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                job.sendall(json.dumps(order).encode() + b"\n" + page)
                job.shutdown(socket.SHUT_WR)
            while part := job.recv(CHUNK):
                received += part
        except TimeoutError:
            self.stop()
        except ConnectionResetError:
            pass
        return bytes(received)


def _pdf_of(received: bytes) -> tuple[bytes, float]:
    """Part the answer into the PDF and the processor seconds it cost; raises what the trailer says."""
    if len(received) < TRAILER.size:
        raise _failed(_SILENT)
    status, late, spent = TRAILER.unpack(received[-TRAILER.size :])
    code = os.waitstatus_to_exitcode(status)
    if late:
        raise _failed(_TOO_LONG)
    if code == EXIT_MISSING:
        raise errors.pango_missing(_LIBRARY)
    if code:
        raise _failed(_reason(code))
    return received[: -TRAILER.size], spent


def _reason(code: int) -> str:
    if code == -signal.SIGXCPU:
        return "it needs more processor time than a document may use"
    if code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    return _REASONS.get(code, f"its process ended with code {code}")


def _failed(reason: str) -> errors.RenderingFailedError:
    message = f"This document could not be made as a PDF: {reason}. Use the printable page instead."
    return errors.RenderingFailedError(message)
