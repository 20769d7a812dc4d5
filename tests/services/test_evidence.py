"""Evidence: links, texts and files, what is refused, and who gets a file back; on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.errors import InvalidError, NotAllowedError, NotFoundError, UnavailableError
from app.domain.onboarding.goal import EvidenceKind
from app.models.engine import writing
from app.models.onboarding import GoalEvidence
from app.services import evidence
from app.services.evidence import PieceDraft
from app.services.files import Upload
from tests.factories import hiring as make
from tests.factories.plans import TODAY, Cast, make_plan

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

NOW = make.NOW
LINK = PieceDraft("The map", TODAY, link="https://example.org/map?day=1#top")
PDF = Upload("Map of teams.pdf", "application/pdf", b"%PDF-1.7 teams")


def _show(session: Session, cast: Cast, person: Person, piece: PieceDraft, folder: Path) -> UUID:
    goal = cast.goal(session, "learn")
    return evidence.show(session, make.actor_of(person), goal.id, piece, folder=folder, today=TODAY, now=NOW)


def test_each_form_of_evidence_is_kept_as_what_it_is(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        for piece in (LINK, PieceDraft("", TODAY, text="We met  support."), PieceDraft("", TODAY, upload=PDF)):
            _show(session, cast, cast.hire, piece, tmp_path / "files")
        rows = {row.kind: (row.title, row.body) for row in session.scalars(select(GoalEvidence))}

    assert rows == {
        EvidenceKind.LINK: ("The map", "https://example.org/map?day=1#top"),
        EvidenceKind.TEXT: ("We met support.", "We met  support."),
        EvidenceKind.FILE: ("Map of teams.pdf", "Map of teams.pdf"),
    }


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "example.org/map", "https://", "//example.org",
        "https://a b.example", "https://user:secret@example.org/", "https://[broken",
    ],
)  # fmt: skip
def test_a_link_that_is_no_plain_web_address_is_refused(database: Database, tmp_path: Path, link: str) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises(InvalidError) as refused:
            _show(session, cast, cast.hire, replace(LINK, link=link), tmp_path / "files")

    assert [fault.field for fault in refused.value.faults] == ["link"]


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (Upload("run.exe", "application/octet-stream", b"MZ\x90"), "This kind of file is not accepted"),
        (Upload("run.pdf", "application/pdf", b"MZ\x90"), "is not what its name says"),
        (Upload("page.html", "text/html", b"<script>"), "This kind of file is not accepted"),
        (Upload("big.pdf", "application/pdf", b"%PDF-" + b"0" * 30_000_000), "This file has 30.0 MB"),
        (Upload("empty.pdf", "application/pdf", b""), "This file is empty"),
    ],
)
def test_files_that_are_no_documents_are_refused_and_leave_nothing(
    database: Database, tmp_path: Path, upload: Upload, said: str
) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises(InvalidError, match=said):
            _show(session, cast, cast.hire, PieceDraft("", TODAY, upload=upload), tmp_path / "files")

        assert session.scalars(select(GoalEvidence.id)).all() == []
    assert not (tmp_path / "files").exists()


def test_one_piece_is_one_thing(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        for piece in (PieceDraft("Nothing", TODAY), replace(LINK, text="and a text")):
            with pytest.raises(InvalidError, match="one of the three"):
                _show(session, cast, cast.hire, piece, tmp_path / "files")


def test_a_file_goes_out_to_whoever_may_see_the_goal(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        file_id = _show(session, cast, cast.hire, PieceDraft("", TODAY, upload=PDF), tmp_path / "files")
        for person in (cast.hire, cast.manager, cast.hr):
            stored = evidence.hand_out(session, make.actor_of(person), file_id, folder=tmp_path / "files", now=NOW)
            assert (stored.name, stored.media_type, stored.data) == (PDF.name, "application/pdf", PDF.data)
        with pytest.raises(NotFoundError):
            evidence.hand_out(session, make.actor_of(cast.buddy), file_id, folder=tmp_path / "files", now=NOW)


def test_a_file_that_was_changed_on_the_disk_is_not_given_out(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        file_id = _show(session, cast, cast.hire, PieceDraft("", TODAY, upload=PDF), tmp_path / "files")
        (tmp_path / "files" / str(file_id)).write_bytes(b"%PDF-1.7 forged")
        with pytest.raises(UnavailableError, match="does not match its record"):
            evidence.hand_out(session, make.actor_of(cast.hire), file_id, folder=tmp_path / "files", now=NOW)


def test_a_link_is_not_a_file(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        link_id = _show(session, cast, cast.hire, LINK, tmp_path / "files")
        with pytest.raises(NotFoundError):
            evidence.hand_out(session, make.actor_of(cast.hire), link_id, folder=tmp_path / "files", now=NOW)


@pytest.mark.parametrize("part", ["manager", "hr"])
def test_only_the_owner_shows_evidence(database: Database, tmp_path: Path, part: str) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        with pytest.raises(NotAllowedError):
            _show(session, cast, getattr(cast, part), LINK, tmp_path / "files")
