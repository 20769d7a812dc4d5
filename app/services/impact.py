"""Releasing a report of groups: once for each closed requisition, with what may be told and nothing else.

The report is worked out from answers, written down with small counts withheld, and never worked out again. No
requisition is in two reports. So nobody can learn anything by comparing two of them, or one at two times.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.access import found, require
from app.domain.decision import Outcome
from app.domain.errors import AlreadyDoneError, NotFoundError, NotYetError
from app.domain.fairness.cohort import Standing, counted, level_of
from app.domain.fairness.release import LEAST_ANSWERED, OTHER_VERSIONS, Figures, written
from app.domain.fairness.withholding import told
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Permission
from app.models.base import new_id
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, StageChange
from app.models.decision import Decision
from app.models.impact_facts import release_impact, requisitions_impact
from app.models.requisition import Requisition
from app.models.self_identification import ImpactPart, ImpactRelease, SelfIdentification
from app.services import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.fairness.pseudonym import AnswerKeys
    from app.domain.fairness.questions import Question
    from app.domain.permission import ActorFacts

_FEW = (
    f"Fewer than {LEAST_ANSWERED} people in these requisitions have said anything of themselves, so the report would "
    "tell hardly anything, for good. Wait until more requisitions of this role are closed; nothing was released."
)
_TAKEN = "One of these requisitions is in a report already. Load the page again to see what is left."
_OPEN = "A requisition is counted once it is closed, because nothing of it changes after that."


def release(
    session: Session,
    actor: ActorFacts,
    requisition_ids: Sequence[UUID],
    *,
    keys: AnswerKeys,
    asked: tuple[Question, ...],
    now: datetime,
) -> UUID:
    """Release the report of one closed requisition, or of several of one role, and return its id.

    :class:`NotYetError` with too few answers or an open requisition, :class:`AlreadyDoneError` when one is in a report.
    """
    require(actor, Permission.IMPACT_RELEASE, found(requisitions_impact(session, actor, requisition_ids)))
    role, title, versions = _locked(session, requisition_ids)
    people, withdrawn = _people(session, requisition_ids, keys)
    if sum(bool(one.answers) for one in people) < LEAST_ANSWERED:
        raise NotYetError(_FEW)
    if len(versions) > 1:
        people = [Standing(one.answers, one.level) for one in people]
    unscored = OTHER_VERSIONS if len(versions) > 1 else ""
    body = written(Figures(asked, told(counted(asked, people)), withdrawn, unscored))
    made = ImpactRelease(
        id=new_id(), role=role, title=title, body=body, sha256=hashlib.sha256(body.encode()).hexdigest(),
        released_at=now, released_by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all([ImpactPart(requisition_id=one, release_id=made.id) for one in requisition_ids])
    session.flush()
    payload = {"sha256": made.sha256, "requisitions": sorted(map(str, requisition_ids))}
    audit.record(session, actor, "impact.release", f"impact/{made.id}", now=now, payload=payload)
    return made.id


def record_view(session: Session, actor: ActorFacts, release_id: UUID, *, how: str, now: datetime) -> None:
    """Keep on record that a report was read or taken out; commit before anything of it is sent."""
    require(actor, Permission.IMPACT_SEE, found(release_impact(session, actor, release_id)))
    audit.record(session, actor, f"impact.{how}", f"impact/{release_id}", now=now)


def _locked(session: Session, requisition_ids: Sequence[UUID]) -> tuple[str, str, set[UUID]]:
    """The role, its title and the versions of these requisitions, which stay closed and in no report meanwhile."""
    rows = session.execute(
        select(Requisition.state, BlueprintVersion.role, BlueprintVersion.title, BlueprintVersion.id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .where(Requisition.id.in_(requisition_ids))
        .order_by(Requisition.id)
        .with_for_update(of=Requisition)
    ).all()
    if len(rows) != len(set(requisition_ids)) or len({row.role for row in rows}) != 1:
        raise NotFoundError
    if any(row.state is not RequisitionState.CLOSED for row in rows):
        raise NotYetError(_OPEN)
    if session.scalar(select(ImpactPart.release_id).where(ImpactPart.requisition_id.in_(requisition_ids)).limit(1)):
        raise AlreadyDoneError(_TAKEN)
    return rows[0].role, rows[0].title, {row.id for row in rows}


def _people(session: Session, requisition_ids: Sequence[UUID], keys: AnswerKeys) -> tuple[list[Standing], int]:
    """Everybody who was not withdrawn, with answers found by their pseudonym, and how many were withdrawn."""
    answers = _answers(session)
    reached: dict[UUID, list[Stage]] = {}
    rows = session.execute(
        select(StageChange.application_id, StageChange.to_stage)
        .join(Application, Application.id == StageChange.application_id)
        .where(Application.requisition_id.in_(requisition_ids))
    )
    for application_id, stage in rows:
        reached.setdefault(application_id, []).append(stage)
    people, withdrawn = [], 0
    for application_id, stage, outcome, composite in _applications(session, requisition_ids):
        if stage is Stage.WITHDRAWN:
            withdrawn += 1
            continue
        stages = (*reached.get(application_id, ()), stage)
        level = level_of(stages, decided=outcome is not None, hired=outcome is Outcome.HIRE)
        said = answers.get(keys.pseudonym(application_id), {})
        people.append(Standing(said, level, Fraction(composite) if composite else None))
    return people, withdrawn


def _applications(
    session: Session, requisition_ids: Sequence[UUID]
) -> list[tuple[UUID, Stage, Outcome | None, str | None]]:
    later = aliased(Decision)
    newer = select(later.id).where(later.application_id == Decision.application_id, later.number > Decision.number)
    rows = session.execute(
        select(Application.id, Application.stage, Decision.outcome, Decision.composite)
        .outerjoin(Decision, (Decision.application_id == Application.id) & ~newer.exists())
        .where(Application.requisition_id.in_(requisition_ids))
    )
    return [(row.id, row.stage, row.outcome, row.composite) for row in rows]


def _answers(session: Session) -> Mapping[str, dict[str, str]]:
    rows = session.execute(select(SelfIdentification.pseudonym, SelfIdentification.answers))
    return {pseudonym: json.loads(text) for pseudonym, text in rows}
