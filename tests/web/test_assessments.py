"""Assessments over HTTP: apart until both are in, autosave, clash, then differences first; what each person may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.log import Visibility
from app.domain.permission import Role
from app.models.assessment import ExpectationMark, Sheet
from app.models.engine import reading, writing
from app.services import assessment_talk, handover
from tests.factories import assessments as make
from tests.factories.evidence import make_entry
from tests.factories.hiring import NOW, actor_of, make_person
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
OWN = {
    "version": "0", "current": "senior", "target": "principal", "mark-judgment": "2", "note-judgment": "Led the bet.",
    "mark-data": "1", "mark-people": "none", "words": "A good half year.",
}  # fmt: skip
MANAGER = {"version": "0", "mark-judgment": "1", "mark-data": "1", "mark-people": "0", "note-people": "Nobody yet."}
AS_SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def scene(database: Database) -> make.Scene:
    with writing(database.engine) as session:
        return make.make_scene(session)


@pytest.fixture
def path(scene: make.Scene) -> str:
    return f"/ladder/assessments/{scene.assessment.id}"


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def _json(response: TestResponse) -> dict[str, Any]:
    return dict(response.json or {})


def checked(response: TestResponse) -> set[str]:
    return set(re.findall(r'<input class="rung__input" id="([^"]+)"[^>]* checked', response.text))


def stored(database: Database, scene: make.Scene, side: Answerer) -> dict[str, tuple[str, str]]:
    with reading(database.engine) as session:
        rows = session.execute(
            select(ExpectationMark.competency, ExpectationMark.standing, ExpectationMark.rung)
            .join(Sheet, Sheet.id == ExpectationMark.sheet_id)
            .where(Sheet.assessment_id == scene.assessment.id, Sheet.answerer == side)
        )
        return {row.competency: (row.standing.value, row.rung) for row in rows}


def both(scene: make.Scene, path: str, signed_in: Open) -> None:
    """Seal both sides over HTTP."""
    for person, fields in ((scene.person, OWN), (scene.manager, MANAGER)):
        assert signed_in(person.id).post(f"{path}/seal", fields).status_code == 303


def test_the_sheet_asks_on_every_competency_with_nothing_chosen(scene: make.Scene, path: str, signed_in: Open) -> None:
    for person, other, title in (
        (scene.person, "Mika Manager", "Assess yourself"),
        (scene.manager, "Mira Okafor", "Assess Mira Okafor"),
    ):
        answer = signed_in(person.id).get(path)
        said = words(answer)

        assert answer.status_code == 200
        assert title in said
        for asked in ("Judgment", "Data", "People", "What a senior PM does.", "Not enough evidence", other):
            assert asked in said
        assert "0 of 3 rated" in said
        assert checked(answer) == set()
    assert "Level aimed at" in words(signed_in(scene.person.id).get(path))
    assert "Level aimed at" not in words(signed_in(scene.manager.id).get(path))


def test_a_draft_saves_itself_and_comes_back_as_it_was(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    browser = signed_in(scene.person.id)
    fields = {**OWN, "mark-people": "", "note-people": "To think about."}
    first = browser.post(f"{path}/save", fields, headers=AS_SCRIPT)
    second = browser.post(f"{path}/save", {**fields, "version": str(_json(first)["version"])}, headers=AS_SCRIPT)

    assert (first.status_code, second.status_code) == (200, 200)
    assert _json(second)["version"] > _json(first)["version"]
    assert stored(database, scene, Answerer.SELF) == {
        "judgment": ("met", "principal"), "data": ("met", "senior"), "people": ("open", ""),
    }  # fmt: skip
    again = browser.get(path)
    assert checked(again) == {"judgment-2", "data-1"}
    assert "To think about." in again.text
    assert "your target" in words(again)
    assert "2 of 3 rated" in words(again)


def test_a_draft_names_the_field_that_does_not_fit_and_saves_the_rest(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    browser = signed_in(scene.person.id)
    wrong = {**OWN, "current": "principal", "target": "senior", "words": "Typed beside it."}
    script = browser.post(f"{path}/save", wrong, headers=AS_SCRIPT)
    said = "Senior PM is below Principal PM. Choose the same level, a higher one or another track."
    assert (script.status_code, _json(script)["faults"]) == (200, [{"field": "target", "message": said}])
    assert stored(database, scene, Answerer.SELF)["data"] == ("met", "senior")
    again = browser.post(f"{path}/save", {**wrong, "version": str(_json(script)["version"])})
    assert again.status_code == 422
    assert said in words(again)
    assert "Typed beside it." in again.text
    assert '<option value="senior" selected>' in again.text.partition('name="target"')[2]
    version = again.text.partition('name="version" value="')[2].partition('"')[0]
    right = browser.post(f"{path}/save", {**wrong, "target": "principal", "version": version}, headers=AS_SCRIPT)
    assert (right.status_code, _json(right)["faults"]) == (200, [])


def test_a_save_from_another_tab_is_shown_beside_and_nothing_is_lost(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    browser = signed_in(scene.person.id)
    browser.post(f"{path}/save", OWN, headers=AS_SCRIPT)
    other = {**OWN, "mark-data": "2", "words": "Typed in the other tab."}
    as_script = browser.post(f"{path}/save", other, headers=AS_SCRIPT)
    as_form = browser.post(f"{path}/save", other)

    assert as_script.status_code == 409
    assert _json(as_script)["compare_url"] == f"{path}/compare"
    assert as_form.status_code == 409
    assert "Typed in the other tab." in as_form.text
    assert "A good half year." in as_form.text
    assert checked(as_form) == {"judgment-2", "data-2", "people-none"}
    assert stored(database, scene, Answerer.SELF)["data"] == ("met", "senior")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"current": "principal", "target": "senior"}, "Senior PM is below Principal PM."),
        ({"target": ""}, "Choose the level that you aim at."),
        ({"mark-data": "9"}, "Choose one of the answers."),
        ({"mark-data": "", "note-data": "A note alone."}, "Choose an answer too"),
        ({"mark-data": "0"}, "Say in a sentence what is missing"),
        ({"mark-other": "1"}, "is not part of this ladder"),
        ({"links-data": "nonsense"}, "Choose from the list."),
        ({"note-data": "x" * 2001}, "Shorten this"),
    ],
)
def test_what_does_not_fit_is_said_in_place_and_kept(
    scene: make.Scene, path: str, signed_in: Open, database: Database, *, changes: dict[str, str], said: str
) -> None:
    answer = signed_in(scene.person.id).post(f"{path}/seal", {**OWN, **changes})

    assert answer.status_code == 422
    assert said in words(answer)
    assert "Led the bet." in answer.text
    assert stored(database, scene, Answerer.SELF) == {}


def test_both_read_both_once_both_are_in(scene: make.Scene, path: str, signed_in: Open) -> None:
    one = signed_in(scene.person.id)
    assert one.post(f"{path}/seal", OWN).headers["Location"].endswith("done=assessment-sealed")
    waiting = words(one.get(path))
    assert "Your answers are sealed." in waiting
    assert "Led the bet." in waiting
    other = signed_in(scene.manager.id)
    assert "Led the bet." not in other.get(path).text
    assert "Principal PM" not in words(other.get(path))

    assert other.post(f"{path}/seal", MANAGER).headers["Location"].endswith("done=assessment-opened")
    for browser in (one, other):
        said = words(browser.get(path))
        assert said.index("Where you differ") < said.index("How far you agree")
        for shown in (
            "1 rung apart, Mira Okafor higher", "Led the bet.", "50 % 1 of 2 named alike", "Nobody yet.", "People",
            "Against Principal PM", "A good half year.", "Nothing is written down yet.",
        ):  # fmt: skip
            assert shown in said


def test_hr_reads_both_and_writes_nothing(scene: make.Scene, path: str, signed_in: Open) -> None:
    browser = signed_in(scene.team.hr.id)
    before = browser.get(path)
    assert "Not both have answered." in words(before)
    assert browser.post(f"{path}/seal", MANAGER).status_code == 403
    assert browser.get(f"{path}/self.pdf").status_code == 403
    both(scene, path, signed_in)

    assert "Led the bet." in words(browser.get(path))
    assert browser.post(f"{path}/outcome", {"text": "HR was here"}).status_code == 403


def test_strangers_find_nothing(scene: make.Scene, path: str, signed_in: Open, database: Database) -> None:
    with writing(database.engine) as session:
        stranger = make_person(session, "Olga Other", [Role.PEOPLE_MANAGER])
    both(scene, path, signed_in)
    for person in (stranger, scene.team.noor):
        browser = signed_in(person.id)
        for address in (path, f"{path}/self.pdf", f"{path}/joint.pdf", f"{path}/peers"):
            assert browser.get(address).status_code == 404
        for act in ("save", "seal", "compare", "outcome", "peers"):
            assert browser.post(f"{path}/{act}", OWN).status_code == 404
        assert browser.get(f"/ladder/readiness/{scene.person.id}").status_code == 404


def test_what_comes_after_the_seal_is_shown_and_not_stored(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    browser = signed_in(scene.person.id)
    browser.post(f"{path}/seal", OWN)
    late = browser.post(f"{path}/save", {**OWN, "words": "Written too late."})

    assert late.status_code == 409
    assert "Written too late." in late.text
    assert browser.post(f"{path}/save", OWN, headers=AS_SCRIPT).status_code == 409
    with reading(database.engine) as session:
        assert "Written too late." not in set(session.scalars(select(Sheet.words)))


def test_what_does_not_fit_opens_no_form_on_a_sealed_sheet(scene: make.Scene, path: str, signed_in: Open) -> None:
    browser = signed_in(scene.person.id)
    browser.post(f"{path}/seal", OWN)
    for act in ("seal", "save"):
        late = browser.post(f"{path}/{act}", {**OWN, "mark-data": "9", "note-data": "Typed too late."})
        assert late.status_code == 409
        assert "Typed too late." in late.text
        assert "Seal my answers" not in late.text


def test_a_closed_cycle_keeps_a_draft_to_its_writer(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    browser = signed_in(scene.person.id)
    browser.post(f"{path}/save", OWN)
    with writing(database.engine) as session:
        session.get_one(type(scene.cycle), scene.cycle.id).state = CycleState.CLOSED

    said = words(browser.get(path))
    assert "This cycle is closed." in said
    assert "Led the bet." in said
    assert "Led the bet." not in signed_in(scene.manager.id).get(path).text


def test_a_peer_is_told_who_reads_and_opens_with_the_two(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    with writing(database.engine) as session:
        peer = make_person(session, "Pia Peer", [Role.EMPLOYEE])
    one = signed_in(scene.person.id)
    assert "Pia Peer" in one.get(f"{path}/peers").text
    assert one.post(f"{path}/peers", {"peer": str(peer.id)}).status_code == 303
    asked_again = one.post(f"{path}/peers", {"peer": str(peer.id)})
    assert asked_again.status_code == 422
    assert "Pia Peer was asked already." in words(asked_again)

    browser = signed_in(peer.id)
    sheet = words(browser.get(path))
    assert "Your answers are read with your name." in sheet
    assert "Mira Okafor and Mika Manager read them once both of them have sealed theirs, and so does HR." in sheet
    browser.post(f"{path}/seal", {"version": "0", "mark-people": "1", "note-people": "Helped me through my test."})
    assert "Helped me through" not in one.get(path).text
    both(scene, path, signed_in)
    assert "Helped me through my test." in words(one.get(path))
    assert "Led the bet." not in browser.get(path).text


def test_a_peer_declines_with_words_that_the_two_read(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    with writing(database.engine) as session:
        peer = make_person(session, "Pia Peer", [Role.EMPLOYEE])
    one, browser = signed_in(scene.person.id), signed_in(peer.id)
    one.post(f"{path}/peers", {"peer": str(peer.id)})
    assert f"{path}/decline" in browser.get(path).text
    long = browser.post(f"{path}/decline", {"words": "x" * 501})
    assert long.status_code == 422
    assert "x" * 501 in long.text
    assert browser.post(f"{path}/decline", {"words": "We never worked together."}).location.startswith("/")
    assert "You declined to answer here." in words(browser.get(path))
    late = browser.post(f"{path}/save", {"version": "0", "words": "Typed before."}, headers=AS_SCRIPT)
    assert late.status_code == 409
    assert "We never worked together." in words(one.get(f"{path}/peers"))
    assert browser.get(f"{path}/history").status_code == 404
    both(scene, path, signed_in)
    assert "Pia Peer" not in words(one.get(path))


def test_a_manager_who_took_over_reads_what_the_former_sealed_with_the_joint_page(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    signed_in(scene.manager.id).post(f"{path}/seal", MANAGER)
    with writing(database.engine) as session:
        new = make_person(session, "Nia Next", [Role.PEOPLE_MANAGER])
        handover.hand_over(session, actor_of(scene.team.hr), scene.assessment.id, new.id, reason="Team split.", now=NOW)
    browser = signed_in(new.id)
    before = words(browser.get(path))
    assert "Somebody who managed Mira Okafor before you has sealed theirs." in before
    assert MANAGER["note-people"] not in before
    signed_in(scene.person.id).post(f"{path}/seal", OWN)
    assert MANAGER["note-people"] in words(browser.get(path))
    assert "Mika Manager" in words(browser.get(path))
    assert signed_in(scene.manager.id).get(path).status_code == 404


def test_evidence_stands_behind_marks_for_those_who_may_read_it(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    with writing(database.engine) as session:
        shared = make_entry(session, scene.person, title="The pricing test", visibility=Visibility.MANAGER)
        private = make_entry(session, scene.person, title="A private diary", visibility=Visibility.PRIVATE)
    fields = {**OWN, "links-judgment": [str(shared.id), str(private.id)]}
    signed_in(scene.person.id).post(f"{path}/seal", fields)
    signed_in(scene.manager.id).post(f"{path}/seal", MANAGER)

    own, manager, hr = (words(signed_in(one.id).get(path)) for one in (scene.person, scene.manager, scene.team.hr))
    assert "The pricing test" in own
    assert "A private diary" in own
    assert "The pricing test" in manager
    assert "A private diary" not in manager
    assert "1 piece of evidence that you cannot open" in manager
    assert "2 pieces of evidence that you cannot open" in hr


def test_what_was_agreed_on_is_added_and_never_replaced(scene: make.Scene, path: str, signed_in: Open) -> None:
    both(scene, path, signed_in)
    signed_in(scene.manager.id).post(f"{path}/outcome", {"text": "More data work until May."})
    signed_in(scene.person.id).post(f"{path}/outcome", {"text": "Agreed, with a course."})
    empty = signed_in(scene.person.id).post(f"{path}/outcome", {"text": " "})

    assert empty.status_code == 422
    said = words(signed_in(scene.person.id).get(path))
    assert "More data work until May." in said
    assert "Agreed, with a course." in said


def test_no_page_sends_more_than_six_statements(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    pages = {
        "sheet": (scene.person, path), "peers": (scene.person, f"{path}/peers"),
        "readiness": (scene.manager, f"/ladder/readiness/{scene.person.id}"),
    }  # fmt: skip
    both_pages = {name: (person, path) for name, person in (("person", scene.person), ("hr", scene.team.hr))}
    for round_of in (pages, both_pages | {"readiness": pages["readiness"]}):
        for person, address in round_of.values():
            browser = signed_in(person.id)
            browser.get(address)
            with counted(database.engine) as sent:
                assert browser.get(address).status_code == 200
            assert len(sent) <= 6, (address, len(sent))
        if round_of is pages:
            both(scene, path, signed_in)


def test_readiness_names_what_is_missing_and_no_percentage(
    scene: make.Scene, path: str, signed_in: Open, database: Database
) -> None:
    address = f"/ladder/readiness/{scene.person.id}"
    both(scene, path, signed_in)
    with writing(database.engine) as session:
        assessment_talk.conclude(session, actor_of(scene.manager), scene.assessment.id, "Done.", now=NOW)
    said = words(signed_in(scene.person.id).get(address))

    for shown in (
        "Your way to Principal PM", "2 more pieces of recent evidence for: Led work of several teams", "0 of 2 pieces",
        "Seen differently by the two: Judgment.", "1 of 3 met as Mira Okafor sees it; 1 not yet, 1 open",
        "0 of 3 met as the manager sees it; 3 not yet, 0 open", "every one of its expectations is met",
    ):  # fmt: skip
        assert shown in said
    assert "%" not in said
    assert "Senior PM" in words(signed_in(scene.person.id).get(f"{address}?level=senior"))
    assert "is not counted here" in words(signed_in(scene.team.hr.id).get(address))


def test_readiness_without_a_ladder_says_so(signed_in: Open, database: Database) -> None:
    with writing(database.engine) as session:
        person = make_person(session, "New Here", [Role.EMPLOYEE])

    assert "No ladder is known here" in words(signed_in(person.id).get(f"/ladder/readiness/{person.id}"))
