"""Letters that no typeface here has: named in the document itself, looked up anew when typefaces come or go."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reports import rendering, scripts
from tests.factories import documents
from tests.reports import reading

UNHEARD_OF = "\N{ANATOLIAN HIEROGLYPH A001}"


@pytest.mark.parametrize(
    "text", ["", "Łukasz Wiśniewski", "Nguyễn Thị Minh Khai", "Ελένη", "Кузнецов", "“5” → ≥ 80 %\u200b\ufe0f"]
)
def test_what_inter_writes_is_never_lacking(text: str) -> None:
    assert scripts.lacking(text) == ()


@pytest.mark.usefixtures("pango")
def test_each_kind_of_letter_that_nothing_here_writes_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "_charsets", lambda *_: [])

    said = scripts.lacking("محمد، שלום 山田 やまだ 김 नमस्ते 🎉✅ \N{GOTHIC LETTER AHSA} \N{SUBSET OF}")
    assert said == (
        "Arabic", "Chinese", "Devanagari", "Hebrew", "Japanese", "Korean", "emoji", "other scripts", "signs",
    )  # fmt: skip


@pytest.mark.usefixtures("pango")
@pytest.mark.parametrize("paper", rendering.PAPERS)
def test_a_document_with_boxes_says_below_its_title_what_they_stand_for(paper: rendering.Paper, tmp_path: Path) -> None:
    whole = documents.decision_document(reasons=f"She signed with {UNHEARD_OF}.")
    pdf = rendering.render_pdf("decision", whole, paper=paper)

    assert (
        "Boxes stand here for what this machine has no typeface for: other scripts." in reading.pages(pdf, tmp_path)[0]
    )
    assert reading.faults(pdf, tmp_path) == []


@pytest.mark.usefixtures("pango")
def test_a_document_without_boxes_says_nothing_of_them(tmp_path: Path) -> None:
    said = reading.words(rendering.render_pdf("decision", documents.decision_document()), tmp_path)

    assert "Boxes" not in said
    assert "Boxes" not in rendering.render_html("decision", documents.decision_document(reasons=UNHEARD_OF))


def test_a_machine_without_fontconfig_leaves_a_page_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "_LIBRARIES", ("libnowhere.so.0",))

    assert scripts.told(f"<header></header>{UNHEARD_OF}") == f"<header></header>{UNHEARD_OF}"


def test_a_typeface_that_is_installed_later_makes_documents_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scripts, "_PLACES", (str(tmp_path),))
    scripts.state.cache_clear()
    before = scripts.state()
    (tmp_path / "noto").mkdir()
    scripts.state.cache_clear()
    after = scripts.state()
    shutil.rmtree(tmp_path / "noto")
    scripts.state.cache_clear()

    assert before != after
    assert after != scripts.state()
    scripts.state.cache_clear()
