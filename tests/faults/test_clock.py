"""The clock goes back, forward or through a change of the season: order stays that of the acts, no time is negative."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from flask import g
from sqlalchemy import select

from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.decision import Decision
from app.models.engine import reading, writing
from app.queries.audit import Sound, verify
from app.settings import Environment, Settings
from tests import programs
from tests.factories.hiring import make_person
from tests.faults import company, nonsense
from tests.faults.company import Kind
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database
    from tests.faulting import Breaking

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
"""The day before the clocks of Europe change."""
JUMPS = (
    timedelta(0), timedelta(hours=-1), timedelta(days=-1), timedelta(minutes=5), timedelta(hours=14),
    timedelta(days=217), timedelta(days=365),
)  # fmt: skip
_NEGATIVE = re.compile(r"[-\u2212]\d+(?:\.\d+)? (?:second|minute|hour|day|week|month|year)")
WORDS = "The first record left out what the committee had said about delivery."


class Clock:
    """What the program takes for the time."""

    def __init__(self) -> None:
        """Noon."""
        self.moment = NOON

    def tell(self) -> None:
        """Stop the clock of a request there."""
        g.moment = self.moment


@pytest.mark.fault("F14", seconds=15)
def test_acts_keep_their_order_whatever_the_clock_says(database: Database, tmp_path: Path, breaking: Breaking) -> None:
    clock, chair = Clock(), company.hire(database.engine, 1, breaking.times(4, 20))[0]
    with writing(database.engine) as session:
        onlooker = make_person(session, "Hana Reyes", [Role.HR_PARTNER, Role.COORDINATOR, Role.AUDITOR]).id
    settings = Settings(env=Environment.DEMO, instance=tmp_path, database_url=database.url, secret_key=SECRET)
    program = programs.built(settings, database)
    program.before_request_funcs.setdefault(None, []).insert(0, clock.tell)
    tries, done = 0, list[str]()
    for act in chair.acts:
        clock.moment = NOON + breaking.random.choice(JUMPS)
        browser = Browser(program)
        browser.sign_in(chair.person_id, at=clock.moment)
        assert browser.post(act.path, act.fields).status_code == 303
        done.append("vote.cast" if act.kind is Kind.VOTE else "decision.record")
        tries += 1
    wrong = breaking.wrong
    wrong += _corrected(database, program, clock, chair, breaking) + _misordered(database, done)
    clock.moment = NOON + timedelta(days=30)
    reader = Browser(program)
    reader.sign_in(onlooker, at=clock.moment)
    for path in nonsense.pages_for(reader, most=breaking.times(25, 120)):
        tries += 1
        wrong += [f"{path}: {found}" for found in _NEGATIVE.findall(reader.get(path).text)]
    breaking.count(tries, len(wrong), f"acts and pages under a jumping clock on {database.engine.dialect.name}")
    assert wrong == []


def _corrected(
    database: Database, program: Flask, clock: Clock, chair: company.Somebody, breaking: Breaking
) -> list[str]:
    """Correct each decision some time before or after it; a second correction of the same record is refused."""
    wrong = []
    with reading(database.engine) as session:
        first: list[UUID] = list(session.scalars(select(Decision.id)))
    for decision_id in first:
        clock.moment = NOON + breaking.random.choice(JUMPS)
        browser = Browser(program)
        browser.sign_in(chair.person_id, at=clock.moment)
        sent = {"outcome": "no_hire", "reasons": WORDS, "correction_reason": WORDS}
        answer = browser.post(f"/decisions/{decision_id}/correct", sent)
        again = browser.post(f"/decisions/{decision_id}/correct", sent)
        if (answer.status_code, again.status_code) != (303, 409):
            wrong.append(f"corrected: {answer.status_code}, once more: {again.status_code}")
    return wrong


def _misordered(database: Database, done: list[str]) -> list[str]:
    with reading(database.engine) as session:
        found = verify(session)
        actions = list(
            session.scalars(
                select(AuditEvent.action)
                .where(AuditEvent.action.in_(("vote.cast", "decision.record")))
                .order_by(AuditEvent.seq)
            )
        )
        pairs = session.execute(select(Decision.application_id, Decision.number, Decision.corrects_id)).all()
    wrong = [] if isinstance(found, Sound) else [f"the chain: {found}"]
    wrong += [] if actions == done else ["the chain has another order than the acts"]
    return wrong + [f"{row}" for row in pairs if (row.number == 1) is not (row.corrects_id is None)]
