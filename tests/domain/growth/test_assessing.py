"""Two answers beside each other, the figure of a gap, what moves from cycle to cycle, and readiness for a level."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.blueprint import Blueprint
from app.domain.competency import Competency, Rung
from app.domain.entry import Entry
from app.domain.growth.alignment import Alignment, alignment, height, lines
from app.domain.growth.answers import Answers, asked_about, draft_faults, level_faults, seal_faults, unanswered
from app.domain.growth.gap import gap_axis, gap_rows
from app.domain.growth.log import Showing, Shown
from app.domain.growth.mark import Mark, Standing
from app.domain.growth.readiness import Met, Piece, expected, readiness
from app.domain.growth.trend import moved
from app.domain.ladder import Criterion, Evidence, Ladder
from app.domain.milestone import Offset
from tests.factories.cycles import small_ladder

TODAY = date(2026, 11, 22)
BLUEPRINT = small_ladder()
ASKED = BLUEPRINT.competencies
SENIOR = Mark("judgment", Standing.MET, "senior")
PRINCIPAL = Mark("judgment", Standing.MET, "principal")
BELOW = Mark("judgment", Standing.BELOW)
UNSURE = Mark("judgment", Standing.NOT_ENOUGH)


def _of(name: str, mark: Mark) -> Mark:
    return replace(mark, competency=name)


@pytest.mark.parametrize(("mark", "reached"), [(None, None), (UNSURE, None), (BELOW, 0), (SENIOR, 1), (PRINCIPAL, 2)])
def test_how_high_a_mark_is(mark: Mark | None, reached: int | None) -> None:
    assert height(ASKED[0], mark) == reached


def test_a_rung_that_the_ladder_does_not_have_cannot_be_placed() -> None:
    assert height(ASKED[0], Mark("judgment", Standing.MET, "distinguished")) is None


def test_the_widest_apart_comes_first_and_what_cannot_be_compared_before_what_is_the_same() -> None:
    own = (SENIOR, _of("data", PRINCIPAL), _of("people", UNSURE))
    manager = (SENIOR, _of("data", BELOW), _of("people", SENIOR))

    assert [(line.competency.id, line.apart) for line in lines(ASKED, own, manager)] == [
        ("data", 2),
        ("people", None),
        ("judgment", 0),
    ]


def test_alignment_counts_only_what_both_placed() -> None:
    own = (SENIOR, _of("data", SENIOR), _of("people", UNSURE))
    manager = (SENIOR, _of("data", PRINCIPAL))

    found = alignment(ASKED, own, manager)

    assert (found.same, found.own_higher, found.manager_higher, found.left_out) == (1, 0, 1, ("People",))
    assert (found.compared, found.percent) == (2, 50)
    assert alignment(ASKED, (), ()).percent is None


@pytest.mark.parametrize(("same", "other", "percent"), [(1, 2, 33), (2, 1, 67), (1, 7, 13), (0, 3, 0), (3, 0, 100)])
def test_the_percentage_is_rounded_half_up(same: int, other: int, percent: int) -> None:
    assert Alignment(same, other, 0, ()).percent == percent


MARKS = st.builds(
    lambda name, pair: Mark(name, *pair),
    st.sampled_from([one.id for one in ASKED]),
    st.sampled_from(
        [(Standing.MET, "senior"), (Standing.MET, "principal"), (Standing.BELOW, None), (Standing.NOT_ENOUGH, None)]
    ),
)
SHEETS = st.lists(MARKS, unique_by=lambda mark: mark.competency, max_size=3)


@given(SHEETS, SHEETS)
def test_turning_the_sides_turns_only_who_is_higher(own: list[Mark], manager: list[Mark]) -> None:
    one, other = alignment(ASKED, own, manager), alignment(ASKED, manager, own)

    assert (one.same, one.own_higher, one.manager_higher) == (other.same, other.manager_higher, other.own_higher)
    assert one.compared + len(one.left_out) == len({mark.competency for mark in (*own, *manager)})


@given(SHEETS, SHEETS)
def test_nobody_is_worse_for_what_was_left_open(own: list[Mark], manager: list[Mark]) -> None:
    """Taking back a *not enough evidence* changes no count of what is met or not."""
    without = [mark for mark in own if mark.standing is not Standing.NOT_ENOUGH]
    one, other = (
        readiness(BLUEPRINT, "principal", from_level="senior", own=marks, manager=manager, pieces=(), on=TODAY)
        for marks in (own, without)
    )

    assert (one.own.met, one.own.not_met, one.own.open) == (other.own.met, other.own.not_met, other.own.open)


def test_a_higher_rung_meets_a_lower_one_and_what_nobody_could_tell_stays_open() -> None:
    own = (PRINCIPAL, _of("data", SENIOR), _of("people", UNSURE))
    senior, principal = (expected(BLUEPRINT, level, own, ()) for level in ("senior", "principal"))

    assert [one.own for one in senior] == [Met.MET, Met.MET, Met.NOT_ENOUGH]
    assert [one.own for one in principal] == [Met.MET, Met.NOT_MET, Met.NOT_ENOUGH]
    assert {one.manager for one in principal} == {Met.UNSAID}


def _ladder(**changes: Any) -> Blueprint:  # noqa: ANN401  any field of the ladder
    assert BLUEPRINT.ladder
    return replace(BLUEPRINT, ladder=replace(BLUEPRINT.ladder, **changes))


@pytest.mark.parametrize(
    ("rule", "minimum", "reached"), [("all", None, False), ("minimum", 2, True), ("minimum", 3, False)]
)
def test_the_rule_of_the_ladder_decides_and_no_other(rule: str, minimum: int | None, *, reached: bool) -> None:
    blueprint = _ladder(rule=rule, minimum=minimum)
    own = (PRINCIPAL, _of("data", PRINCIPAL), _of("people", SENIOR))

    held = readiness(blueprint, "principal", from_level="senior", own=own, manager=(), pieces=(), on=TODAY)

    assert (held.own.met, held.own.reached, held.manager.reached) == (2, reached, False)


def test_points_are_those_of_the_rungs_that_were_marked() -> None:
    rungs = (Rung("senior", (Entry("S"),), points=3), Rung("principal", (Entry("P"),), points=8))
    pointed = tuple(replace(one, rungs=rungs) for one in ASKED)
    blueprint = replace(_ladder(rule="points", minimum=14), competencies=pointed)
    own = (PRINCIPAL, _of("data", SENIOR), _of("people", SENIOR))

    held = readiness(blueprint, "principal", from_level="senior", own=own, manager=own[:2], pieces=(), on=TODAY)

    assert (held.own.points, held.own.reached) == (14, True)
    assert (held.manager.points, held.manager.reached) == (11, False)
    assert "at least 14 points" in held.rule


def _piece(day: date, *names: str, kind: Shown = Shown.CRITERION, key: str = "scope") -> Piece:
    return Piece(f"About {day}", day, frozenset({Showing(kind, key)}), names)


def test_evidence_counts_within_its_horizon_and_only_where_it_shows_the_criterion() -> None:
    edge, old, tomorrow = date(2025, 11, 22), date(2025, 11, 21), date(2026, 11, 23)
    pieces = (
        _piece(edge, "Ada"), _piece(old, "Bo"), _piece(TODAY, "Ada", "Cy"), _piece(tomorrow),
        _piece(TODAY, "Di", kind=Shown.COMPETENCY), _piece(TODAY, "Ed", key="other"),
    )  # fmt: skip

    (proof,) = readiness(
        BLUEPRINT, "principal", from_level="senior", own=(), manager=(), pieces=pieces, on=TODAY
    ).proofs

    assert [piece.about_on for piece in proof.recent] == [TODAY, edge]
    assert [piece.about_on for piece in proof.older] == [old]
    assert (proof.shown, proof.least, proof.newest, proof.corroborated_by) == (True, 2, TODAY, ("Ada", "Cy"))


def test_a_criterion_without_evidence_shows_as_empty_and_is_named_as_missing() -> None:
    held = readiness(
        BLUEPRINT, "principal", from_level="senior", own=(BELOW,), manager=(BELOW,), pieces=[_piece(TODAY)], on=TODAY
    )
    empty = readiness(BLUEPRINT, "principal", from_level="senior", own=(), manager=(), pieces=(), on=TODAY)

    assert held.missing[:2] == (
        "One more piece of recent evidence for: Led work of several teams",
        "Not yet met, as both see it: Judgment.",
    )
    assert empty.missing == ("2 more pieces of recent evidence for: Led work of several teams",)
    assert (empty.proofs[0].newest, empty.assessed, held.assessed) == (None, False, True)


def test_a_criterion_that_names_no_evidence_wants_one_piece_of_any_age() -> None:
    assert BLUEPRINT.ladder
    (step,) = BLUEPRINT.ladder.promotions
    blueprint = _ladder(promotions=(replace(step, criteria=(Criterion("scope", "Scope", ()),)),))
    old = _piece(date(2019, 1, 1))

    (proof,) = readiness(blueprint, "group", from_level="senior", own=(), manager=(), pieces=[old], on=TODAY).proofs

    assert (proof.least, proof.shown, proof.recent) == (1, True, (old,))


def test_a_level_that_the_ladder_does_not_have_is_refused() -> None:
    for blueprint in (BLUEPRINT, replace(BLUEPRINT, ladder=None)):
        with pytest.raises(KeyError):
            readiness(blueprint, "director", from_level="", own=(), manager=(), pieces=(), on=TODAY)


def test_a_gap_has_a_row_for_each_expectation_on_one_scale() -> None:
    own, manager = (PRINCIPAL, _of("data", UNSURE)), (BELOW,)

    rows = gap_rows(expected(BLUEPRINT, "principal", own, manager), own, manager)
    axis = gap_axis(ASKED)

    assert [(row.label, row.expected, row.own, row.manager) for row in rows] == [
        ("Judgment", 2, 2, 0), ("Data", 2, None, None), ("People", 2, None, None),
    ]  # fmt: skip
    assert [(row.own_shown, row.manager_shown) for row in rows] == [
        ("Principal", "Below"), ("Not enough evidence", "Not said"), ("Not said", "Not said"),
    ]  # fmt: skip
    assert [tick.title for tick in axis.ticks] == ["below", "Senior", "Principal"]


def test_rungs_of_different_names_are_numbered() -> None:
    other = Competency("x", "X", "craft", rungs=(Rung("novice", ()), Rung("expert", ()), Rung("master", ())))

    assert [tick.title for tick in gap_axis((*ASKED, other)).ticks] == ["below", "rung 1", "rung 2", "rung 3"]


def test_what_moves_from_one_cycle_to_the_next() -> None:
    before = (SENIOR, _of("data", PRINCIPAL), _of("people", SENIOR))
    after = (PRINCIPAL, _of("data", UNSURE), _of("people", SENIOR))

    assert [(one.competency, one.before, one.after, one.up) for one in moved(ASKED, before, after)] == [
        ("Judgment", "Senior", "Principal", True),
        ("Data", "Principal", "Not enough evidence", None),
    ]


def test_drafts_hold_almost_anything_and_seals_do_not() -> None:
    mine, strange = UUID(int=1), UUID(int=2)
    asked = asked_about(BLUEPRINT)
    open_note = Answers((Mark("data", Standing.OPEN, None, "To think about."),), links=(("data", mine),))

    assert draft_faults(open_note, asked, frozenset({mine})) == ()
    assert [fault.field for fault in seal_faults(open_note, asked, frozenset({mine}))] == ["mark-data"]
    assert [fault.field for fault in draft_faults(open_note, asked, frozenset({strange}))] == ["links-data"]
    many = Answers(links=tuple(("data", UUID(int=number)) for number in range(11)))
    assert "10 pieces" in draft_faults(many, asked, frozenset())[0].message
    assert unanswered(open_note, asked, frozenset()) == ("Judgment", "People")
    assert unanswered(open_note, asked, {asked[-1].id}) == (asked[-1].title,)


@pytest.mark.parametrize(
    ("current", "target", "needed", "fields"),
    [
        ("", "", False, []),
        ("", "", True, ["current", "target"]),
        ("senior", "senior", True, []),
        ("principal", "group", True, []),
        ("principal", "senior", False, ["target"]),
        ("senior", "director", False, ["target"]),
    ],
)
def test_a_target_is_never_below_the_level_on_its_track(
    current: str, target: str, *, needed: bool, fields: list[str]
) -> None:
    ladder = BLUEPRINT.ladder
    assert isinstance(ladder, Ladder)

    assert [fault.field for fault in level_faults(ladder, current, target, needed=needed)] == fields


def test_evidence_of_the_small_ladder_is_what_these_tests_count_on() -> None:
    assert BLUEPRINT.ladder
    assert BLUEPRINT.ladder.promotions[0].criteria[0].evidence == Evidence("Cases", 2, Offset(months=12))
