"""What the documents say: every value in its place, in the glossary's words, and nothing that must not be there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from app.domain.blueprint import DecisionRule, Requirement, Scale, ScalePoint, Threshold
from app.domain.decision import Outcome
from app.domain.documents import Document
from app.domain.granting import ReadEarly
from reports import pages, rendering
from tests.factories import documents

CASES: dict[str, tuple[rendering.Kind, Callable[[], Document]]] = {
    "scorecard": ("scorecard", documents.scorecard_document),
    "packet": ("packet", documents.packet_document),
    "packet without cards": ("packet", lambda: documents.packet_document(0, decided=False)),
    "comparison": ("comparison", documents.comparison_document),
    "comparison without candidates": ("comparison", lambda: documents.comparison_document(0)),
    "decision": ("decision", documents.decision_document),
}
HOSTILE = (
    '<img src=file:///etc/passwd><script>alert(1)</script>{{7*7}}{% raw %}<link rel=attachment href="file:///etc/hosts">'
    "<style>@import 'file:///etc/x';</style></p></body>"
)


def text(kind: rendering.Kind, document: Document) -> str:
    """The words of the page, without markup, with single spaces."""
    page = re.sub(r"<(style|svg)\b.*?</\1>", " ", rendering.render_html(kind, document), flags=re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", page).replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
    return " ".join(plain.split())


@pytest.mark.parametrize("name", CASES)
def test_no_document_carries_a_private_note(name: str) -> None:
    kind, make = CASES[name]

    assert documents.PRIVATE not in rendering.render_html(kind, make())


@pytest.mark.parametrize("name", CASES)
def test_a_document_names_company_blueprint_and_whole_hash(name: str) -> None:
    kind, make = CASES[name]
    said = text(kind, make())

    assert "Harrow & Vale Analytics" in said
    assert "Senior ML Product Manager, version 3" in said
    assert documents.STAMP.sha256 in said


def test_a_scorecard_shows_each_dimension_with_anchor_and_evidence() -> None:
    said = text("scorecard", documents.scorecard_document())

    assert "Recommendation Strong yes" in said
    assert "7 of 8 dimensions assessed" in said
    assert (
        "ML Product Strategy 5 Far above Weight 15 Focus of this interview "
        "Shows a product bet tied to a customer problem that a model can move repeatedly, changed how others work, and "
        "knows where the approach fails. Gave the example of the ranking service." in said
    )
    assert "Responsible AI & Governance Not assessed Weight 10 The interviewer marked this as not assessed." in said
    assert "Strong signals Says who is worse off when the model errs" in said
    assert "Sealed 9 November 2026, 19:05 CET" in said


def test_a_scorecard_says_where_its_blueprint_has_no_anchor() -> None:
    whole = documents.scorecard()
    bar = tuple(
        replace(one, anchors=tuple(anchor for anchor in one.anchors if anchor.value == whole.scale.meets))
        for one in whole.dimensions
    )
    said = text("scorecard", documents.scorecard_document(scorecard=replace(whole, dimensions=bar)))

    assert "No anchor is written for this point. Gave the example of the ranking service." in said
    assert "No anchor" not in text("scorecard", documents.scorecard_document())


def test_untouched_is_not_the_same_as_not_assessed() -> None:
    said = text("scorecard", documents.scorecard_document(place=0))

    assert "Not touched This conversation did not come to: Responsible AI & Governance, weight 10." in said
    asked = text("scorecard", documents.scorecard_document(place=0, focus=("responsible-ai",)))
    assert "Not touched Weight 10 Focus of this interview This conversation did not come to it." in asked


def test_a_packet_shows_the_grid_with_disagreement_first_and_the_gap_as_a_gap() -> None:
    said = text("packet", documents.packet_document())
    grid = said[said.index("Debrief grid") : said.index("What this panel is worth")]

    assert grid.index("ML Product Strategy") < grid.index("Commercial Acumen")
    assert "ML Product Strategy 15 % of the weight 4 5 2 3 4 3.6 5 ratings 3 Far apart" in grid
    assert "Commercial Acumen 5 % of the weight 3 4 not assessed not touched 3 3.3 3 ratings 1 Close" in grid
    assert grid.rstrip().endswith("Responsible AI & Governance 10 % of the weight Nobody assessed this")


def test_a_packet_says_what_to_talk_about_and_what_the_panel_is_worth() -> None:
    said = text("packet", documents.packet_document(4))
    assert "Talk about this first" in said
    assert "apart, with the bar between them." in said
    assert "A fifth interviewer raises agreement between panels from 78 to 80 in 100." in said
    assert "Worked out from 53 scorecards of 3 openings on this blueprint" in said
    assert "Last done on 9 November 2026." in said
    without = text("packet", documents.packet_document(0, decided=False))
    assert "What this panel is worth" not in without


def test_a_packet_says_who_is_missing_and_why() -> None:
    said = text("packet", documents.packet_document())

    assert "5 sealed scorecards, 2 missing" in said
    assert "Tomás Ribeiro Peer conversation Not in yet" in said
    assert "Yuki Tanaka Culture of experiments Released without scoring Was ill" in said


def test_a_packet_shows_composite_and_coverage_of_the_domain() -> None:
    document = documents.packet_document()
    said = text("packet", document)

    assert document.debrief.score.value == Fraction(107, 30)
    assert "3.6 of 5 90 % of the weight; nobody assessed Responsible AI & Governance" in said


def test_a_packet_without_enough_evidence_has_no_composite() -> None:
    said = text("packet", documents.packet_document(0, decided=False))

    assert "Insufficient evidence nothing assessed" in said
    assert "nobody assessed 8 of 8 dimensions" in said
    assert "No scorecard is sealed yet" in said


def test_later_revisions_are_marked_as_not_counted() -> None:
    said = text("packet", documents.packet_document())
    later = said[said.index("Later revisions") :]

    assert re.search("revision 2 · after seeing others. scorecards \\(not counted\\)", later)
    assert "Reason for the revision. I had confused two launches" in later


def test_a_comparison_draws_where_the_order_would_turn_and_who_met_whom() -> None:
    document = documents.comparison_document()
    found = document.sensitivity
    assert found is not None
    assert found.nearest is not None
    by_id = {column.application_id.hex: column.candidate for column in document.comparison.columns}
    said = text("comparison", document)
    assert f"{by_id[found.leaders[0]]} beside {by_id[found.nearest.target]}: the weight of 100" in said
    assert "Who met whom" in said

    alone = replace(document, sensitivity=replace(found, rivals=()))
    assert "Where the order would turn" not in text("comparison", alone)


def test_a_comparison_ranks_nobody_and_says_why_a_value_is_missing() -> None:
    said = text("comparison", documents.comparison_document())

    assert "The order is a view, not a ranking." in said
    assert "Sealed: 2 of 4 scorecards are not in" in said
    assert "Insufficient evidence a must-have dimension was not assessed: Technical Fluency (ML/Data/MLOps)" in said
    assert "1 to 3, 3 ratings short of the bar" in said
    assert "winner" not in said.lower()


@pytest.mark.parametrize(("count", "sizes"), [(3, [3]), (5, [5]), (9, [5, 4]), (20, [7, 7, 6])])
def test_columns_are_cut_into_even_pages(count: int, sizes: list[int]) -> None:
    page = rendering.render_html("comparison", documents.comparison_document(count))

    assert [
        head.count('scope="col"') - 1 for head in re.findall(r'<table class="compare.*?</thead>', page, re.DOTALL)
    ] == sizes


def test_a_decision_keeps_votes_dissent_reasons_and_checkpoint() -> None:
    said = text("decision", documents.decision_document())

    assert "Decision Hire" in said
    assert "Ελένη Παπαδοπούλου Voted hold Dissent Technical depth rests on two cards that disagree." in said
    assert "Why the committee departed from the order of the composite One candidate stands ahead by 0.1" in said
    assert documents.CHECKPOINT in said
    assert "Ruth Adeyemi-Castellanos recorded the decision" in said[said.index("Signatures") :]


def test_a_decision_says_who_did_not_vote_and_why() -> None:
    said = text("decision", documents.decision_document())

    assert "Who did not vote, and why Tomás Ribeiro was on leave" in said
    assert "Who did not vote" not in text("decision", documents.decision_document(absences=""))


def test_candidates_of_two_requisitions_are_told_apart() -> None:
    document = documents.comparison_document(3)
    columns = tuple(replace(c, requisition=f"Requisition {n}") for n, c in enumerate(document.comparison.columns))
    said = text("comparison", replace(document, comparison=replace(document.comparison, columns=columns)))

    assert "Đặng Hoàng Phúc Requisition 1" in said


def test_a_correction_points_at_what_it_corrects() -> None:
    old = documents.decision(number=1, outcome=Outcome.HOLD, corrected_by=2)
    document = documents.decision_document(number=2, corrects=1, correction_reason="The first named the wrong opening.")
    said = text("decision", replace(document, history=(old,)))

    assert "Corrects record 1" in said
    assert "What this record corrects The first named the wrong opening." in said
    assert "Other records for this application Record Decision Recorded Corrects 1 Hold" in said


def test_a_superseded_record_says_so() -> None:
    said = text("decision", documents.decision_document(corrected_by=2))

    assert "record 2: this record no longer stands" in said


def test_scorecards_that_were_read_early_are_named_on_the_decision() -> None:
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    early = ReadEarly("Cleo Ruiz", at, "Ada First", "The offer runs out.")
    document = replace(documents.decision_document(), zone="Europe/Berlin")

    assert (
        "Cleo Ruiz read sealed scorecards early, first on 22 November 2026, 10:00 CET, "
        "approved by Ada First: The offer runs out."
    ) in text("decision", replace(document, early=(early,)))
    assert "read early" not in text("decision", document)


def test_scales_of_other_lengths_and_directions_work() -> None:
    form = documents.scorecard()
    points = (ScalePoint(0, "Strong"), ScalePoint(1, "Fair"), ScalePoint(2, "Weak"))
    document = documents.scorecard_document(scorecard=replace(form, scale=Scale(points, meets=1, best="low")))
    rated = tuple(replace(r, value=min(r.value, 2) if r.value else r.value) for r in document.card.content.ratings)
    card = replace(document.card, content=replace(document.card.content, ratings=rated))

    page = rendering.render_html("scorecard", replace(document, card=card))

    assert '<span class="point step-5">0</span> Strong' in page
    assert '<span class="point step-1">2</span> <strong>Weak</strong>' in page


def ruled(rule: DecisionRule) -> str:
    document = documents.packet_document()
    card = replace(document.debrief.scorecard, decision=rule)
    return text("packet", replace(document, debrief=replace(document.debrief, scorecard=card)))


def test_a_packet_holds_each_required_dimension_against_its_point() -> None:
    needed = (Requirement("technical-fluency", 3), Requirement("stakeholder-leadership", 5))
    said = ruled(DecisionRule("every-required", requirements=needed))
    assert re.search(r"Technical Fluency \(ML/Data/MLOps\) at least 3 3\.0 yes", said)
    assert re.search(r"Stakeholder Leadership at least 5 4\.0 no", said)


def test_a_packet_has_no_sum_where_a_dimension_is_a_gap() -> None:
    said = ruled(DecisionRule("sum-threshold", thresholds=(Threshold(20), Threshold(30, "Senior Analyst II"))))
    assert "Everybody at least 20 \u2013 not all assessed" in said
    assert "Senior Analyst II at least 30 \u2013 not all assessed" in said
    assert "What the blueprint asks for" not in text("packet", documents.packet_document())


def test_hostile_text_stays_text() -> None:
    document = documents.packet_document()
    first = document.debrief.cards[0]
    evil = replace(
        first.content, summary=HOSTILE, ratings=tuple(replace(r, evidence=HOSTILE) for r in first.content.ratings)
    )
    cards = (replace(first, interviewer=HOSTILE, content=evil), *document.debrief.cards[1:])
    debrief = replace(document.debrief, candidate=HOSTILE, cards=cards)
    page = rendering.render_html("packet", replace(document, debrief=debrief))

    assert "<img src=" not in page
    assert "<script" not in page
    assert "<link" not in page
    assert "{{7*7}}" in page
    assert "&lt;img src=file:///etc/passwd&gt;" in page


def test_the_browser_page_links_its_styles_where_told() -> None:
    document = documents.decision_document()

    assert "<style>" in rendering.render_html("decision", document)
    linked = rendering.render_html("decision", document, stylesheet_address="/static/print-a4.css")
    assert "<style>" not in linked
    assert '<link rel="stylesheet" href="/static/print-a4.css">' in linked


def test_the_wrong_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="a packet is made from a PacketDocument"):
        pages.page("packet", documents.decision_document(), "a4")


def test_the_key_follows_content_kind_and_paper() -> None:
    document = documents.decision_document()
    keys = {
        rendering.content_key("decision", document),
        rendering.content_key("decision", document, paper="letter"),
        rendering.content_key("decision", documents.decision_document(reasons="Other reasons altogether.")),
    }

    assert len(keys) == 3
    assert rendering.content_key("decision", documents.decision_document()) in keys
