"""Deny by default: undeclared views, headers on everything, read-only pages, plain refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.permission import Permission, Role
from app.models.engine import writing
from app.web import guard
from app.web.clock import now
from tests.factories.hiring import make_person
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database
    from tests.web.browser import Browser

STRICT = ("default-src 'none'", "script-src 'nonce-", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'")
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def test_a_view_that_declares_nothing_keeps_the_program_from_starting(program: Flask) -> None:
    program.add_url_rule("/forgotten", endpoint="hiring.forgotten", view_func=lambda: "open to all")

    with pytest.raises(guard.UndeclaredEndpointError, match=r"endpoint hiring\.forgotten declares no permission"):
        guard.declared(program)


def test_public_views_are_few_and_each_says_why(program: Flask) -> None:
    public = {name for name, says in guard.declared(program).items() if not isinstance(says, Permission | guard.Behind)}

    assert public == {
        "static", "print_style", "auth.sign_in", "auth.enter", "auth.ask_passkey", "auth.enter_by_passkey",
        "auth.forgotten", "auth.ask_for_reset", "auth.choose", "auth.take", "auth.setup", "auth.take_setup",
        "auth.enter_demo", "auth.sign_out", "onboarding.feed",
        "auth.leave", "auth.come_back", "auth.hear_logout", "auth.hear_logout_in_front", "auth.way_in", "auth.left",
        "auth.take_way_in", "fairness.voluntary", "fairness.say", "fairness.take_back", "candidate.land",
        "candidate.enter", "candidate.withdrawn", "operations.alive", "operations.ready", "operations.collected",
    }  # fmt: skip


def _person(database: Database, *roles: Role) -> UUID:
    with writing(database.engine) as session:
        return make_person(session, "Ada Brook", roles).id


@pytest.mark.parametrize(
    "path", ["/sign-in", "/", "/nothing-here", "/people", "/static/x/css/base.css", "/static/x/no"]
)
def test_every_answer_brings_the_strict_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers

    assert all(part in headers["Content-Security-Policy"] for part in STRICT)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_each_answer_has_a_nonce_of_its_own_and_the_page_uses_it(browser: Browser) -> None:
    first, second = browser.get("/sign-in"), browser.get("/sign-in")

    nonces = [answer.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0] for answer in (first, second)]
    assert nonces[0] != nonces[1]
    assert f'nonce="{nonces[0]}"' in first.text


def test_pages_of_people_are_not_kept_and_files_are(
    database: Database, signed_in: Callable[[UUID], Browser], browser: Browser
) -> None:
    page = signed_in(_person(database, Role.ADMIN)).get("/people")
    file = browser.get("/static/anything/css/base.css", headers={"Accept-Encoding": "gzip"})

    assert page.headers["Cache-Control"] == "no-store"
    assert "Cookie" in page.headers["Vary"]
    assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert file.headers["Content-Encoding"] == "gzip"


def test_a_page_that_only_shows_writes_no_fact(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    browser = signed_in(_person(database, *Role))
    paths = ("/", "/requisitions", "/candidates", "/blueprints", "/people", "/audit", "/account", "/decisions")

    with counted(database.engine) as sent:
        answers = [browser.get(path).status_code for path in paths]

    assert answers == [200] * len(paths)
    assert [statement for statement in sent if statement.lstrip().upper().startswith(WRITES)] == []


def test_a_refusal_tells_a_script_what_happened(database: Database, signed_in: Callable[[UUID], Browser]) -> None:
    answer = signed_in(_person(database)).get("/people", headers={"Accept": "application/json"})

    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == 403
    assert len(answer.json["reference"]) == 8


def test_a_fault_of_ours_shows_nothing_of_the_inside(program: Flask, browser: Browser) -> None:
    @guard.public("a view that breaks, for this test")
    def broken() -> str:
        message = "secret detail about Ada Brook"
        raise RuntimeError(message)

    program.add_url_rule("/broken", endpoint="broken", view_func=broken)

    answer = browser.get("/broken")

    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert "reference" in answer.text


def test_an_act_has_one_moment(program: Flask) -> None:
    with program.test_request_context():
        assert now() == now()


def test_a_form_over_the_limit_is_refused_before_it_is_read(browser: Browser) -> None:
    answer = browser.client.post("/sign-in", data={"email": "a" * 1_100_000, "password": "x"})

    assert answer.status_code == 413
    assert "This page takes at most 1 MB" in answer.text


def test_a_text_over_the_limit_is_refused_with_that_limit(browser: Browser) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + b"a" * 600_000 + b"\r\n--x--\r\n"
    answer = browser.client.post("/sign-in", data=body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 413
    assert "The text of a form may be at most 500 kB" in answer.text


def test_a_form_of_too_many_fields_is_refused_as_that(browser: Browser) -> None:
    fields = {f"field-{number}": "x" for number in range(501)}
    answer = browser.client.post("/sign-in", data=fields, content_type="multipart/form-data")

    assert answer.status_code == 413
    assert "more fields or files than this page takes" in answer.text


@pytest.mark.parametrize("hidden", ["\x00", "\u202e"])
def test_characters_that_cannot_be_shown_are_refused_by_the_form(
    database: Database, signed_in: Callable[[UUID], Browser], hidden: str
) -> None:
    browser = signed_in(_person(database, Role.ADMIN))
    name = f"Eve{hidden}Black"
    data = {"name": name, "email": "eve@example.org", "password": "seven quiet herons wade"}

    answer = browser.post("/people/new", data)

    assert answer.status_code == 422
    assert "eve@example.org" not in browser.get("/people").text
