"""Documents without what they say of whoever made them: properties, authors, places, hidden layers and actions.

Taking a stranger's file apart is left to a process of its own that can reach nothing: if the file breaks a library,
only that process dies.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from app.domain.errors import Fault, InvalidError, UnavailableError
from app.formats import document_child
from app.formats.document_kind import TEXT

if TYPE_CHECKING:
    from app.formats.document_kind import DocumentKind

SECONDS = 25
_AT_ONCE = BoundedSemaphore(2)
"""Each may take a gigabyte, so few of them run at the same time in one process of the program."""
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from app.formats.document_child import serve; serve(sys.argv[2])"
_HEAVY = "This document takes too long to check. Save it again, or smaller."
_FULL = (
    "This document could not be checked, as there is no room for temporary files, so nothing of it was kept. "
    "Tell your administrator; send it again later."
)
_BUSY = "Other documents are being checked. Wait a minute and send this one again."


def without_metadata(kind: DocumentKind, data: bytes) -> bytes:
    """The same document for a reader, without what tells who made it, when, where and with what.

    :class:`InvalidError` on ``file`` with the remedy when it cannot be taken apart safely: it must not be kept then.
    :class:`UnavailableError` when too many documents are being checked at once, or there is no room to do it.
    """
    if kind is TEXT:
        return data.removeprefix(b"\xef\xbb\xbf")
    if not _AT_ONCE.acquire(timeout=SECONDS):
        raise UnavailableError(_BUSY)
    try:
        status, output = _run(kind.endings[0], data)
    except OSError as error:
        raise UnavailableError(_FULL) from error
    finally:
        _AT_ONCE.release()
    if status == document_child.FAULT:
        raise _refused(output.decode(errors="replace"))
    if status or not output:
        raise _refused(_HEAVY)
    return output


def _run(name: str, data: bytes) -> tuple[int, bytes]:
    """How the process ended and what it wrote: into a file, so that the kernel can bound it."""
    root = str(Path(__file__).resolve().parents[2])
    with tempfile.TemporaryFile() as output:
        try:
            ended = subprocess.run(  # noqa: S603  our own interpreter and code; the document comes in as bytes
                [sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM, root, name],
                input=data, stdout=output, stderr=subprocess.DEVNULL, env={}, cwd="/", timeout=SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return document_child.BROKEN, b""
        output.seek(0)
        return ended.returncode, output.read()


def _refused(words: str) -> InvalidError:
    return InvalidError((Fault("file", words),))
