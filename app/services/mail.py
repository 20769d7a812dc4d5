"""Sending notices by mail: claimed in one short transaction, sent outside of any, settled in another.

A mail says that something waits and where, nothing else. Each carries a Message-ID made from its notice, so that a
mailbox can tell a repeated one.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from app.domain.errors import UnavailableError
from app.models.engine import writing
from app.models.outbox import Message
from app.services import account_links, letters
from app.services.letters import Keys, Letter, claim, compose

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

TIMEOUT = 20

Post = Callable[[EmailMessage], None]


@dataclass(frozen=True, slots=True)
class Round:
    """How one round went."""

    sent: int
    refused: int


def deliver_all(
    engine: Engine, post: Post, *, sender: str, site: str, now: datetime, keys: Keys | None = None
) -> Round:
    """Deliver until nothing more is due: :func:`deliver` as often as there is a whole batch."""
    sent = refused = 0
    while True:
        done = deliver(engine, post, sender=sender, site=site, now=now, keys=keys)
        sent, refused = sent + done.sent, refused + done.refused
        if done.sent + done.refused < letters.BATCH:
            return Round(sent, refused)


def deliver(engine: Engine, post: Post, *, sender: str, site: str, now: datetime, keys: Keys | None = None) -> Round:
    """Send up to ``letters.BATCH`` notices that are due, oldest first; ``site`` is the address that paths are added to.

    ``keys`` sign the links of candidates and accounts; without them what needs a link stays unsent.
    Two senders at once never send the same notice. One that was claimed by a sender who then died is tried again.
    :class:`UnavailableError` when the database does not answer.
    """
    try:
        with writing(engine) as session:
            account_links.write_resets(session, now=now)
            session.flush()
            claimed = claim(session, now=now)
        posted = _posted(claimed, post, sender=sender, site=site, now=now, keys=keys)
        with writing(engine) as session:
            _settle(session, posted, now)
    except OperationalError as error:
        message = f"the database did not answer ({type(error.orig).__name__}); what is waiting is tried again"
        raise UnavailableError(message) from error
    return Round(len(posted.sent), len(posted.refused) + len(posted.lost))


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


@dataclass(frozen=True, slots=True)
class _Posted:
    """What became of letters: sent, refused with the reason, or not taken because the server went away."""

    sent: list[UUID] = field(default_factory=list)
    refused: dict[UUID, str] = field(default_factory=dict)
    lost: dict[UUID, str] = field(default_factory=dict)


def _posted(
    claimed: Sequence[Letter], post: Post, *, sender: str, site: str, now: datetime, keys: Keys | None
) -> _Posted:
    """Which letters went out, and why the others did not."""
    posted = _Posted()
    for letter in claimed:
        if keys is None and (letter.link is not None or letter.account_link is not None):
            posted.refused[letter.message_id] = "no key to sign the link with"
            continue
        try:
            post(compose(letter, sender=sender, site=site, now=now, keys=keys))
        except (smtplib.SMTPServerDisconnected, ConnectionError, TimeoutError) as error:
            posted.lost[letter.message_id] = _in_short(error)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            # One that cannot be put together keeps no other from leaving. Only the kind of refusal is kept: a server's
            # own words may repeat an address.
            posted.refused[letter.message_id] = _in_short(error)
        else:
            posted.sent.append(letter.message_id)
    return posted


def _settle(session: Session, posted: _Posted, now: datetime) -> None:
    for message_id in posted.sent:
        session.execute(update(Message).where(Message.id == message_id).values(sent_at=now, last_error=""))
    for message_id, why in posted.refused.items():
        session.execute(update(Message).where(Message.id == message_id).values(last_error=why))
    for message_id, why in posted.lost.items():
        # A server that goes away says nothing of the letter, which keeps its tries and is due again soon.
        tried = {"attempts": Message.attempts - 1, "try_after": now + letters.RETRY_AFTER[0], "last_error": why}
        session.execute(update(Message).where(Message.id == message_id).values(tried))


def _in_short(error: Exception) -> str:
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
