"""The whole loop in Chromium with a real mail server: from a proposed plan to a debrief, without anybody chasing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.domain.candidate import CandidateDetails
from app.domain.hiring import InterviewKind, RequisitionState, Stage
from app.models.blueprint import BlueprintVersion
from app.models.engine import reading, writing
from app.models.facts import actor_facts
from app.models.interview import Interview
from app.models.person import Person
from app.models.requisition import Requisition
from app.services import applications, candidates, requisitions
from app.services.requisitions import RequisitionDraft
from tests.factories.mailbox import receiving
from tests.journeys import looking
from tests.journeys.cast import Cast
from tests.journeys.post import Office

if TYPE_CHECKING:
    from uuid import UUID

    from playwright.sync_api import Browser, Locator, Page
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey

TITLE = "Senior Data Scientist, Empty Miles"
MIRA = CandidateDetails("Mira Okafor", "mira@candidates.example", headline="Statistician, M.Sc. Leeds")
CASE = "A test that looks like a win"
GRADERS = ("Lena Vogt", "Sol Ferrante")
TOLD = "Counted both sides before she looked at the gain."
INVITED = ("ines@example.org", "omar@example.org", MIRA.email)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Loop:
    """The people, their post, and the ids of what was opened before the play."""

    cast: Cast
    office: Office
    site: Site
    requisition: UUID
    application: UUID
    desk: list[str]
    """The address of the graders' page, once the first of them has opened it."""

    def send(self, now: datetime | None = None) -> int:
        """Let the worker go round, now or at another moment."""
        return self.office.round(now or datetime.now(UTC))


def test_a_loop_runs_from_its_plan_to_the_debrief(chromium: Browser, site: Site) -> None:
    cast = Cast(chromium, site)
    context = chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    try:
        with receiving() as (box, smtp):
            requisition, application = open_blind(site)
            loop = Loop(cast, Office(site, box, smtp), site, requisition, application, [])
            plan(loop)
            carry_out(loop)
            give_the_task(loop)
            set_times(loop)
            read_the_invitations(loop)
            candidate = context.new_page()
            heard = looking.listen(candidate, [])
            work_on_the_task(loop, candidate)
            for name in GRADERS:
                grade(loop, name)
            see_the_differences(loop)
            be_reminded_and_score(loop)
            open_the_debrief(loop)
            assert heard == []
            assert cast.heard == []
    finally:
        context.close()
        cast.close()


def open_blind(site: Site) -> tuple[UUID, UUID]:
    """A blind requisition with one candidate, as the pages of hiring make them."""
    now = datetime.now(UTC)
    with writing(site.database.engine) as session:
        cora, mara = person(session, "Cora Diaz"), person(session, "Mara Lindqvist")
        version = session.scalars(
            select(BlueprintVersion.id).where(BlueprintVersion.role == "senior-data-scientist")
        ).one()
        draft = RequisitionDraft(
            TITLE, version, panel_size=4, hiring_manager_id=mara.person_id,
            chair_id=person(session, "Chidi Eze").person_id, blind=True,
        )  # fmt: skip
        need = requisitions.open_requisition(session, cora, draft, now=now)
        kept = session.get_one(Requisition, need).version
        requisitions.move(session, cora, need, RequisitionState.OPEN, reason="", version=kept, now=now)
        candidate = candidates.add(session, cora, MIRA, now=now)
        application = applications.apply(session, cora, candidate, need, now=now)
        applications.move_stage(session, cora, application, Stage.SCREENING, seen=Stage.APPLIED, reason="", now=now)
    return need, application


def plan(loop: Loop) -> None:
    page = loop.cast.page("Cora Diaz")
    page.goto(f"/requisitions/{loop.requisition}/plan")
    page.get_by_role("link", name="Propose a plan").first.click()
    expect(page.get_by_role("heading", name="A proposal, not kept yet")).to_be_visible()
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_role("heading", name="A proposal, not kept yet")).to_have_count(0)
    expect(page.get_by_role("link", name="Save as CSV")).to_be_visible()
    assert looking.faults(page) == []


def carry_out(loop: Loop) -> None:
    """The first interview that is no case study goes to two people of the coordinator's choice."""
    page = loop.cast.page("Cora Diaz")
    page.goto(f"/applications/{loop.application}/plan")
    offers = page.locator("section.offer").all()
    talk = next(one for one in offers if "Case study," not in one.inner_text())
    for offer in offers:
        offer.locator("input[name=rows]").set_checked(offer.inner_text() == talk.inner_text())
    for more in talk.locator("details.person-rest > summary").all():
        more.click()
    for box in talk.locator(".person-choice input").all():
        box.set_checked(box.locator("xpath=..").locator("label").inner_text() in {"Ines Prado", "Omar Haddad"})
    assert looking.faults(page) == []
    page.get_by_role("button", name="Plan these interviews").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mira Okafor")


