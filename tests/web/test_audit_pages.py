"""The audit page as somebody narrows it, and what leaves by it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from app.domain.card import CardState
from app.domain.permission import Role
from app.models.candidate import CandidateFile
from app.models.engine import reading, writing
from app.models.person import RoleGrant
from app.models.privacy import LegalHold
from app.queries.audit import Sound, verify
from app.services import audit
from tests.factories import assessments as assessing
from tests.factories.committee import decide_chained
from tests.factories.hiring import NOW, actor_of, make_application, make_card, make_interview, make_person
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database
    from tests.web.browser import Browser

CARD, FILE = UUID(int=0xC), UUID(int=0xF)


@pytest.fixture
def auditor(database: Database) -> UUID:
    """An auditor, and four events of two people."""
    with writing(database.engine) as session:
        mira, noor = make_person(session, "Mira Okafor"), make_person(session, "Noor Haddad")
        auditor = make_person(session, "Adi Alves", [Role.AUDITOR])
        audit.record(session, actor_of(mira), "scorecard.assign", f"scorecard/{CARD}", now=NOW, payload={"x": "y"})
        audit.record(session, actor_of(noor), "file.view", f"file/{FILE}", now=NOW)
        audit.record(session, None, "strictness.fit", f"strictness_fit/{uuid4()}", now=NOW)
        return auditor.id


@pytest.mark.parametrize(
    ("looked", "found"),
    [
        ("", [3, 2, 1, 0]),
        ("?action=scorecard.", [1]),
        ("?person=okafor", [1]),
        ("?person=NOOR", [2]),
        ("?person=system", [3, 0]),
        ("?person=nobody", []),
        (f"?object=scorecard/{CARD}", [1]),
        (f"?object={CARD}", [1]),
        (f"?object=https://plumbline.example.org/files/{FILE}?x=1", [2]),
        (f"?object={FILE}&action=scorecard.", []),
        (f"?since={NOW:%Y-%m-%d}&until={NOW:%Y-%m-%d}", [3, 2, 1, 0]),
        ("?until=2020-01-01", []),
        ("?since=nonsense", [3, 2, 1, 0]),
    ],
)
def test_a_reader_narrows_the_list(
    database: Database, auditor: UUID, signed_in: Callable[[UUID], Browser], looked: str, found: list[int]
) -> None:
    browser = signed_in(auditor)
    names = ("Chain begun", "Scorecard asked for", "File opened", "Strictness worked out")
    with counted(database.engine) as sent:
        shown = browser.get(f"/audit{looked}").text
    # The list of what can be chosen holds no such words.
    assert [number for number, name in reversed(list(enumerate(names))) if f"<td>{name} " in shown] == found
    assert len(sent) <= 6


def test_whose_account_an_event_is_about_is_told_by_name(
    database: Database, auditor: UUID, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        audit.record(session, None, "session.begin", f"user/{auditor}", now=NOW)
        audit.record(session, None, "session.end", "user/nobody", now=NOW)
    browser = signed_in(auditor)
    listed = browser.get("/audit?action=session.").text
    assert "<td>Adi Alves</td>" in listed, "they did it, though the chain has the program there"
    rows = list(csv.reader(io.StringIO(browser.get("/audit.csv?action=session.").text)))
    assert {row[2] for row in rows if row[5] == f"user/{auditor}"} == {"Adi Alves"}
    assert f'<td>Adi Alves <span class="row-detail"><code>user/{auditor}</code>' in listed
    assert "<code>user/nobody</code>" in listed


def test_a_printed_decision_is_listed_by_the_decision_and_then_by_its_file(
    database: Database, auditor: UUID, signed_in: Callable[[UUID], Browser]
) -> None:
    file, decision = f"document/{'ab' * 32}", uuid4()
    with writing(database.engine) as session:
        audit.record(session, None, "decision.print", file, now=NOW, payload={"decision": str(decision)})
        # The payload of an erased person is gone, and what is left is still listed.
        audit.record(session, None, "decision.print", f"document/{'cd' * 32}", now=NOW)
    listed = signed_in(auditor).get("/audit?action=decision.").text
    assert f'<td>decision/{decision} <span class="row-detail"><code>{file}</code>' in listed
    assert f"<td><code>document/{'cd' * 32}</code>" in listed


@dataclass(frozen=True, slots=True)
class Traced:
    """An application and what belongs to it, each with an event."""

    requisition: UUID
    candidate: UUID
    application: UUID
    interview: UUID
    card: UUID
    decision: UUID
    hold: UUID
    file: UUID
    paper: str


def traced(session: Session, by: Person, digest: str) -> Traced:
    """Somebody who applied, interviewed, decided about and held; the last three events of their own."""
    application = make_application(session, name=f"Candidate {digest}")
    interview = make_interview(session, application)
    card = make_card(session, interview, make_person(session, f"Interviewer {digest}"))
    card.state = CardState.SEALED
    decision = decide_chained(session, application, by, [])
    hold = LegalHold(candidate_id=application.candidate_id, reason="x", set_at=NOW, set_by_id=by.id)
    file = CandidateFile(
        candidate_id=application.candidate_id, name="cv.pdf", media_type="application/pdf", size=1, sha256=digest * 64,
        added_at=NOW, added_by_id=by.id,
    )  # fmt: skip
    session.add_all((hold, file))
    session.flush()
    made = Traced(
        application.requisition_id, application.candidate_id, application.id, interview.id, card.id, decision.id,
        hold.id, file.id, f"document/{digest * 64}",
    )  # fmt: skip
    objects = {
        "requisition": made.requisition, "candidate": made.candidate, "application": made.application,
        "interview": made.interview, "scorecard": made.card, "hold": made.hold, "file": made.file,
    }  # fmt: skip
    for kind, one in objects.items():
        audit.record(session, None, "test.act", f"{kind}/{one}", now=NOW)
    audit.record(session, None, "decision.print", made.paper, now=NOW, payload={"decision": str(made.decision)})
    return made


def test_everything_about_a_thing_is_found_by_the_id_that_its_page_shows(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        auditor = make_person(session, "Adi Alves", [Role.AUDITOR])
        made, _other = (traced(session, auditor, digest) for digest in "ab")
        reader = auditor.id
    browser = signed_in(reader)
    of_decision = {f"decision/{made.decision}", made.paper}
    of_interview = {f"interview/{made.interview}", f"scorecard/{made.card}"}
    of_application = {f"application/{made.application}", *of_interview, *of_decision}
    of_candidate = {f"candidate/{made.candidate}", f"file/{made.file}", f"hold/{made.hold}", *of_application}
    for thing, wanted in {
        f"/decisions/{made.decision}": of_decision,
        str(made.interview): of_interview,
        f"https://plumbline.example.org/applications/{made.application}?from=x#top": of_application,
        f"candidate/{made.candidate}": of_candidate,
        str(made.requisition).upper(): {f"requisition/{made.requisition}", *of_application},
        str(made.file): {f"file/{made.file}"},
        str(made.card): {f"scorecard/{made.card}"},
        str(UUID(int=7)): set(),
    }.items():
        taken = browser.get("/audit.csv", query_string={"object": thing}).text
        assert {row[5] for row in csv.reader(io.StringIO(taken[1:]))} - {"Object"} == wanted, thing
    with counted(database.engine) as sent:
        assert made.paper in browser.get(f"/audit?object={made.requisition}").text
    assert len(sent) <= 6


def test_a_person_is_found_by_what_happened_to_their_account(
    database: Database, auditor: UUID, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        admin, mira = make_person(session, "Ann Berg"), make_person(session, "Mira Zeller")
        audit.record(session, None, "session.begin", f"user/{mira.id}", now=NOW, payload={"how": "password"})
        audit.record(session, actor_of(admin), "role.grant", f"user/{mira.id}", now=NOW)
        audit.record(session, actor_of(mira), "person.zone", f"user/{mira.id}", now=NOW)
        audit.record(session, actor_of(admin), "file.view", f"file/{FILE}", now=NOW)
    browser = signed_in(auditor)
    with counted(database.engine) as sent:
        shown = browser.get("/audit?person=zeller").text
    assert len(sent) <= 6
    assert [f"<td>{what} " in shown for what in ("Signed in", "Roles changed", "Time zone changed")] == [True] * 3
    assert shown.count("<td>Mira Zeller <span") == 3
    assert "<td>File opened " not in shown
    shown = browser.get("/audit?person=berg").text
    assert [f"<td>{what} " in shown for what in ("Signed in", "Roles changed", "File opened")] == [False, True, True]
    shown = browser.get("/audit?person=system").text
    assert "<td>Chain begun " in shown
    assert "<td>Signed in " not in shown, "they signed in themselves"


def test_what_is_taken_away_is_the_narrowed_list_and_is_recorded_first(
    database: Database, auditor: UUID, signed_in: Callable[[UUID], Browser]
) -> None:
    browser = signed_in(auditor)
    taken = browser.get("/audit.csv?person=okafor")
    assert (taken.status_code, taken.mimetype) == (200, "text/csv")
    head, line = taken.text.splitlines()
    assert head.endswith("Number,When (UTC),Who,Action,Code,Object")
    assert line == f"2,{NOW:%Y-%m-%dT%H:%M:%S.%fZ},Mira Okafor,Scorecard asked for,scorecard.assign,scorecard/{CARD}"
    chain = browser.get("/audit.jsonl").text
    assert [json.loads(one)["seq"] for one in chain.splitlines()] == list(range(1, len(chain.splitlines()) + 1))
    assert "Okafor" not in chain
    assert "Audit list exported" in browser.get("/audit?action=audit.").text
    with reading(database.engine) as session:
        assert isinstance(verify(session), Sound)


def test_twenty_exports_an_hour_are_enough(
    database: Database, auditor: UUID, signed_in: Callable[[UUID], Browser]
) -> None:
    browser = signed_in(auditor)
    codes = [browser.get("/audit.csv?action=chain.").status_code for _ in range(21)]
    assert codes == [200] * 20 + [429]
    assert database.engine is not None


def test_somebody_who_answers_apart_finds_nobody_and_takes_no_chain(
    database: Database, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        scene = assessing.make_scene(session)
        assessing.seal(session, scene, scene.manager, assessing.MANAGER)
        subject, name, manager = scene.person.id, scene.person.name, scene.manager.name
        session.add(RoleGrant(person_id=subject, role=Role.AUDITOR, granted_at=NOW))
    browser = signed_in(subject)
    assert "Not shown yet" in browser.get("/audit?action=assessment.seal").text
    for looked in (f"person={manager}", f"person={name}", "object=assessment"):
        for path in ("/audit", "/audit.csv"):
            found = browser.get(f"{path}?action=assessment.seal&{looked}").text
            assert "<td>Assessment: seal " not in found
            assert ",assessment.seal," not in found
    assert browser.get("/audit.jsonl").status_code == 409
