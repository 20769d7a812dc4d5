"""Mail to candidates: a row in the acting transaction, sent by the worker, with the address of their link.

What is written here must be the candidate's to know: never a stage, an interviewer's note, a score or a reason.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.permission import Permission
from app.models.candidate import Application
from app.models.facts import application_facts
from app.models.outbox import Message
from app.models.person import Installation
from app.models.requisition import Requisition
from app.services import audit, links
from app.services.outbox import SUBJECT_LIMIT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

OWN_PAGE = "/your-application"
"""Where a candidate is once they have come by their link."""


def write(
    session: Session,
    application_id: UUID,
    *,
    subject: str,
    body: str,
    now: datetime,
    calendar: str = "",
    method: str = "",
    with_link: bool = True,
) -> None:
    """Write to the candidate of an application, for an act that has checked permission itself.

    ``with_link`` ends the mail with their link and sees to it that there is one, good for :data:`links.LASTS` at
    least. Should it be ended before the mail leaves, the mail goes without. ``calendar`` is the text of an iCalendar
    file that comes along and ``method`` what it asks for.
    """
    if with_link:
        links.lasting(session, application_id, now + links.LASTS, now=now)
    session.add(
        Message(
            application_id=application_id, subject=subject[:SUBJECT_LIMIT], body=body, path=OWN_PAGE,
            with_link=with_link, calendar=calendar, calendar_method=method, created_at=now,
        )
    )  # fmt: skip


def send_link(session: Session, actor: ActorFacts, application_id: UUID, *, now: datetime) -> None:
    """Send the candidate their living link, making one where there is none."""
    require(actor, Permission.LINK_ISSUE, found(application_facts(session, actor, application_id)))
    link = links.lasting(session, application_id, now + links.LASTS, now=now)
    what = "what is stored about you" if link.afterwards else "what comes next, and what is stored about you"
    company = session.scalar(select(Installation.company)) or ""
    write(
        session,
        application_id,
        subject=f"Your application to {company}",
        body=f"You applied to {company}: {_role(session, application_id)}.\n\n"
        f"The link below opens a page of your own: {what}. You need no account. The link is yours alone, so please do "
        "not pass it on.",
        now=now,
    )
    audit.record(session, actor, "link.send", f"application/{application_id}", now=now)


def _role(session: Session, application_id: UUID) -> str:
    its = select(Application.requisition_id).where(Application.id == application_id).scalar_subquery()
    return session.scalar(select(Requisition.title).where(Requisition.id == its)) or ""
