"""Reminders of a cycle under a clock of the test's own: who is told what on which day, and that no side is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.domain.growth.cycle import Answerer
from app.domain.growth.log import Visibility
from app.models.engine import reading, writing
from app.models.evidence import Corroboration
from app.models.outbox import Message
from app.models.person import Person
from app.services import reminders
from tests.factories.cycles import assessment_of, make_cycle, make_team, seal_side
from tests.factories.evidence import make_entry
from tests.factories.hiring import NOW

if TYPE_CHECKING:
    from tests.databases import Database

FIRST = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
"""The Monday eleven days before answers are to be in, on Friday, 11 December."""


def lived(database: Database, days: int) -> list[tuple[str, str, str]]:
    """Who was sent which digest on which day, one round a day."""
    sent: list[tuple[str, str, str]] = []
    for number in range(days):
        now = FIRST + timedelta(days=number)
        reminders.remind(database.engine, now=now)
        with reading(database.engine) as session:
            rows = session.execute(
                select(Person.name, Message.subject)
                .join(Message, Message.recipient_id == Person.id)
                .where(Message.created_at == now)
                .order_by(Person.name)
            )
            sent += [(f"{now:%a %m-%d}", name.partition(" ")[0], subject) for name, subject in rows]
    return sent


def test_a_week_before_the_day_before_and_after_then_weekly(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        cycle = make_cycle(session, team, people={team.mira.id: None})
        seal_side(session, assessment_of(session, cycle, team.mira), Answerer.MANAGER)
    assert lived(database, 24) == [
        ("Fri 12-04", "Mira", "Ladder: 1 due soon"),
        ("Thu 12-10", "Mira", "Ladder: 1 waiting for you"),
        ("Mon 12-14", "Mira", "Ladder: 1 overdue"),
        ("Mon 12-21", "Hana", "Ladder: 1 late with others"),
        ("Mon 12-21", "Mira", "Ladder: 1 overdue"),
    ]
    with reading(database.engine) as session:
        told = session.scalars(
            select(Message.body).where(Message.recipient_id == team.hr.id, Message.subject.startswith("Ladder"))
        ).one()
    assert "- The assessment of Mira Okafor is still open (Autumn 2026), due on 11 December 2026" in told


def test_a_partner_who_is_one_of_the_two_hears_nothing_of_the_other(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        cycle = make_cycle(session, team, people={team.mira.id: team.hr.id}, due_on=date(2026, 12, 11))
        seal_side(session, assessment_of(session, cycle, team.mira), Answerer.MANAGER)
    assert {who for _, who, _ in lived(database, 24)} == {"Mira"}


def test_the_talk_is_reminded_of_from_the_next_day(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        cycle = make_cycle(session, team, people={team.mira.id: None})
        one = assessment_of(session, cycle, team.mira)
        for side in (Answerer.SELF, Answerer.MANAGER):
            seal_side(session, one, side)
    sent = lived(database, 8)
    assert [(day, who) for day, who, _ in sent] == [("Mon 11-30", "Mika"), ("Mon 12-07", "Mika")]


def test_a_reminder_to_corroborate_says_who_asks_and_no_word_of_the_entry(database: Database) -> None:
    with writing(database.engine) as session:
        team = make_team(session)
        entry = make_entry(session, team.mira, title="Told the board of the leak", visibility=Visibility.PRIVATE)
        session.add(Corroboration(entry_id=entry.id, person_id=team.noor.id, asked_at=NOW))
    assert {(who, what) for _, who, what in lived(database, 10)} == {("Noor", "Ladder: 1 waiting for you")}
    with reading(database.engine) as session:
        told = session.scalars(select(Message.body).where(Message.recipient_id == team.noor.id)).all()
    assert "- Say whether an entry of Mira Okafor's evidence log was so, since" in told[-1]
    assert not any("leak" in text for text in told)
