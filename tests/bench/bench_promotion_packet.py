"""A promotion packet as PDF: the warm door against a bare WeasyPrint call on the same page, in the same run.

The bare call is the naive cost of the packet's pages, as a view without a door would pay it. Both sides count the
processor time of every process that takes part, in turns, by the median. Drawing the page from its facts is printed
beside them. Goal: at most 1.5 times the naive cost.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from reports import pages
from reports.faces import faces
from reports.renderer import Renderer
from tests.bench.bench_pdf import bare, in_turns, whole_faces
from tests.factories import case_papers

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.growth.case_file import PromotionDocument

GOAL = 1.5


def main() -> int:
    """Print costs, the ratio and PASS or SHORT; 1 where PDFs cannot be made."""
    renderer = Renderer()
    missing = renderer.capabilities().missing
    if missing:
        sys.stdout.write(f"packet PDF  not measured: {missing}\n")
        return 1
    _measured(case_papers.packet(), renderer)
    renderer.stop()
    return 0


def _measured(document: PromotionDocument, renderer: Renderer) -> None:
    styled = pages.styled_page("promotion-packet", document, "a4")
    sides: dict[str, Callable[[], object]] = {
        "bare WeasyPrint call": lambda: bare(styled, whole_faces()),
        "bare WeasyPrint call, cut faces": lambda: bare(styled, faces()),
        "facts to page": lambda: pages.page("promotion-packet", document, "a4"),
        "facts to PDF through the door": lambda: renderer.pdf(pages.page("promotion-packet", document, "a4"), "a4"),
    }
    costs = in_turns(sides, renderer)
    for side, cost in costs.items():
        sys.stdout.write(f"{side:<40}{cost * 1000:8.0f} ms CPU\n")
    door = costs["facts to PDF through the door"]
    ratio, alike = (door / costs[side] for side in ("bare WeasyPrint call", "bare WeasyPrint call, cut faces"))
    word = "PASS" if ratio <= GOAL else "SHORT"
    said = f"{ratio:.2f} x the naive cost of its pages (goal at most {GOAL} x), {alike:.2f} x with cut faces on both"
    sys.stdout.write(f"packet PDF: {said}  {word}\n")


if __name__ == "__main__":
    sys.exit(main())
