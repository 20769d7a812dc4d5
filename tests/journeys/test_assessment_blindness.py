"""Until both sides have sealed, an assessment shows nobody anything of either: proven in pairs of worlds.

In one world a side saves drafts and seals, in the other it does nothing, or says something else. Everybody but that
side opens every address, and has to get the same bytes from both. HR alone may count how many sides are in.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.growth.answers import Answers
from app.domain.growth.cycle import Answerer
from app.domain.growth.mark import Mark, Standing
from app.domain.permission import Role
from app.models.assessment import Sheet
from app.models.engine import reading, writing
from app.services import assessment_talk, assessments, installation
from tests import databases
from tests.factories.assessments import make_scene
from tests.factories.cycles import COMPETENCIES, assessment_of
from tests.factories.hiring import actor_of, make_person
from tests.journeys.stopped import mail_of, program_of
from tests.journeys.two_worlds import CANARIES, NOON, received
from tests.web import whole_sight
from tests.web.browser import Browser

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.journeys.two_worlds import Received
    from tests.web.whole_sight import Ids

COUNTS_SIDES = ("/ladder/cycles", "/insights")
"""Where HR reads how many of the two sides are in, and nothing of which."""
UNSTEADY = "/evidence/everything.zip"
"""It holds the reader's own log alone, and the second in which it was packed."""


@dataclass
class Base:
    """What both worlds share: the two who answer and a peer, who else looks, and the ids that fill addresses."""

    sides: dict[str, ActorFacts]
    viewers: dict[str, UUID]
    assessment_id: UUID
    ids: Ids


@pytest.mark.parametrize(("side", "seed"), [("person", 0), ("manager", 1), ("peer", 1)])
def test_a_side_that_answers_changes_no_byte_for_anybody_else(
    session_folder: Path, tmp_path: Path, side: str, seed: int
) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.sqlite_database(session_folder, tmp_path))
        worlds = _begun(stack, first, session_folder, tmp_path)
        worlds.compare(side, seed)


def test_a_side_that_answers_changes_no_byte_on_postgresql(session_folder: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.postgresql_database(session_folder))
        worlds = _begun(stack, first, session_folder, tmp_path)
        worlds.compare("person", 101)


def test_hr_cannot_tell_which_side_is_in(session_folder: Path, tmp_path: Path) -> None:
    """One side is in, in each world another: HR reads the same everywhere, its progress page included."""
    with ExitStack() as stack:
        first = stack.enter_context(databases.sqlite_database(session_folder, tmp_path))
        worlds = _begun(stack, first, session_folder, tmp_path)
        for engine, side in zip(worlds.engines, ("person", "manager"), strict=True):
            worlds.answer(engine, side, Random(side), seal=True)
        wanted = _addresses(worlds.program, worlds.base.ids)
        worlds.same("hr", wanted)


@dataclass
class Worlds:
    """Two databases that were one, and the program that is pointed at either."""

    program: Flask
    engines: tuple[Engine, Engine]
    base: Base
    browsers: dict[str, Browser]

    def compare(self, side: str, seed: int) -> None:
        """One side acts in the first world, and not at all or otherwise in the second; nobody else can tell."""
        self.answer(self.engines[0], side, Random(f"{seed}/one"), seal=True)
        if seed % 2:
            self.answer(self.engines[1], side, Random(f"{seed}/two"), seal=False)
        wanted = _addresses(self.program, self.base.ids)
        assert any(address.endswith(str(self.base.assessment_id)) for address in wanted)
        for name in self.browsers:
            if name != side:
                blind = side == "peer" or name != "hr"
                self.same(name, [one for one in wanted if blind or not one.startswith(COUNTS_SIDES)])
        self._both_open_it(side)

    def same(self, name: str, wanted: list[str]) -> None:
        """Assert that a viewer gets the same bytes and the same mail in both worlds."""
        one, two = (self.received(name, engine, wanted) for engine in self.engines)
        assert not any(answer.status >= 500 for answer in one.values()), name
        assert [address for address in one if one[address] != two[address]] == [], name
        mail = [mail_of(engine, self.base.viewers[name]) for engine in self.engines]
        assert mail[0] == mail[1], name

    def received(self, name: str, engine: Engine, wanted: list[str]) -> dict[str, Received]:
        """What a viewer gets from one of the worlds."""
        self.program.extensions["plumbline.engine"] = engine
        return received(self.browsers[name], engine, wanted)

    def answer(self, engine: Engine, side: str, random: Random, *, seal: bool) -> None:
        """Save a draft or two, and seal, in words drawn by chance."""
        actor, target = self.base.sides[side], self.base.assessment_id
        version = _version(engine, actor, target)
        for number in range(random.randint(1, 3)):
            with writing(engine) as session:
                moment = NOON - timedelta(minutes=10 - number)
                version = assessments.save(session, actor, target, _answers(random), version=version, now=moment)
        if seal:
            with writing(engine) as session:
                assessments.seal(session, actor, target, _answers(random), version=version, now=NOON)

    def _both_open_it(self, side: str) -> None:
        """Were nothing hidden, nothing would open: once both are in, the pair and HR read what they could not."""
        path = f"/ladder/assessments/{self.base.assessment_id}"
        self.answer(self.engines[1], side, Random(2), seal=True)
        for engine in self.engines:
            for other in {"person", "manager"} - {side}:
                self.answer(engine, other, Random(1), seal=True)
        told = {}
        for name in self.browsers:
            one, two = (self.received(name, engine, [path]) for engine in self.engines)
            told[name] = one != two
        assert {name for name, differs in told.items() if differs} == {"person", "manager", "hr"} | (
            {"peer"} if side == "peer" else set()
        )


