from __future__ import annotations

import pytest

from app.domain.blueprint import Blueprint, Role
from app.domain.climb import asked, career_paths, steps, typical_time
from app.domain.competency import Competency, Rung
from app.domain.entry import Entry
from app.domain.ladder import Ladder, Level, Promotion, RungNeeded, Typical
from app.domain.milestone import Offset
from tests.factories.field import shipped_blueprint

JUNIOR, SENIOR, CHIEF = (
    Level(name, name.capitalize(), "ic", rank) for rank, name in enumerate(("junior", "senior", "chief"))
)
LEAD = Level("lead", "Lead", "manager", 1)
KNEADING = Competency("kneading", "Kneading", "craft", rungs=(Rung("one", (Entry("By hand."),)), Rung("two", ())))
BAKING = Competency("baking", "Baking", "craft")


def blueprint(*promotions: Promotion, levels: tuple[Level, ...] = (JUNIOR, SENIOR, LEAD)) -> Blueprint:
    needs = (
        RungNeeded("junior", "kneading", "one"),
        RungNeeded("senior", "kneading", "two"),
        RungNeeded("lead", "kneading", "one"),
    )
    ladder = Ladder(levels, requires=needs, promotions=promotions)
    return Blueprint(Role("baker", "Baker"), competencies=(KNEADING, BAKING), ladder=ladder)


def test_levels_of_a_track_follow_each_other() -> None:
    (step,) = steps(blueprint())
    assert (step.below, step.above, step.kept) == (JUNIOR, SENIOR, 0)
    assert [(one.competency, one.before, one.after) for one in step.raised] == [(KNEADING, *KNEADING.rungs)]


def test_promotions_lead_across_tracks() -> None:
    found = steps(blueprint(Promotion("junior", ("lead", "nowhere"), ())))
    assert [(step.below.id, step.above.id, len(step.raised), step.kept) for step in found] == [
        ("junior", "lead", 0, 1),
        ("junior", "senior", 1, 0),
    ]


def test_a_level_follows_the_nearest_below_it() -> None:
    found = steps(blueprint(levels=(CHIEF, JUNIOR, SENIOR)))
    assert [(step.below.id, step.above.id) for step in found] == [("senior", "chief"), ("junior", "senior")]


def test_what_levels_ask_stands_side_by_side() -> None:
    (row,) = asked(blueprint())
    assert row.competency == KNEADING
    assert [(cell.rung, cell.more) for cell in row.asked] == [("one", False), ("two", True), ("one", False)]


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (Offset(24), Offset(48), "2 to 4 years"),
        (Offset(18), Offset(36), "18 months to 3 years"),
        (Offset(12), Offset(24), "1 to 2 years"),
        (Offset(6), Offset(18), "6 to 18 months"),
        (Offset(36), None, "3 years or more"),
        (Offset(24), Offset(24), "about 2 years"),
        (Offset(1, 15), Offset(3), "1 month and 15 days to 3 months"),
    ],
)
def test_a_typical_time_is_said_in_words(least: Offset, most: Offset | None, words: str) -> None:
    assert typical_time(Typical(least, most)) == words


def test_paths_say_what_the_ladder_describes() -> None:
    role = shipped_blueprint()
    shipped = career_paths(role)
    assert shipped is not None
    assert role.ladder is not None
    above = [level.title for level in role.ladder.levels if level.id != "senior"]
    assert len(above) == 2
    assert [stop.label for stop in shipped.after if stop.on_ladder] == above
    assert (len(shipped.before), len(shipped.after), len(shipped.aside)) == (5, 5, 4)


def test_without_a_ladder_there_is_nothing_to_climb() -> None:
    bare = Blueprint(Role("baker", "Baker"))
    assert (asked(bare), steps(bare), career_paths(bare)) == ((), (), None)
    assert career_paths(blueprint()) is None
