"""Playing with weights: the page works by its form alone; a script asks for the answer in it while one moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import make_response, render_template, request

from app.domain.errors import Fault, InvalidError
from app.domain.permission import Permission
from app.domain.weight_play import HEAVIEST, play
from app.queries import comparisons as queries
from app.web.committee import job
from app.web.committee.debriefing import stamped
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import page
from reports import certainty, weighing, wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from app.domain.certainty import Question
    from app.queries.comparisons import Part

_PREFIX = "w-"
_LONGEST = 3


@job.get("/requisitions/<uuid:requisition_id>/comparison/weights")
@requires(Permission.COMPARISON_SEE)
def weights(requisition_id: UUID) -> tuple[str, int]:
    """The weights as fields, and what those of the address would change."""
    with reading() as session:
        part, asked = queries.weighable(session, current_actor(), requisition_id)
        return page(
            "committee/weights.html",
            session=session,
            blueprint=stamped(part.stamp),
            part=part,
            requisition_id=requisition_id,
            heaviest=HEAVIEST,
            **_answered(part, asked),
        )


@job.get("/requisitions/<uuid:requisition_id>/comparison/weights/answer")
@requires(Permission.COMPARISON_SEE)
def weights_answer(requisition_id: UUID) -> Response:
    """The answer alone, for the page's script."""
    with reading() as session:
        part, asked = queries.weighable(session, current_actor(), requisition_id)
    return make_response(render_template("committee/weights_answer.html", part=part, **_answered(part, asked)))


def _answered(part: Part, asked: Question) -> dict[str, Any]:
    names = {column.application_id.hex: column.candidate for column in part.columns}
    typed = {one.dimension: request.args.get(f"{_PREFIX}{one.dimension}", str(one.weight)) for one in asked.weights}
    try:
        played = play(asked, _whole(typed))
        faults: dict[str, str] = {}
    except InvalidError as error:
        played = play(asked, {})
        faults = {fault.field: fault.message for fault in error.faults}
    now = queries.sensitivity_of(asked)
    rival = now.nearest
    return {
        "typed": typed,
        "faults": faults,
        "play": played,
        "names": names,
        "answer": weighing.answer(played),
        "changes": weighing.changes(played, names),
        "holds": certainty.holds(now, names),
        "several": sum(one.tried is not None for one in played.candidates) > 1,
        "first": weighing.first(queries.sensitivity_of(played.question), names),
        "rival": None if rival is None else names[rival.target],
        "leader": names[now.leaders[0]] if now.leaders else "",
        "swings": certainty.swings(rival, part.scorecard, asked) if rival else (),
        "say": wording,
    }


def _whole(typed: Mapping[str, str]) -> dict[str, int]:
    """The weights as numbers; :class:`InvalidError` naming those that are none."""
    wrong = [name for name, text in typed.items() if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST)]
    if wrong:
        raise InvalidError(tuple(Fault(name, f"Write a whole number from 0 to {HEAVIEST}.") for name in wrong))
    return {name: int(text) for name, text in typed.items()}
