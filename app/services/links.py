"""Candidates' links: one living link an application, made by a person or needed by an act of the program.

No token is kept and none is made here: whoever shows or sends a link makes its token from the installation's key.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select

from app.domain.access import found, require
from app.domain.candidate_link import LinkState, has_ended
from app.domain.errors import Fault, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.models.candidate import Application
from app.models.facts import application_facts
from app.models.link import CandidateLink, CandidateVisit
from app.models.requisition import Requisition
from app.services import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

LASTS = timedelta(days=30)
"""For how long a link is good when nobody says more."""
LONGEST = timedelta(days=180)


def issue(
    session: Session, actor: ActorFacts, application_id: UUID, *, until: datetime, now: datetime
) -> CandidateLink:
    """Make the link of an application, good until then; every earlier one ends at once, and so do its visits.

    One that is made after the application ended opens what is stored and the feedback, and nothing to work on.
    """
    require(actor, Permission.LINK_ISSUE, found(application_facts(session, actor, application_id)))
    if not now < until <= now + LONGEST:
        message = f"Choose a day from tomorrow to {LONGEST.days} days from now."
        raise InvalidError((Fault("until", message),))
    link, ended = _locked(session, application_id)
    made = _renewed(session, application_id, link, until=until, ended=ended, by_id=actor.person_id, now=now)
    audit.record(session, actor, "link.issue", f"application/{application_id}", now=now)
    return made


def lasting(session: Session, application_id: UUID, until: datetime, *, now: datetime) -> CandidateLink:
    """The living link of an application, good until then at least; made where there is none.

    For acts that have checked permission themselves, such as setting a task. A living link is never cut short and
    keeps its address, so that links in earlier mails go on working.
    """
    link, ended = _locked(session, application_id)
    if link is None or not state_of(link, ended=ended).alive(now):
        link = _renewed(session, application_id, link, until=until, ended=ended, by_id=None, now=now)
        audit.record(session, None, "link.issue", f"application/{application_id}", now=now)
    elif link.expires_at < until:
        link.expires_at = until
        session.flush()
    return link


def void(session: Session, actor: ActorFacts, application_id: UUID, *, now: datetime) -> None:
    """End the link of an application and its visits; ending what is not there is no fault."""
    require(actor, Permission.LINK_ISSUE, found(application_facts(session, actor, application_id)))
    link, _ = _locked(session, application_id)
    if link is None or link.voided_at is not None:
        return
    link.voided_at = now
    _end_visits(session, link)
    audit.record(session, actor, "link.void", f"application/{application_id}", now=now)


def state_of(link: CandidateLink, *, ended: bool) -> LinkState:
    """What decides whether a link opens; ``ended`` says whether its application is over."""
    return LinkState(link.generation, link.expires_at, link.voided_at, link.afterwards, ended)


def _locked(session: Session, application_id: UUID) -> tuple[CandidateLink | None, bool]:
    """The link of an application, locked behind it, and whether the application is over."""
    row = session.execute(
        select(Application.stage, Requisition.state)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.id == application_id)
        .with_for_update(of=Application)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    link = session.scalar(select(CandidateLink).where(CandidateLink.application_id == application_id).with_for_update())
    return link, has_ended(*row)


def _renewed(
    session: Session,
    application_id: UUID,
    link: CandidateLink | None,
    *,
    until: datetime,
    ended: bool,
    by_id: UUID | None,
    now: datetime,
) -> CandidateLink:
    """The next generation of a link, or its first."""
    if link is None:
        link = CandidateLink(application_id=application_id, generation=1)
        session.add(link)
    else:
        link.generation += 1
        _end_visits(session, link)
    link.expires_at, link.afterwards, link.voided_at, link.opened_at = until, ended, None, None
    link.created_at, link.created_by_id = now, by_id
    session.flush()
    return link


def _end_visits(session: Session, link: CandidateLink) -> None:
    session.execute(delete(CandidateVisit).where(CandidateVisit.link_id == link.id))
    session.flush()
