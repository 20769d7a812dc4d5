"""Many entries at once, from a file that was read whole: all of them come in, or none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from app.domain.access import require
from app.domain.errors import Fault
from app.domain.growth.entry import MOST_ENTRIES, shows_faults
from app.domain.growth.log import Visibility
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.formats import web_address
from app.models.base import new_id
from app.models.evidence import EntryShows, LogEntry
from app.services import audit
from app.services.evidence_record import known_showings, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.formats.evidence_csv import EntryCells

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries came in, and how many lines said what the log had already."""

    added: int
    known: int


def run(
    session: Session,
    actor: ActorFacts,
    rows: Sequence[EntryCells],
    *,
    visibility: Visibility,
    today: date,
    now: datetime,
) -> Imported:
    """Add the entries to the actor's own log; ``visibility`` holds where a line does not choose.

    A line with the day, title and content of an entry that is there already is passed over, so that the same file can
    be sent again.
    """
    require(actor, Permission.EVIDENCE_LIST)
    new = _new(session, actor, rows)
    held = session.scalar(select(func.count()).where(LogEntry.person_id == actor.person_id)) or 0
    if held + len(new) > MOST_ENTRIES:
        message = f"Your log has {held:,} entries, and {MOST_ENTRIES:,} is the most that it holds. Send fewer."
        refuse([Fault("file", message)])
    shown = frozenset(one for row in new for one in row.shows)
    known = known_showings(session, actor.person_id, today)
    refuse(fault for one in sorted(shown) for fault in shows_faults([one], known))
    _write(session, actor, new, visibility, now)
    payload = {"entries": len(new)}
    audit.record(session, actor, "log.import", f"user/{actor.person_id}", now=now, payload=payload)
    return Imported(len(new), len(rows) - len(new))


def _new(session: Session, actor: ActorFacts, rows: Iterable[EntryCells]) -> list[EntryCells]:
    mine = select(LogEntry.about_on, LogEntry.title, LogEntry.body).where(LogEntry.person_id == actor.person_id)
    seen = {(row.about_on, row.title, row.body) for row in session.execute(mine)}
    new = []
    for row in rows:
        said = (row.day, row.title, row.body)
        if said not in seen:
            seen.add(said)
            new.append(row)
    return new


def _write(
    session: Session, actor: ActorFacts, rows: Sequence[EntryCells], visibility: Visibility, now: datetime
) -> None:
    for first in range(0, len(rows), _AT_ONCE):
        entries, shows = [], []
        for row in rows[first : first + _AT_ONCE]:
            entry = _entry(actor, row, visibility, now)
            entries.append(entry)
            shows += [{"entry_id": entry["id"], "kind": one.kind, "key": one.key} for one in sorted(row.shows)]
        session.execute(insert(LogEntry), entries)
        if shows:
            session.execute(insert(EntryShows), shows)


def _entry(actor: ActorFacts, row: EntryCells, visibility: Visibility, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "person_id": actor.person_id,
        "kind": EvidenceKind.LINK if web_address.is_link(row.body) else EvidenceKind.TEXT,
        "title": row.title,
        "body": row.body,
        "about_on": row.day,
        "visibility": row.visibility or visibility,
        "added_at": now,
        "version": 1,
    }
