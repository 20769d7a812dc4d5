"""What HR is told of a ladder: the right counts, on both databases, and never of few people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.errors import NotAllowedError
from app.domain.growth.case import CaseOutcome
from app.domain.growth.cycle import Answerer
from app.domain.growth.mark import Standing
from app.models.engine import reading, writing
from app.models.person import Person
from app.queries import insights, insights_interviews
from app.queries.insights import Period
from tests.factories import insight as scene
from tests.factories.cycles import TODAY, assessment_of, make_report, seal_side
from tests.factories.hiring import actor_of
from tests.statements import counted

if TYPE_CHECKING:
    from app.models.assessment import Cycle
    from app.queries.insights import LadderInsight
    from tests.databases import Database
    from tests.factories.cycles import Team

EVER = Period()
MET, ABOVE = (Standing.MET, "senior"), (Standing.MET, "principal")
BELOW, OPEN = (Standing.BELOW, ""), (Standing.NOT_ENOUGH, "")


@pytest.fixture
def crowd(database: Database) -> Crowd:
    """Six people at senior in one team; nobody has answered or moved."""
    with writing(database.engine) as session:
        return Crowd(database, *scene.make_crowd(session))


@dataclass
class Crowd:
    """The scene, and a look at it as its HR partner."""

    database: Database
    team: Team
    cycle: Cycle
    people: list[Person]

    def look(self, period: Period = EVER) -> LadderInsight:
        """What HR is told of the team's role."""
        with reading(self.database.engine) as session:
            return insights.ladder(session, actor_of(self.team.hr), self.team.version.role, period, today=TODAY)


def test_people_are_counted_where_they_are_now(crowd: Crowd) -> None:
    with writing(crowd.database.engine) as session:
        session.add(scene.placement(crowd.team, crowd.people[0], "principal", TODAY))
        session.add(scene.placement(crowd.team, crowd.people[1], "principal", TODAY + timedelta(days=1)))
    found = crowd.look()
    assert [(line.team, [cell.words for cell in line.counts]) for line in found.spread.teams] == [
        ("Search", ["5", "1 to 4", "0"])
    ]
    assert [cell.words for cell in found.spread.totals] == ["5", "Not shown", "0"]
    assert [level.title for level in found.levels] == ["Senior PM", "Principal PM", "Group PM"]


def test_closed_accounts_and_other_roles_are_nowhere(crowd: Crowd) -> None:
    with writing(crowd.database.engine) as session:
        session.get_one(Person, crowd.people[0].id).active = False
        elsewhere = scene.placement(crowd.team, crowd.people[1], "senior", TODAY)
        elsewhere.role = "baker"
        session.add(elsewhere)
    assert [cell.words for cell in crowd.look().spread.teams[0].counts] == ["1 to 4", "0", "0"]


def test_time_at_a_level_runs_through_what_confirms_it(crowd: Crowd) -> None:
    with writing(crowd.database.engine) as session:
        session.add_all(scene.placement(crowd.team, one, "senior", date(2026, 1, 1)) for one in crowd.people)
    senior, principal, _group = crowd.look().stays
    assert (senior.so_far, senior.until_they_moved) == ("32 months", "Not shown: fewer than 5")
    assert principal.so_far == "Not shown: fewer than 5"


def test_promotions_count_in_their_period(crowd: Crowd) -> None:
    spring, autumn = datetime(2026, 3, 2, 9, 0, tzinfo=UTC), datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
    with writing(crowd.database.engine) as session:
        scene.decide(session, crowd.team, crowd.people[0], CaseOutcome.PROMOTE, at=spring)
        scene.decide(session, crowd.team, crowd.people[1], CaseOutcome.PROMOTE, at=autumn)
        for person in crowd.people[2:5]:
            scene.decide(session, crowd.team, person, CaseOutcome.NOT_YET, at=autumn)
    (senior, principal, _), (team,) = crowd.look().by_level, crowd.look().by_team
    assert (senior.promoted.words, senior.decided.words) == ("2 of about 5 people", "2 of 5 cases")
    assert (team.label, team.promoted.words, team.decided.words) == ("Search", "2 of about 5 people", "2 of 5 cases")
    assert not principal.decided.told
    later = crowd.look(Period(first=date(2026, 9, 1))).by_level[0]
    assert (later.promoted.words, later.decided.words) == ("1 of about 5 people", "Not shown: fewer than 5 cases")
    earlier = crowd.look(Period(last=date(2026, 3, 2))).by_level[0]
    assert (earlier.promoted.words, earlier.decided.whole) == ("0 of about 5 people", 1)


