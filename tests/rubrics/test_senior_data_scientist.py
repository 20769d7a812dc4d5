"""The second shipped role: complete, consistent, on a scale of its own, and in words of its own."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from app.domain.blueprint import Blueprint, Dimension
from app.domain.milestone import Offset
from app.formats.blueprint_files import load_role, roles
from app.formats.durations import minutes, offset
from app.paths import case_studies_dir, rubrics_dir

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLE = "senior-data-scientist"
RUN = 9
"""So many words in a row are nobody's common phrase any more."""

# Words that praise or blame where an anchor has to say what was seen.
VERDICTS = {
    "good", "great", "excellent", "outstanding", "strong", "weak", "poor", "bad", "adequate", "impressive", "deep",
    "solid", "exemplary",
}  # fmt: skip
# Words that presume who somebody is, or that make a hero of the job.
UNWELCOME = {
    "he", "she", "his", "hers", "guys", "manpower", "chairman", "ninja", "rockstar", "guru", "wizard", "young",
    "native", "culture-fit", "crazy", "insane", "sanity", "blacklist", "whitelist", "master", "slave",
}  # fmt: skip


def load(name: str) -> Blueprint:
    blueprint = load_role(rubrics_dir() / name, case_studies_dir()).blueprint
    assert blueprint is not None
    return blueprint


@pytest.fixture(scope="module")
def scientist() -> Blueprint:
    return load(ROLE)


