"""The pages of a plan and of a goal, as each person may see them; on both databases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.onboarding.goal import EvidenceKind, GoalAct, GoalState
from app.domain.onboarding.plan import Health, PartyName
from app.domain.permission import Permission, Role
from app.models.blueprint import BlueprintVersion
from app.models.engine import reading, writing
from app.models.onboarding import GoalEvidence
from app.queries import goal_page, plan_page
from app.services import goals, milestones, plan_dates
from tests.factories import hiring as make
from tests.factories.plans import TODAY, Cast, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

NOW = make.NOW


def _page(session: Session, cast: Cast, person: Person) -> plan_page.PlanPage:
    return plan_page.page(session, make.actor_of(person), cast.plan.id, now=NOW)


def _goal(session: Session, cast: Cast, person: Person, key: str) -> goal_page.GoalPage:
    return goal_page.page(session, make.actor_of(person), cast.goal(session, key).id, goals.ALLOWED)


def _show(session: Session, cast: Cast, key: str) -> None:
    piece = GoalEvidence(kind=EvidenceKind.TEXT, title="Seen", body="As agreed.", about_on=TODAY)
    goals.show(session, make.actor_of(cast.hire), cast.goal(session, key).id, piece, today=TODAY, now=NOW)


def test_the_hire_sees_what_is_next_what_proves_it_and_who_signs(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        page = _page(session, cast, cast.hire)

    assert (page.party, page.whole, page.health) == (PartyName.HIRE, True, Health.OVERDUE)
    assert [goal.key for _, goal in page.upcoming] == ["learn", "goal-2", "ship", "result"]
    first = page.milestones[0]
    assert (first.evidence, first.due_on, first.missing) == (
        ("A map that the team confirmed",),
        date(2026, 11, 4),
        (PartyName.HIRE, PartyName.MANAGER),
    )
    assert page.stamp.title == "Product Manager"
    assert page.granted == {
        Permission.PLAN_SEE,
        Permission.MILESTONE_SIGN,
        Permission.NOTE_WRITE,
        Permission.METRIC_KEEP,
    }


def test_a_buddy_sees_the_goals_that_are_theirs_and_nothing_else(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        cast.goal(session, "ship").owner_id = cast.buddy.id
        cast.plan.end_reason = "Something private"
        session.flush()
        page = _page(session, cast, cast.buddy)
        with pytest.raises(NotFoundError):
            _goal(session, cast, cast.buddy, "learn")
        assert _goal(session, cast, cast.buddy, "ship").goal.text == "Ship something small"
        with pytest.raises(NotAllowedError):
            plan_page.history(session, make.actor_of(cast.buddy), cast.plan.id)

    assert not page.whole
    assert [[goal.key for goal in part.goals] for part in page.milestones] == [["ship"]]
    assert all(not part.signatures and not part.answered for part in page.milestones)
    assert (page.granted, page.end_reason) == (frozenset(), "")


def test_strangers_find_no_plan_and_no_goal(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        for role in (Role.PEOPLE_MANAGER, Role.ADMIN, Role.AUDITOR, Role.COORDINATOR):
            stranger = make.make_person(session, "Sid", [role])
            with pytest.raises(NotFoundError):
                _page(session, cast, stranger)
            with pytest.raises(NotFoundError):
                _goal(session, cast, stranger, "learn")


def test_signatures_are_shown_and_the_missing_one_named(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        goal = cast.goal(session, "ship")
        goals.act(
            session, make.actor_of(cast.manager), goal.id, GoalAct.WAIVE, note="Frozen.", version=goal.version, now=NOW
        )
        milestones.sign(session, make.actor_of(cast.hire), cast.milestone(session, "day-60").id, now=NOW)
        part = _page(session, cast, cast.hr).milestones[1]

    assert [(one.party, one.name, one.signed_at) for one in part.signatures] == [(PartyName.HIRE, "Noor Hire", NOW)]
    assert (part.missing, part.settled) == ((PartyName.MANAGER,), 1)


def test_a_goal_offers_what_the_reader_can_do_now(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        offered = {
            name: {act.value for act in _goal(session, cast, getattr(cast, name), "learn").acts}
            for name in ("hire", "manager", "hr")
        }
        _show(session, cast, "learn")
        goal = cast.goal(session, "learn")
        goals.act(session, make.actor_of(cast.hire), goal.id, GoalAct.SUBMIT, version=goal.version, now=NOW)
        then = {
            name: {act.value for act in _goal(session, cast, getattr(cast, name), "learn").acts}
            for name in ("hire", "manager", "hr")
        }

    assert offered == {"hire": {"start", "block", "submit"}, "manager": {"waive"}, "hr": {"waive"}}
    assert then == {"hire": {"withdraw"}, "manager": {"sign", "return", "waive"}, "hr": {"waive"}}


def test_a_goal_shows_its_evidence_and_its_whole_history(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _show(session, cast, "learn")
        page = _goal(session, cast, cast.manager, "learn")

    assert [(one.title, one.kind, one.by) for one in page.evidence] == [("Seen", EvidenceKind.TEXT, "Noor Hire")]
    assert [(line.act, line.by) for line in page.history] == [
        (GoalAct.EVIDENCE, "Noor Hire"),
        (GoalAct.ADD, "Hana HR"),
    ]
    assert (page.goal.pieces, page.goal.state, page.milestone) == (1, GoalState.NOT_STARTED, "First month")
    assert page.proof == ("A map that the team confirmed",)


def test_pages_take_the_same_few_queries_however_much_is_on_them(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        for key in ("learn", "ship", "result"):
            _show(session, cast, key)
        actor, goal_id = make.actor_of(cast.manager), cast.goal(session, "learn").id
    with reading(database.engine) as session, counted(database.engine) as statements:
        plan_page.page(session, actor, cast.plan.id, now=NOW)
        assert len(statements) == 4
        goal_page.page(session, actor, goal_id, goals.ALLOWED)
        assert len(statements) == 4 + 4


def test_a_pinned_date_is_marked(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        milestone = cast.milestone(session, "day-90")
        plan_dates.pin(
            session, make.actor_of(cast.hr), milestone.id, date(2027, 1, 6), version=cast.plan.version, now=NOW
        )
        part = _page(session, cast, cast.hire).milestones[2]

    assert (part.pinned, part.due_on) == (True, date(2027, 1, 6))


def test_a_plan_stays_on_its_version_and_says_when_a_newer_one_exists(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        assert _page(session, cast, cast.hire).newest_number == 1
        stamp = _page(session, cast, cast.hire).stamp
        session.add(
            BlueprintVersion(role=stamp.role, number=2, title=stamp.title, sha256="0" * 64, body="{}", published_at=NOW)
        )
        session.flush()
        page = _page(session, cast, cast.hire)

    assert (page.stamp.number, page.newest_number) == (1, 2)
