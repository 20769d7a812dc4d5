"""What those who run the program watch: whether it answers, what waits, which job is behind. Nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.models import migrate
from app.models.audit import AuditHead
from app.models.engine import reading
from app.models.operations import JobRun
from app.models.outbox import Message
from app.models.person import SignIn

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Job:
    """One recurring job; ``good_at`` is when it last went well, ``trouble`` why it did not since."""

    name: str
    began_at: datetime
    good_at: datetime | None
    failures: int
    trouble: str


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """``waiting`` counts notices not sent yet, ``refused`` those tried in vain; ``oldest`` is since when one waits."""

    waiting: int
    refused: int
    oldest: datetime | None
    events: int
    sessions: int
    jobs: tuple[Job, ...]


def is_ready(engine: Engine) -> bool:
    """Whether the database answers and has this program's schema."""
    try:
        with reading(engine) as session:
            return session.execute(text("SELECT version_num FROM alembic_version")).scalar() == _newest()
    except DBAPIError:
        return False


def taken(engine: Engine) -> VitalSigns | None:
    """The vital signs of now, or ``None`` while the database does not answer."""
    try:
        with reading(engine) as session:
            return vital_signs(session)
    except DBAPIError:
        return None


def vital_signs(session: Session) -> VitalSigns:
    """Everything at once, in four statements."""
    waiting, refused, oldest = session.execute(
        select(
            func.count(), func.count().filter(Message.last_error != ""), func.min(Message.created_at)
        ).where(Message.sent_at.is_(None))
    ).one()  # fmt: skip
    events = session.scalar(select(AuditHead.seq).where(AuditHead.id == 1)) or 0
    sessions = session.scalar(select(func.count()).select_from(SignIn)) or 0
    return VitalSigns(waiting, refused, oldest, events, sessions, jobs(session))


def jobs(session: Session) -> tuple[Job, ...]:
    """Every job that has run, by name."""
    rows = session.execute(
        select(JobRun.job, JobRun.began_at, JobRun.good_at, JobRun.failures, JobRun.trouble).order_by(JobRun.job)
    )
    return tuple(Job(*row) for row in rows)


@cache
def _newest() -> str | None:
    return migrate.head()
