from __future__ import annotations

from fractions import Fraction
from typing import Literal

import pytest

from app.domain.certainty import Candidate, Ground, Question, question_of
from app.domain.errors import InvalidError
from app.domain.scoring import Weight
from app.domain.weight_play import play

WEIGHTS = (Weight("a", Fraction(60)), Weight("b", Fraction(40)))
ANN, BEN, CEM = "0a", "0b", "0c"


def asked(best: Literal["high", "low"] = "high", **marks: tuple[int | None, int | None]) -> Question:
    people = [
        Candidate(name, 1, tuple(("r", d, v) for d, v in zip("ab", pair, strict=True) if v is not None))
        for name, pair in {"0a": marks.get("ann"), "0b": marks.get("ben"), "0c": marks.get("cem")}.items()
        if pair
    ]
    return question_of("x", best, WEIGHTS, people, Ground())


def test_other_weights_turn_a_pair_and_keep_the_blueprint_s_composites() -> None:
    found = play(asked(ann=(4, 2), ben=(2, 4)), {"a": 10, "b": 90})
    assert not found.same
    assert (found.turned, found.parted, found.joined) == (((ANN, BEN),), (), ())
    assert [(one.value, one.tried) for one in found.candidates] == [
        (Fraction(16, 5), Fraction(11, 5)),
        (Fraction(14, 5), Fraction(19, 5)),
    ]


def test_ties_that_come_and_go_are_told_apart() -> None:
    assert play(asked(ann=(4, 2), ben=(2, 4)), {"a": 50, "b": 50}).joined == ((ANN, BEN),)
    assert play(asked(ann=(3, 3), ben=(5, 0)), {"a": 61, "b": 39}).parted == ((BEN, ANN),)
    assert play(asked(ann=(4, 2), ben=(2, 4)), {}).same


def test_where_low_is_best_the_same_weights_turn_it_the_other_way() -> None:
    found = play(asked("low", ann=(4, 2), ben=(2, 4)), {"a": 10, "b": 90})
    assert found.turned == ((BEN, ANN),)
    assert found.candidates[0].tried == Fraction(11, 5)


def test_without_a_composite_there_is_no_place_to_change() -> None:
    found = play(asked(ann=(4, None), ben=(2, 4), cem=(3, 3)), {"a": 10, "b": 90})
    assert found.candidates[0].value is None
    assert all(ANN not in pair for pair in (*found.turned, *found.parted, *found.joined))


def test_a_weight_of_nothing_lets_the_other_dimension_speak_alone() -> None:
    found = play(asked(ann=(4, None), ben=(2, 4)), {"a": 100, "b": 0})
    assert [one.tried for one in found.candidates] == [Fraction(4), Fraction(2)]


@pytest.mark.parametrize(
    ("weights", "fields"), [({"a": -1}, ["a"]), ({"a": 101, "b": 200}, ["a", "b"]), ({"a": 0, "b": 0}, [""])]
)
def test_weights_that_are_none_are_refused_by_name(weights: dict[str, int], fields: list[str]) -> None:
    with pytest.raises(InvalidError) as refused:
        play(asked(ann=(4, 2), ben=(2, 4)), weights)
    assert [fault.field for fault in refused.value.faults] == fields
