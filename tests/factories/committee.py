"""Makes sealed cards, votes and decisions for tests, each with its event in the audit chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.domain.decision import Outcome
from app.domain.permission import ActorFacts, Role
from app.models import records
from app.models.blueprint import BlueprintVersion
from app.models.decision import Decision, DecisionVote, Vote
from app.models.requisition import Requisition
from app.models.scorecard import SignalNote
from app.services import audit
from tests.factories.hiring import (
    NOW,
    actor_of,
    card_of,
    make_application,
    make_interview,
    make_person,
    make_requisition,
    open_debrief,
    seal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from app.models.candidate import Application
    from app.models.person import Person
    from app.models.scorecard import Revision


@dataclass(frozen=True, slots=True)
class Committee:
    """A requisition with everybody who decides on it, and interviewers who sit on nothing else."""

    requisition: Requisition
    coordinator: Person
    manager: Person
    chair: Person
    members: tuple[Person, ...]
    interviewers: tuple[Person, ...]

    @property
    def chair_actor(self) -> ActorFacts:
        """The chair, as the permission map sees them."""
        return actor_of(self.chair)

    @property
    def coordinator_actor(self) -> ActorFacts:
        """The coordinator, as the permission map sees them."""
        return actor_of(self.coordinator)


def make_committee(
    session: Session, *, openings: int = 1, musts: Sequence[str] = (), interviewers: int = 2, members: int = 1
) -> Committee:
    """A requisition with a coordinator, a manager, a chair, members and interviewers."""
    manager = make_person(session, "Mara Lindqvist", [Role.HIRING_MANAGER])
    chair = make_person(session, "Chidi Eze", [Role.COMMITTEE])
    others = tuple(make_person(session, f"Member {n}", [Role.COMMITTEE]) for n in range(1, members + 1))
    requisition = make_requisition(
        session, manager=manager, chair=chair, members=others, musts=musts, openings=openings
    )
    panel = tuple(make_person(session, f"Interviewer {n}", [Role.INTERVIEWER]) for n in range(1, interviewers + 1))
    coordinator = make_person(session, "Cora Diaz", [Role.COORDINATOR])
    return Committee(requisition, coordinator, manager, chair, others, panel)


def make_scored(
    session: Session,
    committee: Committee,
    name: str,
    cards: Sequence[Mapping[str, int | None]],
    *,
    debrief: bool = True,
) -> Application:
    """An application whose first interviewers have sealed these ratings; the others have no card."""
    application = make_application(session, committee.requisition, name=name)
    panel = committee.interviewers[: len(cards)]
    interview = make_interview(session, application, panel)
    for person, ratings in zip(panel, cards, strict=True):
        seal_chained(session, person, seal(session, card_of(session, interview, person), ratings))
    if debrief:
        open_debrief(session, application, committee.coordinator.id)
    return application


def seal_chained(session: Session, interviewer: Person, revision: Revision) -> Revision:
    """Put a sealed revision into the chain, as the service does."""
    audit.record(
        session, actor_of(interviewer), "scorecard.seal", f"scorecard/{revision.scorecard_id}",
        now=NOW, payload=records.revision_record(revision),
    )  # fmt: skip
    return revision


def note_signals(session: Session, revision: Revision, *signals: str) -> None:
    """Tick signals on a revision."""
    revision.signals.extend(SignalNote(signal=signal) for signal in signals)
    session.flush()


def cast_chained(session: Session, application: Application, member: Person, outcome: Outcome = Outcome.HIRE) -> Vote:
    """A sealed vote with its event."""
    vote = Vote(
        application_id=application.id, member_id=member.id, outcome=outcome, reason="Because of the case.", cast_at=NOW
    )
    session.add(vote)
    session.flush()
    audit.record(
        session, actor_of(member), "vote.cast", f"application/{application.id}",
        now=NOW, payload=records.vote_record(vote),
    )  # fmt: skip
    return vote


def decide_chained(
    session: Session, application: Application, chair: Person, votes: Sequence[Vote], outcome: Outcome = Outcome.HIRE
) -> Decision:
    """A recorded decision with its event, without asking whether it may be recorded."""
    sha256 = session.scalars(
        select(BlueprintVersion.sha256)
        .join(Requisition, Requisition.blueprint_version_id == BlueprintVersion.id)
        .where(Requisition.id == application.requisition_id)
    ).one()
    decision = Decision(
        application_id=application.id, number=1, outcome=outcome, reasons="Strong on strategy, sound on the rest.",
        decided_by_id=chair.id, decided_at=NOW, composite="7/2", coverage="1", blueprint_sha256=sha256,
        checkpoint="a line",
        votes=[DecisionVote(member_id=v.member_id, outcome=v.outcome, reason=v.reason) for v in votes],
    )  # fmt: skip
    session.add(decision)
    session.flush()
    audit.record(
        session, actor_of(chair), "decision.record", f"decision/{decision.id}",
        now=NOW, payload=records.decision_record(decision),
    )  # fmt: skip
    return decision
