"""Write reminders that are due, send waiting notices by mail, round after round, until it is stopped.

Once a day, and when it starts, it also works out anew how strict interviewers are.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.settings import load

if TYPE_CHECKING:
    import argparse

    from sqlalchemy import Engine

    from app.services.mail import Round
    from app.settings import Settings

_UNSET = (
    "PLUMBLINE_SMTP_URL is not set, so no mail is sent and notices wait in the inbox; "
    "set it with: PLUMBLINE_SMTP_URL=smtps://USER:PASSWORD@mail.example.org"
)
_NOBODY = "PLUMBLINE_MAIL_FROM is not set: mail needs a sender; set it with: PLUMBLINE_MAIL_FROM=plumbline@example.org"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `worker`."""
    parser.add_argument("--once", action="store_true", help="send what is due now, then end; exit 1 if any was refused")
    parser.add_argument("--every", type=_seconds, default=30, metavar="SECONDS", help="wait between rounds (30)")


def run(arguments: argparse.Namespace) -> int:
    """Send until stopped, or once."""
    from app.cli.opening import opened

    settings = load()
    if settings.smtp_url is None:
        raise BadInputError(_UNSET)
    if settings.mail_from is None:
        raise BadInputError(_NOBODY)
    engine = opened(settings)
    fitted_on: date | None = None
    try:
        while True:
            done = _round(engine, settings, settings.smtp_url, settings.mail_from)
            if done is not None:
                fitted_on = daily(engine, fitted_on)
            if arguments.once:
                return int(done is None or done.refused > 0)
            time.sleep(arguments.every)
    finally:
        engine.dispose()


def _round(engine: Engine, settings: Settings, smtp_url: str, sender: str) -> Round | None:
    """One round, or nothing when the mail server or the database is not there: the next one tries again."""
    from app.domain.errors import UnavailableError
    from app.services import mail, reminders

    now = datetime.now(UTC)
    site = settings.public_url or f"http://{settings.host}:{settings.port}"
    try:
        with mail.connected(smtp_url) as post:
            reminders.remind(engine, now=now)
            done = mail.deliver(engine, post, sender=sender, site=site, now=now)
    except UnavailableError as error:
        sys.stderr.write(f"{error}\n")
        return None
    if done.sent + done.refused:
        sys.stdout.write(f"sent {done.sent}, refused {done.refused}\n")
        sys.stdout.flush()
    return done


def daily(engine: Engine, last: date | None) -> date | None:
    """Fit the strictness of interviewers once a day, and the day on which that last succeeded.

    Unchanged cards cost a reading and leave no trace. While the database is away the next round tries again.
    """
    from app.cli.fitting import fit_all
    from app.domain.errors import UnavailableError
    from app.models.engine import answering

    now = datetime.now(UTC)
    if now.date() == last:
        return last
    try:
        with answering():
            fit_all(engine, now=now)
    except UnavailableError as error:
        sys.stderr.write(f"the database is not there to fit strictness: {error}\n")
        return last
    return now.date()


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        message = f"{text!r} is not a number of seconds"
        raise ValueError(message)
    return int(text)
