"""First years on paper, over HTTP: as a PDF, as a page to print, and only for those who may have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from app.domain.onboarding.checkin import Against, Answers
from app.models.engine import writing
from app.models.person import Person
from app.services import check_ins
from reports import rendering
from tests.factories import hiring as make
from tests.factories.plans import TODAY, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from uuid import UUID

    from tests.databases import Database
    from tests.web.browser import Browser

    Open = Callable[[UUID], Browser]

AS_PAGE = "?as=page"


def told(database: Database) -> tuple[dict[str, UUID], dict[str, str]]:
    """People by their part, and the addresses of the three documents; both have answered about the first month."""
    with writing(database.engine) as session:
        cast = make_plan(session)
        milestone_id = cast.milestone(session, "day-30").id
        for person, said in ((cast.hire, "I know whom to ask."), (cast.manager, "She asks before she builds.")):
            answers = Answers(4, Against.MET, said)
            actor = make.actor_of(person)
            check_ins.seal(session, actor, milestone_id, answers, version=0, today=TODAY, now=make.NOW)
        people = {name: getattr(cast, name).id for name in ("hire", "manager", "buddy", "hr")}
        return people, {
            "plan": f"/onboarding/{cast.plan.id}/plan.pdf",
            "review": f"/onboarding/milestones/{milestone_id}/review.pdf",
            "year": f"/onboarding/{cast.plan.id}/first-year.pdf",
        }


def test_the_plan_is_served_as_a_pdf_on_either_paper(database: Database, signed_in: Open) -> None:
    missing = rendering.capabilities().missing
    if missing:
        pytest.skip(missing)
    people, addresses = told(database)
    browser = signed_in(people["hire"])
    answer = browser.get(addresses["plan"])

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "inline; filename=onboarding-plan-noor-hire.pdf"
    assert answer.data.startswith(b"%PDF-1.7")
    assert browser.get(addresses["plan"]).data == answer.data
    assert browser.get(f"{addresses['plan']}?paper=letter").data != answer.data


def test_the_name_of_a_file_keeps_letters_with_accents_as_letters(database: Database, signed_in: Open) -> None:
    missing = rendering.capabilities().missing
    if missing:
        pytest.skip(missing)
    people, addresses = told(database)
    with writing(database.engine) as session:
        session.get_one(Person, people["hire"]).name = "Lucía Fernández-Åberg"
    answer = signed_in(people["hire"]).get(addresses["plan"])

    assert answer.headers["Content-Disposition"] == "inline; filename=onboarding-plan-lucia-fernandez-aberg.pdf"


def test_the_three_have_every_document_and_a_buddy_none(database: Database, signed_in: Open) -> None:
    people, addresses = told(database)
    found = {
        name: [signed_in(people[name]).get(f"{address}{AS_PAGE}").status_code for address in addresses.values()]
        for name in people
    }

    assert found == {"hire": [200] * 3, "manager": [200] * 3, "hr": [200] * 3, "buddy": [403] * 3}


def test_answers_are_printed_for_the_two_and_not_for_hr(database: Database, signed_in: Open) -> None:
    people, addresses = told(database)
    said = {name: signed_in(people[name]).get(f"{addresses['review']}{AS_PAGE}").text for name in ("hire", "hr")}

    assert "She asks before she builds." in said["hire"]
    assert "I know whom to ask." in said["hire"]
    assert "She asks before she builds." not in said["hr"]
    assert "I know whom to ask." not in said["hr"]
    assert "stays between the two" in said["hr"]
    assert '<link rel="stylesheet" href="/print/a4.css">' in said["hire"]
    assert " style=" not in said["hire"]


def test_the_plans_page_leads_to_plan_and_year(database: Database, signed_in: Open) -> None:
    people, addresses = told(database)
    path = addresses["plan"].removesuffix("/plan.pdf")
    seen = {name: signed_in(people[name]).get(path).text for name in ("hire", "buddy")}

    assert all(f'href="{addresses[name]}"' in seen["hire"] for name in addresses)
    assert ".pdf" not in seen["buddy"]


def test_each_document_takes_a_fixed_number_of_statements(database: Database, signed_in: Open) -> None:
    people, addresses = told(database)
    browser = signed_in(people["manager"])
    numbers = []
    for address in addresses.values():
        browser.get(f"{address}{AS_PAGE}")
        with counted(database.engine) as sent:
            browser.get(f"{address}{AS_PAGE}")
        numbers.append(len(sent))

    assert numbers == [9, 14, 11]
