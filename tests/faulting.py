"""Counts what was broken on purpose: how often, with what result, from which seed, and how sure that makes us.

The normal run breaks things a few times, always the same way. `--faults` breaks them from a new seed for as long as it
may take, and ends with one table. No failure in n tries means that the true rate is below 3/n with 95 % confidence.
"""

from __future__ import annotations

import math
import secrets
import time
from collections import Counter
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.fault_table import Figures, machine, table
from tests.fault_time import CUT_OFF, Run, Shares, bounded, skip_if_late

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from _pytest.terminal import TerminalReporter

_T = TypeVar("_T")
FIGURES, ROW, TOLD = "fault figures", "fault row", "fault told"
MINUTES = 15.0
"""How long a long run takes unless it is told otherwise; what tests want is meant for such a run."""
_FIRST_SEED = 20_261_122
_RUN = pytest.StashKey[tuple[int, float]]()
"""The seed, and the moment at which the run has to be over."""
_FIRST = ("F1", "F13", "F26", "F2")
"""Rows that have their turn before all others, and as long as they ask for."""
_LOOKED = 3.0
"""Seconds before the end of the run by which a test that was cut off has to have looked at what it did."""


class Breaking:
    """How often a test breaks something, from which seed, and where its figures go."""

    def __init__(self, row: str, seed: int, minutes: float, until: float, keep: Callable[[str, object], None]) -> None:
        """Count for a row of the matrix; ``keep`` takes what is told at the end of the run.

        A run of no ``minutes`` is the normal one; in a long one rounds stop at ``until``, by the system's clock.
        """
        self.row, self.seed, self.often = row, seed, bool(minutes)
        self.random = Random(f"{seed} {row}")
        self.wrong = list[str]()
        """What went wrong so far, in words; it counts even where the end of the run cuts the test off."""
        self.look: Callable[[], list[str]] = list
        """What else is found wrong when a test that looks only at its end is cut off."""
        self._minutes, self._until, self._keep = minutes, until, keep
        self._turns, self._begun = "", 0

    @property
    def over(self) -> bool:
        """Whether this test has had its time; never in the normal run."""
        return self.often and time.time() > self._until

    @property
    def left(self) -> float:
        """Seconds of its time that this test still has; none in the normal run."""
        return max(0.0, self._until - time.time()) if self.often else 0.0

    def times(self, few: _T, many: _T) -> _T:
        """How often, or what: ``few`` in the normal run, ``many`` with ``--faults``."""
        return many if self.often else few

    def rounds(self, few: int, wanted: float) -> Iterator[int]:
        """Numbers from 0: ``few`` in the normal run; with ``--faults`` ``wanted``, as far as this test's time goes.

        What is wanted grows with the minutes of the run; `math.inf` goes on as long as there is time.
        """
        most = self.times(few, max(few, wanted * self._minutes / MINUTES))
        number = 0
        while number < most and (number < few or not self.over):
            self._begun = number + 1
            yield number
            number += 1
            self._turns = f"{number:,}" if most == math.inf else f"{number:,} of {most:,.0f}"

    def count(self, tries: int, failures: int, what: str) -> None:
        """Note what was seen; the test itself still has to assert that nothing failed."""
        self._keep(FIGURES, (self.row, tries, failures, what, self._turns if self.often else ""))

    def cut_off(self, name: str) -> None:
        """Note what a test saw until the run's end cut it off; fail where that was wrong."""
        wrong = [*self.wrong, *self.look()]
        self.count(self._begun, len(wrong), f"{name}, until the end of the run cut it off")
        if wrong:
            pytest.fail(f"seen before the end of the run: {'; '.join(wrong)}", pytrace=False)

    def tell(self, line: str) -> None:
        """Say something below the table."""
        self._keep(TOLD, line)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the three options."""
    group = parser.getgroup("faults")
    group.addoption("--faults", action="store_true", help="break things often, and print a table at the end")
    group.addoption("--faults-minutes", type=float, default=MINUTES, help="how long such a run may take")
    group.addoption("--faults-seed", type=int, default=None, help="the seed of a run to be repeated")


class _Distributed:
    """A hook of pytest-xdist, which refuses it from a plugin when it is not installed."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        """Tell a worker the seed and the end of the run."""
        node.workerinput["faults"] = node.config.stash[_RUN]  # type: ignore[attr-defined]  # pytest-xdist's node


def pytest_configure(config: pytest.Config) -> None:
    """Draw the seed and set the end, in the process that hands both to its workers."""
    seed = config.getoption("faults_seed")
    if seed is None:
        seed = secrets.randbelow(10**9) if config.getoption("faults") else _FIRST_SEED
    end = time.time() + 60 * config.getoption("faults_minutes")
    config.stash[_RUN] = getattr(config, "workerinput", {}).get("faults", (seed, end))
    config.pluginmanager.register(_Distributed())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let a long run begin with tests that take no time to speak of, and go on with what matters most."""
    if config.getoption("faults"):
        rank = {row: place for place, row in enumerate(_FIRST)}
        items.sort(key=lambda item: (_asked(item) > 0, rank.get(_row(item), len(rank)), -_asked(item)))


