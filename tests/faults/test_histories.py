"""Anything in any order: the program does what a model of its own says, refuses the rest, and shows nothing early."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain.card import CardState
from app.domain.permission import Role
from app.models.decision import DebriefRow, Decision, Vote
from app.models.engine import reading, writing
from app.models.scorecard import Revision, ScorecardRow
from app.queries.audit import Sound, verify
from app.settings import Environment, Settings
from tests import programs
from tests.factories import hiring
from tests.faults import hiring_model as model
from tests.faults.hiring_model import Card, Step, World
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database
    from tests.faulting import Breaking

REFUSALS = frozenset({403, 404, 409, 422})
WORDS = "Enough was said to decide this way, and the committee has read it all."
_STATES = {CardState.OWED: Card.OWED, CardState.SEALED: Card.SEALED, CardState.RELEASED: Card.RELEASED}


class Play:
    """One application, four browsers, and the model beside them."""

    def __init__(self, program: Flask, database: Database) -> None:
        """Begin a new application."""
        self.database, self.world = database, World()
        with writing(database.engine) as session:
            people = {
                "ada": hiring.make_person(session, "Ada Brook", [Role.INTERVIEWER]),
                "ben": hiring.make_person(session, "Ben Osei", [Role.INTERVIEWER]),
                "coordinator": hiring.make_person(session, "Cora Diaz", [Role.COORDINATOR]),
                "chair": hiring.make_person(session, "Chidi Eze", [Role.COMMITTEE]),
            }
            need = hiring.make_requisition(session, chair=people["chair"])
            application = hiring.make_application(session, need)
            interview = hiring.make_interview(session, application)
            self.application: UUID = application.id
            self.cards = {who: hiring.make_card(session, interview, people[who]).id for who in model.INTERVIEWERS}
        self.tabs = {who: Browser(program) for who in model.PEOPLE}
        for who, tab in self.tabs.items():
            tab.sign_in(people[who].id)

    def take(self, step: Step) -> str:
        """Do one step; what differs from the model, in words."""
        wanted = model.after(self.world, step)
        status = self.tabs[step.who].post(*self._form(step)).status_code
        self.world = wanted or self.world
        if (status == 303) is (wanted is None) or (wanted is None and status not in REFUSALS):
            return f"{step}: {status} in {self.world}"
        there = self._there()
        return "" if there == self.world else f"{step}: {there} instead of {self.world}"

    def early(self) -> list[str]:
        """Who sees a card that they must not see, or does not see one that they may."""
        wrong = []
        for who, tab in self.tabs.items():
            for on, card_id in self.cards.items():
                answer = tab.get(f"/scorecards/{card_id}")
                seen = f"evidence of {on}" in answer.text and answer.status_code == 200
                if who != on and seen is not model.may_read(self.world, who, on):
                    wrong.append(f"{who} {'sees' if seen else 'does not see'} the card of {on} in {self.world}")
        return wrong

    def _form(self, step: Step) -> tuple[str, dict[str, str]]:
        if step.act not in model.ON_CARDS:
            path = {"open": "debrief/open"}.get(step.act, step.act)
            with reading(self.database.engine) as session:
                version = session.scalar(select(Vote.version).where(Vote.application_id == self.application)) or 0
            sent = {"outcome": "no_hire", "reason": f"{WORDS} {uuid4()}", "reasons": WORDS, "version": str(version)}
            return f"/applications/{self.application}/{path}", sent
        card_id = self.cards[step.on]
        with reading(self.database.engine) as session:
            version = session.get_one(ScorecardRow, card_id).version
        rated = {f"rating-{one}": "3" for one in hiring.DIMENSIONS}
        noted = {f"evidence-{one}": f"evidence of {step.on}" for one in hiring.DIMENSIONS}
        sent = {"version": str(version), "recommendation": "yes", "reason": WORDS, "why": "absent", **rated, **noted}
        return f"/scorecards/{card_id}/{step.act}", sent

    def _there(self) -> World:
        """What the database holds, row by row."""
        with reading(self.database.engine) as session:
            cards = {who: session.get_one(ScorecardRow, one) for who, one in self.cards.items()}
            counts = dict(
                session.execute(select(Revision.scorecard_id, func.count()).group_by(Revision.scorecard_id)).all()
            )

            def some(table: type[DebriefRow | Vote | Decision]) -> bool:
                return bool(session.scalar(select(func.count()).where(table.application_id == self.application)))

            return World(
                cards={who: _STATES[card.state] for who, card in cards.items()},
                revisions={who: counts.get(one, 0) for who, one in self.cards.items()},
                debrief=some(DebriefRow), voted=some(Vote), decided=some(Decision),
            )  # fmt: skip


def _drawn(random: Random) -> Step:
    """Some act, mostly by somebody whose business it is."""
    act = random.choice(model.ACTS)
    on = random.choice(model.INTERVIEWERS) if act in model.ON_CARDS else ""
    usual = on or ("coordinator" if act == "open" else "chair")
    return Step(usual if random.random() < 0.75 else random.choice(model.PEOPLE), act, on)


@pytest.mark.fault("F10", seconds=40)
def test_any_order_of_acts_gives_what_the_model_says(database: Database, tmp_path: Path, breaking: Breaking) -> None:
    settings = Settings(env=Environment.DEMO, instance=tmp_path, database_url=database.url, secret_key=SECRET)
    program = programs.built(settings, database)
    wrong, tries, done = breaking.wrong, 0, 0
    for _ in breaking.rounds(3, math.inf):
        play = Play(program, database)
        for _ in range(16):
            before = play.world
            said = play.take(_drawn(breaking.random))
            done += play.world != before
            tries += 1
            if said:
                wrong.append(said)
                break
        wrong += play.early()
    breaking.count(
        tries, len(wrong), f"acts by anybody in any order on {database.engine.dialect.name}, {done} of them done"
    )
    assert wrong == []
    with reading(database.engine) as session:
        assert isinstance(verify(session), Sound)
