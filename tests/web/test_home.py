from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import PartyName
from app.domain.permission import Role
from app.models.candidate import Application
from app.models.engine import writing
from app.models.interview import Interview
from app.models.onboarding import Signature
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.resume import ResumeRow
from app.models.schedule import TimeRequest
from app.models.scorecard_duty import SeatOffer
from app.queries.duties import Duty
from app.queries.hiring_duties import DutyKind
from app.web.home.inbox import guess, late_first
from tests.factories import hiring
from tests.factories.hiring import NOW
from tests.factories.panels import Panel, make_actor, make_panel, revise, seal
from tests.factories.plans import make_plan
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from tests.databases import Database

Open = Callable[[UUID], Browser]


@pytest.fixture
def at(database: Database) -> Panel:
    """A panel whose interview ended three days ago."""
    made = make_panel(database)
    with writing(database.engine) as session:
        session.get_one(Interview, made.interview).starts_at = datetime.now(UTC) - timedelta(days=3)
    return made


@pytest.fixture
def home(signed_in: Open) -> Callable[[ActorFacts], str]:
    """What somebody reads on their home page."""

    def read(who: ActorFacts) -> str:
        page = signed_in(who.person_id).get("/")
        assert page.status_code == 200
        main = page.text.split('id="main"')[1]
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())

    return read


def test_an_interviewer_finds_the_card_that_is_due(at: Panel, home: Callable[[ActorFacts], str]) -> None:
    shown = home(at.ada)
    assert "One thing to do, about 3 minutes." in shown
    assert "comes first" not in shown
    assert "Score Mira Okafor Product conversation · Product Manager, Search" in shown


def test_an_interview_to_come_is_listed_and_not_counted(at: Panel, database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        ada, application = session.get_one(Person, at.ada.person_id), session.get_one(Application, at.application)
        soon = datetime.now(UTC) + timedelta(days=1)
        hiring.make_card(session, hiring.make_interview(session, application, starts_at=soon), ada)
    page = signed_in(at.ada.person_id).get("/").text
    assert "Coming up" in page
    assert "One thing to do" in page
    assert 'aria-label="Inbox, 1 waiting for you"' in page


def test_a_coordinator_finds_late_cards_and_thin_panels(at: Panel, home: Callable[[ActorFacts], str]) -> None:
    shown = home(at.coordinator)
    assert "Nothing waits for you by name. What others wait for comes first." in shown
    assert "Scorecards not in a day after the interview Ada Brook" in shown
    assert "Mira Okafor 2 of 3 dimensions have fewer than two interviewers" in shown
    assert "Product Manager, Search Open · 1 candidate · 1 opening" in shown


def test_a_coordinator_who_owes_a_card_sees_nothing_of_the_panel(
    at: Panel, home: Callable[[ActorFacts], str], database: Database
) -> None:
    with writing(database.engine) as session:
        person = session.get_one(Person, at.coordinator.person_id)
        hiring.make_interview(session, session.get_one(Application, at.application), [person])
    before = home(at.coordinator)
    assert "Ada Brook" not in before
    assert "Panels with gaps" not in before
    seal(database, at.ada, at.ada_card)
    seal(database, at.ben, at.ben_card)
    assert home(at.coordinator) == before


def _ask_three_things(database: Database, at: Panel) -> None:
    """A candidate's wish for other times, a seat that is offered, and a résumé that waits to be redacted."""
    with writing(database.engine) as session:
        application = session.get_one(Application, at.application)
        session.get_one(Requisition, application.requisition_id).blind = True
        session.add(TimeRequest(application_id=at.application, text="Not on Mondays.", asked_at=NOW))
        session.add(SeatOffer(scorecard_id=at.ada_card, person_id=at.ben.person_id, offered_at=NOW))
        session.add(
            ResumeRow(
                candidate_id=application.candidate_id, body="{}", sha256="0" * 64, imported_at=NOW,
                imported_by_id=at.coordinator.person_id,
            )
        )  # fmt: skip


def test_what_people_wait_for_is_told_to_who_arranges_it(
    at: Panel, home: Callable[[ActorFacts], str], database: Database
) -> None:
    assert "Answers that people wait for" not in home(at.coordinator)
    _ask_three_things(database, at)
    shown = home(at.coordinator)
    assert "Mira Okafor asks for other times, since" in shown
    assert "Ada Brook cannot interview Mira Okafor and proposes somebody" in shown
    assert "Résumés that interviewers cannot read yet Mira Okafor Redact and release it" in shown
    manager = home(at.manager)
    assert "asks for other times" in manager
    assert "Redact and release it" not in manager
    assert "asks for other times" not in home(at.ada)


def test_what_people_wait_for_is_hidden_from_who_owes_a_card(
    at: Panel, home: Callable[[ActorFacts], str], database: Database
) -> None:
    with writing(database.engine) as session:
        person = session.get_one(Person, at.coordinator.person_id)
        hiring.make_interview(session, session.get_one(Application, at.application), [person])
    _ask_three_things(database, at)
    shown = home(at.coordinator)
    assert "Answers that people wait for" not in shown
    assert "Redact and release it" not in shown


def test_a_manager_is_asked_to_open_the_debrief(
    at: Panel, home: Callable[[ActorFacts], str], database: Database
) -> None:
    seal(database, at.ada, at.ada_card)
    seal(database, at.ben, at.ben_card)
    assert "Open the debrief on Mira Okafor" in home(at.manager)


def test_sealed_cards_stay_in_reach(at: Panel, home: Callable[[ActorFacts], str], database: Database) -> None:
    seal(database, at.ada, at.ada_card)
    revise(database, at.ada, at.ada_card)
    shown = home(at.ada)
    assert shown.count("Mira Okafor") == 1
    assert "Scorecards that you sealed Mira Okafor Product conversation, sealed" in shown


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.PEOPLE_MANAGER, "Read the role blueprint"),
        (Role.EMPLOYEE, "Milestones of the first ninety days"),
        (Role.HR_PARTNER, "Recorded decisions None yet."),
        (Role.AUDITOR, "Read the chain and check it"),
        (Role.ADMIN, "Everybody who can sign in has a role."),
        (Role.INTERVIEWER, "Scorecards to write, debriefs to open and votes to cast appear here"),
        (Role.COORDINATOR, "No requisition is open"),
    ],
)
def test_an_empty_home_says_what_will_be_there(
    database: Database, home: Callable[[ActorFacts], str], role: Role, words: str
) -> None:
    assert words in home(make_actor(database, "Sam Field", role))


