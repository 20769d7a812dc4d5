"""The mail server refuses, hangs up or drops what it took: acts go on, and each letter leaves once it is back."""

from __future__ import annotations

import smtplib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.models.engine import reading, writing
from app.models.outbox import Message
from app.services import letters, mail, outbox
from tests.factories.hiring import NOW, make_person

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage
    from random import Random

    from tests.databases import Database
    from tests.faulting import Breaking

TEN_MINUTES = timedelta(minutes=10)


class Server:
    """A mail server with bad days: it may be gone, hang up before it takes a letter, or just after."""

    def __init__(self, random: Random) -> None:
        """Well for a start."""
        self.random, self.well = random, True
        self.taken: Counter[str] = Counter()

    def post(self, letter: EmailMessage) -> None:
        """Take a letter, or fail in one of three ways."""
        way = "well" if self.well else self.random.choice(("gone", "before", "after"))
        if way == "gone":
            raise ConnectionRefusedError
        if way == "before":
            raise smtplib.SMTPServerDisconnected
        self.taken[letter["Message-ID"]] += 1
        if way == "after":
            raise smtplib.SMTPServerDisconnected


@pytest.mark.fault("F21", seconds=10)
def test_each_letter_leaves_once_the_server_is_back(database: Database, breaking: Breaking) -> None:
    server, written = Server(breaking.random), breaking.times(20, 300)
    with writing(database.engine) as session:
        people = [make_person(session) for _ in range(written)]
        for person in people:
            outbox.notify(session, person.id, subject="A debrief is open", body="Read it.", path="/", now=NOW)
    moment, server.well = NOW, False
    for _ in range(breaking.times(8, 60)):
        _round(database, server, moment)
        moment += timedelta(minutes=breaking.random.choice((1, 6, 40)))
    server.well = True
    recovered = moment
    while moment <= recovered + TEN_MINUTES:
        _round(database, server, moment)
        moment += timedelta(seconds=30)
    late = _unsent(database)
    kind = database.engine.dialect.name
    breaking.count(written, late + written - len(server.taken), f"letters after bad days of the mail server, on {kind}")
    assert late == 0
    assert len(server.taken) == written, "a letter is lost, or its stable id is not"


@pytest.mark.fault("F23", seconds=10)
def test_workers_that_die_and_workers_side_by_side_send_each_letter(database: Database, breaking: Breaking) -> None:
    deaths = breaking.times(1, 6)
    written = deaths * letters.BATCH
    server = Server(breaking.random)
    with writing(database.engine) as session:
        for person in [make_person(session) for _ in range(written)]:
            outbox.notify(session, person.id, subject="A debrief is open", body="Read it.", path="/", now=NOW)
    for number in range(deaths):
        with pytest.raises(Killed):
            mail.deliver(
                database.engine, _dying(server, after=3), sender="p@example.com", site="https://p.example", now=NOW
            )
        assert sum(server.taken.values()) == 3 * (number + 1)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: _round(database, server, NOW), range(4)))
    _round(database, server, NOW + TEN_MINUTES)
    repeated = sum(count - 1 for count in server.taken.values())
    wrong = _unsent(database) + written - len(server.taken)
    kind = database.engine.dialect.name
    breaking.count(written, wrong, f"letters around killed workers and four side by side, on {kind}")
    assert wrong == 0
    assert repeated <= 3 * deaths, "only what was under way when a worker died is sent again"


class Killed(BaseException):
    """The end of a process, which no handler of the program catches."""


def _dying(server: Server, *, after: int) -> mail.Post:
    left = iter(range(after))

    def post(letter: EmailMessage) -> None:
        if next(left, None) is None:
            raise Killed
        server.post(letter)

    return post


def _round(database: Database, server: Server, moment: datetime) -> None:
    mail.deliver_all(database.engine, server.post, sender="p@example.com", site="https://p.example", now=moment)


def _unsent(database: Database) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(func.count()).where(Message.sent_at.is_(None))) or 0
