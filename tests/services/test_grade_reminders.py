"""Reminders of grades: when they are written, to whom, and when they stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from app.domain.grade_reminding import WaitingGrades, occasion
from app.domain.hiring import Stage
from app.domain.onboarding.due import WorkingDays
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.case_grading import Grader
from app.models.case_work import CaseTask
from app.models.engine import reading, writing
from app.models.facts import requisition_facts
from app.models.outbox import Message
from app.models.person import Person
from app.models.requisition import Requisition
from app.queries import duties, granting
from app.services import grade_reminders, graders
from tests.factories import hiring
from tests.factories.grading import NAMES, Grading, grade, make_grading, make_submission
from tests.factories.grants import give
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from uuid import UUID

    from tests.databases import Database

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def at(database: Database) -> Grading:
    made = make_grading(database, submissions=2)
    with writing(database.engine) as session:
        session.execute(delete(Message))
    return made


def days(database: Database, *hours_after_monday: int) -> None:
    for hours in hours_after_monday:
        grade_reminders.remind(database.engine, now=MONDAY + timedelta(hours=hours))


def told(database: Database) -> list[tuple[UUID | None, str, datetime]]:
    with reading(database.engine) as session:
        rows = session.execute(
            select(Message.recipient_id, Message.subject, Message.created_at).order_by(Message.created_at)
        )
        return [(row[0], row[1].partition(":")[0], row[2]) for row in rows]


def test_a_grader_is_reminded_every_other_day_and_then_who_appointed_them(database: Database, at: Grading) -> None:
    days(database, *range(0, 24 * 21, 3))
    una = [(subject, when) for who, subject, when in told(database) if who == at.una.person_id]
    # Handed in on a Sunday at nine: Tuesday, Thursday, and after the weekend Monday.
    assert [when.date().isoformat() for _, when in una] == ["2026-11-24", "2026-11-26", "2026-11-30"]
    assert {subject for subject, _ in una} == {"Grades are due"}
    assert all(9 <= when.hour < 17 for _, when in una)
    late = [
        (subject, when.date().isoformat()) for who, subject, when in told(database) if who == at.coordinator.person_id
    ]
    assert late == [("Grades are late", "2026-12-02")] * 2, "once for each of the two graders, and never again"


def test_asking_again_at_the_same_moment_tells_nothing_twice(database: Database, at: Grading) -> None:
    days(database, 48, 48, 49, 50)
    assert len([one for one in told(database) if one[0] == at.una.person_id]) == 1


@pytest.mark.parametrize("how", ["sealed", "released", "withdrawn", "closed account"])
def test_reminders_stop_by_themselves(database: Database, at: Grading, how: str) -> None:
    if how == "sealed":
        grade(database, at, at.una, 0, now=NOW)
        grade(database, at, at.una, 1, now=NOW)
    with writing(database.engine) as session:
        if how == "released":
            una = session.scalar(select(Grader.id).where(Grader.person_id == at.una.person_id))
            assert una
            graders.release(session, at.coordinator, una, "On leave.", now=NOW)
        elif how == "withdrawn":
            session.execute(update(Application).values(stage=Stage.WITHDRAWN))
        elif how == "closed account":
            session.execute(update(Person).where(Person.id == at.una.person_id).values(active=False))
        session.execute(delete(Message))
    days(database, *range(0, 24 * 14, 5))
    assert [one for one in told(database) if one[0] == at.una.person_id] == []


def test_work_that_comes_once_all_is_graded_counts_anew(database: Database, at: Grading) -> None:
    days(database, *range(0, 24 * 12, 5))
    grade(database, at, at.una, 0, now=MONDAY)
    grade(database, at, at.una, 1, now=MONDAY)
    later = MONDAY + timedelta(days=14)
    with writing(database.engine) as session:
        need = session.get_one(Requisition, at.requisition)
        application = hiring.make_application(session, need, name="Late Lou")
        make_submission(session, session.get_one(CaseTask, at.task), application, handed_in_at=later)
        session.execute(delete(Message))
    days(database, *range(24 * 14, 24 * 24, 5))
    una = [when.date().isoformat() for who, _, when in told(database) if who == at.una.person_id]
    assert una == ["2026-12-09", "2026-12-11", "2026-12-14"]


def test_who_appointed_and_owes_a_scorecard_there_hears_nothing(database: Database, at: Grading) -> None:
    with writing(database.engine) as session:
        cleo = session.get_one(Person, at.coordinator.person_id)
        hiring.make_interview(session, session.get_one(Application, at.applications[0]), [cleo])
    days(database, *range(0, 24 * 21, 6))
    assert [one for one in told(database) if one[0] == at.coordinator.person_id] == []


def test_no_reminder_says_whose_work_waits_or_what_another_gave(database: Database, at: Grading) -> None:
    grade(database, at, at.udo, 0, now=NOW)
    days(database, *range(0, 24 * 14, 6))
    with reading(database.engine) as session:
        mails = session.execute(select(Message.subject, Message.body, Message.path)).all()
    assert mails
    for mail in mails:
        assert not any(name.split()[0] in " ".join(mail) for name in NAMES)


@pytest.mark.parametrize(
    ("now", "said", "why"),
    [
        ("2026-11-24 08:59", (), None),
        ("2026-11-24 09:00", (), "due-1"),
        ("2026-11-24 20:00", (), None),
        ("2026-11-26 08:30", ("2026-11-24 09:00",), None),
        ("2026-11-26 09:00", ("2026-11-24 09:00",), "due-2"),
        ("2026-11-28 10:00", ("2026-11-24 09:00", "2026-11-26 09:00"), None),
        ("2026-11-30 10:00", ("2026-11-24 09:00", "2026-11-26 09:00"), "due-3"),
        ("2026-12-02 10:00", ("2026-11-24 09:00", "2026-11-26 09:00", "2026-11-30 10:00"), "escalated"),
    ],
)
def test_each_occasion_has_its_hour(now: str, said: tuple[str, ...], why: str | None) -> None:
    moments = [datetime.fromisoformat(f"{each}+00:00") for each in said]
    waiting = WaitingGrades(NOW, moments)
    assert occasion(waiting, datetime.fromisoformat(f"{now}+00:00"), UTC_ZONE, WorkingDays()) == why


def test_nothing_follows_once_somebody_else_was_told() -> None:
    waiting = WaitingGrades(NOW, [NOW], escalated=True)
    assert occasion(waiting, MONDAY + timedelta(days=30), UTC_ZONE, WorkingDays()) is None


def test_whoever_learns_names_by_a_role_in_one_place_is_asked_for_nothing(database: Database, at: Grading) -> None:
    with writing(database.engine) as session:
        una = session.get_one(Person, at.una.person_id)
        give(session, una, Role.COORDINATOR, team="Data", by=at.coordinator.person_id)
    days(database, *range(0, 24 * 7, 3))
    assert {who for who, _, _ in told(database)} == {at.udo.person_id}
    with reading(database.engine) as session:
        asked = {who.person_id: duties.count(session, who, MONDAY) for who in (at.una, at.udo)}
    assert asked == {at.una.person_id: 0, at.udo.person_id: 1}


def test_how_somebody_stands_to_a_requisition_tells_nobody_that_their_grades_are_in(
    database: Database, at: Grading
) -> None:
    with reading(database.engine) as session:
        admin = replace(at.manager, roles=frozenset({Role.ADMIN}))
        una = granting.whose(session, admin, at.una.person_id)
        facts = granting.stands(session, admin, una, at.requisition)
        real = requisition_facts(session, at.una, at.requisition)
    assert real is not None
    assert real.is_grading
    assert facts == replace(real, is_grading=False)
