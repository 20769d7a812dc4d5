from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote
from uuid import uuid4

import pytest

from app import paths
from app.domain.blueprint import NO_SCORECARD, Blueprint, DecisionRule, Role, Threshold
from app.domain.outline import Part, places
from app.domain.permission import Role as Job
from app.formats.blueprint_files import load_role
from app.models.engine import writing
from app.services import blueprints
from app.web.blueprint import bodies
from tests.factories import hiring as make
from tests.factories.field import shipped_blueprint
from tests.statements import counted

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database
    from tests.web.browser import Browser

    Open = Callable[[UUID], Browser]

TODAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
BARE = Blueprint(Role("baker", "Baker", "Bakes bread.", "Bread for the whole street by seven."))
PARTS = [part for part in Part if part is not Part.OVERVIEW]
_ID = re.compile(r'\sid="([^"]*)"')


def second_role() -> Blueprint:
    loaded = load_role(paths.rubrics_dir() / "senior-data-scientist", paths.case_studies_dir()).blueprint
    assert loaded is not None
    return loaded


WHOLE: dict[str, Callable[[], Blueprint]] = {
    "shipped": shipped_blueprint,
    "second": second_role,
    "minimal": lambda: BARE,
    "without a scorecard": lambda: replace(shipped_blueprint(), scorecard=NO_SCORECARD, case_studies=()),
}


def publish(database: Database, blueprint: Blueprint, note: str = "") -> tuple[UUID, UUID]:
    """The published version, and somebody who may read it."""
    with writing(database.engine) as session:
        publisher = make.make_person(session, "Hanna Vogel", roles=[Job.HR_PARTNER])
        version = blueprints.publish(session, make.actor_of(publisher), blueprint, now=TODAY, note=note)
        return version, make.make_person(session, roles=[Job.EMPLOYEE]).id


def address(version: UUID, part: Part = Part.OVERVIEW) -> str:
    return f"/blueprints/{version}" if part is Part.OVERVIEW else f"/blueprints/{version}/{part}"


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_text_stands_once_on_the_page_of_its_part(database: Database, signed_in: Open, name: str) -> None:
    blueprint = WHOLE[name]()
    version, reader = publish(database, blueprint)
    browser, wrong = signed_in(reader), {}
    for part in Part:
        html = browser.get(address(version, part)).text
        ids = Counter(unescape(found) for found in _ID.findall(html))
        wanted = [place.anchor for place in places(blueprint) if place.part is part]
        wrong[part] = [anchor for anchor in wanted if ids[anchor] != 1] + [one for one, n in ids.items() if n > 1]
    assert wrong == {part: [] for part in Part}


@pytest.mark.parametrize("name", ["shipped", "second"])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_link_within_a_blueprint_leads_to_a_text(database: Database, signed_in: Open, name: str) -> None:
    blueprint = WHOLE[name]()
    version, reader = publish(database, blueprint)
    browser = signed_in(reader)
    pages = {address(version, part): browser.get(address(version, part)).text for part in Part}
    ids = {path: {unescape(found) for found in _ID.findall(html)} for path, html in pages.items()}
    links = {
        (path, unquote(unescape(href)).partition("#")[::2])
        for path, html in pages.items()
        for href in re.findall(r'href="([^"]*#[^"]*)"', html)
    }
    dead = [(path, to, anchor) for path, (to, anchor) in links if anchor not in ids.get(to or path, {anchor})]
    assert dead == []
    assert len(links) > 900 if name == "shipped" else links


def test_pages_take_few_statements(database: Database, signed_in: Open) -> None:
    version, reader = publish(database, shipped_blueprint())
    browser, found = signed_in(reader), {}
    browser.get(address(version))
    for path in ("", "/role", "/ladder", "/metrics?frequency=weekly", "/search?q=model", "/search?q=zzzz"):
        with counted(database.engine) as sent:
            assert browser.get(f"/blueprints/{version}{path}").status_code == 200
        found[path] = len(sent)
    assert found == {
        "": 3,
        "/role": 3,
        "/ladder": 3,
        "/metrics?frequency=weekly": 3,
        "/search?q=model": 3,
        "/search?q=zzzz": 3,
    }


def test_a_version_says_what_it_is(database: Database, signed_in: Open) -> None:
    version, reader = publish(database, BARE, note="Weights follow the new grid.")
    html = signed_in(reader).get(address(version)).text
    for said in (
        "Bread for the whole street",
        "2 March 2026, 09:00",
        "Hanna Vogel",
        "Weights follow the new grid.",
        "1, the newest",
    ):
        assert said in html


@pytest.mark.parametrize("part", Part)
def test_an_older_version_leads_to_the_same_part_of_the_newest(database: Database, signed_in: Open, part: Part) -> None:
    old, reader = publish(database, shipped_blueprint())
    new, _ = publish(database, replace(shipped_blueprint(), role=replace(shipped_blueprint().role, mission="Else.")))
    browser = signed_in(reader)
    assert f'href="{address(new, part)}">Read it</a>' in browser.get(address(old, part)).text
    assert "is newer" not in browser.get(address(new, part)).text


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_missing_says_what_would_hold_it(database: Database, signed_in: Open, part: Part) -> None:
    version, reader = publish(database, BARE)
    answer = signed_in(reader).get(address(version, part))
    assert answer.status_code == 200
    assert "This blueprint has no" in answer.text
    assert ".yaml" in answer.text