def texts(held: object) -> Iterator[str]:
    """Every text in a blueprint, wherever it lies."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, tuple):
        for each in held:
            yield from texts(each)
    elif hasattr(held, "__slots__"):
        for name in held.__slots__:
            yield from texts(getattr(held, name))


def spoken(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+(?:['-][a-z0-9]+)*", text.lower())


def runs(blueprint: Blueprint) -> set[tuple[str, ...]]:
    """Every run of `RUN` words within one text."""
    return {tuple(said[at : at + RUN]) for said in map(spoken, texts(blueprint)) for at in range(len(said) - RUN + 1)}


def anchors(dimension: Dimension) -> dict[int, str]:
    return {anchor.value: anchor.text for anchor in dimension.anchors}


def test_it_rates_on_four_named_points_with_the_bar_at_three(scientist: Blueprint) -> None:
    scale = scientist.scorecard.scale
    assert [(point.value, point.title) for point in scale.points] == [
        (1, "Well short"), (2, "Partial"), (3, "Solid"), (4, "Exemplary"),
    ]  # fmt: skip
    assert (scale.meets, scale.best, scientist.scorecard.decision.kind) == (3, "high", "weighted-mean")


def test_the_weights_sum_to_100_and_one_dimension_is_a_must(scientist: Blueprint) -> None:
    assert [(one.id, one.weight) for one in scientist.scorecard.dimensions] == [
        ("problem-framing", 15),
        ("causal-reasoning", 20),
        ("modeling-judgment", 15),
        ("data-craft", 15),
        ("production-care", 10),
        ("communication-influence", 10),
        ("responsible-practice", 10),
        ("growing-others", 5),
    ]
    assert [one.id for one in scientist.scorecard.dimensions if one.must] == ["causal-reasoning"]


def test_every_dimension_has_an_anchor_for_every_point_that_fits_beside_the_choice(scientist: Blueprint) -> None:
    for dimension in scientist.scorecard.dimensions:
        found = anchors(dimension)
        assert list(found) == [1, 2, 3, 4], dimension.id
        assert [value for value, text in found.items() if not 100 <= len(text) <= 240] == [], dimension.id


def test_anchors_are_distinct_and_no_two_neighbours_say_nearly_the_same(scientist: Blueprint) -> None:
    everything = [text for dimension in scientist.scorecard.dimensions for text in anchors(dimension).values()]
    assert len(set(everything)) == 32
    for dimension in scientist.scorecard.dimensions:
        for lower, higher in pairwise(anchors(dimension).values()):
            common = set(spoken(lower)) & set(spoken(higher))
            assert len(common) <= len(set(spoken(higher))) // 2, (dimension.id, higher)


def test_anchors_say_what_is_seen_and_leave_the_verdict_to_the_point(scientist: Blueprint) -> None:
    for dimension in scientist.scorecard.dimensions:
        for value, text in anchors(dimension).items():
            assert VERDICTS.isdisjoint(spoken(text)), (dimension.id, value)


def test_every_anchor_names_more_than_one_thing_to_see(scientist: Blueprint) -> None:
    for dimension in scientist.scorecard.dimensions:
        counts = {value: text.count(". ") + 1 for value, text in anchors(dimension).items()}
        assert min(counts.values()) >= 2, (dimension.id, counts)


def test_every_dimension_is_probed_signalled_and_informed_by_a_case(scientist: Blueprint) -> None:
    card = scientist.scorecard
    for dimension in card.dimensions:
        assert card.probes_for(dimension.id), dimension.id
        assert {signal.kind for signal in card.signals_for(dimension.id)} >= {"strong"}, dimension.id
        assert any(signal.kind != "strong" for signal in card.signals_for(dimension.id)), dimension.id
        assert scientist.cases_for((dimension.id,)), dimension.id
    kinds = [signal.kind for signal in card.signals]
    assert {kind: kinds.count(kind) for kind in kinds} == {"strong": 7, "weak": 5, "red_flag": 5}


def test_each_case_is_marked_and_handed_in_on_the_dimensions_it_informs(scientist: Blueprint) -> None:
    assert [case.id for case in scientist.case_studies] == ["experiment-readout", "churn-model-handover"]
    for case in scientist.case_studies:
        for part in (case.outputs, case.marking):
            assert {name for entry in part for name in entry.refs} == set(case.dimensions), case.id
        assert all(entry.detail for entry in case.marking)
        assert 60 <= case.minutes_min <= case.minutes_max <= 90


def test_the_figures_of_the_readout_case_say_what_its_marking_claims(scientist: Blueprint) -> None:
    case = scientist.case_studies[0]
    old, old_orders, new, new_orders = (int(n.replace(",", "")) for n in re.findall(r"\d+,\d{3}", case.prompt))
    away = abs(old - new) / 2
    deviation = (old + new) ** 0.5 / 2
    assert f"{old + new:,}" in str(case.marking[0].detail)
    assert f"{int(away):,} away" in str(case.marking[0].detail)
    assert round(1.96 * deviation, -1) == 310
    assert away / deviation > 6.1, "a normal deviate beyond 6.1 comes up less than once in a billion times"
    rates = old_orders / old, new_orders / new
    error = sum(rate * (1 - rate) / n for rate, n in zip(rates, (old, new), strict=True)) ** 0.5
    assert round(100 * (rates[1] / rates[0] - 1)) == 6
    assert 3.05 < (rates[1] - rates[0]) / error < 3.15, "p = 0.002"


def test_fourteen_technical_and_eight_behavioural_competencies_say_what_they_are_for(scientist: Blueprint) -> None:
    technical = [one for one in scientist.competencies if one.group.startswith("technical/")]
    behavioural = [one for one in scientist.competencies if one.group == "behavioural"]
    assert (len(technical), len(behavioural)) == (14, 8)
    assert all(one.importance and one.use for one in technical)
    assert all(one.description for one in technical if one.group == "technical/must-have")
    assert all(one.why and one.shows and one.strong for one in behavioural)


def test_every_competency_is_reached_by_exactly_one_dimension(scientist: Blueprint) -> None:
    reached = [name for dimension in scientist.scorecard.dimensions for name in dimension.competencies]
    assert sorted(reached) == sorted(one.id for one in scientist.competencies)


def test_every_competency_says_what_three_levels_expect_in_texts_of_their_own(scientist: Blueprint) -> None:
    for one in scientist.competencies:
        assert [rung.id for rung in one.rungs][:3] == ["data-scientist", "senior", "staff"], one.id
    criteria = [criterion.text for one in scientist.competencies for rung in one.rungs for criterion in rung.criteria]
    assert len(set(criteria)) == len(criteria)
    assert [text for text in criteria if not 40 <= len(text) <= 140] == []


def test_the_ladder_divides_after_senior_into_two_tracks_of_the_same_rank(scientist: Blueprint) -> None:
    ladder = scientist.ladder
    assert ladder is not None
    assert [(level.id, level.track, level.rank) for level in ladder.levels] == [
        ("data-scientist", "ic", 3), ("senior", "ic", 4), ("staff", "ic", 5), ("manager", "manager", 5),
    ]  # fmt: skip
    steps = [(step.from_level, step.to_levels) for step in ladder.promotions]
    assert steps == [("data-scientist", ("senior",)), ("senior", ("staff",)), ("senior", ("manager",))]
    assert {len(step.criteria) for step in ladder.promotions} == {5}
    assert all(criterion.evidence for step in ladder.promotions for criterion in step.criteria)


def test_each_step_up_the_craft_asks_for_at_least_what_the_one_below_asks(scientist: Blueprint) -> None:
    ladder = scientist.ladder
    assert ladder is not None
    ranks = {level.id: level.rank for level in ladder.levels}
    for lower, higher in pairwise(("data-scientist", "senior", "staff")):
        below = {needed.competency: ranks[needed.rung] for needed in ladder.required(lower)}
        above = {needed.competency: ranks[needed.rung] for needed in ladder.required(higher)}
        assert all(above[name] >= rank for name, rank in below.items()), higher
    optional = {one.id for one in scientist.competencies if one.importance == "optional"}
    assert optional.isdisjoint(needed.competency for level in ranks for needed in ladder.required(level))


def test_leading_people_is_asked_of_the_manager_by_rungs_of_its_own(scientist: Blueprint) -> None:
    ladder = scientist.ladder
    assert ladder is not None
    own = {needed.competency for needed in ladder.required("manager") if needed.rung == "manager"}
    assert own == {"decision-orientation", "partnership", "duty-of-care", "developing-people"}


def test_the_first_year_has_five_milestones_each_with_evidence(scientist: Blueprint) -> None:
    plan = scientist.onboarding
    assert plan is not None
    days = [Offset(days=30), Offset(days=60), Offset(days=90), Offset(months=6), Offset(months=12)]
    assert [one.offset for one in plan.milestones] == days
    assert plan.calendar.roll == "back"
    assert all(len(one.evidence) >= 2 and len(one.goals) >= 4 for one in plan.milestones)
    assert plan.long_term is not None


def test_twelve_metrics_have_bounds_and_a_direction_and_two_are_guardrails(scientist: Blueprint) -> None:
    assert scientist.metrics is not None
    metrics = scientist.metrics.metrics
    assert len(metrics) == 12
    assert [one.id for one in metrics if one.guardrail] == ["correction-time", "group-gap"]
    assert all(one.target.direction and (one.target.low or one.target.high) for one in metrics)


def test_the_guide_prepares_in_four_lengths_of_time(scientist: Blueprint) -> None:
    assert scientist.guide is not None
    lengths = [(minutes(plan.duration), offset(plan.duration)) for plan in scientist.guide.plans]
    assert lengths == [(60, None), (None, Offset(days=1)), (None, Offset(days=7)), (None, Offset(days=28))]
    assert len({entry.text for plan in scientist.guide.plans for entry in plan.tasks}) == 18


def test_what_the_guide_asks_and_trains_leads_to_competencies(scientist: Blueprint) -> None:
    guide = scientist.guide
    assert guide is not None
    asked = [*guide.section("capabilities").entries, *guide.section("resume-keywords").entries]
    tasks = [entry for plan in guide.plans for entry in plan.tasks]
    assert [entry.text for entry in [*asked, *tasks] if not entry.refs] == [
        "Note one story of yours for each capability of this guide"
    ]
    critical = {one.id for one in scientist.competencies if one.importance == "critical"}
    assert critical <= {name for entry in asked for name in entry.refs}


def test_every_chapter_of_the_role_is_written(scientist: Blueprint) -> None:
    assert [chapter.id for chapter in scientist.chapters] == [chapter.id for chapter in load("senior-ml-pm").chapters]


def test_it_says_that_it_is_meant_to_be_adapted(scientist: Blueprint) -> None:
    assert "adapted" in scientist.notes[0].entries[0].text
    assert [section.id for section in scientist.notes] == ["role", "scorecard", "ladder"]


def test_sentences_are_short_enough_to_read_once(scientist: Blueprint) -> None:
    sentences = [said for text in texts(scientist) for said in re.split(r"(?<=[.?!])\s+", text)]
    long = [said for said in sentences if len(said.split()) > 40]
    assert long == []
    full = [len(said.split()) for said in sentences if said.endswith((".", "?"))]
    assert sum(full) / len(full) < 17


def test_the_language_includes_everybody(scientist: Blueprint) -> None:
    said = {word for text in texts(scientist) for word in spoken(text)}
    assert said & UNWELCOME == set()


def test_no_phrase_is_shared_with_another_shipped_role(scientist: Blueprint) -> None:
    own = runs(scientist)
    assert len(own) > 2000
    others = [name for name in roles(rubrics_dir()) if name != ROLE]
    assert "senior-ml-pm" in others
    for name in others:
        assert own & runs(load(name)) == set(), name
