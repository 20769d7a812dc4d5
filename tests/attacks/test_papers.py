"""Documents that would fetch, leak or burst, and requests that would go where nobody should."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.models.candidate import Candidate
from app.models.engine import writing
from app.models.schedule import BusyCalendar
from app.services import debriefs
from reports import rendering
from reports.protocol import Limits
from tests.attacks.ground import SECRET_WORDS, rows
from tests.factories import hiring, panels
from tests.factories.committee import make_committee, make_scored
from tests.house import source
from tests.reports.reading import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.attacks.ground import Ground
    from tests.databases import Database

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
INTERNAL = (
    "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://0x7f.1/", "https://2130706433/",
    "https://[::ffff:127.0.0.1]/", "https://127.1/", "https://localhost/", "https://017700000001/", "http://a.example/",
    "https://calendar.example.org@127.0.0.1/", "https://calendar.example.org:22/", "file:///etc/passwd", "gopher://x/",
    "https://10.0.0.1/", "https://calendar.example.org.evil.example/", "https://calendar.example.org%00.evil.example/",
)  # fmt: skip


@pytest.fixture
def allowing(program: Flask) -> Flask:
    """The program with one host that it may ask."""
    settings = replace(program.config["PLUMBLINE"], outbound_allow=("calendar.example.org",))
    program.config["PLUMBLINE"] = settings
    return program


@pytest.mark.attack("PD-01")
@pytest.mark.usefixtures("pango")
@ON_SQLITE
def test_no_text_of_a_person_makes_a_paper_fetch_anything(
    ground: Ground, database: Database, web_server: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = web_server
    secret = tmp_path / "secret.txt"
    secret.write_text("quinquereme", encoding="utf-8")
    markup = "".join(
        f'<link rel=attachment href="{to}"><a rel=attachment href="{to}">a</a><style>@import "{to}";</style>'
        f'<object data="{to}"></object><embed src="{to}"><svg><image href="{to}"/></svg><base href="{to}">'
        f'<style>@font-face {{ font-family: x; src: url("{to}") }}</style><link rel=stylesheet href="{to}">'
        f'<p style="background:url({to})"><img src="{to}">'
        for to in (f"{address}/x", secret.as_uri())
    )
    with writing(database.engine) as session:
        session.get_one(Candidate, ground.candidate).name = markup[:190]
    panels.seal(database, ground.panel.ada, ground.panel.ada_card, replace(panels.WHOLE, summary=markup))
    with writing(database.engine) as session:
        debriefs.open_debrief(session, ground.panel.coordinator, ground.panel.application, now=panels.LATER)
    clerk = ground.browser(ground.panel.coordinator.person_id)
    paper = clerk.get(ground.path("packet.pdf"))
    assert paper.data.startswith(b"%PDF")
    assert b"/EmbeddedFile" not in paper.data
    assert b"/Filespec" not in paper.data
    said = words(paper.data, tmp_path)
    assert "quinquereme" not in said
    assert "rel=attachment" in said, "it is printed as the text that it is"
    assert asked == []


@pytest.mark.attack("PD-02")
def test_nothing_lets_the_press_fetch_on_its_own() -> None:
    calls = [
        (f"{path}:{call.lineno}", call) for path in source.python_files("app", "reports")
        for call in ast.walk(source.tree(path)) if isinstance(call, ast.Call)
    ]  # fmt: skip
    named = {"HTML", "CSS", "write_pdf"}
    presses = [(at, call) for at, call in calls if ast.unparse(call.func).rpartition(".")[2] in named]
    assert len(presses) >= 3
    for at, call in presses:
        said = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert not {"xmp_metadata", "filename", "url", "file_obj"} & set(said), at
        if ast.unparse(call.func).rpartition(".")[2] in {"HTML", "CSS"}:
            assert "string" in said, at
            assert "url_fetcher" in said, at
            assert not call.args, at
    import weasyprint

    assert int(weasyprint.__version__.partition(".")[0]) >= 70


@pytest.mark.attack("PD-03")
@pytest.mark.usefixtures("pango")
@ON_SQLITE
def test_a_paper_that_does_not_end_leaves_the_printable_page(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = ground.browser(ground.panel.coordinator.person_id)
    where = f"/interviews/{ground.panel.interview}/kit.pdf"
    monkeypatch.setitem(rendering._LIMITS, "kit", Limits(wall=0.01, cpu=1))
    stopped = clerk.get(where)
    assert stopped.status_code == 503
    assert f'href="{where}?as=page"' in stopped.text
    assert clerk.get(f"{where}?as=page").status_code == 200
    monkeypatch.undo()
    assert clerk.get(where).data.startswith(b"%PDF"), "and the next one is made"


@pytest.mark.attack("PD-07")
@pytest.mark.usefixtures("pango")
@ON_SQLITE
def test_papers_that_find_no_place_are_asked_to_wait_and_pages_go_on(ground: Ground) -> None:
    clerk = ground.browser(ground.panel.coordinator.person_id)
    where, places = f"/interviews/{ground.panel.interview}/kit.pdf", rendering._renderer._places
    taken = 0
    try:
        while places.acquire(blocking=False):
            taken += 1
        assert taken == 12, "two are made and ten wait"
        turned = [clerk.get(where) for _ in range(20)]
        assert {answer.status_code for answer in turned} == {429}
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in turned)
        assert clerk.get("/candidates").status_code == 200
    finally:
        for _ in range(taken):
            places.release()
    assert clerk.get(where).data.startswith(b"%PDF")


@pytest.mark.attack("PD-06")
@pytest.mark.usefixtures("pango")
@ON_SQLITE
def test_no_paper_says_more_than_the_page(ground: Ground, database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, interviewers=2)
        ratings: list[dict[str, int | None]] = [dict.fromkeys(hiring.DIMENSIONS, 5)]
        hidden = make_scored(session, committee, "Abel Hidden", ratings)
        make_scored(session, committee, "Cleo Shown", [dict.fromkeys(hiring.DIMENSIONS, 2)])
        hiring.make_interview(session, hidden, [committee.chair])
        need, chair, application = committee.requisition.id, committee.chair.id, hidden.id
    browser = ground.browser(chair)
    paper = browser.get(f"/requisitions/{need}/comparison.pdf")
    said = words(paper.data, tmp_path)
    assert "Abel Hidden" in said
    assert "2.0" in said
    assert "5.0" not in said
    assert b"Interviewer" not in paper.data
    assert browser.get(f"/applications/{application}/packet.pdf").status_code == 403
    ada = ground.browser(ground.panel.ada.person_id)
    for card in (ground.panel.ada_card, ground.panel.ben_card):
        refused = ada.get(f"/scorecards/{card}.pdf")
        assert refused.status_code in {403, 404}
        assert not any(word.encode() in refused.data for word in SECRET_WORDS.split())


@pytest.mark.attack("PD-05")
@ON_SQLITE
def test_the_program_goes_nowhere_that_was_not_named(allowing: Flask, ground: Ground, database: Database) -> None:
    assert allowing is ground.program
    ada = ground.browser(ground.panel.ada.person_id)
    for address in INTERNAL:
        answer = ada.post("/account/calendar/address", {"name": "Mine", "address": address})
        assert answer.status_code == 422, address
    assert rows(database, BusyCalendar.id) == []
    assert ada.post(
        "/account/calendar/address", {"name": "Mine", "address": "https://calendar.example.org/me.ics"}
    ).status_code == 303, "what was named is taken"  # fmt: skip


@pytest.fixture
def web_server() -> Iterator[tuple[str, list[str]]]:
    """A web server of this machine, with the paths that it was asked for."""
    import http.server
    import threading

    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
