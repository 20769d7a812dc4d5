"""The printed documents of a first year: the plan, the review of a milestone, and the year in short.

The hire, their manager and HR may have them; a buddy none. What two people answered is only for the two.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.access import found, require
from app.domain.milestone import Calendar
from app.domain.onboarding.documents import (
    Agreed,
    Compared,
    PlanDocument,
    PrintedMetric,
    PrintedMilestone,
    PrintedReading,
    ReviewDocument,
    YearDocument,
    newest,
)
from app.domain.onboarding.due import Leave, WorkingDays
from app.domain.onboarding.plan import PartyName, Schedule
from app.domain.permission import Permission
from app.models.onboarding import PlanMilestone
from app.models.plan_facts import milestone_facts, plan_facts
from app.queries import check_ins, measures, paper_parts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.queries.check_ins import CheckInPage


def plan(session: Session, actor: ActorFacts, plan_id: UUID, *, zone: str) -> PlanDocument:
    """The plan with how its dates came about, in eight queries."""
    require(actor, Permission.PLAN_SEE, found(plan_facts(session, actor, plan_id)))
    head, row = paper_parts.head(session, plan_id)
    leave, holidays = paper_parts.free_days(session, plan_id)
    wanted = PlanMilestone.plan_id == plan_id
    happened = paper_parts.goal_happenings(session, wanted)
    parts = paper_parts.milestones(session, row, wanted, happened)
    return PlanDocument(
        company=row.company or "",
        head=head,
        schedule=_schedule(row, [Leave(*days) for days in leave], holidays),
        milestones=parts,
        holidays=tuple(holidays.items()),
        as_of=newest(
            head, parts, (*paper_parts.plan_happenings(session, plan_id), *paper_parts.told(happened, head.begun_at))
        ),
        zone=zone,
    )


def review(session: Session, actor: ActorFacts, milestone_id: UUID, *, zone: str) -> ReviewDocument:
    """One milestone as it was reviewed, in thirteen queries, or fourteen the first time a process reads the blueprint.

    Once everybody has signed, readings of later days are left out: they were not there to be looked at.
    """
    facts = found(milestone_facts(session, actor, milestone_id))
    require(actor, Permission.PLAN_SEE, facts)
    head, row = paper_parts.head(session, facts.plan_id)
    wanted = PlanMilestone.id == milestone_id
    happened = paper_parts.goal_happenings(session, wanted)
    (part,) = paper_parts.milestones(session, row, wanted, happened)
    seen = check_ins.page(session, actor, milestone_id)
    history = paper_parts.told(happened, head.begun_at)
    compared = _compared(seen)
    said = [compared.sealed_at, *(one.at for one in compared.agreed)] if compared else []
    return ReviewDocument(
        company=row.company or "",
        head=head,
        milestone=part,
        pair=seen.party is not None,
        compared=compared,
        metrics=_metrics(session, actor, facts.plan_id, until=_closed_on(part, zone)),
        history=tuple(history),
        as_of=max([newest(head, [part], history), *said]),
        zone=zone,
    )


def year(session: Session, actor: ActorFacts, plan_id: UUID, *, zone: str) -> YearDocument:
    """The whole year with its history, in ten queries, or eleven the first time a process reads the blueprint."""
    require(actor, Permission.PLAN_SEE, found(plan_facts(session, actor, plan_id)))
    head, row = paper_parts.head(session, plan_id)
    wanted = PlanMilestone.plan_id == plan_id
    happened = paper_parts.goal_happenings(session, wanted)
    parts = paper_parts.milestones(session, row, wanted, happened)
    told = [*paper_parts.plan_happenings(session, plan_id), *paper_parts.told(happened, head.begun_at)]
    return YearDocument(
        company=row.company or "",
        head=head,
        milestones=parts,
        metrics=_metrics(session, actor, plan_id),
        history=tuple(sorted(told, key=lambda one: one.at)),
        as_of=newest(head, parts, told),
        zone=zone,
    )


def _schedule(row: Row[*tuple[Any, ...]], leave: Iterable[Leave], holidays: Iterable[date]) -> Schedule:
    calendar = Calendar(row.counting.value, row.roll.value, row.extend_for_leave)
    days = WorkingDays(frozenset(map(int, row.week)), frozenset(holidays), tuple(leave))
    return Schedule(row.starts_on, calendar, days)


def _closed_on(part: PrintedMilestone, zone: str) -> date | None:
    """The day of the last signature, once nobody's is missing."""
    if not part.settled or not part.signatures:
        return None
    return max(one.at for one in part.signatures).astimezone(ZoneInfo(zone)).date()


def _compared(seen: CheckInPage) -> Compared | None:
    """Both sides' answers where the check-in's page shows them to this reader."""
    sides = {side.party: side for side in (seen.own, seen.other) if side is not None}
    sealed = [side.sealed_at for side in sides.values() if side.sealed_at is not None]
    if len(sealed) < len(PartyName):
        return None
    return Compared(
        hire=sides[PartyName.HIRE].answers,
        manager=sides[PartyName.MANAGER].answers,
        sealed_at=max(sealed),
        differences=seen.differences,
        agreed=tuple(Agreed(one.text, one.at, one.by) for one in seen.conclusions),
    )


def _metrics(
    session: Session, actor: ActorFacts, plan_id: UUID, until: date | None = None
) -> tuple[PrintedMetric, ...]:
    picked = [
        PrintedMetric(
            one.metric,
            one.area,
            one.aim,
            tuple(PrintedReading(each.day, each.value, each.by, each.note) for each in one.readings),
        )
        for one in measures.page(session, actor, plan_id).picked
    ]
    if until is None:
        return tuple(picked)
    return tuple(replace(one, readings=tuple(each for each in one.readings if each.day <= until)) for one in picked)
