"""What HR does to a cycle that runs: more time for all, somebody more, another manager, and its end."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.errors import ConflictError, InvalidError, NotFoundError
from app.domain.permission import Permission
from app.queries import cycles as queries
from app.queries import eligible
from app.queries.cycles import ProgressFilter
from app.services import cycles as services
from app.services import handover
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.ladder import job
from app.web.ladder.cycle_form import CloseForm, HandOverForm, JoinForm, LaterForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.cycles import CycleHead, Line


@job.route("/ladder/cycles/<uuid:cycle_id>/close", methods=["GET", "POST"])
@requires(Permission.CYCLE_KEEP)
def close_cycle(cycle_id: UUID) -> Response | tuple[str, int]:
    """Ask once more, then close."""
    form, status = CloseForm(), HTTPStatus.OK
    with reading() as session:
        found = queries.hands(session, current_actor(), cycle_id)
    if form.is_submitted() and form.validate():
        try:
            with writing() as session:
                services.close(
                    session, current_actor(), cycle_id, version=form.seen, reason=form.reason.data or "", now=now()
                )
            return go("ladder.cycle", cycle_id=cycle_id, done="cycle-closed")
        except ConflictError as error:
            status = HTTPStatus.CONFLICT
            form.form_errors.append(str(error))
        except InvalidError as error:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            form.take(error)
    form.version.data = str(found.head.version)
    return page("ladder/close_cycle.html", status=status, form=form, head=found.head, found=found)


@job.route("/ladder/cycles/<uuid:cycle_id>/later", methods=["GET", "POST"])
@requires(Permission.CYCLE_KEEP)
def postpone_cycle(cycle_id: UUID) -> Response | tuple[str, int]:
    """Give everybody in the cycle until a later day."""
    form = LaterForm()
    with reading() as session:
        found = queries.hands(session, current_actor(), cycle_id)
    if form.is_submitted() and form.validate():
        try:
            with writing() as session:
                services.postpone(
                    session, current_actor(), cycle_id, form.day, reason=str(form.reason.data),
                    today=now().date(), now=now(),
                )  # fmt: skip
            return go("ladder.cycle", cycle_id=cycle_id, done="cycle-postponed")
        except InvalidError as error:
            form.take(error)
    return page("ladder/postpone_cycle.html", status=_status(form), form=form, head=found.head, found=found)


@job.route("/ladder/cycles/<uuid:cycle_id>/join", methods=["GET", "POST"])
@requires(Permission.CYCLE_KEEP)
def join_cycle(cycle_id: UUID) -> Response | tuple[str, int]:
    """Take somebody more into an open cycle."""
    form = JoinForm()
    with reading() as session:
        found = queries.progress(session, current_actor(), cycle_id, ProgressFilter(), today=now().date())
        there = {one.person_id for one in found.lines} | {one.person_id for one in found.taken_out}
        form.offer(_others(session, there))
    if form.is_submitted() and form.validate():
        joining = UUID(form.person_id.data)
        try:
            form.once(lambda session: _joined(session, cycle_id, joining))
            return go("ladder.cycle", cycle_id=cycle_id, done="cycle-joined")
        except InvalidError as error:
            form.take(error)
    return page("ladder/join_cycle.html", status=_status(form), form=form, head=found.head)


@job.route("/ladder/cycles/<uuid:cycle_id>/people/<uuid:assessment_id>", methods=["GET", "POST"])
@requires(Permission.CYCLE_KEEP)
def hand_over(cycle_id: UUID, assessment_id: UUID) -> Response | tuple[str, int]:
    """Give one assessment to another manager."""
    form = HandOverForm()
    with reading() as session:
        head, line = _line(session, cycle_id, assessment_id)
        form.offer(_others(session, {line.person_id, line.manager_id}))
    if form.is_submitted() and form.validate():
        try:
            with writing() as session:
                handover.hand_over(
                    session, current_actor(), assessment_id, UUID(form.manager_id.data),
                    reason=str(form.reason.data), now=now(),
                )  # fmt: skip
            return go("ladder.cycle", cycle_id=cycle_id, done="assessment-handed-over")
        except InvalidError as error:
            form.take(error)
    return page("ladder/hand_over.html", status=_status(form), form=form, head=head, line=line)


def _joined(session: Session, cycle_id: UUID, person_id: UUID) -> str:
    services.join(session, current_actor(), cycle_id, {person_id: None}, today=now().date(), now=now())
    return str(person_id)


def _line(session: Session, cycle_id: UUID, assessment_id: UUID) -> tuple[CycleHead, Line]:
    """An assessment of the cycle; one's own is not found, because nobody arranges their own."""
    actor = current_actor()
    found = queries.progress(session, actor, cycle_id, ProgressFilter(), today=now().date())
    line = next((one for one in found.lines if one.assessment_id == assessment_id), None)
    if line is None or line.person_id == actor.person_id:
        raise NotFoundError
    return found.head, line


def _others(session: Session, without: set[UUID]) -> list[tuple[UUID, str]]:
    everybody = eligible.candidates(session, current_actor(), today=now().date())
    return [(one.person_id, one.name) for one in everybody if one.person_id not in without]


def _status(form: LaterForm | JoinForm | HandOverForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