def test_a_first_year_waits_in_words_and_every_line_leads_somewhere(
    database: Database, home: Callable[[ActorFacts], str], signed_in: Open
) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        part = cast.milestone(session, "day-90").id
        session.add(Signature(milestone_id=part, party=PartyName.MANAGER, person_id=cast.manager.id, signed_at=NOW))
        cast.goal(session, "ship").state = GoalState.SUBMITTED
        cast.goal(session, "learn").state = GoalState.RETURNED
        hire, manager = hiring.actor_of(cast.hire), hiring.actor_of(cast.manager)
    shown = home(hire)
    assert "Add what is missing to “Learn the product …” Noor Hire · First month" in shown
    assert "Answer the check-in on First month Noor Hire · about 10 minutes late since 4 November 2026" in shown
    shown = home(manager)
    assert "Sign off or return “Ship something small” Noor Hire · Second month · about 5 minutes" in shown
    assert "Record the outcome of Third month" in shown
    for who in (hire, manager):
        browser = signed_in(who.person_id)
        for path in set(re.findall(r'duty__title" href="([^"]+)"', browser.get("/").text)):
            assert browser.get(path).status_code == 200, path


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.PEOPLE_MANAGER])
def test_a_home_without_duties_leads_to_first_years(database: Database, signed_in: Open, role: Role) -> None:
    main = signed_in(make_actor(database, "Sam Field", role).person_id).get("/").text.split('id="main"')[1]

    assert re.search(r'href="/onboarding"[^>]*>(?:<[^>]+>|\s)*First years', main)


def test_an_administrator_sees_who_has_no_role_yet(database: Database, home: Callable[[ActorFacts], str]) -> None:
    admin = make_actor(database, "Sam Field", Role.ADMIN)
    new = make_actor(database, "Nia New")
    assert "People without a role Nia New" in home(admin)
    assert "Your account is ready and has no role yet." in home(new)


@pytest.mark.parametrize("candidates", [1, 10])
def test_pages_take_the_same_few_queries_however_much_there_is(
    at: Panel, signed_in: Open, database: Database, candidates: int
) -> None:
    with writing(database.engine) as session:
        application = session.get_one(Application, at.application)
        ada = session.get_one(Person, at.ada.person_id)
        for number in range(candidates - 1):
            more = hiring.make_application(session, application.requisition, name=f"Candidate {number}")
            hiring.make_interview(session, more, [ada])
    seal(database, at.ben, at.ben_card, now=NOW - timedelta(days=1))
    paths = {
        "/": (at.coordinator, 6),
        f"/scorecards/{at.ada_card}": (at.ada, 5),
        f"/interviews/{at.interview}/kit": (at.ada, 6),
        f"/scorecards/{at.ben_card}": (at.ben, 5),
    }
    for path, (who, number) in paths.items():
        browser = signed_in(who.person_id)
        browser.get(path)  # the blueprint is read once a process
        with counted(database.engine) as statements:
            assert browser.get(path).status_code == 200
        assert len(statements) == number, path


def test_what_is_late_stands_before_what_is_older_and_not_due_yet() -> None:
    def duty(title: str, days: int, *, late: bool = False, upcoming: bool = False) -> Duty:
        since = NOW - timedelta(days=days)
        return Duty(DutyKind.SCORECARD, title, "", "Do it", "home.inbox", {}, since, 5, late=late, upcoming=upcoming)

    waiting = (
        duty("old", 9), duty("late", 5, late=True), duty("new", 2), duty("later", 1, late=True),
        duty("to come", -1, upcoming=True),
    )  # fmt: skip
    assert [one.title for one in late_first(waiting)] == ["late", "later", "old", "new"]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(3, "3 minutes"), (89, "89 minutes"), (90, "1 and a half hours"), (142, "2 and a half hours"), (121, "2 hours")],
)
def test_a_long_guess_is_told_in_half_hours(minutes: int, said: str) -> None:
    assert guess(minutes) == said
