"""How the applications of one requisition stand for a reader: composites of those whose cards are open to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.blueprint import from_canonical
from app.domain.debrief import score_of
from app.domain.decision import Outcome, passed_over
from app.domain.hiring import Stage
from app.domain.permission import Permission, allow
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.cards import card_sets
from app.models.facts import applications_facts
from app.models.requisition import MustHave, Requisition

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Scorecard
    from app.domain.permission import ActorFacts, ApplicationFacts
    from app.domain.scoring import Score


@dataclass(frozen=True, slots=True)
class Standing:
    """``scores`` of every application whose debrief the reader sees; ``available`` are those still to be decided."""

    scorecard: Scorecard
    blueprint_sha256: str
    scores: Mapping[UUID, Score]
    available: tuple[UUID, ...]
    names: Mapping[UUID, str]

    def ahead_of(self, chosen: UUID) -> tuple[UUID, ...]:
        """Available applications that a hire of ``chosen`` would pass over, by name."""
        composites = {application_id: score.value for application_id, score in self.scores.items()}
        best = self.scorecard.scale.best
        ahead = passed_over(Outcome.HIRE, chosen, composites, self.available, best=best)
        return tuple(sorted(ahead, key=lambda other: (self.names[other].casefold(), str(other))))


def sees_debrief(actor: ActorFacts, facts: ApplicationFacts) -> bool:
    """Whether an application's cards have opened, and to this reader."""
    return facts.debrief_open and allow(actor, Permission.DEBRIEF_SEE, facts).granted


def still_available(facts: ApplicationFacts, stage: Stage) -> bool:
    """Whether a decision on somebody else could pass this application over."""
    return not facts.decided and stage is not Stage.WITHDRAWN


def standing(session: Session, actor: ActorFacts, requisition_id: UUID) -> Standing:
    """Read it in six queries whatever the number of applications.

    What is sealed to the reader does not enter, so no composite of it can decide whether a reason is asked for.
    """
    facts = applications_facts(session, actor, requisition_id)
    seen = [key for key, held in facts.items() if sees_debrief(actor, held)]
    applications = _applications(session, requisition_id)
    sha256, scorecard = _pinned(session, requisition_id)
    musts = session.scalars(select(MustHave.dimension).where(MustHave.requisition_id == requisition_id)).all()
    sets = card_sets(session, seen, reader=actor.person_id)
    return Standing(
        scorecard=scorecard,
        blueprint_sha256=sha256,
        scores={key: score_of(scorecard, held.counted, musts) for key, held in sets.items()},
        available=tuple(key for key in seen if still_available(facts[key], applications[key].stage)),
        names={key: applications[key].name for key in seen},
    )


def _applications(session: Session, requisition_id: UUID) -> dict[UUID, Row[UUID, str, Stage]]:
    rows = session.execute(
        select(Application.id, Candidate.name, Application.stage)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Application.requisition_id == requisition_id)
    )
    return {row.id: row for row in rows}


def _pinned(session: Session, requisition_id: UUID) -> tuple[str, Scorecard]:
    row = session.execute(
        select(BlueprintVersion.sha256, BlueprintVersion.body)
        .join(Requisition, Requisition.blueprint_version_id == BlueprintVersion.id)
        .where(Requisition.id == requisition_id)
    ).one()
    return row.sha256, from_canonical(row.body).scorecard
