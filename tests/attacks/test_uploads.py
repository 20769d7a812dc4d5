"""Files that pretend, files that run, files that burst, and bodies without end."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

import psutil
import pytest

from app.models.candidate import CandidateFile
from tests.attacks.ground import rows
from tests.factories import uploads
from tests.web import multipart

if TYPE_CHECKING:
    from pathlib import Path

    from tests.attacks.ground import Ground
    from tests.databases import Database
    from tests.web.browser import Browser

SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GIF = b"GIF89a/*" + SCRIPT + b"*/=1;"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def send(ground: Ground, name: str, kind: str, data: bytes) -> int:
    clerk = ground.browser(ground.panel.coordinator.person_id)
    path = f"/candidates/{ground.candidate}/files"
    return multipart.send(clerk, path, {}, {"file": (name, kind, data)}).status_code


def received(ground: Ground, database: Database) -> list[tuple[dict[str, str], bytes]]:
    clerk = ground.browser(ground.panel.coordinator.person_id)
    answers = [clerk.get(f"/files/{file_id}") for (file_id,) in rows(database, CandidateFile.id)]
    return [(dict(answer.headers), answer.data) for answer in answers]


@pytest.mark.attack("IN-04")
@pytest.mark.attack("UP-02")
@ON_SQLITE
def test_pages_drawings_and_files_that_pretend_are_refused(ground: Ground, database: Database) -> None:
    before = rows(database, CandidateFile.id)
    for name, kind, data in (
        ("cv.html", "text/html", SCRIPT), ("cv.svg", "image/svg+xml", SVG), ("cv.pdf", "application/pdf", SCRIPT),
        ("cv.png", "image/png", SVG), ("cv.gif", "image/gif", GIF), ("cv.png", "image/png", GIF),
        ("cv.jpg", "image/jpeg", GIF), ("cv.pdf", "text/html", uploads.pdf()), ("cv.txt", "text/plain", b"\xff\xfe<"),
        ("cv.docx", "application/zip", uploads.packed({"index.html": SCRIPT})), ("cv.pdf", "application/pdf", b""),
    ):  # fmt: skip
        assert send(ground, name, kind, data) == 422, (name, kind)
    assert rows(database, CandidateFile.id) == before


@pytest.mark.attack("IN-04")
@pytest.mark.attack("UP-02")
@ON_SQLITE
def test_what_is_kept_is_sent_as_something_to_save_and_lost_its_scripts(ground: Ground, database: Database) -> None:
    assert (
        send(ground, "<img onerror=x>.pdf", "application/pdf", uploads.pdf() + uploads.packed({"a.html": SCRIPT}))
        == 303
    )
    assert send(ground, "cv.txt", "text/plain", SCRIPT) == 303
    assert send(ground, "cv.jpg", "image/jpeg", uploads.jpeg() + SCRIPT) == 303
    sent = received(ground, database)
    assert len(sent) == 4
    for headers, data in sent:
        assert headers["Content-Disposition"].startswith("attachment;")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
        assert "<" not in headers["Content-Disposition"]
        assert headers["Content-Type"].partition(";")[0] in {"application/pdf", "text/plain", "image/jpeg"}
        if not data.startswith(b"<script>"):
            assert SCRIPT not in data
            assert b"app.alert" not in data
            assert not zipfile.is_zipfile(io.BytesIO(data))


@pytest.mark.attack("IN-11")
@ON_SQLITE
def test_nothing_that_runs_is_kept_under_any_name(ground: Ground, database: Database, tmp_path: Path) -> None:
    pdf = uploads.pdf()
    for name in (
        "cv.php", "cv.pdf.exe", "cv.exe.pdf", "cv.PHP.pdf", "cv.pdf.", "cv.pdf ", "cv.pHtMl", "cv.pdf\x00.exe", ".pdf",
        ".htaccess", "cv", "cv.jsp;.pdf.jsp", "../../cv.py", "cv.pdf/.exe",
    ):  # fmt: skip
        assert send(ground, name, "application/pdf", pdf) in {303, 422}, name
    assert send(ground, "cv.pdf", "application/x-msdownload", b"MZ" + pdf) == 422
    assert send(ground, "cv.PDF", "application/pdf", b"MZ" + pdf) == 422
    kept = [str(name) for (name,) in rows(database, CandidateFile.name)]
    assert all(name.endswith(".pdf") and name.count(".") == 1 for name in kept), kept
    stored = list((tmp_path / "files").iterdir())
    assert len(stored) == len(kept)
    assert {stat.S_IMODE(file.stat().st_mode) for file in stored} == {0o600}
    assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700
    assert all(file.suffix == "" for file in stored), "names on the disk are ours"
    clerk = ground.browser(ground.panel.coordinator.person_id)
    for way in ("static/x/../../files", "static/x", "files/..", "static/x/%2e%2e/%2e%2e/files"):
        assert clerk.get(f"/{way}/{stored[0].name}").status_code == 404


@pytest.mark.attack("UP-01")
@ON_SQLITE
def test_bodies_without_measure_are_refused_before_they_are_read(ground: Ground) -> None:
    clerk = ground.browser(ground.panel.coordinator.person_id)
    before = psutil.Process().memory_info().rss
    token = clerk.token

    class Endless(io.RawIOBase):
        """A body that never ends and counts what was read of it."""

        taken = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # any buffer will do
            self.taken += len(buffer)
            assert self.taken < 30_000_000, "somebody reads for ever"
            buffer[:] = b"a" * len(buffer)
            return len(buffer)

    head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'.encode()
    flood = head + b"--x\r\nContent-Disposition: form-data; name=reason\r\n\r\n" + b"\r\n\r" * 3_000_000
    kinds = {
        "declared too long": {"data": b"x", "headers": {"Content-Length": str(10**9)}},
        "CR and LF": {"data": flood},
        "fields": {"data": head + b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 2_000 + b"--x--"},
    }
    for path in ("/account/zone", f"/candidates/{ground.candidate}/files", "/sign-in"):
        for name, body in kinds.items():
            answer = clerk.client.post(path, content_type="multipart/form-data; boundary=x", **body)  # type: ignore[arg-type]  # werkzeug's own
            assert answer.status_code in {400, 403, 413, 422}, (path, name)
        endless = Endless()
        environ = {"wsgi.input": endless, "wsgi.input_terminated": False, "HTTP_TRANSFER_ENCODING": "chunked"}
        assert clerk.client.post(path, environ_overrides=environ).status_code in {400, 403, 411, 413, 422}, path
        assert endless.taken < 15_000_000
    assert psutil.Process().memory_info().rss - before < 100_000_000


@pytest.mark.attack("UP-05")
@ON_SQLITE
def test_a_small_sheet_that_would_fill_the_memory_harms_nobody(ground: Ground, database: Database) -> None:
    cells = '<c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = f'<worksheet {space}><sheetData><row r="1">{cells}</row></sheetData></worksheet>'.encode()
    far = uploads.office("xlsx", {"xl/worksheets/sheet1.xml": sheet})
    assert len(far) < 5_000
    clerk = ground.browser(ground.panel.coordinator.person_id)
    before = psutil.Process().memory_info().rss
    imported = _import(clerk, far)
    assert imported.startswith("422")
    assert "This file is a spreadsheet or archive, not CSV." in imported
    assert send(ground, "far.xlsx", uploads_type(), far) in {303, 422}
    burst = uploads.office("xlsx", {"xl/worksheets/sheet1.xml": b" " * 60_000_000})
    assert send(ground, "burst.xlsx", uploads_type(), burst) == 422
    assert psutil.Process().memory_info().rss - before < 150_000_000
    assert clerk.get("/candidates").status_code == 200, "and the program goes on"
    assert all(len(data) < 10_000 for _, data in received(ground, database))


def uploads_type() -> str:
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _import(clerk: Browser, data: bytes) -> str:
    answer = multipart.send(clerk, "/candidates/import", {}, {"file": ("people.csv", "text/csv", data)})
    return f"{answer.status_code} {answer.text}"
