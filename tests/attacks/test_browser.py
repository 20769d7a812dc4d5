"""Known passwords, foreign forms, sessions of people who have left, and pages that caches would keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.datastructures import MultiDict

from app.domain.card import CardState
from app.domain.permission import Role
from app.models.audit import AuditHead
from app.models.engine import writing
from app.models.person import Person, SignIn
from tests.attacks.ground import address_of, rows
from tests.factories import panels
from tests.factories.hiring import make_person
from tests.house import source

if TYPE_CHECKING:
    from flask import Flask

    from tests.attacks.ground import Ground
    from tests.databases import Database
    from tests.web.browser import Browser

KNOWN = (
    ("admin", "admin"), ("admin@example.com", "admin"), ("admin@example.org", "password"), ("root", "root"),
    ("123456", "123456"), ("demo@example.com", "demo"), ("admin@localhost", "changeme"), ("plumbline", "plumbline"),
)  # fmt: skip
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
)


@pytest.mark.attack("AU-01")
@pytest.mark.usefixtures("ground")
def test_no_known_account_opens_the_program(browser: Browser, database: Database) -> None:
    before = rows(database, SignIn.token_hash)
    for email, password in KNOWN:
        answer = browser.post("/sign-in", {"email": email, "password": password})
        assert answer.status_code in {422, 429}
        assert browser.get("/").status_code == 303
    assert rows(database, SignIn.token_hash) == before
    assert browser.post("/sign-in/demo", {"person": "00000000-0000-4000-8000-000000000001"}).status_code == 404


@pytest.mark.attack("AU-01")
def test_the_demos_way_in_exists_in_the_demo_alone(https_program: Flask, database: Database) -> None:
    with writing(database.engine) as session:
        person = make_person(session, "Ada Brook", [Role.ADMIN])
    client, host = https_program.test_client(), "https://plumbline.example.org"
    page = client.get("/sign-in", base_url=host)
    assert "/sign-in/demo" not in page.text
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"person": str(person.id), "csrf_token": token}
    answer = client.post("/sign-in/demo", data=sent, base_url=host, headers={"Referer": f"{host}/sign-in"})
    assert answer.status_code == 404
    assert rows(database, SignIn.token_hash) == []


@pytest.mark.attack("AU-11")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_form_of_another_site_changes_nothing_on_any_address(ground: Ground, database: Database) -> None:
    clerk = ground.browser(ground.panel.coordinator.person_id)
    ids = {
        "requisition_id": ground.panel.requisition, "application_id": ground.panel.application,
        "candidate_id": ground.candidate, "interview_id": ground.panel.interview, "card_id": ground.panel.ada_card,
    }  # fmt: skip
    before, let_in, tried = rows(database, AuditHead.seq, AuditHead.hash), [], 0
    for number, rule in enumerate(ground.program.url_map.iter_rules()):
        if "POST" not in (rule.methods or ()):
            continue
        path = address_of(ground.program, rule, ids)
        foreign = clerk.post(path, headers=FOREIGN[number % len(FOREIGN)])
        unsigned = clerk.client.post(path, data={"name": "x"})
        script = clerk.client.post(path, json={"name": "x"}, headers={"Accept": "application/json"})
        tried += 3
        statuses = foreign.status_code, unsigned.status_code, script.status_code
        if set(statuses) - {401, 403, 404}:
            let_in.append(f"{path}: {statuses}")
    assert let_in == []
    assert tried > 300
    assert rows(database, AuditHead.seq, AuditHead.hash) == before


@pytest.mark.attack("AU-11")
@pytest.mark.attack("AU-17")
def test_a_form_token_of_somebody_else_opens_nothing(ground: Ground, database: Database) -> None:
    clerk, other = (ground.browser(one) for one in (ground.panel.coordinator.person_id, ground.panel.ada.person_id))
    before = rows(database, Person.id, Person.zone)
    for token in (other.token, "", clerk.token[:-1], clerk.token + "0", "0" * 64):
        sent = {"zone": "Europe/Oslo", "csrf_token": token}
        assert clerk.client.post("/account/zone", data=sent).status_code == 403
        twice = MultiDict([("zone", "Europe/Oslo"), ("csrf_token", token), ("csrf_token", clerk.token)])
        assert clerk.client.post("/account/zone", data=twice).status_code == 403
    assert rows(database, Person.id, Person.zone) == before


@pytest.mark.attack("AU-12")
def test_what_a_person_gets_is_kept_by_no_cache_on_the_way(ground: Ground) -> None:
    clerk = ground.browser(ground.panel.coordinator.person_id)
    paths = (
        "/",
        "/candidates",
        "/candidates.csv",
        f"/candidates/{ground.candidate}",
        f"/files/{ground.file}",
        "/nothing",
    )
    for path in paths:
        answer = clerk.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "Cookie" in answer.headers["Vary"], path
        assert answer.headers.get("ETag") is None, path
        assert "Set-Cookie" not in answer.headers, "nor could one serve a person's cookie to the next"


@pytest.mark.attack("AU-12")
def test_who_stops_reading_half_way_does_not_lend_their_name_to_the_next(ground: Ground) -> None:
    auditor = ground.browser(ground.strangers[Role.AUDITOR])
    half = auditor.get("/audit.jsonl")
    assert half.status_code == 200
    clerk = ground.browser(ground.panel.coordinator.person_id)
    assert "Cleo Ruiz" in clerk.get("/account").text
    assert clerk.get(f"/candidates/{ground.candidate}").status_code == 200
    assert half.get_data(as_text=True).count("\n") > 3, "and the rest is still there"
    half.close()


@pytest.mark.attack("AU-12")
def test_no_answer_keeps_a_request_alive() -> None:
    kept = [str(path) for path in source.python_files("app") if "stream_with_context" in source.text(path)]
    assert kept == []


@pytest.mark.attack("AC-15")
def test_who_is_closed_out_is_out_at_the_next_request(ground: Ground, database: Database) -> None:
    ada, card = ground.browser(ground.panel.ada.person_id), ground.panel.ada_card
    draft = {"rating-strategy": "4", "evidence-strategy": "Marzipan.", "version": "1"}
    assert ada.post(f"/scorecards/{card}/draft", draft).status_code == 303
    token, before = ada.token, panels.card_row(database, card)
    with writing(database.engine) as session:
        session.get_one(Person, ground.panel.ada.person_id).active = False
    for path in ("/", f"/scorecards/{card}", f"/files/{ground.file}", "/candidates.csv", "/scorecards/form-token"):
        assert ada.get(path).status_code == 303, path
    late = ada.client.post(f"/scorecards/{card}/seal", data={**draft, "csrf_token": token})
    assert late.status_code == 401
    after = panels.card_row(database, card)
    assert (after.state, after.version, after.draft) == (CardState.OWED, before.version, before.draft)
    assert ada.post_json(f"/scorecards/{card}/draft", draft).status_code == 401
    clerk = ground.browser(ground.panel.coordinator.person_id)
    pages = [clerk.get(path).text for path in (ground.path(), ground.path("scorecards"), f"/scorecards/{card}")]
    assert not any("Marzipan" in page for page in pages), "an open draft is known to be owed, and no more"
    assert "Ada Brook" in pages[1]


@pytest.mark.attack("AC-15")
def test_a_closed_account_opens_with_no_kind_of_token(ground: Ground, database: Database) -> None:
    with writing(database.engine) as session:
        session.get_one(Person, ground.panel.ada.person_id).active = False
    ada = ground.browser(ground.panel.ada.person_id)
    assert ada.get("/").status_code == 303
    for header in ({"Authorization": "Bearer x"}, {"Authorization": "Basic YWRhOmFkYQ=="}, {"X-API-Key": "x"}):
        assert ada.get("/candidates", headers=header).status_code == 303
