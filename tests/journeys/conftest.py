"""The running program behind a real address, and a real Chromium that is signed in as somebody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from app.models.engine import writing
from app.services import audit, installation, sessions
from app.settings import Environment, Settings
from app.web.sessions import cookie_name
from tests import databases, programs, told
from tests.factories.entering import entered
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.databases import Database


@dataclass(frozen=True)
class Site:
    """The program as people reach it."""

    address: str
    program: Flask
    database: Database

    def sign_in(self, context: BrowserContext, person_id: UUID) -> None:
        """Give a browser the cookie of a fresh session."""
        with writing(self.database.engine) as session:
            token = sessions.begin(session, person_id, browser="Chromium", **entered())
        context.add_cookies([{"name": cookie_name(self.program), "value": token, "url": self.address}])


@pytest.fixture
def site(session_folder: Path, tmp_path: Path) -> Iterator[Site]:
    """The program over an empty SQLite database, on a free port of the loopback interface."""
    with databases.sqlite_database(session_folder, tmp_path) as lent:
        with writing(lent.engine) as session:
            installation.ensure(session, company="Harrow & Vale", demo=True)
        with serving(lent, tmp_path) as served:
            yield served


@pytest.fixture(scope="session")
def demo(session_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The program over the whole demo, for tests that only look."""
    folder = tmp_path_factory.mktemp("demo")
    url = told.take(told.demo_of(session_folder, datetime.now(UTC)), folder)
    with databases.opened(url) as lent, serving(lent, folder) as served:
        yield served


@contextmanager
def serving(lent: Database, folder: Path) -> Iterator[Site]:
    """Serve a demo installation over a lent database, with its folder, on a free port of the loopback interface."""
    settings = Settings(env=Environment.DEMO, instance=folder, database_url=lent.url, secret_key=SECRET)
    program = programs.built(settings, lent)
    server = make_server("127.0.0.1", 0, program, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", program, lent)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of a test complained about: script errors, and anything that the content policy stopped."""
    return []


@pytest.fixture
def context(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """A browser of its own, as wide as a laptop, that nobody is signed in with."""
    made = chromium.new_context(
        base_url=site.address, viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC"
    )
    yield made
    made.close()


@pytest.fixture
def tab(context: BrowserContext, complaints: list[str]) -> Page:
    """A tab that writes down its complaints."""
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    return page


@pytest.fixture
def tab_of(chromium: Browser, site: Site) -> Iterator[Callable[[UUID], Page]]:
    """A browser of their own for each person."""
    contexts: list[BrowserContext] = []

    def tab_of(person_id: UUID) -> Page:
        context = chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
        contexts.append(context)
        site.sign_in(context, person_id)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield tab_of
    for context in contexts:
        context.close()


@pytest.fixture
def salts_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two worlds draw the same salts: taking the chain away is an event of its own, whose hash anybody may see."""
    monkeypatch.setattr(audit, "_random_salt", lambda: bytes(16))
