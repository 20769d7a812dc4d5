"""Milestones as a calendar: what another program reads in it, whose dates are there, and who gets nothing."""

from __future__ import annotations

import logging
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import vobject

from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import PlanState
from app.models.engine import reading, writing
from app.models.measuring import Feed
from app.models.onboarding import Plan
from app.models.person import Person
from app.services import feeds, plan_dates, plans
from app.services.limits import FEED_SECRET
from tests.factories.hiring import NOW, actor_of
from tests.factories.plans import TODAY, Cast, make_plan
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.databases import Database

_ADDRESS = re.compile(r"http://localhost(/onboarding/calendar/[\w-]+\.ics)")


@pytest.fixture
def cast(database: Database) -> Cast:
    with writing(database.engine) as session:
        return make_plan(session)


@pytest.fixture
def address(signed_in: Callable[[UUID], Browser]) -> Callable[[UUID], str]:
    """The path of a newly made address."""

    def make(person_id: UUID) -> str:
        shown = signed_in(person_id).post("/onboarding/calendar")
        assert shown.status_code == 200
        found = _ADDRESS.search(shown.text)
        assert found, shown.text
        return found[1]

    return make


def lines(answer: TestResponse) -> list[str]:
    """The unfolded lines; every rule about lines holds, or the test fails."""
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    raw = answer.data
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    folded = raw.decode("utf-8").split("\r\n")[:-1]
    assert all(len(line.encode()) <= 75 for line in folded)
    whole = "\n".join(folded).replace("\n ", "").split("\n")
    assert all(re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[^:;]+)*:.*", line) for line in whole), whole
    return whole


def events(answer: TestResponse) -> list[tuple[str, date, date]]:
    lines(answer)
    calendar: Any = vobject.readOne(answer.data.decode("utf-8"))
    return [(one.summary.value, one.dtstart.value, one.dtend.value) for one in getattr(calendar, "vevent_list", [])]


def test_a_hire_finds_their_own_milestones(cast: Cast, address: Callable[[UUID], str], browser: Browser) -> None:
    found = events(browser.get(address(cast.hire.id)))
    assert found == [
        ("First month", date(2026, 11, 4), date(2026, 11, 5)),
        ("Second month", date(2026, 12, 4), date(2026, 12, 5)),
        ("Third month", date(2027, 1, 4), date(2027, 1, 5)),
    ]


def test_a_manager_finds_those_of_all_reports_by_name(
    cast: Cast, address: Callable[[UUID], str], browser: Browser
) -> None:
    found = events(browser.get(address(cast.manager.id)))
    assert [title for title, _, _ in found] == [
        "First month: Noor Hire",
        "Second month: Noor Hire",
        "Third month: Noor Hire",
    ]


def test_a_buddy_finds_only_what_holds_a_goal_of_theirs(
    cast: Cast, address: Callable[[UUID], str], browser: Browser, database: Database
) -> None:
    path = address(cast.buddy.id)
    assert events(browser.get(path)) == []
    with writing(database.engine) as session:
        cast.goal(session, "ship").owner_id = cast.buddy.id
    assert [title for title, _, _ in events(browser.get(path))] == ["Second month: Noor Hire"]


def test_hr_has_no_part_in_a_plan_and_finds_none(cast: Cast, address: Callable[[UUID], str], browser: Browser) -> None:
    assert events(browser.get(address(cast.hr.id))) == []


def test_nothing_of_how_it_goes_is_in_it(
    cast: Cast, address: Callable[[UUID], str], browser: Browser, database: Database
) -> None:
    path = address(cast.manager.id)
    before = browser.get(path).data
    with writing(database.engine) as session:
        goal = cast.goal(session, "learn")
        goal.state, goal.blocked_by, goal.waits_for_id = GoalState.BLOCKED, "quagmire", cast.buddy.id
    # The same data give the same bytes, and a goal's state is no part of the data.
    assert browser.get(path).data == before
    names = {line.split(":")[0].split(";")[0] for line in lines(browser.get(path))}
    assert names == {
        "BEGIN", "END", "PRODID", "VERSION", "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL",
        "X-PUBLISHED-TTL", "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "URL",
        "TRANSP", "CLASS",
    }  # fmt: skip


def test_a_moved_date_keeps_its_uid_and_counts_up(
    cast: Cast, address: Callable[[UUID], str], browser: Browser, database: Database
) -> None:
    path = address(cast.hire.id)
    before: Any = vobject.readOne(browser.get(path).text).vevent_list[0]
    with writing(database.engine) as session:
        plan = session.get_one(Plan, cast.plan.id)
        manager = actor_of(session.get_one(Person, cast.manager.id))
        part = cast.milestone(session, "day-30").id
        plan_dates.pin(session, manager, part, date(2026, 11, 10), version=plan.version, now=NOW)
    after: Any = vobject.readOne(browser.get(path).text).vevent_list[0]
    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert (before.dtstart.value, after.dtstart.value) == (date(2026, 11, 4), date(2026, 11, 10))


