"""Evidence on a goal's page: links, files and texts, and what comes back when one is not taken; on both databases."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from app.models.onboarding import GoalEvidence
from tests.web.goal_scene import Open, Scene, words
from tests.web.multipart import File

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database

EXECUTABLE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 400


@pytest.fixture
def scene(database: Database, signed_in: Open) -> Scene:
    return Scene(database, signed_in)


def test_links_say_where_they_lead_and_tell_nothing_on_the_way(scene: Scene) -> None:
    scene.show("hire", "link", link="https://münchen.example/plan?q=1", title="The plan")
    page = scene.look("manager")

    assert 'rel="noopener noreferrer nofollow"' in page.text
    assert "leads to xn--mnchen-3ya.example" in words(page)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "example.org", "https://me:secret@example.org/", ""])
def test_a_link_that_is_none_comes_back_with_what_was_typed(scene: Scene, link: str) -> None:
    answer = scene.show("hire", "link", link=link, title="The typed title")

    assert answer.status_code == 422
    assert f'value="{link}"' in answer.text
    assert 'value="The typed title"' in answer.text
    assert "field--wrong" in answer.text
    assert scene.count(GoalEvidence) == 0


def test_a_file_comes_back_as_a_download(scene: Scene, tmp_path: Path) -> None:
    sent = ("Map of teams.pdf", "application/pdf", b"%PDF-1.7 teams")
    assert scene.attach("hire", sent, title="The map").status_code == 303
    found = re.search(r'href="(/onboarding/evidence/[^"]+)"', scene.look("manager").text)
    assert found

    answer = scene.browser("manager").get(found[1])
    assert (answer.status_code, answer.data) == (200, b"%PDF-1.7 teams")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Map of teams.pdf"'
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert [path.read_bytes() for path in (tmp_path / "files").iterdir()] == [b"%PDF-1.7 teams"]
    for part in ("buddy", "stranger"):
        assert scene.browser(part).get(found[1]).status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (("run.exe", "application/octet-stream", EXECUTABLE), "This kind of file is not accepted"),
        (("report.pdf", "application/pdf", EXECUTABLE), "is not what its name says"),
        (("page.html", "text/html", b"<script>alert(1)</script>"), "This kind of file is not accepted"),
        (("empty.pdf", "application/pdf", b""), "This file is empty."),
        (("big.pdf", "application/pdf", b"%PDF-" + b"0" * 30_000_000), "This file has 30.0 MB."),
    ],
    ids=["executable", "disguised", "page", "empty", "large"],
)
def test_a_file_that_is_not_taken_leaves_what_was_typed(scene: Scene, tmp_path: Path, sent: File, said: str) -> None:
    answer = scene.attach("hire", sent, title="The typed title", about_on="2026-11-02")

    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="The typed title"' in answer.text
    assert 'value="2026-11-02"' in answer.text
    assert scene.count(GoalEvidence) == 0
    assert not (tmp_path / "files").exists()


def test_a_file_beyond_all_measure_is_not_even_read(scene: Scene) -> None:
    answer = scene.attach("hire", ("big.pdf", "application/pdf", b"0" * 41_000_000))

    assert answer.status_code == 422
    assert "This file has 41 MB. Accepted: PDF, PNG, JPEG or plain text, or an office document" in unescape(answer.text)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2999-01-01", "Choose today or an earlier day"),
        ("", "Choose the day"),
        ("yesterday", "Write a day of the calendar"),
    ],
)
def test_evidence_has_a_day_that_has_been(scene: Scene, day: str, said: str) -> None:
    answer = scene.show("hire", "text", text="Met support", about_on=day)

    assert answer.status_code == 422
    assert said in words(answer)
    assert "Met support" in answer.text


def test_no_file_chosen_is_said_beside_the_field(scene: Scene) -> None:
    assert "Choose a file." in words(scene.attach("hire", ("", "application/octet-stream", b"")))
