from __future__ import annotations

import re

import pytest

from app.domain.climb import career_paths
from app.domain.figure import Bar, Column, Paths, Stop
from tests.factories.field import shipped_blueprint
from tests.web.showroom import draw

BARS = '{% import "charts/bars.html" as bars %}{{ bars.plot("a", "Title", "What it shows.", rows) }}'
PATHS = '{% import "charts/paths.html" as paths %}{{ paths.plot("a", "Title", "What it shows.", figure) }}'
COLUMNS = '{% import "charts/columns.html" as charts %}{{ charts.plot("a", "Title", "What it shows.", rows) }}'
COLUMNS_TWIN = '{% import "charts/columns.html" as charts %}{{ charts.table("Title", rows, "Month", "Entries") }}'
TWIN = '{% import "charts/paths.html" as paths %}{{ paths.table("Title", figure) }}'


def shipped() -> Paths:
    found = career_paths(shipped_blueprint())
    assert found is not None
    return found


def words(html: str) -> str:
    return re.sub(r"\s+", " ", " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", html)))


def test_bars_are_as_long_as_their_values() -> None:
    html = draw(BARS, rows=[Bar("Half", "5", 5), Bar("Whole", "10", 10), Bar("None", "not said")])
    lengths = [float(width) for width in re.findall(r'class="c-accent"[^>]*width="([\d.]+)"', html)]
    assert lengths[0] * 2 == lengths[1]
    assert html.count("url(#a-hatch)") == 1
    assert words(html) == "Half 5 Whole 10 None not said"


def test_no_bars_are_still_a_figure() -> None:
    assert "<svg" in draw(BARS, rows=[])
    assert "<svg" in draw(BARS, rows=[Bar("Nothing", "0", 0)])


def test_every_role_is_drawn_and_its_kind_said_in_words() -> None:
    html = draw(PATHS, figure=shipped())
    assert html.count("<rect") == 15
    assert len(re.findall(r"<path[^>]*\bfill=\"none\"[^>]*d=\"M[^\"]*C", html)) == 10
    assert words(html).count("on this ladder") == 2
    assert len(re.findall(r"<rect[^>]*stroke-dasharray", html)) == 4
    for said in (
        "where people come from",
        "where people go next",
        "to the side",
        "Data Science lead",
        "Portfolio, strategy",
    ):
        assert said in words(html)


def test_the_twin_names_them_whole() -> None:
    html = draw(TWIN, figure=shipped())
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)]
    assert len(rows) == 15
    assert rows[6] == [
        "Principal Machine Learning Product Manager",
        "Goes on to, on this ladder",
        "Deep authority in a domain, impact across portfolios",
    ]


@pytest.mark.parametrize(
    "figure",
    [
        Paths(Stop("Alone")),
        Paths(Stop("Role"), before=(Stop("One"),)),
        Paths(Stop("Role"), after=(Stop("One", "More"), Stop("Two", on_ladder=True))),
        Paths(Stop("Role"), aside=tuple(Stop(f"Path {n}") for n in range(9))),
        Paths(Stop("A very long title " * 20), before=(Stop("x" * 300, "y" * 300),)),
    ],
)
def test_any_number_of_roles_stays_inside_the_figure(figure: Paths) -> None:
    html = draw(PATHS, figure=figure)
    width, height = (float(side) for side in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', html)[0])
    boxes = [
        tuple(float(side) for side in box)
        for box in re.findall(r'<rect[^>]* x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)" rx', html)
    ]
    assert len(boxes) == 1 + len(figure.before) + len(figure.after) + len(figure.aside)
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    lines = [(float(x), float(y)) for x, y in re.findall(r'<text[^>]* x="([-\d.]+)" y="([-\d.]+)"', html)]
    assert all(0 <= x <= width and 0 <= y <= height for x, y in lines)


def test_figures_wear_attributes_only_and_hostile_text_stays_text() -> None:
    hostile = "</text><script>alert(1)</script>"
    html = draw(PATHS, figure=Paths(Stop(hostile), aside=(Stop(hostile, hostile),))) + draw(
        BARS, rows=[Bar(hostile, "1", 1)]
    )
    assert "<script" not in html
    assert not re.search(r"\sstyle=|<style|var\(|currentColor", html)
    for shape in re.findall(r"<(?:circle|path|line|text|rect)\b[^>]*>", html):
        assert re.search(r'\b(fill|stroke)="(#[0-9a-f]{6}|none|url\(#\w-hatch\))"', shape), shape


def test_columns_stand_as_tall_as_their_counts_and_an_empty_period_has_none() -> None:
    rows = [Column("Oct", "2026", "October 2026", 4), Column("Nov", "", "November 2026", 0), Column("Dec", "", "x", 2)]
    html = draw(COLUMNS, rows=rows)
    tall = [float(height) for height in re.findall(r'class="c-accent"[^>]*height="([\d.]+)"', html)]
    assert tall[0] == tall[1] * 2
    assert words(html) == "4 Oct 2026 Nov 2 Dec"
    assert "<svg" in draw(COLUMNS, rows=[Column("Oct", "2026", "October 2026", 0)])


def test_the_twin_of_columns_names_each_period_newest_first() -> None:
    rows = [Column("Oct", "2026", "October 2026", 4), Column("Nov", "", "November 2026", 0)]
    html = draw(COLUMNS_TWIN, rows=rows)
    assert re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", html) == [
        "Month", "Entries", "November 2026", "0", "October 2026", "4",
    ]  # fmt: skip
