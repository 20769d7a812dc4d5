"""Cycles, people and levels over HTTP: what HR opens and sees, what others may not, and what bad input is told."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.growth.cycle import Answerer, CycleState
from app.domain.permission import Role
from app.models.assessment import Assessment, Cycle, Sheet
from app.models.engine import reading, writing
from app.models.person import RoleGrant
from tests.factories.cycles import Team, assessment_of, make_cycle, make_report, make_team, seal_side
from tests.factories.hiring import NOW, make_person
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from tests.databases import Database

SignedIn = Callable[[UUID], Browser]


@pytest.fixture
def soon() -> date:
    """A day that is ahead of the program's own clock."""
    return date.today() + timedelta(days=30)  # noqa: DTZ011  the program under test runs on the machine's clock


@pytest.fixture
def team(database: Database) -> Team:
    with writing(database.engine) as session:
        return make_team(session)


def form_of(team: Team, soon: date, **changes: str) -> dict[str, str]:
    plain = {
        "title": "Autumn 2026",
        "blueprint_version_id": str(team.version.id),
        "due_on": soon.isoformat(),
        "who": "role",
        "step": "preview",
    }
    return {**plain, **changes}


def people_of(html: str) -> str:
    """What the preview carries on to the next step."""
    return html.partition('name="people" value="')[2].partition('"')[0].replace("&#39;", "'")


def test_a_cycle_is_previewed_and_then_opened_once(
    team: Team, soon: date, signed_in: SignedIn, database: Database
) -> None:
    browser = signed_in(team.hr.id)
    shown = browser.post("/ladder/cycles/new", form_of(team, soon))
    assert shown.status_code == 200
    assert "2 people would be asked" in shown.text
    again = {**form_of(team, soon, step="open"), "people": people_of(shown.text), "intent": "a" * 32}
    opened = browser.post("/ladder/cycles/new", again)
    twice = browser.post("/ladder/cycles/new", again)
    assert (opened.status_code, opened.location) == (twice.status_code, twice.location) == (303, opened.location)
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(Cycle)) == 1
        assert session.scalar(select(func.count()).select_from(Assessment)) == 2
    page = browser.get(opened.location)
    assert "The cycle is open. Everybody in it was told." in page.text
    assert page.text.count("0 of 2 in") == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nobody@example.com", "line 1, column email: nobody has an open account with the address nobody@example.com"),
        ("what is this", "line 1, column email: “what is this” is no e-mail address"),
        ("\n\na@example.com; nobody@example.com", "line 3, column email: nobody has an open account"),
        ("=1+1", "line 1, column email: “=1+1” is no e-mail address"),
    ],
)
def test_typed_addresses_are_refused_by_line(
    team: Team, soon: date, signed_in: SignedIn, typed: str, said: str
) -> None:
    answer = signed_in(team.hr.id).post("/ladder/cycles/new", form_of(team, soon, who="typed", typed=typed))
    assert answer.status_code == 422
    assert said in answer.text
    assert "Autumn 2026" in answer.text


def test_addresses_are_taken_as_a_mail_program_writes_them(team: Team, soon: date, signed_in: SignedIn) -> None:
    typed = f"Mira Okafor <{team.mira.email}>, {team.noor.email}"
    shown = signed_in(team.hr.id).post("/ladder/cycles/new", form_of(team, soon, who="typed", typed=typed))
    assert shown.status_code == 200
    assert "2 people would be asked" in shown.text


def test_every_line_of_a_list_with_faults_is_said_at_once(team: Team, soon: date, signed_in: SignedIn) -> None:
    text = f"email,manager\n{team.mira.email},\nnobody@example.com,\nwhat,\n{team.noor.email},nobody@example.com\n"
    data = {**form_of(team, soon, who="file"), "file": (io.BytesIO(text.encode()), "people.csv")}
    shown = signed_in(team.hr.id).post("/ladder/cycles/new", data, content_type="multipart/form-data")
    assert shown.status_code == 422
    for said in ("line 3, column email: nobody", "line 4, column email: “what”", "line 5, column manager: nobody"):
        assert said in shown.text


def test_people_come_from_a_file_with_a_manager_of_their_own(
    team: Team, soon: date, signed_in: SignedIn, database: Database
) -> None:
    with writing(database.engine) as session:
        other = make_person(session, "Olle Other", [Role.PEOPLE_MANAGER])
    text = f"email,manager\n{team.mira.email},{other.email}\n{team.noor.email},\n"
    browser = signed_in(team.hr.id)
    data = {**form_of(team, soon, who="file"), "file": (io.BytesIO(text.encode()), "people.csv")}
    shown = browser.post("/ladder/cycles/new", data, content_type="multipart/form-data")
    assert shown.status_code == 200
    again = {**form_of(team, soon, who="file", step="open"), "people": people_of(shown.text), "intent": "b" * 32}
    assert browser.post("/ladder/cycles/new", again).status_code == 303
    with reading(database.engine) as session:
        managers = dict(session.execute(select(Assessment.person_id, Assessment.manager_id)).all())
    assert managers == {team.mira.id: other.id, team.noor.id: team.manager.id}


