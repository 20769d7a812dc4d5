"""The candidates of a requisition side by side: the page, its chart, CSV and paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import make_response, request

from app.domain.card import Recommendation
from app.domain.permission import Permission
from app.formats.csv_cells import Cell, csv_bytes
from app.queries import comparisons as queries
from app.web.clock import now
from app.web.committee import job
from app.web.committee.debriefing import stamped
from app.web.committee.table import table
from app.web.database import reading
from app.web.documents import send
from app.web.guard import current_actor, current_person, requires
from app.web.pages import page
from reports import certainty as words
from reports import figures, wording

if TYPE_CHECKING:
    from fractions import Fraction

    from flask import Response

    from app.domain.comparison import Column, Comparison


_BAR = ("Could lie at, nine times in ten", "Band")


@job.get("/requisitions/<uuid:requisition_id>/comparison")
@requires(Permission.COMPARISON_SEE)
def comparison(requisition_id: UUID) -> tuple[str, int]:
    """The table in the order of the address."""
    sort, descending = _order()
    beside = request.args.get("with", type=UUID)
    with reading() as session:
        found = queries.comparison(
            session, current_actor(), requisition_id, sort, now=now(), descending=descending, beside=beside
        )
        return page(
            "committee/comparison.html",
            session=session,
            blueprint=stamped(found.blueprint),
            comparison=found,
            beside=beside,
            table=table(found),
        )


@job.get("/requisitions/<uuid:requisition_id>/comparison/certainty")
@requires(Permission.COMPARISON_SEE)
def certainty(requisition_id: UUID) -> tuple[str, int]:
    """How settled the order is; with ``?adjusted=1`` adjusted scores beside the human ones, where they may be shown."""
    with reading() as session:
        found = queries.comparison(session, current_actor(), requisition_id, now=now())
        return page(
            "committee/certainty.html",
            session=session,
            blueprint=stamped(found.blueprint),
            comparison=found,
            **_charts(found),
        )


@job.get("/requisitions/<uuid:requisition_id>/comparison.csv")
@requires(Permission.COMPARISON_SEE)
def comparison_csv(requisition_id: UUID) -> Response:
    """The same numbers, one line a candidate."""
    sort, descending = _order()
    with reading() as session:
        found = queries.comparison(session, current_actor(), requisition_id, sort, now=now(), descending=descending)
    response = make_response(csv_bytes(_header(found), [_line(found, column) for column in found.columns]))
    response.mimetype = "text/csv"
    response.headers.set("Content-Disposition", "attachment", filename="comparison.csv")
    return response


@job.get("/requisitions/<uuid:requisition_id>/comparison.pdf")
@requires(Permission.COMPARISON_SEE)
def comparison_pdf(requisition_id: UUID) -> Response:
    """The comparison on paper."""
    sort, descending = _order()
    with reading() as session:
        zone = current_person().zone
        paper = queries.document(
            session, current_actor(), requisition_id, sort, now=now(), descending=descending, zone=zone
        )
    return send("comparison", paper, name=f"comparison {paper.comparison.requisition}")


def _order() -> tuple[str, bool | None]:
    directions = {"asc": False, "desc": True}
    return request.args.get("sort", queries.DEFAULT_SORT), directions.get(request.args.get("order", ""))


def _charts(found: Comparison) -> dict[str, Any]:
    """Bars in bands, who is ahead of whom, chances of places, and the evidence that all of it rests on."""
    adjusted = request.args.get("adjusted") == "1" and found.sure is not None and found.sure.adjusted_why is None
    rows = words.banded(found, adjusted=adjusted)
    places, stacks = words.stacks(found, queries.places_of(found.question)) if found.question else ((), ())
    return {
        "axis": figures.axis(found.scorecard.scale),
        "rows": rows,
        "twin": words.banded_rows(rows, adjusted=adjusted),
        "adjusted": adjusted,
        "places": places,
        "stacks": stacks,
        "sure": words,
        "libraries": queries.libraries(),
    }


def _header(found: Comparison) -> list[str]:
    dimensions = [name for d in found.scorecard.dimensions for name in (d.title, f"{d.title}: ratings")]
    given = [recommendation.words for recommendation in Recommendation]
    return [
        "Candidate",
        "Stage",
        "Composite",
        *_BAR,
        "Coverage",
        "Widest apart",
        "Scorecards",
        *given,
        *dimensions,
        "Note",
    ]


def _line(found: Comparison, column: Column) -> list[Cell]:
    if column.score is None:
        blanks = [None] * (len(_header(found)) - 3)
        return [column.candidate, column.stage, *blanks, column.sealed]
    means: list[Cell] = []
    for dimension in found.scorecard.dimensions:
        score = column.dimensions[dimension.id]
        means += [_number(score.mean), score.n]
    counts = [column.recommendations.get(recommendation, 0) for recommendation in Recommendation]
    note = column.score.why or ""
    return [
        column.candidate, column.stage, _number(column.score.value), *_bar(found, column),
        _number(column.score.coverage * 100),
        _number(column.widest), column.n_cards, *counts, *means, note,
    ]  # fmt: skip


def _bar(found: Comparison, column: Column) -> tuple[Cell, Cell]:
    return (
        words.within(column.standing, found.scorecard.scale),
        None if column.band is None else words.band_title(column.band),
    )


def _number(value: Fraction | None) -> Cell:
    return None if value is None else wording.points(value)
