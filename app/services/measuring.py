"""A plan's metrics: picked from its blueprint, aimed at for one area, read again and again; and the final outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from app.domain.access import found, require
from app.domain.blueprint import from_canonical
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotFoundError, NotYetError
from app.domain.onboarding.plan import FINAL, PartyName
from app.domain.permission import Permission
from app.domain.text import in_words, one_line, text_faults
from app.models.blueprint import BlueprintVersion
from app.models.measuring import OutcomeRow, PlanMetric, ReadingRow
from app.models.onboarding import Plan, PlanMilestone, Signature
from app.models.plan_facts import plan_facts
from app.services import audit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.permission import ActorFacts

MOST_READINGS = 2000
NOTE_LIMIT, AREA_LIMIT = 200, 200
STALE = "Somebody changed this metric while you were writing. Load the page again and repeat your change."


@dataclass(frozen=True, slots=True)
class AimDraft:
    """What a plan aims at with a metric of the blueprint, for one person's area."""

    metric: str
    area: str = ""
    baseline: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReadingDraft:
    """One measured value."""

    day: date
    value: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeDraft:
    """How somebody does on one dimension, or ``None`` for *cannot tell*."""

    value: int | None
    note: str = ""


def pick(session: Session, actor: ActorFacts, plan_id: UUID, wanted: AimDraft, *, now: datetime) -> UUID:
    """Aim at a metric of the plan's blueprint; each is picked once."""
    plan = _plan(session, actor, plan_id, Permission.METRIC_KEEP)
    known = _blueprint(session, plan).metrics
    if wanted.metric not in {metric.id for metric in (known.metrics if known else ())}:
        _refuse([Fault("metric", "Choose a metric of this plan's blueprint.")])
    held = select(PlanMetric.id).where(PlanMetric.plan_id == plan_id, PlanMetric.metric == wanted.metric)
    if session.scalar(held):
        message = "This metric is picked already. Change its baseline or target instead."
        raise AlreadyDoneError(message)
    _refuse(_aim_faults(wanted))
    row = PlanMetric(plan_id=plan_id, metric=wanted.metric, picked_at=now, picked_by_id=actor.person_id)
    _aim(row, wanted)
    session.add(row)
    session.flush()
    _record(session, actor, "metric.pick", row, now)
    return row.id


def aim(
    session: Session, actor: ActorFacts, plan_metric_id: UUID, wanted: AimDraft, *, version: int, now: datetime
) -> None:
    """Change the area, baseline or target; the audit chain keeps what it was."""
    row = _metric(session, actor, plan_metric_id)
    if row.version != version:
        raise ConflictError(STALE, current_version=row.version)
    _refuse(_aim_faults(wanted))
    _aim(row, wanted)
    session.flush()
    _record(session, actor, "metric.aim", row, now)


def read(
    session: Session,
    actor: ActorFacts,
    plan_metric_id: UUID,
    readings: Sequence[ReadingDraft],
    *,
    today: date,
    now: datetime,
) -> int:
    """Enter readings, all or none; one for a day that has one already stands in its place, and both are kept."""
    row = _metric(session, actor, plan_metric_id)
    _refuse([fault for reading in readings for fault in _reading_faults(reading, today)])
    total = session.scalar(select(func.count()).where(ReadingRow.plan_metric_id == row.id)) or 0
    if total + len(readings) > MOST_READINGS:
        _refuse([Fault("value", f"A metric has at most {MOST_READINGS} readings. Enter weekly ones instead of daily.")])
    days = [reading.day for reading in readings]
    newest = select(ReadingRow.day, func.max(ReadingRow.number)).where(
        ReadingRow.plan_metric_id == row.id, ReadingRow.day.in_(days)
    )
    numbers: dict[date, int] = {row[0]: row[1] for row in session.execute(newest.group_by(ReadingRow.day))}
    for reading in readings:
        numbers[reading.day] = numbers.get(reading.day, 0) + 1
        session.add(
            ReadingRow(
                plan_metric_id=row.id, day=reading.day, number=numbers[reading.day], value=f"{reading.value:f}",
                note=one_line(reading.note), entered_at=now, entered_by_id=actor.person_id,
            )
        )  # fmt: skip
    session.flush()
    payload = {"metric": row.metric, "readings": len(readings)}
    audit.record(session, actor, "metric.read", f"plan/{row.plan_id}", now=now, payload=payload)
    return len(readings)


