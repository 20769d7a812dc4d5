"""Lists of plans: who finds which, how each is doing, and what waits for the reader; on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.onboarding.goal import EvidenceKind, GoalAct, GoalState
from app.domain.onboarding.plan import Health, PlanState
from app.models.engine import reading, writing
from app.models.onboarding import GoalEvidence
from app.queries import plans
from app.queries.plans import PlanFilter
from app.services import goals, milestones
from tests.factories import hiring as make
from tests.factories.plans import START, TODAY, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database
    from tests.factories.plans import Cast

NOW = make.NOW
ALL = PlanFilter()


def _list(
    session: Session, person: Person, wanted: PlanFilter = ALL, sort: str = "urgency"
) -> tuple[plans.PlanLine, ...]:
    return plans.listing(session, make.actor_of(person), wanted, sort=sort, now=NOW)


def _submit(session: Session, cast: Cast, key: str) -> None:
    goal, hire = cast.goal(session, key), make.actor_of(cast.hire)
    piece = GoalEvidence(kind=EvidenceKind.TEXT, title="Done", body="As seen.", about_on=TODAY)
    goals.show(session, hire, goal.id, piece, today=TODAY, now=NOW)
    goals.act(session, hire, goal.id, GoalAct.SUBMIT, version=goal.version, now=NOW)


def test_a_plan_shows_its_milestones_and_how_it_does(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        line = _list(session, cast.manager)[0]

    assert (line.hire, line.manager, line.starts_on, line.signed) == ("Noor Hire", "Mika Manager", START, 0)
    assert line.health is Health.OVERDUE
    assert (line.milestones, line.upcoming, line.late) == (3, plans.Upcoming("First month", date(2026, 11, 4)), True)


def test_each_finds_their_own_and_hr_finds_all(database: Database) -> None:
    with writing(database.engine) as session:
        one, two = make_plan(session), make_plan(session)
        found = {
            name: {line.plan_id for line in _list(session, person)}
            for name, person in {
                "hire": one.hire, "manager": one.manager, "buddy": one.buddy, "other": two.manager, "hr": one.hr,
                "nobody": make.make_person(session, "Nobody"),
            }.items()
        }  # fmt: skip

    first, second = one.plan.id, two.plan.id
    assert found == {
        "hire": {first}, "manager": {first}, "buddy": {first}, "other": {second}, "hr": {first, second},
        "nobody": set(),
    }  # fmt: skip


def test_a_buddys_list_counts_the_buddys_own_goals_only(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        cast.goal(session, "ship").owner_id = cast.buddy.id
        cast.goal(session, "learn").state = GoalState.BLOCKED
        session.flush()
        line = _list(session, cast.buddy)[0]

    assert (line.milestones, line.upcoming) == (1, plans.Upcoming("Second month", date(2026, 12, 4)))
    assert not line.whole
    assert line.health is Health.AHEAD


def test_what_waits_for_ones_own_signature_is_counted(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        assert (_list(session, cast.manager)[0].waiting, _list(session, cast.hire)[0].waiting) == (0, 0)
        _submit(session, cast, "ship")
        assert (_list(session, cast.manager)[0].waiting, _list(session, cast.hire)[0].waiting) == (1, 0)
        goal = cast.goal(session, "ship")
        goals.act(session, make.actor_of(cast.manager), goal.id, GoalAct.SIGN, version=goal.version, now=NOW)
        assert (_list(session, cast.manager)[0].waiting, _list(session, cast.hire)[0].waiting) == (1, 1)
        milestone = cast.milestone(session, "day-60")
        milestones.sign(session, make.actor_of(cast.manager), milestone.id, now=NOW)
        assert (_list(session, cast.manager)[0].waiting, _list(session, cast.hire)[0].waiting) == (0, 1)
        assert _list(session, cast.hr)[0].waiting == 0


def test_lists_are_narrowed(database: Database) -> None:
    with writing(database.engine) as session:
        one, two = make_plan(session), make_plan(session, starts_on=TODAY)
        two.hire.name = "Zed 100% Other"
        one.plan.state = PlanState.CLOSED
        session.flush()
        cases = {
            PlanFilter(): {two.plan.id},
            PlanFilter(states=frozenset(PlanState)): {one.plan.id, two.plan.id},
            PlanFilter(states=frozenset(PlanState), healths=frozenset({Health.OVERDUE})): {one.plan.id},
            PlanFilter(states=frozenset(PlanState), manager_id=one.manager.id): {one.plan.id},
            PlanFilter(states=frozenset(PlanState), words="noor HIRE"): {one.plan.id},
            PlanFilter(words="100%"): {two.plan.id},
            PlanFilter(words="1_0"): set(),
            PlanFilter(mine=True): set(),
        }
        for wanted, expected in cases.items():
            assert {line.plan_id for line in _list(session, one.hr, wanted)} == expected, wanted


def test_lists_are_sorted(database: Database) -> None:
    with writing(database.engine) as session:
        late, fresh = make_plan(session), make_plan(session, starts_on=TODAY + timedelta(days=1))
        late.hire.name, fresh.hire.name = "Zoe", "abel"
        session.flush()
        orders = {sort: [line.hire for line in _list(session, late.hr, sort=sort)] for sort in plans.SORTS}

    assert orders == {
        "urgency": ["Zoe", "abel"], "name": ["abel", "Zoe"], "start": ["Zoe", "abel"], "due": ["Zoe", "abel"],
        "manager": ["abel", "Zoe"],
    }  # fmt: skip


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_takes_one_query_whatever_its_length(database: Database, number: int) -> None:
    with writing(database.engine) as session:
        casts = [make_plan(session) for _ in range(number)]
        hr = make.actor_of(casts[0].hr)
    with reading(database.engine) as session, counted(database.engine) as statements:
        assert len(plans.listing(session, hr, ALL, now=NOW)) == number

    assert len(statements) == 1


def test_a_plan_without_a_goal_of_the_buddys_is_listed_and_called_nothing(database: Database) -> None:
    with writing(database.engine) as session:
        buddy = make.actor_of(make_plan(session).buddy)
        every = plans.overview(session, buddy, ALL, most=9, now=NOW)
        done = plans.overview(session, buddy, PlanFilter(healths=frozenset({Health.DONE})), most=9, now=NOW)

    assert [line.milestones for line in every.lines] == [0]
    assert sum(every.counts.values()) == 0
    assert done.lines == ()


def test_a_page_of_the_list_counts_all_of_it(database: Database) -> None:
    with writing(database.engine) as session:
        casts = [make_plan(session, starts_on=TODAY - timedelta(days=days)) for days in range(5)]
        for number, cast in enumerate(casts):
            cast.hire.name = f"Hire {number}"
        session.flush()
        hr = make.actor_of(casts[0].hr)
        pages = [plans.overview(session, hr, ALL, sort="name", most=2, page=page, now=NOW) for page in (1, 2, 3, 4)]

    assert [[line.hire for line in page.lines] for page in pages] == [
        ["Hire 0", "Hire 1"], ["Hire 2", "Hire 3"], ["Hire 4"], []
    ]  # fmt: skip
    assert {page.passing for page in pages} == {5}
    assert {sum(page.counts.values()) for page in pages} == {5}
