"""How somebody came in whose way in does not matter to a test: with everything proved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypedDict


class Entered(TypedDict):
    """What a session is begun with."""

    now: datetime
    how: str
    proved_at: datetime
    factor_done: bool


def entered(at: datetime | None = None) -> Entered:
    """By password and second factor, at that moment or now."""
    moment = at or datetime.now(UTC)
    return Entered(now=moment, how="password", proved_at=moment, factor_done=True)
