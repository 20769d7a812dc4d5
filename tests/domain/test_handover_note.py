"""A note to the next interviewers: what is refused as a rating, where, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.blueprint import Scale, ScalePoint, Scorecard
from app.domain.handover_note import note_faults
from tests.factories.hiring import rescaled, small_blueprint

CARD = small_blueprint().scorecard
"""Points from 1 to 5, "Well below" to "Well above" with single words between; Product Strategy among the dimensions."""

RATES = [
    "I gave her a 4.",
    "4 on Product Strategy, so go deeper on the rest",
    "Product Strategy: 4",
    "Customer Empathy - three",
    "4/5 so far",
    "4 out of 5",
    "four out of five",
    "Rated Technical Fluency at 2.",
    "Score: 3",
    "a solid 3",
    "3-4",
    "4",
    "She gets 4 points from me",
    "Five stars",
    "★★★★ so far",
    "+1",
    "Well above what we need",
    "He is meets bar on the technical side",
    "WELL BELOW",
    "Product Strategy was below",
    "Above.",
    "Technical Fluency: above",
    "Strong yes from me",
    "a clear no",
    "Lean hire",
    "I would hire her",
    "We should not hire him",
    "I'd recommend her",
    "I would strongly recommend going on",
    "My recommendation is done",
    "Thumbs up",
    "I voted yes.",
    "No-hire",
]

ASKS = [
    "",
    "Ask about the 5 years at Northwind and why she left after 3.5 years.",
    "He led a team of 4 people; who did the reviews?",
    "Please go into the recommendation engine, we ran out of time.",
    "She recommended a tool to a client. Which one, and why?",
    "We talked about the pricing bet for 20 minutes; skip it.",
    "Their first hire was an analyst: how did they choose?",
    "See what he wrote above the chart. The line below was cut off.",
    "Churn fell by 4%. Whose work was it?",
    "Ask for 3 examples of a stopped bet.",
    "There was no time for Customer Empathy.",
    "We were at question 3 when the line broke.",
    "Version 2 of the product came in 2 quarters. Ask who asked for it.",
    "He said yes to the take-home; no need to ask again.",
    "Two projects: the 2019 migration and the one after it.",
    "Start at 4 pm if you can; she has a train at 5 pm.",
    "The hiring manager wants to hear about Product Strategy.",
    "Covered Product Strategy, 2 of the probes are left.",
]


@pytest.mark.parametrize("text", RATES)
def test_what_rates_is_refused_with_its_place_and_a_remedy(text: str) -> None:
    (fault,) = note_faults(f"Ask about the launch.\n{text}", CARD)

    assert fault.field == "handover"
    assert fault.message.startswith("Line 2: “")
    assert "Write what the next interviewer should ask about" in fault.message
    quoted = fault.message.partition("“")[2].partition("”")[0]
    assert quoted
    assert quoted in text


@pytest.mark.parametrize("text", ASKS)
def test_what_asks_is_passed_on(text: str) -> None:
    assert note_faults(text, CARD) == ()


def test_it_is_the_scale_of_the_scorecard_that_counts() -> None:
    points = (ScalePoint(0, "Not yet"), ScalePoint(1, "Solid"), ScalePoint(2, "Exemplary"))
    short = rescaled(small_blueprint(), Scale(points, meets=1)).scorecard

    assert note_faults("I gave her a 4.", short) == ()
    assert note_faults("I gave her a 2.", short)
    assert note_faults("She was solid.", short)
    assert note_faults("Ask for a solid example.", short) == ()
    assert note_faults("Exémplary", short)
    assert note_faults("Product Strategy: Exemplary", short)


@given(
    value=st.sampled_from(CARD.scale.values),
    dimension=st.sampled_from([one.title for one in CARD.dimensions]),
    form=st.sampled_from(["{d}: {v}", "{v} on {d}", "{v}/5", "I rated {d} {v}", "a {v}, maybe", "{d} = {v}."]),
    case=st.sampled_from([str.upper, str.lower, str]),
)
def test_a_number_on_a_dimension_never_passes(value: int, dimension: str, form: str, case: type[str]) -> None:
    assert note_faults(case(form.format(v=value, d=dimension)), CARD)


@given(st.text(max_size=200))
def test_any_text_is_judged_without_a_fault_of_its_own(text: str) -> None:
    for fault in note_faults(text, CARD):
        assert fault.message.startswith("Line ")


def test_long_lines_are_judged_in_reasonable_steps() -> None:
    scorecard: Scorecard = CARD
    text = "rated the strategy and the " * 2000

    assert note_faults(text, scorecard) == ()
