"""One person, one application, one state: the smallest world in which a permission can be tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.card import CardState
from app.domain.decision import Outcome
from app.domain.hiring import Part, RequisitionState
from app.domain.interest import InterestKind
from app.domain.permission import Role
from app.models.decision import Decision
from app.models.interest import ConflictOfInterest
from app.models.requisition import RequisitionMember
from tests.factories.drafts import make_draft
from tests.factories.hiring import (
    DIMENSIONS,
    NOW,
    card_of,
    make_application,
    make_blueprint_version,
    make_candidate,
    make_interview,
    make_next_version,
    make_person,
    make_requisition,
    open_debrief,
    seal,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.candidate import Application, Candidate
    from app.models.person import Person
    from app.models.requisition import Requisition
    from app.models.scorecard import ScorecardRow
    from tests.domain.test_permission import Persona


@dataclass(frozen=True)
class Scene:
    """The person, the ids by the name that routes give them, and the state of the card in question."""

    person_id: UUID
    ids: dict[str, UUID]
    card_state: CardState


def make_scene(session: Session, name: str, persona: Persona, state: str) -> Scene:
    """Rows that make a persona's facts true for an application in a state."""
    person = make_person(session, name.title(), persona.roles, active=persona.active)
    other = make_person(session, "Otto Other", (Role.INTERVIEWER,))
    version = make_blueprint_version(session)
    make_next_version(session, version)
    need = make_requisition(session, f"Need {state}", version=version)
    need.state = RequisitionState.CLOSED if state == "closed" else RequisitionState.DECIDING
    _join(session, need, person, persona)
    candidate = make_candidate(session, "Mira Okafor", email=person.email if persona.self else "")
    candidate.referrer_id = person.id if persona.conflict else None
    application = make_application(session, need, candidate)
    card = _interview(session, application, person, other, persona)
    if state != "open":
        open_debrief(session, application, other.id)
    ids = {
        "requisition_id": need.id,
        "application_id": application.id,
        "candidate_id": candidate.id,
        "interview_id": card.interview_id,
        "card_id": card.id,
        "version_id": need.blueprint_version_id,
        "person_id": other.id,
        "draft_id": make_draft(session, other).id,
        "conflict_id": _conflict(session, candidate).id,
    }
    if state in {"decided", "closed"}:
        ids["decision_id"] = _decide(session, application, other)
    session.flush()
    return Scene(person.id, ids, card.state)


def _conflict(session: Session, candidate: Candidate) -> ConflictOfInterest:
    friend = make_person(session, "Fay Friend", (Role.INTERVIEWER,))
    conflict = ConflictOfInterest(
        person_id=friend.id, candidate_id=candidate.id, kind=InterestKind.FRIEND, declared_at=NOW,
        declared_by_id=friend.id,
    )  # fmt: skip
    session.add(conflict)
    session.flush()
    return conflict


def _join(session: Session, need: Requisition, person: Person, persona: Persona) -> None:
    parts = [Part.HIRING_MANAGER] if persona.manages else []
    if persona.member:
        parts.append(Part.CHAIR if persona.chairs else Part.MEMBER)
    session.add_all(RequisitionMember(requisition_id=need.id, person_id=person.id, part=part) for part in parts)


def _interview(
    session: Session, application: Application, person: Person, other: Person, persona: Persona
) -> ScorecardRow:
    panel = [person, other] if persona.seat else [other]
    interview = make_interview(session, application, panel)
    seal(session, card_of(session, interview, other), {DIMENSIONS[0]: 3})
    if persona.seat and not persona.owes:
        seal(session, card_of(session, interview, person), {DIMENSIONS[0]: 4 if persona.sealed else None})
    if persona.sealed and persona.owes:
        seal(session, card_of(session, interview, person), {DIMENSIONS[0]: 4})
        make_interview(session, application, [person], title="Second talk")
    return card_of(session, interview, person if persona.author else other)


def _decide(session: Session, application: Application, by: Person) -> UUID:
    decision = Decision(
        application_id=application.id,
        number=1,
        outcome=Outcome.NO_HIRE,
        reasons="Not enough depth on metrics yet.",
        decided_by_id=by.id,
        decided_at=NOW,
        coverage="1",
        blueprint_sha256=application.requisition.blueprint.sha256,
        checkpoint="",
    )
    session.add(decision)
    session.flush()
    return decision.id
