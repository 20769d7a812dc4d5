"""One candidate with a panel of two, and the acts of interviewers on it through the real services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.hiring import RevealRule
from app.domain.permission import ActorFacts, Role
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Person
from app.models.scorecard import Revision, ScorecardRow
from app.services import scorecards
from tests.factories import hiring
from tests.factories.hiring import NOW, actor_of

if TYPE_CHECKING:
    from app.domain.blueprint import Blueprint
    from tests.databases import Database

LATER = NOW + timedelta(hours=1)
WHOLE = CardContent(
    ratings=(
        DimensionRating("strategy", 4, "Named the bet that was stopped."),
        DimensionRating("empathy", None),
    ),
    signals=("names-trade-offs",),
    recommendation=Recommendation.YES,
    summary="Clear about what was given up.",
    private_note="Ask Ben about the second case.",
)
"""A card on the small blueprint that can be sealed when only ``strategy`` is the focus."""


@dataclass(frozen=True)
class Panel:
    """One candidate, two interviewers with a card each on one interview, who leads and who coordinates."""

    requisition: UUID
    application: UUID
    interview: UUID
    ada: ActorFacts
    ada_card: UUID
    ben: ActorFacts
    ben_card: UUID
    manager: ActorFacts
    coordinator: ActorFacts


def make_panel(
    database: Database,
    *,
    reveal: RevealRule = RevealRule.AFTER_OWN,
    manager_interviews: bool = False,
    blueprint: Blueprint | None = None,
    focus: tuple[str, ...] = ("strategy",),
    case_study: str | None = None,
) -> Panel:
    """Ada Brook and Ben Ode interview Mira Okafor; Mara Lindqvist leads, Cleo Ruiz coordinates."""
    with writing(database.engine) as session:
        ada = hiring.make_person(session, "Ada Brook", [Role.INTERVIEWER])
        ben = hiring.make_person(session, "Ben Ode", [Role.INTERVIEWER])
        manager = hiring.make_person(session, "Mara Lindqvist", [Role.HIRING_MANAGER])
        coordinator = hiring.make_person(session, "Cleo Ruiz", [Role.COORDINATOR])
        version = hiring.make_blueprint_version(session, blueprint)
        requisition = hiring.make_requisition(session, version=version, manager=manager, reveal=reveal)
        requisition.created_by_id = coordinator.id
        application = hiring.make_application(session, requisition)
        seats = [ada, ben, *([manager] if manager_interviews else [])]
        interview = hiring.make_interview(session, application, seats, focus=focus, case_study=case_study)
        return Panel(
            requisition.id,
            application.id,
            interview.id,
            actor_of(ada),
            hiring.card_of(session, interview, ada).id,
            actor_of(ben),
            hiring.card_of(session, interview, ben).id,
            actor_of(manager),
            actor_of(coordinator),
        )


def make_actor(database: Database, name: str, *roles: Role) -> ActorFacts:
    """Somebody who has nothing to do with any panel."""
    with writing(database.engine) as session:
        return actor_of(hiring.make_person(session, name, roles))


def version_of(database: Database, card: UUID) -> int:
    """The version that a form opened now would carry."""
    with reading(database.engine) as session:
        return session.scalars(select(ScorecardRow.version).where(ScorecardRow.id == card)).one()


def seal(database: Database, who: ActorFacts, card: UUID, content: CardContent = WHOLE, now: datetime = NOW) -> UUID:
    """Seal a card through the service."""
    version = version_of(database, card)
    with writing(database.engine) as session:
        return scorecards.seal(session, who, card, content, version=version, now=now)


def revise(
    database: Database, who: ActorFacts, card: UUID, *, reason: str = "I recalled more.", hours: int = 2
) -> UUID:
    """Revise a card through the service, some hours after `NOW`."""
    version, now = version_of(database, card), NOW + timedelta(hours=hours)
    with writing(database.engine) as session:
        return scorecards.revise(session, who, card, WHOLE, version=version, reason=reason, now=now)


def card_row(database: Database, card: UUID) -> ScorecardRow:
    """The card as it is stored now."""
    with reading(database.engine) as session:
        return session.scalars(select(ScorecardRow).where(ScorecardRow.id == card)).one()


def revisions(database: Database, card: UUID) -> list[Revision]:
    """The card's revisions, first to last."""
    with reading(database.engine) as session:
        found = select(Revision).where(Revision.scorecard_id == card).order_by(Revision.number)
        return list(session.scalars(found))


def told(database: Database) -> dict[str, str]:
    """Who was told: the name of each recipient with the subject of their last notice."""
    with reading(database.engine) as session:
        rows = session.execute(select(Person.name, Message.subject).join(Message, Message.recipient_id == Person.id))
        return {row.name: row.subject for row in rows}
