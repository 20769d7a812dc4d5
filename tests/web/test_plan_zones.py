"""A check-in's page opens with the day where the plan runs, and answers are taken from then on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from flask import g

from app.models.engine import reading, writing
from tests.factories.plans import make_plan
from tests.web.browser import Browser

if TYPE_CHECKING:
    from flask import Flask

    from tests.databases import Database

ANSWERS = {"version": "0", "confidence": "4", "against": "met", "went_well": "Fine.", "goal-learn": "met"}


@pytest.mark.parametrize(
    ("zone", "opens"),
    [
        ("Pacific/Auckland", datetime(2026, 10, 29, 11, 0, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 10, 30, 7, 0, tzinfo=UTC)),
    ],
)
def test_a_check_in_opens_at_midnight_there(program: Flask, database: Database, zone: str, opens: datetime) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session, zone=zone)
    with reading(database.engine) as session:
        address = f"/onboarding/milestones/{cast.milestone(session, 'day-30').id}/check-in"

    moments = [opens - timedelta(minutes=1), opens]
    told: list[datetime] = []

    def tell() -> None:
        g.moment = told[-1]

    program.before_request_funcs[None].insert(0, tell)
    answers = []
    for moment in moments:
        told.append(moment)
        hire = Browser(program)
        hire.sign_in(cast.hire.id, at=moment)
        page = hire.get(address)
        answers.append(("This check-in opens" in page.text, hire.post(address, ANSWERS).status_code))

    assert answers == [(True, 409), (False, 303)]
