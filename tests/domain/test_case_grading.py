from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import require
from app.domain.blueprint import Entry
from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.case_grading import (
    Check,
    GradeContent,
    QuestionMark,
    bears_on,
    checklist,
    checks_for,
    complete,
    from_json,
    mark_faults,
    of_case,
    reading_order,
    sealing_faults,
    spread,
    to_json,
    widest,
)
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.facts import GradingFacts
from app.domain.hiring import RequisitionState
from app.domain.permission import POLICY, ActorFacts, Permission, RequisitionFacts, Role, allow
from tests.domain.test_permission import PERSONAS, facts_of
from tests.factories.hiring import small_blueprint

PLAN = small_blueprint()
CASE = PLAN.case_studies[0]
CARD = of_case(PLAN.scorecard, CASE)
ASKED = (UUID(int=11), UUID(int=12))
RATED = CardContent(
    (DimensionRating("strategy", 4), DimensionRating("fluency", None)), recommendation=Recommendation.YES
)
IDS = st.lists(st.uuids(), unique=True, max_size=12)


def marks(*values: int | None) -> tuple[QuestionMark, ...]:
    return tuple(QuestionMark(q, marked=True, value=v) for q, v in zip(ASKED, values, strict=True))


def test_a_case_is_rated_on_its_own_dimensions_only() -> None:
    assert [d.id for d in CARD.dimensions] == ["strategy", "fluency"]
    assert CARD.signals == ()
    assert CARD.scale == PLAN.scorecard.scale


def test_the_checklist_has_the_outputs_and_then_the_guide() -> None:
    guided = replace(CASE, marking=(CASE.outputs[0], CASE.outputs[0]))
    assert [check.id for check in checklist(guided)] == ["output-1", "guide-1", "guide-2"]


@pytest.mark.parametrize(
    ("check", "question", "bears"),
    [((), (), True), (("a",), (), True), ((), ("a",), True), (("a", "b"), ("b",), True), (("a",), ("b",), False)],
)
def test_a_line_of_the_guide_stands_where_its_dimensions_are_asked(
    check: tuple[str, ...], question: tuple[str, ...], *, bears: bool
) -> None:
    assert bears_on(Check("x", "Looks at counts", "", check), question) is bears


def test_an_answer_is_held_against_what_its_own_question_asks_for() -> None:
    case = replace(
        CASE,
        outputs=(Entry("A plan", refs=("strategy",)), Entry("A number", refs=("strategy",))),
        marking=(Entry("Counts first", refs=("fluency",)), Entry("Names a price", refs=("strategy",)), Entry("Any")),
    )
    held = checks_for(case, "A plan", ("strategy",), ("A plan", "A number"))
    assert [check.text for check in held] == ["A plan", "Names a price", "Any"]
    own = checks_for(case, "In your words?", ("fluency",), ("In your words?",))
    assert [check.text for check in own] == ["Counts first", "Any"]


@given(st.uuids(), st.uuids(), IDS, st.randoms())
def test_the_order_is_the_same_however_the_work_comes(
    grader: UUID, question: UUID, work: list[UUID], random: object
) -> None:
    order = reading_order(grader, question, work)
    again = list(work)
    random.shuffle(again)  # type: ignore[attr-defined]  # Hypothesis draws a Random
    assert reading_order(grader, question, again) == order
    assert sorted(order) == sorted(work)


@given(st.uuids(), st.uuids(), IDS, st.uuids())
def test_work_that_comes_later_moves_nothing_past_each_other(
    grader: UUID, question: UUID, work: list[UUID], later: UUID
) -> None:
    before = [each for each in reading_order(grader, question, [*work, later]) if each != later or later in work]
    assert tuple(before) == reading_order(grader, question, work)


def test_everybody_is_read_first_by_somebody() -> None:
    work = [UUID(int=n) for n in range(4)]
    firsts = [reading_order(UUID(int=n), ASKED[0], work)[0] for n in range(400)]
    assert all(60 <= firsts.count(each) <= 140 for each in work)


def test_a_grade_is_sealed_with_every_mark_and_rating() -> None:
    assert sealing_faults(GradeContent(marks(4, None), RATED), CARD, ASKED) == ()
    bare = GradeContent((QuestionMark(ASKED[0], marked=False, note="Well put"),), CardContent())
    fields = [fault.field for fault in sealing_faults(bare, CARD, ASKED)]
    assert fields == [
        "question-1", "question-2", "rating-strategy", "rating-fluency", "ratings", "recommendation",
    ]  # fmt: skip


def test_a_grader_without_a_rating_is_told_of_giving_back_and_of_no_interview() -> None:
    said = {fault.field: fault.message for fault in sealing_faults(GradeContent((), CardContent()), CARD, ASKED)}
    assert "give it back" in said["ratings"]
    assert not any("interview" in message for message in said.values())


@pytest.mark.parametrize(
    ("mark", "fields"),
    [
        (QuestionMark(ASKED[0]), []),
        (QuestionMark(ASKED[0], marked=True, value=5, seen=("output-1",), note="x" * 4000), []),
        (QuestionMark(ASKED[0], marked=True, value=6), ["mark"]),
        (QuestionMark(ASKED[0], seen=("guide-9",)), ["seen"]),
        (QuestionMark(ASKED[0], note="x" * 4001), ["note"]),
        (QuestionMark(ASKED[0], note="a\u202eb"), ["note"]),
    ],
)
def test_what_a_mark_may_hold(mark: QuestionMark, fields: list[str]) -> None:
    found = mark_faults(mark, PLAN.scorecard.scale, [check.id for check in checklist(CASE)])
    assert [fault.field for fault in found] == fields


