"""Corroboration: the owner asks those who were there, and each says on their own whether an entry is so."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.errors import Fault, NotFoundError, NotYetError
from app.domain.growth.entry import MOST_ASKED, answer_faults
from app.domain.permission import Permission
from app.models.evidence import Corroboration, LogEntry
from app.models.person import Person
from app.services import audit, outbox
from app.services.evidence_record import locked, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.growth.log import Word
    from app.domain.permission import ActorFacts


def ask(session: Session, actor: ActorFacts, entry_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Ask somebody whether an entry is so, and tell them by mail; asking twice changes nothing.

    Whoever is asked reads the entry from then on, a private one too.
    """
    entry = locked(session, actor, entry_id, Permission.EVIDENCE_KEEP)
    if _asked(session, entry_id, person_id) is not None:
        return
    refuse(_ask_faults(session, entry, person_id))
    session.add(Corroboration(entry_id=entry_id, person_id=person_id, asked_at=now))
    session.flush()
    name = _name(session, actor.person_id)
    outbox.notify(
        session,
        person_id,
        subject=f"{name} asks you to say whether something was so",
        body=f"{name} names you as somebody who was there. Read the entry of their evidence log and say how it was: "
        "it takes about two minutes.",
        path=f"/evidence/{entry_id}",
        now=now,
    )
    payload = {"person": str(person_id)}
    audit.record(session, actor, "log.ask", f"log_entry/{entry_id}", now=now, payload=payload)


def take_back(session: Session, actor: ActorFacts, entry_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Ask somebody no longer, as long as they have said nothing; asked of nobody, this changes nothing."""
    locked(session, actor, entry_id, Permission.EVIDENCE_KEEP)
    asked = _asked(session, entry_id, person_id)
    if asked is None:
        return
    if asked.word is not None:
        message = "They have answered already, and what somebody said stays. Withdraw the entry if it is wrong."
        raise NotYetError(message)
    session.delete(asked)
    session.flush()
    payload = {"person": str(person_id)}
    audit.record(session, actor, "log.ask_no_longer", f"log_entry/{entry_id}", now=now, payload=payload)


def answer(session: Session, actor: ActorFacts, entry_id: UUID, word: Word, words: str, *, now: datetime) -> None:
    """Say whether an entry is so; who said something before says it anew. The owner is told that they did."""
    entry = locked(session, actor, entry_id, Permission.EVIDENCE_CORROBORATE)
    asked = _asked(session, entry_id, actor.person_id)
    if asked is None:
        raise NotFoundError
    refuse(answer_faults(word, words))
    asked.word, asked.words, asked.answered_at = word, words.strip(), now
    session.flush()
    name = _name(session, actor.person_id)
    outbox.notify(
        session,
        entry.person_id,
        subject=f"{name} has looked at an entry of yours",
        body=f"{name} has answered on an entry of your evidence log.",
        path=f"/evidence/{entry_id}",
        now=now,
    )
    payload = {"word": word.value, "words": asked.words}
    audit.record(session, actor, "log.answer", f"log_entry/{entry_id}", now=now, payload=payload)


def _ask_faults(session: Session, entry: LogEntry, person_id: UUID) -> tuple[Fault, ...]:
    if person_id == entry.person_id:
        return (Fault("person_id", "Nobody speaks for their own evidence. Choose somebody who was there."),)
    if not session.scalar(select(Person.active).where(Person.id == person_id)):
        return (Fault("person_id", "Choose somebody from the list."),)
    held = session.scalar(select(func.count()).where(Corroboration.entry_id == entry.id)) or 0
    if held >= MOST_ASKED:
        return (Fault("person_id", f"{held} people are asked already. That is enough for one entry."),)
    return ()


def _asked(session: Session, entry_id: UUID, person_id: UUID) -> Corroboration | None:
    wanted = select(Corroboration).where(Corroboration.entry_id == entry_id, Corroboration.person_id == person_id)
    return session.scalars(wanted).one_or_none()


def _name(session: Session, person_id: UUID) -> str:
    return session.scalars(select(Person.name).where(Person.id == person_id)).one()