def test_whoever_cannot_be_in_it_is_left_out_and_said_so(
    team: Team, soon: date, signed_in: SignedIn, database: Database
) -> None:
    with writing(database.engine) as session:
        make_cycle(session, team, people={team.mira.id: None}, title="Summer")
    shown = signed_in(team.hr.id).post("/ladder/cycles/new", form_of(team, soon))
    assert "1 person would be asked" in shown.text
    assert "Mira Okafor is already in the open cycle “Summer” on this ladder." in shown.text


def test_a_date_that_is_over_is_refused_and_nothing_typed_is_lost(team: Team, signed_in: SignedIn) -> None:
    browser = signed_in(team.hr.id)
    data, people = form_of(team, date(2020, 1, 1)), f"email,manager\r\n{team.mira.email},\r\n"
    for sent in (data, {**data, "step": "open", "people": people}):
        answer = browser.post("/ladder/cycles/new", sent)
        assert answer.status_code == 422
        assert "Choose a day that is still to come." in answer.text
        assert 'value="Autumn 2026"' in answer.text
        assert 'id="preview"' not in answer.text


def test_progress_counts_sides_and_never_says_which(team: Team, signed_in: SignedIn, database: Database) -> None:
    with writing(database.engine) as session:
        cycle = make_cycle(session, team)
        mira = assessment_of(session, cycle, team.mira)
        seal_side(session, mira, Answerer.SELF)
    browser = signed_in(team.hr.id)
    address = f"/ladder/cycles/{cycle.id}"
    seen = browser.get(address).text
    assert (seen.count("1 of 2 in"), seen.count("0 of 2 in")) == (1, 1)
    with writing(database.engine) as session:
        sheet = session.scalars(
            select(Sheet).where(Sheet.answerer == Answerer.MANAGER, Sheet.assessment_id != mira.id)
        ).one()
        sheet.sealed_at = NOW
    both = browser.get(address).text
    assert both.count("1 of 2 in") == 2
    rows = browser.get(f"{address}/people.csv").text.splitlines()[1:]
    assert [row.split(",")[4] for row in rows] == ["1", "1"]


def test_hr_learns_nothing_of_an_assessment_that_is_about_or_by_them(
    team: Team, signed_in: SignedIn, database: Database
) -> None:
    with writing(database.engine) as session:
        partner = make_report(session, "Petra Partner", team.manager, team.version, team.hr)
        session.add(RoleGrant(person_id=partner.id, role=Role.HR_PARTNER, granted_at=NOW))
        under = make_report(session, "Uma Under", partner, team.version, team.hr)
        cycle = make_cycle(session, team, people=dict.fromkeys((partner.id, under.id, team.mira.id)))
        for person in (partner, under, team.mira):
            seal_side(session, assessment_of(session, cycle, person), Answerer.SELF)
    browser = signed_in(partner.id)
    seen = browser.get(f"/ladder/cycles/{cycle.id}").text
    assert (seen.count("1 of 2 in"), seen.count("yours, so not shown")) == (1, 2)
    # Neither a filter nor a file tells what the page does not.
    assert "Uma Under" not in browser.get(f"/ladder/cycles/{cycle.id}?in=1").text.partition("<tbody>")[2]
    assert "Uma Under" not in browser.get(f"/ladder/cycles/{cycle.id}?in=0").text.partition("<tbody>")[2]
    own = assessment_of_id(database, cycle, partner.id)
    assert browser.get(f"/ladder/cycles/{cycle.id}/people/{own}").status_code == 404


def assessment_of_id(database: Database, cycle: Cycle, person_id: UUID) -> UUID:
    with reading(database.engine) as session:
        wanted = select(Assessment.id).where(Assessment.cycle_id == cycle.id, Assessment.person_id == person_id)
        return session.scalars(wanted).one()


