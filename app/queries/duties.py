"""What waits for a person: scorecards, debriefs, votes, decisions, and what first years and the ladder ask of them.

One list and one count, each a single query over the same rows, so the number in the top bar is the length of the
inbox. Nothing about a candidate on whom the person still owes a scorecard appears, except that scorecard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, reduce
from operator import add
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)

from app.domain.access import require
from app.domain.card import MINUTES_A_DIMENSION, CardState
from app.domain.growth.duty import GrowthDuty
from app.domain.hiring import COMMITTEE, Part, RequisitionState, Stage
from app.domain.onboarding.duty import Asked
from app.domain.onboarding.plan import SOON
from app.domain.permission import Permission
from app.domain.reminding import GRACE
from app.domain.text import first_line
from app.models import first_year, growth_asks
from app.models.asking import ASKING, Asking, asked_by
from app.models.base import Instant
from app.models.candidate import Application, Candidate
from app.models.decision import DebriefRow, Decision, Vote
from app.models.interview import Interview, InterviewFocus
from app.models.plan_day import local_day
from app.models.planning import owes_on_candidate
from app.models.prepared import PreparedNumber
from app.models.requisition import Requisition, RequisitionMember
from app.models.scorecard import Revision, ScorecardRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, SQLColumnExpression
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

LATE_AFTER = timedelta(days=1)
"""A scorecard is late a day after its interview ended: memory does not keep longer."""
_RUNNING = (RequisitionState.OPEN, RequisitionState.DECIDING)
_UNDATED = (
    cast(null(), Date).label("due_on"),
    cast(null(), Date).label("opens_on"),
    cast(null(), String).label("zone"),
)
_ENDED = (Stage.DECIDED, Stage.WITHDRAWN)


class DutyKind(StrEnum):
    """What is asked of the person."""

    SCORECARD = "scorecard"
    DEBRIEF = "debrief"
    VOTE = "vote"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that waits: what it is, where it is done, and since when.

    ``upcoming`` holds for a scorecard whose interview is still to come: it can be prepared, and ``since`` is then when
    the interview starts. ``minutes`` is about how long it takes; ``begun`` whether a draft is there.
    """

    kind: DutyKind | Asked | GrowthDuty
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
    """Everything that waits for the actor, oldest first; interviews still to come at the end, soonest first."""
    require(actor, Permission.HOME_SEE)
    found = [_duty(row, now) for row in session.execute(_waiting(), _asked(actor, now))]
    return tuple(sorted(found, key=lambda duty: (duty.upcoming, duty.since, duty.title)))


def count(session: Session, actor: ActorFacts, now: datetime) -> int:
    """How many things wait for the actor: the length of :func:`duties`."""
    require(actor, Permission.HOME_SEE)
    return _NUMBER.scalar(session, _asked(actor, now))


def _asked(actor: ActorFacts, now: datetime) -> dict[str, object]:
    return asked_by(actor, **first_year.on(now))


@cache
def _waiting() -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(*_hiring(), *first_year.asks(ASKING.person_id), *growth_asks.asks(ASKING.person_id))


def _number() -> Select[int]:
    hiring = (ask.with_only_columns(func.count(), maintain_column_froms=True) for ask in _hiring())
    ladder = (select(func.count()).select_from(ask.subquery()) for ask in growth_asks.asks(ASKING.person_id))
    counts = [one.scalar_subquery() for one in (*hiring, *first_year.number(ASKING.person_id), *ladder)]
    return select(reduce(add, counts))


_NUMBER = PreparedNumber(_number)


def _hiring() -> tuple[Select[*tuple[Any, ...]], ...]:
    return _scorecards(ASKING), _debriefs(ASKING), _votes(ASKING), _decisions(ASKING)


