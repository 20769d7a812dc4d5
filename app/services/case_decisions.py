"""How a promotion case ends: the chair records it once its calibration is locked; then it is signed, or answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.domain.blueprint import from_canonical
from app.domain.errors import AlreadyDoneError, NotFoundError, NotYetError
from app.domain.growth.calibration import LEAST_RATERS
from app.domain.growth.case import CaseOutcome, CaseParty, CaseState
from app.domain.growth.casework import TEXT_LIMIT, Ballot, Verdict, gaps_text, verdict_problems
from app.domain.growth.readiness import criteria_to
from app.domain.permission import Permission
from app.domain.text import text_faults
from app.models.ballots import ballots
from app.models.blueprint import BlueprintVersion
from app.models.promotion import Appeal, CaseDecision, CaseDecisionVote, CaseSignature, PromotionCase
from app.services import audit, placements
from app.services.case_record import locked, note, refuse, tell, unchanged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

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
    row = session.get(BlueprintVersion, case.blueprint_version_id)
    if row is None or case.submitted_at is None:
        raise NotFoundError
    handed_in = case.submitted_at.date()
    refuse(verdict_problems(verdict, _known_gaps(row, case), today=today, handed_in=handed_in))
    votes = ballots(session, case_id)
    _require_enough(votes)
    decision = CaseDecision(
        case_id=case_id, number=1, outcome=verdict.outcome, day=verdict.day, gaps=gaps_text(verdict.gaps),
        reasons=verdict.reasons.strip(), decided_by_id=actor.person_id, decided_at=now, blueprint_sha256=row.sha256,
        checkpoint=audit.checkpoint(session),
    )  # fmt: skip
    session.add(decision)
    session.flush()
    session.add_all(
        CaseDecisionVote(decision_id=decision.id, member_id=one.member_id, outcome=one.outcome, reason=one.reason)
        for one in votes
    )
    case.state, case.ended_at = CaseState.DECIDED, now
    note(session, actor, case, f"Decided: {verdict.outcome.words.lower()}", now=now)
    audit.record(session, actor, "case.decide", f"case/{case_id}", now=now, payload=_record(verdict, votes))
    if verdict.outcome is CaseOutcome.PROMOTE and verdict.day is not None:
        reason = "Promoted; the case has the reasons."
        placements.place(
            session, actor, case.person_id, row.role, case.to_level, verdict.day, reason, now=now, case_id=case_id
        )  # fmt: skip
    tell(session, actor, case, "A promotion case is decided", body="Read how and why, and sign it.", now=now)
    return decision.id


def sign(session: Session, actor: ActorFacts, case_id: UUID, *, now: datetime) -> None:
    """Say that one has read how the case ended: as the person, as the manager, or as the chair."""
    case, facts = locked(session, actor, case_id, Permission.CASE_SIGN)
    party = _party(facts)
    if session.get(CaseSignature, (case_id, party)) is not None:
        message = "You have signed this already."
        raise AlreadyDoneError(message)
    session.add(CaseSignature(case_id=case_id, party=party, person_id=actor.person_id, signed_at=now))
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
