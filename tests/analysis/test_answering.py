"""Questions about candidates, answered: what is said, what is refused, and what never moves anything."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.answering import certainty, places, sensitivity
from app.domain.canonical import canonical_text, parse_canonical
from app.domain.certainty import Candidate, FitUsed, Ground, Question, Rated, question_of
from app.domain.kept import answer_text, differences
from app.domain.scoring import Weight

DIMENSIONS = ("fluency", "strategy")
WEIGHTS = (Weight("fluency", Fraction(40)), Weight("strategy", Fraction(60), must=True))
PANEL = tuple(f"{n:032x}" for n in range(1, 7))
FIT = FitUsed("ab" * 32, "2026-11-01T00:00:00.000000Z", 60, 5, "0.5", "0.1", "0.3", "3.0")


def candidate(number: int, *cards: tuple[int | None, int | None], panel: tuple[str, ...] = PANEL) -> Candidate:
    """Somebody whose first interviewers gave these values on fluency and strategy."""
    rated: list[Rated] = [
        (who, name, value)
        for who, card in zip(panel, cards, strict=False)
        for name, value in zip(DIMENSIONS, card, strict=True)
        if value is not None
    ]
    return Candidate(f"{number:032x}", len(cards), tuple(rated))


ANN = candidate(1, (5, 5), (4, 5), (5, 4))
BELA = candidate(2, (3, 3), (2, 3), (3, 3))
CEM = candidate(3, (3, 4), (3, 3), (4, 3))


def ask(*people: Candidate, ground: Ground | None = None, best: Literal["high", "low"] = "high") -> Question:
    return question_of("cd" * 32, best, WEIGHTS, people, ground or Ground())


def test_the_better_stands_first_with_a_bar_and_a_band_around_the_exact_composite() -> None:
    found = certainty(ask(ANN, BELA, CEM))
    assert [one.target for one in found.standings] == [ANN.target, CEM.target, BELA.target]
    first = found.standings[0]
    assert first.value == Fraction(14, 3)
    assert first.low is not None
    assert first.high is not None
    assert first.low < float(first.value) < first.high
    assert first.low + first.high == pytest.approx(2 * float(first.value))
    assert [one.band for one in found.standings] == [1, 2, 3]
    assert (found.why, found.apart) == (None, False)
    assert found.spread is not None
    assert (found.spread.basis, found.spread.n_cards) == ("own", 9)
    ahead = {(one.first, one.second): (one.chance, one.word) for one in found.pairs}
    chance, word = ahead[ANN.target, BELA.target]
    assert chance is not None
    assert (chance > 0.95, word) == (True, "clearly ahead")


def test_where_low_is_best_the_same_cards_turn_round() -> None:
    high, low = certainty(ask(ANN, BELA, CEM)), certainty(ask(ANN, BELA, CEM, best="low"))
    assert [one.target for one in low.standings] == [one.target for one in reversed(high.standings)]
    assert {one.target: one.value for one in low.standings} == {one.target: one.value for one in high.standings}


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ((ANN,), "fewer than two candidates with enough evidence"),
        ((), "fewer than two candidates with enough evidence"),
        ((ANN, candidate(2, (3, 3), (3, 2))), "too few scorecards to compare"),
        ((candidate(1, (4, 4), (4, 4), (4, 4)), candidate(2, (4, 4), (4, 4), (4, 4))), "every rating is the same"),
        ((ANN, candidate(2, (3, None), (2, None), (3, None))), "fewer than two candidates with enough evidence"),
    ],
)
def test_too_little_is_a_reason_and_never_a_number(people: tuple[Candidate, ...], why: str) -> None:
    asked = ask(*people)
    found = certainty(asked)
    assert (found.why, found.spread, found.pairs) == (why, None, ())
    assert all(one.low is None and one.band is None and one.why for one in found.standings)
    assert places(asked).targets == ()


def test_one_interviewer_alone_is_no_panel() -> None:
    same = (PANEL[0],) * 3
    found = certainty(ask(*(replace(candidate(n, (n, n), panel=same), cards=3) for n in (1, 2, 3))))
    assert found.why == "one rater"


def test_somebody_with_two_cards_is_left_out_of_bands_and_chances() -> None:
    found = certainty(ask(ANN, BELA, candidate(3, (5, 5), (5, 5))))
    last = found.standings[-1]
    assert (last.value, last.band, last.low, last.why) == (Fraction(5), None, None, "too few scorecards to compare")
    assert {one.first for one in found.pairs} | {one.second for one in found.pairs} == {ANN.target, BELA.target}


def test_panels_with_nobody_in_common_are_not_compared() -> None:
    others = candidate(2, (3, 3), (2, 3), (3, 3), panel=PANEL[3:])
    found = certainty(ask(ANN, CEM, others))
    assert found.apart
    assert found.adjusted_why == "panels without anybody in common"
    assert {(one.word, one.chance is None) for one in found.pairs if others.target in {one.first, one.second}} == {
        ("", True)
    }
    assert all(one.adjusted is None for one in found.standings)


def test_earlier_cards_tie_panels_together() -> None:
    others = candidate(2, (3, 3), (2, 3), (3, 3), panel=PANEL[3:])
    earlier = tuple(
        (f"{target:032x}", who, name, 2 + (target + place) % 3)
        for target in range(10, 16)
        for place, who in enumerate(PANEL)
        for name in DIMENSIONS
    )
    found = certainty(ask(ANN, CEM, others, ground=Ground(earlier=earlier, n_openings=2)))
    assert not found.apart
    assert found.spread is not None
    assert (found.spread.basis, found.spread.n_openings, found.spread.n_cards) == ("pooled", 2, 9 + 36)


def test_cards_on_somebody_who_is_compared_count_once() -> None:
    own = tuple((ANN.target, who, name, value) for who, name, value in ANN.ratings)
    assert ask(ANN, BELA, CEM, ground=Ground(earlier=own, n_openings=1)).ratings == ask(ANN, BELA, CEM).ratings


def test_one_panel_that_met_everybody_is_no_shared_history() -> None:
    crossed = [candidate(n, *((1 + (n + k) % 5, 2 + (n * k) % 4) for k in range(4))) for n in range(1, 9)]
    alone = certainty(ask(*crossed))
    assert alone.why is None
    assert alone.adjusted_why == "one opening alone"
    known = tuple((who, "-0.5") for who in PANEL)
    for n_openings, why in ((0, "one opening alone"), (1, "one opening alone"), (2, None)):
        fitted = certainty(ask(*crossed, ground=Ground(replace(FIT, n_openings=n_openings), known, (), n_openings)))
        assert fitted.adjusted_why == why
        assert all((one.adjusted is None) == (why is not None) for one in fitted.standings)


def test_a_stored_fit_adjusts_only_where_it_knows_everybody() -> None:
    known = tuple((who, "-0.5") for who in PANEL[:3])
    found = certainty(ask(ANN, BELA, CEM, ground=Ground(FIT, known, (), 5)))
    assert found.adjusted_why is None
    for one in found.standings:
        assert one.value is not None
        assert one.adjusted == pytest.approx(float(one.value) + 0.5)
    assert [one.target for one in found.standings] == [ANN.target, CEM.target, BELA.target]
    unknown = certainty(ask(ANN, BELA, CEM, ground=Ground(FIT, known[:2], (), 5)))
    assert unknown.adjusted_why == "interviewers without history"
    unsure = replace(FIT, hidden="too little shared history")
    hidden = certainty(ask(ANN, BELA, CEM, ground=Ground(unsure, known, (), 5)))
    assert hidden.adjusted_why == "too little shared history"
    assert all(one.adjusted is None for one in (*unknown.standings, *hidden.standings))


def test_chances_of_places_sum_to_one_both_ways() -> None:
    found = places(ask(ANN, BELA, CEM))
    assert found.targets[0] == ANN.target
    for row in found.chances:
        assert sum(row) == pytest.approx(1)
    for column in zip(*found.chances, strict=True):
        assert sum(column) == pytest.approx(1)
    assert found.chances[0][0] > 0.9


def test_weights_decide_or_do_not() -> None:
    found = sensitivity(ask(ANN, BELA, CEM))
    assert found.leaders == (ANN.target,)
    assert all(one.dominated for one in found.rivals)
    assert found.smallest_move is None
    torn = sensitivity(ask(candidate(1, (5, 3)), candidate(2, (1, 5))))
    # By strategy's 60 the second leads by 2 * 3/5 - 4 * 2/5 < 0: the first does, and 1/15 of the weight turns it.
    assert torn.leaders == (f"{1:032x}",)
    assert torn.smallest_move == Fraction(1, 15)
    assert dict(torn.rivals[0].tie_weights)["strategy"] == Fraction(2, 3)
    assert sum(share for _, share in torn.first) == pytest.approx(1)


def test_a_tie_has_two_leaders() -> None:
    assert sensitivity(ask(candidate(1, (3, 3)), candidate(2, (3, 3)))).leaders == (f"{1:032x}", f"{2:032x}")


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.integers(2, 5), st.integers(3, 5))
def test_the_order_in_which_facts_come_changes_nothing(chance: random.Random, people: int, cards: int) -> None:
    made = [
        candidate(n, *((chance.randint(1, 5), chance.randint(1, 5)) for _ in range(cards)))
        for n in range(1, people + 1)
    ]
    asked = ask(*made)
    shuffled = [replace(one, ratings=tuple(chance.sample(one.ratings, len(one.ratings)))) for one in made]
    chance.shuffle(shuffled)
    assert ask(*shuffled) == asked
    assert ask(*shuffled).digest == asked.digest
    found = certainty(asked)
    assert {one.target for one in found.standings} == {one.target for one in made}
    for one in found.standings:
        assert (one.low is None) == (one.band is None) == (one.why is not None)
    ties = {one.value: one.band for one in found.standings}
    assert all(ties[one.value] == one.band for one in found.standings), "a band never splits a tie"


def test_a_question_comes_back_whole_from_its_text_and_gets_the_same_answer() -> None:
    for ground in (Ground(), Ground(FIT, tuple((who, "0.1") for who in PANEL), (), 5)):
        asked = ask(ANN, BELA, CEM, ground=ground)
        again = parse_canonical(Question, canonical_text(asked))
        assert again == asked
        one, two = (answer_text(certainty(q), places(q), sensitivity(q)) for q in (asked, again))
        assert differences(one, two) == ()


def test_an_altered_answer_is_told_by_its_place() -> None:
    asked = ask(ANN, BELA, CEM)
    text = answer_text(certainty(asked), places(asked), sensitivity(asked))
    assert differences(text.replace('"14/3"', '"13/3"'), text) == (
        'certainty.standings[0].value: "13/3" is now "14/3"',
    )
    assert differences(text.replace('"n_cards":9', '"n_cards":10'), text) == ("certainty.spread.n_cards: 10 is now 9",)
    assert differences("no answer", text) == ("the kept answer is no JSON",)
