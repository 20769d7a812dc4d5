"""The figure of a gap: the expected line, where each mark lies, and the same words in its table."""

from __future__ import annotations

import re

from app.domain.figure import Axis, GapRow, Tick
from tests.web.showroom import draw

AXIS = Axis((Tick(0, "below"), Tick(1, "Senior"), Tick(2, "Principal")))
ROWS = (
    GapRow("Judgment", 2, 1, 2, "Principal", "Senior", "Principal"),
    GapRow("Data", 1, None, 0, "Senior", "Not said", "Below"),
    GapRow("People", 2, 2, None, "Principal", "Principal", "Not enough evidence"),
)
CHART = """{% import "charts/gap.html" as gaps %}
{{ gaps.plot("a", "Title", "What it shows.", axis, rows, "Noor", "Mika") }}"""
TABLE = """{% import "charts/gap.html" as gaps %}{{ gaps.table("Title", rows, "Noor", "Mika") }}"""
LEFT, MIDDLE, RIGHT = 256.0, 413.0, 570.0


def test_the_line_steps_with_what_is_expected() -> None:
    course = re.findall(r'stroke-width="2" d="(M236[^"]*|M[0-9.]+ 62[^"]*)"', draw(CHART, axis=AXIS, rows=ROWS))

    assert course == [f"M{RIGHT} 62V96H{MIDDLE}V130H{RIGHT}V164"]


def test_marks_lie_on_their_rungs_and_what_nobody_placed_is_not_drawn() -> None:
    drawn = draw(CHART, axis=AXIS, rows=ROWS)
    legend, marks = drawn[: drawn.index("below")], drawn[drawn.index("below") :]

    assert "Noor" in legend
    assert "Mika" in legend
    assert re.findall(r'd="M([0-9.]+) ([0-9.]+)l9 9', marks) == [(str(MIDDLE), "70"), (str(RIGHT), "138")]
    assert re.findall(r'<circle[^>]* cx="([0-9.]+)"', marks) == [str(RIGHT), str(LEFT)]
    assert "Not enough evidence" in marks


def test_the_table_says_the_same() -> None:
    text = " ".join(re.sub(r"<[^>]+>", " ", draw(TABLE, rows=ROWS)).split())

    assert "Competency Expected Noor Mika Judgment Principal Senior Principal" in text
    assert "Data Senior Not said Below People Principal Principal Not enough evidence" in text
