"""What holds for any ratings whatever."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.analysis.adverse_impact import Group, below_four_fifths, fisher_two_sided, impact, needed_per_group
from app.analysis.agreement.alpha import LEVELS, Level, krippendorff_alpha
from app.analysis.agreement.planning import d_study, raters_needed, same_decision
from app.analysis.components import Components
from app.analysis.estimate import Cards
from app.analysis.ranking import bands, chance_ahead, panel_noise, rank_chances, reliability
from app.analysis.sensitivity import dominates, rivalry, smallest_move
from app.analysis.severity.fit import cannot_fit, posterior
from app.analysis.severity.panels import panels
from app.domain.scoring import Rating, Weight, composite

few = settings(max_examples=40, deadline=None)
points = st.integers(2, 10).map(lambda n: Fraction(n, 2))
names = st.sampled_from("abcde")


@st.composite
def cards(draw: st.DrawFn) -> Cards:
    """Two to seven targets by two to five raters with holes, in half points."""
    n, m = draw(st.integers(2, 7)), draw(st.integers(2, 5))
    seen = draw(st.lists(st.booleans(), min_size=n * m, max_size=n * m))
    cells = [cell for cell, there in enumerate(seen) if there]
    scores = draw(st.lists(st.integers(2, 10), min_size=len(cells), max_size=len(cells)))
    codes = np.array(cells, dtype=np.int64)
    return Cards(codes // m, codes % m, np.array(scores, dtype=np.float64) / 2, n, m)


@st.composite
def fitted(draw: st.DrawFn) -> Cards:
    """The same where something can be fitted."""
    found = draw(cards())
    assume(cannot_fit(found) is None)
    return found


@st.composite
def fields(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, float]:
    """Composites in quarter points, with ties, and the noise of panels that overlap."""
    n, m = draw(st.integers(2, 6)), draw(st.integers(2, 4))
    scores = np.array(draw(st.lists(st.integers(4, 20), min_size=n, max_size=n)), dtype=np.float64) / 4
    carried = np.array(draw(st.lists(st.integers(1, 5), min_size=n * m, max_size=n * m)), dtype=np.float64)
    shares = carried.reshape(n, m) / carried.reshape(n, m).sum(axis=1, keepdims=True)
    found = Components(draw(st.floats(0.05, 2)), draw(st.floats(0, 1)), draw(st.floats(0.05, 2)), 3)
    noise = panel_noise(shares, found)
    return scores, noise, reliability(noise, found)


@given(st.lists(st.tuples(names, names, st.none() | points), min_size=1, max_size=20), points)
@few
def test_a_composite_does_not_depend_on_order_scale_of_weights_or_what_is_missing(
    rows: list[tuple[str, str, Fraction | None]], factor: Fraction
) -> None:
    ratings = [Rating(rater, dimension, value) for rater, dimension, value in rows]
    weights = [Weight(name, Fraction(place + 1)) for place, name in enumerate("abcde")]
    found = composite(ratings, weights)
    turned = list(reversed(ratings))
    scaled = [replace(one, weight=one.weight * factor) for one in weights]
    more = [*ratings, Rating("somebody", "a", None)]
    assert composite(turned, weights).value == found.value
    assert composite(ratings, scaled).value == found.value
    assert composite(more, weights).value == found.value
    if found.value is not None:
        values = [one.value for one in ratings if one.value is not None]
        assert min(values) <= found.value <= max(values)


@given(cards(), st.permutations(range(5)), st.sampled_from(LEVELS))
@few
def test_alpha_does_not_know_raters_by_name(given_cards: Cards, order: list[int], level: Level) -> None:
    names_of = np.array([place for place in order if place < given_cards.n_raters])
    renamed = replace(given_cards, rater=names_of[given_cards.rater])
    one, other = (krippendorff_alpha(which, level, resamples=0) for which in (given_cards, renamed))
    assert one.why == other.why
    if one.value is not None:
        assert other.value == pytest.approx(one.value, abs=1e-12)
        assert one.value <= 1


@given(cards(), st.integers(1, 9))
@few
def test_alpha_of_intervals_does_not_know_where_nought_is(given_cards: Cards, step: int) -> None:
    moved = replace(given_cards, score=given_cards.score * step + 7)
    one, other = (krippendorff_alpha(which, "interval", resamples=0) for which in (given_cards, moved))
    assert one.why == other.why
    if one.value is not None:
        assert other.value == pytest.approx(one.value, abs=1e-9)


@given(fitted(), st.integers(-3, 3))
@few
def test_strictness_does_not_know_where_nought_is(found: Cards, up: int) -> None:
    one, other = posterior(found), posterior(replace(found, score=found.score + up))
    assert other.raters == pytest.approx(one.raters, abs=1e-9)
    assert other.standings == pytest.approx(one.standings + up, abs=1e-9)
    assert other.components.target == pytest.approx(one.components.target, abs=1e-9)


@given(fitted())
@few
def test_strictness_does_not_know_the_order_of_cards_or_names(found: Cards) -> None:
    rows = np.arange(len(found))[::-1]
    renamed = (found.n_raters - 1) - found.rater
    turned = Cards(found.target[rows], renamed[rows], found.score[rows], found.n_targets, found.n_raters)
    one, other = posterior(found), posterior(turned)
    assert other.raters[::-1] == pytest.approx(one.raters, abs=1e-9)
    assert other.standings == pytest.approx(one.standings, abs=1e-9)


@given(fitted())
@few
def test_strictness_of_turned_scores_is_turned(found: Cards) -> None:
    one, other = posterior(found), posterior(replace(found, score=-found.score))
    assert other.raters == pytest.approx(-one.raters, abs=1e-9)
    assert other.rater_sd == pytest.approx(one.rater_sd, abs=1e-9)


@given(fitted(), st.data())
@few
def test_a_rater_who_scores_higher_is_not_held_stricter(found: Cards, data: st.DataObject) -> None:
    """Under variances that stand still, raising one rater's cards never lowers that rater's effect."""
    from app.analysis.severity.fit import at_variances

    rater = data.draw(st.sampled_from(sorted(set(found.rater.tolist()))))
    raised = replace(found, score=found.score + 0.5 * (found.rater == rater))
    known = Components(1.0, 0.3, 0.8, 3.0)
    assert at_variances(raised, known).raters[rater] >= at_variances(found, known).raters[rater] - 1e-12


@given(cards())
@few
def test_parts_hold_everybody_with_a_card_once(found: Cards) -> None:
    parts = panels(found)
    assert sum(targets for targets, _ in parts.sizes) == int((found.per_target() > 0).sum())
    assert sum(raters for _, raters in parts.sizes) == int((found.per_rater() > 0).sum())
    assert (parts.of_target[found.target] == parts.of_rater[found.rater]).all()


@given(fields())
@few
def test_chances_add_up_and_stand_on_the_side_of_the_scores(field: tuple[np.ndarray, np.ndarray, float]) -> None:
    scores, noise, rho = field
    ahead = chance_ahead(scores, noise, rho)
    assert ahead + ahead.T == pytest.approx(np.ones_like(ahead), abs=1e-12)
    assert ((ahead > 0.5) <= np.greater.outer(scores, scores)).all()
    assert (ahead[np.equal.outer(scores, scores)] == 0.5).all()
    places = rank_chances(scores, noise, rho, draws=400)
    assert places.sum(axis=0) == pytest.approx(np.ones(len(scores)), abs=1e-12)
    assert places.sum(axis=1) == pytest.approx(np.ones(len(scores)), abs=1e-12)


@given(fields())
@few
def test_bands_split_no_tie_and_skip_nobody(field: tuple[np.ndarray, np.ndarray, float]) -> None:
    scores, noise, rho = field
    found = bands(scores, chance_ahead(scores, noise, rho))
    assert sorted(set(found.tolist())) == list(range(1, int(found.max()) + 1))
    assert found[np.argmax(scores)] == 1
    for one in range(len(scores)):
        assert len(set(found[scores == scores[one]].tolist())) == 1


@given(fields())
@few
def test_a_wider_gap_is_never_less_sure(field: tuple[np.ndarray, np.ndarray, float]) -> None:
    scores, noise, rho = field
    raised = scores.copy()
    raised[0] += 0.25
    assert (chance_ahead(raised, noise, rho)[0] >= chance_ahead(scores, noise, rho)[0] - 1e-12).all()


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=2, max_size=6))
@few
def test_impact_does_not_know_the_order_of_rows(counts: list[tuple[int, int]]) -> None:
    groups = [Group(f"g{place}", people, min(people, selected)) for place, (people, selected) in enumerate(counts)]
    assert impact(groups) == impact(groups[::-1])


@given(st.integers(1, 80), st.integers(1, 80), st.integers(1, 80), st.integers(1, 80))
@few
def test_swapping_two_groups_turns_the_ratio_over(n: int, s: int, m: int, t: int) -> None:
    one, other = Group("a", n, min(n, s)), Group("b", m, min(m, t))
    assert fisher_two_sided(one, other) == pytest.approx(fisher_two_sided(other, one), rel=1e-12)
    assert one.rate / other.rate == 1 / (other.rate / one.rate)
    assert not (below_four_fifths(one, other) and below_four_fifths(other, one))


@given(st.integers(1, 80), st.integers(0, 80), st.integers(1, 80), st.integers(1, 80))
@few
def test_four_fifths_is_what_fractions_say_and_flips_reach_it(n: int, s: int, m: int, t: int) -> None:
    from app.analysis.adverse_impact import selections_to_four_fifths

    group, best = Group("a", n, min(n, s)), Group("b", m, min(m, t))
    assert below_four_fifths(group, best) == (group.rate < Fraction(4, 5) * best.rate)
    more = selections_to_four_fifths(group, best)
    assert 5 * (group.selected + more) * best.people >= 4 * best.selected * group.people
    if more:
        assert below_four_fifths(replace(group, selected=group.selected + more - 1), best)


@given(st.floats(0.02, 0.95), st.floats(0.3, 0.85))
@few
def test_smaller_differences_need_more_people(rate: float, ratio: float) -> None:
    one, other = needed_per_group(rate, ratio=ratio), needed_per_group(rate, ratio=ratio + 0.1)
    assert one is not None
    assert other is not None
    assert other > one
    assert (needed_per_group(rate, ratio=ratio, power=0.9) or 0) > one


@given(st.floats(0.01, 3), st.floats(0, 2), st.floats(0.01, 3))
@few
def test_more_interviewers_never_make_it_worse(target: float, rater: float, rest: float) -> None:
    found = Components(target, rater, rest, 3)
    phis = [one.phi or 0 for one in d_study(found, range(1, 12))]
    assert phis == sorted(phis)
    needed = raters_needed(found, 0.8)
    assert needed is not None
    at, before = d_study(found, [needed, max(1, needed - 1)])
    assert (at.phi or 0) >= 0.8 - 1e-9
    assert needed == 1 or (before.phi or 1) < 0.8 + 1e-9


@given(st.floats(0, 1), st.floats(0, 4))
@few
def test_two_panels_agree_between_chance_and_always(rho: float, cut: float) -> None:
    assert 0.5 - 1e-12 <= same_decision(rho, cut) <= 1 + 1e-12
    assert same_decision(1.0, cut) == pytest.approx(1)


@given(
    st.lists(st.tuples(st.integers(1, 20), points, points), min_size=1, max_size=6), st.integers(2, 9)
)  # fmt: skip
@few
def test_moving_the_smallest_move_makes_a_tie(rows: list[tuple[int, Fraction, Fraction]], factor: int) -> None:
    heavy = {str(place): Fraction(weight) for place, (weight, _, _) in enumerate(rows)}
    leader: dict[str, Fraction | None] = {str(place): one for place, (_, one, _) in enumerate(rows)}
    rival: dict[str, Fraction | None] = {str(place): one for place, (_, _, one) in enumerate(rows)}
    found = rivalry(heavy, leader, rival)
    scaled = rivalry({name: weight * factor for name, weight in heavy.items()}, leader, rival)
    assert (found.gap, found.smallest_move, found.tie_weights) == (scaled.gap, scaled.smallest_move, scaled.tie_weights)
    assume(found.why is None)
    if found.smallest_move is None:
        assert found.dominates
        return
    assert 0 < found.smallest_move <= 1
    shares = {name: weight / sum(heavy.values()) for name, weight in heavy.items()}
    apart = {str(place): one - other for place, (_, one, other) in enumerate(rows)}
    for name, needed in (found.tie_weights or {}).items():
        if needed is not None:
            others = sum((shares[o] * apart[o] for o in shares if o != name), Fraction()) / (1 - shares[name])
            assert needed * apart[name] + (1 - needed) * others == 0
            assert abs(needed - shares[name]) >= found.smallest_move


@given(st.dictionaries(names, points, min_size=1), st.dictionaries(names, points, min_size=5))
@few
def test_whoever_dominates_leads_under_any_weights(leader: dict[str, Fraction], weights: dict[str, Fraction]) -> None:
    apart = {name: value - 1 for name, value in leader.items()}
    assert dominates(apart) == (any(one > 0 for one in apart.values()))
    total = sum((weights[name] for name in apart), Fraction())
    shares = {name: weights[name] / total for name in apart}
    if dominates(apart) and min(apart.values()) > 0:
        assert smallest_move(shares, apart) is None
