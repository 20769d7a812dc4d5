"""The page of both: differences first, then where they agree, how that has changed, and what was agreed on."""

from __future__ import annotations

from fractions import Fraction
from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.figure import Sparkline, SparkPoint
from app.domain.growth.answers import TEXT_LIMIT
from app.domain.growth.cycle import Answerer
from app.domain.growth.gap import gap_axis, gap_rows, named, said
from app.domain.growth.readiness import expected
from app.domain.growth.trend import since
from app.web.pages import localdate, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.domain.errors import Fault
    from app.domain.figure import Axis, GapRow
    from app.queries.assessment_history import Past
    from app.queries.assessment_page import JointPage

_MOST_POINTS = 2
"""With fewer cycles there is no line to draw."""
_PERCENT = 100


def shown(session: Session, found: JointPage, *, text: str = "", faults: Sequence[Fault] = ()) -> tuple[str, int]:
    """Everything that both said, for the two who meet; ``text`` is what one of them was about to record."""
    axis, rows = _gap(found)
    return page(
        "ladder/joint.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        session=session,
        blueprint=f"{found.head.stamp.title} {found.head.stamp.number}",
        found=found,
        head=found.head,
        own_view=found.side is Answerer.SELF,
        axis=axis,
        rows=rows,
        said=said,
        named=named,
        line=_line(found.past),
        since=since(found.head.asked, found.head.assessment_id, found.past),
        text=text,
        faults=faults,
        limit=TEXT_LIMIT,
    )


def _gap(found: JointPage) -> tuple[Axis, tuple[GapRow, ...]]:
    """The figure of what the target asks; empty where the person named no target."""
    head = found.head
    if head.target is None:
        return gap_axis(head.asked), ()
    own, manager = found.own.answers.marks, found.manager.answers.marks
    held = expected(head.blueprint, head.target.id, own, manager)
    return gap_axis(head.asked), gap_rows(held, own, manager)


def _line(past: Sequence[Past]) -> Sparkline | None:
    """The alignment of each cycle as a line from 0 to 100 per cent."""
    told = [(one, one.alignment.percent) for one in past]
    placed = [(one, percent) for one, percent in told if percent is not None]
    if len(placed) < _MOST_POINTS:
        return None
    steps = len(placed) - 1
    return Sparkline(
        tuple(
            SparkPoint(localdate(one.at), f"{percent} %", Fraction(index, steps), Fraction(percent, _PERCENT))
            for index, (one, percent) in enumerate(placed)
        )
    )
