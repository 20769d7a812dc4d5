"""The list of promotion cases: on a page, and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request, url_for

from app.domain.growth.case import CaseOutcome, CaseState
from app.domain.permission import Permission
from app.queries import cases as queries
from app.queries.cases import CaseFilter, CaseLine
from app.web.csv_files import csv_file
from app.web.database import reading
from app.web.guard import current_actor, requires
from app.web.pages import page
from app.web.promotion import job

if TYPE_CHECKING:
    from flask import Response

    from app.formats.csv_cells import Cell

MOST_ROWS = 10_000
HEADER = (
    "Person", "From", "To", "Manager", "State", "Outcome", "Day", "Since", "Criteria with evidence", "Criteria"
)  # fmt: skip
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The choices of an address: unknown values count as no choice."""

    wanted: CaseFilter

    @property
    def given(self) -> dict[str, str]:
        """The parameters that narrow anything."""
        one = self.wanted
        every = {"q": one.words, "state": one.state or "", "outcome": one.outcome or ""}
        return {name: str(value) for name, value in every.items() if value}

    @property
    def csv(self) -> str:
        """The same list as a file."""
        return url_for("promotion.cases_csv", **self.given)  # type: ignore[arg-type]  # none of url_for's own names


@job.get("/promotions")
@requires(Permission.CASE_LIST)
def cases() -> tuple[str, int]:
    """The cases that the reader may see, narrowed by the address."""
    narrowing = asked()
    with reading() as session:
        return page(
            "promotion/cases.html",
            session=session,
            found=queries.listing(session, current_actor(), narrowing.wanted),
            narrowing=narrowing,
            may_begin=queries.may_begin(session, current_actor()),
            states=tuple(CaseState),
            outcomes=tuple(CaseOutcome),
        )


@job.get("/promotions.csv")
@requires(Permission.CASE_LIST)
def cases_csv() -> Response:
    """The same lines as a file, with the same filters."""
    with reading() as session:
        found = queries.listing(session, current_actor(), asked().wanted, most=MOST_ROWS)
    return csv_file("promotion cases", HEADER, map(_cells, found.lines))


def asked() -> Narrowing:
    """The narrowing that this request's address asks for."""
    given = request.args
    words = "".join(letter for letter in given.get("q", "") if letter.isprintable() or letter.isspace())
    return Narrowing(
        CaseFilter(
            words=" ".join(words.split())[:_LONGEST],
            state=given.get("state", type=CaseState),
            outcome=given.get("outcome", type=CaseOutcome),
        )
    )


def _cells(line: CaseLine) -> tuple[Cell, ...]:
    return (
        line.person, line.from_title, line.to_title, line.manager, line.state.words,
        line.outcome.words if line.outcome else "", line.day.isoformat() if line.day else "",
        line.since.date().isoformat(), line.backed, line.criteria,
    )  # fmt: skip
