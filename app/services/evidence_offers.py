"""One click into the evidence log: what somebody showed for a goal, and what a metric of their plan read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import require
from app.domain.blueprint import from_canonical
from app.domain.errors import NotFoundError
from app.domain.growth.log import Shown, Visibility
from app.domain.growth.offer import read_words
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission
from app.models.base import new_id
from app.models.blueprint import BlueprintVersion
from app.models.evidence import EntryShows, LogEntry
from app.models.measuring import PlanMetric, ReadingRow
from app.models.onboarding import Goal, GoalEvidence, Plan
from app.services import audit
from app.services.evidence_record import told

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.permission import ActorFacts


def take_goal(session: Session, actor: ActorFacts, goal_evidence_id: UUID, *, now: datetime) -> UUID:
    """Take evidence of a goal of the actor's own into their log and return the entry's id; taken before, that one's.

    It shows the competencies that the blueprint ties to the goal, and the manager may read it as they could before.
    """
    require(actor, Permission.EVIDENCE_LIST)
    piece = session.get(GoalEvidence, goal_evidence_id)
    goal = session.get(Goal, piece.goal_id) if piece else None
    if piece is None or goal is None or goal.owner_id != actor.person_id:
        raise NotFoundError
    there = _there(session, actor, LogEntry.goal_evidence_id == goal_evidence_id)
    if there is not None:
        return there
    entry = LogEntry(
        id=new_id(), person_id=actor.person_id, kind=piece.kind, title=piece.title, body=piece.body,
        media_type=piece.media_type, size=piece.size, sha256=piece.sha256, about_on=piece.about_on,
        visibility=Visibility.MANAGER, goal_evidence_id=piece.id, added_at=now,
    )  # fmt: skip
    entry.shows = [EntryShows(kind=Shown.COMPETENCY, key=key) for key in _tied(_blueprint(session, goal.plan_id), goal)]
    return _added(session, actor, entry, now)


def take_reading(session: Session, actor: ActorFacts, reading_id: UUID, *, now: datetime) -> UUID:
    """Take a reading of a metric of the actor's own plan into their log; taken before, the id of that entry."""
    require(actor, Permission.EVIDENCE_LIST)
    row = session.execute(
        select(ReadingRow, PlanMetric, Plan.id.label("plan_id"))
        .join(PlanMetric, PlanMetric.id == ReadingRow.plan_metric_id)
        .join(Plan, Plan.id == PlanMetric.plan_id)
        .where(ReadingRow.id == reading_id, Plan.hire_id == actor.person_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    there = _there(session, actor, LogEntry.reading_id == reading_id)
    if there is not None:
        return there
    reading, metric = row.ReadingRow, row.PlanMetric
    metrics = _blueprint(session, row.plan_id).metrics
    known = {one.id: one for one in (metrics.metrics if metrics else ())}
    title, body = read_words(known.get(metric.metric), metric.metric, reading.value, metric.baseline, reading.note)
    entry = LogEntry(
        id=new_id(), person_id=actor.person_id, kind=EvidenceKind.TEXT, title=title, body=body, about_on=reading.day,
        visibility=Visibility.MANAGER, reading_id=reading_id, added_at=now,
    )  # fmt: skip
    return _added(session, actor, entry, now)


def _added(session: Session, actor: ActorFacts, entry: LogEntry, now: datetime) -> UUID:
    session.add(entry)
    session.flush()
    audit.record(session, actor, "log.add", f"log_entry/{entry.id}", now=now, payload=told(entry))
    return entry.id


def _there(session: Session, actor: ActorFacts, origin: ColumnElement[bool]) -> UUID | None:
    return session.scalar(select(LogEntry.id).where(LogEntry.person_id == actor.person_id, origin))


def _blueprint(session: Session, plan_id: UUID) -> Blueprint:
    body = session.scalars(
        select(BlueprintVersion.body)
        .join(Plan, Plan.blueprint_version_id == BlueprintVersion.id)
        .where(Plan.id == plan_id)
    ).one()
    return from_canonical(body)


def _tied(blueprint: Blueprint, goal: Goal) -> list[str]:
    """The competencies that the blueprint names beside this goal."""
    milestones = blueprint.onboarding.milestones if blueprint.onboarding else ()
    named = {ref for one in milestones for entry in one.goals if entry.id == goal.key for ref in entry.refs}
    return sorted(named & {competency.id for competency in blueprint.competencies})
