"""What is wrong with the source of a shipped role stands where its readers see it."""

from __future__ import annotations

import pytest

from app.domain.blueprint import Blueprint
from app.formats.blueprint_files import load_role
from app.paths import case_studies_dir, rubrics_dir


@pytest.fixture(scope="module")
def senior() -> Blueprint:
    blueprint = load_role(rubrics_dir() / "senior-ml-pm", case_studies_dir()).blueprint
    assert blueprint is not None
    return blueprint


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("scorecard", "eight probes and eight dimensions, and they do not match"),
        ("scorecard", "Communication quality is a probe of the source without a dimension"),
        ("scorecard", "Customer Empathy & UX for Uncertainty is a dimension of the source without a probe"),
        ("scorecard", "only what meets the bar"),
        ("role", "decision clarity and tradeoff framing as a soft skill and observability literacy as a technical"),
        ("onboarding", "evidence of success for days 30, 60 and 90 only"),
        ("metrics", "All targets are the source's examples, to be calibrated"),
        ("metrics", "fewer than X in a thousand active users"),
        ("ladder", "five promotion criteria of the source serve two targets"),
        ("guide", "is linked to the competencies, not merged"),
        ("case-genai-evaluation-safety", "neither a duration nor a format"),
        ("case-prioritization-under-constraints", "neither a duration nor a format"),
    ],
)
def test_each_fault_of_the_source_is_noted_with_the_file_it_concerns(
    senior: Blueprint, section: str, words: str
) -> None:
    texts = [entry.text for one in senior.notes if one.id == section for entry in one.entries]
    assert len([text for text in texts if words in text]) == 1, texts


def test_notes_are_notes_and_no_meta_is_left(senior: Blueprint) -> None:
    assert senior.meta == ()
    assert [(one.id, one.title) for one in senior.notes[:3]] == [
        ("role", "The role"),
        ("scorecard", "Scorecard"),
        ("competencies", "Competencies"),
    ]


def test_no_note_is_claimed_to_be_the_source_s(senior: Blueprint) -> None:
    assert {entry.origin for one in senior.notes for entry in one.entries} == {"house"}
