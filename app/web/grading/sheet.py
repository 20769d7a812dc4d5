"""One submission whole: ratings on the case's dimensions beside the answers and what was marked on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from flask import jsonify, request

from app.domain.card import MINUTES_A_DIMENSION, Recommendation
from app.domain.case_grading import GradeState
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
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response as AnyResponse

    from app.domain.blueprint import Dimension, Scorecard
    from app.domain.errors import Fault
    from app.queries.grading_desk import SheetPage
    from app.web.typed_card import Typed

CHOICES = tuple((r.value.replace("_", "-"), r.words) for r in Recommendation)
_NO_ANCHOR = "No anchor is written for this point."
_STORED = (
    "This grade was changed in another tab or on another device. "
    "What you typed is in the form; what is stored stands beneath it."
)


@dataclass(frozen=True, slots=True)
class Point:
    """One level of one dimension."""

    value: int
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Row:
    """One dimension of the form; ``value`` is what was typed: a level, ``none``, or nothing."""

    dimension: Dimension
    points: tuple[Point, ...]
    value: str
    note: str
    errors: tuple[str, ...]
    note_errors: tuple[str, ...]
    stored: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole form; ``problems`` are (message, where to go), ``stored`` is what lies there where that differs."""

    rows: tuple[Row, ...]
    typed: Typed
    errors: Mapping[str, tuple[str, ...]]
    problems: tuple[tuple[str, str], ...]
    stored: Typed | None

    @property
    def answered(self) -> int:
        """How many dimensions have an answer; *not assessed* is one."""
        return sum(bool(row.value) for row in self.rows)

    @property
    def minutes(self) -> int:
        """About how long the rest takes."""
        return (len(self.rows) - self.answered) * MINUTES_A_DIMENSION


@job.get("/grading/<uuid:task_id>/submissions/<uuid:assignment_id>")
@requires(Permission.CASE_GRADE)
def sheet(task_id: UUID, assignment_id: UUID) -> tuple[str, int]:
    """The form while the grade is owed, what was sealed afterwards."""
    with reading() as session:
        found = grading_desk.sheet_page(session, current_actor(), task_id, assignment_id)
        return show(session, found)


@job.post("/grading/<uuid:task_id>/submissions/<uuid:assignment_id>/draft")
@requires(Permission.CASE_GRADE)
def draft(task_id: UUID, assignment_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keep the ratings so far; a script gets the new version, a person the form again."""
    written, version = typed.sheet_from_form(request.form), typed_card.version_in(request.form)
    try:
        content = written.content()
        with writing() as session:
            kept = grades.save_draft(session, current_actor(), assignment_id, content, version=version, now=now())
    except (ConflictError, InvalidError) as error:
        if wants_json():
            raise
        return again(task_id, assignment_id, written, error)
    if wants_json():
        return jsonify(version=kept, saved_at=now().isoformat())
    return go("grading.sheet", task_id=task_id, assignment_id=assignment_id, done="grade-saved")


@job.post("/grading/<uuid:task_id>/submissions/<uuid:assignment_id>/compare")
@requires(Permission.CASE_GRADE)
def compare(task_id: UUID, assignment_id: UUID) -> tuple[str, int]:
    """What this tab holds, with what is stored beneath each field that differs."""
    return again(task_id, assignment_id, typed.sheet_from_form(request.form), ConflictError(_STORED))


@job.get("/grading/<uuid:task_id>/submissions/<uuid:assignment_id>/compare")
@requires(Permission.CASE_GRADE)
def compare_left(task_id: UUID, assignment_id: UUID) -> AnyResponse:
    """Reloaded or opened by its address, there is nothing to compare: back to the form."""
    with reading() as session:
        grading_desk.sheet_page(session, current_actor(), task_id, assignment_id)
    return go("grading.sheet", task_id=task_id, assignment_id=assignment_id)


def again(task_id: UUID, assignment_id: UUID, written: Typed, error: ConflictError | InvalidError) -> tuple[str, int]:
    """The form with everything that was typed, and what is wrong with it or what lies there instead."""
    faults = error.faults if isinstance(error, InvalidError) else ()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.CONFLICT
    with reading() as session:
        found = grading_desk.sheet_page(session, current_actor(), task_id, assignment_id)
        return show(session, found, written, faults, status)


def show(
    session: Session,
    found: SheetPage,
    written: Typed | None = None,
    faults: Sequence[Fault] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> tuple[str, int]:
    """Draw the form, or the grade as it was sealed or given back."""
    template = "grading/sheet.html" if found.state is GradeState.OWED else "grading/sealed.html"
    return page(
        template,
        status=status,
        session=session,
        found=found,
        task=found.task,
        sheet=_draw(found, written, faults),
        answers=[(answer, safe_html(answer.text), typed.mark_from(answer.mark)) for answer in found.answers],
        scale=found.scorecard.scale,
        choices=CHOICES,
        minutes_each=MINUTES_A_DIMENSION,
        intent=request.form.get("intent") or uuid4().hex,
        sign_in_url=desk.sign_in_url(found.task.task_id),
        stored_words=_STORED,
    )


def _draw(found: SheetPage, written: Typed | None, faults: Sequence[Fault]) -> Sheet:
    stored = typed_card.from_content(found.card, found.scorecard)
    if written is not None and found.state is not GradeState.OWED:
        written = None  # nothing can be kept of it any more: what was sealed is what there is
    now_typed = written or stored
    errors: dict[str, tuple[str, ...]] = {}
    for fault in faults:
        errors[fault.field] = (*errors.get(fault.field, ()), fault.message)
    differs = written is not None and not faults and written != stored
    rows = tuple(
        _row(found.scorecard, dimension, now_typed, errors, stored if differs else None)
        for dimension in found.scorecard.dimensions
    )
    problems = tuple((fault.message, _target(fault.field, found.scorecard)) for fault in faults)
    return Sheet(rows, now_typed, errors, problems, stored if differs else None)


def _row(
    scorecard: Scorecard,
    dimension: Dimension,
    shown: Typed,
    errors: Mapping[str, tuple[str, ...]],
    stored: Typed | None,
) -> Row:
    anchors = {point.value: dimension.anchor(point.value) for point in scorecard.scale.points}
    points = tuple(
        Point(point.value, point.title, anchor.text if (anchor := anchors[point.value]) else _NO_ANCHOR)
        for point in scorecard.scale.points
    )
    value, note = shown.ratings.get(dimension.id, ""), shown.evidence.get(dimension.id, "")
    return Row(
        dimension, points, value, note, errors.get(f"rating-{dimension.id}", ()),
        errors.get(f"evidence-{dimension.id}", ()), _other(dimension.id, value, note, stored),
    )  # fmt: skip


def _other(dimension: str, value: str, note: str, stored: Typed | None) -> str:
    """What is stored on a dimension, in words, where it is another than what was typed."""
    if stored is None or (stored.ratings[dimension], stored.evidence[dimension].strip()) == (value, note.strip()):
        return ""
    rated = {"": "no rating", typed_card.NOT_ASSESSED: "not assessed"}
    kept = stored.ratings[dimension]
    return f"{rated.get(kept, kept)}. {stored.evidence[dimension]}".strip()


def _target(field: str, scorecard: Scorecard) -> str:
    """The id of the element that a fault is mended in."""
    kind, _, rest = field.partition("-")
    if kind == "rating" and rest:
        return f"d-{rest}-{scorecard.scale.lowest}"
    if kind == "evidence" and rest:
        return f"d-{rest}-evidence"
    if kind == "question" and rest:
        return f"answer-{rest}"
    return field if field in {"recommendation", "summary"} else "ratings"
