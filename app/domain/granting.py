"""Who may give which role where, what takes a second administrator, and how long things wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.facts import Role

if TYPE_CHECKING:
    from datetime import datetime

REQUEST_LIVES = timedelta(days=7)
"""How long a role waits for a second administrator."""
LOOK_LASTS = timedelta(minutes=30)
GLASS_WAITS = timedelta(hours=24)
GLASS_LASTS = timedelta(minutes=60)
REASON_AT_LEAST, REASON_AT_MOST = 20, 1000
"""Characters of a reason for reading early, and for looking as somebody."""

TAKES_TWO = frozenset({Role.ADMIN, Role.HR_PARTNER, Role.AUDITOR})
"""Roles that a second administrator confirms, wherever they would hold."""
SCOPED = (Role.COORDINATOR, Role.HR_PARTNER, Role.AUDITOR)
"""Roles that can hold in one requisition or team. Everything else is a part in a requisition or a reporting line."""


@dataclass(frozen=True, slots=True)
class ReadEarly:
    """That sealed scorecards were read before their time: by whom, when first, who approved it, and why."""

    asked: str
    at: datetime
    approved: str
    reason: str


class Ruling(StrEnum):
    """What became of a request that takes a second person."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"waiting": "Waits for a second person"}.get(self.value, self.value.capitalize())


def gives_here(roles_here: frozenset[Role]) -> tuple[Role, ...]:
    """What somebody may give in a place, by the roles that they hold there: never more than they may themselves.

    An administrator gives every role that can be scoped, a coordinator of the place coordinators, and nobody else any.
    """
    if Role.ADMIN in roles_here:
        return SCOPED
    return (Role.COORDINATOR,) if Role.COORDINATOR in roles_here else ()
