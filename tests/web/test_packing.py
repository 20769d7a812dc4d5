from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from app.web import packing

if TYPE_CHECKING:
    from tests.web.browser import Browser

PACKED = {"Accept-Encoding": "gzip, br"}


def test_a_page_is_packed_for_whoever_can_unpack_it(browser: Browser) -> None:
    plain = browser.get("/sign-in")
    packed = browser.get("/sign-in", headers=PACKED)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert len(packed.data) < len(plain.data)
    assert gzip.decompress(packed.data).startswith(plain.data[:200])
    assert {"Cookie", "Accept-Encoding"} <= set(plain.vary) == set(packed.vary)


def test_who_refuses_gzip_gets_the_page_as_it_is(browser: Browser) -> None:
    assert "Content-Encoding" not in browser.get("/sign-in", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_the_length_of_a_packed_page_tells_nothing_exact() -> None:
    assert len({len(packing._packed(b"the same page")) for _ in range(60)}) > 10


def test_only_pages_are_packed_here(browser: Browser) -> None:
    answer = browser.get("/print/a4.css", headers=PACKED)

    assert answer.mimetype == "text/css"
    assert "Content-Encoding" not in answer.headers
