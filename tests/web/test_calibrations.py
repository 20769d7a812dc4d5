"""Calibrations over HTTP: from making a session to its minutes, each step as the people in it take it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from app.domain.growth.calibration import CalibrationState
from app.domain.permission import Role
from app.models.assessment import Assessment
from app.models.calibration import Calibration, CalibrationItem, PreVote
from app.models.engine import reading, writing
from app.services import calibration_run
from tests.factories.calibrations import Panel, add_rating, lock, make_panel, seal, settle, start_voting
from tests.factories.hiring import NOW, actor_of, make_person
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
AS_SCRIPT = {"Accept": "application/json"}
P, N = "promote", "not_yet"


@pytest.fixture
def panel(database: Database) -> Panel:
    with writing(database.engine) as session:
        made = make_panel(session)
        add_rating(session, made)
        return made


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def path(panel: Panel, rest: str = "") -> str:
    return f"/calibrations/{panel.calibration.id}{rest}"


def item(panel: Panel, rest: str = "") -> str:
    return f"/calibrations/items/{panel.item.id}{rest}"


def _do(database: Database, act: Callable[[Session], Any]) -> None:
    with writing(database.engine) as session:
        act(session)


def _vote_all(session: Session, panel: Panel, values: tuple[str, str, str]) -> None:
    start_voting(session, panel)
    rated = session.query(CalibrationItem).filter(CalibrationItem.assessment_id.is_not(None)).one()
    for person, value in zip(panel.voters, values, strict=True):
        seal(session, panel.item.id, person, value, f"{person.name} says so.")
        seal(session, rated.id, person, "senior", "As the ladder asks.")
    calibration_run.open_votes(session, actor_of(panel.chair), panel.calibration.id, "", now=NOW)


def _state(database: Database, panel: Panel) -> CalibrationState:
    with reading(database.engine) as session:
        return session.get_one(Calibration, panel.calibration.id).state


def test_hr_makes_a_session_and_sent_twice_it_is_one(panel: Panel, database: Database, signed_in: Open) -> None:
    browser = signed_in(panel.team.hr.id)
    form = browser.get("/calibrations/new").text
    intent = re.search(r'name="intent" value="([^"]+)"', form)
    assert intent is not None
    fields = {
        "title": "Winter panel",
        "minutes_each": "10",
        "chair_id": str(panel.ana.id),
        "member_ids": [str(panel.ben.id), str(panel.chair.id)],
        "intent": intent.group(1),
    }
    first, second = (browser.post("/calibrations/new", fields) for _ in range(2))

    assert (first.status_code, second.location) == (303, first.location)
    with reading(database.engine) as session:
        assert session.query(Calibration).filter_by(title="Winter panel").count() == 1
    empty = browser.post("/calibrations/new", {**fields, "title": "", "chair_id": "", "intent": "x1"})
    assert empty.status_code == 422
    assert "Write a title." in empty.text


def test_items_are_offered_ticked_and_taken_out(panel: Panel, signed_in: Open) -> None:
    browser = signed_in(panel.chair.id)
    assert browser.post(item(panel, "/take-out")).status_code == 303
    offered = words(browser.get(path(panel, "/items")))
    assert "Mira Okafor, to Principal PM" in offered
    nothing = browser.post(path(panel, "/items"), {})
    assert "Tick at least one case or assessment." in nothing.text
    done = browser.post(path(panel, "/items"), {"case_ids": str(panel.case.id)})
    assert done.location == f"{path(panel)}?done=calibration-taken-in"
    assert "Mira Okafor" in words(browser.get(path(panel)))


def test_assessments_of_a_cycle_are_offered_once_both_sides_are_in(
    panel: Panel, database: Database, signed_in: Open
) -> None:
    with reading(database.engine) as session:
        rated = session.query(CalibrationItem).filter(CalibrationItem.assessment_id.is_not(None)).one()
        assessment = session.get_one(Assessment, rated.assessment_id)
        cycle, rated_id = assessment.cycle_id, rated.id
    browser = signed_in(panel.chair.id)
    narrowed = path(panel, f"/items?cycle={cycle}")
    assert "Noor Hire" not in words(browser.get(narrowed))
    assert browser.post(f"/calibrations/items/{rated_id}/take-out").status_code == 303
    offered = words(browser.get(narrowed))
    assert "Noor Hire (Search, Mika Manager)" in offered
    assert "Mira Okafor (" not in offered
    assert "Noor Hire" not in words(browser.get(path(panel, "/items")))


def test_levels_are_mirrored_with_a_bar_or_with_why_not(panel: Panel, database: Database, signed_in: Open) -> None:
    _do(database, lambda session: _vote_all(session, panel, (P, P, N)))
    said = words(signed_in(panel.ana.id).get("/calibrations/mirror"))

    assert "On 1 case with three votes or more: stricter than most on 0" in said
    assert "You have voted on 1 so far; from 10 on there may be something to tell." in said
    assert "so far" not in words(signed_in(panel.team.hr.id).get("/calibrations/mirror"))


def test_a_vote_is_drafted_sealed_and_then_stays(panel: Panel, database: Database, signed_in: Open) -> None:
    _do(database, lambda session: start_voting(session, panel))
    browser = signed_in(panel.ana.id)
    page = browser.get(item(panel))
    assert "Led the search rebuild." in page.text
    assert "One team only so far." in page.text
    draft = browser.post(
        item(panel, "/vote/draft"), {"version": "0", "value": "", "reason": "First <b>"}, headers=AS_SCRIPT
    )
    assert draft.json is not None
    assert draft.json["version"] == 1
    assert "First &lt;b&gt;" in browser.get(item(panel)).text
    bare = browser.post(item(panel, "/vote"), {"version": "1", "reason": "First"})
    assert bare.status_code == 422
    assert "Choose how you vote." in bare.text
    sealed = browser.post(item(panel, "/vote"), {"version": "1", "value": N, "reason": "One team only."})
    assert sealed.location == f"{item(panel)}?done=prevote-sealed"
    again = browser.post(item(panel, "/vote"), {"version": "2", "value": P, "reason": "No, <i>promote</i>."})
    assert again.status_code == 409
    assert "No, &lt;i&gt;promote&lt;/i&gt;." in again.text
    with reading(database.engine) as session:
        assert session.get_one(PreVote, (panel.item.id, panel.ana.id)).value == N


def test_a_draft_of_another_tab_is_never_overwritten(panel: Panel, database: Database, signed_in: Open) -> None:
    _do(database, lambda session: start_voting(session, panel))
    browser = signed_in(panel.ana.id)
    browser.post(item(panel, "/vote/draft"), {"version": "0", "value": N, "reason": "There"})
    late = browser.post(item(panel, "/vote/draft"), {"version": "0", "value": P, "reason": "Here"}, headers=AS_SCRIPT)
    assert late.status_code == 409
    assert late.json is not None
    compared = browser.post(late.json["compare_url"], {"version": "0", "value": P, "reason": "Here"})
    assert compared.status_code == 409
    assert "Stored from another tab or device" in compared.text
    assert ">\nHere</textarea>" in compared.text
    assert "There" in words(compared)


def test_a_case_for_oneself_is_closed_to_oneself(panel: Panel, database: Database, signed_in: Open) -> None:
    """A member whose own case is taken in finds nothing of it, and has no vote."""

    def put(session: Session) -> None:
        case = session.get_one(type(panel.case), panel.case.id)
        case.person_id = panel.ana.id
        extra = make_person(session, "Dora Extra", [Role.PEOPLE_MANAGER])
        session.execute(
            Calibration.metadata.tables["calibration_member"].insert().values(
                calibration_id=panel.calibration.id, person_id=extra.id
            )
        )  # fmt: skip
        session.flush()
        start_voting(session, panel)
        for person in (panel.chair, panel.ben, extra):
            seal(session, panel.item.id, person, N, "SECRET words.")

    _do(database, put)
    browser = signed_in(panel.ana.id)
    vote = browser.post(item(panel, "/vote"), {"version": "0", "value": P, "reason": "I deserve it."})
    assert vote.status_code in {403, 404}
    assert browser.get(item(panel)).status_code == 403
    _do(
        database,
        lambda session: calibration_run.open_votes(
            session, actor_of(panel.chair), panel.calibration.id, "Ratings wait.", now=NOW
        ),
    )
    page = browser.get(path(panel))
    assert "About you: closed to you" in page.text
    assert browser.get(item(panel)).status_code == 403
    assert "SECRET" not in page.text
    assert "About you: closed to you" not in signed_in(panel.ben.id).get(path(panel)).text


def test_the_chair_takes_a_session_from_its_votes_to_its_lock(
    panel: Panel, database: Database, signed_in: Open
) -> None:
    chair = signed_in(panel.chair.id)
    assert chair.post(path(panel, "/advance"), {"to": "voting"}).status_code == 303
    early = chair.post(path(panel, "/advance"), {"to": "discussing"})
    assert early.status_code == 422
    assert "Votes are missing of Ana Alves, Ben Brandt, Carla Chair" in unescape(early.text)
    opened = chair.post(path(panel, "/advance"), {"to": "discussing", "open-reason": "The others are ill."})
    assert opened.location == f"{path(panel)}?done=calibration-opened"
    locked = chair.post(path(panel, "/advance"), {"to": "locked"})
    assert "Not settled yet: Mira Okafor, Noor Hire." in words(locked)
    for one in _item_ids(database, panel):
        version = _version(database, one)
        answer = chair.post(
            f"/calibrations/items/{one}/settle",
            {"settle-agreed": "-", "settle-words": "Nobody voted.", "settle-version": str(version)},
        )
        assert answer.status_code == 303, words(answer)
    assert chair.post(path(panel, "/advance"), {"to": "locked"}).status_code == 303
    assert _state(database, panel) is CalibrationState.LOCKED
    assert chair.post(path(panel, "/advance"), {"to": "nonsense"}).status_code in {403, 422}


def test_the_session_opens_on_disagreements(panel: Panel, database: Database, signed_in: Open) -> None:
    _do(database, lambda session: _vote_all(session, panel, (P, P, N)))
    said = words(signed_in(panel.ana.id).get(path(panel)))

    assert said.index("Where members differ") < said.index("Mira Okafor") < said.index("of one mind")
    assert said.index("of one mind") < said.index("Noor Hire")
    assert "Votes lie open to the members." in said


def test_a_vote_is_changed_with_a_reason_and_both_stay(panel: Panel, database: Database, signed_in: Open) -> None:
    _do(database, lambda session: _vote_all(session, panel, (P, P, N)))
    ben = signed_in(panel.ben.id)
    bare = ben.post(item(panel, "/change"), {"change-after": P})
    assert bare.status_code == 422
    assert "Choose the kind of reason." in bare.text
    fields = {"change-after": P, "change-reason": "evidence_heard", "change-words": "The second lead confirmed it."}
    assert ben.post(item(panel, "/change"), fields).status_code == 303
    said = words(signed_in(panel.ana.id).get(item(panel)))
    assert "Ben Brandt Not yet Promote changed Ben Brandt says so." in said
    assert "The second lead confirmed it." in said


def test_below_three_votes_nothing_is_added_up(panel: Panel, database: Database, signed_in: Open) -> None:
    _do(database, lambda session: _vote_all(session, panel, (P, P, N)))
    ben = signed_in(panel.ben.id)
    assert ben.post(item(panel, "/conflict"), {"conflict-reason": "We share a flat."}).status_code == 303
    page = signed_in(panel.ana.id).get(item(panel))

    assert "Only 2 votes count here; below 3 nothing is added up." in words(page)
    assert "Votes by choice" not in page.text
    assert "We share a flat." in words(page)


def test_the_time_of_an_item_is_shown_to_everybody(panel: Panel, database: Database, signed_in: Open) -> None:
    _do(database, lambda session: _vote_all(session, panel, (P, P, N)))
    assert "data-clock" not in signed_in(panel.ana.id).get(item(panel)).text
    assert signed_in(panel.chair.id).post(item(panel, "/call")).status_code == 303
    for person in panel.voters:
        page = signed_in(person.id).get(item(panel))
        assert "data-clock" in page.text
        assert "12 minutes like every item" in words(page)


def test_a_manager_reads_the_words_once_it_is_locked(panel: Panel, database: Database, signed_in: Open) -> None:
    _do(database, lambda session: _vote_all(session, panel, (P, P, P)))
    chair, manager = signed_in(panel.chair.id), signed_in(panel.team.manager.id)
    version = _version(database, panel.item.id)
    told = chair.post(item(panel, "/tell"), {"tell-feedback": "Name the second team.", "tell-version": str(version)})
    assert told.status_code == 303
    assert manager.get(item(panel, "/words")).status_code in {403, 404}
    _settle_all(database, panel)
    _do(database, lambda session: lock(session, panel))
    page = manager.get(item(panel, "/words"))
    assert "Name the second team." in words(page)
    for person in (panel.ana, panel.team.mira, panel.team.hr):
        assert signed_in(person.id).get(item(panel, "/words")).status_code in {403, 404}


def test_strangers_and_the_person_find_nothing(panel: Panel, database: Database, signed_in: Open) -> None:
    _do(database, lambda session: _vote_all(session, panel, (P, P, N)))
    with writing(database.engine) as session:
        stranger = make_person(session, "Sam Stranger", [Role.PEOPLE_MANAGER, Role.AUDITOR, Role.ADMIN]).id
    for person_id in (stranger, panel.team.mira.id):
        browser = signed_in(person_id)
        assert "Autumn panel" not in browser.get("/calibrations").text
        for address in (path(panel), item(panel), path(panel, "/minutes.pdf"), item(panel, "/words")):
            assert browser.get(address).status_code == 404, address


def test_hr_reads_votes_only_once_it_is_locked(panel: Panel, database: Database, signed_in: Open) -> None:
    _do(database, lambda session: _vote_all(session, panel, (P, P, N)))
    hr = signed_in(panel.team.hr.id)
    assert "Ben Brandt says so." not in hr.get(item(panel)).text
    assert "Not yet" not in words(hr.get(path(panel)))
    _settle_all(database, panel)
    _do(database, lambda session: lock(session, panel))
    assert "Ben Brandt says so." in hr.get(item(panel)).text


def test_the_list_is_narrowed_by_its_address_and_comes_as_a_file(panel: Panel, signed_in: Open) -> None:
    browser = signed_in(panel.ana.id)
    assert "Autumn panel" in browser.get("/calibrations?state=preparing&q=autumn").text
    assert "None fits" in browser.get("/calibrations?state=locked").text
    assert "Autumn panel" in browser.get("/calibrations?q=autumn%00").text
    past = browser.get(f"/calibrations?page={'9' * 30}&q=autumn")
    assert "No more sessions The list ends before this page. To the last page" in words(past)
    assert 'href="/calibrations?page=1&amp;q=autumn"' in past.text
    assert "None fits" in words(browser.get("/calibrations?page=9&state=locked"))
    assert browser.get("/calibrations.csv?q=%00").status_code == 200
    rows = list(csv.reader(io.StringIO(browser.get("/calibrations.csv").data.decode("utf-8-sig"))))
    assert rows[1][:5] == ["Autumn panel", "Preparing", "Carla Chair", "4", "2"]


@pytest.mark.parametrize("opened", [False, True])
def test_each_page_asks_at_most_six_things_of_the_database(
    panel: Panel, database: Database, signed_in: Open, *, opened: bool
) -> None:
    if opened:
        _do(database, lambda session: _vote_all(session, panel, (P, P, N)))
    rated = next(one for one in _item_ids(database, panel) if one != panel.item.id)
    pages = ("/calibrations", path(panel), item(panel), f"/calibrations/items/{rated}", "/calibrations/mirror")
    for person in (panel.chair, panel.team.hr):
        browser = signed_in(person.id)
        for address in pages:
            browser.get(address)
            with counted(database.engine) as sent:
                assert browser.get(address).status_code == 200, address
            asked = [one for one in sent if not one.startswith(("BEGIN", "SAVEPOINT", "SET", "PRAGMA"))]
            assert len(asked) <= 6, (address, asked)


def _item_ids(database: Database, panel: Panel) -> list[UUID]:
    with reading(database.engine) as session:
        found = session.query(CalibrationItem).filter_by(calibration_id=panel.calibration.id)
        return [one.id for one in found.order_by(CalibrationItem.position)]


def _version(database: Database, item_id: UUID) -> int:
    with reading(database.engine) as session:
        return session.get_one(CalibrationItem, item_id).version


def _settle_all(database: Database, panel: Panel) -> None:
    def act(session: Session) -> None:
        settle(session, panel, P)
        rated = session.query(CalibrationItem).filter(CalibrationItem.assessment_id.is_not(None)).one()
        calibration_run.settle(
            session, actor_of(panel.chair), rated.id, "senior", "", version=rated.version, now=NOW
        )  # fmt: skip

    _do(database, act)
