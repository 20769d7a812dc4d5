"""The ladder in Chromium: a PM and a manager assess apart and meet, build a case, and a committee judges it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.models.calibration import CalibrationItem
from app.models.engine import reading, writing
from app.models.promotion import PromotionCase
from app.queries import placements
from app.services import cycles
from app.services.cycles import CycleDraft
from tests.factories import cases as make
from tests.factories.hiring import actor_of
from tests.journeys import looking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from playwright.sync_api import Browser, Page

    from tests.factories.cases import CaseCast
    from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey


class Play:
    """Everybody around one PM, each in a browser of their own; ``heard`` is what all their pages complained about."""

    def __init__(self, chromium: Browser, site: Site) -> None:
        self.site, self._chromium = site, chromium
        self._pages: dict[str, Page] = {}
        self.heard: list[str] = []
        with writing(site.database.engine) as session:
            self.cast: CaseCast = make.make_case_cast(session)

    def page(self, part: str, path: str) -> Page:
        """Somebody's one tab, gone to a page."""
        if part not in self._pages:
            context = self._chromium.new_context(
                base_url=self.site.address, viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC"
            )
            self.site.sign_in(context, self.cast[part].id)
            self._pages[part] = context.new_page()
            self._pages[part].set_default_timeout(15_000)
            self.heard = looking.listen(self._pages[part], self.heard)
        self._pages[part].goto(path)
        return self._pages[part]

    def close(self) -> None:
        """Close every browser."""
        for page in self._pages.values():
            page.context.close()


@pytest.fixture
def play(chromium: Browser, site: Site) -> Iterator[Play]:
    """The people before anything has begun."""
    made = Play(chromium, site)
    yield made
    made.close()
    assert [text for text in made.heard if "422" not in text] == []


def test_a_pm_and_a_manager_answer_apart_and_then_meet(play: Play) -> None:
    _open_cycle(play)
    pm = play.page("person", "/")
    pm.get_by_role("link", name="Assess yourself").click()
    expect(pm.get_by_role("heading", name="Assess yourself")).to_be_visible()
    pm.get_by_label("Level now").select_option("Senior PM")
    pm.get_by_label("Level aimed at").select_option("Principal PM")
    pm.locator("#mark-judgment input").first.focus()
    pm.keyboard.press("2")
    pm.locator("#data-1").check()
    pm.locator("#influence-none").check()
    expect(pm.locator("[data-autosave-status]")).to_contain_text("Saved", timeout=15_000)
    assert looking.faults(pm) == []
    pm.reload()
    expect(pm.locator("#judgment-2")).to_be_checked()

    manager = _manager_answers(play)
    pm.get_by_role("button", name="Seal my answers").click()
    expect(pm.get_by_role("heading", name="Where you differ")).to_be_visible()
    expect(pm.locator(".apart")).to_contain_text("Judgment")
    assert looking.faults(pm) == []
    manager.reload()
    manager.get_by_label("Write it down together").fill("One measure of her own by March.")
    manager.get_by_role("button", name="Write it down").click()
    pm.reload()
    expect(pm.get_by_text("One measure of her own by March.")).to_be_visible()
    play.page("person", f"/ladder/readiness/{play.cast.person.id}")
    expect(pm.get_by_text("Shows impact over several quarters").first).to_be_visible()
    assert looking.faults(pm) == []


def test_a_fault_left_standing_is_no_change_from_elsewhere_after_a_reload(play: Play) -> None:
    """Leaving the page sends nothing that was refused already, which would make the reloaded page stale."""
    _open_cycle(play)
    pm = play.page("person", "/")
    pm.get_by_role("link", name="Assess yourself").click()
    pm.get_by_label("Level now").select_option("Principal PM")
    pm.get_by_label("Level aimed at").select_option("Senior PM")
    status = pm.locator("[data-autosave-status]")
    expect(status).to_contain_text("Senior PM is below Principal PM", timeout=15_000)
    pm.reload()
    pm.locator("#data-1").check()
    expect(status).to_have_attribute("data-state", "saved", timeout=15_000)


def _manager_answers(play: Play) -> Page:
    """The manager is told nothing of the PM's draft, forgets a word, and seals."""
    manager = play.page("manager", "/")
    manager.get_by_role("link", name="Assess Noor Okafor").click()
    expect(manager.get_by_text("Yours alone until both of you have sealed.")).to_be_visible()
    expect(manager.locator("[data-autosave-status]")).to_contain_text("Not saved yet")
    manager.locator("#judgment-1").check()
    manager.locator("#data-0").check()
    manager.get_by_role("button", name="Seal my answers").click()
    expect(manager.get_by_role("alert")).to_contain_text("what is missing for the first expectation")
    manager.locator("#note-data").fill("Has not designed a measure of her own yet.")
    manager.get_by_role("button", name="Seal my answers").click()
    expect(manager.get_by_text("Your answers are sealed.").first).to_be_visible()
    assert looking.faults(manager) == []
    return manager


