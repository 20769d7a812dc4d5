"""Notices: written with the act, sent once by mail, tried again after a refusal, never lost and never in the clear."""

from __future__ import annotations

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import select

from app.cli import main
from app.domain.errors import UnavailableError
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.queries import strictness
from app.services import letters, mail, outbox
from tests.factories.hiring import NOW, make_person
from tests.factories.history import make_past
from tests.factories.mailbox import Mailbox, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path
    from uuid import UUID

    from tests.databases import Database

SITE = "https://plumbline.example.org"
SENDER = "plumbline@example.org"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    with receiving() as box:
        yield box


def notify(
    database: Database, email: str = "ada@example.com", *, subject: str = "A debrief is open: PM", active: bool = True
) -> UUID:
    with writing(database.engine) as session:
        person = make_person(session, email=email, active=active)
        outbox.notify(
            session, person.id, subject=subject, body="It can be read now.", path="/applications/1/debrief", now=NOW
        )
        return person.id


def rows(database: Database) -> list[tuple[bool, int, str]]:
    with reading(database.engine) as session:
        found = session.scalars(select(Message).order_by(Message.created_at, Message.id))
        return [(m.sent_at is not None, m.attempts, m.last_error) for m in found]


def send(database: Database, url: str, *, later: timedelta = timedelta(0)) -> mail.Round:
    with mail.connected(url) as post:
        return mail.deliver(database.engine, post, sender=SENDER, site=SITE, now=NOW + later)


