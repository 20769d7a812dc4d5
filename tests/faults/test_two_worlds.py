"""Two worlds that differ only in what a viewer must not know look the same to them, also where something breaks."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.faults.test_broken_rules import breaking_function, rules
from tests.journeys import two_worlds as worlds
from tests.journeys.test_blindness import Pairs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.faulting import Breaking

_FIRST_SEED = 50_000


@pytest.mark.fault("F11", seconds=50)
def test_error_pages_tell_no_more_than_pages(session_folder: Path, tmp_path: Path, breaking: Breaking) -> None:
    pairs, functions = Pairs(session_folder, tmp_path, postgresql=False), rules()
    unlike, tries, failed = breaking.wrong, 0, 0
    for number in breaking.rounds(1, 200):
        seed = _FIRST_SEED + breaking.seed % 10_000 + number
        function, statement = breaking.random.choice(functions), breaking.random.randrange(1, 4)
        with ExitStack() as stack:
            base, engines, browsers = pairs.make(seed, stack)
            for place, engine in enumerate(engines):
                worlds.live_on(engine, base, Random(f"{seed}/{place}"))
            seen = []
            for engine, browser in zip(engines, browsers, strict=True):
                fault: AbstractContextManager[None] = (
                    breaking_function(function) if number % 2 else _failing(engine, statement)
                )
                with fault:
                    seen.append(pairs.receive(browser, engine, base, number))
        one, two = seen
        tries += len(one)
        failed += sum(answer.status >= 500 for answer in one.values())
        broken = function.__qualname__ if number % 2 else f"statement {statement}"
        unlike += [f"seed {seed}, {broken}: {address}" for address in one if one[address] != two[address]]
    breaking.count(tries, len(unlike), f"answers in two worlds while something breaks, {failed} of them errors")
    assert unlike == []
    assert failed, "nothing broke"


@contextmanager
def _failing(engine: Engine, number: int) -> Iterator[None]:
    """Let the database fail at that statement of each transaction, and at every later one."""
    asked = [0]

    def begin(*_given: object) -> None:
        asked[0] = 0

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked[0] += 1
        if asked[0] >= number:
            raise OperationalError(statement, None, Exception("gone"))

    event.listen(engine, "checkout", begin)
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine, "checkout", begin)
        event.remove(engine, "before_cursor_execute", count)
