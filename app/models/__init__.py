"""Tables, one family a file. Importing this package registers every table on ``Base.metadata``."""

from __future__ import annotations

from app.models import (
    audit,
    blueprint,
    candidate,
    check_in,
    decision,
    interview,
    measuring,
    onboarding,
    outbox,
    outlook,
    person,
    reminder,
    requisition,
    scorecard,
)
from app.models.base import Base

__all__ = [
    "Base",
    "audit",
    "blueprint",
    "candidate",
    "check_in",
    "decision",
    "interview",
    "measuring",
    "onboarding",
    "outbox",
    "outlook",
    "person",
    "reminder",
    "requisition",
    "scorecard",
]