def test_a_pm_gathers_evidence_and_a_case_is_made_of_it(play: Play) -> None:
    _gather(play)
    pm = play.page("person", "/promotions/new")
    pm.get_by_label("Principal PM").check()
    pm.get_by_role("button", name="Begin the case").click()
    pm.get_by_role("link", name="Write the texts").click()
    _write_the_texts(pm)
    pm.get_by_role("link", name="Cite evidence").first.click()
    pm.get_by_label("Cut the waiting time").check()
    pm.locator("#why").fill("Finance checked it.")
    pm.get_by_role("button", name="Cite it").click()
    expect(pm.get_by_text("Finance checked it.")).to_be_visible()
    expect(pm.get_by_text("Defines patterns that others use").first).to_be_visible()
    assert looking.faults(pm) == []

    case = _case(play)
    manager = play.page("manager", f"/promotions/{case}/against")
    manager.locator("#case_against").fill("Too short.")
    manager.get_by_role("button", name="Save").click()
    expect(manager.get_by_role("alert")).to_contain_text("at least")
    manager.locator("#case_against").fill(make.AGAINST)
    manager.get_by_role("button", name="Save").click()
    play.page("manager", f"/promotions/{case}/hand-in")
    assert looking.faults(manager) == []
    manager.get_by_role("button", name="Hand it in").click()
    expect(manager.get_by_text("Handed in").first).to_be_visible()


def _write_the_texts(pm: Page) -> None:
    """What is typed saves itself, and is there after the page is loaded again."""
    pm.get_by_label("Brief").fill("She cut the waiting time twice over, and two teams work with what she made.")
    pm.get_by_label("Development plan").fill("The next audit, from its register to the review.")
    pm.get_by_label("Business need").fill("None at present.")
    expect(pm.locator("[data-autosave-status]")).to_contain_text("Saved", timeout=15_000)
    assert looking.faults(pm) == []
    pm.reload()
    expect(pm.get_by_label("Business need")).to_have_value("None at present.")
    pm.get_by_role("button", name="Save").click()


def _gather(play: Play) -> None:
    """The PM adds an entry and names who was there, who says that it was so."""
    pm = play.page("person", "/evidence/new")
    pm.get_by_label("What you did").fill("Cut the waiting time")
    pm.get_by_label("Me, my manager, and whoever").check()
    pm.get_by_label("Who was there").select_option("Petra Lind")
    pm.get_by_text("What it shows, towards the next step").click()
    pm.get_by_label("Shows impact over several quarters").check()
    assert looking.faults(pm) == []
    pm.get_by_role("button", name="Keep it").click()
    expect(pm.get_by_role("link", name="Cut the waiting time")).to_be_visible()
    peer = play.page("peer", "/")
    peer.get_by_role("link", name="Say whether it was so").click()
    peer.get_by_label("It happened as written").check()
    peer.get_by_role("button", name="Keep my answer").click()
    assert looking.faults(peer) == []


def test_a_committee_votes_apart_talks_and_decides(play: Play) -> None:
    case = _handed_in(play)
    session_path = _prepare(play)
    chair = play.page("chair", session_path)
    chair.get_by_role("button", name="Ask for the votes").click()
    expect(chair.get_by_text("Everybody votes alone.")).to_be_visible()
    item = _item(play)
    _vote(play, item)
    play.page("chair", session_path)
    chair.get_by_role("button", name="Open the votes").click()
    expect(chair.get_by_role("heading", name="Where members differ")).to_be_visible()
    assert looking.faults(chair) == []
    play.page("chair", f"/calibrations/items/{item}")
    chair.get_by_role("button", name="Call it").click()
    expect(chair.locator("[data-clock-left]")).to_contain_text(":")
    _change_a_vote(play, item)
    play.page("chair", f"/calibrations/items/{item}")
    expect(chair.get_by_text("It is in the log.")).to_be_visible()
    chair.get_by_role("group", name="The session settles on").get_by_label("Promote", exact=True).check()
    chair.get_by_role("button", name="Settle").click()
    play.page("chair", f"/calibrations/items/{item}")
    chair.locator("#tell textarea").fill("Tell her what convinced us: work that goes on without her.")
    chair.get_by_role("button", name="Keep it").click()
    assert looking.faults(chair) == []
    play.page("chair", session_path)
    chair.get_by_role("button", name="Lock the session").click()
    expect(chair.get_by_text("The session is locked.", exact=True)).to_be_visible()
    _decide_and_sign(play, case)
    _appeal_and_correct(play, case)


def _prepare(play: Play) -> str:
    """HR makes a session of three and takes the case in; return its address."""
    hr = play.page("hr", "/calibrations/new")
    hr.get_by_label("Title").fill("Autumn")
    hr.get_by_label("Chair").select_option("Chidi Eze")
    for name in ("Farid Amiri", "Sena Aydin"):
        hr.get_by_label(name).check()
    hr.get_by_role("button", name="Make it").click()
    hr.get_by_label("Noor Okafor").first.check()
    assert looking.faults(hr) == []
    hr.get_by_role("button", name="Take in").click()
    expect(hr.get_by_role("link", name="Noor Okafor")).to_be_visible()
    return hr.url.partition("?")[0]


