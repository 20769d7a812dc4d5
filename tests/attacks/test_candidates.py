"""Coming in as a candidate, staying in, reading what is written about one, and being recognised in anonymous work."""

from __future__ import annotations

import logging
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest
from sqlalchemy import select

from app.domain.hiring import Stage
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.case_work import CaseAssignment, CaseFile
from app.models.engine import writing
from app.models.link import CandidateLink, CandidateVisit
from app.models.person import SignIn
from app.services import applications, links
from app.web import guard
from tests.attacks.ground import SECRET_WORDS, Ground, rows
from tests.factories import case_work, grading, panels, uploads
from tests.factories.candidate_links import COOKIE, keys_of, make_link, visiting
from tests.factories.hiring import actor_of, make_application, make_person
from tests.web.browser import Browser

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from app.domain.permission import ActorFacts
    from tests.databases import Database

HOME, STORED, WITHDRAW = "/your-application", "/your-application/stored", "/your-application/withdraw"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ENDS = ("expiry", "replacement", "end", "withdrawal", "decision")

DRAWN = re.compile(
    r"""'nonce-[^']+'|nonce="[^"]+"|name="(?:csrf_token|intent)" [^>]*value="[^"]+"|reference <code>\w+|DTSTAMP:\w+"""
)
"""What every answer draws anew, whoever asks."""


def make_open_link(program: Flask, database: Database) -> tuple[UUID, str]:
    """An application in the middle of its interviews, and the token of its link."""
    with writing(database.engine) as session:
        application = make_application(session).id
        return application, make_link(session, keys_of(program), application)


@pytest.mark.attack("CL-01")
def test_a_link_is_not_guessed_and_what_everybody_knows_opens_nothing(program: Flask, database: Database) -> None:
    _, token = make_open_link(program, database)
    browser = Browser(program)
    near = token[:-1] + ("A" if token[-1] != "A" else "B"), token[:10] + token[10:][::-1], token.swapcase()
    for forged in near:
        assert browser.get(f"/c/{forged}").status_code == 404
        assert browser.post("/c", {"token": forged}).status_code == 404
    assert len(token.encode()) * 6 > 256, "what cannot be guessed is longer than 256 bits"
    ((email, phone),) = rows(database, Candidate.email, Candidate.phone)
    for known in (phone, "Mira Okafor", "0123456789"):
        answer = browser.post("/sign-in", {"email": email, "password": known or "none"})
        assert answer.status_code == 422
    assert browser.get(HOME).status_code == 401
    assert rows(database, CandidateVisit.token_hash) == rows(database, SignIn.token_hash) == []

    seen = [browser.get(f"/c/{'A' * 70}").status_code for _ in range(62)]
    assert seen.count(404) <= 60, "no more than thirty a minute from one address, and a minute may turn meanwhile"
    assert seen[-1] == 429


@pytest.mark.attack("CL-02")
@ON_SQLITE
def test_a_link_that_is_over_shows_nobody_to_anybody(program: Flask, database: Database) -> None:
    with writing(database.engine) as session:
        clerk = actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))
    for how in ENDS:
        application, token = make_open_link(program, database)
        visitor, forwarded = visiting(program, application), Browser(program)
        assert "Mira Okafor" in visitor.get(HOME).text
        end(database, clerk, application, how)
        opened = [forwarded.get(f"/c/{token}"), forwarded.post("/c", {"token": token})]
        assert [answer.status_code for answer in opened] == [410, 410], how
        late = [visitor.get(path) for path in (HOME, STORED, WITHDRAW)] + [visitor.post(WITHDRAW)]
        assert {answer.status_code for answer in late} <= {401, 410}, how
        assert not [answer for answer in opened + late if "Mira" in answer.text or "Okafor" in answer.text], how


def end(database: Database, clerk: ActorFacts, application_id: UUID, how: str) -> None:
    """Let a link be over in one of the ways in which it may."""
    at = datetime.now(UTC)
    with writing(database.engine) as session:
        application = session.get_one(Application, application_id)
        if how == "expiry":
            link = session.scalars(select(CandidateLink).where(CandidateLink.application_id == application_id)).one()
            link.expires_at = at - timedelta(seconds=1)
        elif how == "replacement":
            links.issue(session, clerk, application_id, until=at + timedelta(days=3), now=at)
        elif how == "end":
            links.void(session, clerk, application_id, now=at)
        else:
            stage = Stage.WITHDRAWN if how == "withdrawal" else Stage.DECIDED
            applications.set_stage(session, clerk, application, stage, reason="", now=at)


@pytest.mark.attack("CL-03")
def test_nothing_that_is_written_about_candidates_reaches_them(ground: Ground, database: Database) -> None:
    visitor = visiting(ground.program, ground.panel.application)
    visitor.get(HOME)
    before = received(ground, visitor)
    panels.seal(database, ground.panel.ada, ground.panel.ada_card, panels.WHOLE)
    with writing(database.engine) as session:
        application = session.get_one(Application, ground.panel.application)
        reason = f"Because of {SECRET_WORDS}."
        applications.set_stage(
            session, ground.panel.coordinator, application, Stage.DEBRIEF, reason=reason, now=datetime.now(UTC)
        )
    assert len(before) > 3
    assert received(ground, visitor) == before
    shown = repr(before).lower()
    for inside in (SECRET_WORDS, "ada brook", "ben ", "strong no", "stranger", "debrief", "scorecard"):
        assert inside not in shown, inside
    for path in (ground.path(), ground.path("scorecards"), f"/scorecards/{ground.panel.ben_card}", "/candidates.csv"):
        assert visitor.get(path).status_code == 303, "a visit is nobody's sign-in"


