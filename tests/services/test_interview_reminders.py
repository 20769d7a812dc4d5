"""Reminders of scorecards and kits under a clock of the test's own, by real mail: who is sent what, what ends it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.domain.card import CardState
from app.domain.decision import Outcome
from app.domain.hiring import RequisitionState, Stage
from app.models.candidate import Application, Candidate
from app.models.decision import Decision
from app.models.engine import reading, writing
from app.models.interview import Interview
from app.models.outbox import Message
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow
from app.models.scorecard_duty import KitOpening
from app.services import interview_reminders, mail
from tests.factories import hiring
from tests.factories.mailbox import Mailbox, receiving
from tests.factories.panels import Panel, make_panel, seal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from sqlalchemy.orm import Session

    from tests.databases import Database

SITE, SENDER = "https://plumbline.example.org", "plumbline@example.org"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
STARTS = MONDAY + DAY + 14 * HOUR


class World:
    """Ada and Ben interview Mira on Tuesday at two; the mail that they and their coordinator are sent."""

    def __init__(self, database: Database, box: Mailbox, url: str) -> None:
        self.database, self.box, self.url = database, box, url
        self.panel = make_panel(database)
        self.now = MONDAY
        with writing(database.engine) as session:
            session.get_one(Interview, self.panel.interview).starts_at = STARTS
        self.forget()

    def forget(self) -> None:
        """Leave aside what acts themselves tell; it is tested with the acts."""
        with writing(self.database.engine) as session:
            session.query(Message).delete()

    def live(self, until: datetime) -> list[tuple[str, str, str]]:
        """Let time pass in rounds of an hour; return who was sent what, and when by the clock of UTC."""
        sent: list[tuple[str, str, str]] = []
        with mail.connected(self.url) as post:
            while self.now < until:
                before = len(self.box.kept)
                interview_reminders.remind(self.database.engine, now=self.now)
                mail.deliver(self.database.engine, post, sender=SENDER, site=SITE, now=self.now)
                when = f"{self.now:%a %d %H:%M}"
                sent += [(one["To"].partition(".")[0], when, one["Subject"]) for one in self.letters(before)]
                self.now += HOUR
        return sent

    def letters(self, first: int = 0) -> list[EmailMessage]:
        """What the server was handed."""
        contents = [cast("bytes", kept.content) for kept in self.box.kept[first:]]
        return [message_from_bytes(content, policy=policy.default) for content in contents]

    def change(self, act: Callable[[Session, Panel], object]) -> None:
        """Change the world, without the notices of that act."""
        with writing(self.database.engine) as session:
            act(session, self.panel)
        self.forget()


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with receiving() as (box, url):
        yield World(database, box, url)


def of(name: str, sent: list[tuple[str, str, str]]) -> list[str]:
    return [when for who, when, _ in sent if who == name]


def text(letter: EmailMessage) -> str:
    body = letter.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_ten_days_in_which_nobody_does_anything(world: World) -> None:
    sent = world.live(MONDAY + 10 * DAY)

    expected = [
        ("Tue 24 09:00", "You interview Mira Okafor on Tuesday 24 November at 14:00 (UTC)"),
        ("Tue 24 16:00", "Your scorecard on Mira Okafor is due"),
        ("Wed 25 09:00", "Your scorecard on Mira Okafor is due"),
        ("Thu 26 09:00", "Your scorecard on Mira Okafor is due"),
        ("Fri 27 09:00", "Your scorecard on Mira Okafor is due"),
        ("Mon 30 09:00", "Your scorecard on Mira Okafor is due"),
    ]
    assert [(when, subject) for who, when, subject in sent if who == "ada"] == expected
    assert [(when, subject) for who, when, subject in sent if who == "ben"] == expected
    missing = "A scorecard is still missing: Product Manager, Search"
    assert [(when, subject) for who, when, subject in sent if who == "cleo"] == [("Tue 01 09:00", missing)] * 2
    assert {who for who, _, _ in sent} == {"ada", "ben", "cleo"}


def test_a_reminder_says_what_is_due_and_the_way_out_and_nothing_else(world: World) -> None:
    world.live(STARTS + 3 * HOUR)
    said = {(one["To"].partition(".")[0], one["Subject"]): text(one) for one in world.letters()}
    ada = world.panel.ada_card

    assert said["ada", "Your scorecard on Mira Okafor is due"] == (
        "Mira Okafor, Product conversation, on Tuesday 24 November at 14:00 (UTC)\n"
        "Score it while you remember it well:\n"
        f"{SITE}/scorecards/{ada}\n"
        "You could not interview? Say so in one step:\n"
        f"{SITE}/scorecards/{ada}/release\n"
        "\n"
        "Until it is sealed, a scorecard is told of once a working day, 5 times at most.\n"
        "\n"
        "Everything that waits for you is in your inbox:\n"
        "\n"
        f"{SITE}/\n"
    )
    kit = said["ada", "You interview Mira Okafor on Tuesday 24 November at 14:00 (UTC)"]
    assert "You have not opened the interview kit yet" in kit
    assert f"\n{SITE}/interviews/{world.panel.interview}/kit\n" in kit


def test_the_coordinator_hears_who_and_which_interview_and_never_what(world: World) -> None:
    world.change(lambda session, panel: _save(session, panel, "A very private impression"))
    world.live(MONDAY + 9 * DAY)

    told = [text(one) for one in world.letters() if one["To"].startswith("cleo")]

    assert sorted(one.partition(" was")[0] for one in told) == ["Ada Brook", "Ben Ode"]
    assert all("“Product conversation”" in one and "private impression" not in one for one in told)


def test_without_a_coordinator_the_hiring_manager_hears(world: World) -> None:
    world.change(lambda session, panel: _set(session.get_one(Person, panel.coordinator.person_id), active=False))

    sent = world.live(MONDAY + 10 * DAY)

    assert of("mara", sent) == ["Tue 01 09:00"] * 2


def test_a_coordinator_who_owes_a_card_on_the_candidate_is_not_told_of_others(world: World) -> None:
    def seat(session: Session, panel: Panel) -> None:
        interview = session.get_one(Interview, panel.interview)
        card = hiring.make_card(session, interview, session.get_one(Person, panel.coordinator.person_id))
        card.assigned_at = MONDAY

    world.change(seat)

    sent = world.live(MONDAY + 10 * DAY)

    assert [subject for who, _, subject in sent if who == "cleo" and "missing" in subject] == []
    assert of("mara", sent) == ["Tue 01 09:00"] * 3


def _set(row: object, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _save(session: Session, panel: Panel, words: str) -> None:
    session.get_one(ScorecardRow, panel.ada_card).draft = words


def _refer(session: Session, panel: Panel) -> None:
    application = session.get_one(Application, panel.application)
    session.get_one(Candidate, application.candidate_id).referrer_id = panel.ada.person_id


def _decide(session: Session, panel: Panel) -> None:
    session.add(
        Decision(
            id=uuid4(), application_id=panel.application, number=1, outcome=Outcome.HIRE, reasons="Clear.",
            decided_by_id=panel.manager.person_id, decided_at=STARTS, coverage="", blueprint_sha256="0" * 64,
            checkpoint="", composite="",
        )
    )  # fmt: skip


STOPS: dict[str, Callable[[Session, Panel], object]] = {
    "released": lambda session, panel: _set(session.get_one(ScorecardRow, panel.ada_card), state=CardState.RELEASED),
    "cancelled": lambda session, panel: _set(session.get_one(Interview, panel.interview), cancelled_at=STARTS),
    "withdrawn": lambda session, panel: _set(session.get_one(Application, panel.application), stage=Stage.WITHDRAWN),
    "closed": lambda session, panel: _set(
        session.get_one(Requisition, panel.requisition), state=RequisitionState.CLOSED
    ),
    "decided": _decide,
    "a conflict of interest": _refer,
    "gone": lambda session, panel: _set(session.get_one(Person, panel.ada.person_id), active=False),
}


@pytest.mark.parametrize("stop", STOPS)
def test_what_ends_the_duty_ends_its_reminders(world: World, stop: str) -> None:
    first = world.live(STARTS + 3 * HOUR)
    assert len(of("ada", first)) == 2
    world.change(STOPS[stop])

    assert of("ada", world.live(MONDAY + 10 * DAY)) == []


def test_sealing_ends_reminders_and_opens_nothing_in_those_of_others(world: World) -> None:
    world.live(STARTS + 3 * HOUR)
    seal(world.database, world.panel.ada, world.panel.ada_card, now=world.now)
    world.forget()
    seen = len(world.letters())

    sent = world.live(MONDAY + 3 * DAY)

    assert of("ada", sent) == []
    assert of("ben", sent) == ["Wed 25 09:00"]
    assert "Ada" not in text(world.letters(seen)[0])


def test_another_time_counts_anew(world: World) -> None:
    world.live(MONDAY + 10 * DAY)
    moved = MONDAY + 14 * DAY + 14 * HOUR
    world.change(lambda session, panel: _set(session.get_one(Interview, panel.interview), starts_at=moved))

    sent = world.live(MONDAY + 24 * DAY)

    assert of("ada", sent) == [
        "Mon 07 09:00", "Mon 07 16:00", "Tue 08 09:00", "Wed 09 09:00", "Thu 10 09:00", "Fri 11 09:00",
    ]  # fmt: skip
    assert of("cleo", sent) == ["Mon 14 09:00"] * 2


def test_who_opened_the_kit_is_not_told_of_it_and_nobody_else_learns_that(world: World) -> None:
    def open_kit(session: Session, panel: Panel) -> None:
        session.add(KitOpening(interview_id=panel.interview, person_id=panel.ada.person_id, opened_at=MONDAY))

    world.change(open_kit)

    sent = world.live(STARTS)

    assert [(who, when) for who, when, _ in sent] == [("ben", "Tue 24 09:00")]
    assert "Ada" not in text(world.letters()[0])


def test_several_scorecards_come_in_one_mail_a_day(world: World) -> None:
    def second(session: Session, panel: Panel) -> None:
        requisition = session.get_one(Requisition, panel.requisition)
        application = hiring.make_application(session, requisition, name="Jonas Weber")
        ada = session.get_one(Person, panel.ada.person_id)
        hiring.make_interview(session, application, [ada], title="Case talk", starts_at=STARTS - 5 * HOUR)

    world.change(second)

    sent = world.live(MONDAY + 3 * DAY)

    assert of("ada", sent) == ["Mon 23 09:00", "Tue 24 09:00", "Tue 24 11:00", "Tue 24 16:00", "Wed 25 09:00"]
    last = text([one for one in world.letters() if one["To"].startswith("ada")][-1])
    assert sent[-1][2] == "2 of your scorecards are due" or sent[-2][2] == "2 of your scorecards are due"
    assert last.index("Jonas Weber") < last.index("Mira Okafor")


def test_times_and_hours_are_those_of_whoever_is_told(world: World) -> None:
    world.change(lambda session, panel: _set(session.get_one(Person, panel.ada.person_id), zone="America/Los_Angeles"))

    sent = world.live(MONDAY + 3 * DAY)

    # Six in the morning there: the kit is told of on the day before, the card when people are up.
    assert of("ada", sent) == ["Mon 23 17:00", "Tue 24 16:00", "Wed 25 17:00"]
    assert {subject for who, _, subject in sent if who == "ada"} == {
        "You interview Mira Okafor on Tuesday 24 November at 06:00 (America/Los_Angeles)",
        "Your scorecard on Mira Okafor is due",
    }


def test_somebody_blinded_reads_a_code_and_not_the_name(world: World) -> None:
    world.change(lambda session, panel: _set(session.get_one(Requisition, panel.requisition), blind=True))

    sent = world.live(MONDAY + 3 * DAY)

    to_panel = [one for one in world.letters() if one["To"].startswith(("ada", "ben"))]
    assert len(to_panel) == len(sent) == 6
    for one in to_panel:
        assert "Mira" not in text(one) + one["Subject"]
        assert "Okafor" not in text(one) + one["Subject"]
        assert "Candidate " in one["Subject"]


def test_two_workers_at_once_tell_everything_once(database: Database) -> None:
    make_panel(database)
    with writing(database.engine) as session:
        for row in session.scalars(select(Interview)):
            row.starts_at = STARTS
        session.query(Message).delete()
    at = STARTS + 2 * HOUR

    with ThreadPoolExecutor(4) as workers:
        written = list(workers.map(lambda _: interview_reminders.remind(database.engine, now=at), range(4)))

    with reading(database.engine) as session:
        assert len(session.scalars(select(Message)).all()) == sum(written) == 2


def test_an_interview_without_a_time_is_nobodys_reminder(world: World) -> None:
    world.change(lambda session, panel: _set(session.get_one(Interview, panel.interview), starts_at=None))

    assert world.live(MONDAY + 10 * DAY) == []
