"""The page on which people prepare: private, forgiving, and the same for a form and for a script."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.permission import Role
from app.domain.preparation import Mark
from app.models.engine import writing
from app.services import preparation
from tests.factories.guides import HOUR, WEEK, guided_blueprint, key_of, make_guided
from tests.factories.hiring import NOW
from tests.factories.panels import make_actor
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from app.domain.permission import ActorFacts
    from tests.databases import Database

Open = Callable[[UUID], Browser]
READ, SAY, WRITE = map(key_of, HOUR)
METRICS, PIPELINES, KEYWORD = map(key_of, ("Metrics", "Pipelines", "Evaluation with F1"))
_INPUT = re.compile(r"<input\b[^>]*>")


@pytest.fixture
def version(database: Database) -> UUID:
    return make_guided(database)


@pytest.fixture
def ada(database: Database) -> ActorFacts:
    return make_actor(database, "Ada Brook", Role.EMPLOYEE)


def keep(database: Database, who: ActorFacts, version: UUID, **marks: Mark) -> None:
    """Marks by the key of items, dashes written as underscores."""
    with writing(database.engine) as session:
        changes = {key.replace("_", "-"): mark for key, mark in marks.items()}
        preparation.keep(session, who, version, changes, now=NOW)


def as_name(key: str) -> str:
    return key.replace("-", "_")


def address(version: UUID, rest: str = "") -> str:
    return f"/blueprints/{version}/prepare{rest}"


def checked(answer: TestResponse) -> set[str]:
    """The names and values of all boxes and radios that are on."""
    on = (tag for tag in _INPUT.findall(answer.text) if re.search(r"\schecked\b", tag))
    return {f"{_value(tag, 'name')}={_value(tag, 'value')}" for tag in on}


def shown(answer: TestResponse) -> list[str]:
    """What the page's forms say that they showed, in their order."""
    return [_value(tag, "value") for tag in _INPUT.findall(answer.text) if _value(tag, "name") == "was"]


def words(answer: TestResponse) -> str:
    main = answer.text.split('id="main"')[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def _value(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def section(answer: TestResponse, title_id: str) -> str:
    """The words of the section whose heading has this id."""
    part = answer.text.split(f'id="{title_id}"', 1)[1].split("</section>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<" + part)).split())


def test_a_saved_form_is_ticked_when_the_page_is_opened_again(signed_in: Open, version: UUID, ada: ActorFacts) -> None:
    browser = signed_in(ada.person_id)
    first = browser.get(address(version, "?plan=hour-1"))
    assert checked(first) == set()
    sent = browser.post(address(version), {"plan": "hour-1", "was": shown(first)[0], READ: "done", WRITE: "done"})
    assert (sent.status_code, sent.location) == (
        303, f"/blueprints/{version}/prepare?plan=hour-1&done=preparation-saved",
    )  # fmt: skip
    again = browser.get(sent.location)
    assert checked(again) == {f"{READ}=done", f"{WRITE}=done"}
    assert "2 of 3 done" in words(again)
    assert "Your marks are saved. Only you see them." in words(again)


def test_a_form_changes_only_what_its_person_changed(
    signed_in: Open, database: Database, version: UUID, ada: ActorFacts
) -> None:
    browser = signed_in(ada.person_id)
    stale = shown(browser.get(address(version)))[0]
    keep(database, ada, version, **{as_name(SAY): Mark.DONE})
    browser.post(address(version), {"was": stale, READ: "done"})
    assert checked(browser.get(address(version))) == {f"{READ}=done", f"{SAY}=done"}


def test_an_unticked_box_is_taken_back(signed_in: Open, database: Database, version: UUID, ada: ActorFacts) -> None:
    keep(database, ada, version, **{as_name(READ): Mark.DONE, as_name(SAY): Mark.DONE})
    browser = signed_in(ada.person_id)
    browser.post(address(version), {"was": shown(browser.get(address(version)))[0], SAY: "done"})
    assert checked(browser.get(address(version))) == {f"{SAY}=done"}


