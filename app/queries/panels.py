"""What is planned for applications: interviews with their seats, and how often each dimension is covered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, select

from app.domain.blueprint import Dimension, Scorecard
from app.domain.card import CardState
from app.domain.hiring import RATERS_WANTED, InterviewKind, coverage
from app.domain.permission import Permission, allow
from app.domain.visibility import shows_seat
from app.models.asking import ASKING, asked_by
from app.models.blind import shown_headline, shown_name
from app.models.candidate import Application, Candidate
from app.models.case_grading_asks import made_of_grades
from app.models.interview import Interview, InterviewFocus
from app.models.person import Person
from app.models.planning import interview_shown
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, ApplicationFacts


@dataclass(frozen=True, slots=True)
class PanelSeat:
    """One interviewer of an interview; ``state`` is ``None`` where the reader must not know how far the card is."""

    card_id: UUID
    person_id: UUID
    name: str
    own: bool
    state: CardState | None


@dataclass(frozen=True, slots=True)
class PlannedInterview:
    """One interview that is not cancelled, with the dimensions it looks at in no particular order.

    ``of_grades``: it stands for the grades of a case, so nobody held it and nothing about it can change.
    """

    interview_id: UUID
    kind: InterviewKind
    title: str
    starts_at: datetime | None
    minutes: int
    place: str
    case_study: str | None
    version: int
    of_grades: bool
    focus: tuple[str, ...]
    seats: tuple[PanelSeat, ...]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A dimension, the interviews that look at it (in the panel's order), and by how many different people."""

    dimension: Dimension
    must: bool
    looks: tuple[bool, ...]
    interviewers: int

    @property
    def thin(self) -> bool:
        """Whether too few people look at the dimension to compare their judgements."""
        return self.interviewers < RATERS_WANTED


@dataclass(frozen=True, slots=True)
class Panel:
    """The interviews of one application in time order, those without a time last."""

    interviews: tuple[PlannedInterview, ...]

    @property
    def seats(self) -> tuple[PanelSeat, ...]:
        """Every seat of every interview."""
        return tuple(seat for interview in self.interviews for seat in interview.seats)

    @property
    def progress(self) -> tuple[int, int] | None:
        """Sealed cards and all cards; ``None`` where the reader must not know or nobody has a seat."""
        if not self.seats or any(seat.state is None for seat in self.seats):
            return None
        return sum(seat.state is CardState.SEALED for seat in self.seats), len(self.seats)

    @property
    def owed_own(self) -> tuple[tuple[PlannedInterview, PanelSeat], ...]:
        """The reader's own cards that are still owed, with their interviews."""
        return tuple(
            (interview, seat)
            for interview in self.interviews
            for seat in interview.seats
            if seat.own and seat.state is CardState.OWED
        )

    def coverage(self, scorecard: Scorecard, musts: Iterable[str]) -> tuple[CoverageRow, ...]:
        """One row a dimension of the scorecard, in its order."""
        required = set(musts)
        plan = [(each.focus, [str(seat.person_id) for seat in each.seats]) for each in self.interviews]
        counts = {row.dimension: row.interviewers for row in coverage([d.id for d in scorecard.dimensions], plan)}
        return tuple(
            CoverageRow(
                dimension,
                dimension.must or dimension.id in required,
                tuple(dimension.id in each.focus for each in self.interviews),
                counts[dimension.id],
            )
            for dimension in scorecard.dimensions
        )


PanelRow = Row[Any]
TIME_ORDER = (
    Interview.starts_at.is_(None),
    Interview.starts_at,
    Interview.created_at,
    Interview.title,
    Interview.id,
)
"""The order of a panel: by time, interviews without one last."""


def rows(session: Session, actor: ActorFacts, which: ColumnElement[bool]) -> Sequence[PanelRow]:
    """Applications by the candidate's name as the actor may read it, each with its interviews, in one query.

    Interviews that are cancelled, or that the actor may not know of, are left out.

    ``which`` is a criterion on :class:`Application`. An application has as many rows as seats times focus dimensions.
    """
    return session.execute(_rows().where(which), asked_by(actor)).all()


@cache
def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Application.id.label("application_id"),
            Application.requisition_id,
            Application.stage,
            Application.created_at,
            Application.candidate_id,
            shown_name(ASKING).label("candidate"),
            shown_headline(ASKING).label("headline"),
            Candidate.email,
            Candidate.phone,
            Interview.id.label("interview_id"),
            Interview.kind,
            Interview.title,
            Interview.starts_at,
            Interview.minutes,
            Interview.place,
            Interview.case_study,
            Interview.version,
            made_of_grades().label("of_grades"),
            InterviewFocus.dimension,
            ScorecardRow.id.label("card_id"),
            ScorecardRow.interviewer_id,
            ScorecardRow.state,
            Person.name,
        )
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .outerjoin(Interview, and_(Interview.application_id == Application.id, interview_shown(ASKING)))
        .outerjoin(InterviewFocus, InterviewFocus.interview_id == Interview.id)
        .outerjoin(ScorecardRow, ScorecardRow.interview_id == Interview.id)
        .outerjoin(Person, Person.id == ScorecardRow.interviewer_id)
        .order_by(shown_name(ASKING), Application.id, *TIME_ORDER, Person.name, Person.id)
    )


def panel_of(found: Iterable[PanelRow], actor: ActorFacts, facts: ApplicationFacts) -> Panel:
    """The panel that the rows of one application make, cut to what the actor may know of it."""
    of_interview: dict[UUID, list[PanelRow]] = {}
    for row in found:
        if row.interview_id is not None:
            of_interview.setdefault(row.interview_id, []).append(row)
    return Panel(tuple(_interview(each, actor, facts) for each in of_interview.values()))


def _interview(rows: Sequence[PanelRow], actor: ActorFacts, facts: ApplicationFacts) -> PlannedInterview:
    first = rows[0]
    knows = allow(actor, Permission.PROGRESS_SEE, facts).granted
    seats = {row.card_id: row for row in rows if row.card_id is not None}
    return PlannedInterview(
        first.interview_id,
        first.kind,
        first.title,
        first.starts_at,
        first.minutes,
        first.place,
        first.case_study,
        first.version,
        bool(first.of_grades),
        tuple(dict.fromkeys(row.dimension for row in rows if row.dimension is not None)),
        tuple(
            PanelSeat(row.card_id, row.interviewer_id, row.name, own, row.state if knows or own else None)
            for row in seats.values()
            for own in [row.interviewer_id == actor.person_id]
            if shows_seat(row.state, owes=facts.owes > 0, own=own)
        ),
    )
