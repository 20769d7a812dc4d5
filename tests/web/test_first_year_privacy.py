"""Who must not learn what of a first year: each person opens everything that they can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.onboarding.checkin import Against, Answers
from app.domain.onboarding.goal import EvidenceKind, GoalAct
from app.domain.onboarding.plan import PlanState
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.measuring import OutcomeRow
from app.models.onboarding import Goal, GoalEvidence, Plan
from app.models.person import Person
from app.queries import duties, plan_page
from app.services import check_ins, goals, measuring, plans
from app.services.measuring import AimDraft
from tests.factories.hiring import (
    DIMENSIONS,
    NOW,
    actor_of,
    card_of,
    make_application,
    make_candidate,
    make_interview,
    make_person,
    make_requisition,
    open_debrief,
    seal,
)
from tests.factories.plans import TODAY, Cast, make_plan
from tests.web import whole_sight
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.databases import Database
    from tests.web.whole_sight import Ids

# Words that are written in one place only, so that finding one means that this place was shown.
SAID = ("heliotrope", "quagmire")
AGREED, NOTE, AREA, RETURNED = "zeppelin", "marzipan", "obsidian", "tamarind"
OUTCOME, CARD = "periwinkle", "saffron"
ASSESSMENTS = (*SAID, AGREED, NOTE, AREA, RETURNED, OUTCOME)


@dataclass(frozen=True)
class Year:
    """A first year in which everything has been written, with the ids that addresses take."""

    cast: Cast
    ids: Ids

    @property
    def plan_id(self) -> UUID:
        """The plan."""
        return self.ids["plan_id"][0]


@pytest.fixture
def year(database: Database) -> Year:
    """A first year with answers, an agreement, a note, a metric, a returned goal and a recorded outcome."""
    with writing(database.engine) as session:
        return _year(session)


def _year(session: Session) -> Year:
    cast = make_plan(session)
    manager, milestone = actor_of(cast.manager), cast.milestone(session, "day-30")
    for person, word in zip((cast.hire, cast.manager), SAID, strict=True):
        answers = Answers(3, Against.PARTLY, went_well=f"It went {word}.")
        check_ins.seal(session, actor_of(person), milestone.id, answers, version=0, today=TODAY, now=NOW)
    check_ins.conclude(session, manager, milestone.id, f"We agreed on {AGREED}.", now=NOW)
    check_ins.write_note(session, manager, cast.plan.id, f"About {NOTE}.", talked_on=TODAY, shared=True, now=NOW)
    metric_id = measuring.pick(session, manager, cast.plan.id, AimDraft("precision", AREA), now=NOW)
    goal = cast.goal(session, "learn")
    _return(session, cast, goal)
    session.add(
        OutcomeRow(
            plan_id=cast.plan.id, dimension=DIMENSIONS[0], value=3, note=f"Like {OUTCOME}.", recorded_at=NOW,
            recorded_by_id=cast.manager.id,
        )
    )  # fmt: skip
    ids: Ids = {
        "plan_id": [cast.plan.id],
        "goal_id": list(session.scalars(select(Goal.id).where(Goal.plan_id == cast.plan.id))),
        "milestone_id": [one.id for one in cast.plan.milestones],
        "evidence_id": list(session.scalars(select(GoalEvidence.id))),
        "plan_metric_id": [metric_id],
    }
    return Year(cast, ids)


def _submit(session: Session, cast: Cast, goal: Goal) -> None:
    piece = GoalEvidence(kind=EvidenceKind.TEXT, title="A map", body="Four teams.", about_on=TODAY)
    goals.show(session, actor_of(cast.hire), goal.id, piece, today=TODAY, now=NOW)
    goals.act(session, actor_of(cast.hire), goal.id, GoalAct.SUBMIT, version=goal.version, now=NOW)


def _return(session: Session, cast: Cast, goal: Goal) -> None:
    _submit(session, cast, goal)
    note = f"Still without {RETURNED}."
    goals.act(session, actor_of(cast.manager), goal.id, GoalAct.RETURN, version=goal.version, note=note, now=NOW)


@pytest.fixture
def sight(program: Flask, database: Database) -> Callable[[Person, Ids], dict[str, str]]:
    """Everything that a person can get: pages, tables, documents, the feed and mails."""

    def look(person: Person, ids: Ids) -> dict[str, str]:
        browser = Browser(program)
        browser.sign_in(person.id)
        found = whole_sight.addresses(program, ids)
        found += [f"/search?q={word}" for word in ("Noor", *ASSESSMENTS)]
        found += ["/onboarding?q=Noor", "/onboarding?state=all", "/onboarding.csv?q=Noor"]
        said = whole_sight.seen(browser, found)
        # What somebody typed themselves stands in the search field again.
        said = {address: text for address, text in said.items() if not address.startswith("/search")}
        said["feed"] = whole_sight.calendar_of(browser, database.engine, person.id)
        said["mail"] = whole_sight.mail_to(database.engine, person.id)
        return said

    return look


def test_a_buddy_never_sees_assessments_or_check_ins(
    year: Year, sight: Callable[[Person, Ids], dict[str, str]], database: Database
) -> None:
    with writing(database.engine) as session:
        goal = session.scalars(select(Goal).where(Goal.plan_id == year.plan_id, Goal.key == "ship")).one()
        goal.owner_id = year.cast.buddy.id
    buddy, manager = sight(year.cast.buddy, year.ids), sight(year.cast.manager, year.ids)

    assert whole_sight.places(buddy, *ASSESSMENTS) == []
    assert whole_sight.places(buddy, "Learn the product") == []
    assert f"/onboarding/{year.plan_id}" in whole_sight.places(buddy, "Ship something small")
    assert [word for word in ASSESSMENTS if not whole_sight.places(manager, word)] == []


@pytest.mark.parametrize("whose", ["another manager", "an interviewer", "an auditor", "an administrator"])
def test_nobody_learns_of_first_years_that_are_not_theirs(
    year: Year, sight: Callable[[Person, Ids], dict[str, str]], database: Database, whose: str
) -> None:
    roles = {
        "another manager": Role.PEOPLE_MANAGER,
        "an interviewer": Role.INTERVIEWER,
        "an auditor": Role.AUDITOR,
        "an administrator": Role.ADMIN,
    }
    with writing(database.engine) as session:
        stranger = make_person(session, "Sage Stranger", [roles[whose]])
    said = sight(stranger, year.ids)
    goal_texts = ("Learn the product", "Ship something small", "Show a result")

    assert whole_sight.places(said, *ASSESSMENTS, *goal_texts) == []
    # The form of a new plan and the list of people name accounts, not first years.
    lists = {address: text for address, text in said.items() if address.startswith("/onboarding")}
    assert set(whole_sight.places(lists, "Noor Hire")) <= {"/onboarding/new"}
    assert [address for address in lists if str(year.plan_id) in address] == []


def test_a_manager_sees_only_their_own_reports(
    year: Year, sight: Callable[[Person, Ids], dict[str, str]], database: Database
) -> None:
    with writing(database.engine) as session:
        other = make_plan(session)
        other.hire.name, other.manager.name = "Ravi Report", "Maxi Manager"
    theirs = sight(other.manager, year.ids)
    lists = {address: text for address, text in theirs.items() if address.startswith("/onboarding")}

    assert whole_sight.places(theirs, *ASSESSMENTS) == []
    assert set(whole_sight.places(lists, "Noor Hire")) <= {"/onboarding/new"}
    assert whole_sight.places({"feed": theirs["feed"]}, "Noor") == []
    assert whole_sight.places({"mail": theirs["mail"]}, str(year.plan_id)) == []
    assert {"/onboarding", "/onboarding.csv"} <= set(whole_sight.places(lists, "Ravi Report"))
    assert "/onboarding/report" not in theirs


def test_a_hire_never_sees_interviewers_cards_or_the_comparison_of_the_outcome(
    year: Year, sight: Callable[[Person, Ids], dict[str, str]], database: Database
) -> None:
    with writing(database.engine) as session:
        ids = {**year.ids, **_interviewed(session, year.cast)}
        interviewer = session.scalars(select(Person).where(Person.name == "Indira Interviewer")).one()
    hire, manager = sight(year.cast.hire, ids), sight(year.cast.manager, ids)
    assert whole_sight.places(sight(interviewer, ids), CARD) != []

    assert whole_sight.places(hire, CARD, OUTCOME) == []
    # Whoever has an account can be waited for or asked for a word, so these lists name colleagues; nothing else names
    # who interviewed.
    named = {address for address in whole_sight.places(hire, "Indira Interviewer") if "/block" not in address}
    assert named <= {"/evidence/new"}
    assert f"/onboarding/{year.plan_id}/outcome" not in hire
    assert f"/onboarding/{year.plan_id}/outcome" in whole_sight.places(manager, OUTCOME)
    # Their own first year is theirs to read.
    assert whole_sight.places(hire, AGREED) != []


def _interviewed(session: Session, cast: Cast) -> Ids:
    interviewer = make_person(session, "Indira Interviewer", [Role.INTERVIEWER])
    need = make_requisition(session)
    candidate = make_candidate(session, cast.hire.name, email=cast.hire.email)
    application = make_application(session, need, candidate)
    interview = make_interview(session, application, [interviewer])
    card = card_of(session, interview, interviewer)
    seal(session, card, {DIMENSIONS[0]: 2}, summary=f"Reminds me of {CARD}.")
    open_debrief(session, application, interviewer.id)
    session.get_one(Plan, cast.plan.id).application_id = application.id
    return {
        "application_id": [application.id],
        "candidate_id": [candidate.id],
        "interview_id": [interview.id],
        "card_id": [card.id],
        "requisition_id": [need.id],
    }


def test_a_leavers_plan_closes_and_keeps_its_history(year: Year, database: Database) -> None:
    with writing(database.engine) as session:
        manager = actor_of(year.cast.manager)
        before = plan_page.history(session, manager, year.plan_id)
        version = session.get_one(Plan, year.plan_id).version
        plans.end(
            session, manager, year.plan_id, PlanState.CLOSED, reason="Left.", today=TODAY, version=version, now=NOW
        )
    with reading(database.engine) as session:
        for person in (year.cast.manager, year.cast.hire, year.cast.hr):
            after = plan_page.history(session, actor_of(person), year.plan_id)
            assert after[-len(before) :] == before or after[: len(before)] == before
            assert len(after) == len(before) + 1
        for person in (year.cast.manager, year.cast.hire, year.cast.buddy):
            assert duties.duties(session, actor_of(person), NOW) == ()


def test_another_manager_takes_the_duties_and_not_the_history(year: Year, database: Database) -> None:
    with writing(database.engine) as session:
        successor = make_person(session, "Suki Successor", [Role.PEOPLE_MANAGER])
        plan = session.get_one(Plan, year.plan_id)
        _submit(session, year.cast, year.cast.goal(session, "ship"))
        held = _waiting(session, year.cast.manager)
        plans.reassign(
            session, actor_of(year.cast.hr), plan.id, manager_id=successor.id, buddy_id=plan.buddy_id,
            version=plan.version, now=NOW,
        )  # fmt: skip
    with reading(database.engine) as session:
        assert _waiting(session, year.cast.manager) == set()
        assert _waiting(session, successor) == held != set()
        told = plan_page.history(session, actor_of(successor), year.plan_id)
        assert {line.by for line in told} == {"Hana HR", "Mika Manager"}


def _waiting(session: Session, person: Person) -> set[str]:
    return {duty.title for duty in duties.duties(session, actor_of(person), NOW)}
