from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.card import CardState
from app.domain.errors import InvalidError
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.scorecard import ScorecardRow
from app.services import applications
from app.web.local_time import to_local, to_utc
from tests.factories import hiring as make
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
READERS = (Role.AUDITOR, Role.COORDINATOR)


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def coordinator(database: Database, signed_in: Open) -> Browser:
    with writing(database.engine) as session:
        person = make.make_person(session, "Cora Finn", [Role.COORDINATOR], zone="Europe/Berlin")
    return signed_in(person.id)


def interviews(database: Database) -> list[Interview]:
    with reading(database.engine) as session:
        return list(session.scalars(select(Interview).order_by(Interview.title)))


def test_an_interview_is_planned_in_the_persons_own_zone(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        application = make.make_application(session, stage=Stage.APPLIED)
        ida, ole = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard"))
    path = f"/applications/{application.id}/interviews/new"
    asked = coordinator.get(path)
    assert "Product Strategy (nobody yet)" in words(asked)
    assert "Europe/Berlin" in words(asked)
    form = {
        "kind": "conversation", "title": "Product talk", "starts_at": "2026-12-01T14:30", "minutes": "45",
        "focus": ["strategy", "empathy"], "interviewer_ids": [str(ida.id), str(ole.id)], "case_study": "",
    }  # fmt: skip
    answer = coordinator.post(path, form)
    assert answer.location == f"/applications/{application.id}?done=interview-planned#panel"
    (kept,) = interviews(database)
    assert kept.starts_at == datetime(2026, 12, 1, 13, 30, tzinfo=UTC)
    page = words(coordinator.get(answer.location))
    assert "1 December 2026, 14:30" in page
    assert "2 people" in page
    assert "1 dimension is looked at by fewer than two interviewers: Technical Fluency." in page
    assert "0 of 2 scorecards sealed" in page
    assert "Applied to interviewing" in page


def test_what_was_typed_comes_back_with_every_fault(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        application = make.make_application(session)
    form = {"kind": "case_study", "title": "Case", "minutes": "1", "focus": ["strategy"], "case_study": ""}
    answer = coordinator.post(f"/applications/{application.id}/interviews/new", form)
    assert answer.status_code == 422
    assert "Choose 5 to 480 minutes." in words(answer)
    assert "Choose the case that the candidate works on." in words(answer)
    assert re.search(r'value="strategy" checked', answer.text)
    skipped = coordinator.post(
        f"/applications/{application.id}/interviews/new", {**form, "starts_at": "2026-03-29T02:30"}
    )
    assert "There is no such time in Europe/Berlin" in words(skipped)
    assert interviews(database) == []


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "UTC"])
def test_a_typed_time_comes_back_as_it_was(zone: str) -> None:
    typed = datetime(2026, 7, 1, 9, 15)  # noqa: DTZ001  what a person types has no zone
    assert to_local(to_utc(typed, zone, "starts_at"), zone) == typed
    assert to_utc(None, zone, "starts_at") is None


def test_the_hour_that_is_skipped_is_refused() -> None:
    with pytest.raises(InvalidError):
        to_utc(datetime(2026, 3, 29, 2, 30), "Europe/Berlin", "starts_at")  # noqa: DTZ001  as typed


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:30", "2999-06-01T10:00"])
def test_a_time_beyond_any_plan_is_refused_beside_the_field(
    database: Database, coordinator: Browser, typed: str
) -> None:
    with writing(database.engine) as session:
        application = make.make_application(session)
    form = {"kind": "conversation", "title": "Talk", "minutes": "45", "focus": ["strategy"], "case_study": ""}
    answer = coordinator.post(f"/applications/{application.id}/interviews/new", {**form, "starts_at": typed})
    assert answer.status_code == 422
    assert "between the years 2000 and 2199" in words(answer)
    assert interviews(database) == []


