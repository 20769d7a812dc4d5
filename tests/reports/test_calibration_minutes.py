"""The minutes of a calibration on paper: every vote with its reason, what moved, and dissent by name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.domain.growth.minutes import MinutedItem, MinutesDocument
from reports import rendering
from tests.factories import minutes_paper
from tests.factories.documents import STAMP
from tests.factories.minutes_paper import minutes_document
from tests.reports import reading

if TYPE_CHECKING:
    from pathlib import Path

KIND: rendering.Kind = "calibration-minutes"
OTHER = replace(STAMP, number=4, sha256="f" * 64)


def text(document: MinutesDocument) -> str:
    """The words of the page, without markup, with single spaces."""
    plain = re.sub(r"<style\b.*?</style>", " ", rendering.render_html(KIND, document), flags=re.DOTALL)
    plain = re.sub(r"<[^>]+>", " ", plain).replace("&#39;", "'").replace("&amp;", "&")
    return " ".join(plain.split())


def test_the_minutes_say_what_was_settled_and_who_stands_against_it() -> None:
    said = text(minutes_document())

    assert "2 of 3" in said
    assert "1 of 7" in said
    assert "dissent: Ελένη Παπαδοπούλου" in said
    assert "Sealed: Not yet At the lock: Promote" in said
    assert "I heard evidence that I had not known. The reversal in May." in said
    assert "Talked about for 11 minutes." in said
    assert "Settled without being called." in said
    assert "Mika Manager (manages the person)" in said


def test_an_item_with_too_few_votes_is_not_added_up() -> None:
    said = text(minutes_document(items=(minutes_paper.set_aside(),), matrices=()))

    assert "Too few votes to add up" in said
    assert "Why it was set aside The next panel sees it." in said
    assert "Before and after" not in said


def test_several_blueprint_versions_stand_with_their_items() -> None:
    two = (minutes_paper.agreed(), replace(minutes_paper.agreed(), stamp=OTHER))
    said = text(minutes_document(items=two))

    assert OTHER.sha256[:12] in said
    assert STAMP.sha256[:12] in said
    assert "Blueprint hash" not in said
    assert "Blueprint hash" in text(minutes_document())


def test_what_is_typed_stays_text() -> None:
    said = rendering.render_html(KIND, minutes_document(title="<script>alert(1)</script>", opened_without="{{7*7}}"))

    assert "<script>alert" not in said
    assert "{{7*7}}" in said


@pytest.mark.usefixtures("pango")
@pytest.mark.parametrize("paper", rendering.PAPERS)
@pytest.mark.parametrize("items", [(), (minutes_paper.differed(), minutes_paper.set_aside())])
def test_the_paper_is_sound_for_everyone(
    paper: rendering.Paper, items: tuple[MinutedItem, ...], tmp_path: Path
) -> None:
    document = minutes_document(items=items, opened_without="Ben is ill.", omitted=1)

    assert reading.faults(rendering.render_pdf(KIND, document, paper=paper), tmp_path) == []
