"""Acts that end a grader's duty on one submission: sealing the grade, or giving the work back."""

from __future__ import annotations

import hashlib
import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from app.domain.errors import ConflictError, InvalidError
from app.domain.permission import Permission
from app.queries import grading_desk
from app.services import grades, intents
from app.web import typed_card
from app.web.clock import now
from app.web.database import reading, writing
from app.web.grading import job, typed
from app.web.grading.sheet import again
from app.web.guard import current_actor, requires
from app.web.once import OnceForm, route
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

_UNHASHED = frozenset({"csrf_token", "intent", "version"})


class GiveBackForm(OnceForm):
    """Why somebody does not grade a submission."""

    reason = TextAreaField(
        "Why do you give it back?",
        [InputRequired("Write in a sentence why.")],
        description="Such as: you recognise who wrote it. The coordinator reads this, without a guess at a name.",
    )


@job.post("/grading/<uuid:task_id>/submissions/<uuid:assignment_id>/seal")
@requires(Permission.CASE_GRADE)
def seal(task_id: UUID, assignment_id: UUID) -> AnyResponse | tuple[str, int]:
    """Seal the grade; ten quick clicks make one seal."""
    written, version = typed.sheet_from_form(request.form), typed_card.version_in(request.form)
    actor = current_actor()

    def act(session: Session) -> str:
        opened = grades.seal(session, actor, assignment_id, written.content(), version=version, now=now())
        return "opened" if opened else "sealed"

    try:
        done = _once(act)
    except (ConflictError, InvalidError) as error:
        return again(task_id, assignment_id, written, error)
    return go("grading.desk", task_id=task_id, done=f"grade-{done}")


@job.get("/grading/<uuid:task_id>/submissions/<uuid:assignment_id>/give-back")
@requires(Permission.CASE_GRADE)
def give_back(task_id: UUID, assignment_id: UUID) -> tuple[str, int]:
    """Ask why, and say what it means."""
    return _ask(task_id, assignment_id, GiveBackForm(formdata=None))


@job.post("/grading/<uuid:task_id>/submissions/<uuid:assignment_id>/give-back")
@requires(Permission.CASE_GRADE)
def given_back(task_id: UUID, assignment_id: UUID) -> AnyResponse | tuple[str, int]:
    """End the duty on this submission; who runs the requisition hears of it."""
    form = GiveBackForm()
    actor = current_actor()

    def act(session: Session) -> str:
        grades.give_back(session, actor, assignment_id, form.reason.data or "", now=now())
        return "returned"

    if form.validate_on_submit():
        try:
            form.once(act)
        except InvalidError as error:
            form.take(error)
        else:
            return go("grading.desk", task_id=task_id, done="grade-returned")
    return _ask(task_id, assignment_id, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _ask(task_id: UUID, assignment_id: UUID, form: GiveBackForm, status: HTTPStatus = HTTPStatus.OK) -> tuple[str, int]:
    with reading() as session:
        found = grading_desk.sheet_page(session, current_actor(), task_id, assignment_id)
        return page("grading/give_back.html", status=status, session=session, found=found, task=found.task, form=form)


def _once(act: Callable[[Session], str]) -> str:
    fields = sorted((name, value) for name, value in request.form.items(multi=True) if name not in _UNHASHED)
    with writing() as session:
        return intents.once(
            session,
            current_actor(),
            key=request.form.get("intent", ""),
            route=route(),
            body_hash=hashlib.sha256(json.dumps(fields).encode()).hexdigest(),
            act=lambda: act(session),
            now=now(),
        )
