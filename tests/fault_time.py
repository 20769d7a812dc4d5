"""Shares out the time of a long run: every test that breaks things says how much it would like and gets its part.

The run has one end, whatever happens. A test's part is worked out when it begins, from what is left then: whoever
finds all it wanted early leaves more to those after it, and a test that begins too late does not get its turn.
"""

from __future__ import annotations

import fcntl
import json
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import FrameType

LEFT_OVER = "its time was over"
CUT_OFF = "the end of the run cut it off"
_AROUND = 1.5
"""Seconds that a test takes up before its rounds and after them, or without any."""
_LAST = 45.0
"""Seconds before the end by which rounds stop, so that what they saw is still looked at."""
_CUT = 15.0
"""Seconds before the end at which a test that still runs is stopped."""
_KEPT = 0.4
"""The part of a run's time that those who come first leave to the others, so that every fault has its turn."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run's ``end`` as a moment of the system's clock, how many ``seconds`` it takes, and its ``workers``."""

    end: float
    seconds: float
    workers: int


class Shares:
    """Who has begun and until when; kept in a file that all processes of a run share."""

    def __init__(self, file: Path, run: Run, asked: Mapping[str, float], first: frozenset[str]) -> None:
        """``asked`` are the seconds that each test would like.

        Those named in ``first`` get what they ask for as long as enough is left, and the others share the rest.
        """
        self._file, self._run, self._asked, self._first = file, run, asked, first

    def begin(self, name: str, now: float) -> float:
        """The moment until which a test may go on breaking things."""
        with self._begun() as begun:
            until = now + self._part(name, begun, now)
            begun[name] = until
        return until

    def finish(self, name: str, now: float) -> None:
        """Give back what a test did not need."""
        with self._begun() as begun:
            begun[name] = min(begun.get(name, now), now)

    def _part(self, name: str, begun: Mapping[str, float], now: float) -> float:
        last = self._run.end - _LAST
        waiting = {other: asked for other, asked in self._asked.items() if other not in begun}
        taken = sum(max(0.0, until - now) for until in begun.values())
        taken += _AROUND * len(waiting)
        free = max(0.0, self._run.workers * (last - now) - taken)
        asked = self._asked[name]
        part = free * asked / (sum(waiting.values()) or 1.0)
        if name in self._first:
            kept = _KEPT * self._run.workers * self._run.seconds
            part = max(part, min(asked, free - kept))
        return min(part, last - now)

    @contextmanager
    def _begun(self) -> Iterator[dict[str, float]]:
        with self._file.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            begun: dict[str, float] = json.loads(file.read() or "{}")
            yield begun
            file.truncate(0)
            file.write(json.dumps(begun))


@contextmanager
def bounded(end: float, last: float = _CUT) -> Iterator[None]:
    """End what runs in here so many seconds before the run has to end, as a test that was skipped."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        pytest.skip(CUT_OFF)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, max(0.01, end - last - time.time()))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def skip_if_late(end: float) -> None:
    """Skip a test whose turn comes when there is no time left for it."""
    if time.time() > end - _LAST:
        pytest.skip(LEFT_OVER)
