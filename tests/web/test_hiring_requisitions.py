from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.blueprint import NO_SCORECARD
from app.domain.hiring import RequisitionState
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.requisition import Requisition
from tests.factories import hiring as make
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def coordinator(database: Database, signed_in: Open) -> Browser:
    with writing(database.engine) as session:
        person = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
    return signed_in(person.id)


def only_requisition(database: Database) -> Requisition:
    with reading(database.engine) as session:
        return session.scalars(select(Requisition)).one()


def filled(database: Database) -> dict[str, object]:
    """A form that can be sent, with the people it names."""
    with writing(database.engine) as session:
        version = make.make_blueprint_version(session)
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER])
        chair, member = (make.make_person(session, name, [Role.COMMITTEE]) for name in ("Chao Wen", "Mo Adler"))
    return {
        "title": "PM, Search", "blueprint_version_id": str(version.id), "openings": "2", "panel_size": "4",
        "musts": ["strategy"], "hiring_manager_id": str(manager.id), "chair_id": str(chair.id),
        "member_ids": [str(member.id)], "reveal": "after_own",
    }  # fmt: skip


def test_an_empty_list_offers_the_first_act(coordinator: Browser) -> None:
    page = coordinator.get("/requisitions")
    assert "No requisition yet" in words(page)
    assert 'href="/requisitions/new"' in page.text


def test_a_requisition_is_opened_through_the_form(database: Database, coordinator: Browser) -> None:
    form = filled(database)
    shown = coordinator.get("/requisitions/new")
    assert "Product Strategy" in words(shown)
    assert "Version" not in words(shown), "there is one blueprint only, so nothing is asked"
    answer = coordinator.post("/requisitions/new", form)
    made = only_requisition(database)
    assert answer.location == f"/requisitions/{made.id}?done=requisition-opened"
    seen = words(coordinator.get(answer.location))
    for text in ("PM, Search", "2 openings", "a panel of 4", "Mara Lind", "Chao Wen", "Mo Adler", "Product Strategy"):
        assert text in seen


def test_what_was_typed_comes_back_with_every_fault(database: Database, coordinator: Browser) -> None:
    form = {**filled(database), "title": "", "openings": "0", "panel_size": "21"}
    answer = coordinator.post("/requisitions/new", form)
    assert answer.status_code == 422
    assert "Write a title." in words(answer)
    again = coordinator.post("/requisitions/new", {**form, "title": "Kept <b>title</b>"})
    assert "Choose 1 to 999 openings." in words(again)
    assert "Choose a panel of 1 to 20 interviewers." in words(again)
    assert 'value="Kept &lt;b&gt;title&lt;/b&gt;"' in again.text


