"""Proposals: within the room always, never worse with more of it, honest about what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.blueprint import Blueprint, CaseStudy, Dimension, Entry, Role, Scale, ScalePoint, Scorecard
from app.domain.hiring import RATERS_WANTED, InterviewKind
from app.domain.panel_plan.proposing import propose
from app.domain.panel_plan.rows import FEWEST_MINUTES, PlanRow, Room, review
from tests.factories.books import shipped

SCALE = Scale((ScalePoint(1, "No"), ScalePoint(2, "Yes")), meets=2)


@st.composite
def blueprints(draw: st.DrawFn) -> Blueprint:
    """One to twelve dimensions, some of them must-haves, with no case or up to three on some of them."""
    count = draw(st.integers(1, 12))
    musts = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    dimensions = tuple(Dimension(f"d{i}", f"Dimension {i}", must=must) for i, must in enumerate(musts))
    ids = [one.id for one in dimensions]
    cases = tuple(
        _case(number, draw(st.integers(15, 90)), tuple(sorted(draw(st.sets(st.sampled_from(ids), min_size=1)))))
        for number in range(draw(st.integers(0, 3)))
    )
    return Blueprint(Role("r", "R"), Scorecard("s", "1", SCALE, dimensions), cases)


def _case(number: int, minutes: int, dimensions: tuple[str, ...]) -> CaseStudy:
    outputs = (Entry("A page"),)
    return CaseStudy(
        f"c{number}",
        f"Case {number}",
        f"Case {number}",
        "",
        minutes,
        minutes + 30,
        ("live",),
        "Do.",
        outputs,
        dimensions,
    )


rooms = st.builds(Room, st.integers(1, 12), st.integers(5, 600))


@given(blueprints(), rooms)
def test_a_proposal_stays_within_the_room_and_says_what_is_missing(blueprint: Blueprint, room: Room) -> None:
    found = propose(blueprint, frozenset(), room)

    assert sum(row.raters for row in found.rows) <= room.people
    assert sum(row.minutes for row in found.rows) <= room.minutes
    assert not found.review.overload
    known = [one.id for one in blueprint.scorecard.dimensions]
    for row in found.rows:
        assert row.focus
        assert set(row.focus) <= set(known)
        assert len(set(row.focus)) == len(row.focus)
        assert row.minutes >= FEWEST_MINUTES * len(row.focus)
    seen = {one: sum(row.raters for row in found.rows if one in row.focus) for one in known}
    assert {look.dimension for look in found.review.gaps} == {one for one in known if seen[one] < RATERS_WANTED}
    assert any("not every dimension" in reason for reason in found.reasons) == bool(found.review.gaps)


@given(blueprints(), rooms, st.integers(0, 4), st.integers(0, 240))
def test_more_people_or_time_never_leave_more_unseen(blueprint: Blueprint, room: Room, people: int, time: int) -> None:
    larger = Room(room.people + people, room.minutes + time)

    assert _missing(blueprint, larger) <= _missing(blueprint, room)


@given(blueprints())
def test_two_people_for_each_group_of_four_dimensions_are_enough(blueprint: Blueprint) -> None:
    groups = -(-len(blueprint.scorecard.dimensions) // 4)
    found = propose(blueprint, frozenset(), Room(2 * groups, 60 * groups))

    assert found.review.sound


@given(blueprints(), rooms)
def test_the_remedy_it_names_works(blueprint: Blueprint, room: Room) -> None:
    for reason in propose(blueprint, frozenset(), room).reasons:
        numbers = [int(word) for word in reason.split() if word.isdigit()]
        if reason.startswith("With a panel of"):
            assert propose(blueprint, frozenset(), replace(room, people=numbers[0])).review.sound
            assert not propose(blueprint, frozenset(), replace(room, people=numbers[0] - 1)).review.sound
        elif reason.startswith("With "):
            assert propose(blueprint, frozenset(), replace(room, minutes=numbers[0])).review.sound
            assert not propose(blueprint, frozenset(), replace(room, minutes=numbers[0] - 1)).review.sound
        elif reason.startswith("It would take"):
            assert propose(blueprint, frozenset(), Room(*numbers)).review.sound


def test_must_haves_come_first_where_not_everything_fits() -> None:
    dimensions = tuple(Dimension(f"d{i}", f"Dimension {i}") for i in range(8))
    blueprint = Blueprint(Role("r", "R"), Scorecard("s", "1", SCALE, dimensions))

    found = propose(blueprint, frozenset({"d6", "d7"}), Room(2, 60))

    assert {"d6", "d7"}.isdisjoint({look.dimension for look in found.review.gaps})
    assert len(found.review.gaps) == 4


@pytest.mark.parametrize("role", ["senior-ml-pm", "senior-data-scientist"])
def test_four_people_see_a_shipped_role_twice_in_four_hours(role: str) -> None:
    found = propose(shipped(role), frozenset(), Room(4, 240))

    assert found.review.sound
    assert found.rows[0].kind is InterviewKind.CASE_STUDY
    assert found.rows[0].case_study in {case.id for case in shipped(role).case_studies}


def test_a_room_too_small_for_anything_gets_no_plan_and_a_remedy() -> None:
    found = propose(shipped("senior-ml-pm"), frozenset(), Room(1, 15))

    assert found.rows == ()
    assert found.reasons[-1] == "It would take 4 people and 120 minutes."


def test_a_review_names_what_is_hurried_and_what_is_too_much() -> None:
    rows = (
        PlanRow(InterviewKind.SCREEN, "Screen", 15, ("a", "b"), 3),
        PlanRow(InterviewKind.SCREEN, "Talk", 60, ("a",)),
    )

    found = review(rows, {"a": "Alpha", "b": "Beta", "c": "Gamma"}, Room(3, 60))

    assert [look.raters for look in found.looks] == [4, 3, 0]
    assert [look.title for look in found.gaps] == ["Gamma"]
    assert found.overload == (
        "Screen: 2 dimensions in 15 minutes leave 7 minutes for each. Take some out, or give it more time.",
        "The plan has 4 seats and the panel 3 people, so somebody would interview twice.",
        "A candidate would spend 75 minutes, 15 more than the 60 allowed.",
    )


def _missing(blueprint: Blueprint, room: Room) -> int:
    return sum(max(0, RATERS_WANTED - look.raters) for look in propose(blueprint, frozenset(), room).review.looks)
