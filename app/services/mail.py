"""Sending notices by mail: claimed in one short transaction, sent outside of any, settled in another.

A mail says that something waits and where, nothing else. Each carries a Message-ID made from its notice, so that a
mailbox can tell a repeated one.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.exc import OperationalError

from app.domain.errors import UnavailableError
from app.models.engine import writing
from app.models.outbox import Message
from app.models.person import Person

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Engine
    from sqlalchemy.orm import Session

BATCH = 50
_PATH = re.compile(r"^/[\w/#-]*$", re.MULTILINE | re.ASCII)
TIMEOUT = 20
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
"""How long to wait after each refusal; after the last one a notice stays unsent, and waits in the inbox only."""

Post = Callable[[EmailMessage], None]


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed notice with the address it goes to."""

    message_id: UUID
    address: str
    subject: str
    body: str
    path: str


@dataclass(frozen=True, slots=True)
class Round:
    """How one round went."""

    sent: int
    refused: int


def deliver(engine: Engine, post: Post, *, sender: str, site: str, now: datetime) -> Round:
    """Send up to ``BATCH`` notices that are due, oldest first; ``site`` is the address that paths are added to.

    Two senders at once never send the same notice. One that was claimed by a sender who then died is tried again.
    :class:`UnavailableError` when the database does not answer.
    """
    try:
        with writing(engine) as session:
            letters = claim(session, now=now)
        sent, refused = _posted(letters, post, sender=sender, site=site, now=now)
        with writing(engine) as session:
            _settle(session, sent, refused, now)
    except OperationalError as error:
        message = f"the database did not answer ({type(error.orig).__name__}); what is waiting is tried again"
        raise UnavailableError(message) from error
    return Round(len(sent), len(refused))


def claim(session: Session, *, now: datetime) -> list[Letter]:
    """Mark due notices as under way and return them; a closed account gets no mail."""
    due = session.execute(
        select(Message.id, Person.email, Message.subject, Message.body, Message.path, Message.attempts)
        .join(Person, Person.id == Message.recipient_id)
        .where(_due(now), Person.active.is_(True))
        .order_by(Message.created_at, Message.id)
        .limit(BATCH)
    ).all()
    claimed = []
    for message_id, *letter, attempts in due:
        mine = session.scalar(
            update(Message)
            .where(Message.id == message_id, Message.attempts == attempts, _due(now))
            .values(attempts=attempts + 1, try_after=now + RETRY_AFTER[attempts])
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        )
        if mine is not None:
            claimed.append(Letter(message_id, *letter))
    return claimed


def compose(letter: Letter, *, sender: str, site: str, now: datetime) -> EmailMessage:
    """The mail of a notice: plain text that ends with its link; a line that is nothing but a path becomes one too."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Date"] = sender, letter.address, now
    mail["Subject"] = " ".join(letter.subject.split())
    mail["Message-ID"] = f"<{letter.message_id}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    at = site.rstrip("/")
    text = _PATH.sub(lambda found: at + found[0], letter.body)
    mail.set_content(f"{text}\n\n{at}{letter.path}\n")
    return mail


@contextmanager
def connected(smtp_url: str) -> Iterator[Post]:
    """A connection to the mail server at ``smtp://`` or ``smtps://[user:password@]host[:port]``, as a way to send.

    ``smtp://`` changes to TLS where the server offers it. A password is never sent in the clear:
    :class:`UnavailableError` when it would be, or when the server is not there or does not let us in.
    """
    parts = urlsplit(smtp_url)
    with ExitStack() as open_now:
        try:
            server = open_now.enter_context(_opened(parts))
            _sign_in(server, parts)
        except (smtplib.SMTPException, OSError) as error:
            message = f"the mail server at {parts.hostname} refused ({_in_short(error)}); nothing was sent"
            raise UnavailableError(message) from error

        def post(mail: EmailMessage) -> None:
            server.send_message(mail)

        yield post


def _opened(parts: SplitResult) -> smtplib.SMTP:
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
    return smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)


def _sign_in(server: smtplib.SMTP, parts: SplitResult) -> None:
    server.ehlo()
    secure = parts.scheme == "smtps"
    if not secure and server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
        secure = True
    if not parts.username:
        return
    if not secure:
        message = (
            "the mail server offers no encryption, so the password was not sent; use smtps:// or a server with TLS"
        )
        raise UnavailableError(message)
    server.login(unquote(parts.username), unquote(parts.password or ""))


def _due(now: datetime) -> ColumnElement[bool]:
    return (
        Message.sent_at.is_(None)
        & (Message.attempts < len(RETRY_AFTER))
        & or_(Message.try_after.is_(None), Message.try_after <= now)
    )


def _posted(
    letters: Sequence[Letter], post: Post, *, sender: str, site: str, now: datetime
) -> tuple[list[UUID], dict[UUID, str]]:
    """Which letters went out, and why the others did not."""
    sent: list[UUID] = []
    refused: dict[UUID, str] = {}
    for letter in letters:
        try:
            post(compose(letter, sender=sender, site=site, now=now))
        except (smtplib.SMTPException, OSError) as error:
            # Only the kind of refusal is kept: a server's own words may repeat an address.
            refused[letter.message_id] = _in_short(error)
        else:
            sent.append(letter.message_id)
    return sent, refused


def _settle(session: Session, sent: Sequence[UUID], refused: dict[UUID, str], now: datetime) -> None:
    for message_id in sent:
        session.execute(update(Message).where(Message.id == message_id).values(sent_at=now, last_error=""))
    for message_id, why in refused.items():
        session.execute(update(Message).where(Message.id == message_id).values(last_error=why))


def _in_short(error: Exception) -> str:
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