def give_the_task(loop: Loop) -> None:
    page = loop.cast.page("Cora Diaz")
    page.goto(f"/requisitions/{loop.requisition}/case-tasks")
    page.get_by_label(re.compile(CASE)).check()
    page.get_by_label("Take-home").check()
    page.get_by_role("button", name="Make the task").click()
    page.goto(f"/requisitions/{loop.requisition}/case-tasks")
    page.get_by_role("link", name=CASE).click()
    page.get_by_role("link", name="Who grades it").click()
    for name in GRADERS:
        page.get_by_label("Grader").select_option(label=name)
        page.get_by_role("button", name="Appoint").click()
        expect(page.get_by_role("link", name=f"Release {name}")).to_be_visible()
    assert looking.faults(page) == []
    page.goto(f"/requisitions/{loop.requisition}/case-tasks")
    page.get_by_role("link", name=CASE).click()
    page.get_by_role("link", name="Give it to candidates").click()
    page.get_by_label("Mira Okafor").check()
    page.get_by_role("button", name="Give the task").click()
    expect(page.get_by_role("region", name="Progress")).to_contain_text("Mira Okafor")
    assert looking.faults(page) == []


def set_times(loop: Loop) -> None:
    page = loop.cast.page("Cora Diaz")
    page.goto(f"/applications/{loop.application}/schedule")
    page.get_by_role("link", name="Propose times for all without one").click()
    page.get_by_label("Place").first.fill("https://meet.harrow.example/7")
    assert looking.faults(page) == []
    page.get_by_role("button", name="Save times and tell everybody").click()
    expect(page.locator(".clocks").first).to_contain_text("Ines Prado")


def read_the_invitations(loop: Loop) -> None:
    """Everybody gets an event of their own; a change of time is the same event, and the kit stays where it was."""
    loop.send()
    first, _ = times(loop)
    for address in INVITED:
        ((method, _uid, sequence, starts),) = loop.office.invitations(address)
        assert (method, sequence, starts) == ("REQUEST", 0, first), address
    page = loop.cast.page("Cora Diaz")
    page.goto(f"/applications/{loop.application}/schedule")
    page.locator("select[name$=offered]").select_option(index=3)
    page.get_by_role("button", name="Save times and tell everybody").click()
    expect(page.locator("select[name$=offered]")).to_have_value("keep")
    loop.send()
    moved, _ = times(loop)
    assert moved != first
    for address in INVITED:
        (_, uid, _, _), (method, again, sequence, starts) = loop.office.invitations(address)
        assert (method, again, sequence, starts) == ("REQUEST", uid, 1, moved), address
    assert len({loop.office.invitations(address)[0][1] for address in INVITED}) == len(INVITED)
    kits = re.findall(r"/interviews/\S+/kit", loop.office.everything("ines@example.org"))
    assert len(set(kits)) == 1
    for who in ("ines", "omar", "lena", "sol"):
        nameless(loop, f"{who}@example.org")
    assert "Ines" not in loop.office.everything(MIRA.email)


def work_on_the_task(loop: Loop, page: Page) -> None:
    """The candidate follows the link of the mail, answers, hands in, and gets a receipt by mail."""
    link = re.search(rf"{re.escape(loop.site.address)}(/c/\S+)", loop.office.everything(MIRA.email))
    assert link
    page.set_default_timeout(15_000)
    page.goto(link[1])
    page.get_by_role("button", name="Open your application").click()
    expect(page).to_have_url(re.compile("/your-application$"))
    expect(page.get_by_role("heading", name="Your interviews")).to_be_visible()
    assert looking.faults(page) == []
    page.get_by_role("link", name="Open the task").click()
    page.get_by_label("I have read this").check()
    page.get_by_role("button", name=re.compile("^Begin")).click()
    fields = page.locator("textarea[data-answer]")
    for number in range(fields.count()):
        fields.nth(number).fill(f"Answer {number + 1}: **count** both sides before the gain.")
    expect(page.locator("[data-work-status]")).to_contain_text("Saved")
    page.get_by_role("button", name="Read it through and hand in").click()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt")
    receipt = page.locator(".facts").inner_text()
    loop.send()
    receipt_number = re.search(r"Receipt\s+(\S+)", receipt)
    assert receipt_number
    assert receipt_number[1] in loop.office.everything(MIRA.email)


def grade(loop: Loop, name: str) -> None:
    """One grader goes through the questions, rates the dimensions and seals; nobody is named anywhere."""
    page = loop.cast.home(name)
    page.locator(".duties").first.get_by_role("link").first.click()
    loop.desk.append(page.url)
    page.get_by_role("link", name=re.compile("^Question|^1")).first.click()
    while True:
        nameless_page(page)
        answer = page.locator("article.answered").first
        answer.locator(".point__input[value='3']").check(force=True)
        answer.get_by_role("button", name="Save").click()
        onward = page.get_by_role("link", name="Go on to question")
        if not onward.count():
            break
        onward.click()
    page.get_by_role("link", name="Rate the submissions").click()
    assert looking.faults(page) == []
    page.get_by_role("link", name="Rate and seal").click()
    nameless_page(page)
    rate_all(page, 4 if name == GRADERS[0] else 3)
    page.get_by_role("radio", name="Yes", exact=True).check()
    page.get_by_role("button", name="Seal the grade").click()
    expect(page.get_by_role("button", name="Seal the grade")).to_have_count(0)
    nameless(loop, f"{name.partition(' ')[0].lower()}@example.org")