def test_a_calendar_that_has_it_already_is_told_so(
    cast: Cast, address: Callable[[UUID], str], browser: Browser
) -> None:
    path = address(cast.hire.id)
    first = browser.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = browser.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert browser.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_closed_plan_leaves_the_calendar(
    cast: Cast, address: Callable[[UUID], str], browser: Browser, database: Database
) -> None:
    path = address(cast.hire.id)
    with writing(database.engine) as session:
        plan = session.get_one(Plan, cast.plan.id)
        manager = actor_of(session.get_one(Person, cast.manager.id))
        plans.end(
            session, manager, plan.id, PlanState.CLOSED, reason="Left.", today=TODAY, version=plan.version, now=NOW
        )
    assert events(browser.get(path)) == []


def test_unknown_replaced_and_revoked_secrets_and_closed_accounts_look_alike(
    cast: Cast,
    address: Callable[[UUID], str],
    signed_in: Callable[[UUID], Browser],
    browser: Browser,
    database: Database,
) -> None:
    replaced = address(cast.hire.id)
    revoked = address(cast.hire.id)
    assert events(browser.get(revoked))
    owner = signed_in(cast.hire.id)
    assert owner.post("/onboarding/calendar/revoke").status_code == 303
    assert owner.post("/onboarding/calendar/revoke").status_code == 303
    closed = address(cast.manager.id)
    with writing(database.engine) as session:
        session.get_one(Person, cast.manager.id).active = False
    unknown = "/onboarding/calendar/" + "x" * 43 + ".ics"
    answers = [browser.get(path) for path in (unknown, replaced, revoked, closed)]
    assert {answer.status_code for answer in answers} == {404}
    same = {re.sub(r"[0-9a-f]{8}|nonce-\S+|nonce=\S+", "", answer.text) for answer in answers}
    assert len(same) == 1
    with counted(database.engine) as statements:
        browser.get(unknown)
    with counted(database.engine) as others:
        browser.get(revoked)
    assert len(statements) == len(others)


def test_the_secret_is_shown_once_and_only_its_hash_is_kept(
    cast: Cast, address: Callable[[UUID], str], signed_in: Callable[[UUID], Browser], database: Database
) -> None:
    path = address(cast.hire.id)
    secret = path.rpartition("/")[2].removesuffix(".ics")
    shown = signed_in(cast.hire.id).get("/onboarding/calendar")
    assert "An address was made on" in shown.text
    assert secret not in shown.text
    with reading(database.engine) as session:
        (kept,) = session.query(Feed).all()
    assert secret not in kept.token_hash


def test_no_log_holds_the_secret(
    cast: Cast, address: Callable[[UUID], str], browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    path = address(cast.hire.id)
    with caplog.at_level(logging.DEBUG):
        browser.get(path)
        browser.get(path.replace("/calendar/", "/calendar/x"))
    assert caplog.records, "a refusal is logged, or this shows nothing"
    assert path.rpartition("/")[2].removesuffix(".ics") not in caplog.text


@pytest.mark.parametrize("known", [True, False])
def test_asking_too_often_is_answered_alike_for_known_and_unknown_secrets(
    cast: Cast, address: Callable[[UUID], str], browser: Browser, *, known: bool
) -> None:
    path = address(cast.hire.id) if known else "/onboarding/calendar/nobodys.ics"
    answers = [browser.get(path).status_code for _ in range(FEED_SECRET.tries + 1)]
    assert answers == [200 if known else 404] * FEED_SECRET.tries + [429]
    assert int(browser.get(path).headers["Retry-After"]) >= 1


def test_the_address_is_the_public_one(cast: Cast, https_program: Flask) -> None:
    browser = Browser(https_program)
    base = "https://plumbline.example.org"
    with writing(https_program.extensions["plumbline.engine"]) as session:
        secret = feeds.make(session, actor_of(session.get_one(Person, cast.hire.id)), now=NOW)
    answer = browser.get(f"/onboarding/calendar/{secret}.ics", base_url=base)
    assert f"URL:{base}/onboarding/{cast.plan.id}" in lines(answer)


def test_the_account_page_switches_reminders(cast: Cast, signed_in: Callable[[UUID], Browser]) -> None:
    browser = signed_in(cast.hire.id)
    assert "Send nothing about what is only due soon" in browser.get("/account").text
    sent = browser.post("/account/reminders", {"soon": "off"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/account?done=reminders-changed#reminders")
    assert "Remind me of what is due soon" in browser.get("/account").text
    browser.post("/account/reminders", {"soon": "on"})
    assert "Send nothing about what is only due soon" in browser.get("/account").text
