"""Where the installation lies: who else may read it, whether it could be served, and on what kind of file system."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app import paths
from app.settings.names import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.settings import Settings

_NETWORKED = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "lustre", "fuse.sshfs", "fuse.s3fs", "fuse.rclone")
_MOUNTS = Path("/proc/self/mounts")


def open_paths(settings: Settings) -> tuple[Path, ...]:
    """The instance folder and what lies at its top, as far as other accounts may read or write it."""
    return tuple(path for path in _private(settings) if is_open(path))


def is_open(path: Path) -> bool:
    """Whether an account other than the owner has any right."""
    mode = os.lstat(path).st_mode
    return not stat.S_ISLNK(mode) and bool(stat.S_IMODE(mode) & (stat.S_IRWXG | stat.S_IRWXO))


def open_refusal(settings: Settings) -> str | None:
    """Why others could read what this installation keeps, and the line that closes it."""
    found = open_paths(settings)
    if not found:
        return None
    also = f" and {len(found) - 1} more" if len(found) > 1 else ""
    where = " ".join(sorted({str(settings.instance), *(str(path) for path in found if _apart(settings, path))}))
    return f"{found[0]}{also} can be read by other accounts of this machine; mend it with: chmod -R go= {where}"


def served_refusal(settings: Settings) -> str | None:
    """Why the instance folder must not lie where the program keeps what it sends to browsers."""
    served = (paths.root() / "app" / "web" / "static", paths.templates_dir())
    if not any(settings.instance.resolve().is_relative_to(folder.resolve()) for folder in served):
        return None
    mending = f'set it with: {PREFIX}INSTANCE="$HOME/plumbline"'
    return f"{PREFIX}INSTANCE={settings.instance} lies inside a folder of pages: the database could be sent; {mending}"


def network_refusal(settings: Settings) -> str | None:
    """Why SQLite must not lie on a file system of another machine: its locks do not hold there."""
    file = sqlite_file(settings)
    kind = file_system(file.parent) if file else ""
    if not kind.startswith(_NETWORKED):
        return None
    mending = f'set it with: {PREFIX}INSTANCE="$HOME/plumbline" (on a disk of this machine), or use PostgreSQL'
    return f"{PREFIX}DATABASE_URL: SQLite on {kind}, a network file system, loses what was acknowledged; {mending}"


def sqlite_file(settings: Settings) -> Path | None:
    """The file of an SQLite database."""
    parts = urlsplit(settings.database_url)
    return Path(parts.path.removeprefix("/")) if parts.scheme == "sqlite" and parts.path.strip("/") else None


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of file system a folder lies on; empty where that cannot be told."""
    if sys.platform != "linux" or not mounts.exists():
        return ""
    kinds = {line.split()[1].replace("\\040", " "): line.split()[2] for line in mounts.read_text().splitlines()}
    whole = folder.resolve()
    nearest = next((str(place) for place in (whole, *whole.parents) if str(place) in kinds), "")
    return kinds.get(nearest, "")


def _private(settings: Settings) -> Iterator[Path]:
    if settings.instance.is_dir():
        yield settings.instance
        yield from sorted(settings.instance.iterdir())
    file = sqlite_file(settings)
    for other in (file, settings.secret_file):
        if other is not None and other.is_file() and other.parent != settings.instance:
            yield other


def _apart(settings: Settings, path: Path) -> bool:
    return settings.instance not in {path, path.parent}