def test_drawn_parts_are_kept_and_not_without_end(
    database: Database, signed_in: Open, program: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, reader = publish(database, shipped_blueprint())
    browser, kept = signed_in(reader), program.extensions.setdefault("plumbline.blueprint_bodies", OrderedDict())
    monkeypatch.setattr(bodies, "_ROOM", 2)
    first = browser.get(address(version, Part.ROLE)).text
    assert [key[2] for key in kept] == [Part.ROLE]
    for part in (Part.LADDER, Part.GUIDE, Part.LADDER):
        browser.get(address(version, part))
    assert [key[2] for key in kept] == [Part.GUIDE, Part.LADDER]
    again = browser.get(address(version, Part.ROLE)).text
    assert re.sub(r'nonce="[^"]+"|value="[^"]+"', "", first) == re.sub(r'nonce="[^"]+"|value="[^"]+"', "", again)


def test_unknown_versions_and_parts_are_not_there(database: Database, signed_in: Open) -> None:
    version, reader = publish(database, BARE)
    browser = signed_in(reader)
    for path in (f"/blueprints/{uuid4()}", f"/blueprints/{uuid4()}/role", f"/blueprints/{uuid4()}/search?q=a"):
        assert browser.get(path).status_code == 404
    assert browser.get(f"/blueprints/{version}/overview").status_code == 404
    assert browser.get(f"/blueprints/{version}/nothing").status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 18), ("?kind=guardrail", 1), ("?frequency=weekly", 8), ("?direction=down", 7), ("?frequency=nonsense", 18),
        ("?frequency=quarterly&direction=up", 3), ("?frequency=daily&kind=guardrail", 0),
    ],
)  # fmt: skip
def test_metrics_are_narrowed_by_address(database: Database, signed_in: Open, query: str, count: int) -> None:
    version, reader = publish(database, shipped_blueprint())
    html = signed_in(reader).get(f"/blueprints/{version}/metrics{query}").text
    metrics = shipped_blueprint().metrics
    assert metrics is not None
    assert sum(f'<tr id="{metric.id}"' in html for metric in metrics.metrics) == count
    assert ("No metric fits all of these" in html) == (count == 0)


def test_what_the_house_wrote_is_marked_where_there_is_any(database: Database, signed_in: Open) -> None:
    version, reader = publish(database, shipped_blueprint())
    browser = signed_in(reader)
    marked = {part for part in Part if "marks what the house wrote" in browser.get(address(version, part)).text}
    notes = {Part.OVERVIEW}
    assert marked == notes | {Part.SCORECARD, Part.CASES, Part.COMPETENCIES, Part.PLAN, Part.LADDER}


def test_the_rule_is_said_as_it_is_reckoned_where_low_is_best(database: Database, signed_in: Open) -> None:
    card = shipped_blueprint().scorecard
    turned = replace(
        card, scale=replace(card.scale, best="low"), decision=DecisionRule("sum-threshold", (Threshold(20),))
    )
    version_id, reader = publish(database, replace(shipped_blueprint(), scorecard=turned))
    page = signed_in(reader).get(f"/blueprints/{version_id}/scorecard").text

    assert "20 or less is enough." in page
    assert "at least 20" not in page


def test_markup_in_a_blueprint_is_text(database: Database, signed_in: Open) -> None:
    nasty = Blueprint(Role("baker", "<b>Baker</b>", '<script>"&', "<img src=x>"))
    version, reader = publish(database, nasty)
    browser = signed_in(reader)
    for html in (browser.get(address(version)).text, browser.get(f"/blueprints/{version}/search?q=script").text):
        assert "<b>Baker" not in html
        assert "<script>&#34;" not in html
        assert "<img" not in html


def test_a_search_leads_to_the_text(database: Database, signed_in: Open) -> None:
    version, reader = publish(database, shipped_blueprint())
    html = signed_in(reader).get(f"/blueprints/{version}/search?q=MODEL+drift").text
    assert "<mark>Model</mark> <mark>Drift</mark> Incidents" in html or "<mark>Model Drift</mark> Incidents" in html
    assert f'href="/blueprints/{version}/metrics#drift-incidents"' in html
    assert "Deliverables \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} Operational excellence" in html


def test_a_search_without_result_offers_what_is_near(database: Database, signed_in: Open) -> None:
    version, reader = publish(database, shipped_blueprint())
    browser = signed_in(reader)
    html = browser.get(f"/blueprints/{version}/search?q=experimnt").text
    assert re.search(rf'href="/blueprints/{version}/search\?q=[Ee]xperiment">', html)
    assert "What are you looking for?" in browser.get(f"/blueprints/{version}/search").text
    assert "Only the first 100 characters" in browser.get(f"/blueprints/{version}/search?q={'x' * 101}").text
