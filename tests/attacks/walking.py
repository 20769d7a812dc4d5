"""A walk through the whole demo: of each address one page that somebody gets, and the browser that got it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from app.settings import Environment, Settings
from tests import programs, told
from tests.journeys import demo_pages
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from flask import Flask
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

_TRIES = 8
"""How many things of one person are tried before the next person is asked."""


@dataclass(frozen=True)
class Stop:
    """One page of the walk: its endpoint, its address, whose it is, and what came back."""

    endpoint: str
    path: str
    who: str
    browser: Browser
    answer: TestResponse


Walked = tuple[list[Stop], list[str]]
"""The stops of a walk, and the statements sent on the way."""


def site(session_folder: Path, folder: Path) -> Flask:
    """The program over a copy of the demo."""
    url = told.take(told.demo_of(session_folder, datetime.now(UTC)), folder)
    return programs.built(Settings(env=Environment.DEMO, instance=folder, database_url=url, secret_key=SECRET))


def walk(program: Flask) -> Iterator[Stop]:
    """Every address that a browser can open, as the first person for whom it has something; documents as pages."""
    engine: Engine = program.extensions["plumbline.engine"]
    people = [(person_id, who, _browser(program, person_id)) for person_id, who in demo_pages._people(engine)]
    for endpoint in sorted(demo_pages.endpoints(program) - {"static", "print_style"}):
        stop = _first(program, endpoint, people)
        if stop is not None:
            # Who could open one page is likely to be able to open the next one.
            people.sort(key=lambda person: person[1] != stop.who)
            yield stop


def _first(program: Flask, endpoint: str, people: list[tuple[UUID | None, str, Browser]]) -> Stop | None:
    engine: Engine = program.extensions["plumbline.engine"]
    address = program.url_map.bind("localhost")
    rule = next(rule for rule in program.url_map.iter_rules(endpoint) if "GET" in (rule.methods or ()))
    for person_id, who, browser in people:
        reach = demo_pages._within_reach(demo_pages._known_to(engine, person_id), rule.arguments)
        for values in islice(reach, _TRIES):
            path = address.build(endpoint, values) + ("?as=page" if rule.rule.endswith(".pdf") else "")
            answer = browser.get(path)
            if answer.status_code == 200:
                return Stop(endpoint, path, who, browser, answer)
    return None


def _browser(program: Flask, person_id: UUID | None) -> Browser:
    browser = Browser(program)
    if person_id is not None:
        browser.sign_in(person_id)
    return browser
