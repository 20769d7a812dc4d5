"""The search page: what it shows to whom, where its hits lead, and how often it may be asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.permission import Role
from app.models.engine import writing
from app.services import blueprints, limits
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


def test_each_hit_leads_to_its_page(database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        person = make.make_person(session, "Zora Hale", [Role.COORDINATOR, Role.HR_PARTNER])
        make.make_application(session, make.make_requisition(session, "Zoo keeper"), name="Zoe <b>Quill</b>")
        blueprints.publish(session, None, make.small_blueprint("Zoologist", role="zoologist"), now=make.NOW)
    browser = signed_in(person.id)
    page = browser.get("/search?q=zo")
    links = re.findall(r'class="duty__title" href="([^"]+)"', page.text)
    assert len(links) >= 4
    assert [browser.get(link).status_code for link in links] == [200] * len(links)
    assert "<mark>Zo</mark>e &lt;b&gt;Quill&lt;/b&gt;" in page.text
    assert "Zoologist \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} " in words(page)


@pytest.mark.parametrize(
    ("role", "path"), [(Role.ADMIN, "/people"), (Role.HR_PARTNER, "/ladder/people/"), (Role.INTERVIEWER, None)]
)
def test_a_person_leads_to_the_page_that_the_reader_has(
    database: Database, signed_in: Open, role: Role, path: str | None
) -> None:
    with writing(database.engine) as session:
        make.make_person(session, "Zoe Quill")
        reader = make.make_person(session, "Ida Noor", [role])
    browser = signed_in(reader.id)
    found = re.findall(r'class="duty__title" href="([^"]+)"', browser.get("/search?q=zoe").text)
    assert [link.startswith(path or "?") for link in found] == ([True] if path else [])
    assert all(browser.get(link).status_code == 200 for link in found)


@pytest.mark.parametrize(
    ("address", "said"),
    [("/search", "What are you looking for?"), ("/search?q=%E2%80%A6", "Type at least one letter or digit."),
     ("/search?q=nobody+here", "Try fewer words")],
)  # fmt: skip
def test_without_a_hit_it_says_what_to_do(database: Database, signed_in: Open, address: str, said: str) -> None:
    with writing(database.engine) as session:
        ida = make.make_person(session, "Ida Noor")
    assert said in words(signed_in(ida.id).get(address))


def test_sixty_searches_a_minute_are_answered(
    database: Database, signed_in: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(database.engine) as session:
        ida, other = make.make_person(session, "Ida Noor"), make.make_person(session, "Ben Sands")
    browser, beside = signed_in(ida.id), signed_in(other.id)
    moment = datetime.now(UTC).replace(second=0, microsecond=0)
    monkeypatch.setattr("app.web.hiring.search.now", lambda: moment)
    assert [browser.get("/search?q=mira").status_code for _ in range(limits.SEARCH.tries)] == [200] * 60
    refused = browser.get("/search?q=mira")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "Wait a moment" in words(refused)
    assert browser.get("/search").status_code == 200, "the empty page asks nothing"
    assert beside.get("/search?q=mira").status_code == 200, "each person is counted alone"
    monkeypatch.setattr("app.web.hiring.search.now", lambda: moment + timedelta(minutes=1))
    assert browser.get("/search?q=mira").status_code == 200


@pytest.mark.parametrize("size", [1, 4])
def test_the_page_takes_six_statements(database: Database, signed_in: Open, size: int) -> None:
    with writing(database.engine) as session:
        reader = make.make_person(session, "Cora Finn", [Role.COORDINATOR, Role.ADMIN])
        for _ in range(size):
            make.make_application(session)
    browser = signed_in(reader.id)
    with counted(database.engine) as sent:
        assert browser.get("/search?q=mira").status_code == 200
    assert len(sent) == 6
