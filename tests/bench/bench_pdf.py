"""Candidate packet as PDF: the warm door against a bare WeasyPrint call on the same page, in the same run.

The bare call is what a view without a door would do in each request: parse the styles, load the faces as their
package ships them, set the page, with the garbage collector on and without PDF/UA. What it costs with the faces that
the door has cut beforehand is printed too, so that one sees how much of the gain they are. Both sides count the
processor time of every process that takes part, in turns, by the median. Goal P8: at most 0.7 times the bare call.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import fontpkg_inter

from reports import pages, press
from reports.faces import faces
from reports.renderer import Renderer
from tests.factories import documents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUNDS = 7
GOAL = 0.7
EMPTY = '<!doctype html><html lang="en"><title>x</title><p>x</p></html>'


def main() -> int:
    """Print floors, ratios and PASS or SHORT; 1 where PDFs cannot be made."""
    renderer = Renderer()
    missing = renderer.capabilities().missing
    if missing:
        sys.stdout.write(f"P8  not measured: {missing}\n")
        return 1
    document = documents.packet_document()
    html, styled = pages.page("packet", document, "a4"), pages.styled_page("packet", document, "a4")
    sides: dict[str, Callable[[], object]] = {
        "bare WeasyPrint call": lambda: bare(styled, whole_faces()),
        "bare WeasyPrint call, cut faces": lambda: bare(styled, faces()),
        "door, a page with one letter (floor)": lambda: renderer.pdf(EMPTY, "a4"),
        "door, packet, PDF/UA": lambda: renderer.pdf(html, "a4"),
    }
    costs = in_turns(sides, renderer)
    renderer.stop()
    for name, cost in costs.items():
        sys.stdout.write(f"{name:<38}{cost * 1000:8.0f} ms CPU\n")
    door = costs["door, packet, PDF/UA"]
    ratio, alike = (door / costs[f"bare WeasyPrint call{faces_used}"] for faces_used in ("", ", cut faces"))
    word = "PASS" if ratio <= GOAL else "SHORT"
    said = f"{ratio:.2f} x the bare call (goal at most {GOAL} x), {alike:.2f} x with cut faces on both sides"
    sys.stdout.write(f"P8  packet PDF through the door: {said}  {word}\n")
    return 0


def in_turns(sides: Mapping[str, Callable[[], object]], renderer: Renderer) -> dict[str, float]:
    """The median processor seconds of each side; one round before the first is thrown away."""
    spent: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS + 1):
        for name, side in sides.items():
            before = time.process_time() + renderer.spent
            side()
            spent[name].append(time.process_time() + renderer.spent - before)
    return {name: statistics.median(costs[1:]) for name, costs in spent.items()}


def bare(html: str, known: Mapping[str, bytes]) -> bytes:
    """Set a page as a view without a door would, with these faces."""
    from weasyprint import HTML

    pdf: bytes = HTML(string=html, url_fetcher=press.closed_fetcher(known)).write_pdf()
    return pdf


def whole_faces() -> dict[str, bytes]:
    """The faces as their package ships them, under the addresses of the cut ones."""
    folder = Path(fontpkg_inter.ROOT) / "files"
    upright, italic = (folder / f"{name}[opsz,wght].ttf" for name in ("Inter", "Inter-Italic"))
    return {address: (italic if "italic" in address else upright).read_bytes() for address in faces()}
