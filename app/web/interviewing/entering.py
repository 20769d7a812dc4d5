"""Typing in somebody else's scorecard from their notes: credited to them, and it says who typed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from flask import request

from app.domain.errors import AlreadyDoneError, Fault, InvalidError
from app.domain.permission import Permission
from app.queries import scorecards as cards
from app.services import intents, scorecards
from app.web import typed_card
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.interviewing import job, sheet
from app.web.interviewing.clash import stamp
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response as AnyResponse

    from app.web.typed_card import Typed


@job.get("/scorecards/<uuid:card_id>/enter")
@requires(Permission.CARD_ENTER)
def enter(card_id: UUID) -> tuple[str, int]:
    """The empty form of somebody else's card."""
    return _form(card_id, None)


@job.post("/scorecards/<uuid:card_id>/enter")
@requires(Permission.CARD_ENTER)
def entered(card_id: UUID) -> AnyResponse | tuple[str, int]:
    """Seal it for its interviewer; sending it twice seals it once."""
    written = typed_card.from_form(request.form)
    actor, at = current_actor(), now()
    try:
        with writing() as session:
            intents.once(
                session,
                actor,
                key=request.form.get("intent", ""),
                route=request.path,
                body_hash=typed_card.body_hash(request.form),
                act=lambda: str(scorecards.enter(session, actor, card_id, written.content(), now=at)),
                now=at,
            )
    except AlreadyDoneError as error:
        return _late(card_id, written, str(error))
    except InvalidError as error:
        return _form(card_id, written, error.faults)
    return go("hiring.application", application_id=_application(card_id), done="card-entered")


def _form(card_id: UUID, written: Typed | None, faults: Sequence[Fault] = ()) -> tuple[str, int]:
    with reading() as session:
        found = cards.card_to_enter(session, current_actor(), card_id)
        empty = typed_card.Typed({d.id: "" for d in found.seat.scorecard.dimensions}, {}, (), "", "", "")
        return page(
            "interviewing/enter.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
            session=session,
            blueprint=stamp(found.seat),
            card=found,
            seat=found.seat,
            sheet=sheet.draw(found.seat, written or empty, faults),
            choices=sheet.CHOICES,
            intent=request.form.get("intent") or uuid4().hex,
        )


def _late(card_id: UUID, written: Typed, why: str) -> tuple[str, int]:
    texts = [text for text in (*written.evidence.values(), written.summary) if text.strip()]
    return page(
        "interviewing/entered_late.html",
        status=HTTPStatus.CONFLICT,
        application_id=_application(card_id),
        reason=why,
        texts=texts,
    )


def _application(card_id: UUID) -> UUID:
    with reading() as session:
        return cards.application_of(session, current_actor(), card_id)
