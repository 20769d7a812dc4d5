"""Documents as pages that a browser prints: every tint is printed, nothing leads nowhere, no text leaves the sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app import web
from reports import rendering, resources
from tests.factories import books, year_papers
from tests.reports.test_pdf import CASES_BY_KIND

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHEET = {"a4": (794, 1123), "letter": (816, 1056)}
"""The papers in CSS pixels."""
TINTS_LEFT_OUT = """() => [...document.body.querySelectorAll("*:not(svg *)")].filter((one) => {
    const style = getComputedStyle(one);
    const tinted = !["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"].includes(style.backgroundColor);
    return tinted && style.printColorAdjust !== "exact";
}).map((one) => one.className)"""
OUTSIDE = """() => [...document.body.querySelectorAll("p, h1, h2, h3, h4, td, th, li, .hash")].filter((one) =>
    one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).display !== "inline"
).map((one) => one.textContent.trim().slice(0, 40))"""


def shown(tab: Page, kind: rendering.Kind, paper: rendering.Paper) -> None:
    """Open the page of a document as it goes to the printer."""
    width, height = SHEET[paper]
    # The margins of the paper, 18 mm at either side, are left out of what a page can use.
    tab.set_viewport_size({"width": width - 136, "height": height})
    tab.emulate_media(media="print", color_scheme="light")
    tab.set_content(rendering.render_html(kind, CASES_BY_KIND[kind](), paper=paper))


@pytest.mark.parametrize("kind", rendering.KINDS)
def test_a_printer_gets_every_tint_and_no_text_beyond_the_paper(kind: rendering.Kind, chromium: Browser) -> None:
    tab = chromium.new_page()
    try:
        for paper in rendering.PAPERS:
            shown(tab, kind, paper)
            assert tab.evaluate(TINTS_LEFT_OUT) == []
            assert tab.evaluate(OUTSIDE) == []
    finally:
        tab.close()


def test_a_ticked_box_is_a_ticked_box_on_paper(chromium: Browser) -> None:
    document = year_papers.plan_document(milestones=year_papers.year_milestones())
    tab = chromium.new_page()
    try:
        tab.set_content(rendering.render_html("onboarding-plan", document))
        ticked = tab.locator(".box-ticked").first
        assert ticked.evaluate("(box) => getComputedStyle(box).printColorAdjust") == "exact"
    finally:
        tab.close()


def test_the_contents_of_a_book_lead_on_without_page_numbers(chromium: Browser) -> None:
    tab = chromium.new_page()
    try:
        tab.set_content(rendering.render_html("blueprint", books.book(books.minimal())))
        line = tab.locator(".contents-line").first
        assert line.evaluate("(line) => getComputedStyle(line).borderBottomWidth") == "0px"
        assert not line.locator("span").is_visible()
        assert line.locator("a").get_attribute("href", timeout=1000) == "#overview"
    finally:
        tab.close()


def test_a_field_is_printed_with_all_that_was_typed_into_it(chromium: Browser) -> None:
    style = (Path(web.__file__).parent / "static" / "css" / "print.css").read_text(encoding="utf-8")
    answer = "\n".join(f"Line {number} of a long answer" for number in range(60))
    tab = chromium.new_page()
    try:
        tab.emulate_media(media="print")
        tab.set_content(f"<style>{style}</style><textarea rows=8>{answer}</textarea>")
        hidden = "(field) => field.scrollHeight - field.clientHeight"
        assert tab.locator("textarea").evaluate(hidden) == 0
    finally:
        tab.close()


def test_the_engine_reads_nothing_that_only_browsers_need() -> None:
    assert "print-color-adjust" in rendering.render_html("decision", CASES_BY_KIND["decision"]())
    assert all("print-color-adjust" not in resources.stylesheet(paper) for paper in rendering.PAPERS)