@pytest.mark.parametrize("people", [2, 60])
def test_each_overview_takes_at_most_six_statements(
    team: Team, signed_in: SignedIn, database: Database, people: int
) -> None:
    with writing(database.engine) as session:
        more = [make_report(session, f"Person {n}", team.manager, team.version, team.hr) for n in range(people - 2)]
        everybody = [team.mira, team.noor, *more]
        cycle = make_cycle(session, team, people={one.id: None for one in everybody})
    taken = {}
    for who, address in (
        (team.hr, "/ladder/cycles"),
        (team.hr, f"/ladder/cycles/{cycle.id}"),
        (team.hr, "/ladder/people"),
        (team.manager, "/ladder"),
        (team.mira, "/ladder"),
    ):
        browser = signed_in(who.id)
        assert browser.get(address).status_code == 200
        with counted(database.engine) as statements:
            assert browser.get(address).status_code == 200
        taken[(who.name, address.partition(str(cycle.id))[0])] = len(statements)
    assert taken == {
        ("Hana HR", "/ladder/cycles"): 3,
        ("Hana HR", "/ladder/cycles/"): 4,
        ("Hana HR", "/ladder/people"): 3,
        ("Mika Manager", "/ladder"): 6,
        ("Mira Okafor", "/ladder"): 6,
    }


def test_closing_asks_first_and_says_what_stays_sealed(team: Team, signed_in: SignedIn, database: Database) -> None:
    with writing(database.engine) as session:
        cycle = make_cycle(session, team)
    browser = signed_in(team.hr.id)
    address = f"/ladder/cycles/{cycle.id}/close"
    assert "2 assessments of 2 have not both sides in." in browser.get(address).text
    assert browser.post(address, {"version": "0"}).status_code == 409
    assert browser.post(address, {"version": str(cycle.version)}).status_code == 303
    with reading(database.engine) as session:
        assert session.get_one(Cycle, cycle.id).state is CycleState.CLOSED
    assert "This cycle is closed." in browser.get(f"/ladder/cycles/{cycle.id}").text


def test_more_time_for_all_and_for_one(team: Team, soon: date, signed_in: SignedIn, database: Database) -> None:
    with writing(database.engine) as session:
        cycle = make_cycle(session, team)
        one = assessment_of(session, cycle, team.mira)
    later = (soon + timedelta(days=60)).isoformat()
    browser = signed_in(team.hr.id)
    address = f"/ladder/cycles/{cycle.id}/later"
    assert browser.post(address, {"due_on": later, "reason": ""}).status_code == 422
    assert browser.post(address, {"due_on": later, "reason": "Holidays."}).status_code == 303
    manager = signed_in(team.manager.id)
    mine = f"/ladder/assessments/{one.id}/extend"
    wrong = manager.post(mine, {"due_on": later, "reason": "Ill."})
    assert wrong.status_code == 422
    assert "which is the date now" in wrong.text
    day = (soon + timedelta(days=70)).isoformat()
    assert manager.post(mine, {"due_on": day, "reason": "Ill."}).status_code == 303
    assert signed_in(team.noor.id).get(mine).status_code == 404
    with reading(database.engine) as session:
        assert session.get_one(Assessment, one.id).due_on.isoformat() == day


def test_a_latecomer_joins_and_an_assessment_changes_hands(team: Team, signed_in: SignedIn, database: Database) -> None:
    with writing(database.engine) as session:
        cycle = make_cycle(session, team)
        late = make_report(session, "Lara Late", team.manager, team.version, team.hr)
        lone = make_person(session, "Lone Wolf", [Role.EMPLOYEE])
        other = make_person(session, "Olle Other", [Role.PEOPLE_MANAGER])
        one = assessment_of(session, cycle, team.mira)
    browser = signed_in(team.hr.id)
    join = f"/ladder/cycles/{cycle.id}/join"
    refused = browser.post(join, {"person_id": str(lone.id)})
    assert refused.status_code == 422
    assert "Lone Wolf: reports to nobody." in refused.text
    assert browser.post(join, {"person_id": str(late.id)}).status_code == 303
    hand = f"/ladder/cycles/{cycle.id}/people/{one.id}"
    assert browser.post(hand, {"manager_id": str(other.id), "reason": "Team split."}).status_code == 303
    with reading(database.engine) as session:
        assert session.get_one(Assessment, one.id).manager_id == other.id


@pytest.mark.parametrize("name", ["manager", "mira"])
def test_nobody_but_hr_runs_cycles_or_places_people(
    team: Team, signed_in: SignedIn, database: Database, name: str
) -> None:
    with writing(database.engine) as session:
        cycle = make_cycle(session, team)
    browser = signed_in(getattr(team, name).id)
    for address in (
        "/ladder/cycles", "/ladder/cycles.csv", "/ladder/cycles/new", f"/ladder/cycles/{cycle.id}",
        f"/ladder/cycles/{cycle.id}/people.csv", f"/ladder/cycles/{cycle.id}/close", "/ladder/people",
        "/ladder/people.csv", "/ladder/people/import", f"/ladder/people/{team.mira.id}",
    ):  # fmt: skip
        assert browser.get(address).status_code == 403, address
    assert browser.post("/ladder/people/import/apply", {"text": "email\n"}).status_code == 403
    assert browser.post(f"/ladder/people/{team.mira.id}/level", {}).status_code == 403


