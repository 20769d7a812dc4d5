"""The process that takes one document apart: it reads bytes, writes clean bytes, and has nothing else to reach."""

from __future__ import annotations

import io
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture

FAULT, BROKEN = 3, 4
"""How it ends: with a sentence for people on its output, or with nothing to say."""
_MEMORY, _OUTPUT, _SECONDS, _FILES = 1024 * 1024 * 1024, 40_000_000, 20, 32
_NEW_USER_AND_NETWORK = 0x10000000 | 0x40000000
_NO_NEW_PRIVILEGES = 38


def serve(kind: str) -> None:
    """Clean what comes in on standard input; ``kind`` is an ending such as ``pdf``."""
    data = sys.stdin.buffer.read()
    clean = _cleaner(kind)
    confine()
    try:
        sys.stdout.buffer.write(clean(data))
    except ValueError as error:
        sys.stdout.buffer.write(str(error).encode())
        sys.stdout.flush()
        sys.exit(FAULT)
    except Exception:  # noqa: BLE001  whatever a document breaks in a library ends here, without a trace of its content
        sys.exit(BROKEN)


def _cleaner(kind: str) -> Callable[[bytes], bytes]:
    """What cleans the kind, with its libraries loaded before the process is confined."""
    if kind == "pdf":
        import pikepdf  # noqa: F401  loaded now, because nothing is after this

        from app.formats import pdf_clean

        return pdf_clean.clean
    if kind in {"png", "jpg"}:
        from PIL import Image, JpegImagePlugin, PngImagePlugin  # noqa: F401  the same

        return _png if kind == "png" else _jpeg
    from app.formats import office_clean

    return lambda data: office_clean.clean(kind, data)


def _jpeg(data: bytes) -> bytes:
    """The pixels of a photograph, turned the way the camera meant them, and nothing else that it wrote."""
    written = io.BytesIO()
    _bare(_opened(data, "JPEG")).save(written, "JPEG", quality=92)
    return written.getvalue()


def _png(data: bytes) -> bytes:
    """The pixels of a picture with what is clear in them, and nothing else."""
    opened = _opened(data, "PNG")
    bare, written = _bare(opened), io.BytesIO()
    clear = {"transparency": opened.info["transparency"]} if "transparency" in opened.info else {}
    bare.save(written, "PNG", **clear)
    return written.getvalue()


def _opened(data: bytes, name: str) -> Picture:
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data), formats=(name,)) as opened:
            upright = ImageOps.exif_transpose(opened)
            upright.load()
            return upright
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        message = "This picture is damaged. Save it again."
        raise ValueError(message) from error


def _bare(picture: Picture) -> Picture:
    """A new picture with the same pixels: what belonged to the old one has no way over."""
    from PIL import Image

    bare = Image.new(picture.mode, picture.size)
    if picture.mode == "P":
        bare.putpalette(picture.getpalette() or [])
    bare.paste(picture)
    return bare


def confine() -> None:
    """Leave the network and take the kernel's limits, where the system has them."""
    with suppress(ImportError):
        import resource

        _leave_network()
        bounds = {
            resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: _OUTPUT, resource.RLIMIT_NOFILE: _FILES,
            resource.RLIMIT_AS: _MEMORY, resource.RLIMIT_CPU: _SECONDS,
        }  # fmt: skip
        for kind, bound in bounds.items():
            resource.setrlimit(kind, (bound, bound))


def _leave_network() -> None:
    """Move into a network without any interface; where the kernel does not allow that, the limits still hold."""
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.unshare(_NEW_USER_AND_NETWORK)