def test_agreement_counts_only_what_both_could_tell(crowd: Crowd) -> None:
    with writing(crowd.database.engine) as session:
        for person in crowd.people[:5]:
            say = {"judgment": MET, "data": MET, "people": OPEN}
            answer = {"judgment": MET, "data": BELOW, "people": ABOVE}
            scene.say(session, assessment_of(session, crowd.cycle, person), say, answer)
    (found,) = crowd.look().agreements
    assert (found.cycle, found.people, found.same, found.compared) == ("Autumn 2026", 5, 5, 10)
    assert found.words == "50 %, 5 of 10 marks of 5 people"


def test_answers_of_one_side_are_told_by_no_figure(crowd: Crowd) -> None:
    with writing(crowd.database.engine) as session:
        for person in crowd.people:
            seal_side(session, assessment_of(session, crowd.cycle, person), Answerer.SELF)
    assert crowd.look().agreements == ()


def test_only_roles_with_a_ladder_are_offered(crowd: Crowd) -> None:
    found = crowd.look()
    assert [one.role for one in found.roles] == [crowd.team.version.role]
    with reading(crowd.database.engine) as session:
        actor = actor_of(crowd.team.hr)
        assert insights.ladder(session, actor, None, EVER, today=TODAY).chosen == found.roles[0]
        unknown = insights.ladder(session, actor, "pilot", EVER, today=TODAY)
    assert (unknown.chosen, unknown.people, unknown.agreements) == (None, False, ())


def test_nobody_but_hr_is_told(crowd: Crowd) -> None:
    with reading(crowd.database.engine) as session:
        for person in (crowd.team.manager, crowd.team.mira):
            with pytest.raises(NotAllowedError):
                insights.ladder(session, actor_of(person), None, EVER, today=TODAY)
            with pytest.raises(NotAllowedError):
                insights_interviews.foresight(session, actor_of(person), today=TODAY)


def test_four_statements_are_enough_for_any_number_of_people(crowd: Crowd) -> None:
    crowd.look()
    with counted(crowd.database.engine) as few:
        crowd.look()
    with writing(crowd.database.engine) as session:
        for number in range(20):
            make_report(session, f"More {number}", crowd.team.manager, crowd.team.version, crowd.team.hr, team="Maps")
    with counted(crowd.database.engine) as many:
        crowd.look()
    assert len([one for one in few if one.startswith("SELECT")]) == 4
    assert len([one for one in many if one.startswith("SELECT")]) == 4


def test_interviews_stand_beside_the_newest_assessment(crowd: Crowd) -> None:
    with writing(crowd.database.engine) as session:
        for number, person in enumerate(crowd.people):
            scene.hired(session, crowd.team, person, "7/2" if number < 5 else "2")
            assessment = assessment_of(session, crowd.cycle, person)
            assessment.current_level = "senior"
            scene.say(session, assessment, {"data": BELOW}, {"data": BELOW if not number else MET, "people": OPEN})
    with reading(crowd.database.engine) as session:
        found = insights_interviews.foresight(session, actor_of(crowd.team.hr), today=TODAY)
    assert (found.over.words, found.under.words) == ("4 of 5 people", "Not shown: fewer than 5 people")
    assert (found.hired, found.compared, found.unassessed, found.unscored) == (6, 6, 0, 0)


def test_what_cannot_be_compared_is_said(crowd: Crowd) -> None:
    with writing(crowd.database.engine) as session:
        for number, composite in enumerate((None, "3", "3")):
            scene.hired(session, crowd.team, crowd.people[number], composite)
        for number, marks in enumerate(({"data": MET}, {"data": OPEN})):
            assessment = assessment_of(session, crowd.cycle, crowd.people[number])
            assessment.current_level = "senior"
            scene.say(session, assessment, {"data": MET}, marks)
    with reading(crowd.database.engine) as session:
        found = insights_interviews.foresight(session, actor_of(crowd.team.hr), today=TODAY)
    assert (found.hired, found.compared, found.unassessed, found.unscored) == (3, 0, 1, 2)
