"""Assessments on paper: what stands in each, in what order, and that nothing typed becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from app.domain.documents import Document
from app.domain.growth.answers import Answers
from app.domain.growth.mark import Mark, Standing
from reports import rendering
from tests.factories import assessment_papers as papers


def text(kind: rendering.Kind, document: Document) -> str:
    """What a reader sees, with one blank between words."""
    body = rendering.render_html(kind, document).partition("<body")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_a_self_assessment_says_levels_marks_evidence_and_what_was_left_open() -> None:
    said = text("self-assessment", papers.self_document())

    for shown in (
        "Nguyễn Thị Minh Khai", "Assessment of November 2026, due 4 December 2026", "Level aimed at Principal Machine",
        "A half year of two launches.", "Technical, must have", "Saw it 1 times.", "Rerouting without a call",
        "confirmed by Leif Andersson and Ελένη Παππά", "2 pieces that the reader of this paper may not open",
        f"Left open: {papers.ASKED[-2].title} and {papers.ASKED[-1].title}.", "Not enough evidence Left open 17 4 5 2",
    ):  # fmt: skip
        assert shown in said


def test_both_sides_begin_with_the_figure_and_the_widest_difference() -> None:
    document = papers.joint_document()
    said = text("joint-assessment", document)
    places = [
        said.index(title) for title in ("How far the two agree", "Where they differ", "Against Principal Machine")
    ]

    assert places == sorted(places)
    assert said.index(document.lines[0].competency.title, places[1]) < said.index(
        document.lines[1].competency.title, places[1]
    )
    for shown in (
        f"{document.alignment.percent} % {document.alignment.same} of {document.alignment.compared} named alike",
        "What has changed since Assessment of June 2026", "The same as then.", "Mei-Ling Tsai, as a peer",
        "One forecast a quarter.", "Łukasz Wiśniewski, the manager: date and signature",
    ):  # fmt: skip
        assert shown in said


def test_people_who_see_it_alike_are_told_so() -> None:
    said = text("joint-assessment", papers.joint_document(alike=True))

    assert "They see it alike" in said
    assert "On everything that both could place, they named the same." in said
    assert "100 %" in said


def test_without_an_aim_there_is_no_gap() -> None:
    said = text("joint-assessment", papers.joint_document(aimed=False))

    assert "Level aimed at None named" in said
    assert "Against" not in said


@pytest.mark.parametrize("kind", ["self-assessment", "joint-assessment"])
def test_what_people_type_is_text(kind: rendering.Kind) -> None:
    evil = "<script>alert(1)</script>"
    said = Answers((Mark(papers.ASKED[0].id, Standing.MET, "senior", evil),), evil)
    if kind == "self-assessment":
        plain = papers.self_document()
        document: Document = replace(plain, head=papers.head(person=evil), sheet=replace(plain.sheet, answers=said))
    else:
        both = papers.joint_document()
        document = replace(both, head=papers.head(person=evil), own=replace(both.own, answers=said))

    page = rendering.render_html(kind, document)

    assert evil not in page
    assert "&lt;script&gt;" in page
