"""What the promotion packet says: empty criteria, what speaks against, votes for whom they are, and its structure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from app.domain.growth.case import CaseOutcome, CaseParty
from app.domain.growth.case_file import CaseSigned, CorrectedRecord
from app.domain.growth.casework import CaseTexts
from reports import rendering
from tests.factories import case_papers as papers
from tests.reports import structure

if TYPE_CHECKING:
    from pathlib import Path

    from app.domain.growth.case_file import PromotionDocument

HOSTILE = "<img src=file:///etc/passwd><script>alert(1)</script>{{7*7}}</p>"


def text(document: PromotionDocument) -> str:
    """The words of the page, without markup and drawings, with single spaces."""
    page = rendering.render_html("promotion-packet", document)
    page = re.sub(r"<(style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_cover_says_whose_step_it_is_and_on_what_it_rests() -> None:
    said = text(papers.packet())

    assert "State Promote, from 1 January 2027, recorded 18 November 2026" in said
    assert "Time in level 2 years and 7 months, since 1 March 2024" in said
    assert "Assessment cycle Autumn 2026" in said
    assert f"Blueprint hash {papers.STAMP.sha256}" in said
    assert "This copy is for An HR partner" in said


def test_a_criterion_without_evidence_is_there_and_empty() -> None:
    said = text(papers.packet())

    assert "Criteria 1 of 5 with as much evidence as asked for; 1 is empty" in said
    assert said.count("Thinks in portfolios, and puts bets") == 2
    assert "Empty. Nothing is cited for this criterion." in said
    assert said.count("Empty. Nothing is cited") == 1
    assert text(papers.bare()).count("Empty. Nothing is cited") == 5


def test_evidence_says_its_age_and_who_stands_behind_it() -> None:
    said = text(papers.packet())

    assert "2 of at least 2 that the blueprint asks for, the newest 2 months ago. Corroborated by Yuki Tanaka." in said
    assert "1 of at least 2 that the blueprint asks for" in said
    assert "1 more from before the time that counts." in said
    assert "Yuki Tanaka: partly as written; Sena Aydin: not as written." in said
    assert "https://wiki.harrow-vale.example/patterns/rollback?version=12#in-use" in said


def test_what_was_closed_or_withdrawn_says_so_and_not_what_it_was() -> None:
    said = text(papers.packet())

    assert "Forecast of costs" not in said
    assert "Withdrawn" in said
    assert "Closed by its owner" in said
    assert said.count("It was cited and cannot be read any more, so it does not count.") == 2


def test_the_chart_has_the_same_numbers_as_its_table() -> None:
    document = papers.packet()
    page = rendering.render_html("promotion-packet", document)
    drawn = unescape(re.sub(r"<[^>]+>", " ", " ".join(re.findall(r"<svg\b.*?</svg>", page, re.DOTALL))))

    assert "Expected" in drawn
    assert papers.PERSON in drawn
    table = page[page.index('class="listed gaps"') :]
    assert table[: table.index("</table>")].count("<tr>") == len(document.file.gaps) + 1


def test_a_reader_before_their_vote_sees_no_mark_of_the_manager() -> None:
    rows = tuple(
        replace(row, manager=None, manager_shown="Closed until you have voted") for row in papers.case_file().gaps
    )
    document = papers.packet(file=papers.case_file(ratings=False, gaps=rows))
    said = text(document)

    assert "is closed to this reader until the votes are in" in said
    assert said.count("Closed until you have voted") == len(rows)
    assert f"{papers.MANAGER} 1" not in said


def test_votes_are_by_name_only_for_whom_they_are() -> None:
    named, counted = text(papers.packet()), text(papers.packet(file=papers.case_file(record=papers.record(ballots=()))))

    assert "Sena Aydin Voted not yet Dissent" in named
    assert "Votes: 2 promote, 0 postpone, 1 not yet." in counted
    assert "Voted not yet" not in counted
    assert "I miss a pattern" not in counted


def test_peers_words_are_left_out_until_they_are_the_readers() -> None:
    closed = tuple(replace(one, feedback=None) for one in papers.peers())
    said = text(papers.packet(file=papers.case_file(peers=closed, feedback_open=False)))

    assert "She called both teams" in text(papers.packet())
    assert "She called both teams" not in said
    assert f"What they wrote opens to {papers.PERSON} once the case is decided." in said
    assert "Not answered: Bogdan Petrov." in said
    assert "Gave none: Hedda Lund." in said


def test_what_speaks_against_and_the_business_need_stand_apart() -> None:
    said = text(papers.packet())

    assert f"The case against Every case carries what speaks for waiting, here written by {papers.MANAGER}." in said
    assert papers.AGAINST in said
    assert "Another question: business need" in said
    assert said.index("Development plan") < said.index("Another question: business need") < said.index("Decision")


def test_gaps_postponement_and_missing_signatures() -> None:
    record = papers.record(outcome=CaseOutcome.NOT_YET, day=None, gaps=("Owns the money side", "Cost modelling"))
    said = text(papers.packet(file=papers.case_file(record=record)))

    assert "What is not shown yet Owns the money side Cost modelling" in said
    assert f"{papers.MANAGER} manager, signed 18 November 2026" in said
    assert f"{papers.PERSON}, whom the case is about: signature and date" in said
    assert f"{papers.CHAIR}, chair of the calibration: signature and date" in said


def test_a_case_on_its_first_day_says_what_is_not_there() -> None:
    said = text(papers.bare())

    for words in (
        "Nobody has written the brief yet.", "rests on no assessment", "Nobody was asked.", "without it the case",
        "Not answered yet.", "Not decided yet.", "Time in level not recorded",
    ):  # fmt: skip
        assert words in said


def test_nothing_that_somebody_wrote_becomes_markup() -> None:
    hostile = papers.case_file(texts=CaseTexts(HOSTILE, HOSTILE, HOSTILE), against=HOSTILE)
    page = rendering.render_html("promotion-packet", papers.packet(file=hostile, reader=HOSTILE))

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "49" not in re.sub(r"<(style|svg)\b.*?</\1>", "", page[page.index("<h2>Brief") :], flags=re.DOTALL)[:400]


def test_the_same_facts_give_the_same_bytes(pango: None) -> None:
    del pango
    first, second = (rendering.render_pdf("promotion-packet", papers.packet()) for _ in range(2))

    assert first == second


@pytest.mark.parametrize("document", [papers.packet(), papers.bare(), papers.long_packet()])
def test_the_pdf_is_tagged_and_its_headings_follow_each_other(
    pango: None, tmp_path: Path, document: PromotionDocument
) -> None:
    del pango
    with structure.opened(rendering.render_pdf("promotion-packet", document), tmp_path) as found:
        kinds = [piece.kind for piece in found.headings()]
        assert kinds[0] == "H1"
        assert all(int(after[1]) <= int(before[1]) + 1 for before, after in pairwise(kinds))
        assert found.pages >= 5


@pytest.mark.parametrize("paper", rendering.PAPERS)
def test_the_brief_keeps_a_page_of_its_own(pango: None, tmp_path: Path, paper: rendering.Paper) -> None:
    del pango
    body = rendering.render_pdf("promotion-packet", papers.packet(), paper=paper)
    with structure.opened(body, tmp_path) as found:
        pages = {piece.text: piece.page for piece in found.headings() if piece.kind == "H2"}

    assert pages["Brief"] == 2
    assert pages["The criteria at a glance"] == 3


@pytest.mark.parametrize("paper", rendering.PAPERS)
@pytest.mark.parametrize("lines", range(0, 14, 3))
def test_whoever_signs_sees_on_that_page_what_they_sign(
    pango: None, tmp_path: Path, paper: rendering.Paper, lines: int
) -> None:
    del pango
    reasons = "\n\n".join(["Impact over four quarters, in two products, as Finance checked it. " * 3] * lines)
    document = papers.packet(file=papers.case_file(record=papers.record(reasons=reasons or "Impact.")))
    body = rendering.render_pdf("promotion-packet", document, paper=paper)
    with structure.opened(body, tmp_path) as found:
        pages = {piece.text: piece.page for piece in found.headings()}
        beside = [piece.text for piece in found.headings() if piece.page == pages["Signatures"]]

    assert "Decision" in beside or lines > 6
    assert len(beside) > 1


def test_a_corrected_record_stays_in_the_packet_with_its_signatures_and_why() -> None:
    first = papers.record()
    later = papers.DECIDED + timedelta(days=2)
    second = papers.record(
        number=2, outcome=CaseOutcome.NOT_YET, day=None, gaps=("Owns the money side",), decided_at=later,
        reasons="The money side is not shown.", correction="The votes of another case were read out.",
    )  # fmt: skip
    signed = (CaseSigned(CaseParty.MANAGER, papers.MANAGER, papers.DECIDED),)
    file = papers.case_file(record=second, signatures=(), corrected=(CorrectedRecord(first, signed, second),))
    said = text(papers.packet(file=file))

    assert "State Not yet, recorded 20 November 2026" in said
    assert "Record 2, which corrects record 1." in said
    assert "Why it was corrected The votes of another case were read out. Reasons The money side is not shown." in said
    assert "Signatures to record 2" in said
    assert "Record 1, corrected: Promote, from 1 January 2027" in said
    assert f"Corrected by {papers.CHAIR} on 20 November 2026" in said
    assert f"Signed, as read at that time, by {papers.MANAGER} (manager) on 18 November 2026" in said
