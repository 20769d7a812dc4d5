"""What HR is told of a ladder: the right counts, on both databases, and never of few people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.errors import NotAllowedError
from app.domain.growth.case import CaseOutcome
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.mark import Standing
from app.models.assessment import Cycle
from app.models.engine import reading, writing
from app.models.person import Person
from app.queries import insights, insights_interviews
from tests.factories import insight as scene
from tests.factories.cycles import TODAY, assessment_of, make_report, seal_side
from tests.factories.hiring import NOW, actor_of
from tests.statements import counted

if TYPE_CHECKING:
    from app.queries.insights import LadderInsight
    from tests.databases import Database
    from tests.factories.cycles import Team

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

    def close(self) -> None:
        """Close the cycle that everybody is in."""
        with writing(self.database.engine) as session:
            cycle = session.get_one(Cycle, self.cycle.id)
            cycle.state, cycle.closed_at = CycleState.CLOSED, NOW

    def look(self, year: int | None = None, today: date = TODAY) -> LadderInsight:
        """What HR is told of the team's role."""
        with reading(self.database.engine) as session:
            return insights.ladder(session, actor_of(self.team.hr), self.team.version.role, year, today=today)


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


def test_promotions_count_in_their_year_once_it_is_over(crowd: Crowd) -> None:
    spring, autumn = datetime(2025, 3, 2, 9, 0, tzinfo=UTC), datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
    with writing(crowd.database.engine) as session:
        scene.decide(session, crowd.team, crowd.people[0], CaseOutcome.PROMOTE, at=spring)
        scene.decide(session, crowd.team, crowd.people[1], CaseOutcome.PROMOTE, at=autumn)
        for person in crowd.people[2:6]:
            scene.decide(session, crowd.team, person, CaseOutcome.NOT_YET, at=autumn)
    found = crowd.look()
    assert found.years == (2025, 2024)
    assert found.moves is not None
    assert found.moves.year == 2025
    assert [(one.names, one.promoted.words) for one in found.moves.promotions.by_level] == [
        (("Senior PM", "Principal PM", "Group PM"), "1 of about 5 people")
    ]
    assert [(one.names, one.promoted.words) for one in found.moves.promotions.by_team or ()] == [
        (("Search",), "1 of about 5 people")
    ]
    assert found.moves.decided.words == "Not shown: fewer than 5 cases"
    for untold in (2026, 1, 9999, -3):
        assert crowd.look(untold).moves == found.moves
    later = crowd.look(2026, today=date(2027, 1, 1)).moves
    assert later is not None
    assert [one.promoted.words for one in later.promotions.by_level] == ["1 of about 5 people"]
    assert later.decided.words == "1 of 5 cases"


def test_who_has_left_since_still_counts_in_the_year(crowd: Crowd) -> None:
    before = crowd.look().moves
    with writing(crowd.database.engine) as session:
        session.get_one(Person, crowd.people[0].id).active = False
    assert crowd.look().moves == before


def test_agreement_of_a_cycle_that_runs_is_not_told(crowd: Crowd) -> None:
    with writing(crowd.database.engine) as session:
        for person in crowd.people:
            scene.say(session, assessment_of(session, crowd.cycle, person), {"data": MET}, {"data": MET})
    assert crowd.look().agreements == ()
    crowd.close()
    assert [one.people for one in crowd.look().agreements] == [6]


def test_agreement_counts_only_what_both_could_tell(crowd: Crowd) -> None:
    with writing(crowd.database.engine) as session:
        for person in crowd.people[:5]:
            say = {"judgment": MET, "data": MET, "people": OPEN}
            answer = {"judgment": MET, "data": BELOW, "people": ABOVE}
            scene.say(session, assessment_of(session, crowd.cycle, person), say, answer)
    crowd.close()
    (found,) = crowd.look().agreements
    assert (found.cycle, found.people, found.same, found.compared) == ("Autumn 2026", 5, 5, 10)
    assert found.words == "50 %, 5 of 10 marks of 5 people"


def test_answers_of_one_side_are_told_by_no_figure(crowd: Crowd) -> None:
    with writing(crowd.database.engine) as session:
        for person in crowd.people:
            seal_side(session, assessment_of(session, crowd.cycle, person), Answerer.SELF)
    crowd.close()
    assert crowd.look().agreements == ()


def test_only_roles_with_a_ladder_are_offered(crowd: Crowd) -> None:
    found = crowd.look()
    assert [one.role for one in found.roles] == [crowd.team.version.role]
    with reading(crowd.database.engine) as session:
        actor = actor_of(crowd.team.hr)
        assert insights.ladder(session, actor, None, None, today=TODAY).chosen == found.roles[0]
        unknown = insights.ladder(session, actor, "pilot", None, today=TODAY)
    assert (unknown.chosen, unknown.people, unknown.agreements) == (None, False, ())


def test_nobody_but_hr_is_told(crowd: Crowd) -> None:
    with reading(crowd.database.engine) as session:
        for person in (crowd.team.manager, crowd.team.mira):
            with pytest.raises(NotAllowedError):
                insights.ladder(session, actor_of(person), None, None, today=TODAY)
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
