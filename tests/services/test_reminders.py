"""Forty days of a first year under a clock of the test's own: who is sent what on which day of theirs, by real mail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, NamedTuple, cast
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app.domain.onboarding.goal import GoalState
from app.domain.onboarding.plan import HolidaySource, PlanState
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.models.onboarding import Goal, Plan, PlanHoliday, PlanLeave
from app.models.outbox import Message
from app.models.person import Person
from app.models.reminder import ReminderRow
from app.services import letters, mail, plans, reminders
from tests.factories.hiring import actor_of, make_person
from tests.factories.mailbox import Mailbox, receiving
from tests.factories.plans import make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from tests.databases import Database

SITE, SENDER = "https://plumbline.example.org", "plumbline@example.org"
AUCKLAND, ANGELES = "Pacific/Auckland", "America/Los_Angeles"
FIRST = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
"""Early on Monday, 26 October in Auckland: ten days before the first milestone is due on Wednesday, 4 November."""


class Sent(NamedTuple):
    """One mail: to whom, on which day of theirs, and what it tells."""

    to: str
    day: str
    subject: str


class World:
    """A plan whose hire works in Auckland and whose manager in Los Angeles; and the mail that they are sent."""

    def __init__(self, database: Database, box: Mailbox, url: str) -> None:
        self.database, self.box, self.url = database, box, url
        with writing(database.engine) as session:
            self.cast = make_plan(session)
            self.cast.hire.zone, self.cast.manager.zone = AUCKLAND, ANGELES
            session.flush()
            # What was told when the plan began is not what is tested here.
            session.query(Message).delete()
        self.now = FIRST

    def live(self, days: int) -> list[Sent]:
        """Let days pass with six rounds of the worker in each; return the mails in the order in which they came."""
        seen = len(self.box.kept)
        until, sent = self.now + timedelta(days=days), []
        with mail.connected(self.url) as post:
            while self.now < until:
                reminders.remind(self.database.engine, now=self.now)
                mail.deliver(self.database.engine, post, sender=SENDER, site=SITE, now=self.now)
                sent += [self._sent(letter) for letter in self.letters(seen)]
                seen, self.now = len(self.box.kept), self.now + timedelta(hours=4)
        return sent

    def letters(self, first: int = 0) -> list[EmailMessage]:
        """What the server was handed."""
        contents = [cast("bytes", kept.content) for kept in self.box.kept[first:]]
        return [message_from_bytes(content, policy=policy.default) for content in contents]

    def _sent(self, letter: EmailMessage) -> Sent:
        name = letter["To"].partition(".")[0]
        zone = {"noor": AUCKLAND, "mika": ANGELES, "nia": ANGELES, "bo": AUCKLAND}.get(name, "UTC")
        local = self.now.astimezone(ZoneInfo(zone))
        assert 9 <= local.hour < 17
        return Sent(name, f"{local:%a %m-%d}", letter["Subject"].removeprefix("First years: "))


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with receiving() as (box, url):
        yield World(database, box, url)


def text(letter: EmailMessage) -> str:
    body = letter.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def to(name: str, sent: list[Sent]) -> list[tuple[str, str]]:
    return [(one.day, one.subject) for one in sent if one.to == name]


def test_forty_days_in_which_nobody_does_anything(world: World) -> None:
    sent = world.live(40)
    assert to("noor", sent) == [
        ("Wed 10-28", "2 due soon"),
        ("Mon 11-02", "1 waiting for you"),
        ("Tue 11-03", "1 waiting for you, 2 due soon"),
        ("Thu 11-05", "3 overdue"),
        ("Thu 11-12", "3 overdue"),
        ("Thu 11-19", "3 overdue"),
        ("Thu 11-26", "3 overdue"),
        ("Fri 11-27", "1 due soon"),
        ("Thu 12-03", "3 overdue, 1 due soon"),
    ]
    assert to("mika", sent) == [
        ("Fri 10-30", "1 waiting for you"),
        ("Tue 11-03", "1 waiting for you"),
        ("Thu 11-05", "1 overdue"),
        ("Thu 11-12", "1 overdue, 2 late with others"),
        ("Thu 11-19", "1 overdue"),
        ("Thu 11-26", "1 overdue"),
        ("Thu 12-03", "1 overdue"),
    ]
    assert to("hana", sent) == [("Thu 11-12", "1 late with others")]
    assert {one.to for one in sent} == {"noor", "mika", "hana"}


def test_a_digest_tells_what_is_asked_and_nothing_else(world: World) -> None:
    world.live(19)
    said = {(one["To"].partition(".")[0], one["Subject"]): text(one) for one in world.letters()}
    assert said["noor", "First years: 1 waiting for you, 2 due soon"] == (
        "Waiting for you\n"
        "- Answer the check-in on First month (Noor Hire), due on 4 November 2026\n"
        "\n"
        "Due soon\n"
        "- Show evidence for “Learn the product …” (Noor Hire, First month), due on 4 November 2026\n"
        "- Show evidence for “Meet the team” (Noor Hire, First month), due on 4 November 2026\n"
        "\n"
        "Reminders of what is only due soon can be switched off in your account:\n"
        "https://plumbline.example.org/account#reminders\n"
        "\n"
        "Everything that waits for you is in your inbox:\n"
        "\n"
        "https://plumbline.example.org/\n"
    )
    late = said["mika", "First years: 1 overdue, 2 late with others"]
    assert "Late with others for more than a week\n- Noor Hire: Show evidence for “Learn the product …”" in late
    assert "How the first years stand that you look after:\nhttps://plumbline.example.org/onboarding\n" in late
    assert "- The check-in on First month is still open (Noor Hire)" in said["hana", "First years: 1 late with others"]


def test_holidays_leave_and_weekends_are_left_alone(world: World, database: Database) -> None:
    with writing(database.engine) as session:
        plan = session.get_one(Plan, world.cast.plan.id)
        plan.holidays = [PlanHoliday(day=date(2026, 11, 12), name="Founders", source=HolidaySource.CUSTOM)]
        plan.leave = [PlanLeave(first_day=date(2026, 11, 19), last_day=date(2026, 11, 20))]
        plan.week = "0123"
    sent = world.live(40)
    # Nobody works on Fridays here, so the check-in that opens on one waits until Monday, in either zone.
    assert [day for day, _ in to("noor", sent)] == [
        "Wed 10-28", "Mon 11-02", "Tue 11-03", "Thu 11-05", "Mon 11-16", "Mon 11-23", "Thu 11-26", "Mon 11-30",
        "Thu 12-03",
    ]  # fmt: skip
    assert [day for day, _ in to("mika", sent)] == [
        "Mon 11-02", "Tue 11-03", "Thu 11-05", "Mon 11-16", "Thu 11-19", "Thu 11-26", "Thu 12-03",
    ]  # fmt: skip


def test_the_day_before_a_monday_is_the_friday(world: World, database: Database) -> None:
    with writing(database.engine) as session:
        part = world.cast.milestone(session, "day-30")
        part.due_on, part.opens_on = date(2026, 11, 9), date(2026, 11, 9)
    assert to("noor", world.live(14)) == [("Mon 11-02", "2 due soon"), ("Fri 11-06", "2 due soon")]


def test_who_wants_none_of_what_is_due_soon_still_hears_of_what_is_late(world: World, database: Database) -> None:
    with writing(database.engine) as session:
        hire = actor_of(session.get_one(Person, world.cast.hire.id))
        reminders.want_soon(session, hire, wanted=False, now=FIRST)
    assert to("noor", world.live(12)) == [
        ("Mon 11-02", "1 waiting for you"),
        ("Tue 11-03", "1 waiting for you"),
        ("Thu 11-05", "3 overdue"),
    ]
    with writing(database.engine) as session:
        reminders.want_soon(session, hire, wanted=True, now=FIRST)
        assert reminders.wants_soon(session, hire.person_id)


def test_a_closed_plan_reminds_nobody(world: World, database: Database) -> None:
    assert world.live(12) != []
    with writing(database.engine) as session:
        plan = session.get_one(Plan, world.cast.plan.id)
        plans.end(
            session, actor_of(session.get_one(Person, world.cast.hr.id)), plan.id, PlanState.CLOSED, reason="Left.",
            today=date(2026, 11, 6), version=plan.version, now=world.now,
        )  # fmt: skip
    assert world.live(40) == []


def test_a_new_manager_is_reminded_in_place_of_the_old_one(world: World, database: Database) -> None:
    world.live(12)
    with writing(database.engine) as session:
        other = make_person(session, "Nia Next", roles=[Role.PEOPLE_MANAGER], zone=ANGELES)
        plan = session.get_one(Plan, world.cast.plan.id)
        plans.reassign(
            session, actor_of(session.get_one(Person, world.cast.hr.id)), plan.id, manager_id=other.id,
            buddy_id=None, version=plan.version, now=world.now,
        )  # fmt: skip
        session.query(Message).filter(Message.sent_at.is_(None)).delete()
    sent = world.live(12)
    assert to("mika", sent) == []
    assert to("nia", sent)[0] == ("Fri 11-06", "1 overdue")


def test_what_is_shown_and_moved_is_not_reminded_of(world: World, database: Database) -> None:
    with writing(database.engine) as session:
        world.cast.goal(session, "learn").state = GoalState.SIGNED_OFF
        part = world.cast.milestone(session, "day-30")
        part.due_on, part.opens_on = date(2026, 11, 18), date(2026, 11, 13)
    assert to("noor", world.live(20)) == [("Wed 11-11", "1 due soon")]


def test_what_waits_is_told_again_a_week_after_the_act(world: World, database: Database) -> None:
    with writing(database.engine) as session:
        session.get_one(Person, world.cast.buddy.id).zone = AUCKLAND
        for key, state in (("learn", GoalState.SUBMITTED), ("ship", GoalState.BLOCKED)):
            goal = world.cast.goal(session, key)
            goal.state, goal.since = state, datetime(2026, 10, 27, 18, 0, tzinfo=UTC)
        goal.waits_for_id = world.cast.buddy.id
        for goal in session.scalars(select(Goal).where(Goal.key.not_in(["learn", "ship"]))):
            goal.state = GoalState.WAIVED
        for part in session.get_one(Plan, world.cast.plan.id).milestones:
            part.opens_on = date(2027, 6, 1)
    sent = world.live(19)
    assert to("mika", sent) == [
        ("Tue 11-03", "1 waiting for you"),
        ("Wed 11-04", "1 late with others"),
        ("Tue 11-10", "1 waiting for you"),
    ]
    # Blocked on the 27th in UTC, which is the 28th in Auckland.
    assert to("bo", sent) == [("Wed 11-04", "1 waiting for you"), ("Wed 11-11", "1 waiting for you")]
    assert to("hana", sent) == [("Wed 11-04", "1 late with others")]


def test_a_worker_that_dies_before_it_settles_repeats_the_mail_and_not_the_digest(
    world: World, database: Database
) -> None:
    moment = datetime(2026, 10, 27, 22, 0, tzinfo=UTC)
    assert reminders.remind(database.engine, now=moment) == 1
    with mail.connected(world.url) as post, writing(database.engine) as session:
        for letter in letters.claim(session, now=moment):
            post(letters.compose(letter, sender=SENDER, site=SITE, now=moment))
    assert reminders.remind(database.engine, now=moment + timedelta(minutes=6)) == 0
    with mail.connected(world.url) as post:
        later = moment + timedelta(minutes=6)
        assert mail.deliver(database.engine, post, sender=SENDER, site=SITE, now=later) == mail.Round(1, 0)
        assert mail.deliver(database.engine, post, sender=SENDER, site=SITE, now=later) == mail.Round(0, 0)
    first, second = world.letters()
    assert first["Message-ID"] == second["Message-ID"]


def test_a_worker_that_dies_while_it_writes_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = world.database
    moment = datetime(2026, 10, 27, 22, 0, tzinfo=UTC)

    def die(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("app.services.outbox.notify", die)
        with pytest.raises(KeyboardInterrupt):
            reminders.remind(database.engine, now=moment)
    assert written(database) == (0, 0)
    assert reminders.remind(database.engine, now=moment) == 1
    assert written(database) == (1, 2)


def test_several_workers_at_once_write_one_digest(world: World) -> None:
    moment = datetime(2026, 10, 27, 22, 0, tzinfo=UTC)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: reminders.remind(world.database.engine, now=moment), range(4)))
    assert sum(done) == 1
    assert written(world.database) == (1, 2)


def test_a_round_with_nobody_to_look_at_takes_a_query_for_each_zone_at_work(world: World) -> None:
    database = world.database
    moment = datetime(2026, 10, 27, 22, 0, tzinfo=UTC)
    reminders.remind(database.engine, now=moment)
    with counted(database.engine) as statements:
        assert reminders.remind(database.engine, now=moment) == 0
    # The zones, then Auckland (11:00) and Los Angeles (15:00); it is night in UTC.
    assert len(statements) == 3


def written(database: Database) -> tuple[int, int]:
    with reading(database.engine) as session:
        digests = session.scalar(select(func.count()).select_from(Message)) or 0
        return digests, session.scalar(select(func.count()).select_from(ReminderRow)) or 0
