from __future__ import annotations

import logging
import re
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from app.domain.figure import Axis, Dot, HeatCell, HeatRow, ProfilePoint, Tick
from tests.reports import reading
from tests.web import gallery_facts
from tests.web.showroom import STATIC, draw, environment

if TYPE_CHECKING:
    from pathlib import Path

IMPORTS = """{% import "charts/dots.html" as dots %}{% import "charts/heat.html" as heat %}
{% import "charts/profile.html" as profile %}{% import "charts/parts.html" as parts %}"""
DOTS = IMPORTS + '{{ dots.plot("a", "Title", "What it shows.", axis, rows) }}'
HEAT = IMPORTS + '{{ heat.map("a", "Title", "What it shows.", axis, columns, rows) }}'
PROFILE = IMPORTS + '{{ profile.plot("a", "Title", "What it shows.", axis, points) }}'
AXIS = gallery_facts.AXIS
NO_BAR = Axis(AXIS.ticks)


def _all() -> str:
    everything = DOTS + HEAT.replace('"a"', '"b"').replace("rows)", "heat_rows)") + PROFILE.replace('"a"', '"c"')
    facts = gallery_facts.facts()
    return draw(everything, **{**facts, "points": facts["points_of"], "columns": [*facts["people"], "Ruth"]})


@pytest.mark.parametrize(("value", "share"), [(1, 0), (2, 0.25), (Fraction(10, 3), 7 / 12), (5, 1)])
def test_values_lie_where_the_scale_puts_them(value: Fraction | int, share: float) -> None:
    assert float(draw(IMPORTS + "{{ parts.at(axis, value, 200, 600) }}", axis=AXIS, value=value)) == pytest.approx(
        200 + share * 400, abs=0.05
    )


@pytest.mark.parametrize(("length", "depths"), [(5, "12345"), (3, "135"), (2, "15"), (10, "1122334455")])
def test_scales_of_any_length_use_the_five_tints(length: int, depths: str) -> None:
    axis = Axis(tuple(Tick(value, "") for value in range(1, length + 1)))
    drawn = [
        draw('{% import "charts/heat.html" as heat %}{{ heat.depth(axis, v) }}', axis=axis, v=v + 1)
        for v in range(length)
    ]
    assert "".join(drawn) == depths


def test_under_the_bar_has_another_shape() -> None:
    low, high = Dot("a", "2.9", Fraction(29, 10)), Dot("a", "3.0", 3)
    assert re.search(r'<circle class="c-paper s-accent"', draw(DOTS, axis=AXIS, rows=[low]))
    assert re.search(r'<circle class="c-accent s-paper"', draw(DOTS, axis=AXIS, rows=[high]))
    below, above = ProfilePoint("a", "2", 2), ProfilePoint("a", "4", 4)
    assert "M0 -7L7 0" in draw(PROFILE, axis=AXIS, points=[below])
    assert "M0 -7L7 0" not in draw(PROFILE, axis=AXIS, points=[above])


def test_where_low_is_best_what_lies_above_the_bar_is_short_of_it() -> None:
    turned = Axis(AXIS.ticks, meets=3, best="low")
    low, high = Dot("a", "2.9", Fraction(29, 10)), Dot("a", "3.1", Fraction(31, 10))
    assert "c-accent s-paper" in draw(DOTS, axis=turned, rows=[low])
    assert "c-paper s-accent" in draw(DOTS, axis=turned, rows=[high])
    depths = [
        draw('{% import "charts/heat.html" as heat %}{{ heat.depth(axis, v) }}', axis=turned, v=v) for v in (1, 5)
    ]
    assert depths == ["5", "1"]


def test_without_a_bar_nothing_is_under_it() -> None:
    html = draw(DOTS, axis=NO_BAR, rows=[Dot("a", "1.0", 1)]) + draw(
        PROFILE, axis=NO_BAR, points=[ProfilePoint("a", "1", 1)]
    )
    assert "meets the bar" not in html
    assert "c-paper s-accent" not in html


