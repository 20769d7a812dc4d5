"""What waits for a person: in hiring, in first years, on the ladder, and as the second person who has to say yes.

One list and one count, each a single query over the same rows, so the number in the top bar is the number of things
in the inbox that can be done now. Nothing about a candidate on whom the person still owes a scorecard appears, except
that scorecard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, reduce
from operator import add
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, Select, func, select, union_all

from app.domain.access import require
from app.domain.card import MINUTES_A_DIMENSION
from app.domain.case_grading import MINUTES_A_SUBMISSION
from app.domain.growth.duty import GrowthDuty
from app.domain.onboarding.duty import Asked
from app.domain.onboarding.plan import SOON
from app.domain.permission import Permission, Role
from app.domain.reminding import GRACE
from app.domain.second_duty import ACTION, MINUTES, SecondDuty
from app.domain.text import first_line
from app.models import first_year, growth_asks, second_asks
from app.models.asking import ASKING, asked_by
from app.models.plan_day import local_day
from app.models.prepared import PreparedNumber
from app.queries import hiring_duties
from app.queries.hiring_duties import DutyKind

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

LATE_AFTER = timedelta(days=1)
"""A scorecard is late a day after its interview ended: memory does not keep longer."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that waits: what it is, where it is done, and since when.

    ``upcoming`` holds for a scorecard whose interview is still to come: it can be prepared, and ``since`` is then when
    the interview starts. ``minutes`` is about how long it takes; ``begun`` whether a draft is there.
    """

    kind: DutyKind | Asked | GrowthDuty | SecondDuty
    title: str
    detail: str
    action: str
    endpoint: str
    params: Mapping[str, UUID]
    since: datetime
    minutes: int
    upcoming: bool = False
    late: bool = False
    begun: bool = False
    due_on: date | None = None


def duties(session: Session, actor: ActorFacts, now: datetime) -> tuple[Duty, ...]:
    """Everything that waits for the actor, oldest first; interviews still to come at the end, soonest first.

    Whoever looks through their eyes reads what is to be done, and not for whom or about what.
    """
    require(actor, Permission.HOME_SEE)
    found = [_duty(row, now) for row in session.execute(_waiting(), _asked(actor, now))]
    if actor.looked_through:
        found = [replace(duty, title=duty.action, detail="About whom is not shown") for duty in found]
    return tuple(sorted(found, key=lambda duty: (duty.upcoming, duty.since, duty.title)))


def count(session: Session, actor: ActorFacts, now: datetime) -> int:
    """How many things wait for the actor now: those of :func:`duties` that are not still to come."""
    require(actor, Permission.HOME_SEE)
    return _NUMBER.scalar(session, _asked(actor, now))


def _asked(actor: ActorFacts, now: datetime) -> dict[str, object]:
    return asked_by(actor, asking_moment=now, **first_year.on(now))


@cache
def _waiting() -> CompoundSelect[*tuple[Any, ...]]:
    me = ASKING.person_id
    return union_all(*hiring_duties.asks(), *first_year.asks(me), *growth_asks.asks(me), *second_asks.asks(ASKING))


def _number() -> Select[int]:
    me = ASKING.person_id
    ladder = (select(func.count()).select_from(ask.subquery()) for ask in growth_asks.asks(me))
    counts = (*hiring_duties.number(), *first_year.number(me), *ladder, *second_asks.number(ASKING))
    return select(reduce(add, (one.scalar_subquery() for one in counts)))


_NUMBER = PreparedNumber(_number)


_FORMS: Mapping[DutyKind, tuple[str, str, str, int]] = {
    DutyKind.DEBRIEF: ("Open the debrief on {}", "Open the debrief", "committee.debrief", 2),
    DutyKind.VOTE: ("Vote on {}", "Read and vote", "committee.debrief", 10),
    DutyKind.DECISION: ("Record the decision on {}", "Decide", "committee.debrief", 10),
}
"""Title, action, endpoint and minutes of the duties about an application."""


def _duty(row: Row[Any], now: datetime) -> Duty:
    if row.kind in _FIRST_YEAR:
        return _first_year_duty(row, now)
    if row.kind in _GROWTH:
        return _growth_duty(row, now)
    if row.kind in _SECOND:
        return _second_duty(row, now)
    kind = DutyKind(row.kind)
    if kind is DutyKind.SCORECARD:
        return _scorecard_duty(row, now)
    if kind is DutyKind.GRADING:
        return _grading_duty(row, now)
    title, action, endpoint, minutes = _FORMS[kind]
    return Duty(
        kind=kind,
        title=title.format(row.candidate),
        detail=row.requisition,
        action=action,
        endpoint=endpoint,
        params={"application_id": row.target},
        since=row.since,
        minutes=minutes,
    )


def _scorecard_duty(row: Row[Any], now: datetime) -> Duty:
    ends = row.starts_at + timedelta(minutes=row.minutes) if row.starts_at else row.since
    upcoming = row.starts_at is not None and row.starts_at > now
    params = {"interview_id": row.interview} if upcoming else {"card_id": row.target}
    return Duty(
        kind=DutyKind.SCORECARD,
        title=f"{'Prepare for' if upcoming else 'Score'} {row.candidate}",
        detail=f"{row.what} · {row.requisition}",
        action="Open the kit" if upcoming else ("Go on" if row.saved_at else "Score"),
        endpoint="interviewing.kit" if upcoming else "interviewing.card",
        params=params,
        since=row.starts_at if upcoming else min(max(ends, row.since), now),
        minutes=5 if upcoming else max(MINUTES_A_DIMENSION, row.size * MINUTES_A_DIMENSION) + 1,
        upcoming=upcoming,
        late=not upcoming and row.starts_at is not None and now - ends > LATE_AFTER,
        begun=row.saved_at is not None,
    )


def _grading_duty(row: Row[Any], now: datetime) -> Duty:
    return Duty(
        kind=DutyKind.GRADING,
        title=f"Grade {row.what}",
        detail="1 submission without a name" if row.size == 1 else f"{row.size} submissions without names",
        action="Grade",
        endpoint="grading.desk",
        params={"task_id": row.target},
        since=min(row.since, now),
        minutes=row.size * MINUTES_A_SUBMISSION,
        late=now - row.since > GRACE,
    )


_FIRST_YEAR = frozenset(asked.value for asked in Asked)
_PAGES: Mapping[Asked, tuple[str, str]] = {
    Asked.SIGN_MILESTONE: ("onboarding.plan", "plan_id"),
    Asked.CHECK_IN: ("onboarding.check_in", "milestone_id"),
    Asked.OUTCOME: ("onboarding.outcome", "plan_id"),
}
"""Page and its parameter of the duties that are not about one goal."""


def _first_year_duty(row: Row[Any], now: datetime) -> Duty:
    asked, today = Asked(row.kind), local_day(now, row.zone)
    endpoint, parameter = _PAGES.get(asked, ("onboarding.goal", "goal_id"))
    due_on = row.due_on if asked.has_date else None
    since = _asked_since(asked, row)
    return Duty(
        kind=asked,
        title=asked.sentence(first_line(row.what)),
        detail=row.candidate if row.what == row.requisition else f"{row.candidate} · {row.requisition}",
        action="Go on" if row.saved_at else asked.action,
        endpoint=endpoint,
        params={parameter: row.interview if parameter == "plan_id" else row.target},
        since=since,
        minutes=asked.minutes,
        late=due_on < today if due_on else now - since > GRACE,
        begun=row.saved_at is not None,
        due_on=due_on,
    )


def _asked_since(asked: Asked, row: Row[Any]) -> datetime:
    """Since when it waits: a goal from a week before its date, a check-in from the day on which it opens."""
    if asked is Asked.CHECK_IN:
        return _midnight(row.opens_on, row.zone)
    since: datetime = row.since
    return max(since, _midnight(row.due_on - SOON, row.zone)) if asked is Asked.GOAL else since


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


_GROWTH = frozenset(duty.value for duty in GrowthDuty)
_GROWTH_PAGES: Mapping[GrowthDuty, tuple[str, str]] = {
    GrowthDuty.CORROBORATE: ("evidence.entry", "entry_id"),
    GrowthDuty.FEEDBACK: ("promotion.feedback", "case_id"),
    GrowthDuty.CASE: ("promotion.case", "case_id"),
    GrowthDuty.PREVOTE: ("calibration.item", "item_id"),
    GrowthDuty.RUN: ("calibration.session", "calibration_id"),
    GrowthDuty.DECIDE: ("promotion.case", "case_id"),
    GrowthDuty.SIGN: ("promotion.case", "case_id"),
}
"""Page and its parameter of the duties that are not about an assessment."""


def _growth_duty(row: Row[Any], now: datetime) -> Duty:
    kind = GrowthDuty(row.kind)
    endpoint, parameter = _GROWTH_PAGES.get(kind, ("ladder.assessment", "assessment_id"))
    return Duty(
        kind=kind,
        title=kind.sentence(row.what),
        detail=row.requisition,
        action="Go on" if row.saved_at else kind.action,
        endpoint=endpoint,
        params={parameter: row.target},
        since=row.since,
        minutes=kind.minutes,
        late=row.due_on < now.date() if row.due_on else now - row.since > GRACE,
        begun=row.saved_at is not None,
        due_on=row.due_on,
    )


_SECOND: Mapping[str, tuple[str, str]] = {
    SecondDuty.ROLE: ("admin.asked", ""),
    SecondDuty.ERASURE: ("privacy.erasure", "erasure_id"),
    SecondDuty.EARLY_READING: ("admin.early_reading", "glass_id"),
}
"""Page of a wish, and its parameter where each wish has a page of its own."""


def _second_duty(row: Row[Any], now: datetime) -> Duty:
    kind = SecondDuty(row.kind)
    endpoint, parameter = _SECOND[kind]
    return Duty(
        kind=kind,
        title=kind.sentence(row.what),
        detail=Role(row.requisition).words if kind is SecondDuty.ROLE else f"Asked for by {row.requisition}",
        action=ACTION,
        endpoint=endpoint,
        params={parameter: row.target} if parameter else {},
        since=min(row.since, now),
        minutes=MINUTES,
        late=now - row.since > GRACE,
    )
