"""Milestones are signed by every party once nothing in them is open; the date they had then stays theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.errors import AlreadyDoneError, NotFoundError, NotYetError
from app.domain.onboarding.plan import PartyName, unsigned
from app.domain.permission import Permission
from app.models.onboarding import Goal, Plan, PlanMilestone, Signature
from app.models.person import Person
from app.models.plan_facts import milestone_facts
from app.services import audit, outbox, plan_record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts


def sign(session: Session, actor: ActorFacts, milestone_id: UUID, *, now: datetime) -> bool:
    """Sign a milestone as the party one is; return whether every party has signed now.

    :class:`NotYetError` while a goal is neither signed off nor waived. The last signature settles the date.
    """
    milestone = session.get(PlanMilestone, milestone_id)
    plan = session.get(Plan, milestone.plan_id, with_for_update=True) if milestone else None
    facts = found(milestone_facts(session, actor, milestone_id))
    require(actor, Permission.MILESTONE_SIGN, facts)
    if milestone is None or plan is None:
        raise NotFoundError
    party = PartyName.HIRE if facts.is_hire else PartyName.MANAGER
    signed = set(session.scalars(select(Signature.party).where(Signature.milestone_id == milestone_id)))
    _refuse(session, milestone, party, signed)
    session.add(Signature(milestone_id=milestone_id, party=party, person_id=actor.person_id, signed_at=now))
    signed.add(party)
    missing = unsigned(parties(milestone), signed)
    if not missing:
        milestone.settled = milestone.due_on
    plan_record.note(session, actor, plan, f"{milestone.title} signed as {party.words.lower()}", now=now)
    payload = {"milestone": milestone.key, "party": party.value}
    audit.record(session, actor, "milestone.sign", f"plan/{plan.id}", now=now, payload=payload)
    _tell(session, plan, milestone, missing, now)
    return not missing


def parties(milestone: PlanMilestone) -> tuple[PartyName, ...]:
    """Who has to sign, in the blueprint's order."""
    return tuple(PartyName(name) for name in milestone.sign_off.split(",") if name)


def _refuse(session: Session, milestone: PlanMilestone, party: PartyName, signed: set[PartyName]) -> None:
    if party in signed:
        message = "You have signed this milestone already."
        raise AlreadyDoneError(message)
    if party not in parties(milestone):
        message = "This milestone does not ask for your signature."
        raise NotYetError(message)
    states = session.scalars(select(Goal.state).where(Goal.milestone_id == milestone.id))
    waiting = sum(not state.settled for state in states)
    if waiting:
        goals = "1 goal is" if waiting == 1 else f"{waiting} goals are"
        message = f"{goals} neither signed off nor waived. A milestone is signed when nothing in it is open."
        raise NotYetError(message)


def _tell(
    session: Session, plan: Plan, milestone: PlanMilestone, missing: tuple[PartyName, ...], now: datetime
) -> None:
    people = {PartyName.HIRE: plan.hire_id, PartyName.MANAGER: plan.manager_id}
    hire = session.scalar(select(Person.name).where(Person.id == plan.hire_id))
    for party in missing:
        subject = f"{milestone.title} waits for your signature"
        path = f"/onboarding/{plan.id}"
        outbox.notify(session, people[party], subject=subject, body=f"{hire}, {plan.title}.", path=path, now=now)
