"""Entries of an evidence log: added, changed while nothing rests on them, withdrawn with a reason, handed out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import found, require
from app.domain.errors import Fault, NotFoundError
from app.domain.growth.entry import BODY_LIMIT, MOST_BYTES, MOST_ENTRIES, day_faults, shows_faults, title_faults
from app.domain.growth.log import Showing, Visibility
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.domain.text import one_line, text_faults
from app.formats import document_kind, web_address
from app.models.base import new_id
from app.models.evidence import Corroboration, EntryShows, LogEntry
from app.models.evidence_facts import entry_facts
from app.models.person import Person
from app.services import audit, files, outbox
from app.services.evidence_record import known_showings, locked, refuse, refuse_cited, told
from app.services.files import StoredFile, Upload

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

REASON_LIMIT = 500


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """What somebody writes of an entry: ``body`` is a link where it is nothing but an address, else a text.

    A file stands in place of both. A title alone is an entry too.
    """

    title: str
    about_on: date
    visibility: Visibility
    body: str = ""
    shows: frozenset[Showing] = frozenset()
    upload: Upload | None = None


def add(session: Session, actor: ActorFacts, draft: EntryDraft, *, folder: Path, today: date, now: datetime) -> UUID:
    """Add an entry to the actor's own log and return its id; a file is on the disk before the row that names it."""
    require(actor, Permission.EVIDENCE_LIST)
    refuse(
        (*_room(session, actor, draft.upload), *_faults(draft, known_showings(session, actor.person_id, today), today))
    )
    entry = LogEntry(
        id=new_id(), person_id=actor.person_id, kind=_kind(draft), title=one_line(draft.title), body=draft.body.strip(),
        about_on=draft.about_on, visibility=draft.visibility, added_at=now,
    )  # fmt: skip
    entry.shows = [EntryShows(kind=one.kind, key=one.key) for one in sorted(draft.shows)]
    if draft.upload:
        _keep(entry, draft.upload, folder)
    session.add(entry)
    session.flush()
    audit.record(session, actor, "log.add", f"log_entry/{entry.id}", now=now, payload=told(entry))
    return entry.id


def edit(
    session: Session, actor: ActorFacts, entry_id: UUID, draft: EntryDraft, *, version: int, today: date, now: datetime
) -> None:
    """Change an entry; whoever has spoken of it is asked again when what it says changes. A file stays what it is."""
    entry = locked(session, actor, entry_id, Permission.EVIDENCE_KEEP, version)
    refuse_cited(session, entry)
    before = {Showing(one.kind, one.key) for one in entry.shows}
    refuse(_faults(draft, known_showings(session, actor.person_id, today) | before, today))
    said = (entry.title, entry.body, entry.about_on)
    entry.title, entry.about_on, entry.visibility = one_line(draft.title), draft.about_on, draft.visibility
    if entry.kind is not EvidenceKind.FILE:
        entry.kind, entry.body = _kind(draft), draft.body.strip()
    if draft.shows != before:
        entry.shows = _shown(entry, draft.shows)
    if said != (entry.title, entry.body, entry.about_on):
        entry.changed_at = now
        _ask_again(session, actor, entry, now)
    session.flush()
    audit.record(session, actor, "log.edit", f"log_entry/{entry_id}", now=now, payload=told(entry))


def withdraw(session: Session, actor: ActorFacts, entry_id: UUID, reason: str, *, version: int, now: datetime) -> None:
    """Take an entry back: it stays in its owner's log with the reason, and nobody else reads it any more."""
    entry = locked(session, actor, entry_id, Permission.EVIDENCE_KEEP, version)
    refuse_cited(session, entry)
    refuse(text_faults("reason", "why you take it back", reason, limit=REASON_LIMIT, required=True))
    entry.withdrawn_at, entry.withdrawn_reason = now, reason.strip()
    session.flush()
    payload = {"reason": entry.withdrawn_reason}
    audit.record(session, actor, "log.withdraw", f"log_entry/{entry_id}", now=now, payload=payload)


