"""The program's handle on the engine: start it, hand it sockets, and leave nothing of it behind."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from reports import errors, faces
from reports.resources import FOLDER

if TYPE_CHECKING:
    from reports.protocol import Limits

_START_SECONDS = 60.0
_DYING_SECONDS = 1.0
PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from reports.engine import serve; "
    "serve(int(sys.argv[2]), sys.argv[3], sys.argv[4])"
)


class EngineProcess:
    """One running engine with the socket to it and the folder it works in."""

    def __init__(self, program: str = PROGRAM) -> None:
        """Start the process and read its greeting; raises `RenderingUnavailableError`.

        ``program`` is the Python that it runs; its arguments are our folder, the descriptor, the working folder and the
        folder of faces.
        """
        if sys.platform == "win32":
            message = "PDFs are made on Linux and macOS only. Use the printable page."
            raise errors.RenderingUnavailableError(message)
        self._owner = os.getpid()
        try:
            self._folder = tempfile.mkdtemp(prefix="plumbline-pdf-")
        except OSError as error:
            raise errors.no_room() from error
        self._control, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = self._start(program, theirs.fileno())
            except OSError as error:
                self._control.close()
                shutil.rmtree(self._folder, ignore_errors=True)
                raise errors.no_room() from error
        try:
            self.greeting = self._greeting()
        except errors.RenderingUnavailableError:
            self.stop()
            raise

    def _start(self, program: str, descriptor: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-X", "utf8", "-c", program, str(FOLDER.parent), str(descriptor)]
        # macOS finds libraries of Homebrew only when told where; elsewhere the environment stays empty.
        environment = {"DYLD_FALLBACK_LIBRARY_PATH": "/opt/homebrew/lib:/usr/local/lib"}
        return subprocess.Popen(  # noqa: S603 - our own interpreter and code; nothing in it comes from outside
            [*command, self._folder, str(faces.ready())],
            env=environment if sys.platform == "darwin" else {},
            cwd="/",
            pass_fds=(descriptor,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _greeting(self) -> dict[str, Any]:
        self._control.settimeout(_START_SECONDS)
        line = b""
        with contextlib.suppress(OSError):
            while not line.endswith(b"\n") and (part := self._control.recv(1024)):
                line += part
        if not line.endswith(b"\n"):
            message = "The process that makes PDFs did not start. Use the printable page; `doctor` says more."
            raise errors.RenderingUnavailableError(message)
        greeting: dict[str, Any] = json.loads(line)
        if "missing" in greeting:
            raise errors.pango_missing(greeting["missing"])
        return greeting

    @property
    def usable(self) -> bool:
        """Whether this very process of the program may still hand it jobs (a forked worker starts its own)."""
        # Whatever tidies up temporary files may take the folder of an engine that rests for days.
        return self._owner == os.getpid() and self._process.poll() is None and os.path.isdir(self._folder)  # noqa: PTH112  one call a document

    def ended(self) -> bool:
        """Whether the process has ended; one that is about to is waited for."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=_DYING_SECONDS)
        return self._process.poll() is not None

    def submit(self, job: socket.socket, limits: Limits) -> None:
        """Hand over the engine's end of a job's socket; raises ``OSError`` when the engine is gone."""
        socket.send_fds(self._control, [json.dumps(limits.as_numbers()).encode()], [job.fileno()])

    def stop(self) -> None:
        """End the process with everything it started; a forked copy of the program only lets go of the socket."""
        self._control.close()
        if self._owner != os.getpid():
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
