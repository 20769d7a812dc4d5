"""Working out how sure a comparison was at the moment of a decision, for the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.domain.canonical import canonical_text
from app.domain.certainty import REACH, Candidate, question_of
from app.domain.debrief import weights_of
from app.domain.kept import answer_text
from app.domain.sealed import sealed_set
from app.models import earlier, sealed
from app.models.decision import KeptAnalysis
from app.models.requisition import MustHave, Requisition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.certainty import Question
    from app.models.standing import Standing


def analysis_of(session: Session, requisition_id: UUID, stood: Standing, *, now: datetime) -> KeptAnalysis:
    """What can be said of the candidates whose cards stood open to who decides, ready to be kept.

    Where nothing can be told, that is the answer and is kept as well.
    """
    from app.analysis.answering import certainty, libraries, places, sensitivity

    asked = _question(session, requisition_id, stood, now)
    return KeptAnalysis(
        made_at=now,
        method=asked.method,
        data_sha256=asked.digest,
        seed=asked.seed,
        libraries=libraries(),
        question=canonical_text(asked),
        answer=answer_text(certainty(asked), places(asked), sensitivity(asked)),
    )


def _question(session: Session, requisition_id: UUID, stood: Standing, now: datetime) -> Question:
    row = session.execute(
        select(Requisition.blueprint_version_id, earlier.is_fitted().label("fitted")).where(
            Requisition.id == requisition_id
        )
    ).one()
    musts = session.scalars(select(MustHave.dimension).where(MustHave.requisition_id == requisition_id)).all()
    ground = earlier.ground_of(session, row.blueprint_version_id, now - REACH, fitted=bool(row.fitted))
    weights = weights_of(stood.scorecard, musts)
    candidates = _candidates(session, stood.scores)
    return question_of(stood.blueprint_sha256, stood.scorecard.scale.best, weights, candidates, ground)


def _candidates(session: Session, application_ids: Iterable[UUID]) -> list[Candidate]:
    texts = sealed.texts_of(session, sorted(application_ids))
    found = []
    for application_id, (cards, ratings) in texts.items():
        held = sealed_set(cards, ratings)
        found.append(Candidate(application_id.hex, held.n_cards, held.rated))
    return found
