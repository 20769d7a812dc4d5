"""Times for a whole loop at once: refused where somebody is not free, unless the planner says that it is meant so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select, update

from app.domain.errors import ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError
from app.domain.slots import Clash, ClashKind, Meeting, clashes
from app.domain.text import one_line, text_faults
from app.models import planning
from app.models.candidate import Application, Candidate
from app.models.diaries import diaries_of
from app.models.interview import Interview
from app.models.person import Person
from app.models.schedule import TimeRequest
from app.models.scorecard import ScorecardRow
from app.services import arrivals, audit, blindness, interviews, invitations, outbox, time_zones

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.candidate_link import CandidateFacts
    from app.domain.permission import ActorFacts, ApplicationFacts

WISH_LIMIT, MOST_WISHES = 1000, 5
_STALE = "Somebody changed an interview while you were choosing times. Load the page again and repeat your change."


@dataclass(frozen=True, slots=True)
class TimeWanted:
    """When and where an interview is to be; ``version`` is the one that the page showed."""

    interview_id: UUID
    version: int
    starts_at: datetime | None
    place: str


def settle(
    session: Session,
    actor: ActorFacts,
    application_id: UUID,
    wanted: Sequence[TimeWanted],
    *,
    confirmed: bool,
    now: datetime,
) -> int:
    """Set times and places of an application's interviews, tell everybody, and return how many changed.

    :class:`InvalidError` with a fault on an interview's id for each that clashes, unless ``confirmed``. What the
    candidate asked for counts as answered once a time changed.
    """
    _application, facts = interviews.open_application(session, actor, application_id)
    kept = _kept(session, application_id)
    changed = [one for one in wanted if _changes(kept, one)]
    faults = [fault for one in changed for fault in interviews.place_faults(one.place, str(one.interview_id))]
    faults += blindness.naming_faults(session, application_id, {str(one.interview_id): one.place for one in changed})
    if not confirmed:
        faults += _clash_faults(session, actor, facts, kept=kept, changed=changed, now=now)
    if faults:
        raise InvalidError(tuple(faults))
    for one in changed:
        _set(session, actor, kept[one.interview_id], one, now)
    if changed:
        answer(session, actor, application_id, now=now)
    return len(changed)


def answer(session: Session, actor: ActorFacts, application_id: UUID, *, now: datetime) -> None:
    """Take what a candidate asked for as answered."""
    interviews.open_application(session, actor, application_id)
    answered = session.execute(
        update(TimeRequest)
        .where(TimeRequest.application_id == application_id, TimeRequest.settled_at.is_(None))
        .values(settled_at=now)
        .returning(TimeRequest.id)
        .execution_options(synchronize_session=False)
    ).all()
    if answered:
        audit.record(session, actor, "time_request.answer", f"application/{application_id}", now=now)


def ask(session: Session, candidate: CandidateFacts, text: str, *, now: datetime) -> None:
    """Keep a candidate's wish for other times, in their own words, and tell who runs the process that there is one."""
    faults = text_faults("text", "what would suit you", text, limit=WISH_LIMIT, required=True)
    if faults:
        raise InvalidError(faults)
    waiting = session.scalar(
        select(func.count())
        .select_from(TimeRequest)
        .where(TimeRequest.application_id == candidate.application_id, TimeRequest.settled_at.is_(None))
    )
    if (waiting or 0) >= MOST_WISHES:
        message = "You have asked several times already. Please wait for an answer."
        raise NotAllowedError(message)
    session.add(TimeRequest(application_id=candidate.application_id, text=text.strip(), asked_at=now))
    session.flush()
    audit.record(session, None, "time_request.ask", f"application/{candidate.application_id}", now=now)
    for runner in arrivals.who_runs(session, candidate.application_id, without=None):
        outbox.notify(
            session,
            runner.person_id,
            subject=f"A candidate asks for other times: {runner.requisition}",
            body="What they wrote stands above the times of their interviews.",
            path=f"/applications/{candidate.application_id}/schedule",
            now=now,
        )


