"""How a promotion case ends: recorded by the chair, signed, answered, and corrected in a new record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from app.domain.blueprint import from_canonical
from app.domain.errors import AlreadyDoneError, NotFoundError, NotYetError
from app.domain.growth.calibration import LEAST_RATERS
from app.domain.growth.case import CaseParty, CaseState
from app.domain.growth.casework import TEXT_LIMIT, Ballot, Verdict, correction_problems, gaps_text, verdict_problems
from app.domain.growth.readiness import criteria_to
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.ballots import ballots
from app.models.blueprint import BlueprintVersion
from app.models.person import Person
from app.models.promotion import Appeal, CaseDecision, CaseDecisionVote, CaseSignature, PromotionCase, newest_record
from app.services import audit, case_placing, checkpoints
from app.services.case_record import locked, note, refuse, tell, unchanged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from app.domain.errors import Fault
    from app.domain.growth.facts import CaseFacts
    from app.domain.permission import ActorFacts

_FEW = (
    "A case is decided on {least} independent votes or more, and {given}. Put it before another calibration "
    "with more members who have no conflict."
)


def decide(
    session: Session, actor: ActorFacts, case_id: UUID, verdict: Verdict, *, version: int, today: date, now: datetime
) -> UUID:
    """Record how the case ends, on the votes as they stand, and return the record's id.

    A promotion places the person at the level from its day on. :class:`NotYetError` with fewer than three votes.
    """
    case, _ = locked(session, actor, case_id, Permission.CASE_DECIDE)
    unchanged(case, version)
    row = _version(session, case)
    refuse(_verdict_faults(row, case, verdict, today))
    votes = ballots(session, case_id)
    _require_enough(votes)
    decision = _add(session, actor, case, verdict, votes, sha256=row.sha256, now=now)
    case.state, case.ended_at = CaseState.DECIDED, now
    note(session, actor, case, f"Decided: {verdict.outcome.words.lower()}", now=now)
    audit.record(session, actor, "case.decide", f"case/{case_id}", now=now, payload=_record(verdict, votes))
    case_placing.follow(session, actor, case, row.role, verdict, now=now)
    tell(session, actor, case, "A promotion case is decided", body="Read how and why, and sign it.", now=now)
    return decision.id


def correct(
    session: Session,
    actor: ActorFacts,
    case_id: UUID,
    verdict: Verdict,
    *,
    why: str,
    version: int,
    today: date,
    now: datetime,
) -> UUID:
    """Record anew how a case ended, and return the new record's id; the record before stays, with its signatures.

    Votes are those of the record before. Levels follow: what a promotion placed is taken back, moved or made.
    """
    case, _ = locked(session, actor, case_id, Permission.CASE_CORRECT)
    unchanged(case, version)
    row, old = _version(session, case), _newest(session, case_id)
    refuse([*correction_problems(why), *_verdict_faults(row, case, verdict, today)])
    votes = _votes_of(session, old.id)
    decision = _add(
        session, actor, case, verdict, votes, sha256=row.sha256, now=now, number=old.number + 1, why=why.strip()
    )
    note(session, actor, case, f"Decision corrected: {verdict.outcome.words.lower()}", now=now, reason=why)
    payload = {**_record(verdict, votes), "corrects": old.number, "why": why.strip()}
    audit.record(session, actor, "case.correct", f"case/{case_id}", now=now, payload=payload)
    case_placing.follow(session, actor, case, row.role, verdict, now=now)
    body = "Read what changed and why, and sign it anew."
    tell(session, actor, case, "The decision on a promotion case is corrected", body=body, now=now)
    return decision.id


def sign(session: Session, actor: ActorFacts, case_id: UUID, *, now: datetime) -> None:
    """Say that one has read the record that stands: as the person, as the manager, or as the chair."""
    case, facts = locked(session, actor, case_id, Permission.CASE_SIGN)
    party, decision = _party(facts), _newest(session, case_id)
    if session.get(CaseSignature, (decision.id, party)) is not None:
        message = "You have signed this already."
        raise AlreadyDoneError(message)
    session.add(CaseSignature(decision_id=decision.id, party=party, person_id=actor.person_id, signed_at=now))
    note(session, actor, case, "Signed", now=now)
    audit.record(session, actor, "case.sign", f"case/{case_id}", now=now, payload={"party": party.value})


def appeal(session: Session, actor: ActorFacts, case_id: UUID, text: str, *, now: datetime) -> UUID:
    """Add what the person has to say to how their case ended; it stays, and whoever reads the case reads it."""
    case, _ = locked(session, actor, case_id, Permission.CASE_APPEAL)
    refuse(text_faults("text", "what you have to say", text, limit=TEXT_LIMIT, required=True))
    row = Appeal(case_id=case_id, text=text.strip(), at=now, by_id=actor.person_id)
    session.add(row)
    note(session, actor, case, "Appeal added", now=now)
    audit.record(session, actor, "case.appeal", f"case/{case_id}", now=now, payload={"text": text.strip()})
    tell(session, actor, case, "Something was added to a decided case", body="Read it on the case.", now=now)
    return row.id


def _version(session: Session, case: PromotionCase) -> BlueprintVersion:
    row = session.get(BlueprintVersion, case.blueprint_version_id)
    if row is None:
        raise NotFoundError
    return row


def _newest(session: Session, case_id: UUID) -> CaseDecision:
    decision = session.scalar(select(CaseDecision).where(CaseDecision.case_id == case_id, newest_record()))
    if decision is None:
        raise NotFoundError
    return decision


def _verdict_faults(row: BlueprintVersion, case: PromotionCase, verdict: Verdict, today: date) -> tuple[Fault, ...]:
    if case.submitted_at is None:
        raise NotFoundError
    return verdict_problems(verdict, _known_gaps(row, case), today=today, handed_in=case.submitted_at.date())


def _votes_of(session: Session, decision_id: UUID) -> tuple[Ballot, ...]:
    rows = session.execute(
        select(CaseDecisionVote.member_id, Person.name, CaseDecisionVote.outcome, CaseDecisionVote.reason)
        .join(Person, Person.id == CaseDecisionVote.member_id)
        .where(CaseDecisionVote.decision_id == decision_id)
        .order_by(Person.name, Person.id)
    )
    return tuple(Ballot(*row) for row in rows)


def _add(
    session: Session,
    actor: ActorFacts,
    case: PromotionCase,
    verdict: Verdict,
    votes: Sequence[Ballot],
    *,
    sha256: str,
    now: datetime,
    number: int = 1,
    why: str = "",
) -> CaseDecision:
    decision = CaseDecision(
        case_id=case.id, number=number, outcome=verdict.outcome, day=verdict.day, gaps=gaps_text(verdict.gaps),
        reasons=verdict.reasons.strip(), correction_reason=why, decided_by_id=actor.person_id, decided_at=now,
        blueprint_sha256=sha256, checkpoint=checkpoints.line_for_decision(session, now=now),
    )  # fmt: skip
    session.add(decision)
    session.flush()
    session.add_all(
        CaseDecisionVote(decision_id=decision.id, member_id=one.member_id, outcome=one.outcome, reason=one.reason)
        for one in votes
    )
    return decision


def _known_gaps(row: BlueprintVersion, case: PromotionCase) -> list[str]:
    """The criteria of the step, and the competencies of which the target level asks something."""
    ladder = from_canonical(row.body).ladder
    if ladder is None:
        return []
    shown = [one.id for one in criteria_to(ladder, case.from_level, case.to_level)]
    return [*shown, *(needed.competency for needed in ladder.required(case.to_level))]


def _require_enough(votes: Sequence[Ballot]) -> None:
    if len(votes) < LEAST_RATERS:
        given = f"{len(votes)} {'is' if len(votes) == 1 else 'are'} in"
        raise NotYetError(_FEW.format(least=LEAST_RATERS, given=given))


def _party(facts: CaseFacts) -> CaseParty:
    if facts.is_person:
        return CaseParty.PERSON
    return CaseParty.MANAGER if facts.is_manager else CaseParty.CHAIR


def _record(verdict: Verdict, votes: Sequence[Ballot]) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "day": verdict.day.isoformat() if verdict.day else "",
        "gaps": sorted(set(verdict.gaps)),
        "reasons": verdict.reasons.strip(),
        "votes": [{"member": str(one.member_id), "outcome": one.outcome.value, "reason": one.reason} for one in votes],
    }