def _begun(stack: ExitStack, first: databases.Database, session_folder: Path, tmp_path: Path) -> Worlds:
    program = program_of(first, tmp_path)
    with writing(first.engine) as session:
        installation.ensure(session, company="Harrow & Vale")
        base = _base(session)
    browsers = {}
    for name, person_id in base.viewers.items():
        program.extensions["plumbline.engine"] = first.engine
        browsers[name] = Browser(program)
        browsers[name].sign_in(person_id, at=NOON)
    # A process reads each blueprint once; read now, it does not count as a statement in one of the worlds only.
    for name in ("person", "hr"):
        received(browsers[name], first.engine, whole_sight.addresses(program, base.ids))
    second = stack.enter_context(databases.copied(first, session_folder, tmp_path))
    return Worlds(program, (first.engine, second.engine), base, browsers)


def _addresses(program: Flask, ids: Ids) -> list[str]:
    return [address for address in whole_sight.addresses(program, ids) if address != UNSTEADY]


def _base(session: Session) -> Base:
    scene = make_scene(session)
    peer = make_person(session, "Pia Peer", [Role.EMPLOYEE])
    assessment_talk.ask_peer(session, actor_of(scene.person), scene.assessment.id, peer.id, now=NOON)
    people = {
        "person": scene.person,
        "manager": scene.manager,
        "peer": peer,
        "hr": scene.team.hr,
        "other report": scene.team.noor,
        "other manager": make_person(session, "Olga Other", [Role.PEOPLE_MANAGER]),
        "everything else": make_person(session, "Ed Else", [Role.COORDINATOR, Role.INTERVIEWER, Role.COMMITTEE]),
    }
    others = assessment_of(session, scene.cycle, scene.team.noor).id
    return Base(
        sides={name: actor_of(people[name]) for name in ("person", "manager", "peer")},
        viewers={name: person.id for name, person in people.items()},
        assessment_id=scene.assessment.id,
        ids={
            "assessment_id": [scene.assessment.id, others],
            "cycle_id": [scene.cycle.id],
            "person_id": [scene.person.id, scene.manager.id],
        },
    )


def _version(engine: Engine, actor: ActorFacts, assessment_id: UUID) -> int:
    with reading(engine) as session:
        mine = select(Sheet).where(Sheet.assessment_id == assessment_id, Sheet.author_id == actor.person_id)
        sheet = session.scalars(mine).one_or_none()
        assert sheet is None or sheet.answerer in set(Answerer)
        return sheet.version if sheet and sheet.saved_at else 0


def _answers(random: Random) -> Answers:
    words = f"{' '.join(random.sample(CANARIES, 2))} {random.randint(1, 9**9)}"
    choices = [
        (Standing.MET, "senior"),
        (Standing.MET, "principal"),
        (Standing.BELOW, None),
        (Standing.NOT_ENOUGH, None),
    ]
    marks = tuple(Mark(name, *random.choice(choices), note=f"Saw {words}.") for name in COMPETENCIES)
    return Answers(marks, f"Said {words}.", current="senior", target=random.choice(("senior", "principal", "group")))