def set_zone(session: Session, candidate: CandidateFacts, zone: str) -> None:
    """Keep the zone that a candidate's times are shown in, which also bounds the hours that are offered for them."""
    if wrong := time_zones.faults(zone):
        raise InvalidError(tuple(wrong))
    kept = session.scalar(
        select(Candidate)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.id == candidate.application_id)
    )
    if kept is None:
        raise NotFoundError
    kept.zone = zone
    session.flush()


def _kept(session: Session, application_id: UUID) -> dict[UUID, Interview]:
    found = session.scalars(
        select(Interview)
        .where(Interview.application_id == application_id, Interview.cancelled_at.is_(None))
        .order_by(Interview.id)
        .with_for_update()
    )
    return {one.id: one for one in found}


def _changes(kept: dict[UUID, Interview], wanted: TimeWanted) -> bool:
    interview = kept.get(wanted.interview_id)
    if interview is None:
        raise ConflictError(_STALE)
    same = interview.starts_at == wanted.starts_at and interview.place == one_line(wanted.place)
    if not same and interview.version != wanted.version:
        raise ConflictError(_STALE, current_version=interview.version)
    return not same


def _set(session: Session, actor: ActorFacts, interview: Interview, wanted: TimeWanted, now: datetime) -> None:
    interview.starts_at, interview.place = wanted.starts_at, one_line(wanted.place)
    session.flush()
    invitations.tell(session, interview, now=now)
    payload = {"starts_at": wanted.starts_at.isoformat() if wanted.starts_at else "", "place": interview.place}
    audit.record(session, actor, "interview.schedule", f"interview/{interview.id}", now=now, payload=payload)


def _clash_faults(
    session: Session,
    actor: ActorFacts,
    facts: ApplicationFacts,
    *,
    kept: dict[UUID, Interview],
    changed: Sequence[TimeWanted],
    now: datetime,
) -> list[Fault]:
    """A fault an interview for what speaks against the new times; what was accepted before is not brought up again."""
    times = {key: interview.starts_at for key, interview in kept.items()}
    times |= {one.interview_id: one.starts_at for one in changed}
    people = _people(session, actor, facts)
    loop = [
        (Meeting(key, kept[key].minutes, tuple(people.get(key, {}))), starts_at)
        for key, starts_at in times.items()
        if starts_at is not None
    ]
    diaries = diaries_of(session, actor, facts.application_id, now=now)
    new = {one.interview_id for one in changed if one.starts_at != kept[one.interview_id].starts_at}
    names = {who: name for seated in people.values() for who, name in seated.items()}
    found = [clash for clash in clashes(loop, diaries.people, diaries.candidate) if clash.key in new]
    return [
        Fault(str(key), " ".join(in_words(clash, names) for clash in found if clash.key == key))
        for key in dict.fromkeys(clash.key for clash in found)
    ]


def in_words(clash: Clash, names: dict[UUID, str]) -> str:
    """What speaks against a time, as a sentence."""
    who = "The candidate" if clash.who is None else names.get(clash.who, "Somebody")
    return {
        ClashKind.BUSY: f"{who} is busy then.",
        ClashKind.TWICE: f"{who} would be in two interviews at once.",
        ClashKind.HOURS: f"{who} would have to come before 07:00, after 21:00 or on a weekend.",
    }[clash.kind]


def _people(session: Session, actor: ActorFacts, facts: ApplicationFacts) -> dict[UUID, dict[UUID, str]]:
    """By interview, who sits on it as far as the actor may know, by name."""
    rows = session.execute(
        select(ScorecardRow.interview_id, Person.id, Person.name)
        .join(Person, Person.id == ScorecardRow.interviewer_id)
        .where(ScorecardRow.application_id == facts.application_id, planning.seat_shown(actor, owes=facts.owes > 0))
        .order_by(Person.name, Person.id)
    )
    found: dict[UUID, dict[UUID, str]] = {}
    for interview_id, person_id, name in rows:
        found.setdefault(interview_id, {})[person_id] = name
    return found
