"""Until votes are opened nobody learns anything of another's: proven in pairs of worlds.

In one world a member saves drafts and seals, in the other they vote otherwise, or not at all. Everybody else opens
every address. What was voted changes no byte for anybody; that a vote is in is told to the chair and to HR, who ask for
those that miss, on the session's page and nowhere else.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from app.domain.growth.voting import CASE_CHOICES
from app.domain.permission import Role
from app.models.calibration import PreVote
from app.models.engine import writing
from app.services import calibration_run, installation, prevotes
from app.services.prevotes import Ballot
from tests import databases
from tests.factories.calibrations import make_panel, start_voting
from tests.factories.hiring import actor_of, make_person
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

Folders = tuple["Path", "Path"]


@dataclass
class Base:
    """What both worlds share: who votes, who else looks, and the ids that fill addresses."""

    voter: ActorFacts
    chair: ActorFacts
    viewers: dict[str, UUID]
    ids: Ids

    @property
    def item_id(self) -> UUID:
        """The item that is voted on."""
        return self.ids["item_id"][0]

    @property
    def session_path(self) -> str:
        """The page of the session."""
        return f"/calibrations/{self.ids['calibration_id'][0]}"


@pytest.mark.parametrize(("other", "seed"), [("otherwise", 0), ("otherwise", 1), ("not at all", 0)])
def test_a_vote_changes_no_byte_for_anybody_else(session_folder: Path, tmp_path: Path, other: str, seed: int) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.sqlite_database(session_folder, tmp_path))
        _compare(stack, first, (session_folder, tmp_path), other, seed)


def test_a_vote_changes_no_byte_on_postgresql(session_folder: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.postgresql_database(session_folder))
        _compare(stack, first, (session_folder, tmp_path), "otherwise", 101)


def _compare(stack: ExitStack, first: databases.Database, folders: Folders, other: str, seed: int) -> None:
    program = program_of(first, folders[1])
    with writing(first.engine) as session:
        installation.ensure(session, company="Harrow & Vale")
        base = _base(session)
    browsers = {name: signed_in(program, first.engine, one) for name, one in base.viewers.items()}
    # A process reads each blueprint once; read now, it does not count as a statement in one of the worlds only.
    answers_of(program, browsers["chair"], first.engine, [base.session_path])
    second = stack.enter_context(databases.copied(first, *folders))
    _vote(first.engine, base, Random(f"{seed}/one"))
    if other == "otherwise":
        _vote(second.engine, base, Random(f"{seed}/two"))
    # An archive of one's own evidence carries the time on the wall, and nothing of a calibration.
    wanted = [one for one in whole_sight.addresses(program, base.ids) if not one.endswith("everything.zip")]
    assert base.session_path in wanted
    assert any(address.endswith(f"/items/{base.item_id}") for address in wanted)
    told = {"chair", "hr"} if other == "not at all" else set()
    for name, browser in browsers.items():
        one, two = (answers_of(program, browser, engine, wanted) for engine in (first.engine, second.engine))
        assert not any(answer.status >= 500 for answer in one.values()), name
        differing = [key.partition(" ")[2] for key in one if one[key] != two[key]]
        assert differing == ([base.session_path] if name in told else []), name
        assert mail_of(first.engine, base.viewers[name]) == mail_of(second.engine, base.viewers[name]), name
    if other == "otherwise":
        _opened(program, (first.engine, second.engine), browsers, base)


def _opened(program: Flask, engines: tuple[Engine, Engine], browsers: dict[str, Browser], base: Base) -> None:
    """Were nothing hidden, nothing would open: once opened, the members read the votes, and nobody else does."""
    for engine in engines:
        with writing(engine) as session:
            calibration_run.open_votes(
                session, base.chair, base.ids["calibration_id"][0], "The others are ill.", now=NOON
            )
    path = f"/calibrations/items/{base.item_id}"
    pages = {
        name: [answers_of(program, browser, engine, [path]) for engine in engines] for name, browser in browsers.items()
    }
    assert {name for name, (one, two) in pages.items() if one != two} == {"chair", "ben", "manager"}


def _base(session: Session) -> Base:
    panel = make_panel(session)
    start_voting(session, panel)
    ben = actor_of(panel.ben)
    prevotes.save(session, ben, panel.item.id, Ballot("postpone", "My own draft."), version=0, now=NOON)
    everything = [Role.COORDINATOR, Role.INTERVIEWER, Role.COMMITTEE, Role.PEOPLE_MANAGER]
    people = {
        "chair": panel.chair,
        "ben": panel.ben,
        "manager": panel.team.manager,
        "person": panel.team.mira,
        "hr": panel.team.hr,
        "everything else": make_person(session, "Ed Else", everything),
    }
    ids: Ids = {
        "calibration_id": [panel.calibration.id],
        "item_id": [panel.item.id],
        "case_id": [panel.case.id],
        "person_id": [panel.team.mira.id],
    }
    viewers = {name: person.id for name, person in people.items()}
    return Base(actor_of(panel.ana), actor_of(panel.chair), viewers, ids)


def _vote(engine: Engine, base: Base, random: Random) -> None:
    """Save a draft or two, and seal, in words drawn by chance; a moment is told to nobody else either."""
    version = 0
    for number in range(random.randint(1, 3)):
        moment = NOON - timedelta(minutes=10 - number)
        with writing(engine) as session:
            ballot = _ballot(random)
            version = prevotes.save(session, base.voter, base.item_id, ballot, version=version, now=moment)
    with writing(engine) as session:
        assert session.get_one(PreVote, (base.item_id, base.voter.person_id)).version == version
        prevotes.seal(session, base.voter, base.item_id, _ballot(random), version=version, now=NOON)


def _ballot(random: Random) -> Ballot:
    words = f"{' '.join(random.sample(CANARIES, 2))} {random.randint(1, 9**9)}"
    return Ballot(random.choice(CASE_CHOICES).value, f"Because: {words}.")
