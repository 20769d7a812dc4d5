"""The newest stored fit of how strict interviewers are, for whoever may build on it. No permission is asked here.

No page shows an effect but to the person it is about and to HR; what asks here answers for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application
from app.models.decision import Decision
from app.models.requisition import Requisition
from app.models.strictness import StrictnessEffect, StrictnessFit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ScalarSelect
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from app.analysis.components import Components


@dataclass(frozen=True, slots=True)
class Effect:
    """One interviewer's strictness in scale points, positive is generous; ``deviation`` None where too many cards."""

    effect: float
    deviation: float | None
    n_cards: int


@dataclass(frozen=True, slots=True)
class StoredFit:
    """One fit with what it rests on. ``hidden_why`` says why no adjusted score may be shown, "" where one may."""

    fit_id: UUID
    made_at: datetime
    method: str
    basis: str
    sha256: str
    n_cards: int
    n_openings: int
    components: Components
    hidden_why: str
    effects: dict[UUID, Effect]

    @property
    def may_show_adjusted(self) -> bool:
        """Whether an adjusted score may stand beside the human one."""
        return not self.hidden_why


def newest(session: Session, version_id: UUID) -> StoredFit | None:
    """The newest fit of a blueprint version's cards, in one query; None where none was ever kept."""
    from app.analysis.components import Components

    rows = session.execute(
        select(
            StrictnessFit.id, StrictnessFit.made_at, StrictnessFit.method, StrictnessFit.basis,
            StrictnessFit.history_sha256, StrictnessFit.n_cards.label("n_all"), StrictnessFit.n_openings,
            StrictnessFit.target, StrictnessFit.rater, StrictnessFit.residual, StrictnessFit.mean,
            StrictnessFit.hidden_why, StrictnessEffect.rater_id, StrictnessEffect.effect, StrictnessEffect.deviation,
            StrictnessEffect.n_cards,
        )
        .join(StrictnessEffect, StrictnessEffect.fit_id == StrictnessFit.id)
        .where(StrictnessFit.id == newest_id(version_id))
    ).all()  # fmt: skip
    if not rows:
        return None
    one = rows[0]
    return StoredFit(
        fit_id=one.id, made_at=one.made_at, method=one.method, basis=one.basis, sha256=one.history_sha256,
        n_cards=one.n_all, n_openings=one.n_openings,
        components=Components(one.target, one.rater, one.residual, one.mean), hidden_why=one.hidden_why,
        effects={row.rater_id: Effect(row.effect, row.deviation, row.n_cards) for row in rows},
    )  # fmt: skip


def newest_id(version: UUID | InstrumentedAttribute[UUID]) -> ScalarSelect[UUID]:
    """The id of the newest fit of a version, or of the version in a column of the enclosing statement."""
    return (
        select(StrictnessFit.id)
        .where(StrictnessFit.blueprint_version_id == version)
        .order_by(StrictnessFit.made_at.desc(), StrictnessFit.id)
        .limit(1)
        .correlate(BlueprintVersion)
        .scalar_subquery()
    )


def with_history(session: Session) -> tuple[UUID, ...]:
    """The blueprint versions on which anybody was ever decided: those that a fit may be made of."""
    rows = session.scalars(
        select(BlueprintVersion.id)
        .join(Requisition, Requisition.blueprint_version_id == BlueprintVersion.id)
        .join(Application, Application.requisition_id == Requisition.id)
        .join(Decision, Decision.application_id == Application.id)
        .distinct()
        .order_by(BlueprintVersion.id)
    )
    return tuple(rows)
