"""Reports of groups as HR gets them, released once, and as nobody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.domain.hiring import Part, Stage
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.candidate import Application, StageChange
from app.models.engine import reading, writing
from app.models.requisition import RequisitionMember
from app.models.self_identification import ImpactRelease, SelfIdentification
from tests.factories.fairness import FEMALE, INTAKE, MALE, make_intake
from tests.factories.hiring import NOW, make_blueprint_version, make_person
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.databases import Database
    from tests.web.browser import Browser


@pytest.fixture
def hr(database: Database) -> UUID:
    """An HR partner."""
    with writing(database.engine) as session:
        return make_person(session, "Hana HR", [Role.HR_PARTNER]).id


def _intake(database: Database, **options: object) -> tuple[UUID, str]:
    with writing(database.engine) as session:
        need = make_intake(session, **options)  # type: ignore[arg-type]  # passes the factory's own options through
        return need.id, need.blueprint.role


def _release(browser: Browser, role: str) -> str:
    answer = browser.post(f"/fairness/role/{role}")
    assert answer.status_code == 303, answer.text
    return str(answer.location).partition("?")[0]


def test_a_report_says_rates_ratios_and_words(
    database: Database, hr: UUID, signed_in: Callable[[UUID], Browser]
) -> None:
    _, role = _intake(database)
    browser = signed_in(hr)
    assert "68 applications" in browser.get("/fairness").text
    page = browser.get(_release(browser, role)).text
    words = " ".join(page.split())
    assert "16 of 30, 53 %" in words
    assert "24 of 32, 75 %" in words
    assert '<td class="num">53 %</td> <td>0.711</td>' in words
    assert "2 more people to four fifths" in words
    assert "Below four fifths, may be chance" in words
    assert "3 withdrawn applications are left out" in words
    assert "62 of 68 people answered, 91 %" in words


def test_a_report_is_released_once_and_never_changes(
    database: Database, hr: UUID, signed_in: Callable[[UUID], Browser]
) -> None:
    requisition_id, role = _intake(database)
    browser = signed_in(hr)
    path = _release(browser, role)
    before = browser.get(f"{path}.csv").data
    with writing(database.engine) as session:
        for row in session.scalars(select(SelfIdentification)):
            session.delete(row)
    assert browser.get(f"{path}.csv").data == before
    assert browser.post(f"/fairness/role/{role}").status_code == 404
    assert browser.post(f"/fairness/requisition/{requisition_id}").status_code == 409
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(ImpactRelease)) == 1


@pytest.mark.parametrize("act", ["UPDATE impact_release SET body = '{}'", "DELETE FROM impact_part"])
def test_the_database_itself_keeps_a_report(
    database: Database, hr: UUID, signed_in: Callable[[UUID], Browser], act: str
) -> None:
    _, role = _intake(database)
    _release(signed_in(hr), role)
    with pytest.raises(DBAPIError, match="impact_"), writing(database.engine) as session:
        session.execute(text(act))


def test_too_few_answers_release_nothing(database: Database, hr: UUID, signed_in: Callable[[UUID], Browser]) -> None:
    few = [(answers, stage, people // 3) for answers, stage, people in INTAKE]
    _, role = _intake(database, crowds=few)
    answer = signed_in(hr).post(f"/fairness/role/{role}")
    assert answer.status_code == 409
    assert "Fewer than 30 people in these requisitions have said anything" in answer.text
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(ImpactRelease)) == 0


def test_small_openings_of_a_role_are_pooled(
    database: Database, hr: UUID, signed_in: Callable[[UUID], Browser]
) -> None:
    with writing(database.engine) as session:
        version = make_blueprint_version(session)
        halves = [(answers, stage, people // 2) for answers, stage, people in INTAKE]
        for title in ("Ports", "Rail"):
            make_intake(session, halves, title=title, version=version)
        role = version.role
    browser = signed_in(hr)
    assert "Release a report on all 2" in browser.get("/fairness").text
    page = browser.get(_release(browser, role)).text
    assert "to Ports, Rail" in page
    assert "16 of 30" in page


def test_four_fifths_exactly_is_not_flagged(database: Database, hr: UUID, signed_in: Callable[[UUID], Browser]) -> None:
    stage, there = INTAKE[0][1], INTAKE[1][1]
    crowds = [(FEMALE, stage, 10), (FEMALE, there, 20), (MALE, stage, 5), (MALE, there, 25)]
    _, role = _intake(database, crowds=crowds)
    browser = signed_in(hr)
    page = " ".join(browser.get(_release(browser, role)).text.split())
    assert "<td>0.800</td>" in page
    assert "No sign of a difference" in page
    assert ">below<" not in page


def test_a_small_group_is_hidden_with_another(
    database: Database, hr: UUID, signed_in: Callable[[UUID], Browser]
) -> None:
    crowds = [*INTAKE, ({"Sex": "Another"}, INTAKE[0][1], 2)]
    _, role = _intake(database, crowds=crowds)
    browser = signed_in(hr)
    lines = browser.get(f"{_release(browser, role)}.csv").text.splitlines()
    told = [line.split(",") for line in lines if line.startswith("Step 1") and "Sex categories" in line]
    assert {cells[2]: cells[3] for cells in told} == {
        "Female": "30", "Male": "32", "Another": "not shown",
    }  # fmt: skip


def test_who_takes_part_sees_no_report(database: Database, hr: UUID, signed_in: Callable[[UUID], Browser]) -> None:
    requisition_id, role = _intake(database)
    with writing(database.engine) as session:
        partner = make_person(session, "Parth Partner", [Role.HR_PARTNER, Role.COMMITTEE])
        session.add(RequisitionMember(requisition_id=requisition_id, person_id=partner.id, part=Part.MEMBER))
        others = [
            make_person(session, "Ada Admin", [Role.ADMIN]),
            make_person(session, "Cleo Clerk", [Role.COORDINATOR]),
            make_person(session, "Ina Interviewer", [Role.INTERVIEWER]),
            make_person(session, "Mara Manager", [Role.HIRING_MANAGER]),
        ]
        auditor, partner_id = make_person(session, "Aud Auditor", [Role.AUDITOR]).id, partner.id
        other_ids = [one.id for one in others]
    taking_part = signed_in(partner_id)
    assert "You take part in one of these" in taking_part.get("/fairness").text
    assert taking_part.post(f"/fairness/role/{role}").status_code == 404
    path = _release(signed_in(hr), role)
    for suffix in ("", ".csv", ".pdf?as=page"):
        assert taking_part.get(f"{path}{suffix}").status_code == 404
        assert signed_in(auditor).get(f"{path}{suffix}").status_code == 200
        assert {signed_in(one).get(f"{path}{suffix}").status_code for one in other_ids} == {404}
    assert "1 report tells of requisitions that you take part in" in taking_part.get("/fairness").text
    assert {signed_in(one).get("/fairness").status_code for one in other_ids} == {403}
    assert signed_in(auditor).post(f"/fairness/role/{role}").status_code in {403, 404}


@pytest.mark.parametrize(("came_from", "shown"), [(None, 200), (Stage.APPLIED, 404)])
def test_who_moved_somebody_on_or_out_has_judged(
    database: Database, hr: UUID, signed_in: Callable[[UUID], Browser], came_from: Stage | None, shown: int
) -> None:
    requisition_id, role = _intake(database)
    path = _release(signed_in(hr), role)
    with writing(database.engine) as session:
        partner = make_person(session, "Cora Coordinator", [Role.HR_PARTNER, Role.COORDINATOR])
        one = session.scalars(select(Application.id).where(Application.requisition_id == requisition_id)).first()
        session.add(
            StageChange(
                application_id=one, number=99, from_stage=came_from, to_stage=Stage.SCREENING, at=NOW, by_id=partner.id
            )
        )
        partner_id = partner.id

    assert signed_in(partner_id).get(path).status_code == shown
    assert signed_in(hr).get(path).status_code == 200


def test_each_look_is_on_record(database: Database, hr: UUID, signed_in: Callable[[UUID], Browser]) -> None:
    _, role = _intake(database)
    browser = signed_in(hr)
    path = _release(browser, role)
    for suffix in ("", ".csv", ".pdf?as=page"):
        browser.get(f"{path}{suffix}")
    with reading(database.engine) as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert [one for one in actions if one.startswith("impact.")] == [
        "impact.release", "impact.view", "impact.export", "impact.export",
    ]  # fmt: skip


@pytest.mark.parametrize("of", ["list", "report"])
def test_a_page_takes_few_statements(
    database: Database, hr: UUID, signed_in: Callable[[UUID], Browser], of: str
) -> None:
    _, role = _intake(database)
    browser = signed_in(hr)
    path = _release(browser, role)
    if of == "list":
        _intake(database, title="Another")
        path = "/fairness"
    browser.get(path)
    with counted(database.engine) as sent:
        assert browser.get(path).status_code == 200
    # Reading a report is an event of the chain, which looks at its own head besides.
    asked = [one for one in sent if one.startswith(("SELECT", "WITH")) and "FROM audit_" not in one.replace("\n", "")]
    assert len(asked) <= 5
