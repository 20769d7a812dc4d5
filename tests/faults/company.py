"""A company whose people are about to act, and what there is in the database of each act: nothing, all, or a part.

What an act leaves behind is looked up here row by row, without asking the program's own services or queries.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import func, select

from app.domain.card import CardState
from app.domain.hiring import Stage
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.candidate import Application
from app.models.decision import Decision, DecisionVote, Vote
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Intent
from app.models.scorecard import RatingRow, Revision, ScorecardRow
from app.services import installation, sessions
from tests.factories import committee as deciding
from tests.factories import hiring
from tests.factories.entering import entered
from tests.factories.hiring import DIMENSIONS

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.models.person import Person

RATINGS = {"strategy": "4", "fluency": "none", "empathy": "2"}
_TOGETHER = 10
"""Applications of one requisition: a decision looks at all of them."""


class Kind(Enum):
    """What people do."""

    SEAL = "seal"
    VOTE = "vote"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Act:
    """One form that is about to be sent; ``intent`` makes it count once."""

    kind: Kind
    subject: UUID
    intent: str = field(default_factory=lambda: uuid4().hex)

    @property
    def path(self) -> str:
        """Where the form goes."""
        if self.kind is Kind.SEAL:
            return f"/scorecards/{self.subject}/seal"
        return f"/applications/{self.subject}/{self.kind.value}"

    @property
    def fields(self) -> dict[str, str]:
        """What the form holds, without its token."""
        if self.kind is Kind.SEAL:
            evidence = {f"evidence-{dimension}": f"Seen: {dimension}" for dimension in RATINGS}
            rated = {f"rating-{dimension}": value for dimension, value in RATINGS.items()}
            return {"intent": self.intent, "version": "1", "recommendation": "yes", **rated, **evidence}
        if self.kind is Kind.VOTE:
            return {"version": "0", "outcome": "no_hire", "reason": "Too thin on metrics."}
        reasons = "Too thin on metrics, and sound on everything else that was asked."
        return {"intent": self.intent, "outcome": "no_hire", "reasons": reasons}


@dataclass(slots=True)
class Somebody:
    """One person's browser and the acts they will do, in this order."""

    person_id: UUID
    cookie: str
    acts: list[Act]
    form_token: str = ""


