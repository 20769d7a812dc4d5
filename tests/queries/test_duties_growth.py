"""What assessment cycles put into the inbox, and that nobody learns from it whether the other side has answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.growth.cycle import Answerer
from app.models.assessment import AssessmentOutcome, Cycle, Sheet
from app.models.engine import reading, writing
from app.models.person import Person
from app.queries.duties import Duty, count, duties
from app.services import cycles
from tests.factories.cycles import DUE, Team, assessment_of, make_cycle, make_team, seal_side
from tests.factories.hiring import NOW, actor_of, make_person
from tests.statements import counted

if TYPE_CHECKING:
    from tests.databases import Database


@pytest.fixture
def team(database: Database) -> Team:
    with writing(database.engine) as session:
        return make_team(session)


@pytest.fixture
def cycle(database: Database, team: Team) -> Cycle:
    with writing(database.engine) as session:
        return make_cycle(session, team)


def found(database: Database, person: Person, now: datetime = NOW) -> tuple[Duty, ...]:
    with reading(database.engine) as session:
        actor = actor_of(session.get_one(Person, person.id))
        everything = duties(session, actor, now)
        assert count(session, actor, now) == len(everything)
        return everything


def titles(database: Database, person: Person) -> list[str]:
    return sorted(duty.title for duty in found(database, person))


def test_both_sides_are_asked_by_the_same_day(database: Database, team: Team, cycle: Cycle) -> None:
    (own,) = found(database, team.mira)
    with reading(database.engine) as session:
        target = assessment_of(session, cycle, team.mira).id
    assert (own.title, own.detail, own.action) == ("Assess yourself: Autumn 2026", "Product Manager", "Answer")
    assert (own.endpoint, dict(own.params)) == ("ladder.assessment", {"assessment_id": target})
    assert (own.due_on, own.late, own.begun) == (DUE, False, False)
    assert titles(database, team.manager) == ["Assess Mira Okafor", "Assess Noor Hire"]
    (late,) = found(database, team.mira, datetime.combine(DUE + timedelta(days=1), NOW.time(), UTC))
    assert late.late


def test_a_sealed_side_changes_nothing_for_the_other(database: Database, team: Team, cycle: Cycle) -> None:
    before = found(database, team.manager)
    with writing(database.engine) as session:
        seal_side(session, assessment_of(session, cycle, team.mira), Answerer.SELF)
    assert found(database, team.manager) == before
    assert found(database, team.mira) == ()


def test_once_both_are_in_the_manager_talks_and_writes_it_down(database: Database, team: Team, cycle: Cycle) -> None:
    with writing(database.engine) as session:
        one = assessment_of(session, cycle, team.mira)
        for side in (Answerer.SELF, Answerer.MANAGER):
            seal_side(session, one, side)
    talk = "Talk with Mira Okafor and write down what you agreed on"
    assert titles(database, team.manager) == ["Assess Noor Hire", talk]
    with writing(database.engine) as session:
        session.add(AssessmentOutcome(assessment_id=one.id, number=1, text="Agreed.", at=NOW, by_id=team.manager.id))
    assert titles(database, team.manager) == ["Assess Noor Hire"]


def test_a_colleague_is_asked_too(database: Database, team: Team, cycle: Cycle) -> None:
    with writing(database.engine) as session:
        peer = make_person(session, "Pia Peer")
        one = assessment_of(session, cycle, team.mira)
        session.add(Sheet(assessment_id=one.id, answerer=Answerer.PEER, author_id=peer.id, asked_at=NOW))
    assert titles(database, peer) == ["Say how you see Mira Okafor"]


def test_a_closed_cycle_asks_for_no_more_answers(database: Database, team: Team, cycle: Cycle) -> None:
    with writing(database.engine) as session:
        cycles.close(session, actor_of(team.hr), cycle.id, version=cycle.version, now=NOW)
    assert titles(database, team.mira) == titles(database, team.manager) == []


def test_the_whole_inbox_stays_one_query(database: Database, team: Team, cycle: Cycle) -> None:
    assert cycle.with_peers is False
    with reading(database.engine) as session:
        actor = actor_of(session.get_one(Person, team.manager.id))
        with counted(database.engine) as statements:
            duties(session, actor, NOW)
            count(session, actor, NOW)
    assert len(statements) == 2
