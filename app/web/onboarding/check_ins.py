"""A milestone's check-in: one's own sealed answers, then both side by side, then what the two agreed on."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import jsonify, request, url_for

from app.domain.errors import AlreadyDoneError, ConflictError, InvalidError
from app.domain.onboarding.checkin import CONFIDENCE, TEXT_LIMIT, Against
from app.domain.permission import Permission
from app.queries import check_ins as queries
from app.queries import plan_days
from app.queries.plan_days import local_day
from app.services import check_ins as services
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import answer, wants_json
from app.web.guard import current_actor, requires
from app.web.onboarding import check_in_form as forms
from app.web.onboarding import job
from app.web.onboarding.distance import away
from app.web.once import OnceForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.domain.errors import Fault
    from app.queries.check_ins import CheckInPage
    from app.web.onboarding.check_in_form import Elsewhere, Typed

ADDRESS = "/onboarding/milestones/<uuid:milestone_id>/check-in"
_CHANGED = "These answers were changed in another tab or on another device. Compare the two and choose."
_SEALED = "These answers were sealed in another tab or on another device."


@job.get(ADDRESS)
@requires(Permission.PLAN_SEE)
def check_in(milestone_id: UUID) -> tuple[str, int]:
    """One's own form, then waiting, then both: which of these is read from what is sealed."""
    with reading() as session:
        found = queries.page(session, current_actor(), milestone_id)
        if found.own is not None and found.own.sealed_at is None and _open(found):
            return _form(session, found, forms.from_answers(found.own.answers, found.own.version))
        return _shown(session, found)


@job.post(ADDRESS)
@requires(Permission.CHECKIN_WRITE)
def seal_check_in(milestone_id: UUID) -> Response | tuple[str, int]:
    """Seal one's own answers."""
    typed = forms.from_form(request.form)

    def seal(session: Session) -> str:
        today = plan_days.of_milestone(session, milestone_id, now())
        both = services.seal(
            session, current_actor(), milestone_id, typed.answers(), version=typed.version, today=today, now=now()
        )
        return "check-in-opened" if both else "check-in-sealed"

    try:
        done = OnceForm().once(seal)
    except (ConflictError, AlreadyDoneError):
        return _clash(milestone_id, typed)
    except InvalidError as error:
        return _again(milestone_id, typed, error.faults)
    return go("onboarding.check_in", milestone_id=milestone_id, done=done)


@job.post(f"{ADDRESS}/draft")
@requires(Permission.CHECKIN_WRITE)
def save_check_in(milestone_id: UUID) -> Response | tuple[str, int]:
    """Keep what is written so far; a script gets the new version, a person the form again."""
    typed = forms.from_form(request.form)
    try:
        with writing() as session:
            today = plan_days.of_milestone(session, milestone_id, now())
            version = services.save(
                session, current_actor(), milestone_id, typed.answers(), version=typed.version, today=today, now=now()
            )
    except (ConflictError, AlreadyDoneError):
        return _clash(milestone_id, typed)
    except InvalidError as error:
        if wants_json():
            raise
        return _again(milestone_id, typed, error.faults)
    if wants_json():
        return jsonify(version=version, saved_at=now().isoformat())
    return go("onboarding.check_in", milestone_id=milestone_id, done="draft-saved")


@job.post(f"{ADDRESS}/compare")
@requires(Permission.CHECKIN_WRITE)
def compare_check_in(milestone_id: UUID) -> Response | tuple[str, int]:
    """What this tab holds, with what is stored beside it."""
    return _clash(milestone_id, forms.from_form(request.form))


@job.post(f"{ADDRESS}/outcome")
@requires(Permission.CHECKIN_CONCLUDE)
def conclude_check_in(milestone_id: UUID) -> Response | tuple[str, int]:
    """Write down what the two agreed on, or correct it."""
    text = request.form.get("text", "").replace("\r\n", "\n")

    def conclude(session: Session) -> str:
        services.conclude(session, current_actor(), milestone_id, text, now=now())
        return "check-in-concluded"

    try:
        done = OnceForm().once(conclude)
    except InvalidError as error:
        with reading() as session:
            found = queries.page(session, current_actor(), milestone_id)
            return _shown(session, found, text=text, faults=error.faults)
    return go("onboarding.check_in", milestone_id=milestone_id, done=done, anchor="agreed")


def _open(found: CheckInPage) -> bool:
    return found.running and _today(found) >= found.opens_on


def _today(found: CheckInPage) -> date:
    return local_day(now(), found.zone)


def _again(milestone_id: UUID, typed: Typed, faults: Sequence[Fault]) -> tuple[str, int]:
    """The form with everything that was typed and what is wrong with it."""
    with reading() as session:
        found = queries.page(session, current_actor(), milestone_id)
        return _form(session, found, typed, faults=faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _clash(milestone_id: UUID, typed: Typed) -> Response | tuple[str, int]:
    """Answer what came too late: nothing of it is stored, and nothing of it is lost."""
    with reading() as session:
        found = queries.page(session, current_actor(), milestone_id)
        own = found.own
        if own is None or own.sealed_at is not None or not found.running:
            if wants_json():
                return answer(HTTPStatus.CONFLICT, _SEALED)
            texts = [text for text in (typed.went_well, typed.in_the_way) if text.strip()]
            return _shown(session, found, late=texts, status=HTTPStatus.CONFLICT)
        if wants_json():
            address = url_for("onboarding.compare_check_in", milestone_id=milestone_id)
            return answer(HTTPStatus.CONFLICT, _CHANGED, compare_url=address, version=own.version)
        return _form(
            session, found, typed, clash=forms.elsewhere(typed, own.answers, found.goals), version=own.version,
            status=HTTPStatus.CONFLICT,
        )  # fmt: skip


def _form(
    session: Session,
    found: CheckInPage,
    typed: Typed,
    *,
    faults: Sequence[Fault] = (),
    clash: Sequence[Elsewhere] | None = None,
    version: int | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> tuple[str, int]:
    errors: dict[str, str] = {}
    for fault in faults:
        errors[fault.field] = f"{errors.get(fault.field, '')} {fault.message}".strip()
    return page(
        "onboarding/check_in.html",
        status=status,
        session=session,
        check_in=found,
        typed=typed,
        version=typed.version if version is None else version,
        errors=errors,
        clash=clash,
        confidence_points=[(str(point), words) for point, words in CONFIDENCE.items()],
        against_points=[(one.value, one.words) for one in Against],
        limit=TEXT_LIMIT,
        form=OnceForm(formdata=None),
        due=away(found.due_on, _today(found)),
    )


def _shown(
    session: Session,
    found: CheckInPage,
    *,
    text: str | None = None,
    faults: Sequence[Fault] = (),
    late: Sequence[str] | None = None,
    status: HTTPStatus | None = None,
) -> tuple[str, int]:
    newest = found.conclusions[0].text if found.conclusions else ""
    template = "check_in_meeting" if found.other else "check_in_waiting"
    return page(
        f"onboarding/{template}.html",
        status=status or (HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK),
        session=session,
        check_in=found,
        sides=sorted((side for side in (found.own, found.other) if side), key=lambda side: side.party.value),
        late=late,
        text=newest if text is None else text,
        faults=faults,
        confidence=CONFIDENCE,
        limit=TEXT_LIMIT,
        form=OnceForm(formdata=None),
        before=_today(found) < found.opens_on,
        away=away(found.opens_on, _today(found)),
        due=away(found.due_on, _today(found)),
    )
