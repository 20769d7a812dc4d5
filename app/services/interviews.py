"""Interviews of an application: planned, changed, cancelled, and copied from a panel that is planned already.

Planning gives people duties. Whoever owes a card on the candidate may plan more, but may not touch the seats of
others: whether a seat can still be taken away depends on whether its card was sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from app.domain.access import found, require
from app.domain.blueprint import from_canonical
from app.domain.card import CardState
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.hiring import InterviewKind, RequisitionState, Stage
from app.domain.permission import Permission, allow
from app.domain.text import one_line, text_faults
from app.models import planning
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.case_grading_asks import made_of_grades
from app.models.facts import SEATED, application_facts
from app.models.interview import Interview, InterviewFocus
from app.models.person import Person
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow
from app.services import applications, audit, blindness, invitations, seats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.permission import ActorFacts, ApplicationFacts

TITLE_LIMIT, REASON_LIMIT, PLACE_LIMIT = 200, 2000, 500
SHORTEST, LONGEST = 5, 480
OWES = "You still owe a scorecard on this candidate, so the seats of others stay as they are. Ask a coordinator."
_STALE = "Somebody changed this interview while you were writing. Load the page again and repeat your change."
_GRADES = "This interview stands for the grades of a case, so there is nothing to change or to cancel."
_UNFIT = "Choose only active interviewers who can take part in judging this candidate."
_UNFIT_TOLD = (
    "Choose only active interviewers, and nobody who is the candidate, has a conflict of interest, or has read "
    "scorecards on them early."
)
"""To those who may know of early readings."""
_OFF = "Taken off the panel."


@dataclass(frozen=True, slots=True)
class InterviewPlan:
    """What an interview is to be. ``interviewer_ids`` of ``None`` leaves the seats of a planned interview alone."""

    kind: InterviewKind
    title: str
    focus: tuple[str, ...]
    interviewer_ids: tuple[UUID, ...] | None = ()
    starts_at: datetime | None = None
    minutes: int = 60
    case_study: str | None = None
    place: str = ""


def plan(session: Session, actor: ActorFacts, application_id: UUID, wanted: InterviewPlan, *, now: datetime) -> UUID:
    """Plan an interview, give its interviewers their scorecards, and return its id."""
    application, facts = open_application(session, actor, application_id)
    return _plan(session, actor, application, wanted, decided=facts.decided, now=now)


def edit(
    session: Session, actor: ActorFacts, interview_id: UUID, wanted: InterviewPlan, *, version: int, now: datetime
) -> None:
    """Change a planned interview; people who leave it are released, unless their card is sealed already."""
    interview, application, facts = _locked(session, actor, interview_id)
    if interview.version != version:
        raise ConflictError(_STALE, current_version=interview.version)
    if wanted.interviewer_ids is not None and facts.owes:
        raise NotAllowedError(OWES)
    seated = _seated(session, interview_id)
    people = tuple(seated) if wanted.interviewer_ids is None else wanted.interviewer_ids
    added = tuple(person_id for person_id in people if person_id not in seated)
    removed = [card for person_id, card in seated.items() if person_id not in people]
    faults = _faults(session, actor, application, wanted, added)
    if any(card.state is CardState.SEALED for card in removed):
        faults.append(Fault("interviewer_ids", "Somebody who has sealed a scorecard stays on the interview."))
    _refuse(faults)
    _apply(interview, wanted)
    # Focus dimensions and seats lie in tables of their own: without this a change of them alone would not count.
    flag_modified(interview, "title")
    session.flush()
    for card in removed:
        seats.release(session, actor, card, _OFF, now=now)
    for person_id in added:
        seats.assign(session, actor, interview, person_id, now=now)
    invitations.tell(session, interview, now=now)
    _record(session, actor, "interview.edit", interview, people, now=now)


def cancel(session: Session, actor: ActorFacts, interview_id: UUID, *, reason: str, now: datetime) -> None:
    """Cancel an interview and release who still owes a card on it; one with a sealed card has taken place and stays."""
    interview, _application, facts = _locked(session, actor, interview_id)
    _refuse(text_faults("reason", "why it is cancelled", reason, limit=REASON_LIMIT, required=True))
    seated = _seated(session, interview_id)
    if facts.owes and set(seated) - {actor.person_id}:
        raise NotAllowedError(OWES)
    if any(card.state is CardState.SEALED for card in seated.values()):
        message = "A scorecard of this interview is sealed, so it has taken place. It cannot be cancelled."
        raise AlreadyDoneError(message)
    interview.cancelled_at = now
    session.flush()
    for card in seated.values():
        seats.release(session, actor, card, f"The interview was cancelled: {reason.strip()}", now=now)
    invitations.tell(session, interview, now=now)
    payload = {"reason": reason.strip()}
    audit.record(session, actor, "interview.cancel", f"interview/{interview_id}", now=now, payload=payload)


def copy_panel(
    session: Session, actor: ActorFacts, application_id: UUID, source_id: UUID, *, now: datetime
) -> tuple[UUID, ...]:
    """Plan the interviews of another application of the same requisition here, without their times.

    Seats of people who cannot interview this candidate stay empty. Returns the ids in the order of planning.
    """
    application, facts = open_application(session, actor, application_id)
    source = found(application_facts(session, actor, source_id))
    require(actor, Permission.PANEL_PLAN, source)
    if source.requisition_id != facts.requisition_id or source_id == application_id:
        raise InvalidError((Fault("source_id", "Choose another candidate of the same requisition."),))
    planned = [
        _plan(session, actor, application, wanted, decided=facts.decided, now=now)
        for wanted in _panel_of(session, actor, source, _able(session, application))
    ]
    if not planned:
        raise InvalidError((Fault("source_id", "No interview is planned for that candidate yet."),))
    return tuple(planned)


def place_faults(place: str, field: str = "place") -> list[Fault]:
    """What is wrong with a place: a room is any short text, an address of a call is https."""
    place = one_line(place)
    faults = [*text_faults(field, "a place", place, limit=PLACE_LIMIT, required=False)]
    if "://" in place and not place.startswith("https://"):
        faults.append(Fault(field, "Write an address that begins with https://, or a room."))
    return faults


def _plan(
    session: Session,
    actor: ActorFacts,
    application: Application,
    wanted: InterviewPlan,
    *,
    decided: bool,
    now: datetime,
) -> UUID:
    people = tuple(dict.fromkeys(wanted.interviewer_ids or ()))
    _refuse(_faults(session, actor, application, wanted, people))
    interview = Interview(application_id=application.id, created_at=now)
    _apply(interview, wanted)
    session.add(interview)
    session.flush()
    for person_id in people:
        seats.assign(session, actor, interview, person_id, now=now)
    invitations.tell(session, interview, now=now)
    _record(session, actor, "interview.plan", interview, people, now=now)
    if application.stage in {Stage.APPLIED, Stage.SCREENING} and not decided:
        reason = "The first interview was planned."
        applications.set_stage(session, actor, application, Stage.INTERVIEWING, reason=reason, now=now)
    return interview.id


def open_application(session: Session, actor: ActorFacts, application_id: UUID) -> tuple[Application, ApplicationFacts]:
    """An application on which the actor may plan now, locked, with what they are to it."""
    application = applications.locked(session, application_id)
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.PANEL_PLAN, facts)
    if facts.state is not RequisitionState.OPEN:
        message = f"The requisition is {facts.state.words.lower()}. Interviews are planned while it is open."
        raise NotAllowedError(message)
    if application.stage is Stage.WITHDRAWN:
        message = "This application is withdrawn. Move it back first."
        raise NotAllowedError(message)
    if facts.decided and not facts.owes:
        message = "A decision is recorded on this application, so no further interview is planned."
        raise NotAllowedError(message)
    return application, facts


def _locked(session: Session, actor: ActorFacts, interview_id: UUID) -> tuple[Interview, Application, ApplicationFacts]:
    of_which = session.scalar(select(Interview.application_id).where(Interview.id == interview_id))
    if of_which is None:
        raise NotFoundError
    application, facts = open_application(session, actor, of_which)
    interview = session.get_one(Interview, interview_id, with_for_update=True)
    if interview.cancelled_at is not None:
        message = "This interview is cancelled."
        raise ConflictError(message, current_version=interview.version)
    if session.scalar(select(made_of_grades()).where(Interview.id == interview_id)):
        # That there are grades at all is nothing for whoever still owes a card.
        raise NotFoundError if facts.owes else AlreadyDoneError(_GRADES)
    return interview, application, facts


def _apply(interview: Interview, wanted: InterviewPlan) -> None:
    interview.kind, interview.title = wanted.kind, one_line(wanted.title)
    interview.starts_at, interview.minutes = wanted.starts_at, wanted.minutes
    interview.place = one_line(wanted.place)
    interview.case_study = wanted.case_study if wanted.kind is InterviewKind.CASE_STUDY else None
    chosen = set(wanted.focus)
    kept = [focus for focus in interview.focus if focus.dimension in chosen]
    new = chosen - {focus.dimension for focus in kept}
    interview.focus = [*kept, *(InterviewFocus(dimension=dimension) for dimension in sorted(new))]


def _faults(
    session: Session, actor: ActorFacts, application: Application, wanted: InterviewPlan, newcomers: Sequence[UUID]
) -> list[Fault]:
    faults = [*text_faults("title", "a title", one_line(wanted.title), limit=TITLE_LIMIT, required=True)]
    if not SHORTEST <= wanted.minutes <= LONGEST:
        faults.append(Fault("minutes", f"Choose {SHORTEST} to {LONGEST} minutes."))
    faults += place_faults(wanted.place)
    faults += blindness.naming_faults(session, application.id, {"title": wanted.title, "place": wanted.place})
    faults += _blueprint_faults(_blueprint(session, application), wanted)
    if set(newcomers) - _able(session, application):
        told = allow(actor, Permission.GLASS_LIST).granted
        faults.append(Fault("interviewer_ids", _UNFIT_TOLD if told else _UNFIT))
    return faults


def _blueprint_faults(blueprint: Blueprint, wanted: InterviewPlan) -> list[Fault]:
    faults = []
    known = {dimension.id for dimension in blueprint.scorecard.dimensions}
    if not wanted.focus or set(wanted.focus) - known:
        faults.append(Fault("focus", "Choose at least one dimension of the scorecard for this interview to assess."))
    cases = {case.id for case in blueprint.case_studies}
    if wanted.kind is InterviewKind.CASE_STUDY and wanted.case_study not in cases:
        faults.append(Fault("case_study", "Choose the case that the candidate works on."))
    return faults


def _blueprint(session: Session, application: Application) -> Blueprint:
    body = session.execute(
        select(BlueprintVersion.body)
        .join(Requisition, Requisition.blueprint_version_id == BlueprintVersion.id)
        .where(Requisition.id == application.requisition_id)
    ).scalar_one()
    return from_canonical(body)


def _able(session: Session, application: Application) -> set[UUID]:
    """Who may interview this candidate."""
    people = select(Person.id).join(Candidate, Candidate.id == application.candidate_id).where(planning.may_interview())
    return set(session.scalars(people))


def _seated(session: Session, interview_id: UUID) -> dict[UUID, ScorecardRow]:
    cards = session.scalars(
        select(ScorecardRow)
        .where(ScorecardRow.interview_id == interview_id, ScorecardRow.state.in_(SEATED))
        .order_by(ScorecardRow.id)
        .with_for_update()
    )
    return {card.interviewer_id: card for card in cards}


def _panel_of(
    session: Session, actor: ActorFacts, source: ApplicationFacts, able: set[UUID]
) -> tuple[InterviewPlan, ...]:
    interviews = session.scalars(
        select(Interview)
        .where(Interview.application_id == source.application_id, Interview.cancelled_at.is_(None), ~made_of_grades())
        .order_by(Interview.starts_at, Interview.created_at, Interview.title, Interview.id)
        .options(selectinload(Interview.focus))
    ).all()
    seated = session.execute(
        select(ScorecardRow.interview_id, ScorecardRow.interviewer_id)
        .where(
            ScorecardRow.application_id == source.application_id,
            planning.seat_shown(actor, owes=source.owes > 0),
            ScorecardRow.interviewer_id.in_(able),
        )
        .order_by(ScorecardRow.assigned_at, ScorecardRow.id)
    ).all()
    return tuple(
        InterviewPlan(
            kind=interview.kind,
            title=interview.title,
            focus=tuple(sorted(focus.dimension for focus in interview.focus)),
            interviewer_ids=tuple(seat.interviewer_id for seat in seated if seat.interview_id == interview.id),
            minutes=interview.minutes,
            case_study=interview.case_study,
        )
        for interview in interviews
    )


def _record(
    session: Session, actor: ActorFacts, action: str, interview: Interview, people: Sequence[UUID], *, now: datetime
) -> None:
    payload = {
        "kind": interview.kind.value,
        "title": interview.title,
        "starts_at": interview.starts_at.isoformat() if interview.starts_at else "",
        "minutes": interview.minutes,
        "place": interview.place,
        "focus": sorted(focus.dimension for focus in interview.focus),
        "interviewers": sorted(str(person_id) for person_id in people),
    }
    audit.record(session, actor, action, f"interview/{interview.id}", now=now, payload=payload)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidError(tuple(faults))