def hire(engine: Engine, clients: int, each: int) -> list[Somebody]:
    """People with so many acts each: two thirds seal cards, the others vote and decide."""
    with writing(engine) as session:
        installation.ensure(session, company="Harrow & Vale", demo=True)
        judges = max(1, clients // 3)
        return [
            *(_interviewer(session, number, each) for number in range(clients - judges)),
            *(_chair(session, each) for _ in range(judges)),
        ]


def _interviewer(session: Session, number: int, each: int) -> Somebody:
    person = hiring.make_person(session, f"Interviewer {number}", [Role.INTERVIEWER])
    need = hiring.make_requisition(session)
    acts = []
    for _ in range(each):
        interview = hiring.make_interview(session, hiring.make_application(session, need), focus=DIMENSIONS[:1])
        acts.append(Act(Kind.SEAL, hiring.make_card(session, interview, person).id))
    return _browser(session, person, acts)


def _chair(session: Session, each: int) -> Somebody:
    """A chair who votes on each application and then decides on it."""
    acts: list[Act] = []
    company = deciding.make_committee(session, interviewers=1, members=0)
    chair = company.chair
    for number in range(each // 2):
        if number and number % _TOGETHER == 0:
            company = _another(session, company)
        scored = deciding.make_scored(session, company, f"Mira {number}", [{"strategy": 3, "fluency": 4, "empathy": 2}])
        acts += [Act(Kind.VOTE, scored.id), Act(Kind.DECIDE, scored.id)]
    return _browser(session, chair, acts)


def _another(session: Session, company: deciding.Committee) -> deciding.Committee:
    need = hiring.make_requisition(session, chair=company.chair, manager=company.manager)
    return deciding.Committee(
        need, company.coordinator, company.manager, company.chair, company.members, company.interviewers
    )


def _browser(session: Session, person: Person, acts: list[Act]) -> Somebody:
    return Somebody(person.id, f"plumbline={token_of(session, person.id)}", acts)


def token_of(session: Session, person_id: UUID) -> str:
    """A session of somebody who has just signed in."""
    return sessions.begin(session, person_id, browser="test", **entered())


@dataclass(slots=True)
class Ledger:
    """What clients were told, written down before they send the next one."""

    acknowledged: set[Act] = field(default_factory=set)
    unknown: set[Act] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Acts that are not as they must be."""

    lost: int
    partial: int
    double: int

    @property
    def failures(self) -> int:
        """How many acts that is."""
        return self.lost + self.partial + self.double


def judge(engine: Engine, ledger: Ledger) -> Verdict:
    """Compare what clients were told with what there is: acknowledged acts wholly and once, others so or not at all."""
    there = effects(engine)
    lost = sum(not any(there[act.kind, act.subject]) for act in ledger.acknowledged)
    partial = double = 0
    for act in ledger.acknowledged | ledger.unknown:
        counts = there[act.kind, act.subject]
        double += any(count > 1 for count in counts)
        partial += any(counts) and not all(counts)
    return Verdict(lost, partial, double)


def complaints(engine: Engine, ledger: Ledger) -> list[str]:
    """What is wrong by now, in words; nothing where every act is as it must be."""
    seen = judge(engine, ledger)
    return [str(seen)] if seen.failures else []


class _Effects(dict[tuple[Kind, UUID], tuple[int, ...]]):
    def __missing__(self, key: tuple[Kind, UUID]) -> tuple[int, ...]:
        return (0,)


def effects(engine: Engine) -> dict[tuple[Kind, UUID], tuple[int, ...]]:
    """By act, how often each of its traces is there: all of them 0, or all of them 1."""
    with reading(engine) as session:
        return _Effects({**_sealed(session), **_voted(session), **_decided(session)})


def _sealed(session: Session) -> dict[tuple[Kind, UUID], tuple[int, ...]]:
    rated = Counter(session.scalars(select(RatingRow.revision_id)))
    revisions = session.execute(select(Revision.scorecard_id, Revision.id)).all()
    written = Counter(card for card, revision in revisions if rated[revision] == len(RATINGS))
    shut = Counter(session.scalars(select(ScorecardRow.id).where(ScorecardRow.state == CardState.SEALED)))
    events = _events(session, "scorecard.seal", "scorecard")
    answered = _answered(session, "/scorecards/%/seal")
    # Cards that a factory sealed have no intent; nobody acts on them.
    return {(Kind.SEAL, c): (written[c], shut[c], events[c], answered[c]) for c in {*written, *shut, *answered}}


def _voted(session: Session) -> dict[tuple[Kind, UUID], tuple[int, ...]]:
    votes, events = Counter(session.scalars(select(Vote.application_id))), _events(session, "vote.cast", "application")
    return {(Kind.VOTE, one): (votes[one], events[one]) for one in {*votes, *events}}


def _decided(session: Session) -> dict[tuple[Kind, UUID], tuple[int, ...]]:
    rows = session.execute(select(Decision.application_id, Decision.id)).all()
    of = {decision: application for application, decision in rows}
    decisions, events = Counter(of.values()), _events(session, "decision.record", "decision")
    chained = Counter(of.get(decision, decision) for decision in events.elements())
    copied = Counter(of[decision] for decision in session.scalars(select(DecisionVote.decision_id)))
    stages = Counter(session.scalars(select(Application.id).where(Application.stage == Stage.DECIDED)))
    paths = session.scalars(select(Message.path).where(Message.path.like("/decisions/%")).distinct())
    told = Counter(of.get(UUID(path.removeprefix("/decisions/"))) for path in paths)
    whole = {*decisions, *chained, *stages}
    return {(Kind.DECIDE, one): (decisions[one], chained[one], copied[one], stages[one], told[one]) for one in whole}


def _events(session: Session, action: str, kind: str) -> Counter[UUID]:
    subjects = session.scalars(select(AuditEvent.object).where(AuditEvent.action == action))
    return Counter(UUID(subject.removeprefix(f"{kind}/")) for subject in subjects)


def _answered(session: Session, route: str) -> Counter[UUID]:
    routes = session.scalars(select(Intent.route).where(Intent.route.like(route), func.length(Intent.answer) > 0))
    return Counter(UUID(route.split("/")[2]) for route in routes)
