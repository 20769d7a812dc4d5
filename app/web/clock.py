"""The one place of the web that asks what time it is: once a request, so that an act has one moment."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import g


def now() -> datetime:
    """The moment at which this request began, in UTC."""
    moment: datetime | None = g.get("moment")
    if moment is None:
        moment = g.moment = datetime.now(UTC)
    return moment
