"""What an evidence log covers: months, things to show, and what a reader would stumble over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.competency import Competency
from app.domain.growth.coverage import Tally, Wanted, concerns, covered, months, wanted
from app.domain.growth.log import Showing, Shown
from app.domain.ladder import Criterion, Evidence, Ladder, Level, Promotion
from app.domain.milestone import Offset
from tests.factories.hiring import small_blueprint

TODAY = date(2026, 11, 22)
IMPACT, DEPTH = Showing(Shown.CRITERION, "impact"), Showing(Shown.COMPETENCY, "depth")
LADDER = Ladder(
    levels=(Level("a", "A", "ic", 1), Level("b", "B", "ic", 2), Level("c", "C", "ic", 3)),
    promotions=(
        Promotion("a", ("b",), (Criterion("impact", "Impact", (), Evidence("Proof", 2, Offset(months=18))),)),
        Promotion("b", ("c",), (Criterion("reach", "Reach", ()), Criterion("impact", "Impact again", ()))),
    ),
)
BLUEPRINT = replace(small_blueprint(), ladder=LADDER, competencies=(Competency("depth", "Depth", "core"),))


def _tally(day: date, count: int = 1, *, confirmed: int = 0, showing: Showing | None = None) -> Tally:
    return Tally(showing, day, count, confirmed)


def test_at_a_level_the_next_step_is_asked_for_and_at_none_all_of_them() -> None:
    assert [one.title for one in wanted(BLUEPRINT, "a")] == ["Impact", "Depth"]
    assert [one.title for one in wanted(BLUEPRINT, "b")] == ["Reach", "Impact again", "Depth"]
    assert [one.showing.key for one in wanted(BLUEPRINT)] == ["impact", "reach", "depth"]
    assert [one.title for one in wanted(BLUEPRINT, "c")] == ["Impact again", "Reach", "Depth"]
    assert [one.title for one in wanted(replace(BLUEPRINT, ladder=None))] == ["Depth"]


def test_a_criterion_asks_for_what_its_evidence_says() -> None:
    impact, depth = wanted(BLUEPRINT, "a")

    assert (impact.least, impact.horizon) == (2, Offset(months=18))
    assert (depth.least, depth.horizon) == (1, Offset(months=12))


def test_what_is_older_than_the_horizon_counts_among_all_and_not_as_recent() -> None:
    asked = Wanted(IMPACT, "Impact", 3, Offset(months=12))
    tallies = [
        _tally(date(2025, 11, 21), showing=IMPACT),
        _tally(date(2025, 11, 22), 2, confirmed=1, showing=IMPACT),
        _tally(TODAY, 5),
        _tally(TODAY, 5, showing=DEPTH),
    ]
    [found] = covered([asked], tallies, TODAY)

    assert (found.count, found.recent, found.confirmed, found.newest) == (3, 2, 1, date(2025, 11, 22))
    assert found.missing == 1


def test_nothing_is_empty_and_not_hidden() -> None:
    [found] = covered([Wanted(IMPACT, "Impact", 2)], [], TODAY)

    assert (found.count, found.missing, found.newest) == (0, 2, None)


@pytest.mark.parametrize(
    ("first", "length"),
    [(TODAY, 6), (date(2026, 6, 1), 6), (date(2026, 5, 31), 7), (date(2025, 6, 1), 18), (date(2020, 1, 1), 18)],
)
def test_months_run_from_the_oldest_entry_to_today(first: date, length: int) -> None:
    found = months([_tally(first), _tally(TODAY, 2)], TODAY)

    assert len(found) == length
    assert found[-1].first == date(2026, 11, 1)
    assert found[-1].count == 2 + (first == TODAY)


def test_a_month_counts_entries_and_not_what_they_show() -> None:
    found = months(
        [_tally(date(2026, 9, 1)), _tally(date(2026, 9, 30), 2), _tally(date(2026, 9, 30), 9, showing=DEPTH)], TODAY
    )

    assert [month.count for month in found] == [0, 0, 0, 3, 0, 0]


def test_a_few_entries_are_no_matter_for_a_word() -> None:
    assert concerns([], TODAY) == ()
    assert concerns([_tally(TODAY, 2)], TODAY) == ()


def test_everything_from_the_last_days_is_said() -> None:
    fresh = [_tally(date(2026, 10, 24), 3, confirmed=1)]

    assert concerns(fresh, TODAY) == (
        "Everything here is from the last 30 days. Add what you did in the months before, while you know it.",
    )
    assert concerns([*fresh, _tally(date(2026, 10, 23))], TODAY) == ()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([date(2026, 3, 1), date(2026, 7, 1), date(2026, 11, 1)], [
            "Nothing from April 2026 to June 2026. Was there really nothing?",
            "Nothing from August 2026 to October 2026. Was there really nothing?",
        ]),
        ([date(2026, 3, 1), date(2026, 6, 30), date(2026, 9, 1)], []),
        ([date(2026, 6, 1), date(2026, 7, 1), date(2026, 7, 31)], [
            "Nothing since July 2026. What has happened since then?",
        ]),
        ([date(2026, 8, 1), date(2026, 8, 1), date(2026, 8, 1)], []),
    ],
)  # fmt: skip
def test_three_months_without_an_entry_are_said(days: list[date], said: list[str]) -> None:
    assert list(concerns([_tally(day, confirmed=1) for day in days], TODAY)) == said


def test_that_nobody_speaks_for_anything_is_said() -> None:
    days = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]

    assert concerns([_tally(day) for day in days], TODAY) == (
        "Nobody has spoken for any of it yet. Ask somebody who was there.",
    )
