"""Assessments: each side answers apart, sealed until the person and the manager are both in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm.attributes import flag_modified

from app.domain.access import found, require
from app.domain.blueprint import Blueprint, from_canonical
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotFoundError
from app.domain.growth.answers import Answers, asked_about, draft_faults, fitting, level_faults, seal_faults
from app.domain.growth.cycle import Answerer
from app.domain.growth.mark import Mark
from app.domain.permission import Permission
from app.models.assessment import Assessment, Cycle, ExpectationMark, MarkEvidence, Sheet
from app.models.assessment_facts import assessment_facts, both_sealed
from app.models.blueprint import BlueprintVersion
from app.models.evidence import LogEntry
from app.models.evidence_facts import entries_visible_to
from app.services import audit, outbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.growth.facts import AssessmentFacts
    from app.domain.permission import ActorFacts

STALE = "These answers were saved in another tab meanwhile. Load the page again and repeat your change."


@dataclass(frozen=True, slots=True)
class _Opened:
    """An assessment that the actor may answer on, from their side, with what they saved before."""

    assessment: Assessment
    side: Answerer
    sheet: Sheet | None
    blueprint: Blueprint
    entries: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a draft: its version now, and what of it was left as it was stored before, and why."""

    version: int
    faults: tuple[Fault, ...]


def save_what_fits(
    session: Session, actor: ActorFacts, assessment_id: UUID, answers: Answers, *, version: int, now: datetime
) -> Saved:
    """Keep what fits of the actor's draft; a field that does not stays as it was, so nothing else is lost for it."""
    opened = _opened(session, actor, assessment_id, version)
    faults = (*_level_faults(opened, answers, needed=False), *_draft_faults(opened, answers))
    kept = fitting(answers, _stored(session, opened), faults) if faults else answers
    if any(fault.field == "marks" for fault in faults):
        _refuse(faults)
    return Saved(_keep(session, actor, opened, kept, now).version, faults)


def save(
    session: Session, actor: ActorFacts, assessment_id: UUID, answers: Answers, *, version: int, now: datetime
) -> int:
    """Keep the actor's draft and return its version; ``version`` is 0 where nothing was saved before."""
    opened = _opened(session, actor, assessment_id, version)
    _refuse([*_level_faults(opened, answers, needed=False), *_draft_faults(opened, answers)])
    return _keep(session, actor, opened, answers, now).version


def seal(
    session: Session, actor: ActorFacts, assessment_id: UUID, answers: Answers, *, version: int, now: datetime
) -> bool:
    """Seal the actor's answers for good; return whether person and manager are both in now."""
    opened = _opened(session, actor, assessment_id, version)
    faults = _level_faults(opened, answers, needed=True)
    _refuse([*faults, *seal_faults(answers, asked_about(opened.blueprint), opened.entries)])
    sheet = _keep(session, actor, opened, answers, now)
    sheet.sealed_at = now
    session.flush()
    payload = {"side": opened.side.value}
    audit.record(session, actor, "assessment.seal", f"assessment/{assessment_id}", now=now, payload=payload)
    both = bool(session.scalar(select(Assessment.id).where(Assessment.id == assessment_id, both_sealed())))
    if both and opened.side is not Answerer.PEER:
        _tell_both(session, opened.assessment, now)
    return both


def _opened(session: Session, actor: ActorFacts, assessment_id: UUID, version: int) -> _Opened:
    assessment, facts = _locked(session, actor, assessment_id)
    if facts.own_sealed and (facts.is_subject or facts.is_manager or facts.is_peer):
        _already()
    require(actor, Permission.ASSESSMENT_WRITE, facts)
    side = Answerer.SELF if facts.is_subject else Answerer.MANAGER if facts.is_manager else Answerer.PEER
    mine = select(Sheet).where(Sheet.assessment_id == assessment_id, Sheet.author_id == actor.person_id)
    sheet = session.scalars(mine).one_or_none()
    # A sheet that was laid out when the cycle opened holds nothing yet.
    stored = sheet.version if sheet is not None and sheet.saved_at is not None else 0
    if stored != version:
        raise ConflictError(STALE, current_version=stored)
    entries = _entries(session, actor, assessment.person_id)
    return _Opened(assessment, side, sheet, _blueprint(session, assessment), entries)


