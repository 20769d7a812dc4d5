"""Blind review: who may not learn who a candidate is, and the code that they read in place of the name.

Somebody who owes a scorecard on a candidate in a blind requisition is blinded to that candidate everywhere, in other
requisitions too, whatever else they are, until the card is sealed or they are released from it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, String, case, cast, exists, func, literal, select
from sqlalchemy.orm import aliased

from app.domain.blind import CODE_LETTERS
from app.domain.card import CardState
from app.models.candidate import Application, Candidate
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.models.asking import Asking


def is_blinded(actor: ActorFacts | Asking) -> ColumnElement[bool]:
    """A criterion beside :class:`Candidate`: the actor may not learn who this candidate is."""
    return blinded_to(actor.person_id)


def shown_name(actor: ActorFacts | Asking) -> ColumnElement[str]:
    """A column beside :class:`Candidate`: the name, or such as "Candidate 3FA9C" for whoever is blinded to them."""
    return name_shown_to(actor.person_id)


def shown_headline(actor: ActorFacts | Asking) -> ColumnElement[str]:
    """A column beside :class:`Candidate`: the headline, or nothing for whoever is blinded: it may name a school."""
    return case((is_blinded(actor), literal("", String)), else_=Candidate.headline)


def blinded_to(person_id: UUID | ColumnElement[UUID]) -> ColumnElement[bool]:
    """The same as :func:`is_blinded` for any reader: an id, or a column of ids in the statement around it."""
    card, application, requisition = _aliases()
    owed = (
        select(literal(1))
        .select_from(card)
        .join(application, application.id == card.application_id)
        .join(requisition, requisition.id == application.requisition_id)
        .where(
            application.candidate_id == Candidate.id,
            card.interviewer_id == person_id,
            card.state == CardState.OWED,
            requisition.blind.is_(True),
        )
    )
    # Everything but the card's own tables comes from the statement around it, a column of readers among them.
    return exists(owed.correlate_except(card, application, requisition))


@cache
def _aliases() -> tuple[type[ScorecardRow], type[Application], type[Requisition]]:
    # Made once: the columns of an alias cost more than the rest of the criterion, which every list of names asks for.
    return aliased(ScorecardRow), aliased(Application), aliased(Requisition)


def name_shown_to(person_id: UUID | ColumnElement[UUID]) -> ColumnElement[str]:
    """The same as :func:`shown_name` for any reader, such as the one whom a mail goes to."""
    return case((blinded_to(person_id), shown_code()), else_=Candidate.name)


def shown_code() -> ColumnElement[str]:
    """A column beside :class:`Candidate`: the code, which says what :func:`app.domain.blind.code_of` says."""
    letters = func.upper(func.substr(cast(Candidate.id, String), 1, CODE_LETTERS), type_=String())
    return literal("Candidate ", String) + letters


def name_for(session: Session, person_id: UUID, candidate_id: UUID) -> str:
    """What a person may call a candidate at this moment, in one query; an empty text when there is no candidate."""
    shown = session.scalar(select(name_shown_to(person_id)).where(Candidate.id == candidate_id))
    return shown or ""
