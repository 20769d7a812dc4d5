"""The scorecard while it is written: the form, its drafts, and the note to the other interviewers."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from flask import jsonify, request, url_for
from flask_wtf.csrf import generate_csrf

from app.domain.card import CardState
from app.domain.errors import AlreadyDoneError, ConflictError, Fault, InvalidError
from app.domain.permission import Permission
from app.queries import scorecards as cards
from app.services import scorecards
from app.web import typed_card
from app.web.clock import now
from app.web.database import reading, writing
from app.web.documents import send
from app.web.errors import wants_json
from app.web.guard import current_actor, current_person, requires
from app.web.interviewing import job, sheet
from app.web.interviewing.clash import clash, stamp
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

    from app.web.typed_card import Typed


@job.get("/scorecards/<uuid:card_id>")
@requires(Permission.CARD_READ_OWN)
def card(card_id: UUID) -> tuple[str, int]:
    """The form while the card is owed, the card itself once it is sealed."""
    with reading() as session:
        found = cards.card_page(session, current_actor(), card_id)
        if isinstance(found, cards.SealedCard):
            return _sealed(session, found)
        if found.state is CardState.RELEASED:
            return page("interviewing/released.html", session=session, blueprint=stamp(found.kit.seat), card=found)
        written = typed_card.from_content(found.draft, found.kit.seat.scorecard)
        return form(session, found, written)


@job.get("/scorecards/<uuid:card_id>.pdf")
@requires(Permission.CARD_READ_OWN)
def card_pdf(card_id: UUID) -> Response:
    """The sealed card on paper."""
    with reading() as session:
        paper = cards.document(session, current_actor(), card_id, zone=current_person().zone)
    return send("scorecard", paper, name=f"scorecard {paper.candidate} {paper.card.interviewer}")


@job.post("/scorecards/<uuid:card_id>/draft")
@requires(Permission.CARD_WRITE)
def draft(card_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep what is written so far; a script gets the new version, a person the form again."""
    written = typed_card.from_form(request.form)
    try:
        version = _save(card_id, written)
    except (ConflictError, AlreadyDoneError):
        return clash(card_id, written)
    except InvalidError as error:
        if wants_json():
            raise
        return again(card_id, written, error.faults)
    if wants_json():
        return jsonify(version=version, saved_at=now().isoformat())
    return go("interviewing.card", card_id=card_id, done="draft-saved")


@job.post("/scorecards/<uuid:card_id>/handover")
@requires(Permission.CARD_WRITE)
def handover(card_id: UUID) -> AnyResponse | tuple[str, int]:
    """Pass a note on to the other interviewers of the candidate, or say what in it is a rating."""
    text = request.form.get("handover", "").replace("\r\n", "\n")
    try:
        with writing() as session:
            scorecards.handover(session, current_actor(), card_id, text, now())
    except InvalidError as error:
        return _note_again(card_id, text, error.faults)
    return go("interviewing.card", card_id=card_id, done="handover-saved", anchor="handover")


@job.get("/scorecards/form-token")
@requires(Permission.ACCOUNT_KEEP)
def form_token() -> Response:
    """A fresh form token, for a page that stayed open while its person signed in again elsewhere."""
    return jsonify(csrf_token=generate_csrf())


def again(card_id: UUID, written: Typed, faults: Sequence[Fault]) -> tuple[str, int]:
    """The form with everything that was typed and what is wrong with it."""
    with reading() as session:
        found = cards.own_card(session, current_actor(), card_id)
        return form(session, found, written, faults)


def _note_again(card_id: UUID, note: str, faults: Sequence[Fault]) -> tuple[str, int]:
    with reading() as session:
        found = cards.own_card(session, current_actor(), card_id)
        written = typed_card.from_content(found.draft, found.kit.seat.scorecard)
        return form(session, replace(found, handover=note), written, note_faults=faults)


def form(
    session: Session,
    found: cards.OwnCard,
    written: Typed,
    faults: Sequence[Fault] = (),
    *,
    note_faults: Sequence[Fault] = (),
) -> tuple[str, int]:
    """Draw the form."""
    return page(
        "interviewing/card.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults or note_faults else HTTPStatus.OK,
        session=session,
        blueprint=stamp(found.kit.seat),
        card=found,
        seat=found.kit.seat,
        sheet=sheet.draw(found.kit.seat, written, faults),
        choices=sheet.CHOICES,
        note_faults=note_faults,
        version=typed_card.version_in(request.form) if faults else found.version,
        intent=request.form.get("intent") or uuid4().hex,
        sign_in_url=url_for("auth.sign_in", then=request.path),
    )


def _save(card_id: UUID, written: Typed) -> int:
    content = written.content()
    with writing() as session:
        return scorecards.save_draft(
            session, current_actor(), card_id, content, version=typed_card.version_in(request.form), now=now()
        )


def _sealed(session: Session, found: cards.SealedCard) -> tuple[str, int]:
    scorecard = found.seat.scorecard
    shown = [
        (revision, sheet.draw(found.seat, typed_card.from_content(revision.content, scorecard)))
        for revision in found.revisions
    ]
    return page(
        "interviewing/sealed.html",
        session=session,
        blueprint=stamp(found.seat),
        card=found,
        seat=found.seat,
        current=shown[0],
        earlier=shown[1:],
        own_sheet=sheet.draw(found.seat, typed_card.from_content(found.draft, scorecard)) if found.draft else None,
    )
