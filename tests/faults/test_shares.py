"""How a long run shares out its time: who comes first gets much, everybody gets something, and what is seen counts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.fault_time import CUT_OFF, Run, Shares
from tests.faulting import FIGURES, Breaking, counted

if TYPE_CHECKING:
    from pathlib import Path

ASKED = {"kills": 600.0, "drills": 600.0, "mail": 100.0, "clock": 300.0, "quick": 0.0}


def test_those_who_come_first_leave_time_to_the_others(tmp_path: Path) -> None:
    # One worker and 1,000 seconds, the last 45 of which begin nothing.
    shares = Shares(tmp_path / "time.json", Run(1000, 1000, 1), ASKED, frozenset({"kills", "drills"}))
    now, lasted = 0.0, {}
    for name in ASKED:
        lasted[name] = shares.begin(name, now) - now
        now += lasted[name]
        shares.finish(name, now)

    assert lasted["kills"] == 1000 - 45 - 5 * 1.5 - 400
    assert 200 < lasted["drills"] < 300
    assert lasted["mail"] * 3 == pytest.approx(lasted["clock"], rel=0.05)
    assert lasted["clock"] > 75
    assert now <= 1000 - 45


def test_what_one_did_not_need_is_there_for_the_next(tmp_path: Path) -> None:
    shares = Shares(tmp_path / "time.json", Run(1000, 1000, 1), ASKED, frozenset({"kills", "drills"}))
    shares.begin("kills", 0.0)
    shares.finish("kills", 10.0)

    # Six of the ten parts that were asked for, which is more than what is left beyond the part kept for others.
    assert shares.begin("drills", 10.0) - 10.0 == pytest.approx((1000 - 10 - 45 - 4 * 1.5) * 600 / 1000)


@pytest.mark.parametrize("found", [[], ["an act was lost"]], ids=["rightly", "wrongly"])
@pytest.mark.parametrize("late", [False, True], ids=["on the way", "at the end"])
def test_what_was_seen_before_the_run_ended_counts(found: list[str], *, late: bool) -> None:
    told = list[tuple[str, object]]()
    breaking = Breaking("F1", 1, 15.0, time.time() + 60, lambda name, what: told.append((name, what)))

    def kills() -> None:
        for number in breaking.rounds(1, 100):
            if number == 2:
                breaking.wrong += [] if late else found
                breaking.look = lambda: found if late else []
                time.sleep(10)

    end = time.time() + 15.5
    ending = pytest.fail.Exception if found else pytest.skip.Exception
    with pytest.raises(ending, match="an act was lost" if found else CUT_OFF), counted(end, breaking, "kills"):
        kills()
    assert told == [(FIGURES, ("F1", 3, len(found), "kills, until the end of the run cut it off", "2 of 100"))]
