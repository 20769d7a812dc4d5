"""Training and limits: recorded for others by who may, refused with every fault, and read from a file whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import InvalidError, NotAllowedError, NotFoundError
from app.domain.permission import Role
from app.formats import training_csv
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.panel_plan import InterviewLimit, Training
from app.services import training
from app.services.training import Trained
from tests.factories import hiring as make

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

NOW = make.NOW
TODAY = NOW.date()
SCREEN = Trained("", "screen")


def cast(session: Session) -> tuple[Person, Person, str]:
    """A coordinator, an interviewer, and the role of a published blueprint."""
    version = make.make_blueprint_version(session)
    cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
    return cora, make.make_person(session, "Ida Noor", [Role.INTERVIEWER]), version.role


def test_training_is_recorded_and_takes_a_newer_day(database: Database) -> None:
    with writing(database.engine) as session:
        cora, ida, role = cast(session)
        actor, strategy = make.actor_of(cora), Trained(role, "strategy")
        training.record(session, actor, ida.id, (SCREEN, strategy), date(2026, 1, 5), now=NOW)
        training.record(session, actor, ida.id, (SCREEN,), TODAY, now=NOW)
        training.record(session, actor, ida.id, (SCREEN,), TODAY, now=NOW + timedelta(hours=1))
    with reading(database.engine) as session:
        kept = {(one.role, one.topic): one for one in session.scalars(select(Training))}
        assert {key: one.since for key, one in kept.items()} == {
            ("", "screen"): TODAY, (role, "strategy"): date(2026, 1, 5),
        }  # fmt: skip
        assert kept["", "screen"].recorded_at == NOW, "saying the same again changes nothing"
        recorded = session.scalars(select(AuditEvent).where(AuditEvent.action == "training.record")).all()
        assert len(recorded) == 3


def test_every_fault_is_listed(database: Database) -> None:
    with writing(database.engine) as session:
        cora, ida, _role = cast(session)
        actor = make.actor_of(cora)
        for learned, since, fields in (
            ((), TODAY, {"topics"}),
            ((Trained("", "juggling"),), TODAY + timedelta(days=1), {"topics", "since"}),
        ):
            with pytest.raises(InvalidError) as raised:
                training.record(session, actor, ida.id, learned, since, now=NOW)
            assert {fault.field for fault in raised.value.faults} == fields
        ida.active = False
        session.flush()
        with pytest.raises(InvalidError, match="open account"):
            training.record(session, actor, ida.id, (SCREEN,), TODAY, now=NOW)


def test_training_ends_and_what_is_not_there_cannot(database: Database) -> None:
    with writing(database.engine) as session:
        cora, ida, _role = cast(session)
        actor = make.actor_of(cora)
        training.record(session, actor, ida.id, (SCREEN,), TODAY, now=NOW)
        training.end(session, actor, ida.id, SCREEN, now=NOW)
        assert session.scalars(select(Training)).all() == []
        with pytest.raises(NotFoundError):
            training.end(session, actor, ida.id, SCREEN, now=NOW)


def test_a_limit_is_set_and_changed(database: Database) -> None:
    with writing(database.engine) as session:
        cora, ida, _role = cast(session)
        actor = make.actor_of(cora)
        for wanted in (3, 0):
            training.set_limit(session, actor, ida.id, wanted, now=NOW)
            assert session.get_one(InterviewLimit, ida.id).a_week == wanted
        for wrong in (-1, 41):
            with pytest.raises(InvalidError, match="from 0 to 40"):
                training.set_limit(session, actor, ida.id, wrong, now=NOW)


def test_interviewers_do_not_train_themselves(database: Database) -> None:
    with writing(database.engine) as session:
        _cora, ida, _role = cast(session)
        actor = make.actor_of(ida)
        with pytest.raises(NotAllowedError):
            training.record(session, actor, ida.id, (SCREEN,), TODAY, now=NOW)
        with pytest.raises(NotAllowedError):
            training.set_limit(session, actor, ida.id, 1, now=NOW)


def test_a_file_is_recorded_whole(database: Database) -> None:
    with writing(database.engine) as session:
        cora, ida, role = cast(session)
        text = f"email,role,topic,since\n{ida.email},,screen,2026-03-02\n{ida.email},{role},empathy,2026-03-02\n"
        rows, faults = training_csv.read(text.encode())
        actor = make.actor_of(cora)
        assert (faults, training.resolve(session, actor, rows, today=TODAY)) == ((), ())
        assert training.apply(session, actor, rows, now=NOW) == 2
        assert len(session.scalars(select(Training)).all()) == 2


def test_a_file_is_refused_with_every_fault(database: Database) -> None:
    with writing(database.engine) as session:
        cora, ida, role = cast(session)
        text = (
            "email,role,topic,since\n"
            f"gone@example.org,,screen,2026-03-02\n{ida.email},{role},juggling,2027-03-02\n{ida.email},cook,salt,2026-03-02\n"
        )
        rows, _ = training_csv.read(text.encode())
        faults = training.resolve(session, make.actor_of(cora), rows, today=TODAY)
        assert [str(fault) for fault in faults] == [
            "line 2, column email: nobody has an open account with the address gone@example.org",
            "line 3, column since: write a day that has come",
            "line 3, column topic: “juggling” is none of empathy, fluency, strategy",
            "line 4, column topic: no blueprint is published for “cook”",
        ]
