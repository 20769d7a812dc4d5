"""The checks of `doctor` that look at what is kept: the audit chain, sealed rows, and stored documents.

The short ones look at the end of the chain and at a few documents; with `--all` everything is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from app.cli.findings import RESTORE, Finding, Level, current_engine, failures

if TYPE_CHECKING:
    from app.settings import Settings

_FEW = 50
_AHEAD = timedelta(seconds=2)
"""How far clocks of two machines that are set by the network may be apart."""
_DAMAGED = (
    "put this line back from a copy of the file; without one, move it out of the file and keep it: without it an older "
    "backup brings that person back, so compare the register with /privacy/erasures"
)
_BEGUN = (
    "let the worker run, which settles it within a day; if an older database was put back by hand, put it back with: "
    "python3 -m app restore BACKUP --into FOLDER, or let two HR partners erase the same "
    "people anew, at /privacy/candidate/ID; erasures.jsonl holds the ID"
)


def check_chain(settings: Settings) -> Iterator[Finding]:
    """Yield whether the chain is guarded, ends where its head says, and its last links hold."""
    from app.queries.foundations import LATEST, foundations

    with current_engine(settings) as engine:
        if engine is None:
            return
        found = foundations(engine)
    wrong = [
        *failures("audit chain", found.guards, RESTORE),
        *failures(
            "audit chain",
            (found.chain,) if found.chain else (),
            f"python3 -m app audit verify, then python3 -m app audit mend-head, or {RESTORE}",
        ),
    ]
    yield from wrong or [Finding("audit chain", Level.GOOD, f"guarded; its last {LATEST:,} links hold")]


def check_times(settings: Settings) -> Iterator[Finding]:
    """Yield whether anything in the record carries a time that is still to come: a clock was wrong, then or now."""
    from app.queries.foundations import latest_moment

    with current_engine(settings) as engine:
        if engine is None:
            return
        latest = latest_moment(engine)
    if latest is not None and latest > datetime.now(UTC) + _AHEAD:
        seen = f"an event is dated {latest:%Y-%m-%d %H:%M} UTC, which is still to come: a clock was wrong, then or now"
        yield Finding("times kept", Level.WARNING, seen, "date, and if that is wrong: sudo timedatectl set-ntp true")
    else:
        yield Finding("times kept", Level.GOOD, "no event is dated after now")


def check_whole_record(settings: Settings) -> Iterator[Finding]:
    """Yield whether every event holds and every sealed row is what its event says; reads everything."""
    from app.domain.audit import Broken
    from app.models.engine import reading
    from app.queries import audit

    with current_engine(settings) as engine:
        if engine is None:
            return
        with reading(engine) as session:
            found = audit.verify(session)
    if isinstance(found, Broken):
        yield Finding("whole record", Level.FAILED, f"event {found.seq}: {found.what}", RESTORE)
    else:
        yield Finding("whole record", Level.GOOD, f"{found.size:,} events hold, and sealed rows are what they say")


def check_documents(settings: Settings) -> Iterator[Finding]:
    """Yield whether a few stored documents are there with the bytes that were stored."""
    yield from _documents(settings, _FEW)


def check_every_document(settings: Settings) -> Iterator[Finding]:
    """Yield each stored document that is missing or has other bytes; reads all of them."""
    yield from _documents(settings, None)


def check_retention(settings: Settings) -> Iterator[Finding]:
    """Yield whether the company has said how long data is kept, or leaves it to the program."""
    from app.models.engine import reading
    from app.models.retention_facts import is_decided

    with current_engine(settings) as engine:
        if engine is None:
            return
        with reading(engine) as session:
            decided = is_decided(session)
    if decided:
        yield Finding("retention", Level.GOOD, "the company said whose law holds, or how long data is kept")
    else:
        seen = "nobody said whose law holds or how long data is kept, so records are kept for 48 months"
        yield Finding(
            "retention", Level.WARNING, seen, "let an HR partner decide under /privacy/rules (docs/privacy.md)"
        )


def check_register(settings: Settings) -> Iterator[Finding]:
    """Yield each line of the register of erasures that cannot be read, and whether an erasure's end is not known."""
    from app.domain.privacy.erasing import Progress
    from app.formats import erasure_register

    found = erasure_register.look(settings.instance / erasure_register.NAME)
    yield from failures("register of erasures", found.damaged, _DAMAGED)
    begun = sum(one.progress is Progress.BEGUN for one in found.entries)
    if begun:
        seen = f"{begun} began, and nobody wrote down how they ended"
        yield Finding("register of erasures", Level.WARNING, seen, _BEGUN)
    elif not found.damaged:
        yield Finding("register of erasures", Level.GOOD, f"{len(found.entries)} erasures, and how each ended")


DEEP = (check_whole_record, check_every_document)


def _documents(settings: Settings, most: int | None) -> Iterator[Finding]:
    from app.services import backup_contents

    with current_engine(settings) as engine:
        if engine is None:
            return
        with engine.connect() as connection:
            wanted = backup_contents.stored(connection)
    looked_at = wanted[-most:] if most else wanted
    wrong = [
        Finding("documents kept", Level.FAILED, f"{one.folder}/{one.name}: {why}", RESTORE)
        for one in looked_at
        if (why := backup_contents.fault_of(one, settings.instance))
    ]
    seen = f"{len(looked_at)} of {len(wanted)} looked at, each is what was stored"
    yield from wrong or [Finding("documents kept", Level.GOOD, seen)]
