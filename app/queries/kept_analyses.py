"""Kept analyses asked again: does the same question still get the answer that stood beside the decision?

No permission is asked: this is for whoever holds the installation, as the audit's own verifier is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import or_, select

from app.domain.canonical import parse_canonical, sha256
from app.domain.certainty import METHOD, Question
from app.domain.errors import NotFoundError
from app.domain.kept import answer_text, differences
from app.models.candidate import Application
from app.models.decision import Decision, KeptAnalysis

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Verified:
    """What asking again found: ``faults`` are in words and empty where the record is sound.

    ``judged`` is false where the record is of another method, which this program cannot ask again.
    """

    decision_id: UUID
    number: int
    method: str
    data_sha256: str
    libraries: str
    faults: tuple[str, ...]
    judged: bool = True


def verify(session: Session, wanted: UUID) -> Verified:
    """Ask a kept question again, found by its own id or its decision's; :class:`NotFoundError` without one."""
    row = session.execute(
        select(KeptAnalysis, Decision.number, Decision.composite, Application.id.label("application_id"))
        .join(Decision, Decision.id == KeptAnalysis.decision_id)
        .join(Application, Application.id == Decision.application_id)
        .where(or_(KeptAnalysis.id == wanted, KeptAnalysis.decision_id == wanted))
    ).one_or_none()
    if row is None:
        raise NotFoundError
    kept: KeptAnalysis = row[0]
    faults = _faults(kept) or _composite(kept, row.application_id, row.composite)
    return Verified(
        kept.decision_id, row.number, kept.method, kept.data_sha256, kept.libraries, tuple(faults), _judged(kept)
    )


def _judged(kept: KeptAnalysis) -> bool:
    """Whether the record is whole and of this program's method; one that was tampered with is always judged."""
    if sha256(kept.question) != kept.data_sha256:
        return True
    try:
        return parse_canonical(Question, kept.question).method == METHOD
    except ValueError:
        return True


def _faults(kept: KeptAnalysis) -> list[str]:
    from app.analysis.answering import certainty, places, sensitivity

    if sha256(kept.question) != kept.data_sha256:
        return ["the data do not have the digest that was kept with them"]
    try:
        asked = parse_canonical(Question, kept.question)
    except ValueError as error:
        return [f"the question cannot be read: {error}"]
    if asked.method != METHOD:
        return [f"it was worked out by {asked.method!r}, and this program works by {METHOD!r}"]
    try:
        again = answer_text(certainty(asked), places(asked), sensitivity(asked))
    except (ValueError, IndexError, ArithmeticError) as error:
        return [f"the question cannot be answered: {error}"]
    return list(differences(kept.answer, again))


def _composite(kept: KeptAnalysis, application_id: UUID, composite: str | None) -> list[str]:
    standings = json.loads(kept.answer)["certainty"]["standings"]
    mine = next((one["value"] for one in standings if one["target"] == application_id.hex), None)
    recorded = composite if composite is None or "/" in composite else f"{composite}/1"
    return [] if mine == recorded else [f"the decision was recorded with the composite {recorded}, this says {mine}"]


def all_ids(session: Session) -> tuple[UUID, ...]:
    """Every kept analysis, oldest first."""
    return tuple(session.scalars(select(KeptAnalysis.id).order_by(KeptAnalysis.made_at, KeptAnalysis.id)))
