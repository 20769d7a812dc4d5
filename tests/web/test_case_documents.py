"""Documents of take-homes over HTTP: clean, neutral in name, and hostile ones refused without losing an answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.case_work import CaseMode
from app.domain.hiring import InterviewKind
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.case_work import CaseAssignment, CaseFile, CaseTask
from app.models.engine import reading, writing
from app.queries import case_work as submissions
from app.services import case_files
from tests.factories import uploads
from tests.factories.candidate_links import visiting
from tests.factories.case_work import Given, begin, hand_in, make_given, write
from tests.factories.hiring import make_interview, make_person
from tests.web.browser import Browser

if TYPE_CHECKING:
    from flask import Flask

    from tests.databases import Database

HOUR = timedelta(hours=1)


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def given(database: Database) -> Given:
    """A take-home of an hour that can be begun now."""
    return make_given(database, opens=_now() - HOUR, closes=_now() + 72 * HOUR)


@pytest.fixture
def guest(program: Flask, given: Given) -> Browser:
    """The candidate's browser."""
    return visiting(program, given.application)


@pytest.fixture
def desk(program: Flask, given: Given) -> Browser:
    """The coordinator's browser."""
    browser = Browser(program)
    browser.sign_in(given.coordinator.person_id)
    return browser


def at(given: Given, rest: str = "") -> str:
    """The address of the task, or of something beneath it."""
    return f"/your-application/tasks/{given.assignment}{rest}"


def typed(page: str) -> dict[str, str]:
    """What the form on the page would send if nothing was changed."""
    return dict(re.findall(r'name="((?:version-\d+|writer|serial))" value="([^"]*)"', page))


def test_documents_come_in_clean_and_under_neutral_names(
    database: Database, guest: Browser, desk: Browser, given: Given
) -> None:
    begin(database, given, now=_now())
    page = guest.get(at(given)).text
    document = (BytesIO(b"Mira's plan"), "Mira Okafor plan.txt", "text/plain")
    sent = {**typed(page), "answer-1": "kept along", "file": document}
    assert guest.post(at(given, "/files"), sent, content_type="multipart/form-data").status_code == 303
    page = guest.get(at(given)).text
    assert "Mira Okafor plan.txt" in page
    assert ">\nkept along</textarea>" in page
    hostile = {**typed(page), "file": (BytesIO(b"<html><script>"), "plan.pdf", "application/pdf")}
    refused = guest.post(at(given, "/files"), hostile, content_type="multipart/form-data")
    assert (refused.status_code, "not what its name says" in refused.text) == (422, True)

    with reading(database.engine) as session:
        (kept,) = session.scalars(select(CaseFile))
    assert guest.get(f"/your-application/task-files/{kept.id}").data == b"Mira's plan"
    assert desk.get(f"/case-files/{kept.id}").status_code == 404
    guest.post(at(given, "/hand-in"))
    out = desk.get(f"/case-files/{kept.id}")
    assert out.data == b"Mira's plan"
    assert "Mira" not in out.headers["Content-Disposition"]
    assert out.headers["Content-Security-Policy"].startswith("sandbox")
    assert guest.post(at(given, f"/files/{kept.id}/remove")).status_code == 409


HOSTILE = {
    "a page": ("plan.pdf", "application/pdf", b"<html><script>alert(1)</script>"),
    "a drawing with a script": ("plan.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
    "a drawing that poses as a picture": ("plan.png", "image/png", b"<svg onload='alert(1)'/>"),
    "a bomb": ("plan.docx", "application/zip", uploads.office("docx", {"big": b"0" * 60_000_000})),
    "a huge picture": ("plan.png", "image/png", uploads.png((10_000, 10_000))),
    "a program": ("eicar.com", "application/octet-stream", b"X5O!P%@AP"),
    "a program with two endings": ("plan.pdf.exe", "application/pdf", b"MZ"),
    "nothing": ("plan.txt", "text/plain", b""),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_documents_are_refused_and_the_answers_kept(
    database: Database, guest: Browser, given: Given, what: str
) -> None:
    begin(database, given, now=_now())
    name, declared, data = HOSTILE[what]
    sent = {"answer-1": "typed before", "file": (BytesIO(data), name, declared)}

    refused = guest.post(at(given, "/files"), sent, content_type="multipart/form-data")

    assert refused.status_code == 422
    assert ">\ntyped before</textarea>" in guest.get(at(given)).text
    with reading(database.engine) as session:
        assert session.scalars(select(CaseFile)).all() == []


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "C:\\temp\\x.txt", "<img src=x onerror=alert(1)>.txt"])
def test_names_of_documents_reach_neither_the_disk_nor_the_page_as_code(
    database: Database, program: Flask, guest: Browser, given: Given, name: str
) -> None:
    begin(database, given, now=_now())
    guest.post(
        at(given, "/files"), {"file": (BytesIO(b"plan"), name, "text/plain")}, content_type="multipart/form-data"
    )

    assert "4 Bytes" in guest.get(at(given)).text
    with reading(database.engine) as session:
        (kept,) = session.scalars(select(CaseFile))
    folder = program.config["PLUMBLINE"].instance / case_files.FOLDER
    assert [file.name for file in folder.iterdir()] == [str(kept.id)]
    assert not set("/\\<>") & set(kept.name)
    assert "<img" not in guest.get(at(given)).text


