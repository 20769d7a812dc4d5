"""What the operating system has to bring, and the line that installs it."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

PANGO_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0")
PANGO_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
TYPEFACE_PACKAGES = "fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ON_MAC = sys.platform == "darwin"


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is not there: its name, what does not work without it, the command that installs it."""

    name: str
    without: str
    install: str

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.name} is missing, so {self.without}. Install it with: {self.install}"


def missing_pango() -> Lack | None:
    """Return what to install before documents can be printed, None when all is there."""
    if _ON_MAC:
        there = any(
            (Path(prefix) / "lib" / "libpango-1.0.dylib").exists() for prefix in ("/opt/homebrew", "/usr/local")
        )
    else:
        there = all(map(_loads, PANGO_LIBRARIES))
    install = "brew install pango" if _ON_MAC else f"sudo apt-get install {PANGO_PACKAGES}"
    return None if there else Lack("Pango", "PDFs cannot be made", install)


def missing_chromium() -> Lack | None:
    """Return what to install before the journeys of the test suite can run, None when all is there."""
    install = "brew install --cask chromium" if _ON_MAC else "sudo apt-get install chromium"
    return None if chromium() else Lack("Chromium", "the journeys cannot be tried in a browser", install)


def chromium() -> str | None:
    """Return the path of a Chromium; the variable CHROMIUM may name one."""
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, (named, *_BROWSERS) if named else _BROWSERS)), None)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
