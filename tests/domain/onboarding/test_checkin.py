"""Check-ins: what has to be answered, and that differences come first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.onboarding.checkin import Against, Answers, differences, draft_faults, missing, seal_faults

GOALS = (("health", "Examine the health"), ("scorecard", "Set up a scorecard"))
KEYS = tuple(key for key, _ in GOALS)
WHOLE = Answers(confidence=4, against=Against.MET, went_well="The map is done.")


def test_a_whole_answer_can_be_sealed() -> None:
    assert seal_faults(WHOLE, KEYS) == ()
    assert seal_faults(replace(WHOLE, went_well="", in_the_way="No data."), KEYS) == ()


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        (replace(WHOLE, confidence=None), "confidence"),
        (replace(WHOLE, against=None), "against"),
        (replace(WHOLE, went_well=" \n"), "went_well"),
        (replace(WHOLE, confidence=6), "confidence"),
        (replace(WHOLE, in_the_way="x" * 4001), "in_the_way"),
        (replace(WHOLE, goals=(("elsewhere", Against.MET),)), "goals"),
    ],
)
def test_what_is_missing_or_wrong_is_named_by_its_field(answers: Answers, field: str) -> None:
    assert [fault.field for fault in seal_faults(answers, KEYS)] == [field]


def test_a_draft_may_be_empty_but_not_wrong() -> None:
    assert draft_faults(Answers(), KEYS) == ()
    assert draft_faults(Answers(confidence=0), KEYS) != ()


def test_both_are_needed() -> None:
    assert missing([]) == ("hire", "manager")
    assert missing(["manager"]) == ("hire",)
    assert missing(["manager", "hire"]) == ()


def test_the_widest_difference_comes_first_and_agreement_last() -> None:
    hire = Answers(4, Against.MET, goals=(("health", Against.BEYOND), ("scorecard", Against.MET)))
    manager = Answers(4, Against.PARTLY, goals=(("health", Against.NOT_YET), ("scorecard", Against.CANNOT_TELL)))

    found = differences(hire, manager, GOALS)

    assert [(line.subject, line.distance) for line in found] == [
        ("Examine the health", 3),
        ("Against the evidence", 1),
        ("Set up a scorecard", None),
        ("Confidence", 0),
    ]
    assert (found[0].hire, found[0].manager) == ("Met, and more", "Not yet met")


def test_silence_is_shown_as_silence() -> None:
    found = differences(Answers(confidence=2), Answers(against=Against.MET), GOALS)

    assert {(line.subject, line.hire, line.manager) for line in found} >= {
        ("Confidence", "Slightly confident", "Said nothing"),
        ("Against the evidence", "Said nothing", "Met"),
    }
    assert all(line.distance is None for line in found)
