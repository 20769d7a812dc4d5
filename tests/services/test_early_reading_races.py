"""Reading early beside being given a seat, in every order that matters: nobody gets both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.hiring import InterviewKind
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.granting import BrokenGlass
from app.models.person import Person, RoleGrant
from app.models.scorecard import ScorecardRow
from app.services import break_glass, interviews
from app.services.interviews import InterviewPlan
from tests.factories import panels
from tests.factories.grants import make_early_reading
from tests.factories.hiring import NOW
from tests.faults.interleaving import Act, pausing, played

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.databases import Database

ORDERS = ("ABABABAB", "BABABABA", "AAABBBBA", "BBBAAAAB")
"""Those of the seventy in which both have looked before one of them is done."""


@pytest.mark.parametrize("order", ORDERS)
def test_nobody_reads_early_and_gets_a_seat(database: Database, order: str) -> None:
    pausing(database.engine)
    panel = panels.make_panel(database)
    panels.seal(database, panel.ben, panel.ben_card)
    reader = panel.coordinator
    with writing(database.engine) as session:
        person = session.get_one(Person, reader.person_id)
        person.roles.append(RoleGrant(role=Role.INTERVIEWER, granted_at=NOW))
        glass = make_early_reading(session, panel.application, reader.person_id, read=False).id
    wanted = InterviewPlan(InterviewKind.CONVERSATION, "Second talk", ("strategy",), (reader.person_id,))

    def read(session: Session, _seen: int) -> None:
        break_glass.read(session, reader, glass, now=NOW)

    def seat(session: Session, _seen: int) -> None:
        interviews.plan(session, panel.manager, panel.application, wanted, now=NOW)

    ended = played(order, Act(database.engine, _nothing, read), Act(database.engine, _nothing, seat))

    assert ended in {("done", "InvalidError"), ("NotFoundError", "done")}
    with reading(database.engine) as session:
        was_read = session.get_one(BrokenGlass, glass).first_read_at is not None
        seats = session.scalars(select(ScorecardRow).where(ScorecardRow.interviewer_id == reader.person_id)).all()
    assert was_read == (ended[0] == "done")
    assert bool(seats) == (ended[1] == "done")


def _nothing(_session: Session) -> int:
    return 0
