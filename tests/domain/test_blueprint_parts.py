from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.canonical import canonical_text, parse_canonical
from app.domain.competency import Competency, Rung
from app.domain.entry import Chapter, Entry, Section
from app.domain.guide import Guide
from app.domain.ladder import Ladder, Level, RungNeeded
from app.domain.metric import Metrics
from app.domain.milestone import Milestone, Offset, Onboarding
from tests.factories.blueprints import entries

if TYPE_CHECKING:
    from collections.abc import Callable

st.register_type_strategy(Entry, entries)


@pytest.mark.parametrize("kind", [Chapter, Competency, Onboarding, Metrics, Ladder, Guide])
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_every_part_reads_back_as_it_was_stored(kind: type[object], data: st.DataObject) -> None:
    part = data.draw(st.from_type(kind))
    assert parse_canonical(kind, canonical_text(part)) == part


def test_parts_find_what_they_hold_by_id() -> None:
    section = Section("heat", "Heat", (Entry("Hot"),))
    assert Chapter("risks", (section,)).section("heat") == section
    assert Guide((section,)).section("heat") == section
    day = Milestone("day-30", "Start", Offset(days=30), ())
    assert Onboarding((day,)).milestone("day-30") == day
    rung = Rung("senior", (Entry("Kneads."),))
    competency = Competency("kneading", "Kneading", "technical", rungs=(rung,))
    assert (competency.rung("senior"), competency.rung("chief")) == (rung, None)
    level, needed = Level("senior", "Senior", "ic", 4), RungNeeded("senior", "kneading", "senior")
    ladder = Ladder((level,), requires=(needed, RungNeeded("chief", "kneading", "senior")))
    assert ladder.level("senior") == level
    assert ladder.required("senior") == (needed,)


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(Chapter("risks", ()).section, id="chapter"),
        pytest.param(Guide(()).section, id="guide"),
        pytest.param(Onboarding(()).milestone, id="onboarding"),
        pytest.param(Ladder(()).level, id="ladder"),
    ],
)
def test_what_is_not_there_is_a_key_error(look: Callable[[str], object]) -> None:
    with pytest.raises(KeyError):
        look("nothing")
