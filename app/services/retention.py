"""The rules of retention, run once a day: what its time is over for goes, unless a hold is on it, and a log says so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, insert, select

from app.domain.access import require
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.domain.privacy.retention import LEAST_MONTHS, MOST_MONTHS, Cell, Jurisdiction, Kind, cells, default_months
from app.models import retention_facts
from app.models.base import new_id
from app.models.candidate import Application, Candidate, CandidateFile
from app.models.case_work import CaseAnswer, CaseAssignment, CaseFile
from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.link import CandidateFeedback
from app.models.outbox import Message
from app.models.privacy import DoomedFile, Erasure, Purge, RetentionRule
from app.models.privacy_facts import candidate_held
from app.models.requisition import Requisition
from app.models.resume import Redaction, ResumeRow
from app.models.schedule import Invitation, TimeRequest
from app.services import audit, erasures, wiping, witnesses
from app.services.blanking import blank_texts, delete_rows
from app.services.due_data import Due, due_data, still_due
from app.services.holds import lock_subject, reasoned

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.fairness.pseudonym import AnswerKeys
    from app.domain.permission import ActorFacts


_LATELY = timedelta(days=2)
_ERASED = frozenset({Kind.RECORD, Kind.PERSONNEL})
"""What goes with everything else of a person, as an erasure."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run did: how much went by kind, how much a hold kept, and who is no longer shown."""

    removed: dict[str, int]
    held: int
    hidden: int


def run(engine: Engine, *, keys: AnswerKeys, register: Path, folder: Path, now: datetime) -> Ran:
    """Remove what its time is over for, each in a transaction of its own, and keep a log of it.

    ``register`` is the file of erasures beside the database and ``folder`` where stored files lie. What is held is
    counted and stays. May be interrupted and run again at any time.
    """
    erasures.settle(engine, register, now=now)
    with reading(engine) as session:
        due = due_data(session, today=now.date())
    if any(one.kind in _ERASED and not one.held and not one.hides for one in due):
        with writing(engine) as session:
            erasures.announce_run(session, now=now)
    removed: dict[str, int] = {}
    hidden = 0
    for one in due:
        if one.held:
            continue
        with writing(engine) as session:
            done = _apply(session, one, keys=keys, register=register, now=now)
        if done and one.hides:
            hidden += 1
        elif done:
            removed[one.kind.value] = removed.get(one.kind.value, 0) + 1
    erasures.settle(engine, register, now=now)
    held = sum(one.held and not one.hides for one in due)
    if removed or _erased_lately(engine, now):
        wiping.finish(engine, folder, now=now)
    else:
        wiping.remove_files(engine, folder, now=now)
    if removed or hidden or held:
        with writing(engine) as session:
            _log(session, due, removed, held, now)
    return Ran(removed, held, hidden)


def _erased_lately(engine: Engine, now: datetime) -> bool:
    """Whether an erasure may have left something that its own clearing up could not reach."""
    with reading(engine) as session:
        return session.scalar(select(Erasure.id).where(Erasure.done_at > now - _LATELY).limit(1)) is not None


def set_rule(
    session: Session, actor: ActorFacts, cell: Cell, *, months: int | None, reason: str, now: datetime
) -> None:
    """Set the company's own time for a cell, or with ``months`` of None go back to the default.

    What keeps shorter than before counts only after a while, and who watches hears of it: nobody erases alone.
    """
    require(actor, Permission.RETENTION_SET)
    if cell not in cells():
        raise NotFoundError
    why = reasoned(reason, "reason")
    if months is not None and not LEAST_MONTHS <= months <= MOST_MONTHS:
        raise InvalidError((Fault("months", f"Between {LEAST_MONTHS} and {MOST_MONTHS} months."),))
    place, ending, kind = (part.value for part in cell)
    here = (
        RetentionRule.jurisdiction == place, RetentionRule.ending == ending, RetentionRule.kept == kind,
    )  # fmt: skip
    before, wanted = retention_facts.rules(session, now.date()).months(cell), months or default_months(cell)
    session.execute(delete(RetentionRule).where(*here))
    if months is not None or wanted < before:
        session.add(
            RetentionRule(
                jurisdiction=place, ending=ending, kept=kind, months=wanted, before=before, reason=why, set_at=now,
                set_by_id=actor.person_id,
            )
        )  # fmt: skip
    session.flush()
    if wanted < before:
        witnesses.tell(session, witnesses.SHORTER, None, by=actor.person_id, path="/privacy/rules", now=now)
    said = {"months": months or 0, "reason": why}
    subject = f"retention/{place or 'unknown'}.{ending}.{kind}"
    audit.record(session, actor, "retention.set", subject, now=now, payload=said)


