"""Counts what the permission matrices try: one cell is one route and method, asked by one kind of person of one object.

A plugin of the whole suite, so that the run prints the sum whichever processes the matrices ran in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from _pytest.terminal import TerminalReporter

_NAME = "permission cells"


class Cells:
    """The cells that one test tried, by what was to become of them."""

    def __init__(self, record_property: Callable[[str, object], None]) -> None:
        """Begin at nought; the list is read when the test is reported."""
        self._counts = [0, 0]
        record_property(_NAME, self._counts)

    def tried(self, *, allowed: bool) -> None:
        """One more cell."""
        self._counts[0 if allowed else 1] += 1


@pytest.fixture
def cells(record_property: Callable[[str, object], None]) -> Cells:
    """Where a matrix counts its cells."""
    return Cells(record_property)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say how many cells the run tried, if any."""
    counts = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == _NAME
    ]
    allowed, refused = (sum(one[index] for one in counts) for index in (0, 1))
    if counts:
        terminalreporter.write_line(f"{_NAME}: {allowed + refused} tried, {allowed} allowed, {refused} refused")
