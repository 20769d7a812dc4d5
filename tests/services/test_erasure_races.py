"""An erasure beside a hold, an answer or a new application, in every order that matters: neither overruns the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.permission import Role
from app.domain.privacy.erasing import SubjectKind
from app.formats import erasure_register
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from app.models.privacy import Erasure, LegalHold
from app.services import applications, erasures, holds
from tests.factories import hiring
from tests.factories.canaries import KEYS
from tests.factories.hiring import NOW
from tests.faults.interleaving import Act, pausing, played

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

    Work = Callable[[Session, int], object]

WHY = "They asked for it by letter."
CANDIDATE = SubjectKind.CANDIDATE
ORDERS = ("ABABABAB", "BABABABA", "AAABBBBA", "BBBAAAAB")
"""Those of the seventy in which both have looked before one of them is done."""


class Company:
    """A candidate whose erasure waits, two HR partners, and what they may do at once."""

    def __init__(self, session: Session, register: Path) -> None:
        """Make it."""
        self.register, self.too_late = register, False
        self.hana, self.hugo = (self._partner(session, name) for name in ("Hana Sato", "Hugo Blum"))
        application = hiring.make_application(session)
        self.candidate, self.opening = application.candidate_id, application.requisition_id
        self.other = hiring.make_requisition(session, "Elsewhere").id
        self.cora = hiring.actor_of(hiring.make_person(session, "Cora Finn", [Role.COORDINATOR]))
        self.wish = erasures.ask(session, self.hana, CANDIDATE, self.candidate, ground=WHY, now=NOW)

    @staticmethod
    def _partner(session: Session, name: str) -> ActorFacts:
        return hiring.actor_of(hiring.make_person(session, name, [Role.HR_PARTNER]))

    def approve(self, session: Session, _seen: int) -> None:
        """The second person approves."""
        erasures.approve(session, self.hugo, self.wish, keys=KEYS, register=self.register, now=NOW)

    def expire(self, session: Session, _seen: int) -> None:
        """The daily round finds that its time is over."""
        if not erasures.expire(session, CANDIDATE, self.candidate, keys=KEYS, register=self.register, now=NOW):
            session.rollback()

    def refuse(self, session: Session, _seen: int) -> None:
        """Somebody says no."""
        erasures.refuse(session, self.hana, self.wish, answer=WHY, now=NOW)

    def hold_them(self, session: Session, _seen: int) -> None:
        """A hold on the candidate."""
        holds.hold_subject(session, self.hana, CANDIDATE, self.candidate, reason=WHY, now=NOW)

    def hold_opening(self, session: Session, _seen: int) -> None:
        """A hold on everybody who applied."""
        holds.hold_requisition(session, self.hana, self.opening, reason=WHY, now=NOW)
        self.too_late = session.get_one(Candidate, self.candidate).erased_at is not None

    def apply(self, session: Session, _seen: int) -> None:
        """The candidate applies for something else."""
        applications.apply(session, self.cora, self.candidate, self.other, now=NOW)
        self.too_late = session.get_one(Candidate, self.candidate).erased_at is not None


def nothing(_session: Session) -> int:
    return 0


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("hold", ["hold_them", "hold_opening"])
def test_a_hold_wins_or_is_refused_and_is_never_lost(database: Database, tmp_path: Path, hold: str, order: str) -> None:
    pausing(database.engine)
    with writing(database.engine) as session:
        company = Company(session, tmp_path / erasure_register.NAME)
    erasing = Act(database.engine, nothing, company.approve)
    holding = Act(database.engine, nothing, getattr(company, hold))

    erased, held = played(order, erasing, holding)

    with reading(database.engine) as session:
        gone = session.get_one(Candidate, company.candidate).erased_at is not None
        number = session.scalar(select(func.count()).select_from(LegalHold))
    assert gone == (erased == "done"), (erased, held)
    assert number == (held == "done"), (erased, held)
    if hold == "hold_them":
        assert (erased, held) in {("done", "AlreadyDoneError"), ("NotAllowedError", "done")}
    else:
        # On an opening it stands for everybody else too; whoever goes has gone by the time that it is set.
        assert (erased, held) in {("done", "done"), ("NotAllowedError", "done")}
        assert company.too_late == (erased == "done")


@pytest.mark.parametrize("order", ORDERS)
def test_nobody_applies_once_they_are_erased(database: Database, tmp_path: Path, order: str) -> None:
    pausing(database.engine)
    with writing(database.engine) as session:
        company = Company(session, tmp_path / erasure_register.NAME)

    ended = played(order, Act(database.engine, nothing, company.approve), Act(database.engine, nothing, company.apply))

    assert ended in {("done", "done"), ("done", "NotFoundError")}
    assert not company.too_late
    with reading(database.engine) as session:
        made = session.scalar(select(func.count()).where(Application.requisition_id == company.other))
    assert made == (ended == ("done", "done"))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("other", ["expire", "refuse"])
def test_an_answer_and_the_daily_round_never_wait_for_each_other(
    database: Database, tmp_path: Path, other: str, order: str
) -> None:
    pausing(database.engine)
    with writing(database.engine) as session:
        company = Company(session, tmp_path / erasure_register.NAME)

    ended = played(
        order,
        Act(database.engine, nothing, company.approve),
        Act(database.engine, nothing, getattr(company, other)),
    )

    allowed = {("done", "AlreadyDoneError"), ("AlreadyDoneError", "done")}
    assert ended in (allowed | {("done", "done")} if other == "expire" else allowed)
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(Erasure)) == 1
