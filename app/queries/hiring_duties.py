"""The rows of the inbox that hiring asks for: scorecards, debriefs, votes, decisions and grades."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, exists, func, literal, or_, select

from app.domain.card import CardState
from app.domain.hiring import COMMITTEE, ENDED, RUNNING, Part
from app.models.asking import ASKING, Asking
from app.models.base import Instant
from app.models.blind import shown_name
from app.models.candidate import Application, Candidate
from app.models.decision import DebriefRow, Decision, Vote
from app.models.early import has_read_early
from app.models.inbox_row import row
from app.models.interest import has_conflict
from app.models.interview import Interview, InterviewFocus
from app.models.planning import owes_on_candidate
from app.models.requisition import Requisition, RequisitionMember
from app.models.scorecard import Revision, ScorecardRow
from app.queries.grading_duty import KIND, gradings

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, SQLColumnExpression


class DutyKind(StrEnum):
    """What is asked of the person."""

    SCORECARD = "scorecard"
    DEBRIEF = "debrief"
    VOTE = "vote"
    DECISION = "decision"
    GRADING = KIND


def asks() -> tuple[Select[*tuple[Any, ...]], ...]:
    """Everything that hiring asks of whoever asks, interviews still to come among it, as branches of one union."""
    return _scorecards(ASKING), *_at_once()


def number() -> tuple[Select[int], ...]:
    """How many of these rows can be done now, in numbers to be added up; ``asking_moment`` says when now is."""
    begun = or_(Interview.starts_at.is_(None), Interview.starts_at <= bindparam("asking_moment", type_=Instant()))
    rows = (_scorecards(ASKING).where(begun), *_at_once())
    return tuple(ask.with_only_columns(func.count(), maintain_column_froms=True) for ask in rows)


def _at_once() -> tuple[Select[*tuple[Any, ...]], ...]:
    return _debriefs(ASKING), _votes(ASKING), _decisions(ASKING), gradings(ASKING)


def _scorecards(asking: Asking) -> Select[*tuple[Any, ...]]:
    focus = (
        select(func.count())
        .select_from(InterviewFocus)
        .where(InterviewFocus.interview_id == Interview.id)
        .correlate(Interview)
        .scalar_subquery()
    )
    return (
        row(
            DutyKind.SCORECARD,
            ScorecardRow.id,
            interview=ScorecardRow.interview_id,
            candidate=shown_name(asking),
            what=Interview.title,
            requisition=Requisition.title,
            since=ScorecardRow.assigned_at,
            starts_at=Interview.starts_at,
            minutes=Interview.minutes,
            size=focus,
            saved_at=ScorecardRow.draft_saved_at,
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
            ~has_conflict(asking),
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
    of_it = _of_application(asking, kind, DebriefRow.opened_at, parts)
    judges = ~has_read_early(asking.person_id)
    return of_it.join(DebriefRow, DebriefRow.application_id == Application.id).where(judges)


def _of_application(
    asking: Asking, kind: DutyKind, since: SQLColumnExpression[Any], parts: tuple[Part, ...]
) -> Select[*tuple[Any, ...]]:
    return (
        row(kind, Application.id, candidate=shown_name(asking), requisition=Requisition.title, since=since)
        .select_from(Application)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(
            Requisition.state.in_(RUNNING),
            Application.stage.not_in(ENDED),
            Candidate.email != asking.email,
            ~has_conflict(asking),
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