def _locked(session: Session, actor: ActorFacts, assessment_id: UUID) -> tuple[Assessment, AssessmentFacts]:
    # Locked, so that two who seal at once do not both find themselves alone.
    assessment = session.get(Assessment, assessment_id, with_for_update=True)
    facts = found(assessment_facts(session, actor, assessment_id))
    if assessment is None:
        raise NotFoundError
    return assessment, facts


def _level_faults(opened: _Opened, answers: Answers, *, needed: bool) -> tuple[Fault, ...]:
    """Only the person names levels, and only for themselves."""
    ladder = opened.blueprint.ladder
    if ladder is None or opened.side is not Answerer.SELF:
        return ()
    return level_faults(ladder, answers.current, answers.target, needed=needed)


def _draft_faults(opened: _Opened, answers: Answers) -> tuple[Fault, ...]:
    return draft_faults(answers, asked_about(opened.blueprint), opened.entries)


def _stored(session: Session, opened: _Opened) -> Answers:
    """What the actor saved before."""
    sheet, assessment = opened.sheet, opened.assessment
    if sheet is None:
        return Answers(current=assessment.current_level, target=assessment.target_level)
    marks = session.scalars(select(ExpectationMark).where(ExpectationMark.sheet_id == sheet.id))
    links = session.scalars(select(MarkEvidence).where(MarkEvidence.sheet_id == sheet.id))
    return Answers(
        tuple(Mark(one.competency, one.standing, one.rung or None, one.note) for one in marks),
        sheet.words,
        tuple((one.competency, one.entry_id) for one in links),
        assessment.current_level,
        assessment.target_level,
    )


def _already() -> None:
    message = "Your answers are sealed already, so they stay as they are."
    raise AlreadyDoneError(message)


def _blueprint(session: Session, assessment: Assessment) -> Blueprint:
    body = session.scalars(
        select(BlueprintVersion.body)
        .join(Cycle, Cycle.blueprint_version_id == BlueprintVersion.id)
        .where(Cycle.id == assessment.cycle_id)
    ).one()
    return from_canonical(body)


def _entries(session: Session, actor: ActorFacts, person_id: UUID) -> frozenset[UUID]:
    """The entries of the person's log that the actor may read, and so point to."""
    wanted = select(LogEntry.id).where(LogEntry.person_id == person_id, LogEntry.withdrawn_at.is_(None))
    return frozenset(session.scalars(wanted.where(entries_visible_to(actor))))


def _keep(session: Session, actor: ActorFacts, opened: _Opened, answers: Answers, now: datetime) -> Sheet:
    """Replace what was saved; every save gives the sheet a new version, whatever it changes."""
    if opened.side is Answerer.SELF:
        opened.assessment.current_level, opened.assessment.target_level = answers.current, answers.target
    sheet = opened.sheet or Sheet(assessment_id=opened.assessment.id, author_id=actor.person_id, asked_at=now)
    sheet.answerer, sheet.words, sheet.saved_at = opened.side, answers.words.strip(), now
    if opened.sheet is not None:
        flag_modified(sheet, "saved_at")
    session.add(sheet)
    session.flush()
    for table in (MarkEvidence, ExpectationMark):
        session.execute(delete(table).where(table.sheet_id == sheet.id))
    session.add_all(
        ExpectationMark(
            sheet_id=sheet.id, competency=mark.competency, standing=mark.standing, rung=mark.rung or "",
            note=mark.note.strip(),
        )
        for mark in answers.marks
    )  # fmt: skip
    session.add_all(
        MarkEvidence(sheet_id=sheet.id, competency=name, entry_id=entry_id)
        for name, entry_id in sorted(set(answers.links), key=str)
    )
    session.flush()
    return sheet


def _tell_both(session: Session, assessment: Assessment, now: datetime) -> None:
    for person_id in (assessment.person_id, assessment.manager_id):
        outbox.notify(
            session, person_id, subject="Both assessments are in",
            body="You can read each other's answers now, before you meet.",
            path=f"/ladder/assessments/{assessment.id}", now=now,
        )  # fmt: skip


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidError(tuple(faults))
