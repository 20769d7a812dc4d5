"""Why a document could not be made; each error says what to do about it."""

from __future__ import annotations

INSTALL_DEBIAN = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
INSTALL_MACOS = "brew install pango"


class RenderingError(Exception):
    """A PDF could not be made; the printable page of the same document still can."""


class RenderingUnavailableError(RenderingError):
    """This machine cannot make PDFs until something is installed."""


class RenderingBusyError(RenderingError):
    """Too many documents are being made at once; trying again shortly is right."""


class RenderingFailedError(RenderingError):
    """This document could not be made within its limits, or its process ended early."""


def pango_missing(detail: str) -> RenderingUnavailableError:
    """Say how to install what a PDF needs; ``detail`` is the loader's own complaint."""
    message = (
        "PDFs need the Pango text library, which this machine lacks. "
        f"On Debian or Ubuntu run: {INSTALL_DEBIAN} (on macOS: {INSTALL_MACOS}). "
        f"Until then use the printable page. ({detail})"
    )
    return RenderingUnavailableError(message)


def no_room() -> RenderingUnavailableError:
    """Say that temporary files have no room."""
    message = "There is no room for the temporary files of PDFs. Make room, or use the printable page."
    return RenderingUnavailableError(message)
