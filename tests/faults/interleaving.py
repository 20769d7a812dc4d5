"""Two transactions in every order of their steps, each step begun only when its turn has come.

An act has four steps: it looks (what a page shows), works up to its first write, writes, and commits. One that has to
wait for a lock of the other is left waiting, and goes on by itself once the other lets go.
"""

from __future__ import annotations

import re
import threading
from itertools import combinations
from typing import TYPE_CHECKING

from sqlalchemy import event

from app.domain.errors import PlumblineError
from app.models.engine import reading, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    Look = Callable[[Session], int]
    Work = Callable[[Session, int], object]

STEPS = 4
_HELD_UP = 0.15
"""Seconds after which a step that has not ended is taken to wait for a lock; too short costs an order, no more."""
_WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE)", re.IGNORECASE)
_own = threading.local()


class Act:
    """One transaction that takes its steps when it is told to."""

    def __init__(self, engine: Engine, look: Look, work: Work) -> None:
        """``look`` answers what the form showed; ``work`` gets that."""
        self._engine, self._look, self._work = engine, look, work
        self.ended = ""
        self._may, self._moved = threading.Semaphore(0), threading.Condition()
        self._taken, self._has_written = 0, False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def step(self) -> None:
        """Let it take its next step; come back when it has, or when it waits for a lock."""
        before = self._taken
        self._may.release()
        with self._moved:
            self._moved.wait_for(lambda: self._taken > before or bool(self.ended), _HELD_UP)

    def finish(self) -> str:
        """Let it go to its end; what it ended with: ``done``, or the name of what was raised."""
        for _ in range(STEPS):
            self._may.release()
        self._thread.join(60)
        assert self.ended, "an act hangs"
        return self.ended

    def before_write(self) -> None:
        """Stop once before the first write."""
        if not self._has_written:
            self._has_written = True
            self._next()

    def _run(self) -> None:
        _own.act = self
        self._may.acquire()
        try:
            with reading(self._engine) as session:
                seen = self._look(session)
            self._next()
            with writing(self._engine) as session:
                self._work(session, seen)
                self.before_write()
                self._next()
            ended = "done"
        except PlumblineError as error:
            ended = type(error).__name__
        except Exception as error:  # noqa: BLE001  whatever it is, it is what a person would meet
            ended = f"unforeseen {type(error).__name__}"
        with self._moved:
            self.ended = ended
            self._moved.notify_all()

    def _next(self) -> None:
        with self._moved:
            self._taken += 1
            self._moved.notify_all()
        self._may.acquire()


def pausing(engine: Engine) -> None:
    """Let acts on this engine stop before their first write."""
    event.listen(engine, "before_cursor_execute", _before)


def _before(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
    act = getattr(_own, "act", None)
    if act is not None and _WRITES.match(statement):
        act.before_write()


def orders() -> list[str]:
    """Every order of the steps of two acts, such as ``AABABBAB``."""
    places = range(2 * STEPS)
    return ["".join("A" if n in chosen else "B" for n in places) for chosen in map(set, combinations(places, STEPS))]


def played(order: str, first: Act, second: Act) -> tuple[str, str]:
    """Play two acts in an order, and what each ended with."""
    for letter in order:
        (first if letter == "A" else second).step()
    return first.finish(), second.finish()


def all_of(kinds: list[str], orders_of_each: list[str]) -> Iterator[tuple[str, str]]:
    """Each order with each kind."""
    for order in orders_of_each:
        for kind in kinds:
            yield kind, order
