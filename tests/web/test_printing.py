"""The role blueprint on paper, over HTTP: the book for people who work here, the sheets for candidates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from app import paths
from app.domain.permission import Role
from app.models.engine import writing
from app.services import blueprints
from reports import rendering
from reports.protocol import Limits
from tests.factories import books
from tests.factories import hiring as make
from tests.statements import counted

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.blueprint import Blueprint
    from app.settings import Settings
    from tests.databases import Database
    from tests.web.browser import Browser

    Open = Callable[[UUID], Browser]

TODAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def publish(database: Database, blueprint: Blueprint) -> tuple[str, UUID]:
    """The address of the published version, and somebody who may read it."""
    with writing(database.engine) as session:
        publisher = make.make_person(session, "Hanna Vogel", roles=[Role.HR_PARTNER])
        version = blueprints.publish(session, make.actor_of(publisher), blueprint, now=TODAY, note="First of all.")
        return f"/blueprints/{version}", make.make_person(session, roles=[Role.EMPLOYEE]).id


def test_the_book_is_served_as_a_pdf_and_set_only_once(database: Database, signed_in: Open, settings: Settings) -> None:
    missing = rendering.capabilities().missing
    if missing:
        pytest.skip(missing)
    address, reader = publish(database, books.minimal())
    browser = signed_in(reader)
    first = browser.get(f"{address}/book.pdf")
    (kept,) = (settings.instance / "rendered").iterdir()
    made = kept.stat().st_mtime_ns

    assert first.mimetype == "application/pdf"
    assert first.headers["Content-Disposition"] == "inline; filename=blueprint-baker-1.pdf"
    assert first.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert first.data.startswith(b"%PDF-1.7")
    assert browser.get(f"{address}/book.pdf").data == first.data
    assert kept.stat().st_mtime_ns == made
    assert browser.get(f"{address}/book.pdf?paper=letter").data != first.data
    assert len(list((settings.instance / "rendered").iterdir())) == 2


def test_the_book_as_a_page_holds_what_interviewers_look_for(database: Database, signed_in: Open) -> None:
    address, reader = publish(database, books.shipped())
    page = signed_in(reader).get(f"{address}/book.pdf?as=page&paper=letter")

    assert page.mimetype == "text/html"
    assert '<link rel="stylesheet" href="/print/letter.css">' in page.text
    assert "<style" not in page.text
    assert " style=" not in page.text
    for said in ("First of all.", "2 March 2026", "For interviewers only", "How to mark it"):
        assert said in page.text


def test_the_sheets_for_candidates_hold_nothing_of_scoring(database: Database, signed_in: Open) -> None:
    address, reader = publish(database, books.shipped())
    page = signed_in(reader).get(f"{address}/prepare.pdf?as=page").text

    assert "Plans for the time you have" in page
    assert "nterviewers" not in page
    assert [one.title for one in books.shipped().scorecard.dimensions if one.title in page] == []


def test_documents_take_few_statements(database: Database, signed_in: Open) -> None:
    address, reader = publish(database, books.shipped())
    browser, found = signed_in(reader), {}
    browser.get(address)
    for name in ("book", "prepare"):
        with counted(database.engine) as sent:
            assert browser.get(f"{address}/{name}.pdf?as=page").status_code == 200
        found[name] = len(sent)

    assert found == {"book": 3, "prepare": 3}


@pytest.mark.parametrize("name", ["book", "prepare"])
def test_a_version_that_is_not_there_has_no_paper(signed_in: Open, database: Database, name: str) -> None:
    _, reader = publish(database, books.minimal())

    assert signed_in(reader).get(f"/blueprints/{uuid4()}/{name}.pdf").status_code == 404


def test_a_role_without_a_guide_offers_no_sheets(database: Database, signed_in: Open) -> None:
    address, reader = publish(database, replace(books.shipped(), guide=None))
    browser = signed_in(reader)

    assert browser.get(f"{address}/prepare.pdf?as=page").status_code == 404
    assert "prepare.pdf" not in browser.get(f"{address}/prepare").text


def test_both_are_linked_where_people_read_and_prepare(database: Database, signed_in: Open) -> None:
    address, reader = publish(database, books.shipped())
    browser = signed_in(reader)

    assert f'href="{address}/book.pdf"' in browser.get(address).text
    assert f'href="{address}/prepare.pdf"' in browser.get(f"{address}/prepare").text


def test_the_page_that_stands_in_for_a_pdf_is_of_the_same_paper(
    database: Database, signed_in: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = rendering.capabilities().missing
    if missing:
        pytest.skip(missing)
    address, reader = publish(database, books.minimal())
    monkeypatch.setitem(rendering._LIMITS, "blueprint", Limits(wall=0.01, cpu=1))

    refused = signed_in(reader).get(f"{address}/book.pdf?paper=letter")
    assert refused.status_code == 503
    assert f'href="{address}/book.pdf?paper=letter&amp;as=page"' in refused.text


@pytest.mark.attack("PD-09")
def test_a_printable_page_asks_a_browser_for_no_face_that_only_the_engine_knows(browser: Browser) -> None:
    for paper in ("a4", "letter"):
        style = browser.get(f"/print/{paper}.css").text
        assert "plumbline:" not in style
        (face,) = re.findall(r'@font-face \{[^}]*url\("([^"]+)"\)', style)
        assert browser.get(face).mimetype == "font/woff2"


@pytest.mark.parametrize("layout", ["base", "candidate"])
def test_every_frame_of_pages_leaves_its_furniture_off_paper(layout: str) -> None:
    frame = (paths.templates_dir() / "layouts" / f"{layout}.html").read_text(encoding="utf-8")
    assert re.search(r"css/print\.css.* media=\"print\"", frame)
