"""Plans, suggestions, training and conflicts over HTTP: nothing typed is lost, nothing shown to whom it should not."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.card import CardState
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.engine import reading, writing
from app.models.interest import ConflictOfInterest
from app.models.interview import Interview
from app.models.panel_plan import PanelPlan, PanelPlanRow, Training
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow
from tests.factories import hiring as make
from tests.factories.panel_plans import make_conflict, make_plan, make_training
from tests.factories.panels import make_panel
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
TWO = {
    "version": "0", "minutes": "120",
    "rows-0-title": "Strategy talk", "rows-0-kind": "conversation", "rows-0-minutes": "60", "rows-0-raters": "2",
    "rows-0-case_study": "", "rows-0-focus": ["strategy", "empathy"],
    "rows-1-title": "The shortlist", "rows-1-kind": "case_study", "rows-1-minutes": "90", "rows-1-raters": "1",
    "rows-1-case_study": "shortlist", "rows-1-focus": ["fluency"],
}  # fmt: skip


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0] or response.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture
def coordinator(database: Database, signed_in: Open) -> Browser:
    with writing(database.engine) as session:
        person = make.make_person(session, "Cora Finn", [Role.COORDINATOR], zone="Europe/Berlin")
    return signed_in(person.id)


@pytest.fixture
def requisition_id(database: Database) -> UUID:
    with writing(database.engine) as session:
        return make.make_requisition(session).id


def rows(database: Database) -> list[PanelPlanRow]:
    with reading(database.engine) as session:
        return list(session.scalars(select(PanelPlanRow).order_by(PanelPlanRow.position)))


def test_a_proposal_is_shown_and_kept_only_when_it_is_saved(
    database: Database, coordinator: Browser, requisition_id: UUID
) -> None:
    path = f"/requisitions/{requisition_id}/plan"
    assert "No plan yet" in words(coordinator.get(path))
    shown = coordinator.get(f"{path}?propose=yes")
    assert "A proposal, not kept yet" in words(shown)
    assert "Every dimension is looked at twice, and nothing is too much." in words(shown)
    assert rows(database) == []
    fields = dict(
        re.findall(r'name="(rows-\d+-(?:title|minutes|raters)|minutes|version)"[^>]* value="([^"]*)"', shown.text)
    )
    assert fields["rows-0-title"] == "Product Strategy and 2 more", "with the case it would take four people"
    assert fields["version"] == "0"


def test_a_plan_is_saved_and_comes_back_with_its_gaps(
    database: Database, coordinator: Browser, requisition_id: UUID
) -> None:
    path = f"/requisitions/{requisition_id}/plan"
    answer = coordinator.post(path, TWO)
    assert answer.location == f"{path}?done=plan-kept"
    assert [(row.title, row.raters) for row in rows(database)] == [("Strategy talk", 2), ("The shortlist", 1)]
    page = words(coordinator.get(path))
    assert "3 seats for a panel of 3; 150 of 120 minutes." in page
    assert "1 dimension is looked at by fewer than two people: Technical Fluency." in page
    assert "A candidate would spend 150 minutes, 30 more than the 120 allowed." in page


def test_without_script_one_adds_takes_out_and_looks_before_anything_is_kept(
    database: Database, coordinator: Browser, requisition_id: UUID
) -> None:
    path = f"/requisitions/{requisition_id}/plan"
    added = coordinator.post(path, {**TWO, "do": "add"})
    assert 'name="rows-2-title"' in added.text
    assert 'value="Strategy talk"' in added.text
    looked = coordinator.post(path, {**TWO, "do": "check", "rows-1-gone": "y"})
    assert 'name="rows-1-title"' not in looked.text
    assert "2 dimensions" not in words(looked)
    assert "2 seats for a panel of 3; 60 of 120 minutes." in words(looked)
    assert rows(database) == []
    coordinator.post(path, {**TWO, "rows-0-gone": "y"})
    assert [row.title for row in rows(database)] == ["The shortlist"]


def test_what_was_typed_comes_back_beside_every_fault(
    database: Database, coordinator: Browser, requisition_id: UUID
) -> None:
    path = f"/requisitions/{requisition_id}/plan"
    wrong = {**TWO, "rows-0-minutes": "sixty", "rows-0-title": "Kept & shown"}
    answer = coordinator.post(path, wrong)
    assert answer.status_code == 422
    assert "Write a whole number in digits, such as 12." in words(answer)
    assert 'value="sixty"' in answer.text
    assert 'value="Kept &amp; shown"' in answer.text
    answer = coordinator.post(path, {**TWO, "rows-1-case_study": "", "rows-1-focus": []})
    assert answer.status_code == 422
    assert "Choose the case that the candidate works on." in words(answer)
    assert "Tick at least one dimension" in words(answer)
    assert rows(database) == []


def test_two_who_save_at_once_do_not_overwrite_each_other(
    database: Database, coordinator: Browser, requisition_id: UUID
) -> None:
    path = f"/requisitions/{requisition_id}/plan"
    coordinator.post(path, TWO)
    answer = coordinator.post(path, {**TWO, "rows-0-title": "Mine"})
    assert answer.status_code == 409
    assert "Somebody changed this plan" in words(answer)
    assert 'value="Mine"' in answer.text
    (version,) = re.findall(r'name="version" value="(\d+)"', answer.text)
    with reading(database.engine) as session:
        assert session.get_one(PanelPlan, requisition_id).version == int(version)
    coordinator.post(path, {**TWO, "rows-0-title": "Mine", "version": version})
    assert rows(database)[0].title == "Mine"


def test_the_check_answers_with_what_it_comes_to_and_keeps_nothing(
    database: Database, coordinator: Browser, requisition_id: UUID
) -> None:
    answer = coordinator.post(f"/requisitions/{requisition_id}/plan/check", TWO)
    assert answer.status_code == 200
    assert "data-checked" in answer.text
    assert "150 of 120 minutes" in answer.text
    assert "<html" not in answer.text
    assert rows(database) == []


def test_the_plan_is_a_file_as_well(coordinator: Browser, requisition_id: UUID) -> None:
    coordinator.post(f"/requisitions/{requisition_id}/plan", {**TWO, "rows-0-title": "=HYPERLINK(1)"})
    answer = coordinator.get(f"/requisitions/{requisition_id}/plan.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=interview-plan.csv"
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert lines[0] == "Interview,Kind,Minutes,People,Case,Product Strategy,Technical Fluency,Customer Empathy"
    assert lines[1].startswith("'=HYPERLINK(1),Conversation,60,2,,yes,,yes")
    assert lines[2] == "The shortlist,Case study,90,1,shortlist,,yes,"


def test_the_plan_is_carried_out_with_the_people_proposed(
    database: Database, coordinator: Browser, requisition_id: UUID
) -> None:
    with writing(database.engine) as session:
        cora = make.make_person(session, "Cleo Ruiz", [Role.COORDINATOR])
        people = [make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ada Able", "Ben Ode", "Cy Roe")]
        need = session.get_one(Requisition, requisition_id)
        application = make.make_application(session, need)
        make_plan(session, need.id, cora)
        friend = make.make_person(session, "Fay Friend", [Role.INTERVIEWER])
        make_conflict(session, friend, application.candidate)
    path = f"/applications/{application.id}/plan"
    shown = coordinator.get(path)
    assert "Fay Friend" not in shown.text
    chosen = re.findall(r'name="(seats-[0-9a-f-]+)"[^>]*value="([0-9a-f-]+)" checked', shown.text)
    assert sorted(person for _, person in chosen) == sorted(str(one.id) for one in people)
    ticked = re.findall(r'name="rows" type="checkbox" value="([0-9a-f-]+)" checked', shown.text)
    form: dict[str, object] = {"rows": ticked}
    for field, person in chosen:
        form.setdefault(field, []).append(person)  # type: ignore[attr-defined]  # a list, as put there
    form["intent"] = "a" * 32
    answer = coordinator.post(path, form)
    assert answer.location == f"/applications/{application.id}?done=plan-carried-out#panel"
    coordinator.post(path, form)
    with reading(database.engine) as session:
        assert sorted(session.scalars(select(Interview.title))) == ["Strategy talk", "The shortlist"]
        assert sorted(session.scalars(select(ScorecardRow.interviewer_id))) == sorted(one.id for one in people)
    again = words(coordinator.get(path))
    assert "2 interviews are planned already" in again


def test_the_form_of_an_interview_says_who_fits_and_why(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        application = make.make_application(session)
        ada, ben = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ada Able", "Ben Ode"))
        friend = make.make_person(session, "Fay Friend", [Role.INTERVIEWER])
        make_conflict(session, friend, application.candidate)
        make_training(session, ben, "empathy", application.requisition.blueprint.role)
    path = f"/applications/{application.id}/interviews/new"
    form = {
        "kind": "conversation", "title": "Half typed", "minutes": "", "focus": ["empathy"], "do": "suggest",
        "interviewer_ids": [str(ada.id)],
    }  # fmt: skip
    answer = coordinator.post(path, form)
    assert answer.status_code == 200
    page = words(answer)
    assert page.index("Ben Ode") < page.index("Ada Able")
    assert "Trained for Customer Empathy; 0 of 5 interviews that week." in page
    assert "Fay Friend" not in page
    assert 'value="Half typed"' in answer.text
    assert re.search(rf'value="{ada.id}" checked', answer.text)
    with reading(database.engine) as session:
        assert session.scalars(select(Interview)).all() == []


def test_one_tap_and_a_reason_end_every_part_of_ones_own(database: Database, signed_in: Open) -> None:
    panel = make_panel(database)
    ada = signed_in(panel.ada.person_id)
    path = f"/applications/{panel.application}/conflict"
    assert f'href="{path}"' in ada.get(f"/interviews/{panel.interview}/kit").text
    assert "What you still owe is released." in words(ada.get(path))
    assert ada.post(path, {}).status_code == 422
    answer = ada.post(path, {"kind": "relative", "statement": "My cousin."})
    assert answer.location == "/?done=interest-declared"
    for closed in (path, f"/applications/{panel.application}", f"/scorecards/{panel.ada_card}"):
        assert ada.get(closed).status_code == 404, closed
    assert "Mira Okafor" not in ada.get("/").text
    assert "Mira Okafor" not in ada.get("/candidates").text
    with reading(database.engine) as session:
        assert session.get_one(ScorecardRow, panel.ada_card).state is CardState.RELEASED


def test_coordinators_alone_read_why_and_may_withdraw_it(database: Database, signed_in: Open) -> None:
    panel = make_panel(database)
    signed_in(panel.ada.person_id).post(f"/applications/{panel.application}/conflict", {"kind": "friend"})
    path = f"/applications/{panel.application}/conflicts"
    assert signed_in(panel.manager.person_id).get(path).status_code == 403
    assert signed_in(panel.ben.person_id).get(path).status_code == 403
    cleo = signed_in(panel.coordinator.person_id)
    page = cleo.get(path)
    assert "A friend, or somebody I am at odds with" in words(page)
    (withdraw,) = re.findall(r'href="(/applications/[^"]+/withdraw)"', page.text)
    assert cleo.post(withdraw, {"reason": ""}).status_code == 422
    cleo.post(withdraw, {"reason": "Another Mira."})
    assert "Another Mira." in words(cleo.get(path))
    assert cleo.get(withdraw).status_code == 404
    recorded = cleo.post(path, {"person_id": str(panel.ben.person_id), "statement": "Told me."})
    assert recorded.location == f"{path}?done=conflict-recorded"
    with reading(database.engine) as session:
        assert len(session.scalars(select(ConflictOfInterest)).all()) == 2


def test_who_referred_somebody_is_recorded_from_the_candidates_page(database: Database, signed_in: Open) -> None:
    panel = make_panel(database)
    cleo = signed_in(panel.coordinator.person_id)
    with reading(database.engine) as session:
        candidate_id = session.get_one(Application, panel.application).candidate_id
    path = f"/candidates/{candidate_id}/referrer"
    assert f'href="{path}"' in cleo.get(f"/candidates/{candidate_id}").text
    answer = cleo.post(path, {"referrer_id": str(panel.ben.person_id)})
    assert answer.location == f"/candidates/{candidate_id}?done=referrer-kept"
    assert signed_in(panel.ben.person_id).get(f"/applications/{panel.application}").status_code == 404
    assert "Referred by Ben Ode" in words(cleo.get(f"/applications/{panel.application}/conflicts"))
    own = cleo.post(path, {"referrer_id": str(panel.coordinator.person_id)})
    assert own.location == "/candidates?done=referrer-kept"
    assert cleo.get(f"/candidates/{candidate_id}").status_code == 404


def test_training_goes_out_as_a_file_and_comes_in_again(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        ada = make.make_person(session, "Ada Able", [Role.INTERVIEWER])
        role = make.make_blueprint_version(session).role
        make_training(session, ada, "screen")
    path = f"/interviewers/{ada.id}"
    answer = coordinator.post(path, {"topics": [f"{role}/strategy"], "since": "2026-03-02"})
    assert answer.location == f"{path}?done=training-kept"
    assert coordinator.post(path, {"topics": ["/juggling"], "since": "2026-03-02"}).status_code == 422
    raw = coordinator.get("/interviewers.csv").data
    with writing(database.engine) as session:
        for row in session.scalars(select(Training)):
            session.delete(row)
    preview = coordinator.post("/interviewers/import", {"file": (io.BytesIO(raw), "training.csv")})
    assert "2 lines. Nothing has happened yet." in words(preview)
    applied = coordinator.post("/interviewers/import/apply", {"text": raw.decode("utf-8-sig")})
    assert applied.location == "/interviewers?done=training-imported"
    listed = words(coordinator.get("/interviewers"))
    assert "Kinds of interview: Screen" in listed
    assert "Product Strategy" in listed
    gone = coordinator.post(f"{path}/end", {"role": "", "topic": "screen"})
    assert gone.location == f"{path}?done=training-ended"
    assert "Kinds of interview: Screen" not in words(coordinator.get("/interviewers"))


def test_a_bad_file_is_refused_with_every_fault(database: Database, coordinator: Browser) -> None:
    raw = b"email,topic,since\nnobody@example.org,screen,2026-03-02\n"
    answer = coordinator.post("/interviewers/import", {"file": (io.BytesIO(raw), "training.csv")})
    assert answer.status_code == 422
    assert "nobody has an open account with the address nobody@example.org" in words(answer)
    answer = coordinator.post("/interviewers/import/apply", {"text": raw.decode()})
    assert answer.status_code == 422
    with reading(database.engine) as session:
        assert session.scalars(select(Training)).all() == []


def test_a_limit_is_kept_and_shown(database: Database, coordinator: Browser) -> None:
    with writing(database.engine) as session:
        ada = make.make_person(session, "Ada Able", [Role.INTERVIEWER])
    path = f"/interviewers/{ada.id}"
    assert coordinator.post(f"{path}/limit", {"a_week": "many"}).status_code == 422
    assert coordinator.post(f"{path}/limit", {"a_week": "41"}).status_code == 422
    coordinator.post(f"{path}/limit", {"a_week": "2"})
    assert "0 of 2 interviews this week" in words(coordinator.get(path))


@pytest.mark.parametrize("many", [1, 4])
def test_each_page_takes_six_statements_at_most(
    database: Database, coordinator: Browser, requisition_id: UUID, many: int
) -> None:
    with writing(database.engine) as session:
        cora = make.make_person(session, "Cleo Ruiz", [Role.COORDINATOR])
        need = session.get_one(Requisition, requisition_id)
        make_plan(session, requisition_id, cora)
        applications = [make.make_application(session, need, name=f"Mira {n}") for n in range(many)]
        for number in range(many):
            person = make.make_person(session, f"Ada {number}", [Role.INTERVIEWER])
            make_training(session, person, "screen")
            make.make_interview(session, applications[number], [person])
            make_conflict(session, person, applications[0].candidate)
    first = applications[0]
    for path, most in (
        (f"/requisitions/{requisition_id}/plan", 5),
        (f"/applications/{first.id}/plan", 6),
        (f"/applications/{first.id}/conflict", 4),
        (f"/applications/{first.id}/conflicts", 6),
        (f"/candidates/{first.candidate_id}/referrer", 5),
        ("/interviewers", 4),
        ("/interviewers.csv", 3),
        (f"/interviewers/{person.id}", 4),
    ):
        assert coordinator.get(path).status_code == 200
        with counted(database.engine) as statements:
            coordinator.get(path)
        assert len(statements) == most, (path, statements)
