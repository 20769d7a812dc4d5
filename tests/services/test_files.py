from __future__ import annotations

import stat
import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import InvalidError, NotAllowedError, NotFoundError, UnavailableError
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.candidate import CandidateFile
from app.models.engine import writing
from app.services import files
from app.services.files import SIZE_LIMIT, StoredFile, Upload
from tests.factories import hiring as make
from tests.factories import uploads

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database

NOW = make.NOW
RESUME = files.cleaned(Upload("Résumé Mira.pdf", "application/pdf", uploads.pdf()))


def png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def jpeg(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x04AB\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x11\x00\x00"


def coordinator(session: Session) -> ActorFacts:
    return make.actor_of(make.make_person(session, "Cora Finn", [Role.COORDINATOR]))


def test_a_document_is_kept_privately_and_comes_out_as_it_went_in(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    with writing(database.engine) as session:
        actor, candidate = coordinator(session), make.make_candidate(session)
        made = files.attach(session, actor, candidate.id, RESUME, folder=folder, now=NOW)
        given = files.hand_out(session, actor, made, folder=folder, now=NOW)
    with writing(database.engine) as session:
        viewed = session.scalars(select(AuditEvent.action).where(AuditEvent.object == f"file/{made}")).all()
    assert given == StoredFile("Résumé Mira.pdf", "application/pdf", RESUME.data)
    assert [file.name for file in folder.iterdir()] == [str(made)]
    assert stat.S_IMODE((folder / str(made)).stat().st_mode) == 0o600
    assert viewed == ["file.add", "file.view"]


@pytest.mark.parametrize(
    "upload",
    [
        Upload("photo.PNG", "image/png", uploads.png()),
        Upload("photo.jpeg", "image/jpeg", uploads.jpeg()),
        Upload("note.txt", "text/plain; charset=utf-8", "Zoë was here.\n".encode()),
    ],
    ids=["png", "jpeg", "txt"],
)
def test_pictures_and_texts_are_accepted(database: Database, tmp_path: Path, upload: Upload) -> None:
    with writing(database.engine) as session:
        candidate, document = make.make_candidate(session), files.cleaned(upload)
        files.attach(session, coordinator(session), candidate.id, document, folder=tmp_path, now=NOW)
        assert session.scalars(select(CandidateFile.size)).all() == [len(document.data)]
    assert uploads.MAKER.encode() not in document.data


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (Upload("cv.pdf.exe", "application/pdf", b"%PDF-1.7"), "not accepted"),
        (Upload("cv.html", "text/html", b"<p>"), "not accepted"),
        (Upload("cv.svg", "image/svg+xml", b"<svg/>"), "not accepted"),
        (Upload("cv.pdf.", "application/pdf", b"%PDF-1.7"), "not accepted"),
        (Upload("pdf", "application/pdf", b"%PDF-1.7"), "not accepted"),
        (Upload("cv.pdf", "text/html", b"%PDF-1.7"), "not what its name says"),
        (Upload("cv.pdf", "application/pdf", b"MZ\x90"), "not what its name says"),
        (Upload("cv.txt", "text/plain", b"a\x00b"), "not what its name says"),
        (Upload("cv.txt", "text/plain", b"\xff\xfe"), "not what its name says"),
        (Upload("cv.png", "image/png", png(100_000, 100_000)), "40 million pixels"),
        (Upload("cv.png", "image/png", b"\x89PNG\r\n\x1a\n"), "40 million pixels"),
        (Upload("cv.jpg", "image/jpeg", jpeg(60_000, 60_000)), "40 million pixels"),
        (Upload("cv.txt", "text/plain", b""), "empty"),
        (Upload("cv.txt", "text/plain", b"x" * (SIZE_LIMIT + 100_000)), "10.1 MB. PDF, PNG, JPEG or plain text"),
    ],
)
def test_anything_else_is_refused_in_words(upload: Upload, said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        files.cleaned(upload)


def test_a_candidate_has_a_bounded_number_of_documents(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        actor, candidate = coordinator(session), make.make_candidate(session)
        for _ in range(files.MOST_FILES):
            files.attach(session, actor, candidate.id, RESUME, folder=tmp_path, now=NOW)
        with pytest.raises(InvalidError, match="at most 20 documents"):
            files.attach(session, actor, candidate.id, RESUME, folder=tmp_path, now=NOW)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.txt",
        'a"b\r\nSet-Cookie: x.txt',
        "... .txt",
        "x" * 300 + ".txt",
        "eicar.com.txt",
        "NUL.txt",
        "..\\..\\windows\\system32\\a.txt",
        "a\u202eb.txt",
        "\x00a.txt",
    ],
)
def test_a_hostile_name_is_made_harmless(database: Database, tmp_path: Path, name: str) -> None:
    with writing(database.engine) as session:
        actor, candidate = coordinator(session), make.make_candidate(session)
        document = files.cleaned(Upload(name, "text/plain", b"Hello"))
        made = files.attach(session, actor, candidate.id, document, folder=tmp_path, now=NOW)
        kept = session.get_one(CandidateFile, made).name
    assert kept.endswith(".txt")
    assert kept.isprintable()
    assert not kept.lower().startswith(("nul.", "."))
    assert len(kept) <= 200
    assert not set(kept) & set('/\\"\r\n:')


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_file_is_not_given_out(database: Database, tmp_path: Path, damage: str) -> None:
    with writing(database.engine) as session:
        actor, candidate = coordinator(session), make.make_candidate(session)
        made = files.attach(session, actor, candidate.id, RESUME, folder=tmp_path, now=NOW)
        file = tmp_path / str(made)
        file.unlink()
        if damage == "changed":
            file.write_bytes(RESUME.data + b"x")
        with pytest.raises(UnavailableError, match="does not match its record"):
            files.hand_out(session, actor, made, folder=tmp_path, now=NOW)


def test_interviewers_read_what_they_need_and_add_nothing(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        application = make.make_application(session)
        seated, other = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard"))
        make.make_interview(session, application, [seated])
        made = files.attach(session, coordinator(session), application.candidate_id, RESUME, folder=tmp_path, now=NOW)
        assert files.hand_out(session, make.actor_of(seated), made, folder=tmp_path, now=NOW).data == RESUME.data
        with pytest.raises(NotFoundError):
            files.hand_out(session, make.actor_of(other), made, folder=tmp_path, now=NOW)
        with pytest.raises(NotAllowedError):
            files.attach(session, make.actor_of(seated), application.candidate_id, RESUME, folder=tmp_path, now=NOW)
