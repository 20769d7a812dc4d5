"""Everybody who holds interviews: what they are trained for, how much they carry, and whom they can be compared with.

One statement reads it all, as lines of several kinds, because forms that ask for it have other questions too. Seats
are counted as :func:`app.models.planning.seat_counted` says, so that no count tells who sealed what.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    Select,
    SQLColumnExpression,
    String,
    Uuid,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from app.domain.access import require
from app.domain.panel_plan.suggesting import USUAL_LIMIT, Asked, Interviewer, Suggestion, suggest
from app.domain.panel_plan.ties import Ties, ties_of
from app.domain.permission import Permission, Role
from app.models.candidate import Application, Candidate
from app.models.case_grading_asks import grades_somewhere_in
from app.models.interview import Interview
from app.models.panel_plan import InterviewLimit, Training
from app.models.person import Person, RoleGrant
from app.models.planning import may_interview, seat_counted
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

BEFORE, AHEAD = timedelta(days=28), timedelta(days=14)
"""What counts as lately: interviews of the last four weeks, and of the next two."""
MOST_TIES = 2000
"""Newest seats that are looked at for who can be compared with whom."""


@dataclass(frozen=True, slots=True)
class Week:
    """The week that loads are told for, and the moment at which they are."""

    begins: datetime
    ends: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Bench:
    """Who may interview a candidate, and who of all that hold interviews on that blueprint can be compared."""

    people: tuple[Interviewer, ...]
    ties: Ties

    def suggested(self, asked: Asked) -> tuple[Suggestion, ...]:
        """All of them, best first."""
        return suggest(self.people, asked, self.ties)


@dataclass(frozen=True, slots=True)
class InterviewerLine:
    """Somebody who holds interviews. ``trained`` has (role, topic, since) as recorded; see :class:`Training`."""

    person_id: UUID
    name: str
    email: str
    week: int
    limit: int
    lately: int
    trained: tuple[tuple[str, str, date], ...]

    @property
    def over(self) -> bool:
        """Whether the week has more than they take."""
        return self.week > self.limit

    def trained_in(self, role: str) -> tuple[str, ...]:
        """The topics of one role, or with an empty one the kinds of interview."""
        return tuple(topic for whose, topic, _since in self.trained if whose == role)


def bench(
    session: Session,
    actor: ActorFacts,
    application_id: UUID,
    role: str,
    week: Week,
    *,
    apart_from: UUID | None = None,
) -> Bench:
    """Who may interview this candidate, in one query; the caller has asked for the permission.

    ``role`` is that of the requisition's blueprint. Nobody with a conflict of interest is among them,
    nor who grades case work there. ``apart_from`` is an interview that does not count as load.
    """
    of_which = select(Candidate.id).join(Application, Application.candidate_id == Candidate.id)
    candidate = of_which.where(Application.id == application_id).scalar_subquery()
    need = select(Application.requisition_id).where(Application.id == application_id).scalar_subquery()
    able = and_(may_interview(), Person.id.not_in(grades_somewhere_in(need)))
    people = _people().join(Candidate, Candidate.id == candidate).where(able)
    parts = (people, _training(), _load(actor, week, apart_from), _ties(actor, application_id))
    return _bench(session.execute(union_all(*parts)).all(), role)


def listed(session: Session, actor: ActorFacts, week: Week) -> tuple[InterviewerLine, ...]:
    """Everybody who holds interviews, by name, in one query."""
    require(actor, Permission.INTERVIEWERS_SEE)
    holds = exists(select(literal(1)).where(RoleGrant.person_id == Person.id, RoleGrant.role == Role.INTERVIEWER))
    people = _people().where(Person.active.is_(True), holds)
    rows = session.execute(union_all(people, _training(), _load(actor, week, None))).all()
    trained, load = _by_person(rows, "training"), _loads(rows)
    lines = (
        InterviewerLine(
            row.person_id,
            row.text,
            row.more,
            load[row.person_id][0],
            row.number,
            load[row.person_id][1],
            tuple((one.text, one.more, date.fromisoformat(one.day)) for one in trained[row.person_id]),
        )
        for row in rows
        if row.part == "person"
    )
    return tuple(sorted(lines, key=lambda line: (line.name.casefold(), str(line.person_id))))


def _bench(rows: Sequence[Row[Any]], role: str) -> Bench:
    trained, load = _by_person(rows, "training"), _loads(rows)
    people = tuple(
        Interviewer(
            person_id=row.person_id,
            name=row.text,
            kinds=frozenset(one.more for one in trained[row.person_id] if not one.text),
            dimensions=frozenset(one.more for one in trained[row.person_id] if one.text == role),
            week=load[row.person_id][0],
            limit=row.number,
            lately=load[row.person_id][1],
        )
        for row in rows
        if row.part == "person"
    )
    return Bench(people, ties_of((row.person_id, row.other_id) for row in rows if row.part == "tie"))


def _by_person(rows: Iterable[Row[Any]], part: str) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.part == part:
            found[row.person_id].append(row)
    return found


def _loads(rows: Iterable[Row[Any]]) -> dict[UUID, tuple[int, int]]:
    found: dict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    found.update({row.person_id: (row.number, row.second) for row in rows if row.part == "load"})
    return found


def _line(part: str, person: SQLColumnExpression[UUID], **told: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    """One kind of line; what it does not tell is empty."""
    nothing, none = literal("", String), literal(0, Integer)
    return select(
        literal(part, String).label("part"),
        person.label("person_id"),
        told.get("other", null().cast(Uuid)).label("other_id"),
        told.get("text", nothing).label("text"),
        told.get("more", nothing).label("more"),
        told.get("day", nothing).label("day"),
        told.get("number", none).label("number"),
        told.get("second", none).label("second"),
    )


def _people() -> Select[*tuple[Any, ...]]:
    limit = func.coalesce(InterviewLimit.a_week, literal(USUAL_LIMIT, Integer))
    told = _line("person", Person.id, text=Person.name, more=Person.email, number=limit)
    return told.select_from(Person).outerjoin(InterviewLimit, InterviewLimit.person_id == Person.id)


def _training() -> Select[*tuple[Any, ...]]:
    day = Training.since.cast(String)
    return _line("training", Training.person_id, text=Training.role, more=Training.topic, day=day)


def _load(actor: ActorFacts, week: Week, apart_from: UUID | None) -> Select[*tuple[Any, ...]]:
    # What has no time yet is work from when it was planned.
    when = func.coalesce(Interview.starts_at, Interview.created_at)
    counts = (
        and_(when >= week.begins, when < week.ends),
        and_(when >= week.now - BEFORE, when < week.now + AHEAD),
    )
    first, second = (func.count(case((each, Interview.id)).distinct()) for each in counts)
    statement = (
        _seats(_line("load", ScorecardRow.interviewer_id, number=first, second=second))
        .where(seat_counted(actor), or_(*counts))
        .group_by(ScorecardRow.interviewer_id)
    )
    return statement if apart_from is None else statement.where(Interview.id != apart_from)


def _ties(actor: ActorFacts, application_id: UUID) -> Select[*tuple[Any, ...]]:
    """The newest seats on the blueprint version of this application's requisition."""
    version = (
        select(Requisition.blueprint_version_id)
        .join(Application, Application.requisition_id == Requisition.id)
        .where(Application.id == application_id)
        .scalar_subquery()
    )
    newest = (
        _seats(select(ScorecardRow.interviewer_id, ScorecardRow.application_id))
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Requisition.blueprint_version_id == version, seat_counted(actor))
        .order_by(ScorecardRow.assigned_at.desc(), ScorecardRow.id)
        .limit(MOST_TIES)
        .subquery()
    )
    return _line("tie", newest.c.interviewer_id, other=newest.c.application_id)


def _seats(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.select_from(ScorecardRow)
        .join(Interview, Interview.id == ScorecardRow.interview_id)
        .join(Application, Application.id == ScorecardRow.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
    )
