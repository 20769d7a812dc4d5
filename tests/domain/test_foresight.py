"""What is said of a correlation: its interval, what is missing, and never a number from too few."""

from __future__ import annotations

from app.domain.foresight import Correlation, Departures


def test_too_few_hires_give_a_count_and_no_number() -> None:
    assert Correlation(12, "a day-90 result").words == (
        "12 hires have a day-90 result; from 20 on a correlation is shown."
    )
    assert Correlation(1, "a day-90 result").words.startswith("1 hire has a day-90 result")


def test_a_correlation_comes_with_its_interval() -> None:
    assert Correlation(24, "a day-90 result", 0.31, -0.1, 0.63).words == (
        "Over 24 hires the correlation is 0.31; anything from \N{MINUS SIGN}0.10 to 0.63 would fit. "
        "It may be nothing at all."
    )
    assert Correlation(60, "a day-90 result", 0.45, 0.22, 0.63).words.endswith("0.22 to 0.63 would fit.")
    assert Correlation(30, "a day-90 result", 1.0).words == "Over 30 hires the correlation is 1.00."


def test_equal_numbers_cannot_be_correlated() -> None:
    assert "nothing to correlate" in Correlation(30, "a day-90 result").words


def test_departures_are_counted_from_five_on() -> None:
    assert Departures(1).words.startswith("1 hire departs from the order of composites; from 5 on")
    assert Departures(7, 2, 0, 3, 2).words == (
        "7 hires depart from the order of composites: 2 better than the middle of the other hires, 0 at it, 3 worse, "
        "2 unknown."
    )
