"""The register of erasures: a file beside the database that outlives it, so that no restored backup brings data back.

JSON, two lines an erasure, and nothing personal in them. ``begun`` is on the disk before the transaction that erases is
committed, so that no erasure is missing; ``done`` or ``void`` follows when its end is known. Whoever reads a ``begun``
that nothing follows has to ask: the erasure may have been committed or not. It names the newest event of the audit
chain, so that only a database in which that event stands is asked. A line that does not say which it is was written by
an older version, for an erasure that was done.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.domain.audit import Head
from app.domain.privacy.erasing import UNNAMED, Progress, RegisterEntry, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "erasures.jsonl"
"""The file's name in the instance folder."""


@dataclass(frozen=True, slots=True)
class Register:
    """What could be read: every erasure once, as they began, with the last that is known of it; and what could not.

    ``damaged`` names each line that is whole yet not ours, with its number and none of its words.
    """

    entries: tuple[RegisterEntry, ...]
    damaged: tuple[str, ...]


def begin(path: Path, entry: RegisterEntry) -> None:
    """Note, durably, that an erasure begins; OSError where the disk refuses, and then it must not be committed."""
    newest = entry.after[-1]
    about = {
        "kind": entry.kind.value, "subject": str(entry.subject_id), "event": newest.seq, "hash": newest.hash,
    }  # fmt: skip
    _append(path, Progress.BEGUN, entry.erasure_id, entry.begun_at, about)


def end(path: Path, erasure_id: UUID, progress: Progress, *, now: datetime) -> None:
    """Note, durably, whether an erasure that began was done, or came to nothing."""
    _append(path, progress, erasure_id, now, {})


def read(path: Path) -> tuple[RegisterEntry, ...]:
    """Every erasure in the order in which they began, for whoever repeats them and must miss none; none without a file.

    ``ValueError`` names the first line that cannot be read.
    """
    register = look(path)
    if register.damaged:
        raise ValueError(register.damaged[0])
    return register.entries


def look(path: Path) -> Register:
    """All that can be read. A torn line is left out: it was never acknowledged."""
    entries: dict[UUID, RegisterEntry] = {}
    damaged = []
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    for number, line in enumerate(lines, 1):
        place = f"{path.name}, line {number}"
        if line and not line.startswith(b"{"):
            damaged.append(f"{place}: this is not a line of the register of erasures")
        elif line.endswith(b"}") and not _taken(entries, line):
            damaged.append(f"{place}: this line of the register of erasures cannot be read")
    return Register(tuple(entries.values()), tuple(damaged))


def _append(path: Path, progress: Progress, erasure_id: UUID, at: datetime, about: Mapping[str, str | int]) -> None:
    line = json.dumps(
        {"at": at.isoformat(), "erasure": str(erasure_id), "line": progress.value, **about}, sort_keys=True
    )
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as stream:
        # What a lost power supply left of a line that was never acknowledged must not swallow this one.
        torn = stream.seek(0, os.SEEK_END) > 0 and os.pread(descriptor, 1, stream.tell() - 1) != b"\n"
        stream.write(("\n" if torn else "").encode() + line.encode() + b"\n")
        os.fsync(descriptor)
    directory = os.open(path.parent, os.O_RDONLY)
    os.fsync(directory)
    os.close(directory)


def _taken(entries: dict[UUID, RegisterEntry], line: bytes) -> bool:
    try:
        row = json.loads(line)
        erasure_id, progress = UUID(row["erasure"]), Progress(row.get("line", Progress.DONE))
        if progress is Progress.BEGUN or "line" not in row:
            entries[erasure_id] = _entry(erasure_id, progress, row, entries.get(erasure_id))
        else:
            entries[erasure_id] = replace(entries[erasure_id], progress=progress)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return True


def _entry(erasure_id: UUID, progress: Progress, row: Mapping[str, Any], before: RegisterEntry | None) -> RegisterEntry:
    begun_at = datetime.fromisoformat(row["at"]).astimezone(UTC)
    newest = Head(int(row.get("event", UNNAMED.seq)), str(row.get("hash", UNNAMED.hash)))
    # An attempt whose end nobody knows stays open beside the next one.
    after = (*before.after, newest) if before and before.progress is Progress.BEGUN else (newest,)
    return RegisterEntry(erasure_id, SubjectKind(row["kind"]), UUID(row["subject"]), begun_at, progress, after)