def test_answers_are_kept_by_their_own_form(signed_in: Open, version: UUID, ada: ActorFacts) -> None:
    browser = signed_in(ada.person_id)
    tasks, answers = shown(browser.get(address(version)))
    assert [each.split("=")[0] for each in answers.split()] == [METRICS, PIPELINES, KEYWORD]
    assert [each.split("=")[0] for each in tasks.split()] == [READ, SAY, WRITE]
    browser.post(address(version), {"was": answers, METRICS: "shown", PIPELINES: "missing"})
    assert checked(browser.get(address(version))) == {f"{METRICS}=shown", f"{PIPELINES}=missing"}


def test_what_is_left_to_show_comes_by_importance_with_its_training(
    signed_in: Open, database: Database, version: UUID, ada: ActorFacts
) -> None:
    browser = signed_in(ada.person_id)
    assert "Answer the questions above" in section(browser.get(address(version)), "matched-title")
    keep(database, ada, version, **{as_name(METRICS): Mark.SHOWN, as_name(PIPELINES): Mark.BEGUN})
    left = section(browser.get(address(version)), "matched-title")
    assert left.index("Data literacy critical Pipelines : I have begun") < left.index(
        "Model evaluation important Metrics : I can show it Evaluation with F1 : not answered"
    )
    assert "Train it Build a classifier · one week Write a brief · one week" in left
    assert "Interviews look at it in Technical Fluency." in left
    assert "Competencies that no keyword and no capability asks about: 1 Calm under pressure" in left
    assert not re.search(r"\d\s*%|\bscore\b|points", left)


def test_all_shown_is_said(signed_in: Open, database: Database, version: UUID, ada: ActorFacts) -> None:
    keep(database, ada, version, **{as_name(key): Mark.SHOWN for key in (METRICS, PIPELINES, KEYWORD)})
    left = section(signed_in(ada.person_id).get(address(version)), "matched-title")
    assert "Nothing: you can show everything that the guide asks about." in left
    assert "You can show Model evaluation and Data literacy ." in left


def test_two_people_on_the_same_page_see_their_own_marks_only(
    signed_in: Open, database: Database, version: UUID, ada: ActorFacts
) -> None:
    hr = make_actor(database, "Hana HR", Role.HR_PARTNER, Role.ADMIN, Role.AUDITOR, Role.PEOPLE_MANAGER)
    browser = signed_in(hr.person_id)
    looks = [browser.get(path) for path in _everything(version)]
    keep(database, ada, version, **{as_name(READ): Mark.DONE, as_name(METRICS): Mark.MISSING})
    keep(database, hr, version, **{as_name(SAY): Mark.DONE})
    with writing(database.engine) as session:
        preparation.start_over(session, hr, version, None)
    after = [browser.get(path) for path in _everything(version)]
    assert [_steady(answer) for answer in after] == [_steady(answer) for answer in looks]
    assert checked(signed_in(ada.person_id).get(address(version))) == {f"{READ}=done", f"{METRICS}=missing"}


def _everything(version: UUID) -> list[str]:
    rest = ("", "?plan=hour-1&order=left", "/start-over", "/start-over?part=hour-1", ".csv", ".json")
    return ["/", "/people", "/audit", "/blueprints", *(address(version, each) for each in rest)]


def _steady(answer: TestResponse) -> tuple[int, str]:
    text = re.sub(r'nonce="[^"]+"|name="csrf_token" value="[^"]+"', "", answer.text)
    return answer.status_code, re.sub(r"reference <code>\w+</code>", "", text)


def test_a_form_from_elsewhere_is_refused(signed_in: Open, version: UUID, ada: ActorFacts) -> None:
    browser = signed_in(ada.person_id)
    for path in (address(version), address(version, "/start-over")):
        answer = browser.client.post(path, data={"was": f"{READ}=", READ: "done"})
        assert answer.status_code == 403
    assert checked(browser.get(address(version))) == set()


@pytest.mark.parametrize(
    "sent",
    [{"was": f"{READ}=", READ: "gold"}, {"was": "nothing=", "nothing": "done"}, {"was": f"{READ}=", READ: "shown"}],
)
def test_what_cannot_be_marked_is_refused_in_words(
    signed_in: Open, version: UUID, ada: ActorFacts, sent: dict[str, str]
) -> None:
    browser = signed_in(ada.person_id)
    answer = browser.post(address(version), sent)
    assert answer.status_code == 422
    assert "Load the page again and repeat your choice." in answer.text
    assert checked(browser.get(address(version))) == set()


