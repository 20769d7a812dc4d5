"""Facts of the source that must carry over exactly, and the house's additions that must stay marked."""

from __future__ import annotations

import pytest

from app.domain.blueprint import Blueprint
from app.domain.milestone import Offset
from app.formats.blueprint_files import load_role
from app.paths import case_studies_dir, rubrics_dir


@pytest.fixture(scope="module")
def senior() -> Blueprint:
    blueprint = load_role(rubrics_dir() / "senior-ml-pm", case_studies_dir()).blueprint
    assert blueprint is not None
    return blueprint


def test_competencies_come_in_the_source_s_groups_with_its_importance(senior: Blueprint) -> None:
    technical = [one for one in senior.competencies if one.group.startswith("technical/")]
    behavioural = [one for one in senior.competencies if one.group == "behavioural"]
    assert (len(technical), len(behavioural)) == (19, 9)
    importance = [one.importance for one in technical]
    assert (importance.count("critical"), importance.count("important"), importance.count("optional")) == (6, 7, 6)
    assert all(one.use for one in technical)
    assert all(one.why and one.shows and one.strong for one in behavioural)
    assert [one.id for one in technical if one.description] == [
        one.id for one in technical if one.group == "technical/must-have"
    ]


def test_every_competency_says_what_senior_and_principal_expect_and_that_the_house_wrote_it(senior: Blueprint) -> None:
    for one in senior.competencies:
        assert [rung.id for rung in one.rungs] == ["senior", "principal"], one.id
        assert {criterion.origin for rung in one.rungs for criterion in rung.criteria} == {"house"}
    texts = [criterion.text for one in senior.competencies for rung in one.rungs for criterion in rung.criteria]
    assert len(set(texts)) == len(texts) == 56


def test_every_critical_or_important_competency_is_required_of_a_senior(senior: Blueprint) -> None:
    assert senior.ladder is not None
    required = {needed.competency for needed in senior.ladder.required("senior")}
    asked = {one.id for one in senior.competencies if one.importance != "optional"}
    assert asked == required


def test_principal_asks_no_less_than_senior(senior: Blueprint) -> None:
    assert senior.ladder is not None
    below = {needed.competency for needed in senior.ladder.required("senior")}
    assert {needed.competency for needed in senior.ladder.required("principal")} == below
    assert {needed.rung for needed in senior.ladder.required("senior")} == {"senior"}


def test_the_ladder_leads_from_senior_to_two_tracks_by_five_criteria(senior: Blueprint) -> None:
    ladder = senior.ladder
    assert ladder is not None
    assert [(level.id, level.title, level.track) for level in ladder.levels] == [
        ("senior", "Senior Machine Learning Product Manager", "ic"),
        ("principal", "Principal Machine Learning Product Manager", "ic"),
        ("group-pm", "Group Product Manager, AI/ML", "manager"),
    ]
    (step,) = ladder.promotions
    assert (step.from_level, step.to_levels) == ("senior", ("principal", "group-pm"))
    assert len(step.criteria) == 5
    for criterion in step.criteria:
        assert criterion.origin == "source"
        assert criterion.competencies
        assert criterion.evidence is not None
        assert criterion.evidence.origin == "house"


def test_milestones_lie_where_the_source_puts_them_and_evidence_is_the_source_s_to_day_90(senior: Blueprint) -> None:
    onboarding = senior.onboarding
    assert onboarding is not None
    found = [(one.id, one.offset, {entry.origin for entry in one.evidence}) for one in onboarding.milestones]
    assert found == [
        ("day-30", Offset(days=30), {"source"}),
        ("day-60", Offset(days=60), {"source"}),
        ("day-90", Offset(days=90), {"source"}),
        ("month-6", Offset(months=6), {"house"}),
        ("month-12", Offset(months=12), {"house"}),
    ]
    assert onboarding.long_term is not None
    assert (onboarding.long_term.opens, onboarding.long_term.closes) == (Offset(months=18), Offset(months=36))
    assert all(one.review_opens.days < 0 for one in onboarding.milestones)
    assert all(goal.id for one in onboarding.milestones for goal in one.goals)


def test_metrics_keep_titles_bounds_and_the_one_open_target(senior: Blueprint) -> None:
    assert senior.metrics is not None
    metrics = {one.id: one for one in senior.metrics.metrics}
    assert len(metrics) == 18
    assert [one.title for one in metrics.values() if one.guardrail] == ["Guardrail: Error/Complaint Rate"]
    assert [one.id for one in metrics.values() if one.context_specific] == ["precision", "recall"]
    assert (metrics["precision"].target.low, metrics["recall"].target.low) == ("0.85", "0.75")
    assert (metrics["inference-latency"].target.high, metrics["inference-latency"].target.unit) == ("300", "ms")
    assert metrics["stakeholder-satisfaction"].target.low == "4.2"
    open_target = metrics["complaint-rate"].target
    assert "X" in open_target.text
    assert (open_target.low, open_target.high) == (None, None)
    assert [one.id for one in metrics.values() if one.frequency == ("daily", "weekly")] == ["inference-latency"]


def test_the_two_skills_that_only_the_summary_card_names_point_nowhere(senior: Blueprint) -> None:
    (rows,) = senior.chapter("summary-card").sections
    lists = {row.id: row.items for row in rows.entries}
    loose = [item.text for name in ("top-technical", "top-soft") for item in lists[name] if not item.refs]
    assert loose == ["Observability literacy", "Decision clarity and tradeoff framing"]


def test_tools_carry_their_category_and_how_common_they_are(senior: Blueprint) -> None:
    tools = senior.chapter("tools").sections
    assert len(tools) == 24
    assert all(entry.tags and entry.detail for section in tools for entry in section.entries)
    common = [section.id for section in tools if "common" in section.entries[0].tags]
    assert len(common) == 15


def test_every_dimension_names_competencies_of_the_role(senior: Blueprint) -> None:
    known = {one.id for one in senior.competencies}
    for dimension in senior.scorecard.dimensions:
        assert dimension.competencies
        assert set(dimension.competencies) <= known


def test_the_guide_is_linked_to_competencies_and_has_the_four_plans(senior: Blueprint) -> None:
    guide = senior.guide
    assert guide is not None
    assert [(plan.id, plan.duration) for plan in guide.plans] == [
        ("hour-1", "PT1H"),
        ("day-1", "P1D"),
        ("week-1", "P1W"),
        ("weeks-4", "P4W"),
    ]
    for name in ("success-factors", "responsibilities", "capabilities"):
        assert all(entry.refs for entry in guide.section(name).entries), name
