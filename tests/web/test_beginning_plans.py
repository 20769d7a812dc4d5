"""Beginning first years on pages: alone, from a decision, from a file; everything that can be typed wrongly."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.decision import Outcome
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.decision import Decision
from app.models.engine import reading, writing
from app.models.onboarding import Plan, PlanHoliday, PlanMilestone
from app.models.person import Person, RoleGrant
from tests.factories import hiring as make
from tests.factories.plans import make_onboarding_version
from tests.statements import counted
from tests.web.browser import Browser
from tests.web.test_plans import words

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
TODAY = datetime.now(UTC).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday())


class World:
    """People and a blueprint with a plan."""

    def __init__(self, database: Database) -> None:
        with writing(database.engine) as session:
            self.hr = make.make_person(session, "Hana HR", [Role.HR_PARTNER]).id
            self.manager = make.make_person(session, "Mika Manager", [Role.PEOPLE_MANAGER]).id
            self.other = make.make_person(session, "Oda Other", [Role.PEOPLE_MANAGER]).id
            hire = make.make_person(session, "Noor Hire", [Role.EMPLOYEE])
            self.hire, self.hire_email = hire.id, hire.email
            self.manager_email = session.get_one(Person, self.manager).email
            self.version = make_onboarding_version(session, role="product-manager").id

    def typed(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401  any field of the form
        """A form that can be sent."""
        plain = {
            "hire_id": str(self.hire), "name": "", "email": "", "password": "", "manager_id": str(self.manager),
            "buddy_id": "", "blueprint_version_id": str(self.version), "starts_on": MONDAY.isoformat(),
            "week": ["0", "1", "2", "3", "4"], "country": "", "zone": "Europe/Berlin", "roll": "forward",
            "counting": "calendar", "extend_for_leave": "y", "seen": "", "step": "preview",
        }  # fmt: skip
        return {**plain, **changes}


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def seen(answer: TestResponse) -> str:
    """What the form remembers of the dates that it shows."""
    return answer.text.partition('name="seen" value="')[2].partition('"')[0]


def begun(browser: Browser, typed: dict[str, Any], path: str = "/onboarding/new") -> TestResponse:
    """Look at the dates, then begin."""
    first = browser.post(path, typed)
    assert first.status_code == 200, words(first)
    return browser.post(path, {**typed, "seen": seen(first), "step": "begin"})


def count(database: Database, table: type[Any]) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_dates_are_shown_before_anything_begins(world: World, database: Database, signed_in: Open) -> None:
    browser = signed_in(world.hr)
    assert "Show the dates" in words(browser.get("/onboarding/new"))

    shown = browser.post("/onboarding/new", world.typed())

    assert shown.status_code == 200
    assert "First month" in words(shown)
    assert "Nothing has begun yet" in words(shown)
    assert count(database, Plan) == 0


def test_beginning_makes_the_plan_with_the_dates_that_were_shown(
    world: World, database: Database, signed_in: Open
) -> None:
    answer = begun(signed_in(world.hr), world.typed(country="de-be"))

    assert answer.status_code == 303
    with reading(database.engine) as session:
        plan = session.scalars(select(Plan)).one()
        holidays = session.scalar(select(func.count()).select_from(PlanHoliday)) or 0
        parts = list(session.scalars(select(PlanMilestone.key).order_by(PlanMilestone.position)))
    assert answer.location.startswith(f"/onboarding/{plan.id}?done=plan-begun")
    assert (plan.hire_id, plan.manager_id, plan.country, plan.starts_on) == (world.hire, world.manager, "DE-BE", MONDAY)
    assert holidays > 10
    assert parts == ["day-30", "day-60", "day-90"]


def test_changed_dates_are_shown_again_before_beginning(world: World, database: Database, signed_in: Open) -> None:
    browser = signed_in(world.hr)
    first = browser.post("/onboarding/new", world.typed())
    later = (MONDAY + timedelta(days=7)).isoformat()

    answer = browser.post("/onboarding/new", world.typed(starts_on=later, seen=seen(first), step="begin"))

    assert answer.status_code == 200
    assert "You changed what the dates depend on" in words(answer)
    assert count(database, Plan) == 0


def test_somebody_without_an_account_gets_one_as_an_employee(world: World, database: Database, signed_in: Open) -> None:
    typed = world.typed(hire_id="", name="Nia New", email="Nia@Example.org", starts_on=MONDAY.isoformat())

    answer = begun(signed_in(world.manager), typed)

    assert answer.status_code == 303
    with reading(database.engine) as session:
        person = session.scalars(select(Person).where(Person.email == "nia@example.org")).one()
        roles = list(session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person.id)))
        made = session.scalars(select(AuditEvent).where(AuditEvent.action == "person.create")).all()
        plan = session.scalars(select(Plan)).one()
    assert (person.name, person.zone, roles) == ("Nia New", "Europe/Berlin", [Role.EMPLOYEE])
    assert plan.hire_id == person.id
    assert [one.object for one in made] == [f"user/{person.id}"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_on": "1900-01-01"}, "within the last three years or the next two"),
        ({"starts_on": "soon"}, "Write a day of the calendar"),
        ({"starts_on": ""}, "Choose the first day"),
        ({"week": []}, "Choose at least one working day"),
        ({"week": ["9"]}, "Choose from what is offered"),
        ({"country": "XX"}, "no holiday list for the country"),
        ({"zone": "Mars/Base"}, "Choose from what is offered"),
        ({"hire_id": "", "name": "", "email": ""}, "Write an e-mail address"),
        ({"hire_id": "", "name": "Nia", "email": "not-one"}, "Write an e-mail address"),
        ({"buddy_id": "self"}, "neither the new hire nor the manager"),
        ({"manager_id": "nobody"}, "Choose from what is offered"),
    ],
)
def test_what_is_typed_wrongly_comes_back_with_the_remedy(
    world: World, database: Database, signed_in: Open, changes: dict[str, Any], said: str
) -> None:
    if changes.get("buddy_id") == "self":
        changes = {"buddy_id": str(world.hire)}
    browser = signed_in(world.hr)
    typed = world.typed(**changes)
    answer = browser.post("/onboarding/new", typed)
    if answer.status_code == 200:  # an account's own faults come when it is made
        answer = browser.post("/onboarding/new", {**typed, "seen": seen(answer), "step": "begin"})

    assert answer.status_code == 422, words(answer)
    assert said in words(answer)
    assert f'value="{world.manager}" selected' in answer.text or "manager_id" in changes
    assert count(database, Plan) == 0


def test_every_fault_is_said_at_once(world: World, signed_in: Open) -> None:
    typed = world.typed(country="XX", starts_on="1900-01-01", buddy_id=str(world.hire))
    said = words(signed_in(world.hr).post("/onboarding/new", typed))

    assert "There is no holiday list for the country 'XX'" in said
    assert "within the last three years or the next two" in said
    assert "neither the new hire nor the manager" in said


def test_an_address_with_an_account_is_to_be_chosen_from_the_list(world: World, signed_in: Open) -> None:
    typed = world.typed(hire_id="", name="Noor", email=world.hire_email.upper())

    answer = signed_in(world.hr).post("/onboarding/new", typed)

    assert answer.status_code == 422
    assert "Choose them from the list instead" in words(answer)


def test_a_manager_begins_for_their_own_reports_only(world: World, database: Database, signed_in: Open) -> None:
    browser = signed_in(world.manager)
    assert (
        "Oda Other"
        not in browser.get("/onboarding/new").text.partition('name="manager_id"')[2].partition("</select>")[0]
    )

    answer = browser.post("/onboarding/new", world.typed(manager_id=str(world.other)))

    assert answer.status_code == 422
    assert count(database, Plan) == 0


def test_others_may_not_begin(world: World, signed_in: Open) -> None:
    assert signed_in(world.hire).get("/onboarding/new").status_code == 403
    assert signed_in(world.hire).get("/onboarding/import").status_code == 403


def test_the_form_asks_the_database_five_times(world: World, database: Database, signed_in: Open) -> None:
    browser = signed_in(world.hr)
    browser.get("/onboarding/new")
    with counted(database.engine) as statements:
        browser.get("/onboarding/new")
    assert len(statements) == 4


def _decided(database: Database, outcome: Outcome) -> tuple[UUID, UUID, str]:
    """A decided application of a candidate: its id, its hiring manager, and the candidate's address."""
    with writing(database.engine) as session:
        lead = make.make_person(session, "Lena Lead", [Role.HIRING_MANAGER])
        requisition = make.make_requisition(session, manager=lead)
        application = make.make_application(session, requisition)
        session.add(
            Decision(
                application_id=application.id, number=1, outcome=outcome, reasons="As the cards say, all in all.",
                decided_by_id=lead.id, decided_at=make.NOW, composite=None, coverage="0",
                blueprint_sha256=requisition.blueprint.sha256, checkpoint="",
            )
        )  # fmt: skip
        return application.id, lead.id, application.candidate.email


