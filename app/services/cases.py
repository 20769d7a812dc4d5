"""Promotion cases up to their handing in: asked for, written, backed by evidence, or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import require
from app.domain.blueprint import from_canonical
from app.domain.errors import ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.growth.case import CaseState
from app.domain.growth.casework import (
    MOST_CITED,
    TEXT_LIMIT,
    WHY_LIMIT,
    CaseTexts,
    against_problems,
    lacks,
    target_fault,
    text_problems,
)
from app.domain.growth.log import Visibility
from app.domain.growth.readiness import criteria_to
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.assessment import Assessment, Cycle, Sheet
from app.models.assessment_facts import both_sealed
from app.models.blueprint import BlueprintVersion
from app.models.evidence import LogEntry
from app.models.ladder import Placement, Reporting, unreplaced
from app.models.person import Person
from app.models.promotion import CaseEvent, CaseEvidence, PromotionCase
from app.services import audit
from app.services.case_record import locked, note, refuse, tell, unchanged

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.ladder import Criterion
    from app.domain.permission import ActorFacts

_CHANGED = "Texts changed"
_APART = timedelta(hours=1)
_OPEN = (CaseState.DRAFT, CaseState.SUBMITTED)
_RUNNING = "There is a case for this person already that is not decided. Go on with that one, or withdraw it first."


@dataclass(frozen=True, slots=True)
class Citation:
    """An entry of the evidence log, the criterion that it is to show, and why it does."""

    criterion: str
    entry_id: UUID
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a case rests on: a blueprint version, and the assessment that both sides sealed on it, if any."""

    version_id: UUID
    blueprint: Blueprint
    assessment_id: UUID | None


def ask_for(session: Session, actor: ActorFacts, person_id: UUID, to_level: str, *, today: date, now: datetime) -> UUID:
    """Begin a case and return its id. The person asks for it, or whoever they report to.

    It rests on the version of the newest assessment that both sides sealed in the person's role, else on the newest.
    """
    require(actor, Permission.CASE_LIST)
    manager_id = _manager(session, actor, person_id)
    placement = _placement(session, person_id, today)
    basis = _basis(session, person_id, placement.role)
    ladder = basis.blueprint.ladder
    fault = target_fault(ladder, placement.level, to_level) if ladder else Fault("to_level", "This role has no ladder.")
    refuse([fault] if fault else [])
    open_case = select(PromotionCase.id).where(PromotionCase.person_id == person_id, PromotionCase.state.in_(_OPEN))
    if session.scalar(open_case.limit(1)) is not None:
        raise ConflictError(_RUNNING)
    case = PromotionCase(
        person_id=person_id, manager_id=manager_id, requested_by_id=actor.person_id,
        blueprint_version_id=basis.version_id, assessment_id=basis.assessment_id, from_level=placement.level,
        to_level=to_level, level_since=placement.since, created_at=now,
    )  # fmt: skip
    session.add(case)
    session.flush()
    note(session, actor, case, "Case begun", now=now)
    payload = {"person": str(person_id), "from": case.from_level, "to": to_level}
    audit.record(session, actor, "case.begin", f"case/{case.id}", now=now, payload=payload)
    tell(session, actor, case, "A promotion case is begun", body="You prepare it together.", now=now)
    return case.id


def write(
    session: Session,
    actor: ActorFacts,
    case_id: UUID,
    texts: CaseTexts,
    *,
    version: int,
    now: datetime,
    draft: bool = False,
) -> int:
    """Keep brief, development plan and business need as they are now; return the case's version.

    A ``draft`` saves itself every few seconds: of those, the first in an hour is noted. Handing in records the whole.
    """
    case, _ = locked(session, actor, case_id, Permission.CASE_EDIT)
    unchanged(case, version)
    refuse(text_problems(texts))
    case.brief, case.development = texts.brief.strip(), texts.development.strip()
    case.business_need = texts.business_need.strip()
    if session.is_modified(case) and not (draft and _noted_lately(session, actor, case_id, now)):
        note(session, actor, case, _CHANGED, now=now)
        audit.record(session, actor, "case.write", f"case/{case.id}", now=now, payload=_written(case))
    session.flush()
    return case.version


