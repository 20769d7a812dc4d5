"""Where things lie on paper: no title without what it heads, no row alone on a page, lists that read as sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.domain.growth.alignment import Alignment
from reports import certainty, rendering, wording
from tests.factories import assessment_papers, documents, impact_paper, kits, minutes_paper, year_papers
from tests.factories.hiring import NOW
from tests.reports import reading, structure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from app.domain.documents import Document

pytestmark = pytest.mark.usefixtures("pango")

TITLED: dict[str, tuple[rendering.Kind, Callable[[], Document]]] = {
    "groups": ("adverse-impact", impact_paper.impact_document),
    "comparison of twenty": ("comparison", lambda: documents.comparison_document(20)),
    "minutes": ("calibration-minutes", minutes_paper.minutes_document),
    "packet": ("packet", documents.packet_document),
    "plan that runs": (
        "onboarding-plan",
        lambda: year_papers.plan_document(milestones=year_papers.year_milestones()),
    ),
    "review": ("milestone-review", year_papers.review_document),
}


@pytest.mark.parametrize("paper", rendering.PAPERS)
@pytest.mark.parametrize("name", TITLED)
def test_no_page_ends_with_a_title(name: str, paper: rendering.Paper, tmp_path: Path) -> None:
    kind, make = TITLED[name]
    with structure.opened(rendering.render_pdf(kind, make(), paper=paper), tmp_path) as held:
        titles = {structure.solid(title.text) for title in held.headings()}
        last = {page: structure.solid(held.body(page)[-1]) for page in range(1, held.pages + 1)}

    assert {page: line for page, line in last.items() if line in titles} == {}


@pytest.mark.parametrize("paper", rendering.PAPERS)
def test_what_a_section_of_groups_says_first_stands_over_its_first_step(paper: rendering.Paper, tmp_path: Path) -> None:
    pdf = rendering.render_pdf("adverse-impact", impact_paper.impact_document(), paper=paper)
    with structure.opened(pdf, tmp_path) as held:
        headings = held.headings()
    at = next(number for number, one in enumerate(headings) if one.text == "Race or ethnicity")

    assert headings[at].page == headings[at + 1].page


def test_the_last_row_of_a_table_is_never_alone_on_its_page(tmp_path: Path) -> None:
    pages = reading.pages(rendering.render_pdf("milestone-review", year_papers.review_document()), tmp_path)
    over = [page for page in pages if "Entered by" in page]

    assert [page.count("Ngozi Adichie-Halvorsen 31 August 2026") for page in over if "Metrics" not in page] in ([], [1])
    assert all(page.count("ML Feature Activation") + page.count("Guardrail: Error") > 1 for page in over)


def test_the_dates_of_a_plan_stand_together_with_what_they_follow_from(tmp_path: Path) -> None:
    document = year_papers.plan_document(milestones=year_papers.year_milestones())
    for paper in rendering.PAPERS:
        pages = reading.pages(rendering.render_pdf("onboarding-plan", document, paper=paper), tmp_path)
        assert [page for page in pages if ("How the dates came about" in page) != ("Leads to" in page)] == []


def test_many_candidates_leave_no_page_nearly_empty(tmp_path: Path) -> None:
    pdf = rendering.render_pdf("comparison", documents.comparison_document(20))
    with structure.opened(pdf, tmp_path) as held:
        told = [len(" ".join(held.body(page))) for page in range(1, held.pages + 1)]

    assert min(told) > 300


def test_gaps_that_candidates_share_are_said_once() -> None:
    comparison = documents.comparison_document(6).comparison

    said = certainty.gaps(comparison)
    assert len(said) < len([one for one in comparison.columns if one.score and one.score.missing])
    assert (
        "Nobody assessed Anneliese Oyelaran-Fitzgerald, Đặng Hoàng Phúc, Νίκος Καζαντζίδης and Владимир Кузнецов on "
        "Responsible AI & Governance." in said
    )


def test_a_kit_says_what_to_assess_as_a_sentence_would(tmp_path: Path) -> None:
    said = reading.words(rendering.render_pdf("kit", kits.kit_document()), tmp_path)

    assert "ML Product Strategy, Metrics & Experimentation and Customer Empathy & UX for Uncertainty" in said
    assert "Senior ML Product Manager, Forecasting · Product lead at Northwind" in said


def test_where_nothing_could_be_compared_it_says_so(tmp_path: Path) -> None:
    whole = assessment_papers.joint_document()
    nothing = Alignment(0, 0, 0, ("Judgment",))
    document = replace(whole, alignment=nothing, steps=tuple(replace(one, alignment=nothing) for one in whole.steps))
    said = reading.words(rendering.render_pdf("joint-assessment", document), tmp_path)

    assert "None" not in said
    assert "Nothing to compare" in said


def test_our_own_words_have_set_apostrophes() -> None:
    page = rendering.render_html("calibration-minutes", minutes_paper.minutes_document(), stylesheet_address="/x.css")

    assert "&#39;" not in page


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Berlin", "22 November 2026, 10:00 CET"),
        ("America/Sao_Paulo", "22 November 2026, 06:00 UTC\N{MINUS SIGN}3"),
        ("Asia/Kathmandu", "22 November 2026, 14:45 UTC+5:45"),
        ("Asia/Dubai", "22 November 2026, 13:00 UTC+4"),
    ],
)
def test_a_zone_without_a_name_is_said_by_its_distance(zone: str, said: str) -> None:
    assert wording.moment(NOW, zone) == said


def test_a_text_that_runs_from_the_right_is_set_from_the_right() -> None:
    said = documents.decision_document(reasons="(1) مرحبا\n\n1. Hello, שלום\n\n1. שלום, hello")
    page = rendering.render_html("decision", said, stylesheet_address="/x.css")

    assert '<p class="prose" dir="rtl">(1) مرحبا</p>' in page
    assert '<p class="prose">1. Hello, שלום</p>' in page
    assert '<p class="prose" dir="rtl">1. שלום, hello</p>' in page


WIDE = "W" * 120
LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
HOSTILE: dict[str, tuple[rendering.Kind, Callable[[], Document]]] = {
    "decision": ("decision", lambda: documents.decision_document(candidate=WIDE, requisition=LONG_NAME)),
    "kit": ("kit", lambda: replace(kits.kit_document(), candidate=LONG_NAME, place=f"https://example.org/{WIDE * 3}")),
    "minutes": ("calibration-minutes", lambda: minutes_paper.minutes_document(title=WIDE, chair=LONG_NAME)),
    "plan": (
        "onboarding-plan",
        lambda: year_papers.plan_document(head=replace(year_papers.HEAD, hire=LONG_NAME, manager=WIDE)),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_longest_names_stay_on_the_paper_and_off_each_other(name: str, tmp_path: Path) -> None:
    kind, make = HOSTILE[name]
    with structure.opened(rendering.render_pdf(kind, make()), tmp_path) as held:
        boxes = {page: held.boxes(page) for page in range(1, held.pages + 1)}

    right, top = 595 - 40, 842 - 20
    assert {page: box for page, all_ in boxes.items() for box in all_ if box[2] > right or box[3] > top} == {}
    assert {page for page, all_ in boxes.items() if _lapping(all_)} == set()


def _lapping(boxes: Sequence[tuple[float, float, float, float]]) -> list[object]:
    """Lines that lie on each other by more than letters reach beyond their line."""
    return [
        (one, other)
        for number, one in enumerate(boxes)
        for other in boxes[number + 1 :]
        if min(one[2], other[2]) - max(one[0], other[0]) > 2 and min(one[3], other[3]) - max(one[1], other[1]) > 4.5
    ]
