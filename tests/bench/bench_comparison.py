"""The signed-in comparison page, 20 candidates by 5 interviewers by 8 dimensions, against hello and its template.

P1 over HTTP holds the page against a Flask hello behind the same server, one connection. P1 in process holds it
against a view that only renders the page's own template from facts that are already there. All sides of one ratio
are asked in turns within this run; the median counts. P4 counts SQL statements, P13 the bytes of the page.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import render_template, template_rendered
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.models import migrate
from app.models.engine import make_engine, writing
from app.services import installation, sessions
from app.settings import Environment, Settings
from app.web.factory import build
from app.web.guard import public
from app.web.sessions import cookie_name
from tests.bench import served
from tests.factories.counting import counted
from tests.factories.field import make_field

if TYPE_CHECKING:
    import http.client
    from collections.abc import Callable, Mapping

    from flask import Flask

ROUNDS, CALLS = 15, 20
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
        token = sessions.begin(session, made.coordinator.id, browser="bench", now=datetime.now(UTC))
        requisition = made.requisition.id
    engine.dispose()
    settings = Settings(env=Environment.DEMO, instance=folder, database_url=url, secret_key=SECRET)
    return World(settings, requisition, token)


def _in_process(world: World, smaller: World) -> None:
    program, hello = build(world.settings), served.hello()
    captured: dict[str, Any] = {}
    program.add_url_rule("/floor", "floor", public("a measurement")(lambda: _rendered(captured)))
    page = _asking(program, world.path, world.token)
    body = _captured(program, page, captured)
    if body != _asking(program, "/floor", world.token)():
        # Nonces differ, lengths must not: the floor has to draw the same page.
        assert len(body) == len(_asking(program, "/floor", world.token)())
    gc.collect()
    gc.freeze()
    sides = {"hello": _asking(hello, "/"), "floor": _asking(program, "/floor"), "page": page}
    # Processor time, so that a busy machine lengthens no side more than another.
    costs = _in_turns(sides, time.process_time)
    _print("Flask hello in process", costs["hello"])
    _print("template only, in process", costs["floor"], costs["hello"])
    _print("comparison, in process", costs["page"], costs["hello"])
    _judge("P1 in process, of its template", costs["page"] / costs["floor"], GOAL_TEMPLATE, " x")
    many, few = _queries(program, page), _queries(build(smaller.settings), None, smaller)
    same = "the same for 2 candidates" if many == few else f"but {few} for 2 candidates"
    _judge(f"P4 queries, {same}", many, GOAL_QUERIES)
    _judge("P13 HTML", len(body), GOAL_BYTES, " bytes")


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
        costs = _in_turns(
            {"hello": lambda: _fetched(hello, "/", {}), "page": lambda: _fetched(program, world.path, cookie)},
            time.perf_counter,
        )
    _print("Flask hello over HTTP", costs["hello"])
    _print("comparison over HTTP", costs["page"], costs["hello"])
    _judge("P1 over HTTP, of hello", costs["page"] / costs["hello"], GOAL_HTTP, " x")


def _fetched(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> bytes:
    connection.request("GET", path, headers=dict(headers))
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, response.status
    return body


def _asking(app: Flask, path: str, token: str = "") -> Callable[[], bytes]:
    headers = [("Cookie", f"{cookie_name(app)}={token}")] if token else []
    environ = EnvironBuilder(path=path, headers=headers).get_environ()

    def ask() -> bytes:
        answer, status, _ = run_wsgi_app(app.wsgi_app, dict(environ))
        assert status == "200 OK", status
        return b"".join(answer)

    return ask


def _captured(program: Flask, page: Callable[[], bytes], kept: dict[str, Any]) -> bytes:
    def keep(_sender: object, template: Any, context: dict[str, Any], **_: object) -> None:  # noqa: ANN401
        kept.update(template=template.name, context=dict(context))

    with template_rendered.connected_to(keep, program):
        return page()


def _rendered(kept: Mapping[str, Any]) -> str:
    own = {k: v for k, v in kept["context"].items() if k not in {"g", "request", "session"}}
    return render_template(kept["template"], **own)


def _queries(program: Flask, ask: Callable[[], bytes] | None, world: World | None = None) -> int:
    if world is not None:
        ask = _asking(program, world.path, world.token)
        ask()
    assert ask is not None
    with counted(program.extensions["plumbline.engine"]) as statements:
        ask()
    return len(statements)


def _in_turns(sides: Mapping[str, Callable[[], object]], clock: Callable[[], float]) -> dict[str, float]:
    """The median seconds of one call of each side, asked in turns so that a busy machine is unfair to none."""
    for ask in sides.values():
        ask()
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, ask in sides.items():
            begun = clock()
            for _ in range(CALLS):
                ask()
            times[name].append((clock() - begun) / CALLS)
    return {name: statistics.median(held) for name, held in times.items()}


def _print(name: str, seconds: float, hello: float | None = None) -> None:
    ratio = "" if hello is None else f"{seconds / hello:8.1f} x hello"
    sys.stdout.write(f"{name:<42}{seconds * 1000:9.3f} ms{ratio}\n")


def _judge(name: str, measured: float, goal: float, unit: str = "") -> None:
    word = "PASS" if measured <= goal else "SHORT"
    sys.stdout.write(f"{name}: {round(measured, 2):,}{unit} (goal at most {goal:,}{unit})  {word}\n")
