"""What a page must be to everybody: readable in both schemes, narrow and enlarged, and obedient to its own policy."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage, Page

_AXE = Axe().axe_script
_EVERYTHING = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
_COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
_TARGETS = {"runOnly": ["target-size"], "rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
_WIDE, _ENLARGED, _NARROW = 1280, 640, 360


def listen(page: Page, heard: list[str] | None = None) -> list[str]:
    """What the page will complain about from now on: script errors, refusals of the content policy, lost files."""
    heard = [] if heard is None else heard

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@contextmanager
def listening(page: Page) -> Iterator[list[str]]:
    """What the page complains about during the block, for a tab that goes on to other pages."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(message.text)

    def hear_error(error: object) -> None:
        heard.append(str(error))

    page.on("console", hear)
    page.on("pageerror", hear_error)
    yield heard
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", hear_error)


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands; it is 1280 px wide and light afterwards."""
    found = _title(page) + _violations(page, _EVERYTHING, "light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += _violations(page, _COLOURS, "dark")
    page.emulate_media(color_scheme="light")
    for width in (_ENLARGED, _NARROW):
        page.set_viewport_size({"width": width, "height": 800})
        found += _sideways(page, width)
    found += _violations(page, _TARGETS, f"at {_NARROW} px")
    page.set_viewport_size({"width": _WIDE, "height": 800})
    return found


def _title(page: Page) -> list[str]:
    headings = [re.sub(r"\s+", " ", text).strip() for text in page.locator("h1").all_inner_texts()]
    if len(headings) != 1:
        return [f"{len(headings)} headings of the first level: {headings}"]
    return [] if page.title().startswith(headings[0]) else [f"title {page.title()!r}, heading {headings[0]!r}"]


def _violations(page: Page, options: dict[str, Any], when: str) -> list[str]:
    # A page that is looked at several times keeps the half megabyte of axe that it was given first.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [f"{when}: {each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def _sideways(page: Page, width: int) -> list[str]:
    actual = page.evaluate("document.documentElement.scrollWidth")
    return [] if actual <= width else [f"{actual} px wide in a window of {width} px"]
