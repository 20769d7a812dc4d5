"""What stands between a committee and its decision: cards owed, votes missing, reasons unwritten, openings filled."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.domain.card import CardState
from app.domain.decision import REASON_MINIMUM, Outcome
from app.domain.errors import ConflictError, Fault, InvalidError, NotYetError
from app.domain.hiring import COMMITTEE
from app.domain.text import text_faults
from app.models.candidate import Application, Candidate
from app.models.decision import Decision, Vote
from app.models.interest import conflict_of
from app.models.person import Person
from app.models.requisition import Requisition, RequisitionMember
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.permission import ApplicationFacts
    from app.models.standing import Standing
    from app.services.decisions import Conclusion

REASON_LIMIT = 4000
_NO_VOTE = "Nobody has voted yet. A decision is recorded once the committee has."


def require_no_card_owed(session: Session, application_id: UUID) -> None:
    """Raise :class:`NotYetError` naming who still owes a card on the application."""
    names = session.scalars(
        select(Person.name)
        .join(ScorecardRow, ScorecardRow.interviewer_id == Person.id)
        .where(ScorecardRow.application_id == application_id, ScorecardRow.state == CardState.OWED)
        .distinct()
    ).all()
    if names:
        listed = ", ".join(sorted(names, key=str.casefold))
        message = f"Scorecards are still owed by {listed}. Wait for them, or release them with a reason first."
        raise NotYetError(message)


def votes_of(session: Session, facts: ApplicationFacts) -> tuple[Sequence[Vote], tuple[str, ...]]:
    """The votes on the application, and the names of members who have none, by name.

    A member who is the candidate or whose account is closed is not waited for. Of somebody with a conflict of interest
    not even a vote counts that was cast before. :class:`NotYetError` without a vote.
    """
    members = session.execute(
        select(Person.id, Person.name)
        .distinct()
        .join(RequisitionMember, RequisitionMember.person_id == Person.id)
        .join(Application, Application.requisition_id == RequisitionMember.requisition_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(
            Application.id == facts.application_id,
            RequisitionMember.part.in_(sorted(COMMITTEE)),
            Person.active.is_(True),
            Person.email != Candidate.email,
            ~conflict_of(Person.id),
        )
    ).all()
    votes = session.scalars(
        select(Vote)
        .join(Application, Application.id == Vote.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Application.id == facts.application_id, ~conflict_of(Vote.member_id))
    ).all()
    if not votes:
        raise NotYetError(_NO_VOTE)
    voted = {vote.member_id for vote in votes}
    absent = sorted((row.name for row in members if row.id not in voted), key=str.casefold)
    return sorted(votes, key=lambda vote: str(vote.member_id)), tuple(absent)


def refuse_unreasoned(
    said: Conclusion,
    stood: Standing,
    application_id: UUID,
    absent: Sequence[str],
    *,
    correction_reason: str | None = None,
) -> None:
    """Raise :class:`InvalidError` with every reason that is missing, too short or too long."""
    faults = _reason_faults("reasons", "the reasons for this outcome", said.reasons)
    ahead = stood.ahead_of(application_id) if said.outcome is Outcome.HIRE else ()
    if ahead:
        names = ", ".join(stood.names[other] for other in ahead)
        asked = f"why this hire goes past {names}, whose composite stands ahead"
        faults += _reason_faults("departure_reason", asked, said.departure_reason)
    if absent:
        asked = f"why you decide without the vote of {', '.join(absent)}"
        faults += _reason_faults("absence_reason", asked, said.absence_reason)
    if correction_reason is not None:
        faults += _reason_faults("correction_reason", "why the earlier record is corrected", correction_reason)
    if faults:
        raise InvalidError(faults)


def require_opening(session: Session, facts: ApplicationFacts, outcome: Outcome) -> None:
    """Raise :class:`ConflictError` when a hire would need an opening that is filled; the requisition is locked."""
    if outcome is not Outcome.HIRE:
        return
    later = aliased(Decision)
    hires = session.scalar(
        select(func.count())
        .select_from(Decision)
        .join(Application, Application.id == Decision.application_id)
        .outerjoin(later, later.corrects_id == Decision.id)
        .where(
            Application.requisition_id == facts.requisition_id,
            Application.id != facts.application_id,
            Decision.outcome == Outcome.HIRE,
            later.id.is_(None),
        )
    )
    openings = session.scalar(select(Requisition.openings).where(Requisition.id == facts.requisition_id)) or 0
    if (hires or 0) >= openings:
        filled = "The only opening is filled" if openings == 1 else f"All {openings} openings are filled"
        message = f"{filled}. Raise the number of openings on the requisition, or choose hold."
        raise ConflictError(message)


def _reason_faults(field: str, asked: str, text: str) -> tuple[Fault, ...]:
    written = text.strip()
    if len(written) < REASON_MINIMUM:
        return (Fault(field, f"Write {asked}: at least {REASON_MINIMUM} characters."),)
    return text_faults(field, asked, written, limit=REASON_LIMIT)
