from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from fontTools.ttLib import TTFont

from app.web.fonts import inter_woff2

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def font() -> TTFont:
    return TTFont(io.BytesIO(inter_woff2()))


def test_the_font_is_small_and_compressed() -> None:
    assert inter_woff2()[:4] == b"wOF2"
    assert len(inter_woff2()) < 45_000


def test_the_weight_axis_alone_is_kept(font: TTFont) -> None:
    assert [(axis.axisTag, axis.minValue, axis.maxValue) for axis in font["fvar"].axes] == [("wght", 400, 700)]


def test_names_of_many_languages_and_our_marks_can_be_set(font: TTFont) -> None:
    written = "Łukasz Đặng Nguyễn Şahin Ōta Ș ẞ Ŵ ĳ Ŋ \u2013 — “quoted” … → ≤ ≥ \u2212 · €"
    missing = {letter for letter in written if ord(letter) not in font.getBestCmap()}
    assert missing == set()


def test_figures_can_stand_in_columns(font: TTFont) -> None:
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert "tnum" in features


def test_the_cut_is_kept_and_read_again(tmp_path: Path) -> None:
    first = inter_woff2(tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    assert kept.read_bytes() == first
    kept.write_bytes(b"kept")
    assert inter_woff2(tmp_path / "cache") == b"kept"


def test_where_the_first_folder_cannot_be_made_the_next_keeps_the_cut(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"not a folder")

    first = inter_woff2(tmp_path / "file" / "cache", tmp_path / "cache")

    (kept,) = (tmp_path / "cache").iterdir()
    assert kept.read_bytes() == first