def received(ground: Ground, visitor: Browser) -> dict[str, tuple[int, list[tuple[str, str]], str]]:
    """Status, headers and text of every page behind the link, without what is drawn anew for each answer."""
    declared, found = guard.declared(ground.program), {}
    for rule in ground.program.url_map.iter_rules():
        if not isinstance(declared[rule.endpoint], guard.Behind) or rule.arguments or "GET" not in (rule.methods or ()):
            continue
        answer = visitor.get(rule.rule)
        headers = [(name, DRAWN.sub("", value)) for name, value in answer.headers if name != "X-Request-Id"]
        text = DRAWN.sub("", answer.text)
        found[rule.rule] = (answer.status_code, headers, text)
    return found


@pytest.mark.attack("CL-04")
@ON_SQLITE
def test_the_token_leaves_the_address_and_is_written_down_nowhere(
    program: Flask, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    _, token = make_open_link(program, database)
    browser = Browser(program)
    with caplog.at_level(logging.DEBUG):
        landing = browser.get(f"/c/{token}")
        entered = browser.post("/c", {"token": token})
        wrong = browser.get(f"/c/{token}/more")
        home = browser.get(HOME)
    assert landing.headers["Referrer-Policy"] in {"origin", "no-referrer", "same-origin"}
    assert landing.headers["Cache-Control"] == "no-store"
    assert (entered.status_code, entered.location) == (303, HOME)
    assert wrong.status_code == 404
    cookie = browser.client.get_cookie(COOKIE)
    assert cookie is not None
    # Its second half is the signature; the first alone opens nothing.
    for place in (caplog.text, str(entered.headers), home.text, wrong.text, cookie.value):
        assert token[-43:] not in place


@pytest.mark.attack("CL-05")
def test_handing_in_again_and_again_hands_in_once(program: Flask, database: Database) -> None:
    now = datetime.now(UTC)
    given = case_work.make_given(database, opens=now - timedelta(hours=1), closes=now + timedelta(hours=72))
    case_work.begin(database, given, now=now)
    case_work.write(database, given, "Search first.", now=now)
    guests = [visiting(program, given.application) for _ in range(4)]
    at = f"/your-application/tasks/{given.assignment}"
    assert all(guest.token for guest in guests)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda guest: guest.post(f"{at}/hand-in"), guests))
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, f"{at}/receipt")}
    ((receipt, digest),) = rows(database, CaseAssignment.receipt, CaseAssignment.sha256)
    assert receipt
    assert guests[0].post(f"{at}/hand-in").location == f"{at}/receipt"
    late = guests[0].post(f"{at}/answers", {"answer-1": "Something better.", "version-1": "1"})
    assert late.status_code in {303, 409}
    assert rows(database, CaseAssignment.receipt, CaseAssignment.sha256) == [(receipt, digest)]
    assert f"{receipt}" in guests[1].get(f"{at}/receipt").text


@pytest.mark.attack("CL-06")
@ON_SQLITE
def test_anonymous_work_does_not_tell_its_author(program: Flask, database: Database) -> None:
    now = datetime.now(UTC)
    given = case_work.make_given(database, opens=now - timedelta(hours=1), closes=now + timedelta(hours=72))
    case_work.begin(database, given, now=now)
    guest, desk = visiting(program, given.application), Browser(program)
    desk.sign_in(given.coordinator.person_id)
    at = f"/your-application/tasks/{given.assignment}"
    documents = (
        ("Mira Okafor.pdf", "application/pdf", uploads.pdf()),
        ("okafor-mira.jpg", "image/jpeg", uploads.jpeg()),
        (
            "mira.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            uploads.office("docx"),
        ),
    )
    for name, kind, data in documents:
        sent = {"file": (BytesIO(data), name, kind)}
        answer = guest.post(f"{at}/files", sent, content_type="multipart/form-data")
        assert answer.status_code == 303, (name, answer.text)
    guest.post(f"{at}/hand-in")
    kept = rows(database, CaseFile.id)
    assert len(kept) == len(documents)
    for (file_id,) in kept:
        out = desk.get(f"/case-files/{file_id}")
        assert out.status_code == 200
        assert uploads.MAKER.encode() not in unpacked(out.data)
        assert not re.search("mira|okafor", out.headers["Content-Disposition"], re.IGNORECASE)


def unpacked(data: bytes) -> bytes:
    """A document with everything readable that it holds compressed."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as parts:
            return b"".join(parts.read(name) for name in parts.namelist())
    if not data.startswith(b"%PDF"):
        return data
    plain = BytesIO()
    with pikepdf.open(BytesIO(data)) as document:
        document.save(plain, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
    return plain.getvalue()


@pytest.mark.attack("CL-06")
@ON_SQLITE
def test_the_order_of_handing_in_is_not_the_order_of_grading(program: Flask, database: Database) -> None:
    at = grading.make_grading(database, submissions=8)
    orders = []
    for actor in (at.una, at.udo):
        browser = Browser(program)
        browser.sign_in(actor.person_id)
        page = browser.get(f"/grading/{at.task}/questions/{at.questions[0]}").text
        orders.append(re.findall(r'class="code">([A-Z0-9]{4})<', page))
        assert "Okafor" not in page
    handed_in = list(grading.codes(database, at))
    assert sorted(orders[0]) == sorted(orders[1]) == sorted(handed_in)
    assert handed_in not in orders
    assert orders[0] != orders[1]
