"""How a long run shares out its time: who comes first gets much, and everybody gets something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fault_time import Run, Shares

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