def record_outcome(
    session: Session, actor: ActorFacts, plan_id: UUID, values: Mapping[str, OutcomeDraft], *, now: datetime
) -> None:
    """Record how the hire does on each dimension, once, before the interviews are shown beside it.

    :class:`NotYetError` before the manager has signed day 90, :class:`AlreadyDoneError` the second time.
    """
    plan = _plan(session, actor, plan_id, Permission.OUTCOME_RECORD)
    if session.scalar(select(func.count()).where(OutcomeRow.plan_id == plan_id)):
        message = "The outcome is recorded already. It was written without the interviews in view, so it stays."
        raise AlreadyDoneError(message)
    if not _final_signed(session, plan):
        message = "The outcome is recorded once the 90 days are signed off."
        raise NotYetError(message)
    scorecard = _blueprint(session, plan).scorecard
    _refuse(_outcome_faults(values, [one.id for one in scorecard.dimensions], set(scorecard.scale.values)))
    for dimension, outcome in values.items():
        session.add(
            OutcomeRow(
                plan_id=plan_id, dimension=dimension, value=outcome.value, note=outcome.note.strip(),
                recorded_at=now, recorded_by_id=actor.person_id,
            )
        )  # fmt: skip
    session.flush()
    payload = {dimension: "" if one.value is None else str(one.value) for dimension, one in values.items()}
    audit.record(session, actor, "outcome.record", f"plan/{plan_id}", now=now, payload=payload)


def _plan(session: Session, actor: ActorFacts, plan_id: UUID, permission: Permission) -> Plan:
    plan = session.get(Plan, plan_id, with_for_update=True)
    require(actor, permission, found(plan_facts(session, actor, plan_id)))
    if plan is None:
        raise NotFoundError
    return plan


def _metric(session: Session, actor: ActorFacts, plan_metric_id: UUID) -> PlanMetric:
    row = session.get(PlanMetric, plan_metric_id, with_for_update=True)
    if row is None:
        raise NotFoundError
    require(actor, Permission.METRIC_KEEP, found(plan_facts(session, actor, row.plan_id)))
    return row


def _blueprint(session: Session, plan: Plan) -> Blueprint:
    body = session.scalar(select(BlueprintVersion.body).where(BlueprintVersion.id == plan.blueprint_version_id))
    return from_canonical(body or "")


def _final_signed(session: Session, plan: Plan) -> bool:
    keys = [milestone.key for milestone in plan.milestones]
    final = FINAL if FINAL in keys else next(reversed(keys[:3]), "")
    signed = (
        select(Signature.party)
        .join(PlanMilestone, PlanMilestone.id == Signature.milestone_id)
        .where(PlanMilestone.plan_id == plan.id, PlanMilestone.key == final, Signature.party == PartyName.MANAGER)
    )
    return session.scalar(signed) is not None


def _aim(row: PlanMetric, wanted: AimDraft) -> None:
    row.area = one_line(wanted.area)
    for field in ("baseline", "low", "high"):
        value: Decimal | None = getattr(wanted, field)
        setattr(row, field, "" if value is None else f"{value:f}")


def _aim_faults(wanted: AimDraft) -> list[Fault]:
    faults = [*text_faults("area", "an area", wanted.area, limit=AREA_LIMIT)]
    if wanted.low is not None and wanted.high is not None and wanted.low > wanted.high:
        faults.append(Fault("high", f"The upper bound is below the lower one, {wanted.low:f}. Swap them."))
    return faults


def _reading_faults(reading: ReadingDraft, today: date) -> list[Fault]:
    faults = [*text_faults("note", "a note", reading.note, limit=NOTE_LIMIT)]
    if reading.day > today:
        message = f"{in_words(reading.day)} has not come yet. Enter what was measured, on its own day."
        faults.append(Fault("day", message))
    return faults


def _outcome_faults(values: Mapping[str, OutcomeDraft], dimensions: list[str], scale: set[int]) -> list[Fault]:
    missing = [one for one in dimensions if one not in values]
    faults = [Fault(one, "Choose a point of the scale, or cannot tell.") for one in missing]
    if set(values) - set(dimensions):
        faults.append(Fault("outcome", "Judge every dimension, or say that you cannot tell."))
    for dimension, outcome in values.items():
        if outcome.value is not None and outcome.value not in scale:
            faults.append(Fault(dimension, "Choose a point of the scale, or cannot tell."))
        faults += text_faults(dimension, "a note", outcome.note, limit=4000)
    if values and all(outcome.value is None for outcome in values.values()):
        faults.append(Fault("outcome", "Judge at least one dimension."))
    return faults


def _record(session: Session, actor: ActorFacts, action: str, row: PlanMetric, now: datetime) -> None:
    payload = {
        "metric": row.metric, "area": row.area, "baseline": row.baseline, "low": row.low, "high": row.high,
    }  # fmt: skip
    audit.record(session, actor, action, f"plan/{row.plan_id}", now=now, payload=payload)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidError(tuple(faults))
