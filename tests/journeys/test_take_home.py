"""A take-home in Chromium on a line that is slow, breaks off and swallows answers: nothing that was typed is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.models.case_work import CaseAnswer, CaseAssignment, CaseQuestion
from app.models.engine import reading, writing
from tests.factories.bad_line import BadLine, Mood, bad_line
from tests.factories.candidate_links import keys_of, make_link
from tests.factories.case_work import Given, make_given, write
from tests.journeys.looking import faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.journeys.conftest import Site

HOUR = timedelta(hours=1)
PATIENCE = 40_000


@pytest.fixture
def given(site: Site) -> Given:
    """A take-home of an hour that can be begun now."""
    now = datetime.now(UTC)
    return make_given(site.database, opens=now - HOUR, closes=now + 72 * HOUR)


@pytest.fixture
def line(site: Site) -> Iterator[BadLine]:
    """The line between the candidate and the program."""
    with bad_line(int(site.address.rpartition(":")[2])) as made:
        yield made


@pytest.fixture
def page(chromium: Browser, site: Site, line: BadLine, given: Given, complaints: list[str]) -> Iterator[Page]:
    """The candidate's browser, with the task begun."""
    context = chromium.new_context(base_url=f"http://127.0.0.1:{line.port}", viewport={"width": 1280, "height": 800})
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    with writing(site.database.engine) as session:
        token = make_link(session, keys_of(site.program), given.application)
    made.goto(f"/c/{token}")
    made.get_by_role("button").last.click()
    made.get_by_role("link", name="Open the task").click()
    made.get_by_label("I have read this").check()
    made.get_by_role("button", name="Begin").click()
    expect(made.get_by_text("Your time ends")).to_be_visible()
    yield made
    context.close()


def stored(site: Site, given: Given) -> dict[int, str]:
    """The answers in the database, by the numbers of their questions."""
    with reading(site.database.engine) as session:
        rows = session.execute(
            select(CaseQuestion.number, CaseAnswer.text)
            .join(CaseQuestion, CaseQuestion.id == CaseAnswer.question_id)
            .where(CaseAnswer.assignment_id == given.assignment)
        ).all()
    return {row.number: row.text for row in rows}


def field(page: Page, number: int) -> Locator:
    """The field of an answer."""
    return page.locator(f"#answer-{number}")


def test_nothing_is_lost_on_a_line_that_breaks_off_and_swallows_answers(
    site: Site, given: Given, line: BadLine, page: Page, complaints: list[str]
) -> None:
    status = page.locator("[data-work-status]")
    field(page, 1).fill("First I would watch people search.")
    expect(status).to_contain_text("Saved")

    line.mood = Mood.SWALLOW
    field(page, 1).fill("First I would watch people search. Then count what they do not find.")
    expect(status).to_contain_text("connection is lost", timeout=PATIENCE)
    field(page, 2).fill("By the share of searches that end in a click.")
    line.mood = Mood.CUT
    field(page, 1).press_sequentially(" And ask them.")
    page.wait_for_function("document.querySelector('[data-work-status]').textContent.includes('connection')")
    assert line.swallowed
    assert page.evaluate("dispatchEvent(new Event('beforeunload', {cancelable: true}))") is False

    line.mood = Mood.PASS
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(status).to_contain_text("Saved", timeout=PATIENCE)
    assert stored(site, given) == {
        1: "First I would watch people search. Then count what they do not find. And ask them.",
        2: "By the share of searches that end in a click.",
    }
    expect(page.locator("[data-work-panel=clash]")).to_be_hidden()

    line.mood = Mood.CUT
    field(page, 3).fill("Everything that can wait.")
    page.get_by_role("button", name="Read it through").click()
    expect(status).to_contain_text("connection is lost", timeout=PATIENCE)
    line.mood = Mood.PASS
    expect(page.get_by_role("heading", name="Read it through")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Everything that can wait.")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    with reading(site.database.engine) as session:
        receipt = session.get_one(CaseAssignment, given.assignment).receipt
    expect(page.get_by_text(receipt or "no receipt")).to_be_visible()
    assert complaints == []


def test_the_countdown_survives_a_reload_and_hears_of_more_time(site: Site, given: Given, page: Page) -> None:
    left = page.locator("[data-countdown-left]")
    expect(left).to_contain_text("left")
    page.clock.install()
    page.reload()
    expect(left).to_contain_text("59:")
    with writing(site.database.engine) as session:
        row = session.get_one(CaseAssignment, given.assignment)
        row.started_at = datetime.now(UTC) - timedelta(minutes=55, seconds=30)
        row.due_at = row.started_at + HOUR
    page.clock.run_for(61_000)
    expect(left).to_contain_text("4:")
    expect(page.locator("[data-countdown-said]")).to_have_text("Less than 5 minutes left.")


def test_another_device_is_never_overwritten(site: Site, given: Given, page: Page) -> None:
    write(site.database, given, "from the phone", writer="phone", now=datetime.now(UTC))
    field(page, 1).fill("from the desk")

    expect(page.locator("[data-work-panel=clash]")).to_be_visible()
    assert stored(site, given) == {1: "from the phone"}
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator(".task-stored")).to_have_text("from the phone")
    expect(field(page, 1)).to_have_value("from the desk")


def test_a_preview_shows_markdown_and_runs_nothing(page: Page, complaints: list[str]) -> None:
    field(page, 1).fill("# Plan\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1)) **bold**")
    page.get_by_role("button", name="Show how it looks").first.click()

    preview = page.locator("#preview-1")
    expect(preview.locator("h3")).to_have_text("Plan")
    expect(preview.locator("strong")).to_have_text("bold")
    assert preview.locator("img, a, script").count() == 0
    assert complaints == []


def test_the_pages_are_whole_for_everybody(page: Page) -> None:
    field(page, 1).fill("A [link](https://example.org), **bold** words\n\n| a | b |\n| - | - |\n| 1 | 2 |")
    expect(page.locator("[data-work-status]")).to_contain_text("Saved")
    found = faults(page)
    page.get_by_role("button", name="Read it through").click()
    expect(page.get_by_role("heading", name="Read it through")).to_be_visible()
    found += faults(page)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    assert found + faults(page) == []