def argue_against(
    session: Session, actor: ActorFacts, case_id: UUID, text: str, *, version: int, now: datetime
) -> None:
    """Write what speaks against; the manager does, and the person reads it."""
    case, _ = locked(session, actor, case_id, Permission.CASE_COUNTER)
    unchanged(case, version)
    refuse(against_problems(text))
    case.case_against, case.against_by_id = text.strip(), actor.person_id
    note(session, actor, case, "Case against written", now=now)
    payload = {"case_against": case.case_against}
    audit.record(session, actor, "case.counter", f"case/{case.id}", now=now, payload=payload)


def cite(session: Session, actor: ActorFacts, case_id: UUID, cited: Citation, *, now: datetime) -> None:
    """Cite an entry of the person's log for a criterion, or say anew why."""
    case, _ = locked(session, actor, case_id, Permission.CASE_EDIT)
    criterion = _criterion(session, case, cited.criterion)
    faults = text_faults("why", "why", cited.why, limit=WHY_LIMIT)
    refuse([*_entry_faults(session, case, cited.entry_id), *faults])
    row = session.get(CaseEvidence, (case_id, cited.criterion, cited.entry_id))
    if row is None:
        _refuse_too_many(session, case_id, cited.criterion)
        row = CaseEvidence(case_id=case_id, criterion=cited.criterion, entry_id=cited.entry_id)
        session.add(row)
    row.why = cited.why.strip()
    note(session, actor, case, "Evidence cited", reason=criterion.text, now=now)
    audit.record(session, actor, "case.cite", f"case/{case_id}", now=now, payload={"entry": str(cited.entry_id)})


def uncite(
    session: Session, actor: ActorFacts, case_id: UUID, criterion: str, entry_id: UUID, *, now: datetime
) -> None:
    """Cite an entry no longer for a criterion; the entry itself stays in its log."""
    case, _ = locked(session, actor, case_id, Permission.CASE_EDIT)
    row = session.get(CaseEvidence, (case_id, criterion, entry_id))
    if row is None:
        raise NotFoundError
    session.delete(row)
    note(session, actor, case, "Evidence no longer cited", reason=_criterion(session, case, criterion).text, now=now)
    audit.record(session, actor, "case.uncite", f"case/{case_id}", now=now, payload={"entry": str(entry_id)})


def hand_in(session: Session, actor: ActorFacts, case_id: UUID, *, version: int, now: datetime) -> None:
    """Hand a case in: nothing of it changes any more but peer feedback that was asked for before."""
    case, _ = locked(session, actor, case_id, Permission.CASE_SUBMIT)
    unchanged(case, version)
    cited = session.execute(
        select(LogEntry.visibility, LogEntry.withdrawn_at)
        .join(CaseEvidence, CaseEvidence.entry_id == LogEntry.id)
        .where(CaseEvidence.case_id == case_id)
        # Locked, so that no entry is changed or withdrawn while the case that rests on it is handed in.
        .order_by(LogEntry.id)
        .with_for_update(of=LogEntry)
    ).all()
    readable = sum(row.visibility is Visibility.CASE and row.withdrawn_at is None for row in cited)
    missing = lacks(texts_of(case), case.case_against, len(cited), readable=readable)
    refuse([Fault(one.part, one.message) for one in missing])
    case.state, case.submitted_at = CaseState.SUBMITTED, now
    note(session, actor, case, "Handed in", now=now)
    audit.record(session, actor, "case.submit", f"case/{case_id}", now=now, payload=_written(case))
    tell(session, actor, case, "A promotion case is handed in", body="It waits for a calibration now.", now=now)


def withdraw(session: Session, actor: ActorFacts, case_id: UUID, reason: str, *, now: datetime) -> None:
    """End a case without a decision; what was written stays readable."""
    case, _ = locked(session, actor, case_id, Permission.CASE_WITHDRAW)
    refuse(text_faults("reason", "why the case is withdrawn", reason, limit=TEXT_LIMIT, required=True))
    case.state, case.ended_at = CaseState.WITHDRAWN, now
    note(session, actor, case, "Withdrawn", now=now, reason=reason)
    audit.record(session, actor, "case.withdraw", f"case/{case_id}", now=now, payload={"reason": reason.strip()})
    tell(session, actor, case, "A promotion case is withdrawn", body="The case says why.", now=now)


def texts_of(case: PromotionCase) -> CaseTexts:
    """What the person and the manager have written so far."""
    return CaseTexts(case.brief, case.development, case.business_need)


