"""One question across all submissions: each answer with its mark, its checklist and a note."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import jsonify, request

from app.domain.errors import ConflictError, InvalidError
from app.domain.permission import Permission
from app.formats.markdown import safe_html
from app.queries import grading_desk
from app.services import grades
from app.web import typed_card
from app.web.clock import now
from app.web.database import reading, writing
from app.web.errors import wants_json
from app.web.grading import desk, job, typed
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from markupsafe import Markup
    from werkzeug.wrappers import Response as AnyResponse

    from app.domain.errors import Fault
    from app.queries.grading_desk import Answer
    from app.web.grading.typed import TypedMark

_CHANGED = "Somebody, perhaps you in another tab, changed this mark. Yours is in the form; save again to keep it."


@dataclass(frozen=True, slots=True)
class Drawn:
    """One answer as the page draws it; ``stored`` is what lies there when that differs from what was typed."""

    answer: Answer
    html: Markup
    typed: TypedMark
    faults: tuple[Fault, ...] = ()
    stored: TypedMark | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed on one answer and could not be kept, with what is wrong with it."""

    assignment_id: UUID
    typed: TypedMark
    faults: tuple[Fault, ...]
    status: HTTPStatus


@job.get("/grading/<uuid:task_id>/questions/<uuid:question_id>")
@requires(Permission.CASE_GRADE)
def question(task_id: UUID, question_id: UUID) -> tuple[str, int]:
    """All answers to one question, in an order of this grader's own."""
    return _show(task_id, question_id)


@job.post("/grading/<uuid:task_id>/questions/<uuid:question_id>/<uuid:assignment_id>")
@requires(Permission.CASE_GRADE)
def mark(task_id: UUID, question_id: UUID, assignment_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep the mark on one answer; a script gets the new version, a person the page again."""
    written, version = typed.mark_from_form(request.form), typed_card.version_in(request.form)
    try:
        meant = written.meant(question_id)
        with writing() as session:
            kept = grades.save_mark(session, current_actor(), assignment_id, meant, version=version, now=now())
    except ConflictError:
        if wants_json():
            raise
        return _show(task_id, question_id, Refused(assignment_id, written, (), HTTPStatus.CONFLICT))
    except InvalidError as error:
        if wants_json():
            raise
        refused = Refused(assignment_id, written, error.faults, HTTPStatus.UNPROCESSABLE_ENTITY)
        return _show(task_id, question_id, refused)
    if wants_json():
        return jsonify(version=kept, saved_at=now().isoformat())
    return go(
        "grading.question", task_id=task_id, question_id=question_id, done="mark-saved", anchor=str(assignment_id)
    )


def _show(task_id: UUID, question_id: UUID, refused: Refused | None = None) -> tuple[str, int]:
    with reading() as session:
        found = grading_desk.question_page(session, current_actor(), task_id, question_id)
        return page(
            "grading/question.html",
            status=refused.status if refused else HTTPStatus.OK,
            session=session,
            found=found,
            task=found.task,
            scale=found.task.blueprint.scorecard.scale,
            answers=[_draw(one, refused) for one in found.answers],
            sign_in_url=desk.sign_in_url(task_id),
            changed=_CHANGED,
        )


def _draw(answer: Answer, refused: Refused | None) -> Drawn:
    stored, html = typed.mark_from(answer.mark), safe_html(answer.text)
    if refused is None or refused.assignment_id != answer.assignment_id:
        return Drawn(answer, html, stored)
    differs = not refused.faults and refused.typed != stored
    return Drawn(answer, html, refused.typed, refused.faults, stored if differs else None)
