"""The signed-in comparison page, 20 candidates by 5 interviewers by 8 dimensions, against hello and its template.

P1 over HTTP holds the page against a Flask hello behind the same server, one connection. P1 in process holds it
against a view that only renders the page's own template from facts that are already there. All sides of one ratio
are asked in turns within this run; the median counts. P4 counts SQL statements, P13 the bytes of the page.
"""

from __future__ import annotations

import gc
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.models import migrate
from app.models.engine import make_engine, writing
from app.services import installation, sessions
from app.settings import Environment, Settings
from app.web.factory import build
from app.web.guard import public
from app.web.sessions import cookie_name
from tests.bench import served
from tests.bench.turns import asking, captured, in_turns, judge, rendered, report
from tests.factories.counting import counted
from tests.factories.entering import entered
from tests.factories.field import make_field

if TYPE_CHECKING:
    import http.client
    from collections.abc import Callable, Mapping

    from flask import Flask

GOAL_HTTP, GOAL_TEMPLATE, GOAL_QUERIES, GOAL_BYTES = 3, 1.5, 6, 25_000
SECRET = "only-for-measuring-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2


@dataclass(frozen=True, slots=True)
class World:
    """A database with one requisition, and a session of somebody who may compare its candidates."""

    settings: Settings
    requisition: UUID
    token: str

    @property
    def path(self) -> str:
        """The page that is measured."""
        return f"/requisitions/{self.requisition}/comparison"


def main() -> int:
    """Print floors, ratios and PASS or SHORT for each goal."""
    with tempfile.TemporaryDirectory() as folder:
        world = _world(Path(folder) / "many", 20)
        _in_process(world, _world(Path(folder) / "few", 2))
        _over_http(world)
    return 0


def _world(folder: Path, candidates: int) -> World:
    folder.mkdir()
    url = f"sqlite:///{folder / 'plumbline.db'}"
    migrate.upgrade(url)
    engine = make_engine(url)
    with writing(engine) as session:
        installation.ensure(session, demo=True)
        made = make_field(session, candidates=candidates)
        token = sessions.begin(session, made.coordinator.id, browser="bench", **entered())
        requisition = made.requisition.id
    engine.dispose()
    settings = Settings(env=Environment.DEMO, instance=folder, database_url=url, secret_key=SECRET)
    return World(settings, requisition, token)


def _in_process(world: World, smaller: World) -> None:
    program, hello = build(world.settings), served.hello()
    kept: dict[str, Any] = {}
    program.add_url_rule("/floor", "floor", public("a measurement")(lambda: rendered(kept)))
    page = asking(program, world.path, world.token)
    body = captured(program, page, kept)
    if body != asking(program, "/floor", world.token)():
        # Nonces differ, lengths must not: the floor has to draw the same page.
        assert len(body) == len(asking(program, "/floor", world.token)())
    gc.collect()
    gc.freeze()
    sides = {"hello": asking(hello, "/"), "floor": asking(program, "/floor"), "page": page}
    # Processor time, so that a busy machine lengthens no side more than another.
    costs = in_turns(sides, time.process_time)
    report("Flask hello in process", costs["hello"])
    report("template only, in process", costs["floor"], costs["hello"])
    report("comparison, in process", costs["page"], costs["hello"])
    judge("P1 in process, of its template", costs["page"] / costs["floor"], GOAL_TEMPLATE, " x")
    many, few = _queries(program, page), _queries(build(smaller.settings), None, smaller)
    same = "the same for 2 candidates" if many == few else f"but {few} for 2 candidates"
    judge(f"P4 queries, {same}", many, GOAL_QUERIES)
    judge("P13 HTML", len(body), GOAL_BYTES, " bytes")


def _over_http(world: World) -> None:
    settings = world.settings
    environment = {
        "PLUMBLINE_ENV": "demo",
        "PLUMBLINE_INSTANCE": str(settings.instance),
        "PLUMBLINE_DATABASE_URL": settings.database_url,
        "PLUMBLINE_SECRET_KEY": settings.secret_key,
    }
    cookie = {"Cookie": f"{cookie_name(build(settings))}={world.token}"}
    with ExitStack() as stack:
        hello = stack.enter_context(served.serving("hello", {}))
        program = stack.enter_context(served.serving("program", environment))
        costs = in_turns(
            {"hello": lambda: _fetched(hello, "/", {}), "page": lambda: _fetched(program, world.path, cookie)},
            time.perf_counter,
        )
    report("Flask hello over HTTP", costs["hello"])
    report("comparison over HTTP", costs["page"], costs["hello"])
    judge("P1 over HTTP, of hello", costs["page"] / costs["hello"], GOAL_HTTP, " x")


def _fetched(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> bytes:
    connection.request("GET", path, headers=dict(headers))
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, response.status
    return body


def _queries(program: Flask, ask: Callable[[], bytes] | None, world: World | None = None) -> int:
    if world is not None:
        ask = asking(program, world.path, world.token)
        ask()
    assert ask is not None
    with counted(program.extensions["plumbline.engine"]) as statements:
        ask()
    return len(statements)
