"""The process that sets documents: started once, it loads WeasyPrint and then forks one confined child a document.

`reports.rendering` starts it with an empty environment, no inherited descriptors but one socket, and no network.
Over that socket it receives, for each document, the limits as JSON and one more socket: the job. For each job it
forks an attendant, which forks the child that renders. The child reads ``{"paper", "identifier"}`` on one line, then
the page until end of file, and writes the PDF. The attendant waits for it, kills it when its time is over, and adds
a trailer that says how it ended. The engine itself never reads a page, so a hostile one can spoil only its own
child. It ends when the program at the other end of its socket ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from reports import confinement, press
from reports.protocol import CHUNK, EXIT_FAULT, EXIT_MEMORY, EXIT_MISSING, EXIT_NO_ROOM, EXIT_TOO_LARGE, TRAILER, Limits

if TYPE_CHECKING:
    from types import FrameType

# Elsewhere (macOS) the text libraries do not survive a fork, so there each child loads them for itself.
SHARES = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class Job:
    """One document to set: the socket it comes and goes through, its limits, and the folder it may work in."""

    channel: socket.socket
    limits: Limits
    folder: str
    faces: Path


def serve(control: int, folder: str, faces: str) -> None:
    """Say what this machine can do, then set documents until the other end closes.

    ``control`` is the descriptor of the socket to the program; ``folder`` is an empty one to work in,
    ``faces`` the one with the cut typefaces.
    """
    os.environ.clear()
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    tempfile.tempdir = folder
    channel = socket.socket(fileno=control)
    closed = confinement.leave_network()
    try:
        shared, known = _prepare(Path(faces))
        _tell(channel, {**known, "network_closed": closed})
        if "missing" not in known:
            _take_jobs(channel, Path(faces), shared)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(faces: Path) -> tuple[press.Press | None, dict[str, str]]:
    if not SHARES:
        return None, {}
    try:
        ready, known = press.prepare(faces), press.versions()
        press.warm(ready)
    except (OSError, ImportError) as error:
        return None, {"missing": " ".join(str(error).split())[:200]}
    gc.collect()
    gc.freeze()
    gc.disable()
    # A newer Pango may look faces up in a thread of its own, which a fork would lose: then nothing is shared.
    return (ready if confinement.thread_count() == 1 else None), known


def _tell(channel: socket.socket, greeting: dict[str, object]) -> None:
    with contextlib.suppress(BrokenPipeError):
        channel.sendall(json.dumps(greeting).encode() + b"\n")


def _take_jobs(channel: socket.socket, faces: Path, shared: press.Press | None) -> None:
    # The kernel reaps attendants: nobody asks how they ended, their trailer says how the child did.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        request, descriptors, _, _ = socket.recv_fds(channel, 1024, 1)
        if not descriptors:
            return
        job = socket.socket(fileno=descriptors[0])
        if os.fork() == 0:
            channel.close()
            _begin(job, Limits(**json.loads(request)), faces, shared)
        job.close()


def _begin(channel: socket.socket, limits: Limits, faces: Path, shared: press.Press | None) -> NoReturn:
    """Attend to a job; whatever goes wrong ends this process here, before it clears away what is the engine's."""
    try:
        try:
            folder = tempfile.mkdtemp()
        except OSError:
            late = False
            channel.sendall(TRAILER.pack(EXIT_NO_ROOM << 8, late, _spent()))
        else:
            _attend(Job(channel, limits, folder, faces), shared)
    finally:
        os._exit(0)


def _attend(job: Job, shared: press.Press | None) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        _render(job, shared)
    late = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal late
        late = True
        os.kill(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, job.limits.wall)
    _, status = os.waitpid(child, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    shutil.rmtree(job.folder, ignore_errors=True)
    try:
        job.channel.sendall(TRAILER.pack(status, late, _spent()))
    finally:
        os._exit(0)


def _spent() -> float:
    own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + child.ru_utime + child.ru_stime


def _render(job: Job, shared: press.Press | None) -> NoReturn:
    code = EXIT_FAULT
    try:
        confinement.confine(job.limits, job.channel.fileno(), job.folder)
        tempfile.tempdir = job.folder
        code = _print(job, shared)
    except MemoryError:
        code = EXIT_MEMORY
    finally:
        os._exit(code)


def _print(job: Job, shared: press.Press | None) -> int:
    head, _, page = _read_all(job.channel).partition(b"\n")
    order = json.loads(head)
    try:
        ready = shared or press.prepare(job.faces)
    except (OSError, ImportError):
        return EXIT_MISSING
    pdf = ready.pdf(page.decode(), order["paper"], order["identifier"].encode())
    if len(pdf) > job.limits.file:
        return EXIT_TOO_LARGE
    job.channel.sendall(pdf)
    return 0


def _read_all(channel: socket.socket) -> bytes:
    parts = []
    while part := channel.recv(CHUNK):
        parts.append(part)
    return b"".join(parts)
