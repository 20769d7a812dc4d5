"""A candidate withdraws: their own step, which ends every duty on the application and tells who runs the process."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.candidate_link import has_ended
from app.domain.errors import AlreadyDoneError
from app.domain.hiring import Stage
from app.models.candidate import Application
from app.models.person import Installation
from app.models.requisition import Requisition
from app.services import applications, arrivals, audit, candidate_mail, outbox, seats

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.candidate_link import CandidateFacts

REASON = "The candidate withdrew."
_OVER = "Your application has already ended, so there is nothing to withdraw."


def withdraw(session: Session, candidate: CandidateFacts, *, now: datetime) -> None:
    """Withdraw the application; that also ends its link and every visit. Twice is :class:`AlreadyDoneError`."""
    application = applications.locked(session, candidate.application_id)
    need = session.get_one(Requisition, application.requisition_id)
    if has_ended(application.stage, need.state):
        raise AlreadyDoneError(_OVER)
    audit.record(session, None, "application.withdraw_by_candidate", f"application/{application.id}", now=now)
    applications.set_stage(session, None, application, Stage.WITHDRAWN, reason=REASON, now=now)
    # First nobody owes a card any more, so that everybody who runs the process may be told.
    seats.release_all(session, None, Application.id == application.id, REASON, now=now)
    for runner in arrivals.who_runs(session, application.id, without=None):
        _tell(session, runner.person_id, application.id, runner.requisition, now)
    _confirm(session, application.id, need.title, now)


def _tell(session: Session, person_id: UUID, application_id: UUID, requisition: str, now: datetime) -> None:
    outbox.notify(
        session,
        person_id,
        subject=f"A candidate withdrew: {requisition}",
        body=f"A candidate withdrew their application for {requisition}. Nobody owes a scorecard on it any more; "
        "interviews that were planned can be cancelled.",
        path=f"/applications/{application_id}",
        now=now,
    )


def _confirm(session: Session, application_id: UUID, role: str, now: datetime) -> None:
    company = session.scalar(select(Installation.company)) or ""
    candidate_mail.write(
        session,
        application_id,
        subject="You withdrew your application",
        body=f"You withdrew your application to {company}: {role}. The link that you had has ended.\n\n"
        "Was it not you, or was it a mistake? Write to the person you were in touch with.",
        now=now,
        with_link=False,
    )
