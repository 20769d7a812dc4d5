"""Heartbeats of recurring jobs: a row a job says when it began, when it last went well, and what stopped it since.

A daily job is taken by one worker at a time. A worker that died over it gives it up after :data:`STUCK`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.models.operations import JobRun

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

STUCK = timedelta(minutes=5)
BACKUP, DRILL = "backup", "restore drill"
"""Jobs that people or a timer start, and not the worker."""

_TROUBLE = 200


def begin(session: Session, job: str, *, now: datetime) -> None:
    """Write down that a job begins."""
    _make(session, job, now)
    session.execute(update(JobRun).where(JobRun.job == job).values(began_at=now, ended_at=None))


def take(session: Session, job: str, *, now: datetime) -> bool:
    """Take a daily job: false when it went well today already, or when another worker is at it.

    A job that failed is tried again in the next round. A clock that was set back does not stop it.
    """
    first = _make(session, job, now)
    run = session.execute(select(JobRun).where(JobRun.job == job).with_for_update()).scalar_one()
    if not first:
        busy = run.ended_at is None and now - STUCK < run.began_at <= now
        done = run.good_at is not None and run.good_at.date() == now.date()
        if busy or done:
            return False
    run.began_at, run.ended_at = now, None
    session.flush()
    return True


def end(session: Session, job: str, *, now: datetime, trouble: str = "") -> None:
    """Write down how a job ended; ``trouble`` says in words what stopped it and must not hold personal data."""
    _make(session, job, now)
    values: dict[str, object] = {"ended_at": now, "trouble": trouble[:_TROUBLE]}
    values |= {"failures": JobRun.failures + 1} if trouble else {"failures": 0, "good_at": now}
    session.execute(update(JobRun).where(JobRun.job == job).values(values))


def _make(session: Session, job: str, now: datetime) -> bool:
    """Make the row of a job that never ran; whether it had to be made."""
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(JobRun)
    row = {"job": job, "began_at": now, "failures": 0, "trouble": ""}
    made = session.execute(insert.values(row).on_conflict_do_nothing().returning(JobRun.job))
    return made.scalar_one_or_none() is not None
