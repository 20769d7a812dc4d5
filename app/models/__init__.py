"""Tables, one family a file. Importing this package registers every table on ``Base.metadata``."""

from __future__ import annotations

from app.models import (
    assessment,
    audit,
    blueprint,
    calibration,
    candidate,
    check_in,
    decision,
    evidence,
    interview,
    ladder,
    measuring,
    onboarding,
    outbox,
    outlook,
    person,
    promotion,
    reminder,
    requisition,
    scorecard,
    self_identification,
    strictness,
)
from app.models.base import Base

__all__ = [
    "Base",
    "assessment",
    "audit",
    "blueprint",
    "calibration",
    "candidate",
    "check_in",
    "decision",
    "evidence",
    "interview",
    "ladder",
    "measuring",
    "onboarding",
    "outbox",
    "outlook",
    "person",
    "promotion",
    "reminder",
    "requisition",
    "scorecard",
    "self_identification",
    "strictness",
]
