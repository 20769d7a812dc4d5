"""Do what recurs, round after round, until it is stopped: send mail, remind, close case work, and what is due daily.

It hands in case work whose time is over, and reads calendars that people gave by their address, every hour. Once a
day it works out anew how strict interviewers are, signs where the audit chain stands, and removes what its time is over
for. Only mail needs a mail server.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.settings import load

if TYPE_CHECKING:
    import argparse

_UNSET = (
    "PLUMBLINE_SMTP_URL is not set, so no mail is sent and nobody is reminded; only what needs no mail is done; "
    "set it with: PLUMBLINE_SMTP_URL=smtps://USER:PASSWORD@mail.example.org"
)
_NOBODY = "PLUMBLINE_MAIL_FROM is not set: mail needs a sender; set it with: PLUMBLINE_MAIL_FROM=plumbline@example.org"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `worker`."""
    parser.add_argument("--once", action="store_true", help="do what is due now, then end; exit 1 if any was refused")
    parser.add_argument("--every", type=_seconds, default=30, metavar="SECONDS", help="wait between rounds (30)")


def run(arguments: argparse.Namespace) -> int:
    """Do every round until stopped, or one."""
    from app.cli import jobs
    from app.cli.opening import opened
    from app.web import logs

    settings = load()
    if settings.smtp_url is None:
        sys.stderr.write(f"{_UNSET}\n")
    elif settings.mail_from is None:
        raise BadInputError(_NOBODY)
    logs.set_up(settings.log)
    engine = opened(settings)
    try:
        while True:
            well = jobs.do_all(engine, settings)
            if arguments.once:
                return int(not well)
            time.sleep(arguments.every)
    finally:
        engine.dispose()


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        message = f"{text!r} is not a number of seconds"
        raise ValueError(message)
    return int(text)
