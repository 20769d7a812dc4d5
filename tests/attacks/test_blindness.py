"""Learning what others think of a candidate before, or without, saying what one thinks oneself."""

from __future__ import annotations

import csv
import io
import re
from contextlib import ExitStack
from html import unescape
from random import Random
from typing import TYPE_CHECKING

import pytest

from app.domain.card import CardState
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.engine import writing
from app.models.person import Person
from app.models.scorecard import Revision, ScorecardRow
from app.services import debriefs
from tests.attacks.ground import SECRET_WORDS, Ground, rows
from tests.factories import assessments, calibrations, grading, hiring, panels
from tests.factories.committee import make_committee, make_scored
from tests.factories.panel_plans import make_conflict
from tests.factories.panels import version_of
from tests.journeys import two_worlds
from tests.journeys.test_blindness import SORTS, Pairs
from tests.web import whole_sight
from tests.web.browser import Browser

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.databases import Database

LISTS = ("/", "/requisitions", "/requisitions.csv", "/decisions", "/insights/mirror", "/audit")
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For walks over many pages, which read the same rows from either database."""
ACTED = {"summary": "Clear.", "rating-empathy": "none", "evidence-strategy": "Seen.", "recommendation": "yes"}


def ids_of(ground: Ground) -> whole_sight.Ids:
    """Everything of the panel that an address can name."""
    panel = ground.panel
    return {
        "requisition_id": [panel.requisition], "application_id": [panel.application],
        "candidate_id": [ground.candidate], "interview_id": [panel.interview],
        "card_id": [panel.ada_card, panel.ben_card],
    }  # fmt: skip


def words(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def about(program: Flask, ids: whole_sight.Ids) -> list[str]:
    """Every address that names one of the ids."""
    near = [str(one) for several in ids.values() for one in several]
    return [path for path in whole_sight.addresses(program, ids) if any(one in path for one in near)]


def channels(ground: Ground, person_id: UUID) -> dict[str, str]:
    """Every page, list, table, document and mail that a person can get about the panel."""
    browser, ids = ground.browser(person_id), ids_of(ground)
    wanted = about(ground.program, ids)
    wanted += [f"/{kind}?q={word}" for kind in ("search", "candidates", "candidates.csv") for word in ("mira", "said")]
    said = whole_sight.seen(browser, [*wanted, *LISTS])
    for card in ids["card_id"]:
        said[f"JSON {card}"] = browser.get(f"/scorecards/{card}", headers={"Accept": "application/json"}).text
    return {**said, "mail": whole_sight.mail_to(ground.database.engine, person_id)}


def tell(said: dict[str, str]) -> list[str]:
    return whole_sight.places(said, *SECRET_WORDS.split())


@pytest.mark.attack("AC-04")
@ON_SQLITE
def test_no_channel_shows_more_than_the_page(ground: Ground) -> None:
    people = (ground.panel.ada.person_id, ground.panel.manager.person_id, ground.panel.coordinator.person_id)
    for person_id in people:
        said = channels(ground, person_id)
        assert len(said) > 15, "a person with a part in the panel sees a good deal"
        assert tell(said) == []
    nosy = (Role.ADMIN, Role.INTERVIEWER, Role.COMMITTEE, Role.AUDITOR)
    assert [role for role in nosy if tell(channels(ground, ground.strangers[role]))] == []


@pytest.mark.attack("AC-04")
def test_once_they_may_be_seen_ratings_are_the_same_in_every_channel(ground: Ground) -> None:
    with writing(ground.database.engine) as session:
        debriefs.open_debrief(session, ground.panel.coordinator, ground.panel.application, now=panels.LATER)
    clerk = ground.browser(ground.panel.coordinator.person_id)
    where = f"/requisitions/{ground.panel.requisition}/comparison"
    page, paper = words(clerk.get(where)), words(clerk.get(f"{where}.pdf?as=page"))
    ((*_, line),) = [list(csv.reader(io.StringIO(clerk.get(f"{where}.csv").data.decode("utf-8-sig"))))]
    assert [cell for cell in line if cell in {"Mira Okafor", "50.0", "1.0"}] == ["Mira Okafor", "50.0", "1.0"]
    for said in (page, paper):
        assert "insufficient evidence" in said.lower()
        assert re.search(r"Product Strategy weight 50 1\.0 1 ", said, re.IGNORECASE)


@pytest.fixture
def judged(database: Database) -> tuple[UUID, UUID, UUID]:
    """A requisition whose chair still owes a card on one of three candidates: its id, the chair, the owed candidate."""
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=2)
        first = make_scored(session, committee, "Abel Hidden", [{"strategy": 5, "fluency": 5, "empathy": 5}])
        make_scored(session, committee, "Bea Middling", [{"strategy": 3, "fluency": 3, "empathy": 3}])
        make_scored(session, committee, "Cleo Shown", [{"strategy": 4, "fluency": 4, "empathy": 4}])
        hiring.make_interview(session, first, [committee.chair])
        return committee.requisition.id, committee.chair.id, first.id


@pytest.mark.attack("AC-05")
def test_no_mean_total_or_spread_includes_a_sealed_card(judged: tuple[UUID, UUID, UUID], program: Flask) -> None:
    requisition, chair, _ = judged
    browser = Browser(program)
    browser.sign_in(chair)
    where = f"/requisitions/{requisition}/comparison"
    page = words(browser.get(where))
    assert "sealed" in page.lower()
    assert "5.0" not in page
    assert "4.0" in page, "what is open is shown"
    table = list(csv.reader(io.StringIO(browser.get(f"{where}.csv").data.decode("utf-8-sig"))))
    (hidden,) = [row for row in table if "Abel Hidden" in row]
    (shown,) = [row for row in table if "Cleo Shown" in row]
    assert not {"5", "5.0", "0", "0.0"} & set(hidden)
    assert any("owe" in cell for cell in hidden)
    assert {"4", "4.0"} & set(shown)
    for path in (f"{where}.pdf?as=page", f"{where}/certainty", f"{where}/weights"):
        assert "5.0" not in words(browser.get(path)), path


@pytest.mark.attack("AC-06")
def test_no_order_tells_what_is_hidden(judged: tuple[UUID, UUID, UUID], program: Flask, database: Database) -> None:
    requisition, chair, application = judged
    browser = Browser(program)
    browser.sign_in(chair)
    where = f"/requisitions/{requisition}/comparison"
    keys = [
        f"{where}{ending}?sort={key}&order={way}" for ending in ("", ".csv") for key in SORTS for way in ("asc", "desc")
    ]

    def orders() -> list[list[str]]:
        found = [browser.get(key) for key in keys]
        assert {answer.status_code for answer in found} == {200}
        return [re.findall(r"Abel Hidden|Bea Middling|Cleo Shown", answer.text) for answer in found]

    before = orders()
    with writing(database.engine) as session:
        # Another sealed card of the lowest ratings: whoever could see it would see another order.
        talk = hiring.make_interview(session, session.get_one(Application, application), [hiring.make_person(session)])
        card = session.query(ScorecardRow).filter_by(interview_id=talk.id).one()
        hiring.seal(session, card, {"strategy": 1, "fluency": 1, "empathy": 1})
    assert orders() == before
    for ending in ("", ".csv", ".pdf"):
        assert browser.get(f"{where}{ending}?sort=private_note").status_code == 422
        assert browser.get(f"{where}{ending}?sort=rating.value").status_code == 422


@pytest.mark.attack("AC-07")
@ON_SQLITE
def test_search_and_filters_answer_no_question_about_sealed_words(ground: Ground) -> None:
    for person_id in (ground.panel.ada.person_id, ground.panel.coordinator.person_id):
        browser = ground.browser(person_id)

        def found(path: str, browser: Browser = browser) -> tuple[int, str]:
            answer = browser.get(path)
            return answer.status_code, _plain(answer.text.replace(path.rpartition("=")[2], ""))

        for listed in ("/search?q=", "/candidates?q=", "/candidates.csv?q=", "/requisitions?q=", "/evidence?q="):
            assert found(f"{listed}heliotrope") == found(f"{listed}nonesuchly"), listed
        for ways in ("rating=5", "rating__gt=4", "recommendation=no", "min_score=4", "sealed=1", "order_by=rating"):
            for listed in ("/candidates", "/candidates.csv", "/requisitions", "/decisions"):
                assert _plain(browser.get(f"{listed}?{ways}").text) == _plain(browser.get(listed).text), ways


@pytest.mark.attack("AC-08")
def test_worlds_that_differ_in_what_is_sealed_look_the_same(session_folder: Path, tmp_path: Path) -> None:
    pairs = Pairs(session_folder, tmp_path, postgresql=False)
    seed = 31_004
    with ExitStack() as stack:
        base, engines, browsers = pairs.make(seed, stack)
        acts = [two_worlds.live_on(engine, base, Random(f"{seed}/{n}")) for n, engine in enumerate(engines)]
        one, two = (pairs.receive(b, e, base, seed) for b, e in zip(browsers, engines, strict=True))
    assert sum(acts) > 5
    assert len(one) > 60
    assert [key for key in one if one[key] != two[key]] == []


@pytest.mark.attack("AC-09")
@pytest.mark.parametrize("why", ["is the candidate", "declared a conflict"])
@ON_SQLITE
def test_whoever_is_too_close_finds_nothing_whatever_their_roles(ground: Ground, database: Database, why: str) -> None:
    with writing(database.engine) as session:
        near = hiring.make_person(session, "Nea Near", [Role.ADMIN, Role.COORDINATOR, Role.HR_PARTNER])
        candidate = session.get_one(Candidate, ground.candidate)
        if why == "is the candidate":
            near.email = candidate.email
        else:
            make_conflict(session, near, candidate, "We are cousins.")
        debriefs.open_debrief(session, ground.panel.coordinator, ground.panel.application, now=panels.LATER)
        near_id = near.id
    browser, ids = ground.browser(near_id), ids_of(ground)
    close = [one for one in about(ground.program, ids) if _names(one, ids)]
    assert len(close) > 15
    assert {(one, status) for one in close if (status := browser.get(one).status_code) != 404} == set()
    said = whole_sight.seen(browser, ["/search?q=okafor", "/candidates", "/candidates.csv", "/decisions", "/audit"])
    assert whole_sight.places(said, "Mira Okafor", *SECRET_WORDS.split()) == []
    if why == "declared a conflict":
        clerk = words(ground.browser(ground.panel.coordinator.person_id).get(ground.path("conflicts")))
        assert "Nea Near" in clerk


@pytest.mark.attack("AC-10")
@ON_SQLITE
def test_an_empty_card_opens_nobody_elses(ground: Ground, database: Database) -> None:
    ada, card = ground.browser(ground.panel.ada.person_id), ground.panel.ada_card
    version = {"version": str(version_of(database, card))}
    for typed in ({}, {"recommendation": "yes"}, {"rating-strategy": "none"}, {**ACTED, "rating-strategy": ""}):
        assert ada.post(f"/scorecards/{card}/seal", {**version, **typed}).status_code == 422
    assert panels.card_row(database, card).state is CardState.OWED
    assert tell(channels(ground, ground.panel.ada.person_id)) == []


@pytest.mark.attack("AC-10")
@ON_SQLITE
def test_being_released_opens_nothing(ground: Ground, database: Database) -> None:
    ada, card = ground.browser(ground.panel.ada.person_id), ground.panel.ada_card
    said = {"why": "absent", "reason": "I fell ill.", "version": str(version_of(database, card))}
    assert ada.post(f"/scorecards/{card}/release", said).status_code == 303
    assert panels.card_row(database, card).state is CardState.RELEASED
    assert tell(channels(ground, ground.panel.ada.person_id)) == []


@pytest.mark.attack("AC-10")
def test_what_was_sealed_first_stays_as_it_was(ground: Ground, database: Database) -> None:
    ada, card = ground.browser(ground.panel.ada.person_id), ground.panel.ada_card

    def send(act: str, value: str) -> int:
        typed = {**ACTED, "rating-strategy": value, "version": str(version_of(database, card)), "reason": "I saw more."}
        return ada.post(f"/scorecards/{card}/{act}", typed).status_code

    assert send("seal", "5") == 303
    first = rows(database, Revision.id, Revision.number, Revision.sealed_at, Revision.after_reveal)
    assert SECRET_WORDS in words(ada.get(f"/scorecards/{ground.panel.ben_card}")), "an honest card opens others'"
    assert send("seal", "1") == 409
    assert send("draft", "1") in {403, 409}
    assert rows(database, Revision.id, Revision.number, Revision.sealed_at, Revision.after_reveal) == first
    assert send("revise", "1") == 303
    later = rows(database, Revision.id, Revision.number, Revision.sealed_at, Revision.after_reveal)
    assert set(first) < set(later)
    assert [row[3] for row in later if row[1] == 2] == [True], "and says that it came after others were visible"


@pytest.mark.attack("AC-19")
def test_a_card_of_another_stage_or_requisition_stays_closed_while_one_is_owed(
    ground: Ground, database: Database
) -> None:
    ada, panel = ground.panel.ada, ground.panel
    panels.seal(database, ada, panel.ada_card)
    where = f"/scorecards/{panel.ben_card}"
    assert SECRET_WORDS in words(ground.browser(ada.person_id).get(where))
    with writing(database.engine) as session:
        candidate = session.get_one(Candidate, ground.candidate)
        again = hiring.make_application(session, hiring.make_requisition(session, "Another need"), candidate)
        hiring.make_interview(session, again, [session.get_one(Person, ada.person_id)], title="Later")
    assert ground.browser(ada.person_id).get(where).status_code in {403, 404}
    assert tell(channels(ground, ada.person_id)) == []


@pytest.mark.attack("AC-21")
@ON_SQLITE
def test_neither_side_of_an_assessment_reads_the_other_before_both_are_in(database: Database, program: Flask) -> None:
    with writing(database.engine) as session:
        scene = assessments.make_scene(session)
        assessments.seal(session, scene, scene.person, assessments.OWN)
        sides = scene.person.id, scene.manager.id, scene.team.hr.id
        ids = {"assessment_id": [scene.assessment.id], "person_id": [scene.person.id], "cycle_id": [scene.cycle.id]}
    secret = "Led the pricing bet", "A good half year"
    for reader in sides[1:]:
        said = whole_sight.seen(_signed(program, reader), about(program, ids))
        assert whole_sight.places(said, *secret) == []
        assert len(said) > 2
    with writing(database.engine) as session:
        assessments.seal(session, scene, scene.manager, assessments.MANAGER)
    opened = whole_sight.seen(_signed(program, sides[1]), about(program, ids))
    assert whole_sight.places(opened, *secret) != []


@pytest.mark.attack("AC-21")
@ON_SQLITE
def test_a_vote_before_the_talk_is_read_by_nobody_else(database: Database, program: Flask) -> None:
    with writing(database.engine) as session:
        panel = calibrations.make_panel(session)
        calibrations.start_voting(session, panel)
        calibrations.seal(session, panel.item.id, panel.ana, "promote", f"Because {SECRET_WORDS}.")
        readers = panel.chair.id, panel.ben.id, panel.team.manager.id, panel.team.hr.id
        ids = {"calibration_id": [panel.calibration.id], "item_id": [panel.item.id], "case_id": [panel.case.id]}
        voter = panel.ana.id
    wanted = about(program, ids)
    for reader in readers:
        said = whole_sight.seen(_signed(program, reader), wanted)
        assert whole_sight.places(said, *SECRET_WORDS.split()) == []
    own = whole_sight.seen(_signed(program, voter), wanted)
    assert whole_sight.places(own, *SECRET_WORDS.split()) != []


@pytest.mark.attack("AC-23")
@ON_SQLITE
def test_a_grader_finds_the_name_behind_anonymous_work_nowhere(database: Database, program: Flask) -> None:
    with writing(database.engine) as session:
        at = grading.stage_grading(session, submissions=2)
    ids = {
        "task_id": [at.task], "assignment_id": list(at.submissions), "question_id": list(at.questions),
        "requisition_id": [at.requisition], "application_id": list(at.applications),
    }  # fmt: skip
    names = ("Mira", "Okafor", "Jonas", "Lindgren")
    wanted = [*about(program, ids), "/", "/search?q=Mir", "/candidates?q=Lind", "/candidates.csv"]
    for grader in (at.una, at.udo):
        said = whole_sight.seen(_signed(program, grader.person_id), wanted)
        assert whole_sight.places({path: text for path, text in said.items() if "q=" not in path}, *names) == []
        assert "Okafor" not in said["/search?q=Mir"]
        assert "Jonas" not in said["/candidates?q=Lind"]
        mail = whole_sight.mail_to(database.engine, grader.person_id)
        assert not any(name in mail for name in names)
        assert f"/grading/{at.task}" in said


def _signed(program: Flask, person_id: UUID) -> Browser:
    browser = Browser(program)
    browser.sign_in(person_id)
    return browser


def _names(address: str, ids: whole_sight.Ids) -> bool:
    """Whether an address is about the candidate, and not about a requisition that has others too."""
    near = {str(one) for name, several in ids.items() for one in several if name != "requisition_id"}
    return any(one in address for one in near) and not address.endswith("/apply")


def _plain(text: str) -> str:
    """A page without what is drawn anew for each answer."""
    text = re.sub(r'nonce="[\w-]+"|name="csrf_token" value="[^"]+"|name="(?:[a-z]+-)?intent" value="[^"]+"', "", text)
    return re.sub(r"\?[\w.&;=%+-]*", "", text)
