"""Readiness against a level by each of the ladder's rules: what counts, what is said, and what is missing next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.domain.growth.mark import Mark, Standing
from app.domain.growth.readiness import readiness
from tests.factories.cycles import small_ladder

if TYPE_CHECKING:
    from app.domain.blueprint import Blueprint
    from app.domain.growth.readiness import Readiness
    from app.domain.ladder import LadderRule

ON = date(2026, 11, 22)
ONE_MORE = "1 more expectation met"
NEITHER = "Not yet met, as both see it"
POINTS = {"senior": 1, "principal": 3}


def _blueprint(rule: LadderRule, minimum: int | None) -> Blueprint:
    plain = small_ladder()
    assert plain.ladder is not None
    competencies = tuple(
        replace(one, rungs=tuple(replace(rung, points=POINTS[rung.id]) for rung in one.rungs))
        for one in plain.competencies
    )
    return replace(plain, ladder=replace(plain.ladder, rule=rule, minimum=minimum), competencies=competencies)


def _marks(**rungs: str) -> tuple[Mark, ...]:
    return tuple(
        Mark(name, Standing.MET, rung) if rung else Mark(name, Standing.BELOW, None, "Not yet.")
        for name, rung in rungs.items()
    )


def _held(rule: LadderRule, minimum: int | None, own: tuple[Mark, ...], manager: tuple[Mark, ...]) -> Readiness:
    return readiness(
        _blueprint(rule, minimum), "principal", from_level="senior", own=own, manager=manager, pieces=(), on=ON
    )


HIGH, MIXED, LOW = (
    _marks(judgment="principal", data="principal", people="principal"),
    _marks(judgment="principal", data="principal", people="senior"),
    _marks(judgment="principal", data="senior", people=""),
)


@pytest.mark.parametrize(
    ("rule", "minimum", "words", "reached"),
    [
        ("all", None, "The level is reached when every one of its expectations is met.", (True, False)),
        ("minimum", 2, "The level is reached with at least 2 of its expectations met.", (True, True)),
        ("minimum", 3, "The level is reached with at least 3 of its expectations met.", (True, False)),
        ("points", 7, "The level is reached with at least 7 points from what it asks.", (True, True)),
        ("points", 8, "The level is reached with at least 8 points from what it asks.", (True, False)),
    ],
)
def test_each_rule_is_said_and_applied_to_each_side(
    rule: LadderRule, minimum: int | None, words: str, reached: tuple[bool, bool]
) -> None:
    held = _held(rule, minimum, HIGH, MIXED)
    assert (held.rule, (held.own.reached, held.manager.reached)) == (words, reached)
    assert (held.own.met, held.manager.met) == (3, 2)
    assert (held.own.points, held.manager.points) == ((9, 7) if rule == "points" else (None, None))


def test_a_rule_that_wants_all_names_what_neither_sees_met() -> None:
    assert _held("all", None, LOW, LOW).missing[1:] == (f"{NEITHER}: Data; People.",)


def test_a_minimum_says_how_many_are_missing_and_from_which() -> None:
    assert _held("minimum", 2, LOW, LOW).missing[1:] == (
        f"By the rule of this ladder: {ONE_MORE} by the person's marks, {ONE_MORE} by the manager's.",
        f"{NEITHER}, and not every one is needed: Data; People.",
    )


def test_points_say_how_many_are_missing_by_each_side() -> None:
    assert _held("points", 6, MIXED, LOW).missing[1] == (
        "By the rule of this ladder: nothing more by the person's marks, 2 more points by the manager's."
    )


def test_a_rule_that_both_reach_wants_nothing_more() -> None:
    assert not any("By the rule" in line for line in _held("minimum", 2, MIXED, MIXED).missing)


def test_without_both_answers_the_rule_is_not_held_against_anybody() -> None:
    held = _held("minimum", 2, HIGH, ())
    assert not held.assessed
    assert not any("By the rule" in line for line in held.missing)
