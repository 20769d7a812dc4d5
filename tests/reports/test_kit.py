"""The kit on paper: who passed something on stands with what they passed on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.domain.kit_document import PassedOn
from reports import rendering
from tests.factories import kits
from tests.reports import reading

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("lines", [2, 10, 18])
def test_whoever_passed_something_on_stands_on_the_page_of_their_note(lines: int, tmp_path: Path) -> None:
    note = "\n".join(["Ask about the works council."] * (lines - 1) + ["And leave him silences."])
    document = replace(kits.kit_document(), notes=(PassedOn("Ruth Feldman", "First conversation", note),))
    pages = reading.pages(rendering.render_pdf("kit", document), tmp_path)
    ends = [page for page in pages if "leave him silences" in page]
    assert len(ends) == 1
    assert "Ruth Feldman" in ends[0]
