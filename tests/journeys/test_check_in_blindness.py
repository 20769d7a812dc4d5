"""Until both have sealed, a check-in shows nobody anything of the other side: proven in pairs of worlds.

In one world a side saves drafts and seals, in the other it does nothing, or says something else. Everybody but that
side opens every address, and has to get the same bytes from both.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from app.domain.onboarding.checkin import Against, Answers
from app.domain.onboarding.plan import PartyName
from app.domain.permission import Role
from app.models.check_in import CheckIn
from app.models.engine import reading, writing
from app.services import check_ins, feeds, installation
from tests import databases
from tests.factories.hiring import actor_of, make_person
from tests.factories.plans import TODAY, make_plan
from tests.journeys.stopped import answers_of, mail_of, program_of, signed_in
from tests.journeys.two_worlds import CANARIES, NOON
from tests.web import whole_sight
from tests.web.browser import Browser

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.web.whole_sight import Ids

KEYS = ("learn", "goal-2")
Folders = tuple["Path", "Path"]


@dataclass
class Base:
    """What both worlds share: the two who answer, who else looks, and the ids that fill addresses."""

    sides: dict[str, ActorFacts]
    viewers: dict[str, UUID]
    ids: Ids
    feeds: dict[str, str]

    @property
    def milestone_id(self) -> UUID:
        """The milestone whose check-in is open."""
        return self.ids["milestone_id"][0]


@pytest.mark.parametrize("side", ["hire", "manager"])
@pytest.mark.parametrize("seed", range(2))
def test_a_side_that_answers_changes_no_byte_for_anybody_else(
    session_folder: Path, tmp_path: Path, side: str, seed: int
) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.sqlite_database(session_folder, tmp_path))
        _compare(stack, first, (session_folder, tmp_path), side, seed)


def test_a_side_that_answers_changes_no_byte_on_postgresql(session_folder: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.postgresql_database(session_folder))
        _compare(stack, first, (session_folder, tmp_path), "manager", 101)


def _compare(stack: ExitStack, first: databases.Database, folders: Folders, side: str, seed: int) -> None:
    program = program_of(first, folders[1])
    with writing(first.engine) as session:
        installation.ensure(session, company="Harrow & Vale")
        base = _base(session)
    viewers = {name: person_id for name, person_id in base.viewers.items() if name != side}
    browsers = {name: signed_in(program, first.engine, person_id) for name, person_id in viewers.items()}
    # A process reads each blueprint once; read now, it does not count as a statement in one of the worlds only.
    answers_of(
        program, browsers["hr"], first.engine, ["/onboarding/new", f"/onboarding/{base.ids['plan_id'][0]}/metrics"]
    )
    second = stack.enter_context(databases.copied(first, *folders))
    _answer(first.engine, base, side, Random(f"{seed}/one"), seal=True)
    if seed % 2:
        _answer(second.engine, base, side, Random(f"{seed}/two"), seal=False)
    wanted = whole_sight.addresses(program, base.ids)
    for name, browser in browsers.items():
        found = [*wanted, base.feeds[name]]
        one, two = (answers_of(program, browser, engine, found) for engine in (first.engine, second.engine))
        assert not any(answer.status >= 500 for answer in one.values()), name
        assert [address for address in one if one[address] != two[address]] == [], name
        assert mail_of(first.engine, viewers[name]) == mail_of(second.engine, viewers[name]), name
    _both_open_it(program, (first.engine, second.engine), browsers, base, side)


def _both_open_it(
    program: Flask, engines: tuple[Engine, Engine], browsers: dict[str, Browser], base: Base, side: str
) -> None:
    """Were nothing hidden, nothing would open: once both are in, the other side reads, and nobody else does."""
    other = "manager" if side == "hire" else "hire"
    _answer(engines[1], base, side, Random(2), seal=True)
    for engine in engines:
        _answer(engine, base, other, Random(1), seal=True)
    path = f"/onboarding/milestones/{base.milestone_id}/check-in"
    opened = {
        name: [answers_of(program, browser, engine, [path]) for engine in engines] for name, browser in browsers.items()
    }
    assert opened[other][0] != opened[other][1]
    assert {name for name, (one, two) in opened.items() if one != two} == {other}


def _base(session: Session) -> Base:
    cast = make_plan(session)
    people = {
        "hire": cast.hire,
        "manager": cast.manager,
        "buddy": cast.buddy,
        "hr": cast.hr,
        "other manager": make_person(session, "Olga Other", [Role.PEOPLE_MANAGER]),
        "everything else": make_person(session, "Ed Else", [Role.COORDINATOR, Role.INTERVIEWER, Role.COMMITTEE]),
    }
    actors = {name: actor_of(person) for name, person in people.items()}
    ids: Ids = {
        "plan_id": [cast.plan.id],
        "goal_id": [cast.goal(session, "learn").id],
        "milestone_id": [one.id for one in cast.plan.milestones[:2]],
    }
    made = {name: feeds.make(session, actor, now=NOON) for name, actor in actors.items()}
    return Base(
        sides={"hire": actors["hire"], "manager": actors["manager"]},
        viewers={name: person.id for name, person in people.items()},
        ids=ids,
        feeds={name: f"/onboarding/calendar/{secret}.ics" for name, secret in made.items()},
    )


def _answer(engine: Engine, base: Base, side: str, random: Random, *, seal: bool) -> None:
    """Save a draft or two, and seal, in words drawn by chance."""
    actor, version = base.sides[side], _version(engine, base, side)
    for number in range(random.randint(1, 3)):
        with writing(engine) as session:
            moment = NOON - timedelta(minutes=10 - number)
            version = check_ins.save(
                session, actor, base.milestone_id, _answers(random), version=version, today=TODAY, now=moment
            )
    if seal:
        with writing(engine) as session:
            check_ins.seal(session, actor, base.milestone_id, _answers(random), version=version, today=TODAY, now=NOON)


def _version(engine: Engine, base: Base, side: str) -> int:
    with reading(engine) as session:
        row = session.get(CheckIn, (base.milestone_id, PartyName(side)))
        return row.version if row else 0


def _answers(random: Random) -> Answers:
    said = tuple(Against)
    words = f"{' '.join(random.sample(CANARIES, 2))} {random.randint(1, 9**9)}"
    judged = tuple((key, random.choice(said)) for key in KEYS)
    return Answers(random.randint(1, 5), random.choice(said), f"Well: {words}.", f"Not: {words}.", judged)
