"""Whole small worlds drawn from a seed: people in every relation to several requisitions and candidates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.hiring import RequisitionState, RevealRule
from app.domain.permission import Role
from app.models.scorecard import ScorecardRow
from tests.factories.hiring import (
    DIMENSIONS,
    card_of,
    make_application,
    make_blueprint_version,
    make_candidate,
    make_interview,
    make_person,
    make_requisition,
    open_debrief,
    seal,
)

if TYPE_CHECKING:
    from random import Random

    from sqlalchemy.orm import Session

    from app.models.candidate import Application
    from app.models.person import Person
    from app.models.requisition import Requisition

_ROLES = (
    (Role.INTERVIEWER,),
    (Role.INTERVIEWER, Role.COMMITTEE),
    (Role.INTERVIEWER, Role.HIRING_MANAGER),
    (Role.COMMITTEE,),
    (Role.COORDINATOR,),
    (Role.HR_PARTNER,),
    (Role.AUDITOR,),
    (Role.ADMIN,),
    (),
)


@dataclass
class World:
    """What was made."""

    people: list[Person] = field(default_factory=list)
    requisitions: list[Requisition] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    cards: list[ScorecardRow] = field(default_factory=list)


def make_world(session: Session, random: Random) -> World:
    """A world with about nine people, two requisitions and four applications, in states drawn by chance."""
    world = World()
    world.people = [make_person(session, f"Person {n}", roles) for n, roles in enumerate(_ROLES)]
    version = make_blueprint_version(session)
    for n in range(2):
        world.requisitions.append(
            make_requisition(
                session,
                f"Need {n}",
                version=version,
                state=random.choice(list(RequisitionState)),
                reveal=random.choice(list(RevealRule)),
                manager=random.choice(world.people),
                chair=random.choice(world.people),
                members=random.sample(world.people, 2),
            )
        )
    for n in range(3):
        _apply(session, random, world, n)
    return world


def _apply(session: Session, random: Random, world: World, number: int) -> None:
    own_address = random.choice(world.people).email if number == 0 and random.random() < 0.5 else ""
    candidate = make_candidate(session, f"Candidate {number}", email=own_address)
    for requisition in random.sample(world.requisitions, random.choice((1, 1, 2))):
        application = make_application(session, requisition, candidate)
        world.applications.append(application)
        panel = random.sample(world.people[:4], random.randint(1, 3))
        interview = make_interview(session, application, panel, focus=DIMENSIONS[:1])
        for person in panel:
            card = card_of(session, interview, person)
            world.cards.append(card)
            if random.random() < 0.5:
                seal(session, card, {DIMENSIONS[0]: random.choice((None, 1, 3, 5))})
        if random.random() < 0.4:
            open_debrief(session, application, requisition.created_by_id)
