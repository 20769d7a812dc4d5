"""Somebody taken out of an open cycle, and put back in; and a peer who would rather not answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from app.domain.errors import InvalidError, NotFoundError
from app.domain.growth.cycle import Answerer
from app.domain.permission import Permission
from app.queries import assessment_page
from app.queries import cycles as queries
from app.queries.cycles import ProgressFilter
from app.services import declining, leaving
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.ladder import job
from app.web.ladder.assessments import ADDRESS
from app.web.ladder.cycle_form import WhyForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

PERSON = "/ladder/cycles/<uuid:cycle_id>/people/<uuid:assessment_id>"


@job.route(f"{PERSON}/out", methods=["GET", "POST"])
@requires(Permission.CYCLE_KEEP)
def take_out(cycle_id: UUID, assessment_id: UUID) -> Response | tuple[str, int]:
    """Ask why, then take somebody out of the cycle."""
    return _moved(cycle_id, assessment_id, out=True)


@job.route(f"{PERSON}/back", methods=["GET", "POST"])
@requires(Permission.CYCLE_KEEP)
def put_back(cycle_id: UUID, assessment_id: UUID) -> Response | tuple[str, int]:
    """Ask why, then put somebody back into the cycle."""
    return _moved(cycle_id, assessment_id, out=False)


@job.get(f"{ADDRESS}/decline")
@requires(Permission.ASSESSMENT_WRITE)
def declining_page(assessment_id: UUID) -> tuple[str, int]:
    """Ask a peer once more, and for words if they like."""
    return _declining(assessment_id)


@job.post(f"{ADDRESS}/decline")
@requires(Permission.ASSESSMENT_WRITE)
def decline(assessment_id: UUID) -> Response | tuple[str, int]:
    """Decline to answer as a peer."""
    words = request.form.get("words", "").replace("\r\n", "\n")
    try:
        with writing() as session:
            declining.decline(session, current_actor(), assessment_id, words, now=now())
    except InvalidError as error:
        return _declining(assessment_id, words, " ".join(fault.message for fault in error.faults))
    return go("home.inbox", done="peer-declined")


def _moved(cycle_id: UUID, assessment_id: UUID, *, out: bool) -> Response | tuple[str, int]:
    form, actor = WhyForm(), current_actor()
    act: Callable[..., None] = leaving.take_out if out else leaving.put_back
    with reading() as session:
        found = queries.progress(session, actor, cycle_id, ProgressFilter(), today=now().date())
    there = {one.assessment_id: (one.person_id, one.name) for one in found.lines}
    gone = {one.assessment_id: (one.person_id, one.name) for one in found.taken_out}
    person_id, name = {**there, **gone}.get(assessment_id, (None, ""))
    if person_id in {None, actor.person_id}:
        raise NotFoundError
    if form.is_submitted() and form.validate():
        try:
            with writing() as session:
                act(session, actor, assessment_id, reason=str(form.reason.data), now=now())
            return go("ladder.cycle", cycle_id=cycle_id, done="person-taken-out" if out else "person-put-back")
        except InvalidError as error:
            form.take(error)
    if assessment_id not in (there if out else gone) or (request.method == "GET" and found.head.closed_at):
        return go("ladder.cycle", cycle_id=cycle_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return page("ladder/leaving.html", status=status, form=form, head=found.head, name=name, out=out)


def _declining(assessment_id: UUID, words: str = "", error: str = "") -> tuple[str, int]:
    with reading() as session:
        found = assessment_page.own_page(session, current_actor(), assessment_id)
        if found.side is not Answerer.PEER or not found.may_write:
            raise NotFoundError
        status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
        return page(
            "ladder/decline.html", status=status, session=session, head=found.head, words=words, error=error,
            limit=declining.WORDS_LIMIT,
        )  # fmt: skip
