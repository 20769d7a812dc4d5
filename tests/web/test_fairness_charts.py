"""The curve of panel sizes and the strip of strictness: where marks lie, and that the tables say the same."""

from __future__ import annotations

import re

from app.domain.figure import CurvePoint, StripRow
from tests.web.showroom import draw

POINTS = (CurvePoint("1", "65", 65), CurvePoint("2", "71", 71, here=True), CurvePoint("3", "100", 100))
CURVE = """{% import "charts/curve.html" as curve %}
{{ curve.plot("a", "Title", "What it shows.", points, "Interviewers", 50, 100) }}
{{ curve.table("Title", points, "Size", "In 100") }}"""
ROWS = (
    StripRow("Hannelore", "0.5 stricter", -0.5, -1.0, 0.0),
    StripRow("Samuel", "1.5 more generous", 1.5, 0.5, 2.5),
    StripRow("Ruth", "4 of 10 cards"),
)
STRIP = """{% import "charts/strip.html" as strip %}
{{ strip.plot("a", "Title", "What it shows.", rows, "stricter", "more generous", 1.0) }}
{{ strip.table("Title", rows, "Who", "Points") }}"""


def _cells(drawn: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", drawn[drawn.index("<details") :]).split())


def test_the_curve_rises_with_its_values_and_marks_where_one_stands() -> None:
    drawn = draw(CURVE, points=POINTS)

    assert re.findall(r'd="(M34[^"]*)"', drawn) == ["M34.0 127.8L280.0 111.7L526.0 34.0"]
    assert re.findall(r'<circle class="(c-accent|c-paper)[^>]* cx="([0-9.]+)"', drawn) == [
        ("c-paper", "34.0"), ("c-accent", "280.0"), ("c-paper", "526.0"),
    ]  # fmt: skip
    assert "1 65 2 (here) 71 3 100" in _cells(drawn)


def test_the_strip_lies_around_zero_and_nothing_leaves_it() -> None:
    drawn = draw(STRIP, rows=ROWS)
    left, right = 206.0, 604.0
    middle = (left + right) / 2

    assert re.findall(r'<circle[^>]* cx="([0-9.]+)"', drawn) == [str((left + middle) / 2), str(right)]
    bars = re.findall(r'd="M([0-9.]+) [0-9.]+v10M[0-9.]+ [0-9.]+H([0-9.]+)M', drawn)
    assert bars == [(str(left), str(middle)), (str((middle + right) / 2), str(right))]
    assert drawn.count("#a-hatch") == 1
    assert "\N{MINUS SIGN}1" in drawn
    assert "+0.5" in drawn
    assert "Hannelore 0.5 stricter Samuel 1.5 more generous Ruth 4 of 10 cards" in _cells(drawn)
