"""The shelf of versions, what changed between them, and a requisition's way onto a newer one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.domain.blueprint import NO_SCORECARD, Blueprint
from app.domain.entry import Entry, Section
from app.domain.guide import Guide
from app.domain.hiring import RequisitionState
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.requisition import Requisition
from app.services import blueprints
from tests.factories import hiring as make
from tests.factories.field import shipped_blueprint
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


def reweighed(blueprint: Blueprint) -> Blueprint:
    """A next version: strategy weighs less, empathy is gone, and a text begins like a formula."""
    card = blueprint.scorecard
    strategy, fluency, _ = card.dimensions
    anchors = (replace(strategy.anchors[0], text="=Well above on strategy"), *strategy.anchors[1:])
    dimensions = (replace(strategy, weight=40, anchors=anchors), replace(fluency, weight=60))
    probes = tuple(replace(probe, dimensions=("strategy",)) for probe in card.probes)
    signals = tuple(replace(signal, dimensions=("strategy",)) for signal in card.signals)
    return replace(blueprint, scorecard=replace(card, dimensions=dimensions, probes=probes, signals=signals))


@pytest.fixture
def two(database: Database) -> tuple[UUID, UUID]:
    """Two versions of one role, the second with a note by Hana."""
    first = make.small_blueprint()
    with writing(database.engine) as session:
        hana = make.actor_of(make.make_person(session, "Hana Ito", [Role.HR_PARTNER]))
        one = blueprints.publish(session, None, first, now=make.NOW)
        return one, blueprints.publish(session, hana, reweighed(first), now=make.NOW, note="Fluency decides.")


@pytest.fixture
def reader(database: Database, signed_in: Open) -> Browser:
    with writing(database.engine) as session:
        person = make.make_person(session, "Rea Dahl", [Role.EMPLOYEE])
    return signed_in(person.id)


@pytest.fixture
def coordinator(database: Database, signed_in: Open) -> Browser:
    with writing(database.engine) as session:
        person = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
    return signed_in(person.id)


def opened_on(
    database: Database, version_id: UUID, *, state: RequisitionState = RequisitionState.OPEN, planned: bool = False
) -> UUID:
    """A requisition on this version that asks for empathy, perhaps with an interview planned."""
    with writing(database.engine) as session:
        requisition = make.make_requisition(session, musts=("strategy", "empathy"), state=state)
        requisition.blueprint_version_id = version_id
        session.flush()
        if planned:
            application = make.make_application(session, requisition)
            interviewer = make.make_person(session, "Iris Vale", [Role.INTERVIEWER])
            make.make_interview(session, application, [interviewer])
        return requisition.id


def kept(database: Database, requisition_id: UUID) -> Requisition:
    with reading(database.engine) as session:
        requisition = session.get_one(Requisition, requisition_id)
        assert requisition.musts is not None
        return requisition


def test_the_shelf_tells_each_role_s_history(database: Database, coordinator: Browser, two: tuple[UUID, UUID]) -> None:
    opened_on(database, two[0])
    shelf = coordinator.get("/blueprints")
    told = words(shelf)
    assert "Product Manager Version 2 Published 22 November 2026, 09:00 by Hana Ito · No requisition on it" in told
    assert "Fluency decides." in told
    assert "1 older version" in told
    assert "by the program · 1 requisition on it" in told
    assert f'href="/blueprints/{two[1]}/changes?since={two[0]}"' in shelf.text


def test_the_shelf_leads_to_preparing_where_there_is_a_guide(
    database: Database, reader: Browser, two: tuple[UUID, UUID]
) -> None:
    # Words that look like the key of a guide are no guide.
    guided = replace(make.small_blueprint(role="guided"), guide=Guide((Section("why", "Why", (Entry("It helps."),)),)))
    alike = replace(make.small_blueprint(role="alike"), notes=(Section("role", '"guide":{', (Entry('"guide":{'),)),))
    with writing(database.engine) as session:
        there, not_there = (blueprints.publish(session, None, one, now=make.NOW) for one in (guided, alike))
    shelf = reader.get("/blueprints").text
    assert f"/blueprints/{there}/prepare" in shelf
    assert f"/blueprints/{not_there}/prepare" not in shelf
    assert f"/blueprints/{two[1]}/prepare" not in shelf


def test_requisitions_are_counted_as_far_as_the_reader_may_see_them(
    database: Database, reader: Browser, two: tuple[UUID, UUID]
) -> None:
    opened_on(database, two[0])
    assert "1 requisition" not in words(reader.get("/blueprints"))


def test_changes_are_told_with_what_they_affect(reader: Browser, two: tuple[UUID, UUID]) -> None:
    page = reader.get(f"/blueprints/{two[1]}/changes")
    told = words(page)
    assert "Changes in version 2 Product Manager, since version 1." in told
    assert "Scores and comparisons 3 changes Decisions 3 changes Interview kits" in told
    assert "The weight of “Product Strategy” goes from 50 to 40." in told
    assert "The dimension “Customer Empathy” is removed from the scorecard." in told
    assert re.search(r"<del>[^<]+</del>", page.text)
    assert re.search(r"<ins>=Well above[^<]*</ins>", page.text)
    assert f'href="/blueprints/{two[1]}/scorecard#strategy"' in page.text
    assert f'href="/blueprints/{two[0]}/scorecard#empathy"' in page.text, "what is gone is read in the older version"


def test_changes_are_narrowed_by_address(reader: Browser, two: tuple[UUID, UUID]) -> None:
    told = words(reader.get(f"/blueprints/{two[1]}/changes?effect=scores&area=dimensions"))
    assert "Shown are 3 of " in told
    assert "The weight of “Product Strategy” goes from 50 to 40." in told
    assert "The anchor of" not in told
    assert "those that affect scores and comparisons, those in the part “Dimensions”." in told
    whatever = words(reader.get(f"/blueprints/{two[1]}/changes?effect=nothing&area=nowhere"))
    assert "The anchor of" in whatever


def test_the_first_version_has_nothing_before_it(reader: Browser, two: tuple[UUID, UUID]) -> None:
    told = words(reader.get(f"/blueprints/{two[0]}/changes"))
    assert "This is the first version" in told
    backwards = words(reader.get(f"/blueprints/{two[0]}/changes?since={two[1]}"))
    assert "Version 2 is the newer one, so this reads backwards." in backwards
    assert "The dimension “Customer Empathy” is added to the scorecard." in backwards


def test_two_roles_may_be_compared_and_it_is_said(database: Database, reader: Browser, two: tuple[UUID, UUID]) -> None:
    with writing(database.engine) as session:
        other = blueprints.publish(session, None, make.small_blueprint("Designer", role="designer"), now=make.NOW)
    told = words(reader.get(f"/blueprints/{two[0]}/changes?since={other}"))
    assert "These are two roles." in told
    assert "“Designer” is now called “Product Manager”." in told
    assert "Nothing changed" in words(reader.get(f"/blueprints/{two[0]}/changes?since={two[0]}"))


def test_a_thousand_changes_are_read_part_by_part(database: Database, reader: Browser) -> None:
    with writing(database.engine) as session:
        shipped = blueprints.publish(session, None, shipped_blueprint(), now=make.NOW)
        small = blueprints.publish(session, None, make.small_blueprint(), now=make.NOW)
        long = replace(make.small_blueprint(), role=replace(make.small_blueprint().role, summary="Other."))
        guide = shipped_blueprint().guide
        assert guide is not None
        grown = replace(long, guide=replace(guide, sections=(_long_section("old"),)))
        first = blueprints.publish(session, None, grown, now=make.NOW)
        turned = replace(long, guide=replace(guide, sections=(_long_section("new"),)))
        second = blueprints.publish(session, None, turned, now=make.NOW)
    page = reader.get(f"/blueprints/{second}/changes?since={first}")
    assert "These are the first 250 of 300 changes. Choose a part above" in words(page)
    assert page.text.count('class="change"') == 250
    sheet = reader.get(f"/blueprints/{second}/changes.csv?since={first}")
    assert len(list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig"))))) == 301
    assert reader.get(f"/blueprints/{shipped}/changes?since={small}").status_code == 200


def _long_section(word: str) -> Section:
    return Section("words", "Words", tuple(Entry(f"{word} {number}", id=f"e{number}") for number in range(300)))


def test_an_unknown_version_is_not_there(reader: Browser, two: tuple[UUID, UUID]) -> None:
    assert reader.get(f"/blueprints/{uuid4()}/changes").status_code == 404
    assert reader.get(f"/blueprints/{two[1]}/changes?since={uuid4()}").status_code == 404
    assert reader.get(f"/blueprints/{two[1]}/changes.csv?since={uuid4()}").status_code == 404


def test_changes_leave_as_csv_without_a_formula(reader: Browser, two: tuple[UUID, UUID]) -> None:
    answer = reader.get(f"/blueprints/{two[1]}/changes.csv?effect=kits")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.mimetype == "text/csv"
    assert "filename=product-manager-2-changes.csv" in answer.headers["Content-Disposition"]
    reworded = next(row for row in rows if row["Change"].startswith("The anchor of “Product Strategy”"))
    assert reworded["After"] == "'=Well above on strategy"
    assert reworded["Part"] == "Dimensions"
    assert all("interview kits" in row["Affects"] for row in rows)


def test_markup_in_a_text_stays_text(database: Database, reader: Browser) -> None:
    first = make.small_blueprint()
    second = replace(first, role=replace(first.role, summary="<script>alert(1)</script> & more"))
    with writing(database.engine) as session:
        blueprints.publish(session, None, first, now=make.NOW)
        version_id = blueprints.publish(session, None, second, now=make.NOW, note="<b>bold</b>")
    assert "<script>alert" not in reader.get(f"/blueprints/{version_id}/changes").text
    assert "&lt;b&gt;bold" in reader.get("/blueprints").text


def test_only_hr_partners_are_offered_to_start_a_version(
    database: Database, signed_in: Open, reader: Browser, two: tuple[UUID, UUID]
) -> None:
    with writing(database.engine) as session:
        person = make.make_person(session, "Pia Roth", [Role.HR_PARTNER])
    partner = signed_in(person.id)
    for path in ("/blueprints", f"/blueprints/{two[1]}/changes"):
        assert f'href="/blueprints/drafts/new?from={two[1]}"' in partner.get(path).text
        assert "/blueprints/drafts/new" not in reader.get(path).text


def test_each_page_takes_the_same_statements_however_many_versions(
    database: Database, coordinator: Browser, two: tuple[UUID, UUID]
) -> None:
    requisition_id = opened_on(database, two[0])
    expected = {
        "/blueprints": 4,
        f"/blueprints/{two[1]}/changes": 5,
        f"/requisitions/{requisition_id}/blueprint": 5,
    }
    for number in range(2):
        for path, allowed in expected.items():
            coordinator.get(path)
            with counted(database.engine) as sent:
                assert coordinator.get(path).status_code == 200
            assert len(sent) == allowed, path
        with writing(database.engine) as session:
            more = make.small_blueprint(role=f"more-{number}")
            blueprints.publish(session, None, more, now=make.NOW)


def test_a_requisition_says_that_a_newer_version_exists(
    database: Database, coordinator: Browser, two: tuple[UUID, UUID]
) -> None:
    old, new = opened_on(database, two[0]), opened_on(database, two[1])
    page = coordinator.get(f"/requisitions/{old}")
    assert "Product Manager, version 1 ; version 2 exists · Move to version 2" in words(page)
    assert f'href="/blueprints/{two[1]}/changes?since={two[0]}"' in page.text
    assert "exists" not in words(coordinator.get(f"/requisitions/{new}"))


def test_a_requisition_moves_to_the_newer_version(
    database: Database, coordinator: Browser, two: tuple[UUID, UUID]
) -> None:
    requisition_id = opened_on(database, two[0])
    path = f"/requisitions/{requisition_id}/blueprint"
    shown = coordinator.get(path)
    told = words(shown)
    assert "The weight of “Product Strategy” goes from 50 to 40." in told
    assert "No longer a dimension, so no longer a must-have here: Customer Empathy." in told
    form = dict(re.findall(r'name="(version|blueprint_version_id)"[^>]* value="([^"]+)"', shown.text))
    assert coordinator.post(path, form).status_code == 303
    moved = kept(database, requisition_id)
    assert moved.blueprint_version_id == two[1]
    assert [must.dimension for must in moved.musts] == ["strategy"]
    assert "This is the newest version" in words(coordinator.get(path))


@pytest.mark.parametrize(
    ("planned", "state", "reason"),
    [
        pytest.param(True, RequisitionState.OPEN, "Interviews are planned or cases given", id="planned"),
        pytest.param(False, RequisitionState.DECIDING, "This requisition is deciding", id="deciding"),
    ],
)
def test_what_rests_on_its_version_stays_and_the_page_says_what_else_can_be_done(  # noqa: PLR0917  one scene
    database: Database,
    coordinator: Browser,
    two: tuple[UUID, UUID],
    planned: bool,  # noqa: FBT001  a parameter of the scene
    state: RequisitionState,
    reason: str,
) -> None:
    requisition_id = opened_on(database, two[0], state=state, planned=planned)
    path = f"/requisitions/{requisition_id}/blueprint"
    told = words(coordinator.get(path))
    assert reason in told
    assert "open a new requisition on version 2" in told
    version = str(kept(database, requisition_id).version)
    refused = coordinator.post(path, {"version": version, "blueprint_version_id": str(two[1])})
    assert refused.status_code in {409, 422}
    assert kept(database, requisition_id).blueprint_version_id == two[0]


def test_somebody_else_s_change_comes_first(database: Database, coordinator: Browser, two: tuple[UUID, UUID]) -> None:
    requisition_id = opened_on(database, two[0])
    path = f"/requisitions/{requisition_id}/blueprint"
    refused = coordinator.post(path, {"version": "7", "blueprint_version_id": str(two[1])})
    assert refused.status_code == 409
    assert "Somebody changed this requisition" in words(refused)
    assert kept(database, requisition_id).blueprint_version_id == two[0]


def test_a_version_of_another_role_is_refused(database: Database, coordinator: Browser, two: tuple[UUID, UUID]) -> None:
    requisition_id = opened_on(database, two[0])
    with writing(database.engine) as session:
        other = make.make_blueprint_version(session).id
    version = str(kept(database, requisition_id).version)
    for wanted in (str(other), "nonsense", str(two[0])):
        path = f"/requisitions/{requisition_id}/blueprint"
        refused = coordinator.post(path, {"version": version, "blueprint_version_id": wanted})
        assert refused.status_code == 422
        assert "Choose another published version of the same role." in words(refused)


def test_nobody_is_hired_on_a_blueprint_that_rates_nobody(database: Database, coordinator: Browser) -> None:
    climbed = replace(make.small_blueprint(), scorecard=NO_SCORECARD)
    with writing(database.engine) as session:
        version_id = blueprints.publish(session, None, climbed, now=make.NOW)
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER])
    form = {
        "title": "PM, Search", "blueprint_version_id": str(version_id), "openings": "1", "panel_size": "4",
        "hiring_manager_id": str(manager.id), "reveal": "after_own",
    }  # fmt: skip
    refused = coordinator.post("/requisitions/new", form)
    assert refused.status_code == 422
    assert "This blueprint has no scorecard, so nobody could be rated on it." in words(refused)
    assert 'value="PM, Search"' in refused.text, "nothing typed is lost"
    shown = coordinator.get(f"/requisitions/new?blueprint_version_id={version_id}")
    assert "This blueprint has no scorecard" in words(shown), "it is said before anything is typed"


def test_kits_and_debriefs_say_so_at_their_foot(database: Database, signed_in: Open, two: tuple[UUID, UUID]) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
        requisition.blueprint_version_id = two[0]
        session.flush()
        application = make.make_application(session, requisition)
        interviewer = make.make_person(session, "Iris Vale", [Role.INTERVIEWER])
        interview = make.make_interview(session, application, [interviewer])
        make.seal(session, make.card_of(session, interview, interviewer), {"strategy": 4})
        make.open_debrief(session, application, interviewer.id)
    browser = signed_in(interviewer.id)
    kit, debrief = (
        browser.get(f"/{path}") for path in (f"interviews/{interview.id}/kit", f"applications/{application.id}/debrief")
    )
    assert "Blueprint Product Manager, version 1; version 2 exists" in kit.text.partition("<footer")[2]
    assert "Blueprint Product Manager 1; version 2 exists" in debrief.text.partition("<footer")[2]