def hand_out(session: Session, actor: ActorFacts, entry_id: UUID, *, folder: Path, now: datetime) -> StoredFile:
    """A file for whoever reads its entry; that others viewed it is recorded, so commit before sending it."""
    entry = session.get(LogEntry, entry_id)
    require(actor, Permission.EVIDENCE_SEE, found(entry_facts(session, actor, entry_id)))
    if entry is None or entry.kind is not EvidenceKind.FILE:
        raise NotFoundError
    data = files.checked(folder, entry.goal_evidence_id or entry.id, entry.sha256)
    audit.record(session, actor, "log.view", f"log_entry/{entry_id}", now=now)
    return StoredFile(entry.body, entry.media_type, data)


def _room(session: Session, actor: ActorFacts, upload: Upload | None) -> tuple[Fault, ...]:
    held, size = session.execute(
        select(func.count(), func.coalesce(func.sum(LogEntry.size), 0)).where(LogEntry.person_id == actor.person_id)
    ).one()
    if held >= MOST_ENTRIES:
        return (Fault("title", f"Your log has {held:,} entries, and {MOST_ENTRIES:,} is the most that it holds."),)
    if upload and size + len(upload.data) > MOST_BYTES:
        return (Fault("file", f"The files of a log have at most {MOST_BYTES // 1_000_000} MB together. Give a link."),)
    return ()


def _faults(draft: EntryDraft, known: frozenset[Showing], today: date) -> list[Fault]:
    body = draft.body.strip()
    faults = [*title_faults(draft.title), *day_faults(draft.about_on, today), *shows_faults(draft.shows, known)]
    if draft.upload and body:
        faults.append(Fault("body", "Give a file or something written, and add another entry for the rest."))
    elif web_address.is_link(body):
        faults += web_address.faults("body", body)
    else:
        faults += text_faults("body", "a text", body, limit=BODY_LIMIT)
    if draft.upload and len(draft.upload.data) > files.SIZE_LIMIT:
        size = len(draft.upload.data) / 1_000_000
        faults.append(Fault("file", f"This file has {size:.1f} MB. {document_kind.LIMITS}."))
    return faults


def _kind(draft: EntryDraft) -> EvidenceKind:
    return EvidenceKind.LINK if web_address.is_link(draft.body.strip()) else EvidenceKind.TEXT


def _keep(entry: LogEntry, upload: Upload, folder: Path) -> None:
    kind, wrong = document_kind.recognise(upload.name, upload.declared, upload.data)
    if kind is None or wrong:
        refuse([Fault("file", wrong)])
        return
    entry.kind, entry.body = EvidenceKind.FILE, files.safe_name(upload.name)
    entry.media_type, entry.size = kind.media_type, len(upload.data)
    entry.sha256 = hashlib.sha256(upload.data).hexdigest()
    files.keep(folder, entry.id, upload.data)


def _shown(entry: LogEntry, shows: frozenset[Showing]) -> list[EntryShows]:
    """The rows of what it shows: those that stay are the same rows, because a pair is the key of one."""
    there = {Showing(one.kind, one.key): one for one in entry.shows}
    return [there.get(one) or EntryShows(kind=one.kind, key=one.key) for one in sorted(shows)]


def _ask_again(session: Session, actor: ActorFacts, entry: LogEntry, now: datetime) -> None:
    name = session.scalars(select(Person.name).where(Person.id == actor.person_id)).one()
    answered = select(Corroboration.person_id).where(
        Corroboration.entry_id == entry.id, Corroboration.word.is_not(None)
    )
    for person_id in session.scalars(answered.order_by(Corroboration.person_id)):
        outbox.notify(
            session,
            person_id,
            subject=f"{name} changed something that you spoke for",
            body=f"{name} has changed an entry of their evidence log since you said how it was. Please look again.",
            path=f"/evidence/{entry.id}",
            now=now,
        )
