"""The list and the report of 500 first years, served to HR and to one manager of all, against what drawing them takes.

The floor draws the page with every one of the 500 in it, from lines that are already there: no database, no sign-in,
no judging of milestones. The page itself shows a hundred at a time: what drawing these alone takes is printed too, and
what the same page takes with three plans, which no list can save. All sides are asked in turns within this run; the
median counts. The number of statements is held, and that it is the same for three plans.

The report draws a few figures whatever their number, so its floor is the same signed-in page with the figures already
there: sign-in, the frame and the count of the inbox stay in, its own three questions to the database are left out. What
its bare template takes is printed beside it, and what it takes with three plans is judged as well.
"""

from __future__ import annotations

import gc
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import render_template

from app.domain.onboarding.goal import GoalAct, GoalState
from app.domain.permission import Permission, Role
from app.domain.second_factor import FactorPolicy
from app.models import migrate
from app.models.engine import make_engine, reading, writing
from app.models.onboarding import Goal, GoalEventRow, PlanMilestone
from app.queries import plans as queries
from app.queries.plans import PlanFilter
from app.services import installation, plans, sessions
from app.services.plans import PlanDraft
from app.settings import Environment, Settings
from app.web import database
from app.web.factory import build
from app.web.guard import public, requires
from app.web.onboarding.rows import Rows
from app.web.pages import page
from tests.bench import served
from tests.bench.turns import asking, captured, in_turns, judge, report
from tests.factories.counting import counted
from tests.factories.entering import entered
from tests.factories.field import shipped_blueprint
from tests.factories.hiring import actor_of, make_blueprint_version, make_person

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask
    from sqlalchemy.orm import Session

    from app.queries.plans import PlanLine

MANY, FEW, GOAL_FLOOR, GOAL_QUERIES = 500, 3, 2, 6
LIST, REPORT = "onboarding/plans.html", "onboarding/report.html"
GOAL_GROWTH = {LIST: 4, REPORT: 2}
"""How many times what it takes with three plans a page may take with 500: a list draws a hundred of them."""
FRAME = frozenset({"g", "request", "session"})
"""What Flask gives every template."""
SECRET = "only-for-measuring-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
_NOW = datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class World:
    """A database with so many plans, and sessions of HR and of the manager who has them all."""

    settings: Settings
    hr: str
    manager: str


def main() -> int:
    """Print floors, ratios and PASS or SHORT for each page and reader."""
    with tempfile.TemporaryDirectory() as folder:
        many, few = _world(Path(folder) / "many", MANY), _world(Path(folder) / "few", FEW)
        for name, path, many_token, few_token in (
            ("list for HR", "/onboarding", many.hr, few.hr),
            ("list for a manager", "/onboarding", many.manager, few.manager),
            ("report for HR", "/onboarding/report", many.hr, few.hr),
        ):
            _measured(name, path, (many, many_token), (few, few_token))
    return 0


def _measured(name: str, path: str, many: tuple[World, str], few: tuple[World, str]) -> None:
    program, hello = build(many[0].settings), served.hello()
    kept: dict[str, Any] = {}
    every: Sequence[PlanLine] = ()
    program.add_url_rule("/floor", "floor", public("a measurement")(lambda: _drawn(kept, every)))
    program.add_url_rule("/shown", "shown", public("a measurement")(lambda: _drawn(kept)))
    program.add_url_rule("/signed-in", "signed_in", requires(Permission.ONBOARDING_REPORT)(lambda: _answered(kept)))
    whole, less = asking(program, path, many[1]), asking(build(few[0].settings), path, few[1])
    body = captured(program, whole, kept)
    listed = kept["template"] == LIST
    every = _every(program, many[1]) if listed else ()
    floor = asking(program, "/floor") if listed else asking(program, "/signed-in", many[1])
    sides = {"hello": asking(hello, "/"), "floor": floor, "shown": asking(program, "/shown")}
    gc.collect()
    gc.freeze()
    costs = in_turns({**sides, "few": less, "page": whole}, time.process_time)
    gc.unfreeze()
    drawing = f"drawing all {MANY}" if listed else "signed in, answer in hand"
    report(f"{name}, {drawing}", costs["floor"], costs["hello"])
    report(f"{name}, drawing what it shows", costs["shown"], costs["hello"])
    report(f"{name}, {FEW} plans", costs["few"], costs["hello"])
    report(f"{name}, {MANY} plans", costs["page"], costs["hello"])
    judge(f"{name}, of {drawing}", costs["page"] / costs["floor"], GOAL_FLOOR, " x")
    judge(f"{name}, of {FEW} plans", costs["page"] / costs["few"], GOAL_GROWTH[kept["template"]], " x")
    asked, fewer = _queries(program, whole), _queries(build(few[0].settings), None, path, few[1])
    same = f"the same for {FEW} plans" if asked == fewer else f"but {fewer} for {FEW} plans"
    judge(f"{name}, queries, {same}, {len(body) / 1000:.0f} kB", asked, GOAL_QUERIES)


