"""Criteria about panels and plans that services and queries share, as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, exists, literal, or_, select
from sqlalchemy.orm import aliased

from app.domain.card import CardState
from app.models.candidate import Application, Candidate
from app.models.facts import SEATED
from app.models.interview import Interview
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from app.models.asking import Asking


def owes_on_candidate(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A column beside :class:`Candidate`: the actor owes a card on them, in any requisition."""
    card, application = aliased(ScorecardRow), aliased(Application)
    return exists(
        select(literal(1))
        .select_from(card)
        .join(application, application.id == card.application_id)
        .where(
            application.candidate_id == Candidate.id,
            card.interviewer_id == actor.person_id,
            card.state == CardState.OWED,
        )
        .correlate(Candidate)
    )


def seat_shown(actor: ActorFacts, *, owes: bool) -> ColumnElement[bool]:
    """A criterion on :class:`ScorecardRow`: the interviewer has this seat, as far as the actor may know.

    For somebody who owes a card on the candidate every seat of others that was ever given stays: that a person was
    released would tell what became of their card.
    """
    held = ScorecardRow.state.in_(SEATED)
    return or_(held, ScorecardRow.interviewer_id != actor.person_id) if owes else held


def pinned() -> ColumnElement[bool]:
    """A column beside :class:`Requisition`: an interview was planned there, so its version and must-haves stay."""
    return exists(
        select(literal(1))
        .select_from(Interview)
        .join(Application, Application.id == Interview.application_id)
        .where(Application.requisition_id == Requisition.id)
        .correlate(Requisition)
    )