def _scorecards(asking: Asking) -> Select[*tuple[Any, ...]]:
    focus = (
        select(func.count())
        .select_from(InterviewFocus)
        .where(InterviewFocus.interview_id == Interview.id)
        .correlate(Interview)
        .scalar_subquery()
    )
    return (
        select(
            literal(DutyKind.SCORECARD.value, String).label("kind"),
            ScorecardRow.id.label("target"),
            ScorecardRow.interview_id.label("interview"),
            Candidate.name.label("candidate"),
            Interview.title.label("what"),
            Requisition.title.label("requisition"),
            ScorecardRow.assigned_at.label("since"),
            Interview.starts_at.label("starts_at"),
            Interview.minutes.label("minutes"),
            focus.label("size"),
            ScorecardRow.draft_saved_at.label("saved_at"),
            *_UNDATED,
        )
        .select_from(ScorecardRow)
        .join(Interview, Interview.id == ScorecardRow.interview_id)
        .join(Application, Application.id == ScorecardRow.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(
            ScorecardRow.interviewer_id == asking.person_id,
            ScorecardRow.state == CardState.OWED,
            Candidate.email != asking.email,
        )
    )


def _debriefs(asking: Asking) -> Select[*tuple[Any, ...]]:
    newest = (
        select(func.max(Revision.sealed_at))
        .select_from(Revision)
        .join(ScorecardRow, ScorecardRow.id == Revision.scorecard_id)
        .where(ScorecardRow.application_id == Application.id, Revision.number == 1)
        .correlate(Application)
        .scalar_subquery()
    )
    return _of_application(asking, DutyKind.DEBRIEF, newest, (Part.HIRING_MANAGER,)).where(
        ~exists(select(literal(1)).where(DebriefRow.application_id == Application.id)),
        _has_card(CardState.SEALED),
        ~_has_card(CardState.OWED),
    )


def _votes(asking: Asking) -> Select[*tuple[Any, ...]]:
    return _of_debrief(asking, DutyKind.VOTE, tuple(COMMITTEE)).where(~_voted(asking))


def _decisions(asking: Asking) -> Select[*tuple[Any, ...]]:
    # Whether the other members have voted is theirs, so the chair's own vote is what makes this wait.
    return _of_debrief(asking, DutyKind.DECISION, (Part.CHAIR,)).where(_voted(asking))


def _of_debrief(asking: Asking, kind: DutyKind, parts: tuple[Part, ...]) -> Select[*tuple[Any, ...]]:
    return _of_application(asking, kind, DebriefRow.opened_at, parts).join(
        DebriefRow, DebriefRow.application_id == Application.id
    )


def _of_application(
    asking: Asking, kind: DutyKind, since: SQLColumnExpression[Any], parts: tuple[Part, ...]
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(kind.value, String).label("kind"),
            Application.id.label("target"),
            Application.id.label("interview"),
            Candidate.name.label("candidate"),
            literal("", String).label("what"),
            Requisition.title.label("requisition"),
            since.label("since"),
            cast(null(), Instant).label("starts_at"),
            cast(literal(0), Integer).label("minutes"),
            cast(literal(0), Integer).label("size"),
            cast(null(), Instant).label("saved_at"),
            *_UNDATED,
        )
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(
            Requisition.state.in_(_RUNNING),
            Application.stage.not_in(_ENDED),
            Candidate.email != asking.email,
            ~owes_on_candidate(asking),
            ~exists(select(literal(1)).where(Decision.application_id == Application.id)),
            exists(
                select(literal(1)).where(
                    RequisitionMember.requisition_id == Requisition.id,
                    RequisitionMember.person_id == asking.person_id,
                    RequisitionMember.part.in_(sorted(parts)),
                )
            ),
        )
    )


def _has_card(state: CardState) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(ScorecardRow.application_id == Application.id, ScorecardRow.state == state))


def _voted(asking: Asking) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(Vote.application_id == Application.id, Vote.member_id == asking.person_id))


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
    kind = DutyKind(row.kind)
    if kind is DutyKind.SCORECARD:
        return _scorecard_duty(row, now)
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
