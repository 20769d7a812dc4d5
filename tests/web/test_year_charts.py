"""The charts of a first year: a metric's line with its target, and two values on one scale."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from app.domain.figure import Axis, MilestoneMark, Pair, Sparkline, SparkPoint, Tick, Timeline
from tests.web.showroom import draw

LINE = """{% import "charts/sparkline.html" as charts %}
{{ charts.plot("m", "Precision", "Two readings.", figure) }}{{ charts.table("Readings", figure) }}"""
PAIRS = """{% import "charts/pairs.html" as charts %}
{{ charts.plot("o", "Outcome", "One dimension.", axis, rows, "Interviews", "Outcome") }}
{{ charts.table("Outcome", rows, "Dimension", "Interviews", "Outcome") }}"""
YEAR = """{% import "charts/timeline.html" as charts %}{{ charts.plot("y", "A year", "One mark.", figure) }}"""
POINTS = (
    SparkPoint("1 November", "0.7", Fraction(0), Fraction(1, 4), within=False),
    SparkPoint("8 November", "0.9", Fraction(1), Fraction(3, 4), within=True),
)
AXIS = Axis((Tick(1, "Low"), Tick(3, "Meets"), Tick(5, "High")), meets=3)


def test_inside_and_outside_the_target_have_two_shapes_and_words() -> None:
    html = draw(LINE, figure=Sparkline(POINTS, low=Fraction(1, 2)))

    assert re.search(r'<circle class="c-paper s-accent"[^>]*r="3"', html)
    assert re.search(r'<circle class="c-accent"[^>]*r="5.5"', html)
    assert "in the target" in html
    assert html.count("<tr>") == 3
    assert html.index("8 November") < html.index("1 November")


def test_only_a_guardrail_has_a_fence_and_only_a_target_a_band() -> None:
    plain = draw(LINE, figure=Sparkline(POINTS, high=Fraction(1, 2)))
    fenced = draw(LINE, figure=Sparkline(POINTS, high=Fraction(1, 2), guardrail=True))
    bare = draw(LINE, figure=Sparkline(tuple(POINTS)))

    assert "v-5" in fenced
    assert "v-5" not in plain
    assert "<rect" in plain
    assert "<rect" not in bare


def test_a_dashed_baseline_is_drawn_where_there_is_one() -> None:
    assert "stroke-dasharray" in draw(LINE, figure=Sparkline(POINTS, baseline=Fraction(0)))
    assert "stroke-dasharray" not in draw(LINE, figure=Sparkline(POINTS))


@pytest.mark.parametrize(
    ("first", "second", "diamonds", "discs", "ways"),
    [(Fraction(7, 2), 4, 2, 2, 1), (None, 4, 1, 2, 0), (Fraction(7, 2), None, 2, 1, 0), (None, None, 1, 1, 0)],
)
def test_a_value_that_nobody_gave_is_left_out_and_said(
    first: Fraction | None, second: int | None, diamonds: int, discs: int, ways: int
) -> None:
    rows = [Pair("Strategy", first, second, "3.5" if first else "Not assessed", "4" if second else "Cannot tell")]
    html = draw(PAIRS, axis=AXIS, rows=rows)

    assert (html.count("l9 9l-9 9"), html.count("<circle"), html.count('stroke-width="2"')) == (diamonds, discs, ways)
    assert html.count("Cannot tell") == (0 if second else 2)


def test_the_last_milestone_keeps_its_whole_title_on_the_line() -> None:
    title = "Business impact and differentiation"
    mark = MilestoneMark(title, "23 August 2027", "Not begun", "quiet", Fraction(1))

    assert f">{title}</text>" in draw(YEAR, figure=Timeline((mark,), (), "21 August 2026"))


def test_a_month_yields_its_name_where_today_would_cross_it() -> None:
    months = (("Nov", Fraction(1, 4)), ("Dec", Fraction(1, 2)))
    drawn = draw(YEAR, figure=Timeline((), months, "21 August 2026", today=Fraction(51, 100)))

    assert ">Nov</text>" in drawn
    assert ">Dec</text>" not in drawn
    assert ">Dec</text>" in draw(YEAR, figure=Timeline((), months, "21 August 2026"))


@pytest.mark.parametrize("source", [LINE, PAIRS])
def test_the_drawings_are_xml_that_a_document_can_take(source: str) -> None:
    rows = [Pair("Strategy & more", Fraction(7, 2), 4, "3.5", "4")]
    figure = Sparkline(POINTS, Fraction(0), Fraction(1), Fraction(1, 2), guardrail=True)
    html = draw(source, axis=AXIS, rows=rows, figure=figure)
    drawing = ET.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])  # noqa: S314  our own drawing

    assert "style" not in {name for element in drawing.iter() for name in element.attrib}
    assert drawing.find("{http://www.w3.org/2000/svg}title") is not None