@given(
    st.lists(st.tuples(st.none() | st.integers(1, 5), st.text(max_size=9), st.sets(st.sampled_from(["a", "b"])))),
    st.permutations(range(4)),
)
def test_a_sealed_grade_reads_back_and_is_always_the_same_text(
    given_marks: list[tuple[int | None, str, set[str]]], order: list[int]
) -> None:
    made = tuple(
        QuestionMark(UUID(int=n), marked=True, value=value, seen=tuple(sorted(seen)), note=note)
        for n, (value, note, seen) in enumerate(given_marks)
    )
    whole = GradeContent(made, RATED)
    shuffled = GradeContent(tuple(sorted(made, key=lambda m: order[m.question_id.int % 4])), RATED)
    assert from_json(to_json(whole)) == whole
    assert to_json(shuffled) == to_json(whole)


def test_a_question_without_a_mark_is_left_out_of_what_is_sealed() -> None:
    read = from_json(to_json(GradeContent((QuestionMark(ASKED[0]), *marks(3, 4)[1:]), RATED)))
    assert [mark.question_id for mark in read.marks] == [ASKED[1]]
    assert read.mark(ASKED[0]) == QuestionMark(ASKED[0])


@pytest.mark.parametrize(
    ("values", "points"), [((), 0), ((3,), 0), ((None, None), 0), ((2, None), 0), ((5, 2, 4), 3), ((1, 5, None), 4)]
)
def test_the_spread_is_between_the_lowest_and_the_highest(values: tuple[int | None, ...], points: int) -> None:
    assert spread(values) == points


def test_the_widest_dimension_is_named_with_its_points() -> None:
    def rated(strategy: int | None, fluency: int) -> CardContent:
        return CardContent((DimensionRating("strategy", strategy), DimensionRating("fluency", fluency)))

    assert widest([rated(5, 3), rated(2, 4)]) == ("strategy", 3)
    assert widest([rated(None, 3), rated(2, 5)]) == ("fluency", 2)
    assert widest([rated(3, 3), rated(3, 3)]) == ("", 0)
    assert widest([]) == ("", 0)


@pytest.mark.parametrize(
    ("sealed", "owed", "opens"),
    [(0, 0, False), (1, 0, False), (1, 1, False), (2, 0, True), (2, 1, False), (3, 0, True)],
)
def test_grades_open_when_two_are_in_and_none_is_owed(sealed: int, owed: int, *, opens: bool) -> None:
    assert complete(sealed, owed) is opens


@pytest.mark.parametrize(
    ("roles", "grader", "part", "may"),
    [
        ({Role.INTERVIEWER}, True, False, True),
        (set(), True, False, True),
        ({Role.HIRING_MANAGER, Role.COMMITTEE, Role.EMPLOYEE, Role.PEOPLE_MANAGER}, True, False, True),
        ({Role.INTERVIEWER}, True, True, False),
        ({Role.INTERVIEWER}, False, False, False),
        *(({role}, True, False, False) for role in (Role.ADMIN, Role.COORDINATOR, Role.HR_PARTNER, Role.AUDITOR)),
    ],
)
def test_who_grades_has_no_other_part_and_no_role_that_tells_names(
    roles: set[Role], *, grader: bool, part: bool, may: bool
) -> None:
    actor = ActorFacts(UUID(int=1), "me@example.org", frozenset(roles))
    facts = GradingFacts(task_id=UUID(int=2), is_grader=grader, has_part=part)
    assert allow(actor, Permission.CASE_GRADE, facts).granted is may
    assert not allow(replace(actor, active=False), Permission.CASE_GRADE, facts).granted
    if not may:
        with pytest.raises(NotFoundError):
            require(actor, Permission.CASE_GRADE, facts)


@pytest.mark.parametrize("name", sorted(PERSONAS))
@pytest.mark.parametrize("state", ["open", "debrief", "decided", "closed"])
def test_whoever_owes_a_grade_there_may_do_nothing_at_all_in_the_requisition(name: str, state: str) -> None:
    persona = PERSONAS[name]
    actor = ActorFacts(UUID(int=1), "me@example.org", persona.roles)
    facts = replace(facts_of(persona, state), is_grading=True)
    assert not [permission for permission in POLICY if allow(actor, permission, facts).granted]
    with pytest.raises((NotFoundError, NotAllowedError)):
        require(actor, Permission.CANDIDATE_SEE, facts)


def test_owing_a_grade_leaves_other_requisitions_alone() -> None:
    actor = ActorFacts(UUID(int=1), "me@example.org", frozenset({Role.HIRING_MANAGER}))
    other = RequisitionFacts(
        requisition_id=UUID(int=9), state=RequisitionState.OPEN, is_hiring_manager=True, is_committee=False,
        is_chair=False, has_seat=False,
    )  # fmt: skip
    assert allow(actor, Permission.REQUISITION_SEE, other).granted