@pytest.fixture
def breaking(request: pytest.FixtureRequest, session_folder: Path) -> Iterator[Breaking]:
    """How often to break what the marker of the test names."""
    row, config = _row(request.node), request.config
    assert row, "a test that breaks something names its row: @pytest.mark.fault('F1')"
    seed, end = config.stash[_RUN]

    def keep(name: str, told: object) -> None:
        request.node.user_properties.append((name, told))

    if not config.getoption("faults"):
        yield Breaking(row, seed, 0, 0, keep)
        return
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    asked = {item.nodeid: _asked(item) for item in request.session.items}
    first = frozenset(item.nodeid for item in request.session.items if _row(item) in _FIRST)
    run = Run(end, 60 * config.getoption("faults_minutes"), workers)
    shares = Shares(session_folder / "fault-time.json", run, asked, first)
    until = shares.begin(request.node.nodeid, time.time())
    yield Breaking(row, seed, config.getoption("faults_minutes"), until, keep)
    shares.finish(request.node.nodeid, time.time())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Note the row of a test that breaks something, for those that count nothing; begin none that is too late."""
    if row := _row(item):
        item.user_properties.append((ROW, row))
    if not item.config.getoption("faults"):
        return (yield)
    _, end = item.config.stash[_RUN]
    skip_if_late(end)
    with bounded(end):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """End a test of a long run that would outlast it."""
    if not item.config.getoption("faults"):
        return (yield)
    funcargs: dict[str, object] = getattr(item, "funcargs", {})
    with counted(item.config.stash[_RUN][1], funcargs.get("breaking"), item.name):
        return (yield)


@contextmanager
def counted(end: float, breaking: object, name: str) -> Iterator[None]:
    """End what runs in here shortly before the run has to end, and let what it had seen by then count."""
    try:
        with bounded(end):
            yield
    except pytest.skip.Exception as skipped:
        if skipped.msg == CUT_OFF and isinstance(breaking, Breaking):
            with bounded(end, last=_LOOKED):
                breaking.cut_off(name)
        raise


def pytest_terminal_summary(terminalreporter: TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Print the table of a long run, and who did not get a turn."""
    if not config.getoption("faults"):
        return
    every = [report for reports in terminalreporter.stats.values() for report in reports]
    ended = [report for report in every if getattr(report, "when", "") == "call"]
    seen = [Figures(*kept) for report in ended for name, kept in report.user_properties if name == FIGURES]
    terminalreporter.section("faults")
    for line in (*table(seen + _uncounted(ended)), *_told(ended), *_left_out(every, exitstatus)):
        terminalreporter.write_line(line)
    seed, end = config.stash[_RUN]
    minutes = config.getoption("faults_minutes") - (end - time.time()) / 60
    terminalreporter.write_line(f"{minutes:.1f} minutes, seed {seed}; {machine()}")


def _told(ended: list[pytest.TestReport]) -> list[str]:
    return [str(told) for report in ended for name, told in report.user_properties if name == TOLD]


def _left_out(every: list[pytest.TestReport], exitstatus: int) -> list[str]:
    """Who was skipped, whatever the reason, in words."""
    skipped = [report for report in every if getattr(report, "skipped", False)]
    named = Counter((report.nodeid.partition("[")[0], report.longrepr[-1]) for report in skipped
                    if isinstance(report.longrepr, tuple))  # fmt: skip
    lines = [f"no turn: {name}, {count} times ({reason})" for (name, reason), count in named.items()]
    if exitstatus == pytest.ExitCode.INTERRUPTED:
        lines.append("interrupted: what is not in the table had no turn")
    return lines or ["everything had its turn"]


def _uncounted(ended: list[pytest.TestReport]) -> list[Figures]:
    """A line a row for the tests that counted nothing: how many there were, and how many failed."""
    tries, failures = Counter[str](), Counter[str]()
    for report in ended:
        noted = dict(report.user_properties)
        if ROW in noted and FIGURES not in noted and not report.skipped:
            tries[str(noted[ROW])] += 1
            failures[str(noted[ROW])] += report.failed
    return [Figures(row, tries[row], failures[row], "further tests of this row, once each") for row in tries]


def _row(item: pytest.Item) -> str:
    marker = item.get_closest_marker("fault")
    return str(marker.args[0]) if marker is not None and marker.args else ""


def _asked(item: pytest.Item) -> float:
    """Seconds that a test would like in a run of fifteen minutes on two cores."""
    marker = item.get_closest_marker("fault")
    return float(marker.kwargs.get("seconds", 0)) if marker is not None else 0.0
