"""Things that no scene of the other matrices holds: of one that is not there, nobody learns that, whatever they are.

What becomes of such things in the right hands is asked by the tests of their own pages: access, privacy, impact, files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.permission import Permission, Role
from app.models.audit import AuditHead
from app.models.engine import reading, writing
from app.web import guard
from tests.factories.hiring import make_person
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.cells import Cells
    from tests.databases import Database

NAMES = frozenset({
    "file_id", "release_id", "erasure_id", "hold_id", "need_id", "subject_id", "glass_id", "grant_id", "request_id",
})  # fmt: skip
UNKNOWN = UUID(int=7)
REFUSED = {403, 404}
# Whoever may fill a form in is told of a fault in it before anything is looked up.
FAULTY = {422}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_of_what_is_not_there_nobody_learns_that(program: Flask, database: Database, cells: Cells) -> None:
    with writing(database.engine) as session:
        people = {role.value: make_person(session, f"One {role}", [role]).id for role in Role}
        people["no role"] = make_person(session, "Nobody").id
        people["closed account"] = make_person(session, "Gone", list(Role), active=False).id
    wrong = []
    for name, person_id in {**people, "not signed in": None}.items():
        browser = Browser(program)
        if person_id is not None:
            browser.sign_in(person_id)
        inside = name not in {"closed account", "not signed in"}
        before = _chain(database)
        for path, method in _unheld(program):
            cells.tried(allowed=False)
            status = (browser.get(path) if method == "GET" else browser.post(path)).status_code
            outside = {303} if method == "GET" else {401}
            if status not in (REFUSED | (FAULTY if method == "POST" else set()) if inside else outside):
                wrong.append(f"{method} {path} as {name}: {status}")
        if _chain(database) != before:
            wrong.append(f"{name} did something")
    assert wrong == []


def test_these_are_asked_about(program: Flask) -> None:
    assert len({path for path, _ in _unheld(program)}) >= 25


def _unheld(program: Flask) -> Iterator[tuple[str, str]]:
    addresses, says = program.url_map.bind("localhost"), guard.declared(program)
    for rule in program.url_map.iter_rules():
        ours = rule.arguments and rule.arguments <= NAMES | {"kind"}
        if ours and rule.arguments & NAMES and isinstance(says[rule.endpoint], Permission):
            values = {name: "candidate" if name == "kind" else UNKNOWN for name in rule.arguments}
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield addresses.build(rule.endpoint, values), method


def _chain(database: Database) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(AuditHead.seq)) or 0
