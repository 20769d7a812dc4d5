"""How often something may be tried, counted in fixed windows that all processes share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from app.models.person import Attempt

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``tries`` in each ``window``."""

    tries: int
    window: timedelta


SIGN_IN_ACCOUNT = Limit(10, timedelta(minutes=5))
SIGN_IN_ADDRESS = Limit(60, timedelta(minutes=5))
PROVIDER_ADDRESS = Limit(300, timedelta(minutes=5))
"""Leaving for a provider and coming back, which a whole office may do from one address in the morning."""

PROVIDER_NOTICE = Limit(300, timedelta(minutes=5))
SIGN_IN_ALL = Limit(1000, timedelta(minutes=5))
SIGN_IN_KNOWN = Limit(10, timedelta(minutes=5))
"""A browser that has signed in to the account before is counted apart from everybody else's tries."""
RESET_ACCOUNT = Limit(3, timedelta(hours=1))
RESET_ADDRESS = Limit(30, timedelta(hours=1))
FEED_SECRET = Limit(30, timedelta(minutes=5))
FEED_ADDRESS = Limit(300, timedelta(minutes=5))
"""One office or one calendar service asks for many people's calendars from one address."""

LINK_ADDRESS = Limit(120, timedelta(minutes=5))
"""Opening candidates' links; a whole office may share an address."""
CANDIDATE_ADDRESS = Limit(30, timedelta(minutes=1))
"""Opening links to candidates' own pages, where guessing would be worth more."""

CALENDAR_FILES = Limit(10, timedelta(minutes=5))
EXPORTS = Limit(20, timedelta(hours=1))
"""Lists and chains that leave the program whole, counted for each person."""

SEARCH = Limit(60, timedelta(minutes=1))
CASE_PREVIEW = Limit(60, timedelta(minutes=1))
CASE_FILE = Limit(20, timedelta(minutes=5))
"""What a candidate's task asks of a processor, counted for each assignment."""


def take(session: Session, subject: str, limit: Limit, *, now: datetime) -> int:
    """Count one try and return the seconds to wait; 0 when the try is within the limit.

    Commit this in a transaction of its own, so that a failed act still counts.
    """
    seconds = int(limit.window.total_seconds())
    began = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
    session.execute(delete(Attempt).where(Attempt.window < now - timedelta(days=1)))
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    tries = session.scalar(
        insert(Attempt)
        .values(subject=subject, window=began, tries=1)
        .on_conflict_do_update(index_elements=["subject", "window"], set_={"tries": Attempt.tries + 1})
        .returning(Attempt.tries)
    )
    if tries is None or tries <= limit.tries:
        return 0
    return max(1, seconds - int((now - began).total_seconds()))
