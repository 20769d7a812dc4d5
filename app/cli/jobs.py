"""What the worker does round after round: a table of jobs, each with a heartbeat that doctor reads.

A new job is a function added to `JOBS`. It may raise `UnavailableError`: what it left undone is tried again in the next
round, and it keeps no other job from running.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.domain.errors import UnavailableError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.settings import Settings

log = logging.getLogger("plumbline.worker")


@dataclass(frozen=True, slots=True)
class Job:
    """A job: its name, what it does (how many things were refused is its answer), and how often.

    A daily job is done by one worker once a day in UTC; any other in each round. ``needs`` says whether these settings
    ask for it at all.
    """

    name: str
    act: Callable[[Engine, Settings], int]
    daily: bool = False
    needs: Callable[[Settings], bool] = lambda _settings: True


def do_all(engine: Engine, settings: Settings) -> bool:
    """Do every job whose turn it is; whether all of them went well."""
    went_well = [do(engine, settings, job) for job in JOBS if job.needs(settings)]
    return all(went_well)


def do(engine: Engine, settings: Settings, job: Job) -> bool:
    """Do one job if its turn has come and keep how it went; whether it went well, or had nothing to do."""
    from app.models.engine import answering

    try:
        with answering():
            if job.daily and not _taken(engine, job):
                return True
        refused, trouble = _acted(engine, settings, job)
        with answering():
            _ended(engine, job, trouble)
    except UnavailableError as error:
        sys.stderr.write(f"{job.name}: the database is not there ({error}); the next round tries again\n")
        return False
    if trouble:
        sys.stderr.write(f"{job.name}: {trouble}\n")
    return not trouble and not refused


def _acted(engine: Engine, settings: Settings, job: Job) -> tuple[int, str]:
    """How many things were refused, and what stopped the job, if anything did."""
    from app.models.engine import answering

    try:
        with answering():
            return job.act(engine, settings), ""
    except UnavailableError as error:
        return 0, str(error)
    except Exception as error:
        # One job that breaks must not keep mail from leaving; the trace tells places only, never values.
        log.exception("job broke", extra={"fields": {"job": job.name}})
        return 0, f"it broke ({type(error).__name__}); the log says where"


def _taken(engine: Engine, job: Job) -> bool:
    from app.models.engine import writing
    from app.services import rounds

    with writing(engine) as session:
        return rounds.take(session, job.name, now=datetime.now(UTC))


def _ended(engine: Engine, job: Job, trouble: str) -> None:
    from app.models.engine import writing
    from app.services import rounds

    with writing(engine) as session:
        rounds.end(session, job.name, now=datetime.now(UTC), trouble=trouble)


def sends_mail(settings: Settings) -> bool:
    """Whether a mail server and a sender are named."""
    return settings.smtp_url is not None and settings.mail_from is not None


def mail(engine: Engine, settings: Settings) -> int:
    """Write reminders that are due and send what waits; how many notices were refused."""
    from app.services import grade_reminders, interview_reminders, letters, reminders
    from app.services import mail as post_office

    now = datetime.now(UTC)
    site = settings.public_url or f"http://{settings.host}:{settings.port}"
    with post_office.connected(settings.smtp_url or "") as post:
        reminders.remind(engine, now=now)
        interview_reminders.remind(engine, now=now)
        grade_reminders.remind(engine, now=now)
        keys, sender = letters.Keys.of(settings.secret_key), settings.mail_from or ""
        done = post_office.deliver_all(engine, post, sender=sender, site=site, now=now, keys=keys)
    if done.sent + done.refused:
        sys.stdout.write(f"sent {done.sent}, refused {done.refused}\n")
        sys.stdout.flush()
    return done.refused


def case_work(engine: Engine, _settings: Settings) -> int:
    """Hand in what was saved of case work whose time is over; its receipts leave with the mail of this round."""
    from app.models.engine import writing
    from app.services import case_work as cases

    with writing(engine) as session:
        cases.close_lapsed(session, now=datetime.now(UTC))
    return 0


def calendars(engine: Engine, settings: Settings) -> int:
    """Read the calendars of people whose turn it is; none where no host may be asked."""
    from app.domain.outbound import allowed
    from app.services import busy_times
    from app.services.fetching import Fetcher

    if settings.outbound_allow:
        fetcher = Fetcher.of([allowed(host) for host in settings.outbound_allow])
        busy_times.refresh(engine, fetcher, now=datetime.now(UTC))
    return 0


def strictness(engine: Engine, _settings: Settings) -> int:
    """Work out how strict interviewers are; unchanged cards cost a reading and leave no trace."""
    from app.cli.fitting import fit_all

    fit_all(engine, now=datetime.now(UTC))
    return 0


def checkpoint(engine: Engine, settings: Settings) -> int:
    """Sign where the audit chain stands, and send that to two people; it leaves with the mail of the next round."""
    from app.services import checkpoints

    checkpoints.run(engine, settings.audit_key_file, now=datetime.now(UTC))
    return 0


def retention(engine: Engine, settings: Settings) -> int:
    """Remove what its time is over for, unless a hold is on it.

    PostgreSQL keeps what was removed in a table's file until its owner rewrites it, so the owner does all of this where
    its address is given.
    """
    from app.domain.fairness.pseudonym import AnswerKeys
    from app.formats import erasure_register
    from app.models.engine import make_engine
    from app.services import retention as rules

    keys, register = AnswerKeys.of(settings.secret_key), settings.instance / erasure_register.NAME
    owner = make_engine(settings.owner_database_url) if settings.owner_database_url else None
    try:
        rules.run(owner or engine, keys=keys, register=register, folder=settings.files_dir, now=datetime.now(UTC))
    finally:
        if owner is not None:
            owner.dispose()
    return 0


JOBS = (
    Job("case work", case_work),
    Job("calendars", calendars, needs=lambda settings: bool(settings.outbound_allow)),
    Job("mail", mail, needs=sends_mail),
    Job("strictness", strictness, daily=True),
    Job("audit checkpoint", checkpoint, daily=True),
    Job("retention", retention, daily=True),
)
