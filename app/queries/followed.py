"""What a person follows on the home page, beside what waits for them: three queries, whatever roles they hold.

Nothing about a candidate on whom the person still owes a scorecard is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Select,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from app.domain.access import require
from app.domain.card import CardState
from app.domain.growth.calibration import CalibrationState
from app.domain.hiring import Coverage, RequisitionState, Stage
from app.domain.permission import Permission, Role
from app.models.asking import Asking, asked_by, asking_as
from app.models.blind import shown_name
from app.models.blueprint import BlueprintVersion
from app.models.calibration import Calibration, CalibrationMember
from app.models.candidate import Application, Candidate
from app.models.decision import Decision
from app.models.facts import SEATED
from app.models.granting import ScopedGrant
from app.models.interest import has_conflict
from app.models.interview import Interview, InterviewFocus
from app.models.person import Person, RoleGrant
from app.models.planning import owes_on_candidate
from app.models.requisition import Requisition
from app.models.scorecard import Revision, ScorecardRow
from app.models.visibility import applications_visible_to, requisitions_visible_to
from app.queries import answers_wanted, blueprints, own_marks
from app.queries.duties import LATE_AFTER
from app.queries.own_marks import Preparing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

SHOWN = 8
_LOOKED_AT = 50


class NewsKind(StrEnum):
    """What a line of the home page is about."""

    LATE_CARD = "late_card"
    OWN_CARD = "own_card"
    DECISION = "decision"
    NO_ROLE = "no_role"
    CALIBRATION = "calibration"
    TICK = "tick"
    WISH = "wish"
    SEAT = "seat"
    REDACTION = "redaction"


WAITING = (NewsKind.LATE_CARD, NewsKind.WISH, NewsKind.SEAT, NewsKind.REDACTION)
"""What others wait for, whoever does it."""


@dataclass(frozen=True, slots=True)
class News:
    """One line; ``target`` is a card, an application, a candidate, a person or a calibration, by its kind."""

    kind: NewsKind
    target: UUID
    title: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowedRequisition:
    """A requisition that is not closed, with how many candidates are in it."""

    requisition_id: UUID
    title: str
    state: RequisitionState
    openings: int
    candidates: int


@dataclass(frozen=True, slots=True)
class ThinPanel:
    """A candidate in interviews whose panel covers some dimensions less than twice."""

    application_id: UUID
    candidate: str
    requisition: str
    thin: int
    of: int


@dataclass(frozen=True, slots=True)
class Followed:
    """Everything on the home page that does not wait for the person."""

    requisitions: tuple[FollowedRequisition, ...]
    thin: tuple[ThinPanel, ...]
    news: tuple[News, ...]
    preparing: tuple[Preparing, ...]

    def of_kind(self, kind: str) -> tuple[News, ...]:
        """The lines of one kind, newest first; what somebody waits for oldest first."""
        return tuple(line for line in self.news if line.kind == kind)


def followed(session: Session, actor: ActorFacts, now: datetime) -> Followed:
    """What the actor follows; whoever looks through their eyes sees the requisitions and nothing of candidates."""
    require(actor, Permission.HOME_SEE)
    if actor.looked_through:
        return Followed(_requisitions(session, actor), (), (), ())
    requisitions, thin = _requisitions(session, actor), _thin(session, actor)
    rows = session.execute(_lines(asking_as(actor)), asked_by(actor, late_before=now - LATE_AFTER)).all()
    return Followed(
        requisitions,
        thin,
        _news([row for row in rows if row.kind != NewsKind.TICK]),
        own_marks.preparing(session, [row for row in rows if row.kind == NewsKind.TICK]),
    )


def _requisitions(session: Session, actor: ActorFacts) -> tuple[FollowedRequisition, ...]:
    rows = session.execute(_running(asking_as(actor)), asked_by(actor))
    return tuple(FollowedRequisition(*row) for row in rows)


@lru_cache(maxsize=64)
def _running(actor: Asking) -> Select[*tuple[Any, ...]]:
    candidates = (
        select(func.count())
        .select_from(Application)
        .where(Application.requisition_id == Requisition.id, Application.stage != Stage.WITHDRAWN)
        .correlate(Requisition)
        .scalar_subquery()
    )
    return (
        select(Requisition.id, Requisition.title, Requisition.state, Requisition.openings, candidates)
        .where(requisitions_visible_to(actor), Requisition.state != RequisitionState.CLOSED)
        .order_by(Requisition.created_at.desc(), Requisition.title)
        .limit(SHOWN)
    )


def _thin(session: Session, actor: ActorFacts) -> tuple[ThinPanel, ...]:
    rows = session.execute(_coverage(asking_as(actor)), asked_by(actor)).all()
    panels = []
    for _, group in groupby(rows, key=lambda row: row.application_id):
        lines = list(group)
        first = lines[0]
        counted = {line.dimension: line.interviewers for line in lines}
        dimensions = blueprints.of_digest(session, first.sha256).scorecard.dimensions
        thin = sum(1 for d in dimensions if Coverage(d.id, counted.get(d.id, 0)).thin)
        if thin:
            panels.append(ThinPanel(first.application_id, first.name, first.title, thin, len(dimensions)))
    return tuple(sorted(panels, key=lambda panel: (-panel.thin, panel.candidate))[:SHOWN])


@lru_cache(maxsize=64)
def _coverage(actor: Asking) -> Select[*tuple[Any, ...]]:
    newest = (
        select(Application.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(
            Application.stage == Stage.INTERVIEWING,
            Requisition.state == RequisitionState.OPEN,
            Candidate.email != actor.email,
            ~has_conflict(actor),
            ~owes_on_candidate(actor),
            answers_wanted.plans(actor),
        )
        .order_by(Application.created_at.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    live = and_(Interview.application_id == Application.id, Interview.cancelled_at.is_(None))
    seated = and_(ScorecardRow.interview_id == Interview.id, ScorecardRow.state.in_(SEATED))
    return (
        select(
            Application.id.label("application_id"),
            Candidate.name,
            Requisition.title,
            BlueprintVersion.sha256,
            InterviewFocus.dimension,
            func.count(ScorecardRow.interviewer_id.distinct()).label("interviewers"),
        )
        .join(newest, newest.c.id == Application.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(BlueprintVersion, BlueprintVersion.id == Requisition.blueprint_version_id)
        .outerjoin(Interview, live)
        .outerjoin(InterviewFocus, InterviewFocus.interview_id == Interview.id)
        .outerjoin(ScorecardRow, seated)
        .group_by(Application.id, Candidate.name, Requisition.title, BlueprintVersion.sha256, InterviewFocus.dimension)
        .order_by(Application.id)
    )


def _news(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[News, ...]:
    lines = [News(NewsKind(row.kind), row.target, row.title, row.detail, row.at) for row in rows]
    waiting = sorted((line for line in lines if line.kind in WAITING), key=lambda line: line.at)
    rest = sorted((line for line in lines if line.kind not in WAITING), key=lambda line: line.at)
    return (*waiting, *reversed(rest))


@lru_cache(maxsize=64)
def _lines(actor: Asking) -> CompoundSelect[*tuple[Any, ...]]:
    news = (
        _as(NewsKind.LATE_CARD, answers_wanted.late_cards(actor)),
        _own_cards(actor),
        _decisions(actor),
        _no_roles(actor),
        _calibrations(actor),
        _as(NewsKind.WISH, answers_wanted.wishes(actor)),
        _as(NewsKind.SEAT, answers_wanted.seats(actor)),
        _as(NewsKind.REDACTION, answers_wanted.redactions(actor)),
    )
    ticks = _as(NewsKind.TICK, own_marks.ticks(actor))
    return union_all(*(_few(lines, SHOWN) for lines in news), _few(ticks, own_marks.MOST_TICKS))


def _as(kind: NewsKind, lines: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return lines.add_columns(literal(kind.value, String).label("kind"))


def _few(lines: Select[*tuple[Any, ...]], most: int) -> Select[*tuple[Any, ...]]:
    few = lines.limit(most).subquery()
    return select(few.c.kind, few.c.target, few.c.title, few.c.detail, few.c.at)


def _own_cards(actor: Asking) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(NewsKind.OWN_CARD.value, String).label("kind"),
            ScorecardRow.id.label("target"),
            shown_name(actor).label("title"),
            Interview.title.label("detail"),
            Revision.sealed_at.label("at"),
        )
        .select_from(ScorecardRow)
        .join(Revision, and_(Revision.scorecard_id == ScorecardRow.id, Revision.number == 1))
        .join(Interview, Interview.id == ScorecardRow.interview_id)
        .join(Application, Application.id == ScorecardRow.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(
            ScorecardRow.interviewer_id == actor.person_id,
            ScorecardRow.state == CardState.SEALED,
            Candidate.email != actor.email,
            ~has_conflict(actor),
        )
        .order_by(Revision.sealed_at.desc())
    )


def _decisions(actor: Asking) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(NewsKind.DECISION.value, String).label("kind"),
            Application.id.label("target"),
            Candidate.name.label("title"),
            Requisition.title.label("detail"),
            Decision.decided_at.label("at"),
        )
        .select_from(Decision)
        .join(Application, Application.id == Decision.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Decision.number == 1, applications_visible_to(actor), ~owes_on_candidate(actor))
        .order_by(Decision.decided_at.desc())
    )


def _no_roles(actor: Asking) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(NewsKind.NO_ROLE.value, String).label("kind"),
            Person.id.label("target"),
            Person.name.label("title"),
            Person.email.label("detail"),
            Person.created_at.label("at"),
        )
        .where(
            true() if Role.ADMIN in actor.roles else false(),
            Person.active.is_(True),
            ~exists(select(literal(1)).where(RoleGrant.person_id == Person.id)),
            ~exists(select(literal(1)).where(ScopedGrant.person_id == Person.id)),
        )
        .order_by(Person.created_at.desc())
    )


def _calibrations(actor: Asking) -> Select[*tuple[Any, ...]]:
    """Sessions that the actor chairs or sits in and that are not over."""
    member = select(literal(1)).where(
        CalibrationMember.calibration_id == Calibration.id, CalibrationMember.person_id == actor.person_id
    )
    return (
        select(
            literal(NewsKind.CALIBRATION.value, String).label("kind"),
            Calibration.id.label("target"),
            Calibration.title.label("title"),
            cast(Calibration.state, String).label("detail"),
            Calibration.created_at.label("at"),
        )
        .where(
            Calibration.state != CalibrationState.LOCKED,
            or_(Calibration.chair_id == actor.person_id, exists(member.correlate(Calibration))),
        )
        .order_by(Calibration.created_at.desc())
    )
