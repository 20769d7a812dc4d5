from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.hiring import Stage
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.engine import reading, writing
from tests.factories import hiring as make
from tests.factories import uploads
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
MIRA = {"name": "Mira Okafor", "email": "Mira@Example.org", "headline": "Led search", "phone": "", "source": ""}


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def coordinator(database: Database, signed_in: Open) -> Browser:
    with writing(database.engine) as session:
        person = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
    return signed_in(person.id)


def kept(database: Database) -> list[tuple[str, str, str]]:
    with reading(database.engine) as session:
        rows = session.execute(select(Candidate.name, Candidate.email, Candidate.headline).order_by(Candidate.name))
        return [(row.name, row.email, row.headline) for row in rows]


def applications(database: Database) -> int:
    with reading(database.engine) as session:
        return session.execute(select(func.count()).select_from(Application)).scalar_one()


def upload(browser: Browser, text: str | bytes, **fields: str) -> TestResponse:
    raw = text.encode() if isinstance(text, str) else text
    return send_file(browser, "/candidates/import", "people.csv", "text/csv", raw, **fields)


def send_file(browser: Browser, path: str, name: str, kind: str, raw: bytes, **fields: str) -> TestResponse:
    """Send a form with a file, as bytes: the test client would leave big temporary files of its own open."""
    parts = [
        f'Content-Disposition: form-data; name="{field}"\r\n\r\n{text}\r\n'.encode()
        for field, text in {"csrf_token": browser.token, **fields}.items()
    ]
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    parts.append(head.encode() + raw + b"\r\n")
    body = b"".join(b"--line\r\n" + part for part in parts) + b"--line--\r\n"
    return browser.client.post(path, data=body, content_type="multipart/form-data; boundary=line")


def test_a_candidate_is_added_for_a_requisition(database: Database, coordinator: Browser) -> None:
    assert "No candidates yet" in words(coordinator.get("/candidates"))
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
    shown = coordinator.get(f"/candidates/new?requisition_id={requisition.id}")
    assert re.search(rf'value="{requisition.id}"\s+selected', shown.text)
    answer = coordinator.post("/candidates/new", {**MIRA, "requisition_id": str(requisition.id)})
    page = words(coordinator.get(answer.location))
    assert "Mira Okafor" in page
    assert "Product Manager, Search Applied" in page
    assert kept(database) == [("Mira Okafor", "mira@example.org", "Led search")]


def test_what_was_typed_comes_back_with_the_fault(coordinator: Browser) -> None:
    answer = coordinator.post("/candidates/new", {**MIRA, "email": "mira at home"})
    assert answer.status_code == 422
    assert "Write an e-mail address such as name@example.org." in words(answer)
    assert 'value="mira at home"' in answer.text
    assert 'value="Led search"' in answer.text


def test_a_known_address_is_offered_as_a_merge_and_nobody_is_created_twice(
    database: Database, coordinator: Browser
) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
    coordinator.post("/candidates/new", {**MIRA, "headline": ""})
    typed = {**MIRA, "name": "M. Okafor", "requisition_id": str(requisition.id)}
    offer = coordinator.post("/candidates/new", typed)
    assert "Mira Okafor is known already" in words(offer)
    assert "Name: “M. Okafor” instead of “Mira Okafor”" in words(offer)
    assert re.search(r'value="headline" checked', offer.text), "what is not known is ticked"
    assert not re.search(r'value="name" checked', offer.text)
    answer = coordinator.post("/candidates/merge", {**typed, "adopted": ["headline"]})
    assert answer.status_code == 303
    again = coordinator.post("/candidates/merge", {**typed, "adopted": []})
    assert again.status_code == 303
    assert kept(database) == [("Mira Okafor", "mira@example.org", "Led search")]
    assert applications(database) == 1


def test_a_stale_edit_shows_both_texts(database: Database, coordinator: Browser) -> None:
    location = coordinator.post("/candidates/new", MIRA).location.partition("?")[0]
    first = {**MIRA, "version": "1"}
    assert coordinator.post(f"{location}/edit", {**first, "headline": "Theirs"}).status_code == 303
    answer = coordinator.post(f"{location}/edit", {**first, "headline": "Mine"})
    assert answer.status_code == 409
    assert "Headline Theirs" in words(answer)
    assert 'value="Mine"' in answer.text
    assert kept(database)[0][2] == "Theirs"