@pytest.mark.parametrize("marks", [0, 5])
def test_the_page_takes_five_statements_and_six_with_lost_marks(
    signed_in: Open, database: Database, version: UUID, ada: ActorFacts, marks: int
) -> None:
    every = (READ, SAY, WRITE, METRICS, PIPELINES)
    keep(
        database, ada, version, **{as_name(key): Mark.DONE if key in every[:3] else Mark.SHOWN for key in every[:marks]}
    )
    newer = make_guided(database, guided_blueprint(("Read more", *HOUR[1:])), number=2)
    browser = signed_in(ada.person_id)
    for path, number in ((address(version), 5), (address(newer), 6 if marks else 5), ("/", 6)):
        browser.get(path)  # the blueprint is read once a process
        with counted(database.engine) as statements:
            assert browser.get(path).status_code == 200
        assert len(statements) == number, path


def test_the_plan_is_the_one_in_the_address_or_the_one_begun(
    signed_in: Open, database: Database, version: UUID, ada: ActorFacts
) -> None:
    browser = signed_in(ada.person_id)
    assert HOUR[0] in section(browser.get(address(version)), "plan-title")
    keep(database, ada, version, **{as_name(key_of(WEEK[0])): Mark.DONE})
    assert WEEK[0] in section(browser.get(address(version)), "plan-title")
    assert HOUR[0] in section(browser.get(address(version, "?plan=hour-1")), "plan-title")
    assert WEEK[0] in section(browser.get(address(version, "?plan=no-such-plan")), "plan-title")


def test_what_is_left_can_come_first(signed_in: Open, database: Database, version: UUID, ada: ActorFacts) -> None:
    keep(database, ada, version, **{as_name(READ): Mark.DONE})
    browser = signed_in(ada.person_id)
    order = {rest: [each.split("=")[0] for each in shown(browser.get(address(version, rest)))[0].split()]
             for rest in ("?plan=hour-1", "?plan=hour-1&order=left")}  # fmt: skip
    assert order == {"?plan=hour-1": [READ, SAY, WRITE], "?plan=hour-1&order=left": [SAY, WRITE, READ]}
    sent = browser.post(address(version), {"plan": "hour-1", "order": "left", "was": ""})
    assert sent.location == f"/blueprints/{version}/prepare?plan=hour-1&order=left&done=preparation-saved"


def test_a_newer_version_is_named_and_lost_marks_are_told(
    signed_in: Open, database: Database, version: UUID, ada: ActorFacts
) -> None:
    keep(database, ada, version, **{as_name(READ): Mark.DONE, as_name(SAY): Mark.DONE, as_name(METRICS): Mark.SHOWN})
    later = replace(guided_blueprint(("Read two studies", *HOUR[1:])), competencies=())
    newer = make_guided(database, later, number=2)
    browser = signed_in(ada.person_id)
    old, new = words(browser.get(address(version))), words(browser.get(address(newer, "?plan=hour-1")))
    assert "Version 2 of this role is newer." in old
    assert "Marks of yours on texts" not in old
    assert "1 of 3 done" in new
    assert "Marks of yours on texts that this version does not have: 1 tick." in new
    assert f"stand again wherever a version has the same text. {HOUR[0]}" in new
    assert "The guide ties none of its keywords and capabilities to a competency" in new


@pytest.mark.parametrize(
    ("part", "asked", "left"),
    [
        ("hour-1", "Start over: One hour This deletes 1 mark of yours for good.", {f"{METRICS}=shown"}),
        ("self_check", "Start over: the self-check This deletes 1 mark of yours for good.", {f"{READ}=done"}),
        ("", "Start over: everything This deletes 2 marks of yours for good.", set[str]()),
    ],
)
def test_starting_over_asks_first_and_deletes_that_part(
    marked: tuple[Browser, UUID], part: str, asked: str, left: set[str]
) -> None:
    browser, version = marked
    page = address(version, f"/start-over?part={part}")
    assert asked in words(browser.get(page))
    sent = browser.post(address(version, "/start-over"), {"part": part})
    assert sent.status_code == 303
    assert checked(browser.get(address(version, "?plan=hour-1"))) == left
    assert "Your marks are deleted." in words(browser.get(sent.location))
    assert "There is nothing of yours to delete." in words(browser.get(page))


