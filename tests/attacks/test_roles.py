"""Taking more than one was given: roles, the last administrator, recruiters' fields, sealed cards, answers."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.permission import Permission, Role
from app.models.audit import AuditEvent
from app.models.candidate import Candidate, CandidateFile
from app.models.engine import reading, writing
from app.models.granting import RoleRequest, ScopedGrant
from app.models.person import Person, RoleGrant
from app.models.requisition import Requisition
from app.models.resume import ResumeRow
from app.models.self_identification import SelfIdentification
from app.web import guard
from tests.attacks.ground import SECRET_WORDS, rows
from tests.factories import fairness, hiring
from tests.factories.grants import give

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from tests.attacks.ground import Ground

PHONE, SOURCE = "+44 7700 900123", "through a headhunter who is paid"
GRANTS = (RoleGrant.person_id, RoleGrant.role)
HERE = (ScopedGrant.person_id, ScopedGrant.role, ScopedGrant.requisition_id, ScopedGrant.team)


@pytest.mark.attack("AC-13")
def test_nobody_changes_their_own_roles_by_any_form(ground: Ground) -> None:
    admin = ground.strangers[Role.ADMIN]
    every = {"roles": [role.value for role in Role]}
    before = rows(ground.database, *GRANTS), rows(ground.database, *HERE)
    here = f"/requisitions/{ground.panel.requisition}/roles"
    for role, person_id in ground.strangers.items():
        browser = ground.browser(person_id)
        tries = (
            browser.post(f"/people/{person_id}/roles", every),
            browser.post(f"/people/{person_id}/roles/here", {"role": "auditor", "place": "team/Data"}),
            browser.post(here, {"person": str(person_id), "role": "coordinator"}),
            browser.post(f"/people/{ground.panel.ada.person_id}/roles", every) if role is not Role.ADMIN else None,
        )
        assert {answer.status_code for answer in tries if answer} <= {403, 404, 422}, role
    assert (rows(ground.database, *GRANTS), rows(ground.database, *HERE)) == before
    assert ground.browser(admin).get("/permissions").text.count("<form") <= 3, "the map is read, never edited"


@pytest.mark.attack("AC-13")
def test_whoever_gives_a_role_and_whoever_gets_it_stand_in_the_chain(ground: Ground) -> None:
    admin, plain = ground.strangers[Role.ADMIN], ground.strangers[None]
    assert ground.browser(admin).post(f"/people/{plain}/roles", {"roles": ["interviewer"]}).status_code == 303
    with reading(ground.database.engine) as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "role.grant")).one()
    assert (event.actor, event.object) == (f"user/{admin}", f"user/{plain}")


@pytest.mark.attack("AC-13")
def test_a_coordinator_of_one_requisition_is_nobody_in_another_and_makes_no_auditor(ground: Ground) -> None:
    plain, other = ground.strangers[None], ground.strangers[Role.INTERVIEWER]
    with writing(ground.database.engine) as session:
        elsewhere = hiring.make_requisition(session, "Elsewhere").id
        here = session.get_one(Requisition, ground.panel.requisition)
        giver = ground.strangers[Role.ADMIN]
        give(session, session.get_one(Person, plain), Role.COORDINATOR, requisition=here, by=giver)
    browser = ground.browser(plain)

    assert browser.get(f"/requisitions/{here.id}").status_code == 200
    assert browser.get(f"/requisitions/{elsewhere}").status_code == 404
    assert browser.post(f"/requisitions/{elsewhere}/roles", {"person": str(other), "role": "coordinator"}).status_code
    assert browser.post(f"/requisitions/{here.id}/roles", {"person": str(other), "role": "auditor"}).status_code == 422
    for path in ("/people", "/audit", "/insights/interviewers", "/candidates/new", f"/requisitions/{elsewhere}/roles"):
        assert browser.get(path).status_code in {403, 404}, path
    assert [row[0] for row in rows(ground.database, *HERE)] == [plain]


@pytest.mark.attack("AC-25")
def test_a_coordinator_of_one_requisition_changes_nobody_who_also_applied_elsewhere(ground: Ground) -> None:
    plain, friend = ground.strangers[None], ground.strangers[Role.INTERVIEWER]
    with writing(ground.database.engine) as session:
        here, there = session.get_one(Requisition, ground.panel.requisition), hiring.make_requisition(session, "There")
        kept = session.get_one(Candidate, ground.candidate)
        hiring.make_application(session, there, kept)
        give(session, session.get_one(Person, plain), Role.COORDINATOR, requisition=there, by=friend)
        changed = {"name": "Somebody Else", "email": kept.email, "version": str(kept.version)}
    browser, own = ground.browser(plain), f"/candidates/{ground.candidate}"
    state = (Candidate.name, Candidate.referrer_id), (CandidateFile.id,), (ResumeRow.candidate_id,)
    before = [rows(ground.database, *columns) for columns in state]

    assert browser.get(own).status_code == 200, "may know of the candidate"
    tries = {
        "edit": browser.post(f"{own}/edit", changed),
        "files": browser.post(f"{own}/files", {"file": (BytesIO(b"Planted."), "cv.txt", "text/plain")}),
        "resume": browser.post(f"{own}/resume/keep", {"body": '{"basics": {"name": "Planted"}}'}),
        "referrer": browser.post(f"{own}/referrer", {"referrer_id": str(friend)}),
        "redaction": browser.get(f"{own}/redaction"),
        "form": browser.get(f"{own}/edit"),
    }
    assert {what: answer.status_code for what, answer in tries.items()} == dict.fromkeys(tries, 403)
    assert [rows(ground.database, *columns) for columns in state] == before

    with writing(ground.database.engine) as session:
        give(session, session.get_one(Person, plain), Role.COORDINATOR, requisition=here, by=friend)
    answer = browser.post(f"{own}/referrer", {"referrer_id": str(friend)})
    assert answer.status_code == 303, "whoever coordinates both may"


@pytest.mark.attack("AC-14")
def test_the_last_administrator_stays_though_both_demote_each_other(ground: Ground) -> None:
    first = ground.strangers[Role.ADMIN]
    with writing(ground.database.engine) as session:
        second = hiring.make_person(session, "Second Admin", [Role.ADMIN]).id
    one, two = ground.browser(first), ground.browser(second)

    assert one.post(f"/people/{second}/roles", {"roles": ["interviewer"]}).status_code == 303
    assert two.post(f"/people/{first}/roles", {"roles": []}).status_code in {303, 401, 403}, "not an admin any more"
    assert one.post(f"/people/{first}/roles", {"roles": []}).status_code == 403
    assert one.post(f"/people/{first}/close").status_code == 403
    with reading(ground.database.engine) as session:
        admins = session.scalar(select(func.count()).where(RoleGrant.role == Role.ADMIN))
    assert admins == 1


@pytest.mark.attack("AC-14")
def test_one_administrator_alone_makes_no_further_one_where_there_is_a_second(ground: Ground) -> None:
    first, plain = ground.strangers[Role.ADMIN], ground.strangers[None]
    with writing(ground.database.engine) as session:
        hiring.make_person(session, "Second Admin", [Role.ADMIN])
    browser = ground.browser(first)
    assert browser.post(f"/people/{plain}/roles", {"roles": ["admin"]}).status_code == 303
    with reading(ground.database.engine) as session:
        request = session.scalars(select(RoleRequest.id)).one()
        assert session.scalar(select(func.count()).where(RoleGrant.person_id == plain)) == 0
    assert browser.post(f"/people/asked/{request}/confirm").status_code == 403
    assert ground.browser(plain).post(f"/people/asked/{request}/confirm").status_code in {403, 404}


@pytest.mark.attack("AC-16")
def test_interviewers_get_no_field_that_only_recruiters_keep(ground: Ground) -> None:
    with writing(ground.database.engine) as session:
        kept = session.get_one(Candidate, ground.candidate)
        kept.phone, kept.source, address = PHONE, SOURCE, kept.email
    clerk, ada = ground.browser(ground.panel.coordinator.person_id), ground.browser(ground.panel.ada.person_id)
    own = f"/candidates/{ground.candidate}"
    assert all(text in clerk.get(own).text for text in (PHONE, SOURCE, address)), "recruiters do see it"
    channels = (
        own, ground.path(), f"/scorecards/{ground.panel.ada_card}", f"/scorecards/{ground.panel.ada_card}/kit",
        "/candidates.csv", "/candidates", f"/requisitions/{ground.panel.requisition}", "/requisitions.csv", "/",
        f"/search?q={address}", "/account/access",
    )  # fmt: skip
    for path in channels:
        answer = ada.get(path)
        assert answer.status_code in {200, 403, 404}, path
        found = [text for text in (PHONE, SOURCE, address) if text in answer.text.replace(f"q={address}", "")]
        assert not found or path.startswith("/search"), f"{path}: {found}"
    assert "Mira Okafor" not in ada.get(f"/search?q={address}").text.partition("<main")[2], "an address finds nobody"


@pytest.mark.attack("AC-17")
def test_each_act_on_an_object_refuses_a_stranger_as_its_siblings_do(program: Flask, ground: Ground) -> None:
    says = guard.declared(program)
    address = program.url_map.bind("localhost")
    ids = {
        "application_id": ground.panel.application, "requisition_id": ground.panel.requisition,
        "card_id": ground.panel.ben_card, "interview_id": ground.panel.interview, "candidate_id": ground.candidate,
        "file_id": ground.file, "person_id": ground.panel.ada.person_id,
    }  # fmt: skip
    stranger = ground.browser(ground.strangers[Role.EMPLOYEE])
    before = rows(ground.database, AuditEvent.seq)
    acts = [
        rule for rule in program.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and isinstance(says[rule.endpoint], Permission)
        and rule.arguments and rule.arguments <= set(ids)
    ]  # fmt: skip
    done = []
    for rule in acts:
        status = stranger.post(address.build(rule.endpoint, {name: ids[name] for name in rule.arguments})).status_code
        if status not in {403, 404}:
            done.append(f"{rule.endpoint}: {status}")
    assert done == []
    assert len(acts) > 40
    assert rows(ground.database, AuditEvent.seq) == before, "a refused act leaves nothing behind"


@pytest.mark.attack("AC-22")
def test_no_role_reads_sealed_cards_silently(ground: Ground) -> None:
    card, requisition = ground.panel.ben_card, ground.panel.requisition
    paths = (
        f"/scorecards/{card}", f"/scorecards/{card}.pdf?as=page", ground.path("debrief"), ground.path("debrief.pdf"),
        f"/requisitions/{requisition}/comparison", f"/requisitions/{requisition}/comparison.csv", ground.path(),
        "/search?q=heliotrope", "/audit", "/early-readings",
    )  # fmt: skip
    for role in (Role.ADMIN, Role.COORDINATOR, Role.HR_PARTNER, Role.AUDITOR):
        browser = ground.browser(ground.strangers[role])
        for path in paths:
            shown = browser.get(path).text.partition("<main")[2]
            assert SECRET_WORDS not in shown, f"{role}: {path}"


@pytest.mark.attack("AC-22")
def test_early_reading_takes_a_reason_a_second_person_and_leaves_events_before_the_first_byte(ground: Ground) -> None:
    asker, second = ground.browser(ground.strangers[Role.HR_PARTNER]), ground.browser(ground.strangers[Role.ADMIN])
    ask = ground.path("early-reading")
    assert second.post(ask, {"reason": "An administrator is curious about this."}).status_code in {403, 404}
    assert asker.post(ask, {"reason": "too short a one"}).status_code == 422
    here = asker.post(ask, {"reason": "The works council asks for it today."}).location.partition("?")[0]
    assert asker.post(f"{here}/approve").status_code == 403
    assert asker.post(f"{here}/cards").status_code == 403
    assert asker.get(f"{here}/cards").status_code == 405, "no address shows it without leaving an event"
    assert second.post(f"{here}/approve").status_code == 303

    assert SECRET_WORDS in asker.post(f"{here}/cards").text
    assert SECRET_WORDS not in second.post(f"{here}/cards").text
    assert SECRET_WORDS not in ground.browser(ground.strangers[Role.COORDINATOR]).post(f"{here}/cards").text
    with reading(ground.database.engine) as session:
        told = session.scalars(
            select(AuditEvent.action).where(AuditEvent.action.startswith("glass.")).order_by(AuditEvent.seq)
        )
        assert list(told) == ["glass.ask", "glass.approve", "glass.read"]


@pytest.mark.attack("AC-22")
def test_looking_as_an_interviewer_who_sealed_does_not_open_the_seal(ground: Ground) -> None:
    admin = ground.browser(ground.strangers[Role.ADMIN])
    reason = {"reason": "Ben says that a page does not open for him."}
    assert admin.post(f"/people/{ground.panel.ben.person_id}/look", reason).status_code == 303
    for path in (f"/scorecards/{ground.panel.ben_card}", ground.path("debrief"), ground.path(), "/search?q=heliotrope"):
        answer = admin.get(path)
        assert (answer.status_code, SECRET_WORDS in answer.text) == (403, False), path


@pytest.mark.attack("AC-18")
def test_no_answer_of_one_person_reaches_any_page_export_or_role(ground: Ground) -> None:
    people: dict[Role | None, UUID] = {**ground.strangers, None: ground.panel.ada.person_id}
    paths = (
        f"/candidates/{ground.candidate}", ground.path(), "/candidates.csv", "/fairness", "/audit", "/",
        f"/requisitions/{ground.panel.requisition}", ground.path("debrief"),
    )  # fmt: skip
    browsers = {role: ground.browser(person_id) for role, person_id in people.items()}
    before = {(role, path): _plain(one.get(path).text) for role, one in browsers.items() for path in paths}
    with writing(ground.database.engine) as session:
        fairness.say(session, ground.panel.application, {"gender": "woman"})
        assert session.scalar(select(func.count()).select_from(SelfIdentification)) == 1

    after = {(role, path): _plain(one.get(path).text) for role, one in browsers.items() for path in paths}

    assert [place for place, text in after.items() if text != before[place]] == []
    assert set(SelfIdentification.__table__.columns.keys()) == {"pseudonym", "answers"}, "nothing to join a name by"


def _plain(page: str) -> str:
    """A page without what differs each time it is drawn: nonces, form tokens and reference numbers."""
    return re.sub(r'(nonce|value)="[^"]+"|[0-9a-zA-Z-]{6,}</code>', "", page)