def _answered(kept: dict[str, Any]) -> tuple[str, int]:
    """The page without its own questions: whoever asks is signed in and sees their frame."""
    own = {name: value for name, value in kept["context"].items() if name not in {*FRAME, "shell"}}
    with database.reading() as session:
        return page(kept["template"], session=session, **own)


def _drawn(kept: dict[str, Any], every: Sequence[PlanLine] = ()) -> str:
    own = {name: value for name, value in kept["context"].items() if name not in FRAME}
    if kept["template"] == LIST:
        own["rows"] = Rows(_NOW, teams=bool(own["leaders"])).drawn(every or own["found"].lines)
    return render_template(kept["template"], **own)


def _every(program: Flask, token: str) -> Sequence[PlanLine]:
    """The lines of every plan that the reader may open."""
    with reading(program.extensions["plumbline.engine"]) as session:
        known = sessions.person_of(session, token, now=datetime.now(UTC), policy=FactorPolicy.OFF)
        assert known is not None
        return queries.listing(session, known.actor, PlanFilter(), now=_NOW)


def _world(folder: Path, count: int) -> World:
    folder.mkdir()
    url = f"sqlite:///{folder / 'plumbline.db'}"
    migrate.upgrade(url)
    engine = make_engine(url)
    with writing(engine) as session:
        installation.ensure(session, demo=True)
        hr = make_person(session, "Hana HR", [Role.HR_PARTNER])
        manager = make_person(session, "Mika Manager", [Role.PEOPLE_MANAGER])
        version = make_blueprint_version(session, shipped_blueprint()).id
        for number in range(count):
            hire = make_person(session, f"Hire {number:03}", [Role.EMPLOYEE])
            start = _NOW.date() - timedelta(days=number % 360)
            wanted = PlanDraft(hire.id, manager.id, version, start, "Europe/Berlin")
            plan_id = plans.begin(session, actor_of(hr), wanted, today=_NOW.date(), now=_NOW)
            _lived(session, plan_id, number)
        tokens = [sessions.begin(session, one.id, browser="bench", **entered(_NOW)) for one in (hr, manager)]
    engine.dispose()
    return World(Settings(env=Environment.DEMO, instance=folder, database_url=url, secret_key=SECRET), *tokens)


def _lived(session: Session, plan_id: object, number: int) -> None:
    """Leave a plan in one of a few states: some goals signed off or submitted, a milestone signed, one blocked."""
    goals = session.query(Goal).filter_by(plan_id=plan_id).all()
    for place, goal in enumerate(goals[: number % 12]):
        goal.state = GoalState.SUBMITTED if place % 3 == 0 else GoalState.SIGNED_OFF
        session.add(_event(goal, GoalAct.SUBMIT, 2))
        if place % 3:
            session.add(_event(goal, GoalAct.SIGN, 3, waited=86_400 * (place + number % 7)))
    if number % 10 == 0:
        goals[-1].state = GoalState.BLOCKED
    for part in session.query(PlanMilestone).filter_by(plan_id=plan_id).all()[: number % 4]:
        part.settled = part.due_on


def _event(goal: Goal, act: GoalAct, number: int, waited: int | None = None) -> GoalEventRow:
    return GoalEventRow(
        goal_id=goal.id, number=number, act=act, state=goal.state, at=_NOW, by_id=goal.owner_id, waited=waited
    )


def _queries(program: Flask, ask: Callable[[], bytes] | None, path: str = "", token: str = "") -> int:
    if ask is None:
        ask = asking(program, path, token)
        ask()
    with counted(program.extensions["plumbline.engine"]) as statements:
        ask()
    return len(statements)
