"""The PDFs: sound PDF/UA-1, the same bytes for the same data, faces embedded, words readable."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pikepdf
import pytest

from reports import rendering
from tests.factories import (
    assessment_papers,
    books,
    case_papers,
    documents,
    erasure_paper,
    impact_paper,
    kits,
    minutes_paper,
    year_papers,
)
from tests.reports import reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.domain.documents import Document

pytestmark = pytest.mark.usefixtures("pango")

CASES: dict[str, tuple[rendering.Kind, Callable[[], Document]]] = {
    "scorecard": ("scorecard", documents.scorecard_document),
    "scorecard with long notes": ("scorecard", lambda: documents.scorecard_document(long=True)),
    "kit": ("kit", kits.kit_document),
    "kit of one dimension, nothing else": ("kit", kits.bare_kit),
    "kit of a blind review, cancelled": ("kit", kits.blind_kit),
    "packet": ("packet", documents.packet_document),
    "packet of six": ("packet", lambda: documents.packet_document(6)),
    "packet of one, undecided": ("packet", lambda: documents.packet_document(1, decided=False)),
    "packet without cards": ("packet", lambda: documents.packet_document(0, decided=False)),
    "comparison of three": ("comparison", lambda: documents.comparison_document(3)),
    "comparison of six": ("comparison", documents.comparison_document),
    "comparison of twenty": ("comparison", lambda: documents.comparison_document(20)),
    "comparison of nobody": ("comparison", lambda: documents.comparison_document(0)),
    "decision": ("decision", documents.decision_document),
    "decision without composite": (
        "decision",
        lambda: documents.decision_document(composite=None, departure_reason=""),
    ),
    "blueprint of a title and a mission": ("blueprint", lambda: books.book(books.minimal())),
    "preparation": ("preparation", books.preparation),
    "plan": ("onboarding-plan", year_papers.plan_document),
    "plan that runs": (
        "onboarding-plan",
        lambda: year_papers.plan_document(milestones=year_papers.year_milestones()),
    ),
    "plan of nothing": ("onboarding-plan", lambda: year_papers.plan_document(milestones=(), holidays=())),
    "plan of a date": (
        "onboarding-plan",
        lambda: year_papers.plan_document(milestones=(year_papers.bare_milestone(),)),
    ),
    "review": ("milestone-review", year_papers.review_document),
    "review of long texts": ("milestone-review", year_papers.long_review),
    "year": ("first-year", year_papers.year_document),
    "year that was closed": ("first-year", lambda: year_papers.year_document(head=year_papers.closed_head())),
    "self-assessment": ("self-assessment", assessment_papers.self_document),
    "self-assessment of long notes": ("self-assessment", lambda: assessment_papers.self_document(long=True)),
    "self-assessment of one mark": ("self-assessment", lambda: assessment_papers.self_document(empty=True)),
    "joint assessment": ("joint-assessment", assessment_papers.joint_document),
    "joint assessment of long notes": ("joint-assessment", lambda: assessment_papers.joint_document(long=True)),
    "joint assessment without an aim": ("joint-assessment", lambda: assessment_papers.joint_document(aimed=False)),
    "promotion packet": ("promotion-packet", case_papers.packet),
    "groups": ("adverse-impact", impact_paper.impact_document),
    "groups too small to tell": ("adverse-impact", lambda: impact_paper.impact_document(few=True, unscored=True)),
    "erasure": ("erasure", erasure_paper.certificate),
    "erasure of hardly anything": ("erasure", lambda: erasure_paper.certificate(bare=True)),
    "copy of data": ("data-copy", erasure_paper.copy),
    "copy of nothing": ("data-copy", lambda: erasure_paper.copy(bare=True)),
    "year of nothing": ("first-year", lambda: year_papers.year_document(milestones=(), metrics=(), history=())),
}


@pytest.mark.parametrize("paper", rendering.PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_each_document_is_sound_for_everyone(name: str, paper: rendering.Paper, tmp_path: Path) -> None:
    kind, make = CASES[name]

    assert reading.faults(rendering.render_pdf(kind, make(), paper=paper), tmp_path) == []


@pytest.mark.parametrize("kind", rendering.KINDS)
def test_a_document_says_its_title_language_and_dates(kind: rendering.Kind) -> None:
    pdf = pikepdf.open(io.BytesIO(rendering.render_pdf(kind, CASES_BY_KIND[kind]())))

    assert pdf.Root.Lang == "en"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.docinfo["/Title"]).strip()
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:202611")
    assert "/Outlines" in pdf.Root
    with pdf.open_metadata() as known:
        assert known["pdfuaid:part"] == "1"


@pytest.mark.parametrize("kind", rendering.KINDS)
def test_only_bundled_faces_are_embedded(kind: rendering.Kind) -> None:
    pdf = pikepdf.open(io.BytesIO(rendering.render_pdf(kind, CASES_BY_KIND[kind]())))
    fonts = [
        part for part in pdf.objects if isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/FontDescriptor"
    ]

    assert fonts
    assert all("/FontFile2" in font for font in fonts)
    assert {str(font.FontName).split("+")[1].split("-")[0] for font in fonts} == {"Inter"}


def test_running_heads_are_furniture_and_headers_have_scope() -> None:
    pdf = pikepdf.open(io.BytesIO(rendering.render_pdf("packet", documents.packet_document())))
    heads = [part for part in pdf.objects if isinstance(part, pikepdf.Dictionary) and part.get("/S") == "/TH"]

    assert {str(head.A.Scope) for head in heads} == {"/Column", "/Row"}
    second = pdf.pages[1]
    assert b"/Artifact BMC" in b" ".join(second.Contents.read_bytes().split())


def test_the_same_data_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from tests.factories import documents; from reports import rendering;"
        "pdf = rendering.render_pdf('packet', documents.packet_document()); rendering.stop();"
        "print(hashlib.sha256(pdf).hexdigest())"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    )
    here = rendering.render_pdf("packet", documents.packet_document())

    assert first == second
    assert rendering.render_pdf("packet", documents.packet_document()) == here
    assert first.strip() == hashlib.sha256(here).hexdigest()


def test_the_words_can_be_read_back(tmp_path: Path) -> None:
    said = reading.words(rendering.render_pdf("packet", documents.packet_document()), tmp_path)

    for expected in ("Łukasz Wiśniewski", "Nguyễn Thị Minh Khai", "Ελένη", "Nobody assessed this", "3.6", "Page 2 of"):
        assert expected in said
    assert documents.PRIVATE not in said


def test_each_paper_has_its_size() -> None:
    assert _size("decision", documents.decision_document(), "a4") == (595, 842)
    assert _size("decision", documents.decision_document(), "letter") == (612, 792)


def test_many_candidates_lie_on_their_side() -> None:
    assert _size("comparison", documents.comparison_document(6), "a4") == (842, 595)
    assert _size("comparison", documents.comparison_document(3), "a4") == (595, 842)


def test_scripts_that_inter_lacks_fall_back_to_the_machine_or_to_boxes(tmp_path: Path) -> None:
    document = documents.decision_document(candidate="محمد Ahmad 山田 太郎", reasons="ok 漢字")
    pdf = rendering.render_pdf("decision", document)

    assert "Ahmad" in reading.words(pdf, tmp_path)


CASES_BY_KIND: dict[rendering.Kind, Callable[[], Document]] = {
    "scorecard": documents.scorecard_document,
    "kit": kits.kit_document,
    "packet": documents.packet_document,
    "comparison": documents.comparison_document,
    "decision": documents.decision_document,
    "blueprint": lambda: books.book(books.minimal()),
    "preparation": books.preparation,
    "onboarding-plan": year_papers.plan_document,
    "milestone-review": year_papers.review_document,
    "first-year": year_papers.year_document,
    "self-assessment": assessment_papers.self_document,
    "joint-assessment": assessment_papers.joint_document,
    "calibration-minutes": minutes_paper.minutes_document,
    "promotion-packet": case_papers.packet,
    "adverse-impact": impact_paper.impact_document,
    "erasure": erasure_paper.certificate,
    "data-copy": erasure_paper.copy,
}


def test_a_copy_is_printed_whatever_was_typed(tmp_path: Path) -> None:
    said = "".join(reading.words(rendering.render_pdf("data-copy", erasure_paper.hostile_copy()), tmp_path).split())

    assert [text for text in erasure_paper.HOSTILE if len(text) < 50 and said.count("".join(text.split())) < 5] == []


def _size(kind: rendering.Kind, document: Document, paper: rendering.Paper) -> tuple[int, int]:
    with pikepdf.open(io.BytesIO(rendering.render_pdf(kind, document, paper=paper))) as pdf:
        _, _, width, height = pdf.pages[0].mediabox
        return round(float(width)), round(float(height))