def _vote(play: Play, item: UUID) -> None:
    """Three members vote, and each sees nobody else's vote before."""
    for part, vote in (("chair", "Promote"), ("first", "Promote"), ("second", "Not yet")):
        tab = play.page(part, f"/calibrations/items/{item}")
        expect(tab.get_by_text("Everybody votes alone.")).to_be_visible()
        assert "weighed the evidence" not in tab.content()
        tab.get_by_label(vote, exact=True).check()
        tab.locator("#reason").fill(f"As {part} I weighed the evidence and the case against.")
        if part == "first":
            assert looking.faults(tab) == []
        tab.get_by_role("button", name="Seal my vote").click()
        expect(tab.get_by_text("Sealed").first).to_be_visible()


def _change_a_vote(play: Play, item: UUID) -> None:
    member = play.page("second", f"/calibrations/items/{item}")
    change = member.locator("#change")
    change.locator("summary").click()
    change.get_by_label("Promote", exact=True).check()
    member.get_by_role("button", name="Change my vote").click()
    expect(member.get_by_role("alert")).to_be_visible()
    change.get_by_label("Promote", exact=True).check()
    change.get_by_label("I heard evidence that I had not known").check()
    change.locator("textarea").fill("It is in the log.")
    member.get_by_role("button", name="Change my vote").click()
    expect(member.get_by_text("changed").first).to_be_visible()


def _decide_and_sign(play: Play, case: UUID) -> None:
    chair = play.page("chair", f"/promotions/{case}/decide")
    assert looking.faults(chair) == []
    chair.get_by_label("Promote, from a day on").check()
    day = datetime.now(UTC).date()
    chair.locator("#day").fill(day.isoformat())
    chair.locator("#reasons").fill(make.REASONS)
    chair.get_by_role("button", name="Record the decision").click()
    expect(chair.get_by_text("Decided").first).to_be_visible()
    pm = play.page("person", f"/promotions/{case}")
    expect(pm.get_by_text(make.REASONS)).to_be_visible()
    assert "Sena Aydin" not in pm.locator("main").inner_text()
    pm.get_by_role("button", name="Sign as read").click()
    assert looking.faults(pm) == []
    with reading(play.site.database.engine) as session:
        standing = placements.current(session, [play.cast.person.id], day)[play.cast.person.id]
    assert (standing.level, standing.since) == ("principal", day)


def _appeal_and_correct(play: Play, case: UUID) -> None:
    """The person answers; the chair corrects the record, and the level follows."""
    pm = play.page("person", f"/promotions/{case}/appeal")
    pm.get_by_label("What you have to say").fill("I was told of another day.")
    pm.get_by_role("button", name="Add it").click()
    chair = play.page("chair", f"/promotions/{case}")
    chair.get_by_role("link", name="Correct the record").click()
    chair.get_by_label("Not yet, with the gaps named").check()
    chair.locator("#reasons").fill("The money side rests on nothing that anybody could read.")
    chair.get_by_role("button", name="Record the correction").click()
    expect(chair.get_by_role("alert")).to_contain_text("Say why the record is corrected.")
    chair.get_by_label("Why the record is corrected").fill("The votes of another case were read out in the session.")
    chair.get_by_label("Owns the money side").check()
    assert looking.faults(chair) == []
    chair.get_by_role("button", name="Record the correction").click()
    expect(chair.get_by_role("heading", name="Record 1: promote")).to_be_visible()
    play.page("person", f"/promotions/{case}")
    expect(pm.get_by_text("This is record 2. It corrects record 1")).to_be_visible()
    expect(pm.get_by_text("I was told of another day.")).to_be_visible()
    pm.get_by_role("button", name="Sign as read").click()
    assert looking.faults(pm) == []
    with reading(play.site.database.engine) as session:
        today = datetime.now(UTC).date()
        assert placements.current(session, [play.cast.person.id], today)[play.cast.person.id].level == "senior"


def _open_cycle(play: Play) -> None:
    now = datetime.now(UTC)
    with writing(play.site.database.engine) as session:
        wanted = CycleDraft(
            "Autumn", play.cast.version.id, now.date() + timedelta(days=14), {play.cast.person.id: None}
        )
        cycles.open_cycle(session, actor_of(play.cast["hr"]), wanted, today=now.date(), now=now)


def _handed_in(play: Play) -> UUID:
    with writing(play.site.database.engine) as session:
        case = make.make_case(session, play.cast)
        make.hand_in(session, play.cast, case)
        return case.id


def _case(play: Play) -> UUID:
    with reading(play.site.database.engine) as session:
        return session.scalars(select(PromotionCase.id)).one()


def _item(play: Play) -> UUID:
    with reading(play.site.database.engine) as session:
        return session.scalars(select(CalibrationItem.id)).one()
