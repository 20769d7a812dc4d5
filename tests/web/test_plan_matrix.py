"""Every route of first years, every kind of person, every state of a plan: each cell is tried over HTTP.

What is expected comes from the table that is written out by hand beside the test of the permission map.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.domain.permission import Permission
from app.models.audit import AuditHead
from app.models.engine import reading, writing
from app.web import guard
from tests.domain.onboarding.test_plan_permission import PAIR, PEOPLE, READ, TABLE
from tests.factories.first_years import STATES, make_plan_scene
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.routing import Rule

    from tests.cells import Cells
    from tests.databases import Database

OBJECTS = {"plan_id", "goal_id", "milestone_id", "evidence_id", "plan_metric_id"}
REFUSED = {403, 404}
SHOWN = {200, 303}
ANSWERED = SHOWN | {409, 410, 422}
# Whoever may know of the plan or the goal may be told in words why something is not possible.
EXPLAINED = {409, 422}
# The table is written for a check-in that both have answered; before, it can be written and not be read.
SEALED = {Permission.CHECKIN_WRITE, Permission.CHECKIN_READ, Permission.CHECKIN_CONCLUDE}
KNOW = PAIR | {"buddy", "owner", "waited for", "hr"}


class Stage:
    """Plays one person's requests in a scene, with a new scene whenever an act has changed it."""

    def __init__(self, program: Flask, database: Database, name: str, state: str) -> None:
        self.program, self.database, self.name, self.state = program, database, name, state
        self.renew()

    def renew(self) -> None:
        """Set the scene afresh and sign the person in."""
        folder = self.program.config["PLUMBLINE"].files_dir
        with writing(self.database.engine) as session:
            self.scene = make_plan_scene(session, self.name, PEOPLE[self.name][0], self.state, folder)
        self.browser = Browser(self.program)
        self.browser.sign_in(self.scene.person_id)

    def ask(self, rule: Rule, method: str) -> int:
        """The status of one request."""
        values: dict[str, Any] = {name: self.scene.ids[name] for name in rule.arguments}
        path = self.program.url_map.bind("localhost").build(rule.endpoint, values)
        if method == "GET":
            return self.browser.get(path, query_string={"as": "page"}).status_code
        status = self.browser.post(path).status_code
        if status not in REFUSED | EXPLAINED:
            self.renew()
        return status

    def expected(self, permission: Permission) -> bool:
        """What the table says."""
        ended = self.state in {"completed", "closed"}
        may = TABLE[permission]
        if self.state == "running" and permission in SEALED:
            may = PAIR if permission is Permission.CHECKIN_WRITE else set()
        return self.name in may and (permission in READ or not ended)

    def chain_length(self) -> int:
        """How many acts the program has recorded."""
        with reading(self.database.engine) as session:
            return session.scalar(select(AuditHead.seq)) or 0


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", sorted(PEOPLE))
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_cell_answers_as_the_map_says(
    program: Flask, database: Database, cells: Cells, name: str, state: str
) -> None:
    assert _differing(program, database, cells, name, state) == []


# Routes and policy are the same on PostgreSQL: of the other states, the two whose rights the state changes will do.
@pytest.mark.parametrize(
    ("name", "state"),
    [*((name, "running") for name in sorted(PEOPLE)), *product(("hire", "manager"), ("answered", "closed"))],
)
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_cells_answer_as_the_map_says_on_postgresql(
    program: Flask, database: Database, cells: Cells, name: str, state: str
) -> None:
    assert _differing(program, database, cells, name, state) == []


def test_the_matrix_misses_no_route_of_a_plan(program: Flask) -> None:
    walked = {rule.endpoint for rule, _, _ in _guarded(program)}
    about = {rule.endpoint for rule in program.url_map.iter_rules() if rule.arguments & OBJECTS}

    assert walked == about
    assert len(list(_guarded(program))) * len(PEOPLE) * len(STATES) >= 1000


def _differing(program: Flask, database: Database, cells: Cells, name: str, state: str) -> list[str]:
    stage = Stage(program, database, name, state)
    wrong = []
    for rule, method, permission in _guarded(program):
        expected = stage.expected(permission)
        cells.tried(allowed=expected)
        before = None if expected else stage.chain_length()
        status = stage.ask(rule, method)
        told = EXPLAINED if name in KNOW else set()
        answers = SHOWN if method == "GET" else ANSWERED
        allowed = answers if expected else REFUSED | told
        if status not in allowed:
            wrong.append(f"{method} {rule.rule} {permission}: {status}, expected {'answer' if expected else 'refusal'}")
        if before is not None and stage.chain_length() != before:
            wrong.append(f"{method} {rule.rule}: refused, and yet it did something")
    return wrong


def _guarded(program: Flask) -> Iterator[tuple[Rule, str, Permission]]:
    """Pages first, then acts, so that looking comes before changing."""
    says = guard.declared(program)
    for method in ("GET", "POST"):
        for rule in program.url_map.iter_rules():
            permission = says[rule.endpoint]
            if rule.arguments & OBJECTS and isinstance(permission, Permission) and method in (rule.methods or ()):
                yield rule, method, permission
