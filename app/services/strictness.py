"""Working out how strict interviewers are, from cards of decided applications, and keeping the answer with its date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.models.strictness import StrictnessEffect, StrictnessFit
from app.services import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.analysis.estimate import Cards
    from app.analysis.severity.fit import Posterior

METHOD = "severity 1"
"""The revision of the method. One more whenever the same cards would give other numbers."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The cards that a fit rests on: those of one blueprint version, of applications that are decided.

    ``rater_ids`` holds the person behind each code of ``cards``, ``sha256`` which cards they are.
    """

    version_id: UUID
    cards: Cards
    rater_ids: tuple[UUID, ...]
    sha256: str
    n_openings: int


def fit(session: Session, pool: Pool, *, now: datetime) -> UUID | None:
    """Work out and keep the strictness of the pool's interviewers; return the new fit's id.

    None, and nothing is kept, where the cards cannot tell or the newest fit rests on the same cards already. It is the
    program's own act, so it asks nobody's permission.
    """
    from app.analysis.severity.adjusting import may_show_adjusted
    from app.analysis.severity.fit import cannot_tell_strictness, posterior
    from app.analysis.severity.panels import panels

    if _newest(session, pool.version_id) == (pool.sha256, METHOD) or cannot_tell_strictness(pool.cards):
        return None
    found = posterior(pool.cards)
    _shown, hidden = may_show_adjusted(found, panels(pool.cards))
    row = StrictnessFit(
        blueprint_version_id=pool.version_id, made_at=now, method=METHOD, basis=found.basis,
        history_sha256=pool.sha256, n_cards=len(pool.cards), n_openings=pool.n_openings,
        target=found.components.target, rater=found.components.rater, residual=found.components.residual,
        mean=found.components.mean, hidden_why=hidden or "", effects=_effects(pool, found),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, None, "strictness.fit", f"strictness_fit/{row.id}", now=now)
    return row.id


def _newest(session: Session, version_id: UUID) -> tuple[str, str] | None:
    """Cards and method of the newest fit of a version."""
    row = session.execute(
        select(StrictnessFit.history_sha256, StrictnessFit.method)
        .where(StrictnessFit.blueprint_version_id == version_id)
        .order_by(StrictnessFit.made_at.desc(), StrictnessFit.id)
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def _effects(pool: Pool, found: Posterior) -> list[StrictnessEffect]:
    counts = pool.cards.per_rater()
    return [
        StrictnessEffect(
            rater_id=rater_id, n_cards=int(counts[code]), effect=float(found.raters[code]),
            deviation=None if found.rater_sd is None else float(found.rater_sd[code]),
        )
        for code, rater_id in enumerate(pool.rater_ids)
        if counts[code]
    ]  # fmt: skip
