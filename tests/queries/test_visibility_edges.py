"""What worlds drawn by chance rarely hold: erased and hidden candidates, conflicts, decisions, scopes."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import false, select

from app.domain.card import CardState
from app.domain.decision import Outcome
from app.domain.facts import ActorFacts
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Permission, Role, allow
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from app.models.facts import actor_facts, application_facts, requisition_facts
from app.models.granting import ScopedGrant
from app.models.requisition import Requisition
from app.models.visibility import applications_visible_to, coordinates_whole, requisitions_visible_to
from tests.factories import committee, hiring
from tests.factories.grants import give
from tests.factories.hiring import NOW
from tests.factories.worlds import World, make_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tests.databases import Database

Seen = dict[str, tuple[set[UUID], set[UUID]]]
SEEDS = (3, 8)


def erased(_session: Session, world: World) -> None:
    """A candidate was erased."""
    world.applications[0].candidate.erased_at = NOW


def hidden(_session: Session, world: World) -> None:
    """A candidate waits for the end of keeping, seen by HR alone."""
    world.applications[0].candidate.hidden_at = NOW


def referred(_session: Session, world: World) -> None:
    """Somebody with every view brought the candidate in."""
    world.applications[0].candidate.referrer_id = world.people[5].id


def applied_themselves(_session: Session, world: World) -> None:
    """Somebody with every view is the candidate."""
    world.applications[0].candidate.email = world.people[5].email


def decided(session: Session, world: World) -> None:
    """A decision stands while the requisition goes on, and nobody owes a card."""
    for card in world.cards:
        card.state = CardState.RELEASED if card.state is CardState.OWED else card.state
    for application in world.applications[:2]:
        committee.decide_chained(session, application, world.people[3], [], Outcome.NO_HIRE)


def scoped(session: Session, world: World) -> None:
    """People without any role hold one in the first requisition."""
    for person, role in zip((world.people[8], world.people[7]), (Role.AUDITOR, Role.HR_PARTNER), strict=True):
        give(session, person, role, requisition=world.requisitions[0], by=world.people[4].id)


EDGES = (erased, hidden, referred, applied_themselves, decided, scoped)


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("seed", SEEDS)
def test_lists_show_what_the_map_grants_at_the_edges(
    database: Database, seed: int, edge: Callable[[Session, World], None]
) -> None:
    with writing(database.engine) as session:
        world = make_world(session, Random(seed))
    before, _ = _seen(database, world)
    with writing(database.engine) as session:
        edge(session, _again(session, world))
    listed, granted = _seen(database, world)

    assert listed == granted
    assert listed != before, "the edge must make a difference for this to mean something"


@pytest.mark.parametrize("over", ["closed", "withdrawn", "decided", ""])
def test_lists_take_for_whole_whose_other_applications_are_over(database: Database, over: str) -> None:
    with writing(database.engine) as session:
        giver, coordinator = (hiring.make_person(session, name, [Role.COMMITTEE]) for name in ("Gia", "Cora"))
        state = RequisitionState.CLOSED if over == "closed" else RequisitionState.OPEN
        here, there = hiring.make_requisition(session), hiring.make_requisition(session, "There", state=state)
        give(session, coordinator, Role.COORDINATOR, requisition=here, by=giver.id)
        candidate = hiring.make_candidate(session)
        hiring.make_application(session, here, candidate)
        other = hiring.make_application(session, there, candidate)
        if over == "withdrawn":
            other.stage = Stage.WITHDRAWN
        elif over == "decided":
            committee.decide_chained(session, other, giver, [], Outcome.NO_HIRE)
    with reading(database.engine) as session:
        actor = actor_facts(session, coordinator.id)
        assert actor
        whole = set(session.scalars(select(Candidate.id).where(coordinates_whole(actor))))
        assert whole == ({candidate.id} if over else set())


def test_no_statement_asks_for_roles_in_a_part_that_somebody_does_not_hold() -> None:
    somebody = ActorFacts(UUID(int=9), "me@example.org", frozenset({Role.INTERVIEWER}))
    assert ScopedGrant.__tablename__ not in str(requisitions_visible_to(somebody))
    assert ScopedGrant.__tablename__ not in str(applications_visible_to(somebody))
    assert coordinates_whole(somebody).compare(false())


def _again(session: Session, world: World) -> World:
    """The same world in another session."""
    return World(
        [session.merge(one) for one in world.people], [session.merge(one) for one in world.requisitions],
        [session.merge(one) for one in world.applications], [session.merge(one) for one in world.cards],
    )  # fmt: skip


def _seen(database: Database, world: World) -> tuple[Seen, Seen]:
    """By person, which requisitions and applications lists show, and which of them the map grants."""
    listed: Seen = {}
    granted: Seen = {}
    with reading(database.engine) as session:
        needs, applications = set(session.scalars(select(Requisition.id))), set(session.scalars(select(Application.id)))
        for person_id in [person.id for person in world.people]:
            actor = actor_facts(session, person_id)
            assert actor
            rows = select(Application.id).join(Candidate, Candidate.id == Application.candidate_id).join(
                Requisition, Requisition.id == Application.requisition_id
            )  # fmt: skip
            listed[str(person_id)] = (
                set(session.scalars(select(Requisition.id).where(requisitions_visible_to(actor)))),
                set(session.scalars(rows.where(applications_visible_to(actor)))),
            )
            granted[str(person_id)] = (
                {one for one in needs
                 if allow(actor, Permission.REQUISITION_SEE, requisition_facts(session, actor, one)).granted},
                {one for one in applications
                 if allow(actor, Permission.CANDIDATE_SEE, application_facts(session, actor, one)).granted},
            )  # fmt: skip
    return listed, granted
