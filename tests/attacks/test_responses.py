"""Answers that a browser could misuse: without a policy, in a foreign frame, without a header, or with our insides."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, cast

import pytest

from app.cli import jobs
from app.domain.permission import Role
from app.models.engine import writing
from app.web import guard
from tests.factories.hiring import make_person
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.attacks.ground import Ground
    from tests.databases import Database

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SITE = "https://plumbline.example.org"
INSIDE = "SELECT password_hash FROM person at /srv/plumbline/app/web/home.py in version 3.1 for Mira Okafor"
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}


def addresses(ground: Ground) -> Iterator[tuple[str, str]]:
    """A method and an address for every route: of things that are there where the ground has one, else of nothing."""
    ids = {
        "requisition_id": ground.panel.requisition, "application_id": ground.panel.application,
        "candidate_id": ground.candidate, "interview_id": ground.panel.interview,
        "card_id": ground.panel.ada_card, "file_id": ground.file, "to": "closed", "part": "scorecard",
    }  # fmt: skip
    where = ground.program.url_map.bind("localhost")
    for rule in ground.program.url_map.iter_rules():
        values: dict[str, object] = {}
        for name in rule.arguments:
            words = sorted(getattr(rule._converters[name], "items", {"x"}))
            values[name] = ids.get(name, ground.file if name.endswith("_id") else words[0])
        path = where.build(rule.endpoint, values)
        yield from ((method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"}))


def every_answer(ground: Ground) -> Iterator[tuple[str, TestResponse]]:
    """What every address answers to a coordinator and to nobody, and what errors of HTTP itself look like."""
    clerk, nobody = ground.browser(ground.panel.coordinator.person_id), Browser(ground.program)
    yield "the sign-in page", nobody.get("/sign-in")
    for number, (method, path) in enumerate(addresses(ground)):
        yield f"{method} {path}", (nobody if number % 5 else clerk).client.open(path, method=method)
    for path in ("/nothing", "/static/x/none.css", "/../etc/passwd", "/requisitions/not-an-id"):
        yield path, clerk.get(path)
    yield "PUT", clerk.client.put("/")
    yield "OPTIONS", clerk.client.options("/")
    yield "too large", clerk.client.post("/account/zone", data={"zone": "x" * 1_100_000})
    yield "json", clerk.get("/nothing", headers={"Accept": "application/json"})


@pytest.mark.attack("CF-01")
@pytest.mark.attack("CF-02")
@pytest.mark.attack("CF-03")
@ON_SQLITE
def test_every_answer_brings_the_policy_and_may_be_framed_by_nobody(ground: Ground) -> None:
    wrong, nonces, seen = [], [], 0
    for what, answer in every_answer(ground):
        seen += 1
        policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy or "unsafe" in policy:
            wrong.append(f"{what}: {policy}")
        wrong += [f"{what}: {name}" for name in EXACT if name[0] != "S" and answer.headers.get(name) != EXACT[name]]
        wrong += [f"{what}: referrer"] * (answer.headers.get("Referrer-Policy") not in {"same-origin", "origin"})
        nonces += re.findall(r"'nonce-([^']+)'", policy)
    assert wrong == []
    assert seen > 300
    assert len(nonces) > 50
    assert len(set(nonces)) == len(nonces), "a nonce that comes again lets an old script in"
    assert min(map(len, nonces)) >= 22


@pytest.mark.attack("CF-03")
@ON_SQLITE
def test_behind_https_every_header_has_the_exact_value(https_program: Flask) -> None:
    client = https_program.test_client()
    for path in ("/sign-in", "/", "/nothing", "/healthz"):
        answer = client.get(path, base_url=SITE)
        assert {name: answer.headers.get(name) for name in EXACT} == EXACT, path
        assert answer.headers["Referrer-Policy"] == "same-origin"
    page = https_program.test_client().get("/sign-in", base_url=SITE)
    style = re.findall(r'href="(/static/[^"]+\.css)"', page.text)[0]
    assert {name: client.get(style, base_url=SITE).headers.get(name) for name in EXACT} == EXACT
    cookie = next(one for one in page.headers.getlist("Set-Cookie") if one.startswith("__Host-plumbline="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def break_view(program: Flask, endpoint: str) -> None:
    """Let a view fail with a text that nobody outside may read."""
    whole = program.view_functions[endpoint]

    def broken(**_arguments: object) -> object:
        raise RuntimeError(INSIDE)

    for mark in ("permission", "behind", "public"):
        if hasattr(whole, mark):
            setattr(broken, mark, getattr(whole, mark))
    program.view_functions[endpoint] = cast("Any", broken)


@pytest.mark.attack("CF-04")
@ON_SQLITE
def test_what_breaks_tells_a_reference_and_nothing_of_the_inside(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    clerk, nobody = ground.browser(ground.panel.coordinator.person_id), Browser(ground.program)
    assert clerk.token
    assert nobody.token
    for endpoint in ("home.inbox", "committee.packet_pdf", "auth.enter", "hiring.candidates_csv", "candidate.land"):
        break_view(ground.program, endpoint)
    with caplog.at_level(logging.DEBUG):
        answers = {
            "page": clerk.get("/"),
            "json": clerk.get("/", headers={"Accept": "application/json"}),
            "pdf": clerk.get(ground.path("packet.pdf")),
            "sign-in": nobody.post("/sign-in", {"email": "a@example.org", "password": "b"}),
            "table": clerk.get("/candidates.csv"),
            "link": nobody.get(f"/c/{'A' * 70}"),
        }
    for what, answer in answers.items():
        assert answer.status_code == 500, what
        told = f"{answer.headers} {answer.text}"
        for inside in ("SELECT", "/srv", "3.1", "Okafor", "Traceback", "RuntimeError", "home.py", "Werkzeug", "Python"):
            assert inside not in told, (what, inside)
        reference = re.search(r'reference(?: <code>|": ?")[0-9a-f]{8}', answer.text)
        assert reference, what
    assert "RuntimeError" in caplog.text
    assert "Okafor" not in "".join(record.getMessage() for record in caplog.records)
    assert guard.declared(ground.program), "every view still says who may ask it"


@pytest.mark.attack("CF-04")
@ON_SQLITE
def test_a_job_that_breaks_tells_no_more(
    ground: Ground, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*_given: object) -> int:
        raise RuntimeError(INSIDE)

    assert not jobs.do(database.engine, ground.program.config["PLUMBLINE"], jobs.Job("mail", break_down))
    said = capsys.readouterr()
    assert "it broke (RuntimeError)" in said.err
    assert "Okafor" not in said.err + said.out


@pytest.mark.attack("CF-02")
@ON_SQLITE
def test_documents_and_files_are_framed_by_nobody(ground: Ground, database: Database) -> None:
    with writing(database.engine) as session:
        person: UUID = make_person(session, "Hana Reid", [Role.HR_PARTNER]).id
    clerk, partner = ground.browser(ground.panel.coordinator.person_id), ground.browser(person)
    for browser, path in ((clerk, f"/files/{ground.file}"), (clerk, "/candidates.csv"), (partner, "/decisions")):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
