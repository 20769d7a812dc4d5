"""Scripts, markup and unfit characters typed into every form of the demo, then looked for on every page.

The demo is filled by its own forms, each page is opened once more, and those that repeat what was typed are opened in a
real browser too.
"""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from app.web.sessions import cookie_name
from tests.attacks import filling

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext

    from tests.attacks.walking import Stop, Walked
    from tests.web.browser import Browser

PAYLOADS = (
    "<script>alert(7)</script>", "<img src=x onerror=alert(7)>", "<svg onload=alert(7)>", '"><script>alert(7)</script>',
    "'><img src=x onerror=alert(7)>", "</textarea><script>alert(7)</script>", "</title><svg onload=alert(7)>",
    "</style><script>alert(7)</script>", "</script><script>alert(7)</script>", "<iframe srcdoc='<b onclick=alert(7)>'>",
    "<body onload=alert(7)>", "<input autofocus onfocus=alert(7)>", "<details open ontoggle=alert(7)>",
    "<marquee onstart=alert(7)>", "<video><source onerror=alert(7)>", "<math></math><img src=x onerror=alert(7)>",
    "<a href=javascript:alert(7)>x</a>", "[x](javascript:alert(7))", "[x](data:text/html,<script>alert(7)</script>)",
    '![x](x" onerror="alert(7))', "<base href=//evil.example/>", "<form action=//evil.example><button>x",
    "<object data=javascript:alert(7)>", "<embed src=javascript:alert(7)>", "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>", '" onmouseover="alert(7)" x="', "` onclick=alert(7) `",
    "' onfocus='alert(7)' autofocus x='", "<!--><img src=x onerror=alert(7)>-->", "<svg><a xlink:href='javascript:x'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(7)>'>", "<template><script>alert(7)</script></template>",
    "{{ 7 * 7 }}{% for x in (1,) %}<script>alert(7)</script>{% endfor %}", "${7*7}<%= 7 * 7 %>#{7*7}",
    "<scr<script>ipt>alert(7)</scr</script>ipt>", "<IMG SRC=`javascript:alert(7)`>",
    "<style>@import '//evil.example';</style>", "<p style='position:fixed;inset:0' onclick=alert(7)>",
    "<![CDATA[<script>alert(7)</script>]]>", "&lt;script&gt;alert(7)&lt;/script&gt;",
)  # fmt: skip
MARK = "Zyxt"
"""Before each payload, so that pages which repeat one can be told."""
UNFIT = ("a\x00b", "a\x07b", "\u202egnp.exe", "a\x1b[31mb", "\u2066x", "a\x85b")
_DRAFT_TEXT = re.compile(r"/blueprints/drafts/[0-9a-f-]+/text$")
"""A draft keeps what was typed, as an editor does, and names the line; it cannot be published so."""
NEVER_FILLED = ("/sign-out", "/sign-in", "/account/password", "/account/sessions", "/people/")


@pytest.fixture(scope="module")
def filled(walked: Walked) -> tuple[list[str], list[str], list[Stop]]:
    """Addresses that broke, forms that took a text that nobody can show, and every page afterwards."""
    broken, took, payloads, unfits = [], [], cycle(PAYLOADS), cycle(UNFIT)
    stops, _ = walked
    for stop in stops:
        if stop.answer.mimetype != "text/html":
            continue
        for form in filling.forms_of(stop.answer.text):
            action = form.action or stop.path
            if form.has_file or not form.texts or action.startswith(NEVER_FILLED):
                continue
            unfit = next(unfits)
            status = _post(stop.browser, action, form.sent(unfit))
            took += [f"{action} {unfit!r}"] if status == 303 and not _DRAFT_TEXT.search(action) else []
            broken += [f"{action} {unfit!r}: {status}"] if status >= 500 else []
            status = _post(stop.browser, action, form.sent(f"{MARK}{next(payloads)}"))
            broken += [f"{action}: {status}"] if status >= 500 else []
    again = (replace(stop, answer=stop.browser.get(stop.path)) for stop in stops)
    return broken, took, [stop for stop in again if stop.answer.status_code == 200]


def _post(browser: Browser, action: str, sent: dict[str, list[str]]) -> int:
    return browser.client.post(action, data=sent).status_code


@pytest.mark.attack("IN-13")
def test_a_text_that_nobody_can_show_is_refused_and_breaks_nothing(
    filled: tuple[list[str], list[str], list[Stop]],
) -> None:
    broken, took, _ = filled
    assert broken == []
    assert took == []


@pytest.mark.attack("IN-01")
@pytest.mark.attack("IN-07")
def test_what_was_typed_stands_on_pages_as_text(filled: tuple[list[str], list[str], list[Stop]]) -> None:
    _, _, stops = filled
    pages = [stop for stop in stops if stop.answer.mimetype == "text/html"]
    telling = [one for one in PAYLOADS if "<" in one]
    raw = {stop.endpoint: one for stop in pages for one in telling if f"{MARK}{one}" in stop.answer.text}
    assert raw == {}
    assert {stop.endpoint: filling.handlers_of(stop.answer.text) for stop in pages} == {
        stop.endpoint: [] for stop in pages
    }
    assert not [stop.endpoint for stop in pages if f"{MARK}49" in stop.answer.text], "templates are not run twice"
    assert sum(MARK in stop.answer.text for stop in pages) > 10


@pytest.mark.journey
@pytest.mark.attack("IN-01")
@pytest.mark.attack("PD-09")
def test_no_stored_script_runs_in_a_real_browser(
    filled: tuple[list[str], list[str], list[Stop]], demo: Flask, chromium: Chromium
) -> None:
    _, _, stops = filled
    server = make_server("127.0.0.1", 0, demo, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address, heard, opened = f"http://127.0.0.1:{server.server_port}", list[str](), 0
    contexts: dict[str, BrowserContext] = {}
    try:
        for stop in stops:
            if stop.answer.mimetype != "text/html" or MARK not in stop.answer.text:
                continue
            if stop.who not in contexts:
                contexts[stop.who] = _context(chromium, stop.browser, address, cookie_name(demo))
            page = contexts[stop.who].new_page()
            page.on("dialog", lambda dialog: heard.append(dialog.message))
            page.on("pageerror", lambda error: heard.append(str(error)))
            page.on("console", lambda said: heard.append(said.text) if "Content Security" in said.text else None)
            page.goto(f"{address}{stop.path}")
            assert (
                page.evaluate("document.querySelectorAll('main script, main iframe, main img, main object').length")
                == 0
            )
            page.close()
            opened += 1
    finally:
        for context in contexts.values():
            context.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert heard == []
    assert opened > 10


def _context(chromium: Chromium, browser: Browser, address: str, name: str) -> BrowserContext:
    context = chromium.new_context()
    cookie = browser.client.get_cookie(name)
    assert cookie is not None
    context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
    return context