def test_the_ladder_is_there_for_whoever_stands_on_none(signed_in: SignedIn, database: Database) -> None:
    with writing(database.engine) as session:
        lone = make_person(session, "Lone Wolf", [Role.EMPLOYEE])
    assert "You are not on a ladder yet" in signed_in(lone.id).get("/ladder").text


def test_home_shows_a_manager_their_reports_and_a_person_where_they_stand(
    team: Team, signed_in: SignedIn, database: Database
) -> None:
    with writing(database.engine) as session:
        cycle = make_cycle(session, team)
        one = assessment_of(session, cycle, team.mira)
        one.target_level = "principal"
        seal_side(session, one, Answerer.SELF)
    mira = signed_in(team.mira.id).get("/ladder").text
    assert "Senior PM" in mira
    assert "You aim at Principal PM" in mira
    asked = f"/blueprints/{team.version.id}/ladder"
    assert f'href="{asked}"' in mira
    assert signed_in(team.mira.id).get(asked).status_code == 200
    assert "your answers are sealed" in mira
    manager = signed_in(team.manager.id).get("/ladder").text
    assert "Noor Hire" in manager
    # What somebody aims at and whether they have answered is not the manager's before both are in.
    assert "Principal PM" not in manager
    assert "sealed" not in manager
    assert f"/promotions/new?person={team.noor.id}" in manager
    with writing(database.engine) as session:
        seal_side(session, assessment_of(session, cycle, team.mira), Answerer.MANAGER)
    assert signed_in(team.manager.id).get("/ladder").text.count("both answers open") == 1


def test_somebody_is_taken_out_with_a_reason_and_put_back(team: Team, signed_in: SignedIn, database: Database) -> None:
    with writing(database.engine) as session:
        cycle = make_cycle(session, team)
        one = assessment_of(session, cycle, team.mira)
    browser, path = signed_in(team.hr.id), f"/ladder/cycles/{cycle.id}/people/{one.id}"
    assert "Take Mira Okafor out?" in browser.get(f"{path}/out").text
    refused = browser.post(f"{path}/out", {"reason": " "})
    assert refused.status_code == 422
    assert "Write why." in refused.text
    assert browser.get(f"{path}/back").location == f"/ladder/cycles/{cycle.id}"
    assert browser.post(f"{path}/out", {"reason": "She left us."}).status_code == 303
    page = browser.get(f"/ladder/cycles/{cycle.id}").text
    assert "She left us." in page
    assert "0 of 1 people with both sides in" in " ".join(page.split())
    assert "Mira" not in browser.get(f"/ladder/cycles/{cycle.id}/people.csv").text
    assert "Mira Okafor" not in browser.get(f"/ladder/cycles/{cycle.id}/join").text.partition("<main")[2]
    own = signed_in(team.mira.id)
    assert "You were taken out of this cycle." in own.get(f"/ladder/assessments/{one.id}").text
    assert "She left us." in own.get(f"/ladder/assessments/{one.id}/history").text
    assert own.post(f"/ladder/assessments/{one.id}/seal", {"version": "0", "mark-data": "1"}).status_code == 409
    assert browser.post(f"{path}/back", {"reason": "By mistake."}).status_code == 303
    assert "Seal my answers" in own.get(f"/ladder/assessments/{one.id}").text


def test_a_partner_in_a_cycle_is_told_who_closes_it(team: Team, signed_in: SignedIn, database: Database) -> None:
    with writing(database.engine) as session:
        session.add(RoleGrant(person_id=team.mira.id, role=Role.HR_PARTNER, granted_at=NOW))
        cycle = make_cycle(session, team)
    mira, path = signed_in(team.mira.id), f"/ladder/cycles/{cycle.id}"
    assert "somebody else closes it or moves its date: Hana HR" in mira.get(path).text
    refused = mira.post(f"{path}/close", {"version": str(cycle.version), "reason": "Over."})
    assert refused.status_code == 422
    assert "this is for somebody else to do: Hana HR." in refused.text
    day = date.today() + timedelta(days=90)  # noqa: DTZ011  the program under test runs on the machine's clock
    later = {"due_on": day.isoformat(), "reason": "Holidays."}
    moved = mira.post(f"{path}/later", later)
    assert moved.status_code == 422
    assert "Holidays." in moved.text
    assert signed_in(team.hr.id).post(f"{path}/close", {"version": str(cycle.version)}).status_code == 303
