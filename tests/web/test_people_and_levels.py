"""People and levels over HTTP: one by one and from a file, with every fault said and nothing half done."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.ladder import Placement, Reporting
from tests.factories.cycles import Team, make_team
from tests.factories.hiring import make_person
from tests.web.browser import Browser

if TYPE_CHECKING:
    from tests.databases import Database

SignedIn = Callable[[UUID], Browser]


@pytest.fixture
def team(database: Database) -> Team:
    with writing(database.engine) as session:
        return make_team(session)


def test_a_level_is_recorded_once_and_the_history_keeps_the_old(
    team: Team, signed_in: SignedIn, database: Database
) -> None:
    browser = signed_in(team.hr.id)
    address = f"/ladder/people/{team.mira.id}"
    data = {
        "level": f"{team.version.role}/principal", "since": "2026-10-01", "reason": "Grew into it.",
        "intent": "c" * 32,
    }  # fmt: skip
    assert browser.post(f"{address}/level", data).status_code == 303
    assert browser.post(f"{address}/level", data).status_code == 303
    seen = browser.get(address).text
    assert "Principal PM since" in seen
    with reading(database.engine) as session:
        held = select(Placement.level).where(Placement.person_id == team.mira.id).order_by(Placement.since)
        assert session.scalars(held).all() == ["senior", "principal"]
    far = browser.post(f"{address}/level", {**data, "since": "2099-01-01", "intent": "d" * 32})
    assert far.status_code == 422
    assert "at most a year ahead" in far.text
    assert "Grew into it." in far.text


def test_hr_partners_do_not_place_themselves(team: Team, signed_in: SignedIn, database: Database) -> None:
    browser = signed_in(team.hr.id)
    assert "This is you." in browser.get(f"/ladder/people/{team.hr.id}").text
    level = {"level": f"{team.version.role}/principal", "since": "2026-10-01", "intent": "e" * 32}
    assert browser.post(f"/ladder/people/{team.hr.id}/level", level).status_code == 422
    line = {"manager_id": str(team.manager.id), "team": "HR", "intent": "f" * 32}
    assert browser.post(f"/ladder/people/{team.hr.id}/line", line).status_code == 422
    with reading(database.engine) as session:
        assert session.get(Reporting, team.hr.id) is None


def test_nobody_reports_in_a_circle(team: Team, signed_in: SignedIn) -> None:
    answer = signed_in(team.hr.id).post(
        f"/ladder/people/{team.manager.id}/line", {"manager_id": str(team.mira.id), "team": "", "intent": "0" * 32}
    )
    assert answer.status_code == 422
    assert "This manager reports to the person, directly or through others." in answer.text


def upload(browser: Browser, text: str) -> str:
    data = {"file": (io.BytesIO(text.encode()), "people.csv")}
    return browser.post("/ladder/people/import", data, content_type="multipart/form-data").text


def test_people_are_imported_whole_after_a_preview(team: Team, signed_in: SignedIn, database: Database) -> None:
    with writing(database.engine) as session:
        fresh = make_person(session, "Fresh Face", [Role.EMPLOYEE])
    text = (
        "email,manager,team,role,level,since\n"
        f"{fresh.email},{team.mira.email},Growth,{team.version.role},senior,2026-02-01\n"
        f"{team.noor.email},,,,,\n".replace(",,,,,\n", ",,Search,,,\n")
    )
    browser = signed_in(team.hr.id)
    shown = upload(browser, text)
    assert "1 person would change; 1 would stay as they are." in shown
    with reading(database.engine) as session:
        assert session.get(Reporting, fresh.id) is None
    assert browser.post("/ladder/people/import/apply", {"text": text}).status_code == 303
    with reading(database.engine) as session:
        line = session.get_one(Reporting, fresh.id)
        assert (line.manager_id, line.team) == (team.mira.id, "Growth")
    # What leaves as a file comes back without a fault and without a change.
    kept = browser.get("/ladder/people.csv").text
    assert "Nothing would change" in upload(browser, "\n".join(
        row for row in kept.splitlines() if "hana" not in row.lower() and ",,,,," not in row
    ))  # fmt: skip


def test_every_fault_of_a_file_is_said_with_line_and_column(
    team: Team, signed_in: SignedIn, database: Database
) -> None:
    role = team.version.role
    text = (
        "email,manager,team,role,level,since\n"
        f"{team.mira.email},{team.mira.email},,,,\n"
        f"nobody@example.com,{team.manager.email},,,,\n"
        f"{team.noor.email},,,{role},emperor,2026-02-01\n"
        f"{team.manager.email},,,nowhere,senior,2026-02-01\n"
        f"{team.hr.email},{team.manager.email},,,,\n"
    )
    shown = upload(signed_in(team.hr.id), text)
    for said in (
        "line 2, column manager: nobody reports to themselves",
        "line 3, column email: nobody has an open account with the address nobody@example.com",
        "line 4, column level: this ladder has no level “emperor”; it has senior, principal, group",
        "line 5, column role: no blueprint with a ladder is published for “nowhere”",
        "line 6, column email: this is you: ask another HR partner to place you",
    ):
        assert said in shown
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(Placement)) == 2


def test_a_circle_in_a_file_is_found_across_its_lines(team: Team, signed_in: SignedIn) -> None:
    text = f"email,manager\n{team.manager.email},{team.mira.email}\n"
    assert "line 2, column manager: with this line they would report to themselves through others" in upload(
        signed_in(team.hr.id), text
    )


def test_the_saved_list_is_taken_back_as_it_is(team: Team, signed_in: SignedIn) -> None:
    browser = signed_in(team.hr.id)
    saved = browser.get("/ladder/people.csv").data
    data = {"file": (io.BytesIO(saved), "people.csv")}
    answer = browser.post("/ladder/people/import", data, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert "Nothing would change" in answer.text


def test_faults_of_writing_and_of_meaning_are_said_together(team: Team, signed_in: SignedIn) -> None:
    text = (
        f"email,manager,role,level,since\n{team.mira.email},nobody@example.com,,,\n{team.noor.email},,pm,,2026-01-01\n"
    )
    data = {"file": (io.BytesIO(text.encode()), "people.csv")}
    shown = signed_in(team.hr.id).post("/ladder/people/import", data, content_type="multipart/form-data").text
    assert "line 2, column manager: nobody has an open account" in shown
    assert "line 3, column level: role, level and since go together" in shown