def see_the_differences(loop: Loop) -> None:
    """Once both are in, a grader reads the two side by side; whoever coordinates waits for the debrief."""
    page = loop.cast.home(GRADERS[0])
    page.goto(loop.desk[0])
    page.get_by_role("link", name=re.compile("^Compare")).first.click()
    for name in GRADERS:
        expect(page.get_by_role("main")).to_contain_text(name)
    assert looking.faults(page) == []
    clerk = loop.cast.page("Cora Diaz")
    clerk.goto(f"/requisitions/{loop.requisition}/case-tasks")
    clerk.get_by_role("link", name=CASE).click()
    clerk.get_by_role("link", name=re.compile("^Who grades it")).click()
    expect(clerk.get_by_role("link", name=f"Release {GRADERS[0]}")).to_be_visible()
    expect(clerk.get_by_role("link", name=re.compile("^Compare"))).to_have_count(0)


def be_reminded_and_score(loop: Loop) -> None:
    """An hour after the interview a mail tells each of the two that a scorecard is due; sealing it ends that."""
    _, ends = times(loop)
    due = {who: f"{who.partition(' ')[0].lower()}@example.org" for who in ("Ines Prado", "Omar Haddad")}
    loop.send(ends + timedelta(minutes=55))
    before = {address: len(loop.office.letters(address)) for address in due.values()}
    loop.send(ends + HOUR + timedelta(minutes=5))
    for address, count in before.items():
        (reminder,) = loop.office.letters(address)[count:]
        assert "scorecard" in f"{reminder['Subject']}\n{reminder.get_content()}".lower()
        nameless(loop, address)
    for who in due:
        score(loop.cast.home(who))
    left = len(loop.office.box.kept)
    loop.send(ends + timedelta(days=4))
    late = [one for address in due.values() for one in loop.office.letters(address)[before[address] + 1 :]]
    assert [str(one["Subject"]) for one in late] == []
    assert len(loop.office.box.kept) >= left


def score(page: Page) -> None:
    """From the inbox over the kit to a sealed scorecard, without a name on the way."""
    page.locator(".duties").first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Interview kit: Candidate ")
    nameless_page(page)
    page.get_by_role("link", name="Score the interview").click()
    page.wait_for_load_state("load")
    nameless_page(page)
    rate_all(page, 3)
    page.get_by_role("radio", name="Yes", exact=True).check()
    page.get_by_role("button", name="Seal the scorecard").click()
    expect(page.get_by_text("Your scorecard is sealed.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Mira Okafor")


def open_the_debrief(loop: Loop) -> None:
    page = loop.cast.page("Cora Diaz")
    page.goto(f"/applications/{loop.application}/debrief")
    page.get_by_role("button", name="Open the debrief").click()
    grid = page.get_by_role("region", name="Ratings by dimension and interviewer")
    for name in ("Ines Prado", "Omar Haddad", *GRADERS):
        expect(grid).to_contain_text(name)
    assert looking.faults(page) == []
    page.goto(f"{loop.desk[0]}/graders")
    page.get_by_role("link", name=re.compile("^Compare")).click()
    expect(page.get_by_role("main")).to_contain_text("By question")


def person(session: Session, name: str) -> ActorFacts:
    person_id = session.scalars(select(Person.id).where(Person.name == name)).one()
    actor = actor_facts(session, person_id)
    assert actor is not None
    return actor


def times(loop: Loop) -> tuple[datetime, datetime]:
    """When the interview starts and ends."""
    with reading(loop.site.database.engine) as session:
        talks = (Interview.application_id == loop.application, Interview.kind != InterviewKind.CASE_STUDY)
        interview = session.scalars(select(Interview).where(*talks)).one()
    assert interview.starts_at is not None
    return interview.starts_at, interview.starts_at + timedelta(minutes=interview.minutes)


def nameless(loop: Loop, address: str) -> None:
    """Nothing that an address has got says who the candidate is."""
    whole = loop.office.everything(address)
    assert [word for word in ("Mira", "Okafor", "mira@", "Leeds") if word in whole] == []


def nameless_page(page: Page) -> None:
    whole = page.content()
    assert [word for word in ("Mira", "Okafor", "mira@", "Leeds") if word in whole] == []


def rate_all(page: Page, value: int) -> None:
    """Every dimension in focus gets this value, with a note that says why."""
    rows: list[Locator] = page.locator("[data-dimension][open], [data-dimension]:not(details)").all()
    assert rows
    for found in rows:
        found.locator(f"input[value='{value}']").check()
        found.locator("textarea").first.fill(f"{TOLD} Seen as {value}.")
