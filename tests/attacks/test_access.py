"""Walking ids, asking for fields, calling what no page shows, sending more than a form asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app.domain.permission import Permission, Role
from app.models.candidate import Candidate
from app.models.engine import writing
from app.models.person import Person, RoleGrant
from app.models.scorecard import RatingRow, Revision, ScorecardRow
from app.web import guard
from tests.attacks.ground import address_of, rows
from tests.factories.panels import version_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.attacks.ground import Ground
    from tests.databases import Database
    from tests.web.browser import Browser

READS_ALL = {Role.COORDINATOR, Role.HR_PARTNER}
MORE = {
    "id": str(UUID(int=7)), "role": "admin", "roles": "admin", "is_admin": "1", "active": "0",
    "author_id": str(uuid4()), "interviewer_id": str(uuid4()), "candidate_id": str(uuid4()), "sealed_at": "2020-01-01",
    "state": "sealed", "weight": "100", "blueprint_version_id": str(uuid4()), "status": "hired", "stage": "hired",
    "created_by_id": str(uuid4()), "number": "9", "after_reveal": "0", "referrer_id": str(uuid4()),
}  # fmt: skip
"""Names of columns that no form has."""


@pytest.mark.attack("AC-01")
def test_nobody_reads_the_resume_of_a_candidate_who_is_not_theirs(
    ground: Ground, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    address = f"/files/{ground.file}"
    assert browser.get(address).status_code == 303, "who is not signed in is asked to"
    for role, stranger in ground.strangers.items():
        caplog.clear()
        answer = ground.browser(stranger).get(address)
        denied = [record for record in caplog.records if record.getMessage().startswith("authz.denied")]
        if role in READS_ALL:
            assert answer.data == ground.content
        else:
            assert (answer.status_code, len(denied)) == (404, 1), role
            assert b"%PDF" not in answer.data


@pytest.mark.attack("AC-01")
def test_ids_of_files_cannot_be_counted_through(ground: Ground) -> None:
    clerk = ground.browser(ground.strangers[Role.COORDINATOR])
    near = [UUID(int=ground.file.int + step) for step in (-1, 1)]
    guesses = ["1", "2", "1000", *map(str, near), str(uuid4())]
    for place in ("/files", "/case-files", "/onboarding/evidence", "/candidates", "/applications"):
        assert {clerk.get(f"{place}/{guess}").status_code for guess in guesses} == {404}
    assert ground.file.version == 4, "ids are drawn by chance"


@pytest.mark.attack("AC-02")
def test_no_address_reads_any_field_of_any_record(ground: Ground) -> None:
    everybody = ground.browser(ground.strangers[Role.HR_PARTNER])
    own = f"/candidates/{ground.candidate}"
    for address in (
        "/api",
        "/api/v1/candidates",
        "/graphql",
        "/get_value?doctype=Person&field=password_hash",
        "/rest/person",
    ):
        assert everybody.get(address).status_code == 404
    plain = everybody.get(own)
    for query in (
        "fields=*",
        "fields=password_hash",
        "field=private_note",
        "include=scorecards",
        "expand=all",
        "format=json",
    ):
        answer = everybody.get(f"{own}?{query}")
        assert (answer.status_code, answer.mimetype, len(answer.data)) == (200, "text/html", len(plain.data)), query


@pytest.mark.attack("AC-03")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_address_and_method_turns_away_who_is_not_signed_in(program: Flask, browser: Browser) -> None:
    says = guard.declared(program)
    opened, tried = [], 0
    for rule in program.url_map.iter_rules():
        if not isinstance(says[rule.endpoint], Permission):
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            data = {"csrf_token": browser.token} if method not in {"GET", "HEAD"} else None
            answer = browser.client.open(address_of(program, rule, {}), method=method, data=data)
            tried += 1
            if answer.status_code not in {303, 401} or (answer.location and not answer.location.startswith("/sign-in")):
                opened.append(f"{method} {rule.rule}: {answer.status_code}")
    assert opened == []
    assert tried > 500


@pytest.mark.attack("AC-03")
@pytest.mark.attack("AC-24")
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_method_that_no_view_declares_is_refused(ground: Ground, method: str) -> None:
    clerk = ground.browser(ground.strangers[Role.COORDINATOR])
    headers = {"X-CSRFToken": clerk.token, "X-HTTP-Method-Override": "POST"}
    for path in ("/", f"/candidates/{ground.candidate}", f"/files/{ground.file}", "/people"):
        assert clerk.client.open(path, method=method, headers=headers).status_code == 405, path


@pytest.mark.attack("AC-03")
def test_a_view_that_declares_nothing_keeps_the_program_from_starting(program: Flask) -> None:
    program.add_url_rule("/forgotten", endpoint="hiring.forgotten", view_func=lambda: "open to all")
    with pytest.raises(guard.UndeclaredEndpointError, match=r"hiring\.forgotten"):
        guard.declared(program)


@pytest.mark.attack("AC-12")
def test_a_form_that_brings_more_than_it_has_changes_nothing_more(ground: Ground, database: Database) -> None:
    clerk = ground.browser(ground.panel.coordinator.person_id)
    people = rows(database, Person.id, Person.active), rows(database, RoleGrant.person_id, RoleGrant.role)
    before = rows(database, Candidate.id, Candidate.created_at, Candidate.referrer_id)
    edited = {"name": "Mira O.", "email": "mira@example.org", "version": "1"}
    assert clerk.post(f"/candidates/{ground.candidate}/edit", {**MORE, **edited}).status_code in {303, 409, 422}
    assert clerk.post(f"/candidates/{ground.candidate}/edit", {**edited, **MORE}).status_code in {303, 409, 422}
    assert clerk.post("/account/zone", {**MORE, "zone": "Europe/Oslo"}).status_code == 303
    assert rows(database, Candidate.id, Candidate.created_at, Candidate.referrer_id) == before
    assert (rows(database, Person.id, Person.active), rows(database, RoleGrant.person_id, RoleGrant.role)) == people


@pytest.mark.attack("AC-12")
def test_a_scorecard_that_says_whose_it_is_and_that_it_is_sealed_stays_what_it_was(
    ground: Ground, database: Database
) -> None:
    ada, card = ground.browser(ground.panel.ada.person_id), ground.panel.ada_card
    columns = (ScorecardRow.id, ScorecardRow.interviewer_id, ScorecardRow.interview_id, ScorecardRow.state)
    before = rows(database, *columns)
    draft = {"rating-strategy": "4", "evidence-strategy": "Seen.", "version": str(version_of(database, card))}
    assert ada.post(f"/scorecards/{card}/draft", {**MORE, **draft}).status_code == 303
    refused = ada.post_json(f"/scorecards/{card}/draft", {**MORE, **draft})
    assert refused.status_code in {409, 422}
    assert rows(database, *columns) == before
    assert len(rows(database, Revision.id)) == 1


@pytest.mark.attack("AC-20")
def test_nobody_rates_a_candidate_whose_panel_they_are_not_on(ground: Ground, database: Database) -> None:
    before = rows(database, Revision.id), rows(database, RatingRow.value)
    sealed = {"rating-strategy": "5", "evidence-strategy": "Seen.", "recommendation": "strong-yes", "version": "1"}
    for role in (Role.INTERVIEWER, Role.COMMITTEE, Role.HR_PARTNER, Role.ADMIN, None):
        stranger = ground.browser(ground.strangers[role])
        for card in (ground.panel.ada_card, ground.panel.ben_card):
            for act in ("draft", "seal", "revise", "enter"):
                status = stranger.post(f"/scorecards/{card}/{act}", sealed).status_code
                assert status == 404 or (role is Role.HR_PARTNER and status == 403), (role, act, status)
    assert (rows(database, Revision.id), rows(database, RatingRow.value)) == before


@pytest.mark.attack("AC-20")
@pytest.mark.parametrize("value", ["0", "6", "99", "-1", "4.5", "٣", "1_0", "true", "NaN", "999999999999"])
def test_a_rating_outside_the_scale_is_refused(ground: Ground, database: Database, value: str) -> None:
    ada, card = ground.browser(ground.panel.ada.person_id), ground.panel.ada_card
    sealed = {
        "rating-strategy": value, "evidence-strategy": "Seen.", "rating-empathy": "none", "recommendation": "yes",
        "version": str(version_of(database, card)),
    }  # fmt: skip
    assert ada.post(f"/scorecards/{card}/seal", sealed).status_code == 422
    assert len(rows(database, Revision.id)) == 1


@pytest.mark.attack("AC-20")
@pytest.mark.parametrize("value", [-101, 101])
@pytest.mark.usefixtures("ground")
def test_the_database_refuses_a_rating_that_no_scale_has(database: Database, value: int) -> None:
    before = rows(database, RatingRow.value)
    ((revision_id,),) = rows(database, Revision.id)
    forged = insert(RatingRow).values(revision_id=revision_id, dimension="fluency", value=value, evidence="")
    with pytest.raises(IntegrityError), writing(database.engine) as session:
        session.execute(forged)
    assert rows(database, RatingRow.value) == before
