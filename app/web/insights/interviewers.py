"""How interviewers score, what each sees of themselves, who carries how much, and how far applications come."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from uuid import UUID

from flask import abort, request

from app.domain import reflection as words
from app.domain.figure import Bar, CurvePoint, StripRow
from app.domain.permission import Permission
from app.domain.reflection import LEAST_CARDS, Reflection, Told
from app.queries import interviewer_figures, load, pipeline
from app.web.clock import now
from app.web.csv_files import csv_file
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.insights import job
from app.web.pages import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from app.formats.csv_cells import Cell

_LEAST_REACH = 1.0
_HEADER = (
    "Interviewer", "Scorecards", "Strictness", "Low", "High", "Word", "Use of the scale", "Dimensions together",
    "Together by chance", "Moved", "Distance from others", "Within one point", "On time", "Dated interviews",
)  # fmt: skip


@job.get("/insights/interviewers")
@requires(Permission.INSIGHTS_SEE)
def interviewers() -> tuple[str, int]:
    """Everybody who scored on one blueprint version: ``?version=`` says which."""
    with reading() as session:
        found = interviewer_figures.interviewers(session, current_actor(), _version(), now=now())
        strip = tuple(_strip_row(line, line.name, line.word) for line in found.lines)
        return page(
            "insights/interviewers.html", session=session, found=found, strip=strip, reach=_reach(strip), say=words,
            least=LEAST_CARDS,
        )  # fmt: skip


@job.get("/insights/interviewers.csv")
@requires(Permission.INSIGHTS_SEE)
def interviewers_csv() -> Response:
    """The same as a table: what is not told on the page is empty here."""
    with reading() as session:
        found = interviewer_figures.interviewers(session, current_actor(), _version(), now=now())
    if found.chosen is None and "version" in request.args:
        abort(404)
    name = f"interviewers {found.chosen.title} {found.chosen.number}" if found.chosen else "interviewers"
    return csv_file(name, _HEADER, map(_cells, found.lines))


@job.get("/insights/mirror")
@requires(Permission.MIRROR_SEE)
def mirror() -> tuple[str, int]:
    """What somebody's own scorecards say of how they score; nobody but they and HR sees it."""
    with reading() as session:
        found = interviewer_figures.mirror(session, current_actor(), _version(), now=now())
        line = found.lines[0] if found.lines else None
        strip = (_strip_row(line, "You", ""),) if line and line.enough else ()
        return page(
            "insights/mirror.html", session=session, found=found, line=line, said=_said(line) if line else (),
            strip=strip, reach=_reach(strip), drift=_drift(line) if line else (), least=LEAST_CARDS,
        )  # fmt: skip


@job.get("/insights/load")
@requires(Permission.INSIGHTS_SEE)
def coverage() -> tuple[str, int]:
    """Who holds how many interviews, and how well each dimension was covered."""
    with reading() as session:
        found = load.load_and_coverage(session, current_actor(), _version(), now=now())
        bars = tuple(Bar(line.name, f"{line.held} + {line.ahead}", line.held + line.ahead) for line in found.load)
        return page("insights/load.html", session=session, found=found, bars=bars)


@job.get("/insights/<any(load, coverage):work>.csv")
@requires(Permission.INSIGHTS_SEE)
def coverage_csv(work: str) -> Response:
    """One of the two tables as the page shows it."""
    with reading() as session:
        found = load.load_and_coverage(session, current_actor(), _version(), now=now())
    if work == "load":
        lines = [(line.name, line.held, line.ahead) for line in found.load]
        return csv_file("interviews", ("Interviewer", "Last four weeks", "Next two weeks"), lines)
    covered = [(line.title, line.nobody, line.one, line.more) for line in found.coverage]
    return csv_file("coverage", ("Dimension", "Nobody", "One interviewer", "Two or more"), covered)


@job.get("/insights/pipeline")
@requires(Permission.INSIGHTS_SEE)
def funnel() -> tuple[str, int]:
    """How far applications for a role come: ``?role=`` says which."""
    with reading() as session:
        found = pipeline.pipeline(session, current_actor(), request.args.get("role"))
        bars = tuple(Bar(line.stage, str(line.reached), line.reached) for line in found.lines)
        return page("insights/pipeline.html", session=session, found=found, bars=bars)


@job.get("/insights/pipeline.csv")
@requires(Permission.INSIGHTS_SEE)
def funnel_csv() -> Response:
    """The same as a table."""
    with reading() as session:
        found = pipeline.pipeline(session, current_actor(), request.args.get("role"))
    if found.chosen is None and "role" in request.args:
        abort(404)
    lines = [(line.stage, line.reached, line.withdrawn, "" if line.days is None else line.days) for line in found.lines]
    return csv_file(
        f"{found.chosen.role} pipeline" if found.chosen else "pipeline",
        ("Stage", "Reached", "Withdrawn from here", "Middle wait"),
        lines,
    )


def _version() -> UUID | None:
    return request.args.get("version", type=UUID)


def _strip_row(line: Reflection, label: str, refused: str) -> StripRow:
    one = line.strictness
    if not line.enough or one.value is None:
        return StripRow(label, "too few" if not line.enough else refused and "not told")
    return StripRow(label, words.signed(one.value), one.value, one.low, one.high)


def _reach(rows: Sequence[StripRow]) -> float:
    """How far the strip goes to either side: to the farthest bar, by halves, and at least a point."""
    ends = [abs(end) for row in rows for end in (row.value, row.low, row.high) if end is not None]
    return max(_LEAST_REACH, math.ceil(2 * max(ends, default=0.0)) / 2)


def _said(line: Reflection) -> tuple[tuple[str, str], ...]:
    """Every question of the mirror with its answer; one answer where there are too few cards."""
    strict = ("Strict or generous", words.in_your_words(line))
    if not line.enough:
        return (strict,)
    return (
        strict,
        ("Use of the scale", words.your_scale(line)),
        ("Agreement with others", words.your_agreement(line)),
        ("Dimensions together", words.your_halo(line)),
        ("Over time", words.your_drift(line)),
        ("In the course of a day", words.your_order(line)),
        ("On time", f"Of your scorecards on dated interviews {line.punctual} came in within a day."),
    )


def _drift(line: Reflection) -> tuple[CurvePoint, ...]:
    if not line.enough:
        return ()
    return tuple(CurvePoint(str(place), words.signed(one), round(one, 3)) for place, one in enumerate(line.drift, 1))


def _cells(line: Reflection) -> tuple[Cell, ...]:
    strict = line.strictness if line.enough else Told(None)
    return (
        line.name, line.n_cards, _number(strict.value), _number(strict.low), _number(strict.high), line.word,
        line.scale_use, _number(line.halo.value), _by_chance(line),
        "" if not line.drift else "yes" if line.drifted else "no", _number(line.distance.value),
        _number(line.within_one.value), line.on_time, line.timed,
    )  # fmt: skip


def _by_chance(line: Reflection) -> str:
    if line.halo.value is None:
        return ""
    return "may be" if line.halo_by_chance else "no"


def _number(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