def test_a_further_application_is_added(database: Database, coordinator: Browser) -> None:
    location = coordinator.post("/candidates/new", MIRA).location.partition("?")[0]
    with writing(database.engine) as session:
        requisition = make.make_requisition(session, "PM, Ads")
    assert "PM, Ads" in words(coordinator.get(f"{location}/apply"))
    answer = coordinator.post(f"{location}/apply", {"requisition_id": str(requisition.id)})
    assert answer.location.startswith("/applications/")
    assert "PM, Ads" not in words(coordinator.get(f"{location}/apply")), "they apply for it already"


def test_a_file_is_previewed_and_then_imported_whole(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
        make.make_candidate(session, "Ann Known", email="ann@example.org")
    text = "name,email,headline\nAnn K.,ANN@example.org,Head of PM\nBob,bob@example.org,PM\n"
    answer = upload(coordinator, text, requisition_id=str(requisition.id))
    assert answer.status_code == 303
    preview = coordinator.get(answer.location)
    assert "2 lines read, nothing imported yet." in words(preview)
    assert "Name from line 2: “Ann K.” instead of “Ann Known”" in words(preview)
    assert "Headline from line 2: “Head of PM” (not known so far)" in words(preview)
    assert len(kept(database)) == 1
    token = re.search(r'name="kept" value="([^"]+)"', preview.text)
    assert token
    sent = {"kept": token[1], "adopted": ["2:headline", "9:nonsense", "2:email"]}
    done = coordinator.post("/candidates/import/preview", sent)
    assert done.location == f"/requisitions/{requisition.id}?done=candidates-imported"
    assert kept(database) == [("Ann Known", "ann@example.org", "Head of PM"), ("Bob", "bob@example.org", "PM")]
    assert applications(database) == 2
    assert coordinator.post("/candidates/import/preview", sent).status_code == 404, "and only once"


def test_a_bad_file_is_told_all_its_faults_and_nothing_is_written(database: Database, coordinator: Browser) -> None:
    lines = ["name,email", *(f"P{n},p{n}@example.org" for n in range(2, 7)), "P7,p7 at home", ",p8@example.org"]
    answer = upload(coordinator, "\n".join(lines))
    assert answer.status_code == 422
    said = words(answer)
    assert "Nothing was imported" in said
    assert "line 7, column email: Write an e-mail address such as name@example.org." in said
    assert "line 8, column name: Write the candidate's name." in said
    assert kept(database) == []


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"naem,email\nA,a@example.org\n", "line 1: The header is “naem,email”: expected name,email"),
        ("name,email\nA,a@example.org\n".encode("utf-16"), "written in UTF-16. Save it again as “CSV UTF-8”."),
        (b"", "The file is empty"),
        (b"x" * 5_000_001, "at most 5 MB and 10,000 candidates"),
    ],
    ids=["header", "utf-16", "empty", "too-big"],
)
def test_a_wrong_file_is_named_with_the_remedy(coordinator: Browser, raw: bytes, said: str) -> None:
    assert said in words(upload(coordinator, raw))


def test_fifty_megabytes_are_refused_by_size_with_the_limit_in_words(coordinator: Browser) -> None:
    answer = upload(coordinator, b"x" * 50_000_000)
    assert answer.status_code == 422
    assert "This file has 50 MB. Accepted: CSV in UTF-8, at most 5 MB and 10,000 candidates." in words(answer)


def test_a_preview_is_of_the_person_who_sent_the_file(
    database: Database, coordinator: Browser, signed_in: Open
) -> None:
    location = upload(coordinator, "name,email\nAnn,ann@example.org\n").location
    with writing(database.engine) as session:
        other = make.make_person(session, "Other Clerk", [Role.COORDINATOR])
    assert coordinator.get(location).status_code == 200
    answer = signed_in(other.id).get(location)
    assert answer.status_code == 404
    assert "no longer kept. Upload the file again." in words(answer)


