"""A blueprint part's page, served from a loaded version, against its templates alone and against hello.

The floor draws the whole page, frame and part, from facts that are already there: no database, no sign-in. Drawing
the part is most of it, and a version never changes, so the program keeps the drawn part; the ratio to the frame alone
shows what is left. All sides of one ratio are asked in turns within this run; the median counts. The longest page
is measured.
"""

from __future__ import annotations

import gc
import gzip
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.outline import Part
from app.domain.permission import Role
from app.models import migrate
from app.models.engine import make_engine, writing
from app.services import installation, sessions
from app.settings import Environment, Settings
from app.web.blueprint.bodies import draw
from app.web.factory import build
from app.web.guard import public
from tests.bench import served
from tests.bench.turns import asking, captured, in_turns, judge, rendered, report
from tests.factories.counting import counted
from tests.factories.entering import entered
from tests.factories.field import shipped_blueprint
from tests.factories.hiring import make_blueprint_version, make_person

if TYPE_CHECKING:
    from flask import Flask

GOAL_TEMPLATE, GOAL_QUERIES, GOAL_PACKED = 2, 6, 30_000
SECRET = "only-for-measuring-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2


def main() -> int:
    """Print floors, ratios and PASS or SHORT for each goal."""
    with tempfile.TemporaryDirectory() as folder:
        settings, path, token = _world(Path(folder))
        _in_process(settings, path, token)
    return 0


def _world(folder: Path) -> tuple[Settings, str, str]:
    url = f"sqlite:///{folder / 'plumbline.db'}"
    migrate.upgrade(url)
    engine = make_engine(url)
    with writing(engine) as session:
        installation.ensure(session, demo=True)
        person = make_person(session, roles=[Role.EMPLOYEE])
        token = sessions.begin(session, person.id, browser="bench", **entered())
        version = make_blueprint_version(session, shipped_blueprint()).id
    engine.dispose()
    settings = Settings(env=Environment.DEMO, instance=folder, database_url=url, secret_key=SECRET)
    return settings, f"/blueprints/{version}", token


def _in_process(settings: Settings, path: str, token: str) -> None:
    program, hello = build(settings), served.hello()
    kept: dict[str, Any] = {}
    program.add_url_rule("/frame", "frame", public("a measurement")(lambda: rendered(kept)))
    program.add_url_rule("/floor", "floor", public("a measurement")(lambda: _whole(kept)))
    pages = {part: asking(program, f"{path}/{part}", token) for part in Part if part is not Part.OVERVIEW}
    sizes = {part: len(gzip.compress(ask(), 5)) for part, ask in pages.items()}
    longest = max(sizes, key=lambda part: sizes[part])
    page = pages[longest]
    body = captured(program, page, kept)
    assert len(body) == len(asking(program, "/floor", token)())
    gc.collect()
    gc.freeze()
    sides = {
        "hello": asking(hello, "/"),
        "frame": asking(program, "/frame", token),
        "floor": asking(program, "/floor", token),
        "page": page,
    }
    costs = in_turns(sides, time.process_time)
    report("Flask hello in process", costs["hello"])
    report("frame around the kept part", costs["frame"], costs["hello"])
    report("template only, frame and part", costs["floor"], costs["hello"])
    report(f"blueprint, {longest.words.lower()}, in process", costs["page"], costs["hello"])
    judge("page, of its template", costs["page"] / costs["floor"], GOAL_TEMPLATE, " x")
    sys.stdout.write(f"page, of the frame around the kept part: {costs['page'] / costs['frame']:.2f} x\n")
    judge("queries", _queries(program, page), GOAL_QUERIES)
    judge("longest page, packed", sizes[longest], GOAL_PACKED, " bytes")


def _whole(kept: dict[str, Any]) -> str:
    context = kept["context"]
    drawn = draw(context["book"], context["part"])
    return rendered({**kept, "context": {**context, "kept": drawn}})


def _queries(program: Flask, page: Any) -> int:  # noqa: ANN401  a call
    with counted(program.extensions["plumbline.engine"]) as statements:
        page()
    return len(statements)