def test_a_hiring_manager_begins_from_their_decision_for_another_manager(
    world: World, database: Database, signed_in: Open
) -> None:
    application_id, lead, email = _decided(database, Outcome.HIRE)
    browser, path = signed_in(lead), f"/onboarding/new/{application_id}"
    form = browser.get(path)
    assert form.status_code == 200
    assert f'value="{email}"' in form.text

    typed = world.typed(hire_id="", name="Cand Idate", email=email)
    answer = begun(browser, typed, path)

    assert answer.status_code == 303
    assert answer.location.startswith(f"/applications/{application_id}")
    with reading(database.engine) as session:
        plan = session.scalars(select(Plan)).one()
    assert plan.application_id == application_id
    assert signed_in(world.hr).get(path).location == f"/onboarding/{plan.id}"
    again = browser.get(path)
    assert again.location == f"/applications/{application_id}?done=plan-there"
    told = browser.get(again.location)
    assert "This first year has begun already" in words(told)
    assert f"/onboarding/{plan.id}" not in told.text, "it is not theirs to open"
    assert f'href="/onboarding/{plan.id}"' in signed_in(world.hr).get(f"/applications/{application_id}").text
    back = f'href="/applications/{application_id}"'
    offered = {who: back in signed_in(who).get(f"/onboarding/{plan.id}").text for who in (world.hr, world.manager)}
    assert offered == {world.hr: True, world.manager: False}
    assert "Start onboarding" not in told.text
    with reading(database.engine) as session:
        decision_id = session.scalars(select(Decision.id)).one()
    assert "Start onboarding" not in browser.get(f"/decisions/{decision_id}").text


