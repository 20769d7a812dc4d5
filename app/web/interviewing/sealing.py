"""Acts that end or reopen a scorecard: sealing it, and revising what was sealed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from flask import request

from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError
from app.domain.permission import Permission
from app.queries import scorecards as cards
from app.services import intents, scorecards
from app.web import typed_card
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.interviewing import job, sheet
from app.web.interviewing.card import again
from app.web.interviewing.clash import clash, stamp
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

    from app.web.typed_card import Typed


@job.post("/scorecards/<uuid:card_id>/seal")
@requires(Permission.CARD_SEAL)
def seal(card_id: UUID) -> AnyResponse | tuple[str, int]:
    """Seal the card; ten quick clicks make one seal."""
    written = typed_card.from_form(request.form)
    actor, version = current_actor(), typed_card.version_in(request.form)

    def act(session: Session) -> str:
        content = written.content()
        return str(scorecards.seal(session, actor, card_id, content, version=version, now=now()))

    try:
        _once(act)
    except (ConflictError, AlreadyDoneError):
        return clash(card_id, written)
    except InvalidError as error:
        return again(card_id, written, error.faults)
    return go("interviewing.card", card_id=card_id, done="card-sealed")


@job.get("/scorecards/<uuid:card_id>/revise")
@requires(Permission.CARD_REVISE)
def revise(card_id: UUID) -> tuple[str, int]:
    """The form with what was sealed last."""
    with reading() as session:
        found = cards.own_sealed_card(session, current_actor(), card_id)
        written = typed_card.from_content(found.current.content, found.seat.scorecard)
        return _revision_form(session, found, written, reason="")


@job.post("/scorecards/<uuid:card_id>/revise")
@requires(Permission.CARD_REVISE)
def reseal(card_id: UUID) -> AnyResponse | tuple[str, int]:
    """Seal a further revision; with ``step=edit`` only show the form with what was typed elsewhere."""
    written = typed_card.from_form(request.form)
    reason = request.form.get("reason", "").replace("\r\n", "\n")
    actor, version = current_actor(), typed_card.version_in(request.form)
    if request.form.get("step") == "edit":
        return _revision_again(card_id, written, reason, (), HTTPStatus.OK)

    def act(session: Session) -> str:
        content = written.content()
        made = scorecards.revise(session, actor, card_id, content, version=version, reason=reason, now=now())
        return str(made)

    try:
        _once(act)
    except ConflictError:
        text = "This scorecard was revised in another tab meanwhile. What you typed is below: check it and seal again."
        return _revision_again(card_id, written, reason, (Fault("version", text),), HTTPStatus.CONFLICT)
    except InvalidError as error:
        return _revision_again(card_id, written, reason, error.faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    return go("interviewing.card", card_id=card_id, done="card-revised")


def _once(act: Callable[[Session], str]) -> str:
    fields = request.form
    with writing() as session:
        return intents.once(
            session,
            current_actor(),
            key=fields.get("intent", ""),
            route=request.path,
            body_hash=typed_card.body_hash(fields),
            act=lambda: act(session),
            now=now(),
        )


def _revision_again(
    card_id: UUID, written: Typed, reason: str, faults: Sequence[Fault], status: HTTPStatus
) -> tuple[str, int]:
    with reading() as session:
        found = cards.own_sealed_card(session, current_actor(), card_id)
        drawn, _ = _revision_form(session, found, written, reason=reason, faults=faults)
        return drawn, status


def _revision_form(
    session: Session, found: cards.SealedCard, written: Typed, *, reason: str, faults: Sequence[Fault] = ()
) -> tuple[str, int]:
    return page(
        "interviewing/revise.html",
        session=session,
        blueprint=stamp(found.seat),
        card=found,
        seat=found.seat,
        sheet=sheet.draw(found.seat, written, faults),
        choices=sheet.CHOICES,
        reason=reason,
        intent=uuid4().hex,
    )