def test_starting_over_with_what_is_not_there_is_not_found(marked: tuple[Browser, UUID]) -> None:
    browser, version = marked
    assert browser.get(address(version, "/start-over?part=hour-9")).status_code == 404
    assert browser.post(address(version, "/start-over"), {"part": "hour-9"}).status_code == 404
    assert checked(browser.get(address(version))) == {f"{READ}=done", f"{METRICS}=shown"}


@pytest.fixture
def marked(signed_in: Open, database: Database, version: UUID, ada: ActorFacts) -> tuple[Browser, UUID]:
    """The browser of somebody who ticked a task and gave an answer, and the version."""
    keep(database, ada, version, **{as_name(READ): Mark.DONE, as_name(METRICS): Mark.SHOWN})
    return signed_in(ada.person_id), version


def test_own_marks_can_be_taken_along(signed_in: Open, database: Database, version: UUID, ada: ActorFacts) -> None:
    keep(database, ada, version, **{as_name(READ): Mark.DONE, as_name(METRICS): Mark.MISSING})
    newer = make_guided(database, guided_blueprint(("=Read two studies", *HOUR[1:])), number=2)
    browser = signed_in(ada.person_id)
    table = browser.get(address(newer, ".csv"))
    assert table.mimetype == "text/csv"
    assert table.headers["Content-Disposition"] == "attachment; filename=preparation-guided-manager.csv"
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    at = "2026-11-22T09:00:00+00:00"
    expected = [
        {"kind": "capability", "part": "capabilities", "text": "Metrics", "mark": "Not yet", "marked_at": at,
         "in_this_version": "yes"},
        {"kind": "task", "part": "hour-1", "text": HOUR[0], "mark": "Done", "marked_at": at, "in_this_version": "no"},
    ]  # fmt: skip
    assert rows == expected
    told = json.loads(browser.get(address(newer, ".json")).data)
    assert told == {"role": "guided-manager", "title": "Guided Manager", "version": 2, "marks": expected}


def test_a_role_without_a_guide_says_so(signed_in: Open, database: Database, ada: ActorFacts) -> None:
    bare = make_guided(database, replace(guided_blueprint(role="bare"), guide=None))
    browser = signed_in(ada.person_id)
    assert "This role has no guide yet" in browser.get(address(bare)).text
    assert browser.get(address(bare, "/start-over")).status_code == 200
    assert browser.get(address(bare, ".csv")).data.decode("utf-8-sig").count("\r\n") == 1


def test_a_guide_without_plans_still_has_its_self_check(signed_in: Open, database: Database, ada: ActorFacts) -> None:
    whole = guided_blueprint(role="planless")
    assert whole.guide is not None
    planless = make_guided(database, replace(whole, guide=replace(whole.guide, plans=())))
    page = words(signed_in(ada.person_id).get(address(planless)))
    assert "How much time do you have?" not in page
    assert "What can you show already?" in page


def test_home_leads_back_to_the_plan(signed_in: Open, database: Database, version: UUID, ada: ActorFacts) -> None:
    browser = signed_in(ada.person_id)
    assert "Preparing for" not in words(browser.get("/"))
    keep(database, ada, version, **{as_name(READ): Mark.DONE, as_name(SAY): Mark.DONE})
    home = browser.get("/")
    assert (
        "Preparing for Guided Manager One hour, last ticked 22 November 2026 · only you see this 2 of 3 done"
        in words(home)
    )
    (link,) = re.findall(r'href="(/blueprints/[^"]+)"', home.text.split("Preparing for")[0].rsplit("<a", 1)[1])
    assert "2 of 3 done" in words(browser.get(unescape(link)))
    other = make_actor(database, "Olga Other", Role.ADMIN)
    assert "Preparing for" not in words(signed_in(other.person_id).get("/"))


def test_a_version_that_is_not_there_is_not_found(signed_in: Open, ada: ActorFacts) -> None:
    browser = signed_in(ada.person_id)
    for rest in ("", "/start-over", ".csv", ".json"):
        assert browser.get(address(ada.person_id, rest)).status_code == 404
    assert browser.post(address(ada.person_id), {}).status_code == 404
    assert browser.post(address(ada.person_id, "/start-over"), {}).status_code == 404
