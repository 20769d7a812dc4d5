"""Saying that one could not interview, in one step, and answering whom somebody proposes in their place."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from app.domain.errors import InvalidError
from app.domain.missed import Missed
from app.domain.permission import Permission
from app.queries import scorecards as cards
from app.queries import seat_offers as offers
from app.services import seat_offers
from app.web.clock import now
from app.web.database import reading
from app.web.forms import choices
from app.web.guard import current_actor, requires
from app.web.interviewing import job
from app.web.interviewing.clash import stamp
from app.web.once import OnceForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse


_REASONS = choices((one.value, one.words) for one in Missed)


class ReleaseForm(OnceForm):
    """What kept somebody, and whom they propose instead."""

    why = RadioField("What was it?", [InputRequired()], choices=_REASONS, default=Missed.ABSENT.value)
    reason = TextAreaField("In your words, if you like", description="The coordinator reads this.")
    successor = SelectField(
        "Who could take it over?",
        description="The coordinator decides. Nobody is told before that.",
        default="",
    )


class SeatForm(OnceForm):
    """An answer to a proposal."""

    seated = HiddenField()


@job.get("/scorecards/<uuid:card_id>/release")
@requires(Permission.CARD_RELEASE)
def ask_release(card_id: UUID) -> tuple[str, int]:
    """Ask why, and say what it means."""
    return _release_form(card_id, ReleaseForm(formdata=None))


@job.post("/scorecards/<uuid:card_id>/release")
@requires(Permission.CARD_RELEASE)
def release(card_id: UUID) -> AnyResponse | tuple[str, int]:
    """End the duty; nothing of the others opens."""
    form = ReleaseForm()
    with reading() as session:
        form.successor.choices = _names(session)
    actor = current_actor()

    def act(session: Session) -> str:
        why = Missed(form.why.data)
        successor = UUID(form.successor.data) if form.successor.data else None
        seat_offers.step_back(session, actor, card_id, why, form.reason.data or "", successor_id=successor, now=now())
        return "released"

    if form.validate_on_submit():
        try:
            form.once(act)
        except InvalidError as error:
            form.take(error)
        else:
            return go("home.inbox", done="card-released")
    return _release_form(card_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@job.get("/scorecards/<uuid:card_id>/seat")
@requires(Permission.PROGRESS_SEE)
def seat(card_id: UUID) -> tuple[str, int]:
    """Whom somebody proposes in their place, for whoever plans the panel."""
    return _seat_form(card_id, SeatForm(formdata=None))


@job.post("/scorecards/<uuid:card_id>/seat")
@requires(Permission.PROGRESS_SEE)
def answer_seat(card_id: UUID) -> AnyResponse | tuple[str, int]:
    """Seat them, or leave the seat empty."""
    form = SeatForm()
    actor, fills = current_actor(), form.seated.data == "yes"

    def act(session: Session) -> str:
        answer = seat_offers.seat if fills else seat_offers.leave_empty
        return str(answer(session, actor, card_id, now=now()))

    if form.validate_on_submit():
        try:
            form.once(act)
        except InvalidError as error:
            form.take(error)
        else:
            application_id = _application(card_id)
            done = "seat-filled" if fills else "seat-left"
            return go("hiring.application", done=done, application_id=application_id)
    return _seat_form(card_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _names(session: Session) -> list[Any]:
    people = ((str(person_id), name) for person_id, name in offers.colleagues(session, current_actor()))
    return choices([("", "Nobody in particular"), *people])


def _application(card_id: UUID) -> UUID:
    with reading() as session:
        return offers.proposal(session, current_actor(), card_id).application_id


def _release_form(card_id: UUID, form: ReleaseForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = cards.own_card(session, current_actor(), card_id)
        form.successor.choices = _names(session)
        return page(
            "interviewing/release.html",
            status=status,
            session=session,
            blueprint=stamp(found.kit.seat),
            card=found,
            form=form,
        )


def _seat_form(card_id: UUID, form: SeatForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = offers.proposal(session, current_actor(), card_id)
        return page("interviewing/seat.html", status=status, session=session, proposal=found, form=form)
