"""The outcome of a first year: recorded by the manager without the interviews in view, then shown beside them."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request

from app.domain.errors import AlreadyDoneError, Fault, InvalidError
from app.domain.figure import Axis, Pair, Tick
from app.domain.permission import Permission
from app.domain.scoring import display
from app.queries import outcomes as queries
from app.queries.outcomes import Interviews
from app.services import measuring as services
from app.services.measuring import OutcomeDraft
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.onboarding import job
from app.web.once import OnceForm
from app.web.pages import go, page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.queries.outcomes import OutcomeLine, OutcomePage

CANNOT_TELL = "none"
# int() would also take other scripts' digits and underscores.
_INTEGER = re.compile(r"-?[0-9]{1,3}")


@job.get("/onboarding/<uuid:plan_id>/outcome")
@requires(Permission.OUTCOME_SEE)
def outcome(plan_id: UUID) -> tuple[str, int]:
    """When it can be recorded, then the form, then what was recorded with the interviews beside it."""
    return _drawn(plan_id)


@job.post("/onboarding/<uuid:plan_id>/outcome")
@requires(Permission.OUTCOME_RECORD)
def record_outcome(plan_id: UUID) -> Response | tuple[str, int]:
    """Record it, once and for good."""
    values = _typed("value-")
    notes = {name: text.replace("\r\n", "\n") for name, text in _typed("note-").items()}
    form = OnceForm()

    def record(session: Session) -> str:
        services.record_outcome(session, current_actor(), plan_id, _drafts(values, notes), now=now())
        return str(plan_id)

    try:
        form.once(record)
    except InvalidError as error:
        return _drawn(plan_id, values, notes, error.faults, HTTPStatus.UNPROCESSABLE_ENTITY)
    except AlreadyDoneError:
        return _drawn(plan_id, values, notes, (), HTTPStatus.CONFLICT)
    return go("onboarding.outcome", plan_id=plan_id, done="outcome-recorded")


def _typed(prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): text for name, text in request.form.items() if name.startswith(prefix)}


def _drafts(values: Mapping[str, str], notes: Mapping[str, str]) -> dict[str, OutcomeDraft]:
    wrong = [dimension for dimension, text in values.items() if text != CANNOT_TELL and not _INTEGER.fullmatch(text)]
    if wrong:
        raise InvalidError(tuple(Fault(one, "Choose a point of the scale, or cannot tell.") for one in wrong))
    return {
        dimension: OutcomeDraft(None if text == CANNOT_TELL else int(text), notes.get(dimension, ""))
        for dimension, text in values.items()
    }


def _drawn(
    plan_id: UUID,
    values: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> tuple[str, int]:
    errors: dict[str, str] = {}
    for fault in faults:
        errors[fault.field] = f"{errors.get(fault.field, '')} {fault.message}".strip()
    with reading() as session:
        found = queries.page(session, current_actor(), plan_id)
        return page(
            "onboarding/outcome.html",
            status=status,
            session=session,
            outcome=found,
            values=values or {},
            notes=notes or {},
            errors=errors,
            form=OnceForm(formdata=None),
            late=status is HTTPStatus.CONFLICT,
            shown=found.interviews is Interviews.SHOWN,
            axis=_axis(found),
            pairs=(pairs := [_pair(line, found) for line in found.lines]),
            said=_said(pairs),
        )


def _axis(found: OutcomePage) -> Axis:
    scale = found.scorecard.scale
    return Axis(tuple(Tick(point.value, point.title) for point in scale.points), scale.meets, scale.best)


def _pair(line: OutcomeLine, found: OutcomePage) -> Pair:
    titles = {point.value: point.title for point in found.scorecard.scale.points}
    said = line.interviews
    interviews = "Not assessed" if said is None or said.mean is None else f"{display(said.mean)}, {_raters(said.n)}"
    recorded = "Cannot tell" if line.value is None else f"{line.value}, {titles.get(line.value, '')}"
    return Pair(line.dimension.title, said.mean if said else None, line.value, interviews, recorded)


def _said(pairs: Sequence[Pair]) -> str:
    """The drawing in a sentence, for those who do not see it."""
    lines = "; ".join(f"{one.label}: interviews {one.first_shown}, outcome {one.second_shown}" for one in pairs)
    return f"A diamond is what the interviews said, a disc is the outcome. {lines}."


def _raters(count: int) -> str:
    return "1 interviewer" if count == 1 else f"{count} interviewers"
