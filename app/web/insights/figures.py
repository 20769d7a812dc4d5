"""The figures of one role's ladder, what interviews foresaw, and each table as a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import abort, make_response, request

from app.domain.climb import typical_time
from app.domain.figure import Bar
from app.domain.onboarding.summary import FEW
from app.domain.permission import Permission
from app.formats.csv_cells import csv_bytes
from app.queries import insights, insights_interviews
from app.web.clock import now
from app.web.database import reading
from app.web.forms import whole_number
from app.web.guard import current_actor, requires
from app.web.insights import job
from app.web.pages import page

if TYPE_CHECKING:
    from flask import Response

    from app.domain.growth.insight import Agreement
    from app.queries.insights import LadderInsight

Row = tuple[str, ...]
Table = tuple[Row, Iterable[Row]]


@job.get("/insights")
@requires(Permission.INSIGHTS_SEE)
def ladder() -> tuple[str, int]:
    """One role's ladder: ``?role=`` says which, ``?year=`` of which year promotions are told."""
    year, role = _year(), request.args.get("role")
    with reading() as session:
        found = insights.ladder(session, current_actor(), role, year, today=now().date())
        return page(
            "insights/ladder.html", session=session, found=found, given=_given(found), few=FEW,
            usual={level.title: typical_time(level.typical) for level in found.levels if level.typical},
            heads=_heads(found), agreed=tuple(_bar(one) for one in found.agreements),
        )  # fmt: skip


@job.get("/insights/<any(levels, stays, moves, agreement):table>.csv")
@requires(Permission.INSIGHTS_SEE)
def ladder_csv(table: str) -> Response:
    """One of the tables as the page shows it: what is not told there is not told here."""
    with reading() as session:
        found = insights.ladder(session, current_actor(), request.args.get("role"), _year(), today=now().date())
    if found.chosen is None:
        abort(404)
    header, lines = _TABLES[table](found)
    response = make_response(csv_bytes(header, lines))
    response.mimetype = "text/csv"
    response.headers.set("Content-Disposition", "attachment", filename=f"{found.chosen.role} {table}.csv")
    return response


@job.get("/insights/interviews")
@requires(Permission.INSIGHTS_SEE)
def interviews() -> tuple[str, int]:
    """What interviews said of people, beside what their managers saw met later."""
    with reading() as session:
        found = insights_interviews.foresight(session, current_actor(), today=now().date())
        return page("insights/interviews.html", session=session, found=found)


def _levels(found: LadderInsight) -> Table:
    rows = [(line.team or "No team", *(cell.words for cell in line.counts)) for line in found.spread.teams]
    total = ("All teams", *(cell.words for cell in found.spread.totals))
    return ("Team", *(level.title for level in found.levels)), [*rows, total]


def _stays(found: LadderInsight) -> Table:
    usual = {level.title: typical_time(level.typical) if level.typical else "" for level in found.levels}
    rows = ((one.level, usual[one.level], one.so_far, one.until_they_moved) for one in found.stays)
    return ("Level", "Typical time", "There now, in the middle", "Moved on, in the middle"), rows


def _moves(found: LadderInsight) -> Table:
    header = ("Year", "By", "Name", "How many")
    if found.moves is None:
        return header, ()
    year, told = str(found.moves.year), found.moves.promotions
    both = (("Level", told.by_level), ("Team", told.by_team or ()))
    rows = [
        (year, kind, ", ".join(name or "No team" for name in one.names), f"{one.promoted.words} promoted")
        for kind, shares in both
        for one in shares
    ]
    return header, [
        *rows,
        (year, "Cases", "All that were decided", f"{found.moves.decided.words} ended in a promotion"),
    ]


def _agreement(found: LadderInsight) -> Table:
    rows = ((one.cycle, one.opened_on.isoformat(), one.words) for one in found.agreements)
    return ("Cycle", "Opened on", "Own answer and manager's the same"), rows


_TABLES = {"levels": _levels, "stays": _stays, "moves": _moves, "agreement": _agreement}


def _year() -> int | None:
    return whole_number(request.args.get("year"), 0) or None


def _given(found: LadderInsight) -> dict[str, str]:
    """What the address narrows, so that the files say the same as the page."""
    if not found.chosen:
        return {}
    return {"role": found.chosen.role, **({"year": str(found.moves.year)} if found.moves else {})}


def _heads(found: LadderInsight) -> tuple[Bar, ...]:
    pairs = zip(found.levels, found.spread.totals, strict=True)
    return tuple(
        Bar(level.title, "hidden" if count.people is None else count.words, count.people) for level, count in pairs
    )


def _bar(one: Agreement) -> Bar:
    return Bar(one.cycle, "few" if one.percent is None else f"{one.percent} %", one.percent)
