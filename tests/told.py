"""The demo's story, told once a session for all workers: that takes ten seconds and more, a copy some milliseconds.

Nothing is ever changed in what lies here. Whoever wants to write, or to serve it, takes a copy.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from app.cli import demo
from tests import databases

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

DATABASE = "plumbline.db"
FILES = "files"


def demo_of(session_folder: Path, now: datetime, *, name: str = "today") -> Path:
    """The folder of a demo, an SQLite file with candidates' documents beside it; the first of its name tells it."""
    folder = session_folder / f"demo-{name}"
    with databases.first_worker(session_folder / f"demo-{name}.lock"):
        if not folder.exists():
            aside = folder.with_suffix(".unfinished")
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            with databases.sqlite_database(session_folder, aside) as lent:
                demo.fill(lent.engine, aside / FILES, now=now)
            aside.rename(folder)
    return folder


def take(told: Path, folder: Path) -> str:
    """Copy a told demo into a folder and return the address of the copied database."""
    shutil.copytree(told, folder, dirs_exist_ok=True)
    return f"sqlite:///{folder / DATABASE}"
