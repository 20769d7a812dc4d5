"""Fitting the strictness of interviewers for every blueprint version that people were decided on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

POOLED = timedelta(days=730)
"""How far back cards are laid together: 24 months."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of one version: the new fit's id, or None where its cards are few or the newest fit has the same."""

    version_id: UUID
    n_cards: int
    fit_id: UUID | None


def fit_all(engine: Engine, *, now: datetime) -> list[Fitted]:
    """Fit each version in a transaction of its own; versions whose cards are unchanged cost one reading."""
    from app.models.engine import reading, writing
    from app.queries import strictness as queries

    with reading(engine) as session:
        versions = queries.with_history(session)
    found = []
    for version_id in versions:
        with writing(engine) as session:
            found.append(fit_version(session, version_id, now=now))
    return found


def fit_version(session: Session, version_id: UUID, *, now: datetime) -> Fitted:
    """Fit one version inside the caller's transaction."""
    from app.queries import rating_history
    from app.services import strictness

    history = rating_history.cards_of(session, version_id=version_id, since=now - POOLED)
    pool = strictness.Pool(version_id, history.cards, history.rater_ids, history.sha256, history.n_openings)
    return Fitted(version_id, len(history.cards), strictness.fit(session, pool, now=now))