def test_a_maker_is_gone_from_what_graders_get(
    database: Database, program: Flask, guest: Browser, given: Given
) -> None:
    begin(database, given, now=_now())
    for data, name, kind in (
        (uploads.pdf(), "plan.pdf", "application/pdf"), (uploads.jpeg(), "plan.jpg", "image/jpeg"),
        (uploads.office("docx"), "plan.docx", "application/zip"),
    ):  # fmt: skip
        sent = {"file": (BytesIO(data), name, kind)}
        assert guest.post(at(given, "/files"), sent, content_type="multipart/form-data").status_code == 303
    guest.post(at(given, "/hand-in"))

    with reading(database.engine) as session:
        (one,) = submissions.handed_in(session, given.task)
    assert [file.name.removeprefix(one.code) for file in one.files] == ["-1.pdf", "-2.jpg", "-3.docx"]
    folder = program.config["PLUMBLINE"].instance / case_files.FOLDER
    stored = b"".join((folder / str(file.file_id)).read_bytes() for file in one.files)
    assert uploads.MAKER.split()[1].encode() not in stored


def test_a_document_can_be_taken_out_again(database: Database, guest: Browser, given: Given) -> None:
    begin(database, given, now=_now())
    sent = {"file": (BytesIO(b"plan"), "plan.txt", "text/plain")}
    guest.post(at(given, "/files"), sent, content_type="multipart/form-data")
    with reading(database.engine) as session:
        (kept,) = session.scalars(select(CaseFile))

    assert guest.post(at(given, f"/files/{kept.id}/remove")).status_code == 303
    with reading(database.engine) as session:
        assert session.scalars(select(CaseFile)).all() == []


@pytest.mark.parametrize("blind", [True, False])
def test_a_live_case_tells_its_blinded_interviewer_no_name(
    database: Database, program: Flask, given: Given, *, blind: bool
) -> None:
    with writing(database.engine) as session:
        application = session.get_one(Application, given.application)
        application.requisition.blind = blind
        ina = make_person(session, "Ina Noor", [Role.INTERVIEWER])
        session.get_one(CaseTask, given.task).mode = CaseMode.LIVE
        talk = make_interview(session, application, [ina], kind=InterviewKind.CASE_STUDY)
        work = session.get_one(CaseAssignment, given.assignment)
        work.interview_id, name, reader = talk.id, application.candidate.name, ina.id
    begin(database, given, now=_now())
    write(database, given, f"I, {name}, would begin with search.", now=_now())
    document = case_files.Checked("plan.txt", "text/plain", b"By Mira Okafor")
    folder = program.config["PLUMBLINE"].instance / case_files.FOLDER
    with writing(database.engine) as session:
        case_files.add(session, given.application, given.assignment, document, folder=folder, now=_now())
    hand_in(database, given, now=_now())
    with reading(database.engine) as session:
        (kept,) = session.scalars(select(CaseFile.id))
    browser = Browser(program)
    browser.sign_in(reader)
    address = f"/case-assignments/{given.assignment}/work"

    answers = [browser.get(one) for one in (address, f"{address}.md", f"/case-files/{kept}")]

    assert [answer.status_code for answer in answers] == ([200, 200, 403] if blind else [200, 200, 200])
    assert all((name.split()[1].encode() in answer.data) is not blind for answer in answers)
    assert (str(kept) in answers[0].text) is not blind