def test_a_notice_arrives_once_with_a_link_and_nothing_else(database: Database, mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    notify(database, subject="A debrief is open: Größe\r\nBcc: eve@example.com")
    assert send(database, url) == mail.Round(1, 0)
    assert send(database, url) == mail.Round(0, 0)
    (letter,) = box.kept
    assert (letter.mail_from, letter.rcpt_tos) == (SENDER, ["ada@example.com"])
    read = message_from_bytes(cast("bytes", letter.content), policy=policy.default)
    assert read["Subject"] == "A debrief is open: Größe Bcc: eve@example.com"
    assert read["Bcc"] is None
    assert read["To"] == "ada@example.com"
    body = read.get_body()
    assert body is not None
    assert body.get_content().split() == ["It", "can", "be", "read", "now.", f"{SITE}/applications/1/debrief"]
    assert rows(database) == [(True, 1, "")]


def test_a_refused_notice_is_tried_again_later_and_given_up_at_last(
    database: Database, mailbox: tuple[Mailbox, str]
) -> None:
    _, url = mailbox
    notify(database, "full.box@example.com")
    assert send(database, url) == mail.Round(0, 1)
    assert rows(database) == [(False, 1, "SMTPRecipientsRefused")]
    assert send(database, url, later=timedelta(minutes=4)) == mail.Round(0, 0)
    moment = timedelta(0)
    for wait in letters.RETRY_AFTER[:-1]:
        moment += wait
        assert send(database, url, later=moment) == mail.Round(0, 1)
    assert send(database, url, later=timedelta(days=9)) == mail.Round(0, 0)
    assert rows(database) == [(False, len(letters.RETRY_AFTER), "SMTPRecipientsRefused")]


def test_one_refusal_does_not_hold_up_the_others(database: Database, mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    notify(database, "full.box@example.com")
    for number in range(3):
        notify(database, f"p{number}@example.com")
    assert send(database, url) == mail.Round(3, 1)
    assert sorted(letter.rcpt_tos[0] for letter in box.kept) == [f"p{n}@example.com" for n in range(3)]


def test_two_senders_at_once_send_each_notice_once(database: Database) -> None:
    for number in range(20):
        notify(database, f"p{number}@example.com")
    seen: list[str] = []

    def post(letter: EmailMessage) -> None:
        seen.append(letter["To"])

    with ThreadPoolExecutor(4) as pool:
        rounds = list(
            pool.map(lambda _: mail.deliver(database.engine, post, sender=SENDER, site=SITE, now=NOW), range(4))
        )
    assert sum(done.sent for done in rounds) == 20
    assert sorted(seen) == sorted(f"p{number}@example.com" for number in range(20))


def test_a_sender_that_died_after_claiming_leaves_the_notice_for_the_next_try(database: Database) -> None:
    notify(database)
    with writing(database.engine) as session:
        assert len(letters.claim(session, now=NOW)) == 1
    with writing(database.engine) as session:
        assert letters.claim(session, now=NOW + timedelta(minutes=1)) == []
        assert len(letters.claim(session, now=NOW + timedelta(minutes=6))) == 1


def test_a_closed_account_gets_no_mail(database: Database, mailbox: tuple[Mailbox, str]) -> None:
    box, url = mailbox
    notify(database, active=False)
    assert send(database, url) == mail.Round(0, 0)
    assert box.kept == []


def test_a_server_that_goes_away_costs_a_notice_none_of_its_tries(database: Database) -> None:
    notify(database)

    def post(_letter: EmailMessage) -> None:
        raise smtplib.SMTPServerDisconnected

    for number in range(len(letters.RETRY_AFTER) + 2):
        moment = NOW + number * letters.RETRY_AFTER[0]
        assert mail.deliver(database.engine, post, sender=SENDER, site=SITE, now=moment) == mail.Round(0, 1)
    assert rows(database) == [(False, 0, "SMTPServerDisconnected")]


def test_a_password_is_not_sent_in_the_clear(mailbox: tuple[Mailbox, str]) -> None:
    _, url = mailbox
    with pytest.raises(UnavailableError, match="offers no encryption"), mail.connected(url.replace("//", "//ada:pw@")):
        pytest.fail("it was let in")


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1 refused \(ConnectionRefusedError"):
        mail.connected("smtp://127.0.0.1:1").__enter__()


def test_the_command_sends_once_and_says_what_it_did(
    database: Database,
    mailbox: tuple[Mailbox, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    box, url = mailbox
    notify(database)
    for name, value in {
        "ENV": "demo",
        "INSTANCE": str(tmp_path),
        "DATABASE_URL": database.url,
        "SMTP_URL": url,
        "MAIL_FROM": SENDER,
    }.items():
        monkeypatch.setenv(f"PLUMBLINE_{name}", value)
    assert main(["worker", "--once"]) == 0
    assert capsys.readouterr().out == "sent 1, refused 0\n"
    assert len(box.kept) == 1
    monkeypatch.setenv("PLUMBLINE_SMTP_URL", "smtp://127.0.0.1:1")
    assert main(["worker", "--once"]) == 1
    assert "nothing was sent" in capsys.readouterr().err


def test_everything_that_is_due_leaves_however_much_it_is(
    database: Database, mailbox: tuple[Mailbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box, url = mailbox
    monkeypatch.setattr(letters, "BATCH", 2)
    for number in range(5):
        notify(database, f"ada{number}@example.com")
    with mail.connected(url) as post:
        done = mail.deliver_all(database.engine, post, sender=SENDER, site=SITE, now=NOW)
    assert (done.sent, done.refused, len(box.kept)) == (5, 0, 5)


def test_without_a_sender_nothing_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {"ENV": "demo", "INSTANCE": str(tmp_path), "SMTP_URL": "smtp://localhost", "MAIL_FROM": ""}
    for name, value in settings.items():
        monkeypatch.setenv(f"PLUMBLINE_{name}", value)
    assert main(["worker", "--once"]) == 2
    refusal = capsys.readouterr().err
    assert "PLUMBLINE_MAIL_FROM is not set" in refusal
    assert refusal.count("\n") == 1


def test_without_a_mail_server_nothing_is_sent_and_the_rest_is_done(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(database.engine) as session:
        past = make_past(session)
    notify(database)
    settings = {"ENV": "demo", "INSTANCE": str(tmp_path), "DATABASE_URL": database.url, "SMTP_URL": "", "MAIL_FROM": ""}
    for name, value in settings.items():
        monkeypatch.setenv(f"PLUMBLINE_{name}", value)

    assert main(["worker", "--once"]) == 0

    said = capsys.readouterr().err
    assert "PLUMBLINE_SMTP_URL is not set" in said
    assert said.count("\n") == 1
    with reading(database.engine) as session:
        assert session.scalars(select(Message.sent_at)).all() == [None]
        assert strictness.newest(session, past.version_id) is not None
