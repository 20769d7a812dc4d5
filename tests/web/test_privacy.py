"""Privacy as HR partners and auditors meet it: rules, holds, erasures with a certificate, copies, and nobody else."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.audit import Head
from app.domain.fairness.pseudonym import AnswerKeys
from app.domain.permission import Role
from app.domain.privacy.erasing import Progress, SubjectKind
from app.formats import erasure_register
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.models.person import Person
from app.models.privacy import LegalHold
from app.models.requisition import Requisition
from app.services import erasures, holds
from tests.factories import canaries
from tests.factories.hiring import NOW, make_person
from tests.statements import counted
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from tests.databases import Database
    from tests.factories.canaries import Marked
    from tests.web.browser import Browser

WHY = "They asked for it by letter."
PAGES = (
    "/privacy", "/privacy/rules", "/privacy/holds", "/privacy/erasures", "/privacy/log", "/privacy/map",
    "/privacy/notices", "/privacy/find",
)  # fmt: skip


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Marked:
    """Somebody with a word of their own in every text."""
    return canaries.mark(database, tmp_path / "files", keys=AnswerKeys.of(SECRET))


def of(made: Marked) -> str:
    return f"/privacy/candidate/{made.candidate}"


def test_two_people_erase_and_nothing_is_left(
    database: Database, made: Marked, signed_in: Callable[[UUID], Browser], tmp_path: Path
) -> None:
    hana, hugo = signed_in(made.hana.person_id), signed_in(made.hugo.person_id)
    assert made.words[0] in hana.get(of(made)).text
    asked = hana.post(f"{of(made)}/erase", {"ground": WHY})
    assert asked.status_code == 303, asked.text
    wish = str(asked.location).partition("?")[0]
    assert "Erase for good" not in hana.get(wish).text
    assert hana.post(f"{wish}/approve").status_code == 403
    assert "Erase for good" in hugo.get(wish).text

    (tmp_path / erasure_register.NAME).write_text("a line that cannot be read\n")

    assert hugo.post(f"{wish}/approve").status_code == 303

    assert canaries.in_rows(database, made.words) == []
    assert list((tmp_path / "files").iterdir()) == []
    paper = hugo.get(f"{wish}.pdf", query_string={"as": "page"}).text
    assert "Hana Sato" in paper
    assert "Hugo Blum" in paper
    assert made.words[0] not in paper
    (entry,) = erasure_register.look(tmp_path / erasure_register.NAME).entries
    assert entry.progress is Progress.DONE
    with reading(database.engine) as session:
        done = session.scalars(select(AuditEvent).where(AuditEvent.action == "erasure.done")).one()
        begun = session.scalars(select(AuditEvent).where(AuditEvent.action == "erasure.begin")).one()
    assert begun.seq < done.seq
    assert entry.after == (Head(begun.seq, begun.hash),), "committed before anything was erased"
    assert hugo.get(f"/candidates/{made.candidate}").status_code == 404
    assert hugo.get(f"/applications/{made.application}").status_code == 404
    assert hugo.post(f"{wish}/approve").status_code == 409


def test_what_is_erased_leaves_the_disk_though_settling_breaks(
    made: Marked, signed_in: Callable[[UUID], Browser], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hana, hugo = signed_in(made.hana.person_id), signed_in(made.hugo.person_id)
    wish = str(hana.post(f"{of(made)}/erase", {"ground": WHY}).location).partition("?")[0]

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(erasures, "settle", broken)
    assert hugo.post(f"{wish}/approve").status_code == 500
    assert list((tmp_path / "files").iterdir()) == []


def test_a_hold_keeps_it_and_the_page_says_so(made: Marked, signed_in: Callable[[UUID], Browser]) -> None:
    hana, hugo = signed_in(made.hana.person_id), signed_in(made.hugo.person_id)
    wish = str(hana.post(f"{of(made)}/erase", {"ground": WHY}).location).partition("?")[0]
    assert hana.post(f"/privacy/opening/{made.requisition}/hold", {"reason": "short"}).status_code == 422
    assert hana.post(f"/privacy/opening/{made.requisition}/hold", {"reason": WHY}).status_code == 303
    assert "cannot be erased" in hugo.get(wish).text
    assert hugo.post(f"{wish}/approve").status_code == 403
    page = hana.get("/privacy/holds").text
    assert WHY in page
    lift = page.partition("/privacy/holds/")[2].partition("/lift")[0]
    assert hana.post(f"/privacy/holds/{lift}/lift", {"reason": WHY}).status_code == 303
    assert hana.post(f"/privacy/holds/{lift}/lift", {"reason": WHY}).status_code == 409
    assert hugo.post(f"{wish}/refuse", {"answer": WHY}).status_code == 303
    assert "Refused by Hugo Blum" in hugo.get(wish).text


def test_rules_and_law_are_kept_with_a_reason(
    database: Database, made: Marked, signed_in: Callable[[UUID], Browser]
) -> None:
    hana = signed_in(made.hana.person_id)
    rule = {"cell": "france.not_hired.record", "months": "30", "reason": WHY}
    assert "Nobody has decided yet" in hana.get("/privacy/rules").text
    assert hana.post("/privacy/rules", {**rule, "months": "0"}).status_code == 422
    assert hana.post("/privacy/rules", rule).status_code == 303
    assert "The company\u2019s own" in hana.get("/privacy/rules").text
    assert hana.post("/privacy/rules", {**rule, "months": ""}).status_code == 303
    waiting = hana.get("/privacy/rules").text
    assert "Nobody has decided yet" not in waiting
    assert "The company\u2019s own" in waiting
    assert '<span class="row-detail">24 from ' in waiting
    assert hana.post(f"/privacy/opening/{made.requisition}/law", {"place": "france"}).status_code == 303
    with reading(database.engine) as session:
        assert session.get_one(Requisition, made.requisition).jurisdiction == "france"


def test_a_copy_of_a_candidates_data_names_nobody_else(made: Marked, signed_in: Callable[[UUID], Browser]) -> None:
    hana = signed_in(made.hana.person_id)
    answer = hana.post(f"{of(made)}/copy")
    assert answer.status_code == 200, answer.text
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    assert packed.namelist()[:2] == ["data.json", "data.pdf"]
    assert packed.read("data.pdf").startswith(b"%PDF")
    told = packed.read("data.json").decode()
    assert json.loads(told)["about"] == made.words[0]
    assert "Ivo Stern" not in told
    assert "Person A" in told
    # What is in the evaluation comes along because it is decided; what only its author reads never does.
    assert {word for word in made.words if word in told} > set(made.words[:5])
    assert "Private notes" in told


def test_everybody_takes_away_their_own_and_nobody_anothers(made: Marked, signed_in: Callable[[UUID], Browser]) -> None:
    ivo = signed_in(made.interviewer)
    assert "Download a copy" in ivo.get("/privacy/mine").text
    packed = zipfile.ZipFile(io.BytesIO(ivo.post(f"/privacy/person/{made.interviewer}/copy").data))
    assert "ivo.stern" in packed.read("data.json").decode()
    assert ivo.post(f"/privacy/person/{made.hana.person_id}/copy").status_code == 404
    assert ivo.post(f"{of(made)}/copy").status_code == 404
    # Whoever works here takes it themselves.
    assert signed_in(made.hana.person_id).post(f"/privacy/person/{made.interviewer}/copy").status_code == 403
    for _ in range(20):
        last = ivo.post(f"/privacy/person/{made.hana.person_id}/copy").status_code
    assert last == 429


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR, Role.INTERVIEWER, Role.HIRING_MANAGER])
def test_nobody_else_sees_any_of_it(
    database: Database, made: Marked, signed_in: Callable[[UUID], Browser], role: Role
) -> None:
    with writing(database.engine) as session:
        nobody = make_person(session, "Nils Nobody", [role]).id
        wish = erasures.ask(session, made.hana, SubjectKind.CANDIDATE, made.candidate, ground=WHY, now=NOW)
        hold = holds.hold_requisition(session, made.hana, made.requisition, reason=WHY, now=NOW)
    browser = signed_in(nobody)
    for path in (*PAGES, of(made), f"/privacy/erasures/{wish}", f"/privacy/opening/{made.requisition}"):
        assert browser.get(path).status_code in {403, 404}, path
    acts = {
        "/privacy/rules": {"cell": "france.not_hired.record", "months": "30", "reason": WHY},
        "/privacy/notices": {"purpose": "application", "title": "Told", "text": WHY},
        f"{of(made)}/hold": {"reason": WHY},
        f"{of(made)}/erase": {"ground": WHY},
        f"{of(made)}/copy": {},
        f"/privacy/erasures/{wish}/approve": {"sure": "yes"},
        f"/privacy/erasures/{wish}/refuse": {"answer": WHY},
        f"/privacy/holds/{hold}/lift": {"reason": WHY},
        f"/privacy/opening/{made.requisition}/law": {"place": "france"},
        f"/privacy/opening/{made.requisition}/hold": {"reason": WHY},
    }
    for path, form in acts.items():
        assert browser.post(path, form).status_code in {403, 404}, path
    with reading(database.engine) as session:
        assert session.query(LegalHold).count() == 1
        assert session.get_one(LegalHold, hold).lifted_at is None
    assert canaries.in_rows(database, made.words[:1]) != []


def test_an_auditor_reads_and_changes_nothing(
    database: Database, made: Marked, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        aude = make_person(session, "Aude Auditor", [Role.AUDITOR]).id
    browser = signed_in(aude)
    for path in PAGES:
        assert browser.get(path).status_code == 200, path
    assert browser.post(f"{of(made)}/hold", {"reason": WHY}).status_code == 403
    assert browser.post("/privacy/notices", {"purpose": "application", "title": "T", "text": WHY}).status_code == 403


def test_pages_ask_the_database_little(database: Database, made: Marked, signed_in: Callable[[UUID], Browser]) -> None:
    hana = signed_in(made.hana.person_id)
    for path in (*PAGES, of(made), f"/privacy/opening/{made.requisition}", "/privacy/mine"):
        hana.get(path)
        with counted(database.engine) as sent:
            assert hana.get(path).status_code == 200, path
        assert len(sent) <= 6, (path, len(sent))


def test_people_are_found_by_an_address_that_no_address_holds(
    made: Marked, signed_in: Callable[[UUID], Browser]
) -> None:
    hana = signed_in(made.hana.person_id)
    known, unknown = f"{made.words[1]}@example.org", "nobody@example.org"
    assert hana.post("/privacy/find", {"email": known}).location == of(made)
    assert hana.post("/privacy/find", {"email": f" {made.hugo.email.upper()} "}).location.startswith("/privacy/person/")
    missed = hana.post("/privacy/find", {"email": unknown})
    assert missed.status_code == 422
    assert "Nobody with this address" in missed.text
    assert f'value="{unknown}"' in missed.text, "nothing typed is lost"
    assert hana.post("/privacy/find", {"email": ""}).status_code == 422
    # By GET nothing is looked for, so that no address of anybody gets into a history or the log of a proxy.
    assert 'method="post"' in hana.get("/privacy/find").text
    assert hana.get("/privacy/find", query_string={"email": known}).status_code == 200


def test_a_held_subject_leads_to_its_holds(made: Marked, signed_in: Callable[[UUID], Browser]) -> None:
    hana = signed_in(made.hana.person_id)
    opening = f"/privacy/opening/{made.requisition}"
    assert "Why it is kept" not in hana.get(of(made)).text
    for path in (opening, of(made)):
        assert hana.post(f"{path}/hold", {"reason": f"Reason of {path}"}).status_code == 303
    shown = hana.get(of(made)).text
    assert f'href="{opening}"' in shown
    lifts = re.findall(r'href="(/privacy/holds/[^"]+/lift)"', shown)
    assert len(lifts) == 2
    assert len(re.findall(r'href="/privacy/holds/[^"]+/lift"', hana.get(opening).text)) == 1
    for lift in lifts:
        assert hana.post(lift, {"reason": WHY}).status_code == 303
    assert "Why it is kept" not in hana.get(of(made)).text


def test_a_single_hr_partner_is_told_what_to_do(
    database: Database, made: Marked, signed_in: Callable[[UUID], Browser]
) -> None:
    hana = signed_in(made.hana.person_id)
    wish = str(hana.post(f"{of(made)}/erase", {"ground": WHY}).location).partition("?")[0]
    assert "Another HR partner approves it" in hana.get(wish).text
    with writing(database.engine) as session:
        session.get_one(Person, made.hugo.person_id).active = False
    assert "PLUMBLINE_SINGLE_HANDED" in hana.get(wish).text


def test_the_pages_of_a_candidate_and_a_requisition_lead_to_what_is_kept(
    made: Marked, signed_in: Callable[[UUID], Browser]
) -> None:
    hana = signed_in(made.hana.person_id)
    assert f'href="{of(made)}"' in hana.get(f"/candidates/{made.candidate}").text
    assert f'href="/privacy/opening/{made.requisition}"' in hana.get(f"/requisitions/{made.requisition}").text


def test_what_has_to_be_filled_in_is_not_called_optional(made: Marked, signed_in: Callable[[UUID], Browser]) -> None:
    hana = signed_in(made.hana.person_id)
    assert ">optional<" not in hana.get("/privacy/find").text
    assert ">optional<" not in hana.get("/privacy/notices").text
    assert hana.get("/privacy/rules").text.count(">optional<") == 1


def test_ones_account_leads_to_a_copy_and_to_what_one_may_do(
    made: Marked, signed_in: Callable[[UUID], Browser]
) -> None:
    shown = signed_in(made.hana.person_id).get("/account").text
    assert 'href="/privacy/mine"' in shown
    assert 'href="/account/access"' in shown