def test_documents_come_in_and_go_out_as_downloads_only(
    database: Database, coordinator: Browser, tmp_path: Path, signed_in: Open
) -> None:
    location = coordinator.post("/candidates/new", MIRA).location.partition("?")[0]
    sent = send_file(coordinator, f"{location}/files", "Mira <CV>.pdf", "application/pdf", uploads.pdf())
    assert sent.status_code == 303
    page = coordinator.get(location)
    link = re.search(r'href="(/files/[^"]+)"', page.text)
    assert link
    given = coordinator.get(link[1])
    assert given.data.startswith(b"%PDF-")
    assert uploads.MAKER.encode() not in given.data
    assert given.headers["Content-Disposition"] == 'attachment; filename="Mira CV.pdf"'
    assert given.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Cache-Control"] == "no-store"
    (stored,) = (tmp_path / "files").iterdir()
    stored.write_bytes(b"%PDF-1.7 other")
    assert coordinator.get(link[1]).status_code == 503
    with writing(database.engine) as session:
        stranger = make.make_person(session, "Sten Falk", [Role.INTERVIEWER])
    assert signed_in(stranger.id).get(link[1]).status_code == 404


def test_a_refused_document_is_explained_on_the_page(coordinator: Browser) -> None:
    location = coordinator.post("/candidates/new", MIRA).location.partition("?")[0]
    for name, kind, raw in (("cv.html", "text/html", b"<p>"), ("cv.pdf", "application/pdf", b"MZ")):
        answer = send_file(coordinator, f"{location}/files", name, kind, raw)
        assert answer.status_code == 422
        assert "PDF, PNG, JPEG or plain text, or an office document" in words(answer)
    assert coordinator.post(f"{location}/files", {}).status_code == 422
    big = send_file(coordinator, f"{location}/files", "cv.txt", "text/plain", b"x" * 12_000_000)
    assert "This file has 12 MB." in words(big)


def test_search_and_export_show_what_the_list_shows(database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        ida = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
        mira = make.make_application(session, name="Mira Okafor", stage=Stage.DECIDED)
        make.make_application(session, name="Mira Unseen")
        make.make_interview(session, mira, [ida])
    browser = signed_in(ida.id)
    listed, found = words(browser.get("/candidates")), words(browser.get("/search?q=mira"))
    export = browser.get("/candidates.csv")
    rows = list(csv.reader(io.StringIO(export.data.decode("utf-8-sig"))))
    assert "Mira Unseen" not in listed + found
    assert "Mira Okafor Product Manager, Search Interviewing" in listed
    assert "Interviewing" in found
    assert rows[1:] == [["Mira Okafor", "", "Product Manager, Search", "Interviewing"]]
    assert "Nothing found" in words(browser.get("/search?q=nobody"))
    assert browser.get("/search").status_code == 200


@pytest.mark.parametrize("size", [1, 3])
def test_each_page_takes_the_same_statements_however_much_it_holds(
    database: Database, coordinator: Browser, size: int
) -> None:
    with writing(database.engine) as session:
        candidate = make.make_candidate(session)
        for _ in range(size):
            make.make_application(session, candidate=candidate)
            make.make_application(session)
    expected = {
        "/candidates": 4,
        f"/candidates/{candidate.id}": 5,
        f"/candidates/{candidate.id}/edit": 5,
        "/search?q=mira": 6,
        "/candidates/new": 3,
        "/candidates/import": 3,
    }
    found = {}
    for path in expected:
        with counted(database.engine) as sent:
            assert coordinator.get(path).status_code == 200
        found[path] = len(sent)
    assert found == expected


@pytest.mark.parametrize("role", [Role.HIRING_MANAGER, Role.INTERVIEWER, Role.ADMIN])
def test_adding_is_for_coordinators(database: Database, signed_in: Open, role: Role) -> None:
    with writing(database.engine) as session:
        candidate = make.make_candidate(session)
        person = make.make_person(session, roles=[role])
    browser = signed_in(person.id)
    for path in ("new", "import", "import/preview?kept=x"):
        assert browser.get(f"/candidates/{path}").status_code == 403
    for path in ("", "/edit", "/apply"):
        assert browser.get(f"/candidates/{candidate.id}{path}").status_code in {403, 404}
    assert browser.post("/candidates/merge", MIRA).status_code == 403
    assert browser.post(f"/candidates/{candidate.id}/files", {}).status_code == 404
