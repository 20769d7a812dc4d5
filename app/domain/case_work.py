"""The time that a candidate has for a case, and where their work stands: the server's clock decides, nothing else.

Every moment is handed in; nothing here asks what time it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(minutes=1)
"""What arrives this long after the end still counts: it was under way."""

SHORTEST, LONGEST = 5, 480
"""The fewest and most minutes that a countdown runs, before anything is added."""

MOST_PERCENT, MOST_EXTRA = 300, 1440
"""The most that an allowance adds, in percent of the time and in minutes."""

CODE_LETTERS, CODE_DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
"""Without those that are taken for each other when they are read aloud."""


class CaseMode(StrEnum):
    """How a case is worked on: in an interview, or alone and handed in."""

    LIVE = "live"
    TAKE_HOME = "take_home"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"live": "Live, in an interview", "take_home": "Take-home"}[self.value]


class Extends(StrEnum):
    """What an extension adds to: the days in which work can be begun or done, or a countdown that runs."""

    WINDOW = "window"
    COUNTDOWN = "countdown"


class WorkState(StrEnum):
    """Where a candidate's work on a case stands at one moment."""

    WAITING = "waiting"
    OPEN = "open"
    RUNNING = "running"
    OVER = "over"
    MISSED = "missed"
    HANDED_IN = "handed_in"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {
            "waiting": "Not open yet",
            "open": "Can be started",
            "running": "Under way",
            "over": "Time is over",
            "missed": "Not started in time",
            "handed_in": "Handed in",
            "withdrawn": "Withdrawn",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Allowance:
    """Time added for one candidate because their circumstances ask for it: ``percent`` of the time, and ``minutes``."""

    percent: int = 0
    minutes: int = 0

    def of(self, time: timedelta) -> timedelta:
        """What it adds to a time, in whole minutes, rounded up in the candidate's favour."""
        seconds = int(time.total_seconds()) * self.percent
        return timedelta(minutes=self.minutes + -(-seconds // 6000))


NO_ALLOWANCE = Allowance()


@dataclass(frozen=True, slots=True)
class Extension:
    """Time that a coordinator added, with what it adds to."""

    extends: Extends
    minutes: int


@dataclass(frozen=True, slots=True)
class WorkTime:
    """Everything that decides how long a candidate has.

    Work can be started from ``opens_at`` to ``closes_at``. With ``minutes`` a countdown runs from the start, whole
    even when it outlasts the window; without, the window is the time. Moments have a zone.
    """

    opens_at: datetime
    closes_at: datetime
    minutes: int | None
    allowance: Allowance = NO_ALLOWANCE
    extensions: tuple[Extension, ...] = ()
    started_at: datetime | None = None
    handed_in_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def length(self) -> timedelta:
        """How long a countdown runs with everything added, or how long the window is when there is none."""
        if self.minutes is None:
            return self.last_start - self.opens_at
        given = timedelta(minutes=self.minutes)
        return given + self.allowance.of(given) + self._added(Extends.COUNTDOWN)

    @property
    def last_start(self) -> datetime:
        """Until when work can be started; without a countdown also when it ends."""
        closes = self.closes_at + self._added(Extends.WINDOW)
        if self.minutes is None:
            closes += self.allowance.of(self.closes_at - self.opens_at)
        return closes

    @property
    def due_at(self) -> datetime | None:
        """When the time is over; ``None`` while a countdown has not begun."""
        if self.minutes is None:
            return self.last_start
        return self.started_at + self.length if self.started_at else None

    def state(self, now: datetime) -> WorkState:
        """Where the work stands at a moment."""
        if self.withdrawn_at:
            return WorkState.WITHDRAWN
        if self.handed_in_at:
            return WorkState.HANDED_IN
        if self.started_at and self.due_at:
            return WorkState.RUNNING if now < self.due_at else WorkState.OVER
        if now < self.opens_at:
            return WorkState.WAITING
        return WorkState.OPEN if now < self.last_start else WorkState.MISSED

    def accepts(self, now: datetime) -> bool:
        """Whether answers, files and the hand-in still count: while the time runs, and for :data:`GRACE` after."""
        state = self.state(now)
        return state is WorkState.RUNNING or (state is WorkState.OVER and now <= self._end + GRACE)

    def lapsed(self, now: datetime) -> bool:
        """Whether the time and the grace are over without a hand-in: what was saved is then what counts."""
        return self.state(now) is WorkState.OVER and now > self._end + GRACE

    def seconds_left(self, now: datetime) -> int:
        """Whole seconds until the end, 0 when it is past or nothing runs."""
        if self.state(now) is not WorkState.RUNNING:
            return 0
        return int((self._end - now).total_seconds())

    @property
    def _end(self) -> datetime:
        return self.due_at or self.last_start

    def _added(self, extends: Extends) -> timedelta:
        return timedelta(minutes=sum(each.minutes for each in self.extensions if each.extends is extends))


def code_from(number: int) -> str:
    """A code such as ``K7F3`` from any number that says nothing of whom it stands for."""
    code = ""
    for signs in (CODE_LETTERS, CODE_DIGITS) * 2:
        number, place = divmod(number, len(signs))
        code += signs[place]
    return code


def receipt_from(number: int) -> str:
    """A receipt number such as ``K7F3-M2P8-Q4R6`` from any number."""
    span = (len(CODE_LETTERS) * len(CODE_DIGITS)) ** 2
    parts = []
    for _ in range(3):
        number, rest = divmod(number, span)
        parts.append(code_from(rest))
    return "-".join(parts)


def neutral_name(code: str, number: int, name: str) -> str:
    """What a document is called for everybody but its candidate: its code, its number and its ending."""
    return f"{code}-{number}.{name.rpartition('.')[2]}"