def test_no_plan_begins_from_a_decision_not_to_hire(world: World, database: Database, signed_in: Open) -> None:
    application_id, lead, _ = _decided(database, Outcome.NO_HIRE)
    browser, path = signed_in(lead), f"/onboarding/new/{application_id}"

    assert "is not to hire" in words(browser.get(path))
    answer = browser.post(path, world.typed())

    assert answer.status_code == 422
    assert "is not to hire" in words(answer)


def test_a_decision_is_told_to_nobody_else(world: World, database: Database, signed_in: Open) -> None:
    application_id, _, _ = _decided(database, Outcome.HIRE)

    assert signed_in(world.manager).get(f"/onboarding/new/{application_id}").status_code in {403, 404}
    assert signed_in(world.manager).post(f"/onboarding/new/{application_id}", world.typed()).status_code in {403, 404}


HEADER = "name,email,manager,buddy,role,starts_on,zone,country\n"


def upload(browser: Browser, text: str | bytes) -> TestResponse:
    raw = text.encode() if isinstance(text, str) else text
    return browser.post("/onboarding/import", {"file": (io.BytesIO(raw), "people.csv")})


def test_a_file_is_previewed_and_begins_all_together(world: World, database: Database, signed_in: Open) -> None:
    browser = signed_in(world.hr)
    start = MONDAY.isoformat()
    text = HEADER + (
        f"Nia New,nia@example.org,{world.manager_email},,product-manager,{start},,DE-BE\n"
        f",{world.hire_email},{world.manager_email},nia2@example.org,product-manager,{start},Asia/Tokyo,\n"
    ).replace("nia2@example.org", "")

    preview = upload(browser, text)
    assert preview.status_code == 200, words(preview)
    assert "2 first years would begin; 1 account would be made" in words(preview)
    assert count(database, Plan) == 0

    answer = browser.post("/onboarding/import/begin", {"text": text})

    assert answer.status_code == 303
    with reading(database.engine) as session:
        plans = list(
            session.execute(select(Person.name, Plan.zone, Plan.country).join(Person, Person.id == Plan.hire_id))
        )
    assert sorted(map(tuple, plans)) == [("Nia New", "UTC", "DE-BE"), ("Noor Hire", "Asia/Tokyo", "")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Nia,nia@example.org,{m},,product-manager,1900-01-01,,", "line 3, column starts_on: Choose a start within"),
        ("Nia,nia@example.org,{m},,product-manager,1 March,,", "line 3, column starts_on: “1 March” is no date"),
        ("Nia,nia@example.org,{m},,astronaut,{d},,", "line 3, column role: no blueprint is published for the role"),
        ("Nia,nia@example.org,who@example.org,,product-manager,{d},,", "line 3, column manager: nobody has an account"),
        (",nia@example.org,{m},,product-manager,{d},,", "line 3, column email: nobody has an account"),
        ("Nia,nia at home,{m},,product-manager,{d},,", "line 3, column email: “nia at home” is no e-mail address"),
        ("Nia,nia@example.org,{h},,product-manager,{d},,", "line 3, column manager: Choose somebody who holds"),
        (
            "Nia,nia@example.org,{m},,product-manager,{d},Mars/Base,",
            "line 3, column zone: 'Mars/Base' is not a time zone",
        ),
        ("Nia,nia@example.org,{m},,product-manager,{d},,Q9", "line 3, column country: There is no holiday list"),
        ("First,first@example.org,{m},,product-manager,{d},,", "line 3, column email: this person stands in line 2"),
        ("Nia,nia@example.org,{m}", "line 3, column role: write the role"),
    ],
)
def test_each_fault_of_a_file_is_named_and_nothing_is_written(
    world: World, database: Database, signed_in: Open, line: str, said: str
) -> None:
    good = f"First,first@example.org,{world.manager_email},,product-manager,{MONDAY},,\n"
    bad = line.format(m=world.manager_email, h=world.hire_email, d=MONDAY)
    browser = signed_in(world.hr)
    people = count(database, Person)

    for answer in (
        upload(browser, HEADER + good + bad),
        browser.post("/onboarding/import/begin", {"text": HEADER + good + bad}),
    ):
        assert answer.status_code == 422
        assert said in words(answer)
    assert (count(database, Plan), count(database, Person)) == (0, people)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04", "a spreadsheet or archive, not CSV"),
        (b"name;boss\n", "The header is"),
        (b"x" * 150_000, "This file has 0.1 MB"),
        (b"email,manager,role,starts_on\n\xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(world: World, signed_in: Open, raw: bytes, said: str) -> None:
    answer = upload(signed_in(world.hr), raw)

    assert answer.status_code == 422
    assert said in words(answer)


def test_a_file_is_asked_for(world: World, signed_in: Open) -> None:
    answer = signed_in(world.hr).post("/onboarding/import")

    assert answer.status_code == 422
    assert "Choose a file" in words(answer)


def test_the_decision_and_the_application_offer_to_start(database: Database, signed_in: Open) -> None:
    hired, lead, _ = _decided(database, Outcome.HIRE)
    refused, other_lead, _ = _decided(database, Outcome.NO_HIRE)
    with reading(database.engine) as session:
        decisions = {row[0]: row[1] for row in session.execute(select(Decision.application_id, Decision.id))}

    for application_id, reader, offered in ((hired, lead, True), (refused, other_lead, False)):
        for path in (f"/applications/{application_id}", f"/decisions/{decisions[application_id]}"):
            answer = signed_in(reader).get(path)
            assert answer.status_code == 200
            assert (f'href="/onboarding/new/{application_id}"' in answer.text) is offered