def set_jurisdiction(
    session: Session, actor: ActorFacts, requisition_id: UUID, place: Jurisdiction, *, now: datetime
) -> None:
    """Say whose law holds for the records of an opening."""
    require(actor, Permission.RETENTION_SET)
    need = session.get(Requisition, requisition_id, with_for_update=True)
    if need is None:
        raise NotFoundError
    need.jurisdiction = place.value
    session.flush()
    said = {"jurisdiction": place.value}
    audit.record(session, actor, "retention.place", f"requisition/{requisition_id}", now=now, payload=said)


def _apply(session: Session, one: Due, *, keys: AnswerKeys, register: Path, now: datetime) -> bool:
    # Whoever applied, came back or was held since the list was made stays; no hold comes between here and the commit.
    lock_subject(session, one.subject, one.subject_id)
    if not still_due(session, one, today=now.date()):
        return False
    if one.hides:
        return _hide(session, one.subject_id, now)
    if one.kind in _ERASED:
        return erasures.expire(session, one.subject, one.subject_id, keys=keys, register=register, now=now)
    if _held_now(session, one.subject_id):
        return False
    remove = _remove_documents if one.kind is Kind.DOCUMENTS else _remove_letters
    if not remove(session, one.subject_id, now):
        return False
    audit.record(session, None, f"retention.{one.kind.value}", f"candidate/{one.subject_id}", now=now)
    return True


def _held_now(session: Session, candidate_id: UUID) -> bool:
    held = select(Candidate.id).where(Candidate.id == candidate_id, candidate_held())
    return session.scalar(held) is not None


def _hide(session: Session, candidate_id: UUID, now: datetime) -> bool:
    candidate = session.get(Candidate, candidate_id, with_for_update=True)
    if candidate is None or candidate.hidden_at is not None:
        return False
    candidate.hidden_at = now
    session.flush()
    audit.record(session, None, "retention.hide", f"candidate/{candidate_id}", now=now)
    return True


def _remove_documents(session: Session, candidate_id: UUID, now: datetime) -> int:
    work = (
        select(CaseAssignment.id)
        .join(Application, Application.id == CaseAssignment.application_id)
        .where(Application.candidate_id == candidate_id)
    )
    given = CandidateFile.candidate_id == candidate_id
    handed_in = CaseFile.assignment_id.in_(work)
    doomed = [*session.scalars(select(CandidateFile.id).where(given))]
    doomed += session.scalars(select(CaseFile.id).where(handed_in))
    if doomed:
        session.execute(insert(DoomedFile), [{"id": one, "since": now} for one in doomed])
    gone = delete_rows(session, CandidateFile, given) + delete_rows(session, CaseFile, handed_in)
    gone += delete_rows(session, ResumeRow, ResumeRow.candidate_id == candidate_id)
    gone += delete_rows(session, Redaction, Redaction.candidate_id == candidate_id)
    return gone + blank_texts(session, (CaseAnswer, {"text": ""}, CaseAnswer.assignment_id.in_(work)))


def _remove_letters(session: Session, candidate_id: UUID, _now: datetime) -> int:
    applications = select(Application.id).where(Application.candidate_id == candidate_id)
    interviews = select(Interview.id).where(Interview.application_id.in_(applications))
    return sum((
        delete_rows(session, Message, Message.application_id.in_(applications)),
        delete_rows(session, CandidateFeedback, CandidateFeedback.application_id.in_(applications)),
        delete_rows(session, TimeRequest, TimeRequest.application_id.in_(applications)),
        delete_rows(session, Invitation, Invitation.interview_id.in_(interviews)),
    ))  # fmt: skip


def _log(session: Session, due: tuple[Due, ...], removed: dict[str, int], held: int, now: datetime) -> None:
    lines = {
        "removed": removed,
        "held": [f"{one.subject.value}/{one.subject_id}: {one.kind.value}" for one in due if one.held],
    }
    total = sum(removed.values())
    log = Purge(id=new_id(), at=now, removed=total, held=held, lines=json.dumps(lines, sort_keys=True))
    session.add(log)
    session.flush()
    audit.record(session, None, "retention.run", f"purge/{log.id}", now=now, payload={"removed": total, "held": held})
