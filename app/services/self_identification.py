"""What candidates say of themselves: asked by a signed link, kept apart from everything, taken back at any time.

No answer is ever read here but to be counted, and none leaves a trace in the audit chain: an event would have a time,
and a time beside a visit or a mail would tell whose answer it was.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.errors import AlreadyDoneError, NotFoundError
from app.domain.fairness.questions import kept
from app.domain.hiring import RequisitionState
from app.domain.permission import Permission
from app.models.candidate import Application
from app.models.facts import application_facts
from app.models.requisition import Requisition
from app.models.self_identification import SelfIdentification
from app.services import audit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.domain.fairness.pseudonym import AnswerKeys
    from app.domain.fairness.questions import Question
    from app.domain.permission import ActorFacts

LASTS = timedelta(days=90)
"""How long a link is good for; a new one can be made at any time."""

_CLOSED = "This role is closed, so answers are no longer taken. What you gave before can still be deleted."
_ENDED = "This link has ended."


def offer(session: Session, actor: ActorFacts, application_id: UUID, *, keys: AnswerKeys, now: datetime) -> str:
    """A link's token for the candidate, to be handed to them; that it was made is recorded, never that it was used."""
    facts = found(application_facts(session, actor, application_id))
    require(actor, Permission.CANDIDATE_EDIT, facts)
    if facts.state is RequisitionState.CLOSED:
        raise AlreadyDoneError(_CLOSED)
    audit.record(session, actor, "self-identification.offer", f"application/{application_id}", now=now)
    return keys.link(application_id, now.date() + LASTS)


def reach(keys: AnswerKeys, token: str, today: date) -> tuple[UUID, date]:
    """The application and last day of a link; :class:`NotFoundError` for a forged one, gone by for one that ended."""
    application_id, last_day = keys.read(token)
    if today > last_day:
        raise AlreadyDoneError(_ENDED)
    return application_id, last_day


def answer(
    session: Session,
    application_id: UUID,
    given: Mapping[str, str],
    *,
    keys: AnswerKeys,
    asked: tuple[Question, ...],
) -> None:
    """Keep the answers of an application in place of earlier ones; none at all is the same as taking them back.

    :class:`AlreadyDoneError` once the requisition is closed: then it may be counted, and is counted once.
    """
    state = session.scalar(
        select(Requisition.state)
        .join(Application, Application.requisition_id == Requisition.id)
        .where(Application.id == application_id)
        .with_for_update(read=True, of=Requisition)
    )
    if state is None:
        raise NotFoundError
    if state is RequisitionState.CLOSED:
        raise AlreadyDoneError(_CLOSED)
    _put(session, keys.pseudonym(application_id), kept(asked, given))


def withdraw(session: Session, application_id: UUID, *, keys: AnswerKeys) -> None:
    """Delete an application's answers; deleting what is not there is no fault, and looks the same."""
    _put(session, keys.pseudonym(application_id), {})


def _put(session: Session, pseudonym: str, answers: Mapping[str, str]) -> None:
    row = session.get(SelfIdentification, pseudonym, with_for_update=True)
    text = json.dumps(answers, ensure_ascii=False, sort_keys=True)
    if row and not answers:
        session.delete(row)
    elif row:
        row.answers = text
    elif answers:
        session.add(SelfIdentification(pseudonym=pseudonym, answers=text))
    session.flush()
