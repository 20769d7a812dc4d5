"""Preparing: marks follow a text, counts are counts, and what is left comes in an order that can be said in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import preparation
from app.domain.blueprint import Blueprint, Dimension
from app.domain.competency import Competency
from app.domain.entry import Entry, Section
from app.domain.guide import Guide, Plan
from app.domain.preparation import ANSWERS_PART, Claim, Kind, Mark, Marked, Marks
from tests.factories.hiring import small_blueprint

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_TEXTS = st.lists(st.text(max_size=12), max_size=6)
_GUIDES = st.builds(
    lambda hour, week, can, words: make_guide(hour, week, can=can, words=words), _TEXTS, _TEXTS, _TEXTS, _TEXTS
)


def make_guide(*plans: list[str], can: list[str] | None = None, words: list[str] | None = None) -> Guide:
    """A guide whose plans are called plan-0, plan-1 and so on."""
    return Guide(
        sections=(
            Section("intro", "Introduction", (Entry("Not to be marked"),)),
            Section("capabilities", "Capabilities", tuple(map(Entry, can or []))),
            Section("resume-keywords", "Keywords", tuple(map(Entry, words or []))),
        ),
        plans=tuple(
            Plan(f"plan-{number}", f"Plan {number}", "PT1H", tuple(map(Entry, tasks)))
            for number, tasks in enumerate(plans)
        ),
    )


def ticked(guide: Guide, *texts: str, at: datetime = NOW) -> dict[str, Marked]:
    """The marks of somebody who did the tasks with these texts."""
    return {item.key: Marked(Mark.DONE, at) for item in preparation.items(guide) if item.entry.text in texts}


@given(_GUIDES)
def test_every_item_has_a_key_of_its_own_that_tells_its_kind_and_fits_the_column(guide: Guide) -> None:
    items = preparation.items(guide)
    assert len({item.key for item in items}) == len(items)
    assert all(preparation.kind_of(item.key) is item.kind and len(item.key) <= 80 for item in items)
    assert len(items) == sum(len(plan.tasks) for plan in guide.plans) + sum(len(s.entries) for s in guide.sections[1:])


@given(_GUIDES, st.data())
def test_progress_counts_every_tick_once_and_what_is_lost_is_the_rest(guide: Guide, data: st.DataObject) -> None:
    keys = [item.key for item in preparation.items(guide)] + ["task-0123456789abcdef", "keyword-0123456789abcdef"]
    chosen = data.draw(st.sets(st.sampled_from(keys)))
    marks = {key: Marked(preparation.kind_of(key).marks[0], NOW) for key in chosen}
    plans = preparation.progress(guide, marks)
    tasks = {item.key for item in preparation.items(guide) if item.kind is Kind.TASK}
    assert sum(each.done for each in plans) == len(chosen & tasks)
    assert all(0 <= each.done <= each.of == len(each.plan.tasks) for each in plans)
    assert set(preparation.lost(guide, marks)) == chosen - {item.key for item in preparation.items(guide)}


@given(_GUIDES, st.data())
def test_left_first_keeps_every_task_and_the_order_within_both_groups(guide: Guide, data: st.DataObject) -> None:
    tasks = preparation.part_of(guide, "plan-0")
    marks = {item.key: Marked(Mark.DONE, NOW) for item in tasks if data.draw(st.booleans())}
    ordered = preparation.left_first(tasks, marks)
    assert [item for item in ordered if item.key not in marks] == [item for item in tasks if item.key not in marks]
    assert [item for item in ordered if item.key in marks] == [item for item in tasks if item.key in marks]
    assert ordered[: len(tasks) - len(marks)] == tuple(item for item in tasks if item.key not in marks)


def test_a_tick_follows_its_text_and_no_other() -> None:
    before = make_guide(["Read", "Write"])
    marks = ticked(before, "Read", "Write")
    after = make_guide(["Added", "Read", "Write more"])
    (plan,) = preparation.progress(after, marks)
    assert [item.entry.text for item in plan.items if item.key in marks] == ["Read"]
    assert (plan.done, plan.of) == (1, 3)
    assert len(preparation.lost(after, marks)) == 1


def test_the_same_text_in_another_plan_is_another_task() -> None:
    guide = make_guide(["Read"], ["Read"])
    first = preparation.part_of(guide, "plan-0")[0]
    plans = preparation.progress(guide, {first.key: Marked(Mark.DONE, NOW)})
    assert [each.done for each in plans] == [1, 0]


def test_a_new_example_does_not_make_another_task() -> None:
    guide = make_guide(["Read"])
    task = guide.plans[0].tasks[0]
    told = replace(guide, plans=(replace(guide.plans[0], tasks=(replace(task, detail="A paper", refs=("x",)),)),))
    assert preparation.items(told)[0].key == preparation.items(guide)[0].key


def test_the_keys_are_kept_for_ever() -> None:
    # Marks in databases hang on these very texts: a change here unticks every box there is.
    guide = make_guide(["Read", "Read"], can=["SQL"], words=["Ownership"])
    assert [item.key for item in preparation.items(guide)] == [
        "task-fc56d938e7604e06",
        "task-4a40fd2fcbcef9a6",
        "capability-9adb4f8b5d4aa70f",
        "keyword-13e49d6a99fd033b",
    ]


def test_the_current_plan_is_the_unfinished_one_touched_last() -> None:
    guide = make_guide(["a", "b"], ["c", "d"], ["e"])
    marks: Marks = {
        **ticked(guide, "a", at=NOW - timedelta(days=2)),
        **ticked(guide, "c", at=NOW - timedelta(days=1)),
        **ticked(guide, "e"),
    }
    found = preparation.current(preparation.progress(guide, marks))
    assert found is not None
    assert (found.plan.id, found.done, found.of, found.touched) == ("plan-1", 1, 2, NOW - timedelta(days=1))


@pytest.mark.parametrize("texts", [(), ("a", "b")])
def test_nothing_begun_and_everything_done_are_no_current_plan(texts: tuple[str, ...]) -> None:
    guide = make_guide(["a", "b"])
    assert preparation.current(preparation.progress(guide, ticked(guide, *texts))) is None


def test_a_role_without_a_guide_has_nothing_to_mark() -> None:
    assert preparation.items(None) == ()
    assert preparation.progress(None, {}) == ()
    assert preparation.claims(None, {}) == ()
    assert preparation.lost(None, {"task-1": Marked(Mark.DONE, NOW)}) == ("task-1",)


def test_the_parts_are_the_plans_and_the_self_check() -> None:
    guide = make_guide(["a"], can=["SQL"], words=["Ownership"])
    assert [item.entry.text for item in preparation.part_of(guide, "plan-0")] == ["a"]
    assert [item.entry.text for item in preparation.part_of(guide, ANSWERS_PART)] == ["SQL", "Ownership"]
    # Nobody's section can pass for a plan.
    assert preparation.part_of(guide, "capabilities") == ()


def test_claims_carry_what_was_said_and_none_where_nothing_was() -> None:
    guide = make_guide(can=["SQL"], words=["Ownership"])
    sql = preparation.part_of(guide, ANSWERS_PART)[0]
    said = preparation.claims(guide, {sql.key: Marked(Mark.BEGUN, NOW)})
    assert [(claim.text, claim.mark) for claim in said] == [("SQL", Mark.BEGUN), ("Ownership", None)]


def role_with(*competencies: Competency, guide: Guide | None = None, weights: bool = True) -> Blueprint:
    """The small role with these competencies: alpha feeds strategy (50), beta fluency (30), gamma both."""
    plain = small_blueprint()
    feeds = {"strategy": ("alpha", "gamma"), "fluency": ("beta", "gamma")}
    dimensions: tuple[Dimension, ...] = tuple(
        replace(one, competencies=feeds.get(one.id, ()), weight=one.weight if weights else None)
        for one in plain.scorecard.dimensions
    )
    card = replace(plain.scorecard, dimensions=dimensions)
    return replace(plain, scorecard=card, competencies=competencies, guide=guide)


ALPHA = Competency("alpha", "Alpha", "x", "important")
BETA = Competency("beta", "Beta", "x", "important")
GAMMA = Competency("gamma", "Gamma", "x", "important")


def about(*ids: str, mark: Mark | None = None) -> list[Claim]:
    """A claim for each of these competencies."""
    return [Claim(f"On {each}", (each,), mark) for each in ids]


@pytest.mark.parametrize(
    ("weights", "order"), [(True, ["gamma", "alpha", "beta"]), (False, ["gamma", "beta", "alpha"])]
)
def test_what_is_left_comes_by_weight_within_one_importance(*, weights: bool, order: list[str]) -> None:
    # Without weights each dimension counts alike, and equals stay as the blueprint lists them.
    found = preparation.match(role_with(BETA, ALPHA, GAMMA, weights=weights), about("alpha", "beta", "gamma"))
    assert [standing.competency.id for standing in found.left] == order


def test_importance_comes_before_weight_and_an_unstated_one_before_optional() -> None:
    role = role_with(
        replace(GAMMA, importance="optional"), replace(ALPHA, importance=None), replace(BETA, importance="critical")
    )
    found = preparation.match(role, about("alpha", "beta", "gamma"))
    assert [standing.competency.id for standing in found.left] == ["beta", "alpha", "gamma"]


def test_a_competency_is_shown_only_when_all_that_belongs_to_it_is() -> None:
    role = role_with(ALPHA, BETA, GAMMA)
    said = [*about("alpha", "beta", mark=Mark.SHOWN), *about("beta", mark=Mark.BEGUN)]
    found = preparation.match(role, said)
    assert [standing.competency.id for standing in found.shown] == ["alpha"]
    (beta,) = found.left
    assert [(mark, beta.count(mark)) for mark in (Mark.SHOWN, Mark.BEGUN, Mark.MISSING, None)] == [
        (Mark.SHOWN, 1), (Mark.BEGUN, 1), (Mark.MISSING, 0), (None, 0),
    ]  # fmt: skip
    assert found.silent == (GAMMA,)


def test_a_standing_says_where_interviews_look_and_what_trains_it() -> None:
    task = Entry("Read", refs=("gamma",))
    guide = Guide((), (Plan("hour", "One hour", "PT1H", (task, Entry("Rest"))),))
    (standing,) = preparation.match(role_with(GAMMA, guide=guide), about("gamma")).left
    assert standing.dimensions == ("Product Strategy", "Technical Fluency")
    assert [(each.plan.title, each.item.entry) for each in standing.exercises] == [("One hour", task)]


@given(st.lists(st.tuples(st.sampled_from(["alpha", "beta", "gamma", "nobody"]), st.none() | st.sampled_from(Mark))))
def test_every_competency_is_in_exactly_one_group(said: list[tuple[str, Mark | None]]) -> None:
    role = role_with(ALPHA, BETA, GAMMA)
    found = preparation.match(role, [Claim("x", (which,), mark) for which, mark in said])
    ids = [standing.competency.id for standing in (*found.left, *found.shown)] + [one.id for one in found.silent]
    assert sorted(ids) == ["alpha", "beta", "gamma"]
    told = [mark for which, mark in said if which != "nobody"]
    assert sum(len(standing.claims) for standing in (*found.left, *found.shown)) == len(told)


def test_words_of_the_marks() -> None:
    assert [mark.words for mark in Mark] == ["Done", "I can show it", "I have begun", "Not yet"]
    assert Kind.TASK.marks == (Mark.DONE,)
    assert Kind.KEYWORD.marks == Kind.CAPABILITY.marks == (Mark.SHOWN, Mark.BEGUN, Mark.MISSING)
