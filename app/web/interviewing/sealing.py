"""Acts that end or reopen a scorecard: sealing it, and revising what was sealed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from flask import jsonify, request, url_for

from app.domain.card import BegunRevision
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError
from app.domain.permission import Permission
from app.queries import scorecards as cards
from app.services import intents, scorecards
from app.web import typed_card
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import wants_json
from app.web.guard import current_actor, requires
from app.web.interviewing import job, sheet
from app.web.interviewing.card import again
from app.web.interviewing.clash import clash, differences, stamp
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
    """The form with the revision that was begun, or with what was sealed last."""
    with reading() as session:
        found = cards.own_sealed_card(session, current_actor(), card_id)
        begun = found.begun or BegunRevision(found.current.content, "")
        written = typed_card.from_content(begun.content, found.seat.scorecard)
        return _revision_form(session, found, written, reason=begun.reason)


@job.post("/scorecards/<uuid:card_id>/revise")
@requires(Permission.CARD_REVISE)
def reseal(card_id: UUID) -> AnyResponse | tuple[str, int]:
    """Seal a further revision; ``step`` says what else: `draft` keeps it, `discard` drops it, `edit` only shows it."""
    written = typed_card.from_form(request.form)
    reason = typed_card.lines(request.form.get("reason", ""))
    step = request.values.get("step", "")
    if step == "edit":
        return _revision_again(card_id, written, reason, (), HTTPStatus.OK)
    try:
        if step in {"draft", "discard"}:
            return _kept(card_id, BegunRevision(written.content(), reason) if step == "draft" else None)
        _once(_resealing(card_id, written, reason))
    except ConflictError:
        if wants_json():
            raise
        text = "This revision was changed in another tab meanwhile. What you typed is below: check it and seal again."
        return _revision_again(card_id, written, reason, (Fault("version", text),), HTTPStatus.CONFLICT)
    except InvalidError as error:
        if wants_json():
            raise
        return _revision_again(card_id, written, reason, error.faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    return go("interviewing.card", card_id=card_id, done="card-revised")


def _resealing(card_id: UUID, written: Typed, reason: str) -> Callable[[Session], str]:
    actor, version = current_actor(), typed_card.version_in(request.form)

    def act(session: Session) -> str:
        content = written.content()
        made = scorecards.revise(session, actor, card_id, content, version=version, reason=reason, now=now())
        return str(made)

    return act


def _kept(card_id: UUID, begun: BegunRevision | None) -> AnyResponse:
    with writing() as session:
        version = scorecards.keep_revision(
            session, current_actor(), card_id, begun, version=typed_card.version_in(request.form), now=now()
        )
    if wants_json():
        return jsonify(version=version, saved_at=now().isoformat())
    if begun is None:
        return go("interviewing.card", card_id=card_id, done="revision-dropped")
    return go("interviewing.revise", card_id=card_id, done="draft-saved")


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
        elsewhere: list[tuple[str, str]] = []
        if found.begun and found.version != typed_card.version_in(request.form):
            stored = typed_card.from_content(found.begun.content, found.seat.scorecard)
            differing = differences(written, stored, found.seat.scorecard)
            elsewhere = [(each.title, each.there) for each in differing]
            elsewhere += [("Why you revise", found.begun.reason)] if found.begun.reason != reason else []
        drawn, _ = _revision_form(session, found, written, reason=reason, faults=faults, elsewhere=elsewhere)
        return drawn, status


def _revision_form(
    session: Session,
    found: cards.SealedCard,
    written: Typed,
    *,
    reason: str,
    faults: Sequence[Fault] = (),
    elsewhere: Sequence[tuple[str, str]] = (),
) -> tuple[str, int]:
    """The form; ``elsewhere`` is what another tab kept and reads differently, by its field's title."""
    return page(
        "interviewing/revise.html",
        session=session,
        blueprint=stamp(found.seat),
        card=found,
        seat=found.seat,
        sheet=sheet.draw(found.seat, written, faults),
        choices=sheet.CHOICES,
        reason=reason,
        elsewhere=elsewhere,
        intent=uuid4().hex,
        sign_in_url=url_for("auth.sign_in", then=request.path),
    )