def test_several_blueprints_are_chosen_from_first(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        first, second = (make.make_blueprint_version(session) for _ in range(2))
    chooser = coordinator.get("/requisitions/new")
    assert "Choose a blueprint" in words(chooser)
    assert f"blueprint_version_id={second.id}" in chooser.text
    form = coordinator.get(f"/requisitions/new?blueprint_version_id={first.id}")
    assert "Must-have dimensions" in words(form)


def test_a_role_that_rates_nobody_is_named_and_not_offered(database: Database, coordinator: Browser) -> None:
    climbed = replace(make.small_blueprint(role="climber"), scorecard=NO_SCORECARD)
    with writing(database.engine) as session:
        rated, bare = make.make_blueprint_version(session), make.make_blueprint_version(session, climbed)
    chooser = coordinator.get("/requisitions/new")
    assert f"blueprint_version_id={rated.id}" in chooser.text
    assert f"blueprint_version_id={bare.id}" not in chooser.text
    assert f"Nobody can be rated on these, since they have no scorecard: {bare.title}, version 1." in words(chooser)


def test_what_the_blueprint_always_asks_for_is_said_and_not_offered(database: Database, coordinator: Browser) -> None:
    plain = make.small_blueprint(role="one-must")
    first, *rest = plain.scorecard.dimensions
    card = replace(plain.scorecard, dimensions=(replace(first, must=True), *rest))
    form = filled(database)
    with writing(database.engine) as session:
        version = make.make_blueprint_version(session, replace(plain, scorecard=card))
    form |= {"blueprint_version_id": str(version.id), "musts": "empathy"}
    shown = coordinator.get(f"/requisitions/new?blueprint_version_id={version.id}")
    assert "The blueprint always asks for: Product Strategy." in words(shown)
    assert 'value="strategy"' not in shown.text
    assert 'value="empathy"' in shown.text
    seen = words(coordinator.get(coordinator.post("/requisitions/new", form).location))
    assert "Must-have dimensions Product Strategy, Customer Empathy" in seen


def test_a_hiring_manager_is_not_asked_who_manages(database: Database, signed_in: Open) -> None:
    form = filled(database)
    with writing(database.engine) as session:
        person = make.make_person(session, "Olga Reis", [Role.HIRING_MANAGER])
    browser = signed_in(person.id)
    assert "hiring_manager_id" not in browser.get("/requisitions/new").text
    answer = browser.post("/requisitions/new", form)
    assert "managed by Olga Reis" in words(browser.get(answer.location))


def test_the_list_is_filtered_by_address_and_exported_as_shown(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        for title, state in (("=PM, Search", RequisitionState.OPEN), ("Designer", RequisitionState.CLOSED)):
            make.make_requisition(session, title, state=state)
    assert "Designer" not in words(coordinator.get("/requisitions?state=open"))
    assert "None fits" in words(coordinator.get("/requisitions?q=nurse"))
    assert coordinator.get("/requisitions?state=nonsense&after=nonsense").status_code == 200
    export = coordinator.get("/requisitions.csv?state=open")
    assert export.headers["Content-Disposition"] == "attachment; filename=requisitions.csv"
    rows = list(csv.DictReader(io.StringIO(export.data.decode("utf-8-sig"))))
    assert [(row["Title"], row["State"], row["Openings"]) for row in rows] == [("'=PM, Search", "Open", "1")]


def test_a_stale_form_shows_both_texts_and_then_counts(database: Database, coordinator: Browser) -> None:
    form = filled(database)
    coordinator.post("/requisitions/new", form)
    made = only_requisition(database)
    path = f"/requisitions/{made.id}/edit"
    first = {**form, "version": str(made.version)}
    assert coordinator.post(path, {**first, "title": "Theirs"}).status_code == 303
    answer = coordinator.post(path, {**first, "title": "Mine"})
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert "Title Theirs" in words(answer)
    assert only_requisition(database).title == "Theirs"
    fresh = re.search(r'name="version" value="(\d+)"', answer.text)
    assert fresh
    assert coordinator.post(path, {**first, "title": "Mine", "version": fresh[1]}).status_code == 303
    assert only_requisition(database).title == "Mine"


def test_closing_says_what_stops_and_wants_a_reason(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
    path = f"/requisitions/{requisition.id}/move/closed"
    asked = coordinator.get(path)
    assert "Scorecards that are still owed are released" in words(asked)
    refused = coordinator.post(path, {"version": "1", "reason": ""})
    assert refused.status_code == 422
    assert only_requisition(database).state is RequisitionState.OPEN
    assert coordinator.post(path, {"version": "1", "reason": "Seat cut."}).status_code == 303
    assert only_requisition(database).state is RequisitionState.CLOSED
    assert coordinator.get(path).status_code == 404, "there is no such move any more"
    assert (
        "Close" not in words(coordinator.get(f"/requisitions/{requisition.id}")).split("What happens next")[1].split()
    )


def test_a_draft_without_a_chair_says_what_is_missing(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session, state=RequisitionState.DRAFT)
    assert "Choose who chairs the committee" in words(coordinator.get(f"/requisitions/{requisition.id}"))
    refused = coordinator.post(f"/requisitions/{requisition.id}/move/open", {"version": "1"})
    assert refused.status_code == 409
    assert "Choose who chairs the committee before you open" in words(refused)


@pytest.mark.parametrize("size", [1, 3])
def test_each_page_takes_the_same_statements_however_much_it_holds(
    database: Database, coordinator: Browser, size: int
) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session, musts=make.DIMENSIONS[:size])
        for _ in range(size):
            make.make_requisition(session, version=requisition.blueprint)
            application = make.make_application(session, requisition)
            people = [make.make_person(session, roles=[Role.INTERVIEWER]) for _ in range(size)]
            make.make_interview(session, application, people, focus=make.DIMENSIONS[:size])
    expected = {
        "/requisitions": 3,
        f"/requisitions/{requisition.id}": 6,
        f"/requisitions/{requisition.id}/edit": 6,
        "/requisitions/new": 4,
    }
    for path in expected:
        coordinator.get(path)
    found = {}
    for path in expected:
        with counted(database.engine) as sent:
            assert coordinator.get(path).status_code == 200
        found[path] = len(sent)
    assert found == expected


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EMPLOYEE, Role.INTERVIEWER])
def test_a_requisition_of_others_is_not_there(database: Database, signed_in: Open, role: Role) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session, "Secret hire")
        person = make.make_person(session, roles=[role])
    browser = signed_in(person.id)
    for path in ("", "/edit", "/move/closed"):
        assert browser.get(f"/requisitions/{requisition.id}{path}").status_code == 404
    assert "Secret hire" not in browser.get("/requisitions").text
    assert "Secret hire" not in browser.get("/requisitions.csv").text
    assert browser.get("/requisitions/new").status_code == 403