def test_a_change_moves_people_and_coverage(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        application = make.make_application(session)
        ida, ole = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard"))
        interview = make.make_interview(session, application, [ida], title="Talk")
    path = f"/interviews/{interview.id}/edit"
    shown = coordinator.get(path)
    assert re.search(rf'value="{ida.id}" checked', shown.text)
    assert 'value="2026-11-22T10:00' in shown.text
    form = {
        "kind": "conversation", "title": "Talk", "starts_at": "", "minutes": "60", "focus": ["strategy"],
        "interviewer_ids": [str(ole.id)], "version": str(interview.version),
    }  # fmt: skip
    assert coordinator.post(path, form).status_code == 303
    page = words(coordinator.get(f"/applications/{application.id}"))
    assert "Ole Bard owed" in page
    assert "Ida Noor" not in page
    assert "No time yet" in page
    stale = coordinator.post(path, {**form, "title": "Mine"})
    assert stale.status_code == 409
    assert 'value="Mine"' in stale.text
    assert "Title Talk" in words(stale)


def test_cancelling_asks_and_releases(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        application = make.make_application(session)
        ida = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
        interview = make.make_interview(session, application, [ida], title="Talk")
    path = f"/interviews/{interview.id}/cancel"
    assert "Ida Noor will be told" in words(coordinator.get(path))
    assert coordinator.post(path, {"reason": ""}).status_code == 422
    assert coordinator.post(path, {"reason": "No room."}).status_code == 303
    assert coordinator.get(path).status_code == 404
    assert "No interview is planned" in words(coordinator.get(f"/applications/{application.id}"))


def test_a_whole_panel_is_copied_in_two_clicks(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
        source = make.make_application(session, requisition, name="Ben Sands")
        target = make.make_application(session, requisition, name="Mira Okafor")
        people = [make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard")]
        make.make_interview(session, source, people, title="Talk")
        make.make_interview(session, source, people[:1], title="Case")
    path = f"/applications/{target.id}/interviews/copy"
    assert path in coordinator.get(f"/applications/{target.id}").text
    asked = words(coordinator.get(path))
    assert "Ben Sands" in asked
    assert "Talk, 60 minutes: Ida Noor, Ole Bard" in asked
    answer = coordinator.post(path, {"source_id": str(source.id)})
    assert answer.status_code == 303
    page = words(coordinator.get(answer.location))
    assert "0 of 3 scorecards sealed" in page
    assert coordinator.post(path, {}).status_code == 422


def test_the_stage_moves_by_form_with_its_reason(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        application = make.make_application(session, stage=Stage.INTERVIEWING)
    path = f"/applications/{application.id}"
    back = {"seen": "interviewing", "to": "screening", "reason": ""}
    refused = coordinator.post(f"{path}/stage", back)
    assert refused.status_code == 422
    assert "Write the reason." in words(refused)
    assert coordinator.post(f"{path}/stage", {**back, "reason": "Cut short."}).status_code == 303
    assert "Interviewing to screening, by Cora Finn: Cut short." in words(coordinator.get(path))
    stale = coordinator.post(f"{path}/stage", {**back, "reason": "Typed before."})
    assert stale.status_code == 409
    assert "Typed before." in stale.text
    assert coordinator.post(f"{path}/stage", {"seen": "nonsense", "to": "applied"}).status_code == 422


def test_to_somebody_who_owes_the_pages_are_the_same_whatever_others_did(database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER, Role.INTERVIEWER])
        requisition = make.make_requisition(session, manager=manager)
        application = make.make_application(session, requisition)
        others = [make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard")]
        interview = make.make_interview(session, application, [manager, *others])
    browser = signed_in(manager.id)
    paths = [
        f"/requisitions/{requisition.id}",
        f"/requisitions/{requisition.id}/edit",
        "/requisitions",
        f"/applications/{application.id}",
        f"/applications/{application.id}/interviews/new",
        f"/interviews/{interview.id}/edit",
        f"/candidates/{application.candidate_id}",
        "/candidates",
        "/candidates.csv",
        "/search?q=mira",
    ]
    before = [_steady(browser.get(path)) for path in paths]
    with writing(database.engine) as session:
        cards = {card.interviewer_id: card for card in session.scalars(select(ScorecardRow))}
        make.seal(session, cards[others[0].id], {"strategy": 1})
        cards[others[1].id].state = CardState.RELEASED
        kept = applications.locked(session, application.id)
        make.open_debrief(session, kept, others[0].id)
        clerk = make.actor_of(make.make_person(session, "Cora Finn", [Role.COORDINATOR]))
        applications.set_stage(session, clerk, kept, Stage.DEBRIEF, reason="All in.", now=make.NOW)
    after = [_steady(browser.get(path)) for path in paths]
    assert after == before
    assert "You owe a scorecard on this candidate." in before[3]
    assert 'name="interviewer_ids"' not in before[5]


def _steady(response: TestResponse) -> str:
    """The page without what every answer draws afresh."""
    assert response.status_code == 200
    return re.sub(r'(nonce|value)="[A-Za-z0-9_.-]{16,}"', "", response.text)


@pytest.mark.parametrize("size", [1, 3])
def test_each_page_takes_the_same_statements_however_much_it_holds(
    database: Database, coordinator: Browser, size: int
) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
        application = make.make_application(session, requisition)
        for number in range(size):
            people = [make.make_person(session, roles=[Role.INTERVIEWER]) for _ in range(size)]
            interview = make.make_interview(session, application, people, focus=make.DIMENSIONS[: number + 1])
            make.make_interview(session, make.make_application(session, requisition), people)
    expected = {
        f"/applications/{application.id}": 6,
        f"/applications/{application.id}/interviews/new": 6,
        f"/applications/{application.id}/interviews/copy": 5,
        f"/interviews/{interview.id}/cancel": 6,
        f"/interviews/{interview.id}/edit": 6,
    }
    for path in expected:
        coordinator.get(path)
    found = {}
    for path in expected:
        with counted(database.engine) as sent:
            assert coordinator.get(path).status_code == 200
        found[path] = len(sent)
    assert found == expected


def test_an_interviewer_plans_and_moves_nothing(database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        ida = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
        application = make.make_application(session)
        interview = make.make_interview(session, application, [ida])
    browser = signed_in(ida.id)
    page = words(browser.get(f"/applications/{application.id}"))
    assert "Plan an" not in page
    assert "Move to" not in page
    for path in (f"/applications/{application.id}/interviews/new", f"/interviews/{interview.id}/cancel"):
        assert browser.get(path).status_code == 403
    moved = browser.post(
        f"/applications/{application.id}/stage", {"seen": "interviewing", "to": "withdrawn", "reason": "No."}
    )
    assert moved.status_code == 403


def test_no_link_leads_to_a_page_that_is_closed(database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        auditor, coordinator = (make.make_person(session, role.value, [role]) for role in READERS)
        need = make.make_requisition(session, state=RequisitionState.CLOSED)
        interview = make.make_interview(session, make.make_application(session, need))
    kit, conflict = f"/interviews/{interview.id}/kit", f"/applications/{interview.application_id}/conflict"
    for reader, opens in ((auditor, False), (coordinator, True)):
        browser = signed_in(reader.id)
        seen = browser.get(f"/applications/{interview.application_id}").text
        assert interview.title in seen
        for link in (kit, conflict):
            assert (f'href="{link}"' in seen) is opens
            assert (browser.get(link).status_code == HTTPStatus.OK) is opens


@pytest.mark.parametrize(("viewer", "offered"), [("coordinator", True), ("interviewer", False)])
def test_who_owes_a_card_is_linked_only_for_who_may_open_it(
    database: Database, signed_in: Open, viewer: str, *, offered: bool
) -> None:
    with writing(database.engine) as session:
        ida = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
        cora = make.make_person(session, "Cora Finn", [Role.COORDINATOR])
        application = make.make_application(session)
        interview = make.make_interview(session, application, [ida], title="Talk")
        make.seal(session, make.card_of(session, interview, ida), {"strategy": 4})
    tab = signed_in({"coordinator": cora, "interviewer": ida}[viewer].id)

    page = tab.get(f"/applications/{application.id}")

    assert "1 of 1 scorecards sealed" in words(page)
    link = f"/applications/{application.id}/scorecards"
    assert (f'href="{link}"' in page.text) is offered
    assert tab.get(link).status_code == (HTTPStatus.OK if offered else HTTPStatus.FORBIDDEN)
