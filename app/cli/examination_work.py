"""The checks of `doctor` that ask whether what recurs goes on: mail, jobs of the worker, backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from app.cli.findings import Finding, Level, current_engine

if TYPE_CHECKING:
    from app.queries.vital_signs import Job
    from app.settings import Settings

_MAIL_LATE = timedelta(minutes=10)
_ROUND_LATE, _DAY_LATE = timedelta(minutes=10), timedelta(hours=26)
_BACKUP_LATE, _DRILL_LATE = timedelta(hours=26), timedelta(days=35)
_WORKER = "python3 -m app worker (keep it running beside the server)"
_BACKUP = "python3 -m app backup create FILE, once a day"
_DRILL = "python3 -m app backup verify FILE, and restore one elsewhere"


def check_mail(settings: Settings) -> Iterator[Finding]:
    """Yield whether the mail server lets us in; nothing is sent."""
    from app.domain.errors import UnavailableError
    from app.services import mail

    if settings.smtp_url is None or settings.mail_from is None:
        seen = "no mail server or sender is named, so nobody is reminded of anything"
        mending = "PLUMBLINE_SMTP_URL=smtps://USER:PASSWORD@mail.example.org PLUMBLINE_MAIL_FROM=plumbline@example.org"
        yield Finding("mail server", Level.WARNING, seen, mending)
        return
    try:
        with mail.connected(settings.smtp_url):
            yield Finding("mail server", Level.GOOD, "it answers and lets us in")
    except UnavailableError as error:
        yield Finding("mail server", Level.FAILED, str(error), "correct PLUMBLINE_SMTP_URL, or ask who runs the server")


def check_outbox(settings: Settings) -> Iterator[Finding]:
    """Yield whether notices wait too long."""
    from app.models.engine import reading
    from app.queries.vital_signs import vital_signs

    with current_engine(settings) as engine:
        if engine is None:
            return
        with reading(engine) as session:
            signs = vital_signs(session)
    waited = datetime.now(UTC) - signs.oldest if signs.oldest else timedelta()
    seen = f"{signs.waiting} notices wait, {signs.refused} were tried in vain"
    if waited > _MAIL_LATE and settings.smtp_url is not None:
        yield Finding("outbox", Level.WARNING, f"{seen}; the oldest for {_words(waited)}", _WORKER)
    else:
        yield Finding("outbox", Level.GOOD, seen)


def check_jobs(settings: Settings) -> Iterator[Finding]:
    """Yield whether each job of the worker went well when it should have."""
    from app.cli.jobs import JOBS

    ran = _ran(settings)
    if ran is None:
        return
    behind = []
    for job in JOBS:
        late = _DAY_LATE if job.daily else _ROUND_LATE
        if job.needs(settings) and (why := _behind(ran.get(job.name), late)):
            behind.append(Finding("jobs", Level.WARNING, f"{job.name}: {why}", _WORKER))
    yield from behind or [Finding("jobs", Level.GOOD, "the worker does all of them in time")]


def check_backups(settings: Settings) -> Iterator[Finding]:
    """Yield how old the last backup is, and when one was last taken apart and found whole."""
    from app.services import rounds

    ran = _ran(settings)
    if ran is None:
        return
    for job, late, mending in ((rounds.BACKUP, _BACKUP_LATE, _BACKUP), (rounds.DRILL, _DRILL_LATE, _DRILL)):
        why = _behind(ran.get(job), late)
        level = Level.WARNING if why else Level.GOOD
        yield Finding(job, level, why or "in time", mending if why else "")


def _ran(settings: Settings) -> dict[str, Job] | None:
    from app.models.engine import reading
    from app.queries import vital_signs

    with current_engine(settings) as engine:
        if engine is None:
            return None
        with reading(engine) as session:
            return {job.name: job for job in vital_signs.jobs(session)}


def _behind(job: Job | None, late: timedelta) -> str:
    """Why a job is behind; nothing where it is in time."""
    if job is None or job.good_at is None:
        return f"never went well{f' ({job.trouble})' if job and job.trouble else ''}"
    ago = datetime.now(UTC) - job.good_at
    if job.trouble:
        return f"{job.trouble} ({job.failures} times in a row); last went well {_words(ago)} ago"
    return f"last went well {_words(ago)} ago" if ago > late else ""


def _words(span: timedelta) -> str:
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} h {minutes} min"  # noqa: PLR2004  two days
