"""Requests as no browser writes them: broken addresses, numbers and names in headers and fields."""

from __future__ import annotations

import logging
import re
from itertools import product
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask

    from tests.attacks.ground import Ground

ODD = (
    "http://[",
    "http://[::1",
    "https://[x]/",
    "//[",
    "null",
    "http://a:b:c",
    "http://\udcff",
    "\x7f",
    "http://a\u2100b",
)
HEADERS = (
    "Origin", "Referer", "Accept", "Accept-Language", "Accept-Encoding", "Cookie", "Range", "If-None-Match",
    "If-Modified-Since", "Content-Type", "Authorization", "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto",
    "X-Request-Id", "User-Agent", "Sec-Fetch-Site", "Content-Encoding",
)  # fmt: skip
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.attack("CF-04")
@ON_SQLITE
def test_no_header_breaks_a_page_or_a_form(program: Flask, https_program: Flask) -> None:
    for site, base in ((program, "http://localhost"), (https_program, "https://plumbline.example.org")):
        client = site.test_client()
        page = client.get("/sign-in", base_url=base).text
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
        for header, value in product(HEADERS, ODD):
            sent = {"Referer": f"{base}/sign-in", header: value.encode("utf-8", "surrogateescape").decode("latin-1")}
            asked = client.get("/sign-in", headers=sent, base_url=base)
            given = client.post("/sign-in", data={"csrf_token": token}, headers=sent, base_url=base)
            assert max(asked.status_code, given.status_code) < 500, (base, header, value)


@pytest.mark.attack("AU-11")
@pytest.mark.parametrize(
    "origin", ["http://[", "http://[::1", "", "null", "http://localhost@e.org", "http://localhost:1"]
)
@ON_SQLITE
def test_an_origin_that_is_no_address_is_not_ours(ground: Ground, origin: str) -> None:
    clerk = ground.browser(ground.panel.coordinator.person_id)
    assert clerk.post("/account/zone", {"zone": "UTC"}, headers={"Origin": origin}).status_code == 403


@pytest.mark.attack("IN-08")
@ON_SQLITE
def test_what_strangers_send_is_not_written_down(program: Flask, caplog: pytest.LogCaptureFixture) -> None:
    mark = "marmalade-canary"
    client = program.test_client()
    with caplog.at_level(logging.DEBUG, logger="plumbline"):
        for header in HEADERS:
            client.get("/sign-in", headers={header: mark})
            client.get(f"/{mark}/{mark}?{mark}={mark}", headers={header: mark})
        client.post("/sign-in", data={"email": mark, "password": mark})
        for path in (f"/sign-in/with/{mark}", f"/sign-in/from/{mark}?state={mark}", f"/choose-password/{mark}",
                     f"/sign-in/ended/{mark}", f"/sign-in/once/{mark}", f"/calendar/{mark}.ics"):  # fmt: skip
            client.get(path)
            client.post(path, data={"logout_token": mark})
    assert caplog.records
    assert mark not in "".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records)
