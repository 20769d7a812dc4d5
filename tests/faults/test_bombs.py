"""Files that unpack to far more than they weigh, and texts that never end: each is refused in words, at little cost."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest

from app.domain.permission import Role
from app.models.engine import writing
from app.settings import Environment, Settings
from tests import programs
from tests.factories import hiring, uploads
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database
    from tests.faulting import Breaking

MEMORY = 400_000_000
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DEEP = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF"
LOOP = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R /Kids [1 0 R] >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF"
FILES = {
    "a picture of 100 megapixels": ("cv.png", "image/png", uploads.png((10_000, 10_000))),
    "an archive of 60 MB of zeros": ("cv.docx", DOCX, uploads.office("docx", {"big": b"0" * 60_000_000})),
    "an archive of 5,000 parts": ("cv.docx", DOCX, uploads.office("docx", {f"p/{n}": b"" for n in range(5000)})),
    "entities within entities": (
        "cv.docx", DOCX, uploads.office("docx", {"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 9000 +
        b'"><!ENTITY c "' + b"&b;" * 9000 + b'">]><a>' + b"&c;" * 9000 + b"</a>"}),
    ),
    "a document 200,000 levels deep": ("cv.pdf", "application/pdf", DEEP),
    "a document that is its own page": ("cv.pdf", "application/pdf", LOOP),
}  # fmt: skip
TEXTS = {
    "brackets that never close": "[" * 40_000,
    "emphasis within emphasis": "*a **b " * 7000,
    "quotes within quotes": ">" * 30_000 + " deep",
    "a pattern that looks back": "a" * 30_000 + "!",
    "letters with a thousand marks": "e" + "\u0301" * 30_000,
}
QUERIES = ("(a+)+$" * 20, "a" * 9000, "%" * 4000, '"' * 3001, "AND " * 900, "*" * 500)


@pytest.mark.fault("F16", seconds=15)
def test_bombs_are_refused_in_words(database: Database, tmp_path: Path, breaking: Breaking) -> None:
    with writing(database.engine) as session:
        person = hiring.make_person(session, "Cora Diaz", [Role.COORDINATOR, Role.INTERVIEWER])
        application = hiring.make_application(session)
        candidate = application.candidate_id
        card = hiring.make_card(session, hiring.make_interview(session, hiring.make_application(session)), person).id
    settings = Settings(env=Environment.DEMO, instance=tmp_path, database_url=database.url, secret_key=SECRET)
    program = programs.built(settings, database)
    tabs = [_tab(program, person.id) for _ in range(4)]
    before = psutil.Process().memory_info().rss
    wrong, tries = breaking.wrong, 0
    with ThreadPoolExecutor(len(tabs)) as pool:
        for _ in breaking.rounds(1, 5):
            sent = [
                *((f"/candidates/{candidate}/files", one, None) for one in FILES.values()),
                *((f"/scorecards/{card}/draft", None, one) for one in TEXTS.values()),
                *((f"/search?q={one}", None, None) for one in QUERIES),
            ]
            jobs = [pool.submit(_status, tabs[n % len(tabs)], *one) for n, one in enumerate(sent)]
            answers = [job.result(120) for job in jobs]
            tries += len(answers)
            wrong += [f"{one[0][:60]}: {status}" for one, status in zip(sent, answers, strict=True) if status >= 500]
    grown = psutil.Process().memory_info().rss - before
    breaking.count(tries, len(wrong) + int(grown > MEMORY), f"bombs, four at once, on {database.engine.dialect.name}")
    assert wrong == []
    assert grown < MEMORY


def _tab(program: Flask, person_id: UUID) -> Browser:
    tab = Browser(program)
    tab.sign_in(person_id)
    assert tab.token
    return tab


def _status(tab: Browser, path: str, file: tuple[str, str, bytes] | None, text: str | None) -> int:
    if file is not None:
        name, kind, data = file
        return tab.post(path, {"file": (io.BytesIO(data), name, kind)}).status_code
    if text is not None:
        return tab.post(path, {"version": "1", "summary": text}).status_code
    return tab.get(path).status_code