def _noted_lately(session: Session, actor: ActorFacts, case_id: UUID, now: datetime) -> bool:
    """Whether the newest line in the history says that the actor changed the texts, within the hour."""
    event = CaseEvent
    newest = select(event.what, event.by_id, event.at).where(event.case_id == case_id)
    last = session.execute(newest.order_by(event.number.desc()).limit(1)).one_or_none()
    return last is not None and (last.what, last.by_id) == (_CHANGED, actor.person_id) and last.at > now - _APART


def _manager(session: Session, actor: ActorFacts, person_id: UUID) -> UUID:
    manager_id = session.scalar(select(Reporting.manager_id).where(Reporting.person_id == person_id))
    if actor.person_id not in {person_id, manager_id}:
        raise NotFoundError
    # The line of reporting is locked, so that two who ask at once do not both find no case.
    session.execute(select(Reporting.person_id).where(Reporting.person_id == person_id).with_for_update())
    person = session.get(Person, person_id)
    if person is None or not person.active:
        raise NotFoundError
    if manager_id is None:
        message = "You report to nobody, so nobody could answer for the case. Ask HR to record your manager."
        raise NotAllowedError(message)
    return manager_id


def _placement(session: Session, person_id: UUID, today: date) -> Placement:
    placement = session.scalar(
        select(Placement)
        .where(Placement.person_id == person_id, Placement.since <= today, unreplaced())
        .order_by(Placement.since.desc(), Placement.recorded_at.desc(), Placement.id)
        .limit(1)
    )
    if placement is None:
        message = "No level is recorded for this person yet. Ask HR to record one; then a case can begin."
        raise InvalidError((Fault("person", message),))
    return placement


def _basis(session: Session, person_id: UUID, role: str) -> _Basis:
    version = BlueprintVersion
    sealed_at = select(func.max(Sheet.sealed_at)).where(Sheet.assessment_id == Assessment.id).correlate(Assessment)
    assessed = session.execute(
        select(Assessment.id, version.id.label("version_id"), version.body)
        .join(Cycle, Cycle.id == Assessment.cycle_id)
        .join(version, version.id == Cycle.blueprint_version_id)
        .where(Assessment.person_id == person_id, version.role == role, both_sealed())
        .order_by(sealed_at.scalar_subquery().desc(), Assessment.id)
        .limit(1)
    ).one_or_none()
    if assessed is not None:
        return _Basis(assessed.version_id, from_canonical(assessed.body), assessed.id)
    newest = session.execute(
        select(version.id, version.body).where(version.role == role).order_by(version.number.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        raise InvalidError((Fault("person", "No blueprint is published for this person's role. Ask HR."),))
    return _Basis(newest.id, from_canonical(newest.body), None)


def _criteria(session: Session, case: PromotionCase) -> tuple[Criterion, ...]:
    body = session.scalar(select(BlueprintVersion.body).where(BlueprintVersion.id == case.blueprint_version_id))
    ladder = from_canonical(body).ladder if body else None
    return criteria_to(ladder, case.from_level, case.to_level) if ladder else ()


def _criterion(session: Session, case: PromotionCase, criterion: str) -> Criterion:
    """The criterion of that id; :class:`NotFoundError` when the step has none."""
    for one in _criteria(session, case):
        if one.id == criterion:
            return one
    raise NotFoundError


def _refuse_too_many(session: Session, case_id: UUID, criterion: str) -> None:
    count = select(func.count()).where(CaseEvidence.case_id == case_id, CaseEvidence.criterion == criterion)
    if (session.scalar(count) or 0) >= MOST_CITED:
        message = f"A criterion has at most {MOST_CITED} pieces. Choose the strongest."
        raise InvalidError((Fault("entry", message),))


def _entry_faults(session: Session, case: PromotionCase, entry_id: UUID) -> list[Fault]:
    entry = session.get(LogEntry, entry_id)
    if entry is None or entry.person_id != case.person_id or entry.visibility is Visibility.PRIVATE:
        return [Fault("entry", "Choose an entry from the list.")]
    if entry.withdrawn_at is not None:
        return [Fault("entry", "This entry was withdrawn, so it cannot be cited.")]
    if entry.visibility is not Visibility.CASE:
        message = "Those who judge the case could not read this entry. Its owner opens it to them first."
        return [Fault("entry", message)]
    return []


def _written(case: PromotionCase) -> dict[str, object]:
    return {
        "brief": case.brief,
        "development": case.development,
        "business_need": case.business_need,
        "case_against": case.case_against,
    }
