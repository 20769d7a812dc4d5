"""A task on the candidate's side: what it is, beginning it, handing it in, the receipt, and one's own copy."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from flask import Response, redirect, request, url_for

from app.domain.case_work import WorkState
from app.domain.errors import InvalidError
from app.formats.markdown import safe_html
from app.queries import own_work as queries
from app.services import case_work
from app.web.candidate import job, task_form
from app.web.candidate.frame import Section, candidate_page
from app.web.candidate.moments import length, moment
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import by_link, by_link_always, current_candidate
from app.web.pages import go

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

    from app.domain.candidate_link import CandidateFacts
    from app.queries.own_work import OwnWork
    from app.services.case_work import Saved, Written

_NOT_BEGUN = frozenset({WorkState.WAITING, WorkState.OPEN, WorkState.MISSED, WorkState.WITHDRAWN})


def section(session: Session, candidate: CandidateFacts) -> Section | None:
    """The tasks on the candidate's home; one statement."""
    at = now()
    tasks = queries.given_tasks(session, candidate.application_id)
    shown = [each for each in tasks if not candidate.ended or each.time.handed_in_at]
    return Section("candidate/task_section.html", {"tasks": shown, "at": at, "moment": moment}) if shown else None


@job.get("/your-application/tasks/<uuid:assignment_id>")
@by_link
def task(assignment_id: UUID) -> AnyResponse | tuple[str, int]:
    """The task as it stands: not begun, under way, or handed in."""
    with reading() as session:
        work = _own(session, assignment_id)
        if work.given.time.handed_in_at:
            return redirect(url_for("candidate.receipt", assignment_id=assignment_id), 303)
        return draw(session, work)


@job.post("/your-application/tasks/<uuid:assignment_id>/begin")
@by_link
def begin(assignment_id: UUID) -> AnyResponse | tuple[str, int]:
    """Agree and begin; from now on the time counts."""
    try:
        with writing() as session:
            consented = request.form.get("consent") == "yes"
            case_work.start(session, current_candidate().application_id, assignment_id, consented=consented, now=now())
    except InvalidError as error:
        with reading() as session:
            return draw(session, _own(session, assignment_id), fault=str(error))
    return go("candidate.task", assignment_id=assignment_id)


@job.get("/your-application/tasks/<uuid:assignment_id>/review")
@by_link
def review(assignment_id: UUID) -> AnyResponse | tuple[str, int]:
    """Everything that was saved as others will read it, and the button that hands it in."""
    with reading() as session:
        work = _own(session, assignment_id)
        if not work.given.time.accepts(now()):
            return redirect(url_for("candidate.task", assignment_id=assignment_id), 303)
        shown = [(answer, safe_html(answer.text)) for answer in work.answers]
        return candidate_page("candidate/task_review.html", session=session, shown=shown, **context(work))


@job.post("/your-application/tasks/<uuid:assignment_id>/hand-in")
@by_link
def hand_in(assignment_id: UUID) -> AnyResponse:
    """Hand in what was saved; a second time leads to the same receipt."""
    with writing() as session:
        case_work.hand_in(session, current_candidate().application_id, assignment_id, now=now())
    return go("candidate.receipt", assignment_id=assignment_id)


@job.get("/your-application/tasks/<uuid:assignment_id>/receipt")
@by_link_always
def receipt(assignment_id: UUID) -> AnyResponse | tuple[str, int]:
    """What was handed in and when, and the candidate's own copy of it."""
    with reading() as session:
        work = _own(session, assignment_id)
        if not work.receipt:
            return redirect(url_for("candidate.task", assignment_id=assignment_id), 303)
        shown = [(answer, safe_html(answer.text)) for answer in work.answers]
        return candidate_page("candidate/task_receipt.html", session=session, shown=shown, **context(work))


@job.get("/your-application/tasks/<uuid:assignment_id>/copy.md")
@by_link_always
def own_copy(assignment_id: UUID) -> Response:
    """The candidate's answers as they typed them, to be kept."""
    with reading() as session:
        work = _own(session, assignment_id)
    parts = [f"# {work.given.title}"]
    parts += [f"## {answer.number}. {answer.question}\n\n{answer.text}" for answer in work.answers]
    response = Response("\n\n".join(parts) + "\n", mimetype="text/markdown")
    response.headers.set("Content-Disposition", "attachment", filename="my-answers.md")
    response.headers["Cache-Control"] = "no-store"
    return response


def draw(
    session: Session,
    work: OwnWork,
    sent: Mapping[int, Written] | None = None,
    saved: Saved | None = None,
    *,
    fault: str = "",
) -> tuple[str, int]:
    """The page that fits where the work stands, with everything that was typed."""
    state = work.state(now())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault or (saved and saved.faults) else HTTPStatus.OK
    status = HTTPStatus.CONFLICT if saved and saved.clashes else status
    if state in _NOT_BEGUN:
        return candidate_page(
            "candidate/task_before.html", session=session, status=status, fault=fault, **context(work)
        )
    if not work.given.time.accepts(now()):
        unsaved = [row for row in task_form.rows(work, sent or {}) if _is_unsaved(work, row)]
        status = status if sent is None else HTTPStatus.CONFLICT
        return candidate_page(
            "candidate/task_over.html", session=session, status=status, unsaved=unsaved, **context(work)
        )
    return candidate_page(
        "candidate/task.html", session=session, status=status, fault=fault, writer=uuid4().hex,
        rows=task_form.rows(work, sent or {}, saved), **context(work),
    )  # fmt: skip


def context(work: OwnWork) -> dict[str, Any]:
    """What every page of a task reads."""
    given = work.given
    return {
        "work": work,
        "given": given,
        "state": work.state(now()),
        "left": given.time.seconds_left(now()),
        "minutes": int(given.time.length.total_seconds()) // 60,
        "length": length,
        "moment": moment,
    }


def _own(session: Session, assignment_id: UUID) -> OwnWork:
    return queries.own_work(session, current_candidate().application_id, assignment_id)


def _is_unsaved(work: OwnWork, row: task_form.Row) -> bool:
    stored = {answer.number: answer.text for answer in work.answers}
    return row.text.replace("\r\n", "\n") != stored[row.number]
