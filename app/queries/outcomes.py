"""How a hire does at the end of a plan; once that is written, beside what the interviews said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.debrief import score_of
from app.domain.errors import NotAllowedError
from app.domain.onboarding.plan import FINAL, PartyName
from app.domain.permission import Permission, allow
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application
from app.models.cards import card_sets
from app.models.facts import application_facts
from app.models.measuring import OutcomeRow
from app.models.onboarding import Plan, PlanMilestone, Signature
from app.models.person import Person
from app.models.plan_facts import plan_facts
from app.models.requisition import Requisition
from app.queries import blueprints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Dimension, Scorecard
    from app.domain.facts import ActorFacts
    from app.domain.scoring import DimensionScore

_FALLBACK = 2
"""The place of the milestone that counts as the last of the first months where none has the key of day 90."""
_WITHHELD = "The outcome of one's own first year is not shown."


class Interviews(StrEnum):
    """Whether the interviews stand beside the outcome, or why not."""

    NO_APPLICATION = "no_application"
    NOT_YET = "not_yet"
    OWED = "owed"
    OTHER_SCALE = "other_scale"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One dimension: what was recorded, ``None`` for *cannot tell*, and the mean that ``raters`` interviewers gave."""

    dimension: Dimension
    value: int | None
    note: str
    interviews: DimensionScore | None


@dataclass(frozen=True, slots=True)
class OutcomePage:
    """The outcome of a plan. ``lines`` are filled once it is recorded; nothing of the interviews is read before."""

    plan_id: UUID
    plan: str
    hire: str
    blueprint_version_id: UUID
    scorecard: Scorecard
    final: str
    signed: bool
    may_record: bool
    interviews: Interviews
    lines: tuple[OutcomeLine, ...]
    recorded_at: datetime | None
    recorded_by: str


def page(session: Session, actor: ActorFacts, plan_id: UUID) -> OutcomePage:
    """The outcome as its manager and HR see it, in at most four queries once the blueprints are known.

    The new hire is refused in whatever other part; names and evidence of interviewers are never in it.
    """
    facts = found(plan_facts(session, actor, plan_id))
    require(actor, Permission.OUTCOME_SEE, facts)
    if facts.is_hire:
        raise NotAllowedError(_WITHHELD)
    rows = session.execute(_rows(plan_id)).all()
    head = rows[0]
    recorded = {row.dimension: row for row in rows if row.dimension is not None}
    scorecard = blueprints.of_digest(session, head.sha256).scorecard
    final, signed = ("", True) if recorded else _final(session, plan_id)
    state, said = _interviews(session, actor, head, scorecard) if recorded else (_before(head), {})
    return OutcomePage(
        plan_id=plan_id,
        plan=head.title,
        hire=head.hire,
        blueprint_version_id=head.blueprint_version_id,
        scorecard=scorecard,
        final=final,
        signed=signed,
        may_record=allow(actor, Permission.OUTCOME_RECORD, facts).granted and signed and not recorded,
        interviews=state,
        lines=_lines(scorecard, recorded, said),
        recorded_at=head.recorded_at,
        recorded_by=head.recorded_by or "",
    )


def _rows(plan_id: UUID) -> Select[*tuple[Any, ...]]:
    """The plan with what it began from, once for each recorded dimension, or once."""
    hire, recorder, origin = aliased(Person), aliased(Person), aliased(BlueprintVersion)
    return (
        select(
            Plan.title, Plan.blueprint_version_id, Plan.application_id, hire.name.label("hire"),
            BlueprintVersion.sha256, origin.sha256.label("origin_sha256"), OutcomeRow.dimension, OutcomeRow.value,
            OutcomeRow.note, OutcomeRow.recorded_at, recorder.name.label("recorded_by"),
        )
        .join(hire, hire.id == Plan.hire_id)
        .join(BlueprintVersion, BlueprintVersion.id == Plan.blueprint_version_id)
        .outerjoin(Application, Application.id == Plan.application_id)
        .outerjoin(Requisition, Requisition.id == Application.requisition_id)
        .outerjoin(origin, origin.id == Requisition.blueprint_version_id)
        .outerjoin(OutcomeRow, OutcomeRow.plan_id == Plan.id)
        .outerjoin(recorder, recorder.id == OutcomeRow.recorded_by_id)
        .where(Plan.id == plan_id)
    )  # fmt: skip


def _final(session: Session, plan_id: UUID) -> tuple[str, bool]:
    """The title of the milestone that opens the outcome, and whether the manager has signed it."""
    by_manager = (Signature.milestone_id == PlanMilestone.id) & (Signature.party == PartyName.MANAGER)
    rows = session.execute(
        select(PlanMilestone.key, PlanMilestone.title, Signature.signed_at)
        .outerjoin(Signature, by_manager)
        .where(PlanMilestone.plan_id == plan_id)
        .order_by(PlanMilestone.position)
    ).all()
    named = [row for row in rows if row.key == FINAL] or rows[: _FALLBACK + 1][-1:]
    return (named[0].title, named[0].signed_at is not None) if named else ("", False)


def _before(head: Row[Any]) -> Interviews:
    return Interviews.NO_APPLICATION if head.application_id is None else Interviews.NOT_YET


def _interviews(
    session: Session, actor: ActorFacts, head: Row[Any], scorecard: Scorecard
) -> tuple[Interviews, Mapping[str, DimensionScore]]:
    """What the interviews said of each dimension: the same cards and the same means as in the debrief."""
    if head.application_id is None:
        return Interviews.NO_APPLICATION, {}
    if actor.owes:
        facts = application_facts(session, actor, head.application_id)
        if facts is None or facts.owes:
            return Interviews.OWED, {}
    asked = blueprints.of_digest(session, head.origin_sha256).scorecard
    if (asked.scale.values, asked.scale.best) != (scorecard.scale.values, scorecard.scale.best):
        return Interviews.OTHER_SCALE, {}
    cards = card_sets(session, [head.application_id], reader=actor.person_id)[head.application_id]
    score = score_of(asked, cards.counted, ())
    return Interviews.SHOWN, {one.dimension: one for one in score.dimensions}


def _lines(
    scorecard: Scorecard, recorded: Mapping[str, Row[Any]], said: Mapping[str, DimensionScore]
) -> tuple[OutcomeLine, ...]:
    return tuple(
        OutcomeLine(one, recorded[one.id].value, recorded[one.id].note, said.get(one.id))
        for one in scorecard.dimensions
        if one.id in recorded
    )
