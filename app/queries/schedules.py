"""All interviews of an application with their times: who has to be there, when everybody could, and what is in the way.

Nothing here depends on anybody's scorecard: seats are cut as on the application's own page, and diaries say only that
somebody is not free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.access import found, require
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Permission
from app.domain.slots import Clash, Diary, Meeting, Offer, Proposal, clashes, offer, propose
from app.domain.visibility import stage_for
from app.models.candidate import Application
from app.models.diaries import diaries_of
from app.models.facts import application_facts
from app.queries import panels, requisitions

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts, ApplicationFacts
    from app.models.diaries import Attendee, Diaries, Wish
    from app.queries.panels import Panel, PlannedInterview
    from app.queries.requisitions import RequisitionHeader

NOTICE = timedelta(hours=24)
"""Nobody is asked to come sooner than this."""
AHEAD = timedelta(days=21)
"""How far ahead times are offered."""
OFFERED = 8


@dataclass(frozen=True, slots=True)
class ScheduledInterview:
    """One interview: when everybody could come, and what speaks against the time that it has."""

    interview: PlannedInterview
    offer: Offer
    clashes: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """The times of a loop: ``ahead`` also holds what has no time yet, ``over`` what has taken place.

    ``people`` are by id those with a seat that the reader may know of, by name. To whoever is ``blinded`` to the
    candidate neither their zone nor their words are told.
    """

    application_id: UUID
    candidate: str
    candidate_zone: str
    requisition: RequisitionHeader
    ahead: tuple[ScheduledInterview, ...]
    over: tuple[PlannedInterview, ...]
    people: Mapping[UUID, str]
    attendees: Mapping[UUID, Attendee]
    proposal: Proposal
    wishes: tuple[Wish, ...]
    open: bool
    blinded: bool


def page(session: Session, actor: ActorFacts, application_id: UUID, *, now: datetime) -> SchedulePage:
    """The times of an application's interviews, in four queries; :class:`NotFoundError` when it is not theirs."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.PANEL_PLAN, facts)
    rows = panels.rows(session, actor, Application.id == application_id)
    requisition = requisitions.header(session, facts.requisition_id)
    diaries = diaries_of(session, actor, application_id, now=now)
    panel = panels.panel_of(rows, actor, facts)
    over = tuple(one for one in panel.interviews if one.starts_at and _meeting(one).span(one.starts_at).ends_at <= now)
    people = {seat.person_id: seat.name for seat in panel.seats}
    return SchedulePage(
        application_id,
        rows[0].candidate,
        "" if facts.blinded else diaries.candidate_zone,
        requisition,
        tuple(_scheduled(one, panel, diaries, now) for one in panel.interviews if one not in over),
        over,
        people,
        {who: one for who, one in diaries.attendees.items() if who in people},
        _proposed(panel, diaries, now),
        tuple(replace(wish, text="") for wish in diaries.wishes) if facts.blinded else diaries.wishes,
        _plannable(facts, stage_for(facts, rows[0].stage)),
        facts.blinded,
    )


def _plannable(facts: ApplicationFacts, shown: Stage) -> bool:
    """The same rule as the service's, told beforehand."""
    is_open = facts.state is RequisitionState.OPEN and shown is not Stage.WITHDRAWN
    return is_open and not (facts.decided and not facts.owes)


def _scheduled(interview: PlannedInterview, panel: Panel, diaries: Diaries, now: datetime) -> ScheduledInterview:
    placed = [(_meeting(one), one.starts_at) for one in panel.interviews if one.starts_at]
    found = clashes(placed, diaries.people, diaries.candidate)
    mine = tuple(clash for clash in found if clash.key == interview.interview_id)
    return ScheduledInterview(interview, _offer(interview, panel, diaries, now), mine)


def _offer(interview: PlannedInterview, panel: Panel, diaries: Diaries, now: datetime) -> Offer:
    """Times for one interview while all others stay where they are."""
    others = [one for one in panel.interviews if one.starts_at and one.interview_id != interview.interview_id]
    present = _present(interview, others, diaries)
    return offer(interview.minutes, present, first=now + NOTICE, last=now + AHEAD, most=OFFERED)


def _present(interview: PlannedInterview, others: list[PlannedInterview], diaries: Diaries) -> list[Diary]:
    taken = (_meeting(one).span(one.starts_at).with_breaks() for one in others if one.starts_at)
    found = [diaries.candidate.with_busy(*taken)]
    for seat in interview.seats:
        theirs = [one for one in others if any(other.person_id == seat.person_id for other in one.seats)]
        diary = diaries.people.get(seat.person_id, Diary())
        found.append(diary.with_busy(*(_meeting(one).span(one.starts_at) for one in theirs if one.starts_at)))
    return found


def _proposed(panel: Panel, diaries: Diaries, now: datetime) -> Proposal:
    """Times for everything that has none yet, around what has."""
    kept = [one for one in panel.interviews if one.starts_at]
    people = dict(diaries.people)
    candidate = diaries.candidate
    for one in kept:
        if one.starts_at:
            span = _meeting(one).span(one.starts_at)
            candidate = candidate.with_busy(span.with_breaks())
            people |= {seat.person_id: people.get(seat.person_id, Diary()).with_busy(span) for seat in one.seats}
    meetings = [_meeting(one) for one in panel.interviews if not one.starts_at]
    return propose(meetings, people, candidate, first=now + NOTICE, last=now + AHEAD)


def _meeting(interview: PlannedInterview) -> Meeting:
    return Meeting(interview.interview_id, interview.minutes, tuple(seat.person_id for seat in interview.seats))


def clock_words(moment: datetime, zone: str) -> str:
    """A moment on the clock of a zone, short enough for a list: ``Tue 3 March, 14:05``."""
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    return f"{local:%a} {local.day} {local:%B, %H:%M}"