def test_missing_values_are_hatched_and_said() -> None:
    assert "url(#a-hatch)" in draw(DOTS, axis=AXIS, rows=[Dot("a", "too little evidence")])
    cells = (HeatCell("n/a"), HeatCell("not in", waiting=True), HeatCell("4", 4))
    html = draw(HEAT, axis=AXIS, columns=["x", "y", "z"], rows=[HeatRow("d", cells)])
    assert html.count("url(#a-hatch)") == 1
    assert html.count("stroke-dasharray") == 1
    assert re.findall(r">([^<>\s][^<>]*)</text>", html) == [
        "x",
        "y",
        "z",
        "d",
        "n/a",
        "not in",
        "4",
        "short of the bar (3)",
    ]


def test_a_range_is_drawn_only_when_there_is_one() -> None:
    ranged = Dot("a", "3.4", Fraction(34, 10), Fraction(26, 10), Fraction(41, 10))
    assert len(re.findall(r'd="M[\d.]+ 39v10M', draw(DOTS, axis=AXIS, rows=[ranged]))) == 1
    assert "v10M" not in draw(DOTS, axis=AXIS, rows=[Dot("a", "3.4", Fraction(34, 10))])


def test_empty_charts_are_still_charts() -> None:
    assert "<svg" in draw(DOTS, axis=AXIS, rows=[])
    assert "<svg" in draw(HEAT, axis=AXIS, columns=[], rows=[])
    assert "<svg" in draw(PROFILE, axis=AXIS, points=[])


def test_charts_are_named_and_their_ids_are_their_own() -> None:
    html = _all()
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    assert len(re.findall(r'role="img" aria-labelledby="(\w)-title \1-desc"', html)) == 3
    assert html.count("<title ") == html.count("<desc ") == 3


def test_charts_wear_attributes_only() -> None:
    html = _all()
    assert not re.search(r"\sstyle=|<style|var\(|currentColor", html)
    for shape in re.findall(r"<(?:circle|path|line|text|rect)\b[^>]*>", html):
        assert re.search(r'\b(fill|stroke)="(#[0-9a-f]{6}|none|url\(#\w-hatch\))"', shape), shape


def test_hostile_text_stays_text_in_charts() -> None:
    hostile = "</text><script>alert(1)</script>"
    facts = {"axis": AXIS, "rows": [Dot(hostile, hostile)], "points": [ProfilePoint(hostile, hostile)]}
    assert "<script" not in draw(DOTS + PROFILE, **facts)
    rows = [HeatRow(hostile, (HeatCell(hostile, 4), HeatCell(hostile)))]
    assert "<script" not in draw(HEAT, axis=AXIS, columns=[hostile, hostile], rows=rows)


def test_the_twin_says_the_same_numbers() -> None:
    facts = gallery_facts.facts()
    html = draw(
        IMPORTS + '{{ heat.table("Ratings", columns, rows) }}',
        columns=[*facts["people"], "Ruth"],
        rows=facts["heat_rows"],
    )
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)]
    assert rows[0] == ["Dimension", *facts["people"], "Ruth"]
    assert rows[1] == ["ML Product Strategy", "5", "2", "n/a", "4", "not in"]
    assert len(rows) == 9


def test_paper_wears_the_light_tokens() -> None:
    css = (STATIC / "css" / "base.css").read_text()
    light = dict(re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}),", css))
    palette = environment().get_template("charts/palette.html").module
    for name in ("ink", "soft", "line", "edge", "accent", "surface", "on_accent"):
        assert getattr(palette, name) == light[name.replace("_", "-")], name
    assert list(palette.heat) == [light[f"heat-{depth}"] for depth in range(1, 6)]  # type: ignore[attr-defined]  # a name of the template's module


def test_paper_draws_the_same_words_without_complaint(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    from weasyprint import HTML

    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pdf = HTML(
            string=f"<html><style>svg {{ max-width: 100%; height: auto }}</style><body>{_all()}</body></html>"
        ).write_pdf()
    text = reading.words(pdf, tmp_path)
    for words in ("too little evidence", "meets the bar", "not assessed", "short of the bar (3)"):
        assert words in text
    assert caplog.messages == []
