"""Roles that hold in one requisition or team open the same rows in lists as the permission map says of facts."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.facts import Scope
from app.domain.permission import Permission, Role, allow
from app.models.assessment import Assessment
from app.models.assessment_facts import assessment_facts, person_facts, readable_by
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from app.models.facts import actor_facts, application_facts, requisition_facts
from app.models.ladder import Reporting
from app.models.onboarding import Plan
from app.models.plan_facts import plan_facts, plans_visible_to
from app.models.promotion import PromotionCase
from app.models.promotion_facts import case_facts, cases_visible_to
from app.models.requisition import Requisition
from app.models.visibility import applications_visible_to, requisitions_visible_to
from app.queries import candidates, plans, requisitions
from app.queries.plan_lines import PlanFilter
from tests.factories.cases import make_assessment, make_case, make_case_cast
from tests.factories.grants import give
from tests.factories.hiring import NOW, make_person
from tests.factories.plans import make_plan
from tests.factories.worlds import World, make_world

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

KINDS = (Role.COORDINATOR, Role.HR_PARTNER, Role.AUDITOR)


def _world(database: Database, seed: int) -> World:
    """A world where each of its people also holds a role in the first requisition, or in the team of its manager."""
    random = Random(seed)
    with writing(database.engine) as session:
        world = make_world(session, random)
        giver = make_person(session, "Giver").id
        for manager in {m.person_id for r in world.requisitions for m in r.members if m.part.value == "hiring_manager"}:
            session.add(Reporting(person_id=manager, team=random.choice(("Data", "Sales"))))
        session.flush()
        for person in world.people:
            here = {"team": "Data"} if random.random() < 0.5 else {"requisition": world.requisitions[0]}
            give(session, person, random.choice(KINDS), by=giver, **here)
        return world


@pytest.mark.parametrize("seed", range(4))
def test_lists_show_exactly_what_the_map_grants(database: Database, seed: int) -> None:
    world = _world(database, seed)

    with reading(database.engine) as session:
        for person in world.people:
            actor = _actor(session, person.id)
            assert actor.scopes
            seen = {r.id for r in world.requisitions if _sees(session, actor, r)}
            assert set(session.scalars(select(Requisition.id).where(requisitions_visible_to(actor)))) == seen
            assert {line.requisition_id for line in requisitions.listed(session, actor)} == seen
            known = {a.id for a in world.applications if _knows(session, actor, a)}
            assert _listed(session, actor) == known
            people = candidates.listed(session, actor)
            assert {one.application_id for row in people for one in row.applications} == known


def test_a_role_in_one_requisition_opens_it_and_no_other(database: Database) -> None:
    with writing(database.engine) as session:
        world = make_world(session, Random(3))
        partner, giver = make_person(session, "Pia"), make_person(session, "Gil")
        give(session, partner, Role.COORDINATOR, requisition=world.requisitions[0], by=giver.id)
        first = world.requisitions[0].id

    with reading(database.engine) as session:
        actor = _actor(session, partner.id)
        assert actor.roles == frozenset()
        assert actor.scopes == {Scope(Role.COORDINATOR, requisition_id=first)}
        assert [line.requisition_id for line in requisitions.listed(session, actor)] == [first]
        for requisition in world.requisitions:
            facts = requisition_facts(session, actor, requisition.id)
            assert allow(actor, Permission.REQUISITION_EDIT, facts).granted is (requisition.id == first)


def test_a_partner_of_a_team_reads_of_its_people_what_partners_read_and_of_nobody_else(database: Database) -> None:
    with writing(database.engine) as session:
        cast, other = make_case_cast(session), make_case_cast(session)
        here, there = make_plan(session), make_plan(session)
        assessed = [make_assessment(session, one).id for one in (cast, other)]
        promoted = [make_case(session, one).id for one in (cast, other)]
        for person, team in (
            (cast.person, "Data"),
            (other.person, "Sales"),
            (here.hire, "Data"),
            (there.hire, "Sales"),
        ):
            session.merge(Reporting(person_id=person.id, team=team))
        partner = make_person(session, "Pia")
        give(session, partner, Role.HR_PARTNER, team="Data", by=cast.person.id)
        planned = [here.plan.id, there.plan.id]

    with reading(database.engine) as session:
        actor = _actor(session, partner.id)
        assert list(session.scalars(select(Plan.id).where(plans_visible_to(actor)))) == planned[:1]
        assert [line.plan_id for line in plans.listing(session, actor, PlanFilter(), now=NOW)] == planned[:1]
        assert list(session.scalars(select(PromotionCase.id).where(cases_visible_to(actor)))) == promoted[:1]
        assert list(session.scalars(select(Assessment.id).where(readable_by(actor)))) == assessed[:1]
        for index in (0, 1):
            mine = index == 0
            assert allow(actor, Permission.PLAN_SEE, plan_facts(session, actor, planned[index])).granted is mine
            assert allow(actor, Permission.CASE_SEE, case_facts(session, actor, promoted[index])).granted is mine
            facts = assessment_facts(session, actor, assessed[index])
            assert allow(actor, Permission.ASSESSMENT_READ, facts).granted is mine
            about = person_facts(session, actor, (cast, other)[index].person.id)
            assert allow(actor, Permission.READINESS_SEE, about).granted is mine


def _actor(session: Session, person_id: object) -> ActorFacts:
    actor = actor_facts(session, person_id)  # type: ignore[arg-type]  # an id of a row
    assert actor
    return actor


def _sees(session: Session, actor: ActorFacts, requisition: Requisition) -> bool:
    return allow(actor, Permission.REQUISITION_SEE, requisition_facts(session, actor, requisition.id)).granted


def _knows(session: Session, actor: ActorFacts, application: Application) -> bool:
    return allow(actor, Permission.CANDIDATE_SEE, application_facts(session, actor, application.id)).granted


def _listed(session: Session, actor: ActorFacts) -> set[object]:
    rows = select(Application.id).join(Candidate, Candidate.id == Application.candidate_id)
    rows = rows.join(Requisition, Requisition.id == Application.requisition_id)
    return set(session.scalars(rows.where(applications_visible_to(actor))))
