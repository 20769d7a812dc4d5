"""What a database holds, in figures that a backup can be held against: rows by table, and where the chain ends.

These questions go to databases of older schemas as well, so they are asked of the tables by name.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from app.domain.audit import Broken, Head, Link, Walk
from app.models import migrate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Connection

_BATCH = 5_000
STORED = {"candidate_file": "files", "goal_evidence": "files", "log_entry": "files", "case_file": "case-files"}
"""By table whose rows speak of stored documents, the folder of the instance in which they lie."""


@dataclass(frozen=True, slots=True)
class Contents:
    """``chain`` is the witness line, empty before the first event; ``fault`` what is wrong with the chain, if any."""

    revision: str
    instance: str
    counts: dict[str, int]
    chain: str
    chain_size: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document that has to be there: its folder, its name on the disk, and the SHA-256 of its bytes."""

    folder: str
    name: str
    sha256: str


def contents(connection: Connection) -> Contents:
    """Count every table and walk the chain."""
    names = tables(connection)
    counts = {name: int(connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one())
              for name in names}  # fmt: skip
    revision = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
    instance = connection.execute(sa.text("SELECT instance_id FROM installation")).scalar_one_or_none()
    line, size, fault = walked(_links(connection), head(connection))
    return Contents(str(revision), str(UUID(str(instance))) if instance else "", counts, line, size, fault)


def tables(connection: Connection) -> list[str]:
    """Every table of the program, those that others point at first."""
    found = sa.inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _keys in found if name and migrate.compared(name, "table", {})]


def stored(connection: Connection) -> list[Stored]:
    """Every document that a row speaks of."""
    there = set(tables(connection))
    found: list[Stored] = []
    for table, folder in STORED.items():
        if table in there:
            rows: Any = connection.execute(
                sa.select(sa.column("id"), sa.column("sha256"))
                .select_from(sa.table(table))
                .where(sa.column("sha256") != "")
            )
            found += [Stored(folder, str(UUID(str(key))), str(sha256)) for key, sha256 in rows]
    return found


def fault_of(one: Stored, instance: Path) -> str:
    """What is wrong with a stored document, in words; nothing where its bytes are those that were stored."""
    try:
        with (instance / one.folder / one.name).open("rb") as stream:
            same = hashlib.file_digest(stream, "sha256").hexdigest() == one.sha256
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    return "" if same else "the file does not match its record"


def walked(links: Iterable[Link], head: Head | None) -> tuple[str, int, str]:
    """The witness line of a chain, its length, and what is wrong with it; events may come a little out of order."""
    walk, waiting = Walk(), dict[int, Link]()
    for link in links:
        waiting[link.seq] = link
        while (following := waiting.pop(walk.head.seq + 1, None)) is not None:
            if broken := walk.step(following):
                return "", 0, _said(broken)
    if waiting:
        return "", 0, f"event {walk.head.seq + 1} of the audit chain is missing"
    if head is not None and head != walk.head and (head.seq or walk.head.seq):
        return "", 0, f"the audit chain ends at {walk.head.seq}, its head row says {head.seq}"
    return walk.line(), walk.head.seq, ""


def head(connection: Connection) -> Head | None:
    """The head row of the chain."""
    row = connection.execute(sa.text("SELECT seq, hash FROM audit_head WHERE id = 1")).one_or_none()
    return Head(row.seq, row.hash) if row else None


def _links(connection: Connection) -> Iterable[Link]:
    last = 0
    while True:
        rows = connection.execute(
            sa.text("SELECT seq, body, prev, hash FROM audit_event WHERE seq > :last ORDER BY seq LIMIT :most"),
            {"last": last, "most": _BATCH},
        ).all()
        if not rows:
            return
        yield from (Link(*row) for row in rows)
        last = rows[-1].seq


def _said(broken: Broken) -> str:
    return f"event {broken.seq} of the audit chain: {broken.what}"
