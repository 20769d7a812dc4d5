"""The SQL that fills lists and searches says the same as the permission map, in worlds drawn by chance."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.card import CardState
from app.domain.permission import Permission, Role, allow
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from app.models.facts import (
    actor_facts,
    application_facts,
    applications_facts,
    candidate_facts,
    card_facts,
    requisition_facts,
)
from app.models.requisition import Requisition
from app.models.visibility import applications_visible_to, requisitions_visible_to
from app.queries import candidates, requisitions
from tests.factories.hiring import actor_of
from tests.factories.worlds import World, make_world
from tests.statements import counted

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, ApplicationFacts
    from tests.databases import Database

SEEDS = range(12)


def _world(database: Database, seed: int) -> World:
    with writing(database.engine) as session:
        return make_world(session, Random(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_lists_show_exactly_what_the_map_grants(database: Database, seed: int) -> None:
    world = _world(database, seed)

    with reading(database.engine) as session:
        for person in world.people:
            actor = actor_of(person)
            assert _listed_requisitions(session, actor) == {
                r.id for r in world.requisitions if _may_see_requisition(session, actor, r)
            }
            assert _listed_applications(session, actor) == {
                a.id for a in world.applications if _may_see_application(session, actor, a)
            }


@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.COORDINATOR, Role.AUDITOR])
def test_a_page_shows_each_of_several_people_with_the_same_role_their_own(database: Database, role: Role) -> None:
    world = _world(database, 5)
    actors = [replace(actor_of(person), roles=frozenset({role})) for person in world.people]

    with reading(database.engine) as session:
        for actor in actors:
            assert {line.requisition_id for line in requisitions.listed(session, actor)} == {
                r.id for r in world.requisitions if _may_see_requisition(session, actor, r)
            }
            people = candidates.listed(session, actor)
            assert {one.application_id for row in people for one in row.applications} == {
                a.id for a in world.applications if _may_see_application(session, actor, a)
            }
        if role is Role.INTERVIEWER:
            seen = {tuple(line.requisition_id for line in requisitions.listed(session, actor)) for actor in actors}
            assert len(seen) > 1, "the world must differ for them for this to mean something"


@pytest.mark.parametrize("seed", SEEDS)
def test_facts_are_the_same_one_by_one_and_all_at_once(database: Database, seed: int) -> None:
    world = _world(database, seed)

    with reading(database.engine) as session:
        for person in world.people:
            actor = actor_of(person)
            at_once: dict[UUID, ApplicationFacts] = {}
            for requisition in world.requisitions:
                at_once |= applications_facts(session, actor, requisition.id)
            single = {a.id: application_facts(session, actor, a.id) for a in world.applications}
            assert at_once == single
            for application in world.applications:
                assert single[application.id] in candidate_facts(session, actor, application.candidate_id)


def test_each_kind_of_facts_costs_one_statement(database: Database) -> None:
    world = _world(database, 1)
    actor = actor_of(world.people[0])

    with reading(database.engine) as session, counted(database.engine) as sent:
        actor_facts(session, actor.person_id)
        requisition_facts(session, actor, world.requisitions[0].id)
        application_facts(session, actor, world.applications[0].id)
        applications_facts(session, actor, world.requisitions[0].id)
        card_facts(session, actor, world.cards[0].id)

    assert len(sent) == 5


def test_an_actor_is_loaded_with_every_role(database: Database) -> None:
    world = _world(database, 1)

    with reading(database.engine) as session:
        owing = {card.interviewer_id for card in world.cards if card.state is CardState.OWED}
        expected = [replace(actor_of(person), owes=person.id in owing) for person in world.people]
        assert [actor_facts(session, person.id) for person in world.people] == expected


def test_a_closed_account_sees_no_row(database: Database) -> None:
    world = _world(database, 2)
    with writing(database.engine) as session:
        for person in world.people:
            session.merge(person).active = False

    with reading(database.engine) as session:
        actors = [actor_facts(session, p.id) for p in world.people]
        assert all(actor and not _listed_requisitions(session, actor) for actor in actors)
        assert all(actor and not _listed_applications(session, actor) for actor in actors)


def _listed_requisitions(session: Session, actor: ActorFacts) -> set[object]:
    return set(session.scalars(select(Requisition.id).where(requisitions_visible_to(actor))))


def _listed_applications(session: Session, actor: ActorFacts) -> set[object]:
    return set(
        session.scalars(
            select(Application.id)
            .join(Candidate, Candidate.id == Application.candidate_id)
            .join(Requisition, Requisition.id == Application.requisition_id)
            .where(applications_visible_to(actor))
        )
    )


def _may_see_requisition(session: Session, actor: ActorFacts, requisition: Requisition) -> bool:
    facts = requisition_facts(session, actor, requisition.id)
    return allow(actor, Permission.REQUISITION_SEE, facts).granted


def _may_see_application(session: Session, actor: ActorFacts, application: Application) -> bool:
    facts = application_facts(session, actor, application.id)
    return allow(actor, Permission.CANDIDATE_SEE, facts).granted
