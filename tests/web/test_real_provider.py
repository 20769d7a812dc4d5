"""Signing in with a provider that others wrote, as a process of its own on this machine."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import select

from app.models.engine import reading
from app.models.identity import Identity
from app.models.person import Person, RoleGrant
from app.settings.identity import Provider
from tests.factories.elsewhere import program_with
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.settings import Settings
    from tests.databases import Database

ADA = {
    "sub": "ada-1",
    "email": "ada@example.org",
    "email_verified": True,
    "name": "Ada Brook",
    "groups": ["Recruiting"],
}
EVE = {"sub": "eve-1", "email": "ada@example.org", "email_verified": False, "name": "Eve"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that knows Ada, and Eve, who claims Ada's address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # It imports a module of Authlib that warns about its age; that is its business.
    words = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    for claims in (ADA, EVE):
        words += ["--user-claims", json.dumps(claims)]
    with subprocess.Popen(words, env={**os.environ, "NO_COLOR": "1"}, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        _await(address, process)
        yield address
        process.terminate()


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the provider ended"
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=10)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the provider does not answer")


def _sign_in_there(address: str, subject: str) -> dict[str, str]:
    """What the provider sends the browser back with once somebody has signed in."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/sign-in/from/company"
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def _sign_out_there(browser: Browser, issuer: str) -> None:
    """Sign out here, confirm it at the provider, and come back to the sign-in page."""
    out = browser.post("/sign-out").headers["Refresh"].removeprefix("0; url=")
    assert out.startswith(f"{issuer}/oauth2/end_session?")
    asked = requests.get(out, timeout=10)
    assert asked.status_code == 200
    back = re.search(r'name="redirect_uri"\s+value="([^"]+)"', asked.text)
    assert back, asked.text
    sent = {"redirect_uri": unescape(back[1])}
    answer = requests.post(f"{issuer}/oauth2/end_session/confirm", data=sent, allow_redirects=False, timeout=10)
    left = urlsplit(answer.headers["Location"])
    assert left.path == "/sign-in/left/company"
    assert browser.get(f"{left.path}?{left.query}").location == "/sign-in?done=signed-out"
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_people_sign_in_with_a_real_provider(settings: Settings, database: Database, issuer: str) -> None:
    provider = Provider(
        key="company", name="Company account", issuer=issuer, client_id="plumbline", client_secret="known to both",
        domains=("example.org",), groups=(("Recruiting", ("coordinator",)),), sign_out_there=True,
    )  # fmt: skip
    program = program_with(settings, database, provider)
    browser = Browser(program)
    sent = browser.post("/sign-in/with/company")
    assert sent.status_code == 303
    answer = _sign_in_there(sent.location, "ada-1")
    assert browser.get("/sign-in/from/company", query_string=answer).status_code == 303
    assert "ada@example.org" in browser.get("/account").text
    assert browser.get("/sign-in/from/company", query_string=answer).status_code == 400

    browser.read_token_anew()
    _sign_out_there(browser, issuer)

    eve = Browser(program)
    answer = _sign_in_there(eve.post("/sign-in/with/company").location, "eve-1")
    refused = eve.get("/sign-in/from/company", query_string=answer)
    assert refused.status_code == 403
    assert re.search(r"does not say that your address\s+is verified", refused.text)
    with reading(database.engine) as session:
        assert list(session.scalars(select(Person.email))) == ["ada@example.org"]
        assert list(session.scalars(select(Identity.subject))) == ["ada-1"]
        assert list(session.scalars(select(RoleGrant.role))) == ["coordinator"]
