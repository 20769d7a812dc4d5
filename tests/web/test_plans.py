"""First years on pages: the list, one plan, and what each person finds there; on both databases."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.onboarding.goal import EvidenceKind, GoalAct
from app.domain.onboarding.plan import Health
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.onboarding import Goal, GoalEvidence, Plan
from app.models.person import Person, RoleGrant
from app.services import goals
from app.web.onboarding.rows import SHAPES
from tests.factories import hiring as make
from tests.factories.plans import TODAY, Cast, make_plan
from tests.statements import counted
from tests.web.browser import Browser
from tests.web.showroom import draw

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    body = re.sub(r"<option[^>]*>[^<]*</option>", "", body)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def cast(database: Database) -> Cast:
    with writing(database.engine) as session:
        return make_plan(session)


def test_the_list_names_who_how_and_what_comes_next(cast: Cast, signed_in: Open) -> None:
    answer = signed_in(cast.manager.id).get("/onboarding")

    assert answer.status_code == 200
    said = words(answer)
    assert "Noor Hire" in said
    assert "First month 4 November 2026" in said
    assert "0 of 3" in said


def test_somebody_with_one_plan_of_their_own_goes_straight_to_it(cast: Cast, signed_in: Open) -> None:
    hire = signed_in(cast.hire.id)

    assert hire.get("/onboarding").location == f"/onboarding/{cast.plan.id}"
    assert hire.get("/onboarding?state=all").status_code == 200


def test_shapes_of_rows_are_those_of_pages() -> None:
    for health in Health:
        page = draw('{% import "onboarding/parts.html" as parts %}{{ parts.health(h) }}', h=health)
        kind, icon = SHAPES[health]
        assert f"status--{kind}" in page
        assert f"#{icon}" in page


def test_a_plan_tells_the_hire_what_is_next(cast: Cast, signed_in: Open) -> None:
    answer = signed_in(cast.hire.id).get(f"/onboarding/{cast.plan.id}")

    assert answer.status_code == 200, answer.text[-2000:]
    said = words(answer)
    assert "What you show next" in said
    assert "A map that the team confirmed" in said
    assert "Who signs Mika Manager" in said


def test_the_manager_sees_what_waits_for_their_signature(cast: Cast, database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        submit(session, cast, "learn")
    browser = signed_in(cast.manager.id)

    assert "Waiting for your signature 1" in words(browser.get("/onboarding"))
    assert "Noor Hire" in words(browser.get("/onboarding?mine=1"))
    said = words(browser.get(f"/onboarding/{cast.plan.id}"))
    assert "Sign off 1" in said
    assert "submitted by Noor Hire with 1 piece of evidence" in said


def test_a_blocked_goal_says_what_and_for_whom_it_waits(cast: Cast, database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        goal = cast.goal(session, "learn")
        goals.act(
            session, make.actor_of(cast.hire), goal.id, GoalAct.BLOCK, note="No access to the data.",
            waits_for=cast.buddy.id, version=goal.version, now=make.NOW,
        )  # fmt: skip
    browser = signed_in(cast.manager.id)

    said = words(browser.get(f"/onboarding/{cast.plan.id}"))
    assert "No access to the data. Waits for Bo Buddy since" in said
    assert "Blocked 1" in words(browser.get("/onboarding"))


def test_a_buddy_sees_their_own_goals_and_nothing_else(cast: Cast, database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        session.get_one(Goal, cast.goal(session, "ship").id).owner_id = cast.buddy.id
    browser = signed_in(cast.buddy.id)

    said = words(browser.get(f"/onboarding/{cast.plan.id}"))

    assert "Ship something small" in said
    for hidden in ("Learn the product", "First month", "Signatures", "Check-in", "A map that the team", "Metrics"):
        assert hidden not in said
    assert "your goals only" in words(browser.get("/onboarding"))
    for way in ("history", "people", "end"):
        assert browser.get(f"/onboarding/{cast.plan.id}/{way}").status_code == 403


def test_closing_asks_for_a_reason_and_no_empty_hands_are_counted(cast: Cast, signed_in: Open) -> None:
    browser = signed_in(cast.manager.id)

    assert "Why optional" not in words(browser.get(f"/onboarding/{cast.plan.id}/end"))
    said = words(browser.get(f"/onboarding/{cast.plan.id}/people"))
    assert "A new manager gets every signature still missing" in said
    assert "0 open goals" not in said


def test_strangers_learn_nothing_of_a_plan(cast: Cast, database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        stranger = make.make_person(session, "Sam Stranger", [Role.PEOPLE_MANAGER, Role.ADMIN])
    browser = signed_in(stranger.id)

    for way in ("", "/history", "/people", "/end"):
        assert browser.get(f"/onboarding/{cast.plan.id}{way}").status_code == 404
    assert "Noor" not in words(browser.get("/onboarding?state=all"))
    assert browser.get("/onboarding/report").status_code == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True), ("?q=noor", True), ("?q=nobody", False), ("?state=completed", False), ("?state=all", True),
        ("?health=overdue", True), ("?health=blocked", False), ("?late=1", True), ("?mine=1", False),
        ("?from=2026-10-01&to=2026-10-31", True), ("?to=2026-09-30", False), ("?sort=-name", True),
        ("?state=odd&health=odd&manager=odd&from=odd&sort=odd", True), ("?q=%00%F0", False),
    ],
)  # fmt: skip
def test_an_address_narrows_the_list(cast: Cast, signed_in: Open, query: str, *, shown: bool) -> None:
    answer = signed_in(cast.hr.id).get(f"/onboarding{query}")

    assert answer.status_code == 200
    assert ("Noor Hire" in words(answer)) is shown
    assert shown or "None fits" in words(answer)


def test_the_list_as_a_file_runs_no_formula(cast: Cast, database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        session.get_one(Person, cast.hire.id).name = "=1+1"

    answer = signed_in(cast.manager.id).get("/onboarding.csv")

    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["Hire"], row["State"], row["Health"], row["Due on"], row["Milestones"]) for row in rows] == [
        ("'=1+1", "Running", "Overdue", "2026-11-04", "3")
    ]


@pytest.mark.parametrize("others", [0, 2])
def test_pages_ask_the_database_a_fixed_number_of_times(
    cast: Cast, database: Database, signed_in: Open, others: int
) -> None:
    with writing(database.engine) as session:
        for _ in range(others):
            make_plan(session, manager_id=cast.manager.id)
    asked = {}
    manager, hr = signed_in(cast.manager.id), signed_in(cast.hr.id)
    for browser, path in (
        (manager, "/onboarding"), (hr, "/onboarding"), (manager, f"/onboarding/{cast.plan.id}"),
        (hr, "/onboarding/report"), (hr, "/onboarding/report/sign-offs"), (hr, "/onboarding/report/evidence"),
        (manager, f"/onboarding/{cast.plan.id}/history"), (manager, f"/onboarding/{cast.plan.id}/people"),
        (manager, f"/onboarding/{cast.plan.id}/end"),
    ):  # fmt: skip
        browser.get(path)
        with counted(database.engine) as statements:
            assert browser.get(path).status_code == 200
        asked[(browser is hr, path.replace(str(cast.plan.id), "plan"))] = len(statements)
    assert asked == {
        (False, "/onboarding"): 4, (True, "/onboarding"): 5, (False, "/onboarding/plan"): 6,
        (True, "/onboarding/report"): 5, (True, "/onboarding/report/sign-offs"): 3,
        (True, "/onboarding/report/evidence"): 3, (False, "/onboarding/plan/history"): 6,
        (False, "/onboarding/plan/people"): 5, (False, "/onboarding/plan/end"): 6,
    }  # fmt: skip


def test_a_new_manager_takes_over_and_the_old_one_is_out(cast: Cast, database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        new = make.make_person(session, "Nia New", [Role.PEOPLE_MANAGER])
    browser, path = signed_in(cast.manager.id), f"/onboarding/{cast.plan.id}/people"
    form = browser.get(path)
    assert "Duties move, history stays" in words(form)

    answer = browser.post(path, {"version": version_of(form), "manager_id": str(new.id), "buddy_id": ""})

    assert answer.location == "/onboarding?done=plan-people-changed"
    assert browser.get(f"/onboarding/{cast.plan.id}").status_code == 404
    said = words(signed_in(new.id).get(f"/onboarding/{cast.plan.id}/history"))
    assert "Manager is now Nia New, by Mika Manager" in said
    assert "Buddy is now nobody" in said


def test_two_who_change_people_at_once_are_told(cast: Cast, signed_in: Open) -> None:
    browser, path = signed_in(cast.hr.id), f"/onboarding/{cast.plan.id}/people"
    typed = {"version": version_of(browser.get(path)), "manager_id": str(cast.manager.id), "buddy_id": ""}
    assert browser.post(path, typed).status_code == 303

    answer = browser.post(path, typed)

    assert answer.status_code == 409
    assert "Somebody changed this plan while you were writing" in words(answer)


def test_a_buddy_is_neither_the_hire_nor_the_manager(cast: Cast, signed_in: Open) -> None:
    browser, path = signed_in(cast.hr.id), f"/onboarding/{cast.plan.id}/people"
    form = browser.get(path)
    assert f'value="{cast.hire.id}"' not in form.text

    said = {
        cast.hire.id: "Choose from what is offered",
        cast.manager.id: "A buddy is neither the new hire nor the manager",
    }
    for nobody, why in said.items():
        typed = {"version": version_of(form), "manager_id": str(cast.manager.id), "buddy_id": str(nobody)}
        answer = browser.post(path, typed)
        assert answer.status_code == 422
        assert why in words(answer)


def test_manager_and_buddy_change_places_in_one_step(cast: Cast, database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        session.add(RoleGrant(person_id=cast.buddy.id, role=Role.PEOPLE_MANAGER, granted_at=make.NOW))
    browser, path = signed_in(cast.hr.id), f"/onboarding/{cast.plan.id}/people"
    typed = {
        "version": version_of(browser.get(path)), "manager_id": str(cast.buddy.id), "buddy_id": str(cast.manager.id),
    }  # fmt: skip

    answer = browser.post(path, typed)

    assert answer.status_code == 303
    with reading(database.engine) as session:
        plan = session.get_one(Plan, cast.plan.id)
        assert (plan.manager_id, plan.buddy_id) == (cast.buddy.id, cast.manager.id)


def test_a_leavers_plan_is_closed_with_a_reason(cast: Cast, signed_in: Open) -> None:
    browser, path = signed_in(cast.manager.id), f"/onboarding/{cast.plan.id}/end"
    form = browser.get(path)
    assert "Not signed yet: First month, Second month and Third month." in words(form)
    typed = {"version": version_of(form), "to": "closed", "reason": ""}

    assert "Write why it ends" in words(browser.post(path, typed))
    early = browser.post(path, {**typed, "to": "completed"})
    assert early.status_code == 422
    assert "Not every milestone is signed yet" in words(early)
    done = browser.post(path, {**typed, "reason": "Left for another company."})

    assert done.location == f"/onboarding/{cast.plan.id}?done=plan-closed"
    said = words(browser.get(f"/onboarding/{cast.plan.id}"))
    assert "This plan is closed." in said
    assert "Left for another company." in said
    assert "End this plan" not in said
    assert browser.get(path).status_code == 403
    assert "Noor Hire" in words(browser.get("/onboarding?state=closed"))


def test_hr_reads_figures_that_open_to_their_lists(cast: Cast, database: Database, signed_in: Open) -> None:
    browser = signed_in(cast.hr.id)
    few = words(browser.get("/onboarding/report"))
    assert "Too few to tell: 0 so far" in few
    assert "Mika Manager 1 running plans of Mika Manager 1 plans of Mika Manager past a date" in few

    with writing(database.engine) as session:
        for _ in range(5):
            another = make_plan(session, manager_id=cast.manager.id)
            submit(session, another, "learn")
            goal = another.goal(session, "learn")
            sign = make.NOW + timedelta(days=3)
            goals.act(session, make.actor_of(cast.manager), goal.id, GoalAct.SIGN, version=goal.version, now=sign)

    said = words(browser.get("/onboarding/report"))
    assert "3 days" in said
    assert "83 %, 5 of 6" in said
    sheet = list(csv.reader(io.StringIO(browser.get("/onboarding/report/sign-offs.csv").data.decode("utf-8-sig"))))
    assert [row[5] for row in sheet] == ["Days", *["3.0"] * 5]
    assert words(browser.get("/onboarding/report/sign-offs")).count("Learn the product") == 5
    evidence = browser.get("/onboarding/report/evidence.csv").data.decode("utf-8-sig").splitlines()
    assert [line.rpartition(",")[2] for line in evidence] == ["Pieces of evidence", "0", *["1"] * 5]
    assert browser.get("/onboarding/report.csv").data.decode("utf-8-sig").splitlines()[1] == "Mika Manager,6,6,0,0"
    assert "No first year began" in words(browser.get("/onboarding/report?from=1990-01-01&to=1990-12-31"))


def submit(session: Session, cast: Cast, key: str) -> None:
    """Show a piece of evidence for a goal and submit it, as the hire."""
    goal, hire = cast.goal(session, key), make.actor_of(cast.hire)
    piece = GoalEvidence(kind=EvidenceKind.TEXT, title="Done", body="As seen.", about_on=TODAY)
    goals.show(session, hire, goal.id, piece, today=TODAY, now=make.NOW)
    goals.act(session, hire, goal.id, GoalAct.SUBMIT, version=goal.version, now=make.NOW)


def version_of(form: TestResponse) -> str:
    """The version that a form was read at."""
    return form.text.partition('name="version" value="')[2].partition('"')[0]


def test_long_lists_have_pages_that_keep_what_was_chosen(
    cast: Cast, database: Database, signed_in: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.onboarding.plans.PAGE", 2)
    with writing(database.engine) as session:
        for number in range(4):
            made = make_plan(session, manager_id=cast.manager.id)
            session.get_one(Person, made.hire.id).name = f"Hire {number}"
    manager = signed_in(cast.manager.id)

    first = manager.get("/onboarding?sort=name")
    assert "1 to 2 of 5" in first.text
    assert 'rel="prev"' not in first.text
    assert 'href="/onboarding?sort=name&amp;page=2"' in first.text
    last = manager.get("/onboarding?sort=name&page=3")
    assert ("Noor Hire" in last.text, "Hire 0" in last.text) == (True, False)
    assert "5 to 5 of 5" in last.text
    assert 'rel="next"' not in last.text
    assert "Overdue</span> <b>5</b>" in last.text, "the totals are of all pages"
    gone = manager.get("/onboarding?sort=name&page=99")
    assert (gone.status_code, gone.location) == (303, "/onboarding?sort=name&page=3")
    for address in ("/onboarding?page=0", "/onboarding?page=-1", "/onboarding?page=x"):
        assert manager.get(address).status_code == 200
    assert manager.get("/onboarding.csv?sort=name&page=2").text.count("\r\n") == 6


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.INTERVIEWER])
def test_who_only_accompanies_somebody_gets_there_from_the_navigation(
    cast: Cast, database: Database, signed_in: Open, role: Role
) -> None:
    with writing(database.engine) as session:
        buddy, owner = (make.make_person(session, name, [role]) for name in ("Bea", "Otto"))
        stranger = make.make_person(session, "Sam", [Role.INTERVIEWER])
        session.get_one(Plan, cast.plan.id).buddy_id = buddy.id
        session.get_one(Goal, cast.goal(session, "ship").id).owner_id = owner.id
    for person in (buddy, owner):
        browser = signed_in(person.id)
        nav = browser.get("/account").text.partition("<nav")[2].partition("</nav>")[0]
        assert 'href="/onboarding"' in nav
        assert "Noor Hire" in browser.get("/onboarding").text
    assert 'href="/onboarding"' not in signed_in(stranger.id).get("/account").text.partition("<nav")[2]
