"""Check-ins: answered apart, sealed until both are in, and ended with what the two agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import found, require
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotFoundError, NotYetError
from app.domain.onboarding.checkin import TEXT_LIMIT, Answers, draft_faults, goals_text, seal_faults
from app.domain.onboarding.plan import PartyName
from app.domain.permission import Permission
from app.domain.text import in_words, text_faults
from app.models.check_in import CheckIn, CheckInOutcome, TalkNote
from app.models.onboarding import Goal, Plan, PlanMilestone
from app.models.plan_day import local_day
from app.models.plan_facts import check_in_facts, plan_facts
from app.services import audit, outbox, plan_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.facts import CheckInFacts
    from app.domain.permission import ActorFacts

STALE = "These answers were saved in another tab meanwhile. Load the page again and repeat your change."


@dataclass(frozen=True, slots=True)
class _Opened:
    """A check-in that may be answered: whose side the actor is on, and what it is about."""

    plan: Plan
    milestone: PlanMilestone
    party: PartyName
    row: CheckIn | None
    goals: tuple[str, ...]


def save(
    session: Session,
    actor: ActorFacts,
    milestone_id: UUID,
    answers: Answers,
    *,
    version: int,
    today: date,
    now: datetime,
) -> int:
    """Keep the actor's draft and return its version; ``version`` is 0 where nothing was saved before."""
    opened = _opened(session, actor, milestone_id, version, today)
    _refuse(draft_faults(answers, opened.goals))
    return _keep(session, actor, opened, answers, now).version


def seal(
    session: Session,
    actor: ActorFacts,
    milestone_id: UUID,
    answers: Answers,
    *,
    version: int,
    today: date,
    now: datetime,
) -> bool:
    """Seal the actor's answers for good; return whether both are in now, so that each sees the other's."""
    opened = _opened(session, actor, milestone_id, version, today)
    _refuse(seal_faults(answers, opened.goals))
    row = _keep(session, actor, opened, answers, now)
    row.sealed_at = now
    session.flush()
    payload = {"milestone": opened.milestone.key, "party": opened.party.value}
    audit.record(session, actor, "checkin.seal", f"plan/{opened.plan.id}", now=now, payload=payload)
    other = PartyName.MANAGER if opened.party is PartyName.HIRE else PartyName.HIRE
    both = session.scalar(select(CheckIn.sealed_at).where(CheckIn.milestone_id == milestone_id, CheckIn.party == other))
    if both is not None:
        _tell_both(session, opened, now)
    return both is not None


def conclude(session: Session, actor: ActorFacts, milestone_id: UUID, text: str, *, now: datetime) -> None:
    """Write down what the two agreed on; writing again adds a correction and keeps what was there."""
    facts = _facts(session, actor, milestone_id)
    milestone = session.get(PlanMilestone, milestone_id)
    plan = session.get(Plan, facts.plan_id, with_for_update=True)
    require(actor, Permission.CHECKIN_CONCLUDE, facts)
    if milestone is None or plan is None:
        raise NotFoundError
    _refuse(text_faults("text", "what you agreed on", text, limit=TEXT_LIMIT, required=True))
    newest = select(func.max(CheckInOutcome.number)).where(CheckInOutcome.milestone_id == milestone_id)
    number = session.scalar(newest) or 0
    session.add(
        CheckInOutcome(
            milestone_id=milestone_id, number=number + 1, text=text.strip(), at=now, by_id=actor.person_id
        )
    )  # fmt: skip
    session.flush()
    what = "corrected" if number else "recorded"
    plan_record.note(session, actor, plan, f"Outcome of the check-in on {milestone.title} {what}", now=now)
    payload = {"milestone": milestone.key, "text": text.strip()}
    audit.record(session, actor, "checkin.conclude", f"plan/{plan.id}", now=now, payload=payload)


def write_note(
    session: Session, actor: ActorFacts, plan_id: UUID, text: str, *, talked_on: date, shared: bool, now: datetime
) -> UUID:
    """Keep a note of a talk. It is its author's alone unless it is shared, which is chosen now and does not change."""
    require(actor, Permission.NOTE_WRITE, found(plan_facts(session, actor, plan_id)))
    faults = [*text_faults("text", "a note", text, limit=TEXT_LIMIT, required=True)]
    zone = session.scalar(select(Plan.zone).where(Plan.id == plan_id)) or "UTC"
    if talked_on > max(local_day(now, zone), now.date()):
        faults.append(Fault("talked_on", "Choose the day of the talk: today or an earlier day."))
    _refuse(faults)
    note = TalkNote(
        plan_id=plan_id, author_id=actor.person_id, talked_on=talked_on, text=text.strip(), shared=shared,
        written_at=now,
    )  # fmt: skip
    session.add(note)
    session.flush()
    # A private note leaves no trace for others, not even that there is one.
    if shared:
        audit.record(session, actor, "talk.share", f"plan/{plan_id}", now=now)
    return note.id


def _facts(session: Session, actor: ActorFacts, milestone_id: UUID) -> CheckInFacts:
    return found(check_in_facts(session, actor, milestone_id))


def _opened(session: Session, actor: ActorFacts, milestone_id: UUID, version: int, today: date) -> _Opened:
    # The plan is locked, so that two first answers do not both find themselves alone.
    plan_id = session.scalar(select(PlanMilestone.plan_id).where(PlanMilestone.id == milestone_id))
    plan = session.get(Plan, plan_id, with_for_update=True) if plan_id else None
    facts = _facts(session, actor, milestone_id)
    party = PartyName.HIRE if facts.is_hire else PartyName.MANAGER
    if (facts.is_hire and facts.hire_sealed) or (facts.is_manager and facts.manager_sealed):
        message = "Your answers are sealed already, so they stay as they are."
        raise AlreadyDoneError(message)
    require(actor, Permission.CHECKIN_WRITE, facts)
    milestone = session.get(PlanMilestone, milestone_id)
    if plan is None or milestone is None:
        raise NotFoundError
    if today < milestone.opens_on:
        message = f"This check-in opens on {in_words(milestone.opens_on)}."
        raise NotYetError(message)
    row = session.get(CheckIn, (milestone_id, party), with_for_update=True)
    if (row.version if row else 0) != version:
        raise ConflictError(STALE, current_version=row.version if row else 0)
    keys = session.scalars(select(Goal.key).where(Goal.milestone_id == milestone_id).order_by(Goal.position))
    return _Opened(plan, milestone, party, row, tuple(keys))


def _keep(session: Session, actor: ActorFacts, opened: _Opened, answers: Answers, now: datetime) -> CheckIn:
    row = opened.row or CheckIn(milestone_id=opened.milestone.id, party=opened.party)
    row.author_id, row.saved_at = actor.person_id, now
    row.confidence, row.against = answers.confidence, answers.against
    row.went_well, row.in_the_way = answers.went_well.strip(), answers.in_the_way.strip()
    row.goals = goals_text(answers)
    session.add(row)
    session.flush()
    return row


def _tell_both(session: Session, opened: _Opened, now: datetime) -> None:
    for person_id in (opened.plan.hire_id, opened.plan.manager_id):
        outbox.notify(
            session, person_id, subject=f"Both have answered: {opened.milestone.title}",
            body="You can read each other's answers now, before you meet.",
            path=f"/onboarding/milestones/{opened.milestone.id}/check-in", now=now,
        )  # fmt: skip


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidError(tuple(faults))
