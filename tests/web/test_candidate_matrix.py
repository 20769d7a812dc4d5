"""Every page behind a candidate's link, for everybody who has none: each cell is tried over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.hiring import Stage
from app.domain.permission import Role
from app.models.audit import AuditHead
from app.models.candidate import Application
from app.models.engine import reading, writing
from app.models.link import CandidateLink
from app.services import applications
from app.web import guard
from tests.factories.candidate_links import visiting
from tests.factories.hiring import actor_of, make_application, make_person
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.cells import Cells
    from tests.databases import Database

NOT_THERE = UUID(int=7)


def _behind(program: Flask) -> Iterator[tuple[str, str, guard.Behind]]:
    """Each address behind a link with its method, about things that nobody has."""
    says = guard.declared(program)
    addresses = program.url_map.bind("localhost")
    for rule in program.url_map.iter_rules():
        behind = says[rule.endpoint]
        if isinstance(behind, guard.Behind):
            values = dict.fromkeys(rule.arguments, NOT_THERE)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield addresses.build(rule.endpoint, values), method, behind


def _statuses(program: Flask, browser: Browser, cells: Cells, only: guard.Behind | None = None) -> set[int]:
    """What each of these routes answers to somebody whom it has to refuse."""
    asked = [(path, method) for path, method, behind in _behind(program) if only in {None, behind}]
    assert asked
    for _ in asked:
        cells.tried(allowed=False)
    return {(browser.get(path) if method == "GET" else browser.post(path)).status_code for path, method in asked}


def _chain(database: Database) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(AuditHead.seq)) or 0


@pytest.fixture
def application_id(database: Database) -> UUID:
    """An application with a link."""
    with writing(database.engine) as session:
        return make_application(session).id


def test_without_a_visit_every_page_asks_for_the_link(program: Flask, browser: Browser, cells: Cells) -> None:
    assert _statuses(program, browser, cells) == {401}


def test_holding_every_role_opens_no_page_of_a_candidate(database: Database, program: Flask, cells: Cells) -> None:
    with writing(database.engine) as session:
        person = make_person(session, "Ada Brook", list(Role)).id
    browser = Browser(program)
    browser.sign_in(person)
    before = _chain(database)
    assert _statuses(program, browser, cells) == {401}
    assert _chain(database) == before


def test_a_visit_opens_no_page_of_people(program: Flask, application_id: UUID) -> None:
    visitor = visiting(program, application_id)
    for path in ("/", "/requisitions", f"/applications/{application_id}", "/audit", "/people", "/search?q=a"):
        assert visitor.get(path).status_code in {302, 303, 401}, path


def test_an_expired_link_closes_every_page(
    database: Database, program: Flask, cells: Cells, application_id: UUID
) -> None:
    visitor = visiting(program, application_id)
    with writing(database.engine) as session:
        session.scalars(select(CandidateLink)).one().expires_at = datetime.now(UTC) - timedelta(seconds=1)
    assert _statuses(program, visitor, cells) == {410}


def test_after_the_end_only_what_is_kept_stays_open(
    database: Database, program: Flask, cells: Cells, application_id: UUID
) -> None:
    with writing(database.engine) as session:
        clerk = actor_of(make_person(session, "Cleo Clerk", [Role.COORDINATOR]))
        application = session.get_one(Application, application_id)
        applications.set_stage(session, clerk, application, Stage.DECIDED, reason="", now=datetime.now(UTC))
    visitor = visiting(program, application_id)
    assert _statuses(program, visitor, cells, guard.Behind.LIVING) == {410}


def test_things_of_nobody_are_not_found(program: Flask, application_id: UUID) -> None:
    visitor = visiting(program, application_id)
    about = [(path, method) for path, method, _ in _behind(program) if str(NOT_THERE) in path]
    answers = {(visitor.get(path) if method == "GET" else visitor.post(path)).status_code for path, method in about}
    assert answers <= {404}
