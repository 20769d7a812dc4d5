"""The inbox of everybody in the demo, and the number in the top bar of their pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.models.engine import reading
from app.models.facts import actor_facts
from app.models.person import Person
from app.queries import duties
from tests.cli.conftest import SUNDAY

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.mark.parametrize("hours", [0, 7, 24 * 9])
def test_the_number_in_the_top_bar_is_what_the_inbox_says(told: Engine, hours: int) -> None:
    moment, numbers = SUNDAY + timedelta(hours=hours), {}
    with reading(told) as session:
        for person_id in session.scalars(select(Person.id)).all():
            actor = actor_facts(session, person_id)
            assert actor is not None
            waiting = [duty for duty in duties.duties(session, actor, moment) if not duty.upcoming]
            numbers[actor.email] = (duties.count(session, actor, moment), len(waiting))
    assert {who: pair for who, pair in numbers.items() if pair[0] != pair[1]} == {}
    assert sum(shown for shown, _ in numbers.values()) >= 20
