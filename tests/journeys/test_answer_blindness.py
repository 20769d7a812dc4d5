"""What candidates say of themselves changes no byte for anybody: proven in pairs of worlds.

The worlds differ in who said what, and in whether anything was said at all. Everybody opens every address, whoever
holds a candidate's link too. Once a report is released, worlds in which the same number of people said the same still
look alike, whoever of them it was.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Role
from app.models.audit import AuditEvent
from app.models.base import ids_from
from app.models.candidate import Application
from app.models.engine import reading, writing
from app.models.self_identification import SelfIdentification
from app.services import audit, impact, installation, self_identification
from tests import databases
from tests.factories.fairness import ASKED, FEMALE, KEYS, MALE, RACE, make_intake, say
from tests.factories.hiring import actor_of, make_person
from tests.journeys.stopped import answers_of, mail_of, program_of, signed_in
from tests.journeys.two_worlds import NOON
from tests.web import whole_sight
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.factories.fairness import Crowd
    from tests.web.whole_sight import Ids

pytestmark = pytest.mark.usefixtures("salts_alike")

Folders = tuple["Path", "Path"]
# What a report could show through: itself, the chain, and whatever tells of the same candidates.
TELLING = ("/fairness", "/audit", "/voluntary", "/applications", "/requisitions", "/candidates", "/insights")
# The pages are the same on both databases: on PostgreSQL those who are told most will do.
MOST_TOLD = frozenset({Role.COORDINATOR, Role.HR_PARTNER, Role.AUDITOR, "nobody"})
CROWDS: tuple[Crowd, ...] = (({}, Stage.APPLIED, 16), ({}, Stage.INTERVIEWING, 24))


@dataclass
class Base:
    """What both worlds share: an open requisition and a closed one, everybody who looks, and ids for addresses."""

    partner: ActorFacts
    viewers: dict[str, UUID]
    people: dict[Stage, list[UUID]]
    waiting: UUID
    ids: Ids


@pytest.mark.parametrize("other", ["otherwise", "nothing"])
def test_an_answer_changes_no_byte_for_anybody(session_folder: Path, tmp_path: Path, other: str) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.sqlite_database(session_folder, tmp_path))
        _compare(stack, first, (session_folder, tmp_path), other)


def test_an_answer_changes_no_byte_on_postgresql(session_folder: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.postgresql_database(session_folder))
        _compare(stack, first, (session_folder, tmp_path), "otherwise")


def test_a_report_tells_how_many_and_never_who(session_folder: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(databases.sqlite_database(session_folder, tmp_path))
        program, base, browsers, second = _worlds(stack, first, (session_folder, tmp_path))
        for engine, turned in ((first.engine, False), (second.engine, True)):
            with writing(engine) as session:
                _answer(session, base, turned=turned)
                base.ids["release_id"] = [_release(session, base)]
        wanted = [one for one in whole_sight.addresses(program, base.ids) if one.startswith(TELLING)]
        report = next(one for one in wanted if one.startswith("/fairness/") and one.endswith(".csv"))
        for name, browser in browsers.items():
            one, two = (answers_of(program, browser, engine, wanted) for engine in (first.engine, second.engine))
            assert _differing(one, two) == [], name
        shown = answers_of(program, browsers[Role.HR_PARTNER], first.engine, [report])[f"text/html {report}"]
        assert b"Female,20,12" in shown.body


def _compare(stack: ExitStack, first: databases.Database, folders: Folders, other: str) -> None:
    program, base, browsers, second = _worlds(stack, first, folders)
    with writing(first.engine) as session:
        _answer(session, base, turned=False)
    if other == "otherwise":
        with writing(second.engine) as session:
            _answer(session, base, turned=True, race="Asian")
    wanted = whole_sight.addresses(program, base.ids)
    assert any(address.startswith("/voluntary/") for address in wanted)
    for name, browser in browsers.items():
        if not first.is_sqlite and name not in MOST_TOLD:
            continue
        one, two = (answers_of(program, browser, engine, wanted) for engine in (first.engine, second.engine))
        assert not any(answer.status >= 500 for answer in one.values()), name
        assert _differing(one, two) == [], name
        if name != "nobody":
            assert mail_of(first.engine, base.viewers[name]) == mail_of(second.engine, base.viewers[name])
    # The worlds are not the same: what is kept differs, and the chain does not tell it.
    assert _kept(first.engine) != _kept(second.engine)
    assert _acts(first.engine) == _acts(second.engine)


def _worlds(
    stack: ExitStack, first: databases.Database, folders: Folders
) -> tuple[Flask, Base, dict[str, Browser], databases.Database]:
    program = program_of(first, folders[1])
    with writing(first.engine) as session:
        installation.ensure(session, company="Harrow & Vale")
        base = _base(session)
    browsers = {name: signed_in(program, first.engine, one) for name, one in base.viewers.items()}
    browsers["nobody"] = Browser(program)
    # The first page brings a cookie, which every later one would not.
    browsers["nobody"].get("/sign-in")
    answers_of(program, browsers[Role.COORDINATOR], first.engine, whole_sight.addresses(program, base.ids))
    return program, base, browsers, stack.enter_context(databases.copied(first, *folders))


def _base(session: Session) -> Base:
    people = {role: make_person(session, role.words, [role]) for role in Role}
    closed = make_intake(session, CROWDS, title="Ports", manager=people[Role.HIRING_MANAGER])
    waiting = make_intake(session, (({}, Stage.INTERVIEWING, 1),), title="Rail", state=RequisitionState.OPEN)
    rows = session.execute(
        select(Application.id, Application.stage, Application.candidate_id)
        .where(Application.requisition_id == closed.id)
        .order_by(Application.id)
    ).all()
    known = session.execute(
        select(Application.id, Application.candidate_id).where(Application.requisition_id == waiting.id)
    ).one()
    day = NOON.date()
    ids: Ids = {
        "requisition_id": [closed.id, waiting.id],
        "application_id": [rows[0].id, known.id],
        "candidate_id": [rows[0].candidate_id, known.candidate_id],
        "person_id": [people[Role.ADMIN].id],
        "token": [KEYS.link(rows[0].id, day), KEYS.link(known.id, day)],  # type: ignore[list-item]  # words, not ids
    }
    by_stage = {stage: [row.id for row in rows if row.stage is stage] for _, stage, _ in CROWDS}
    viewers: dict[str, UUID] = {role: person.id for role, person in people.items()}
    return Base(actor_of(people[Role.HR_PARTNER]), viewers, by_stage, known.id, ids)


def _answer(session: Session, base: Base, *, turned: bool, race: str = "White") -> None:
    """Half of those who came equally far say the one, half the other; the candidate who still waits says something."""
    for people in base.people.values():
        for place, application_id in enumerate(people):
            said = FEMALE if (place % 2 == 0) is turned else MALE
            answers = {**said, RACE: race if place < len(people) // 2 and race != "White" else "White"}
            say(session, application_id, answers)
    self_identification.answer(session, base.waiting, MALE if turned else FEMALE, keys=KEYS, asked=ASKED)


def _release(session: Session, base: Base) -> UUID:
    """The report, under the same id and with the same salt in the chain in both worlds."""
    audit.draw_salts_from(session, lambda: bytes(16))
    with ids_from(lambda: UUID(int=99)):
        return impact.release(session, base.partner, base.ids["requisition_id"][:1], keys=KEYS, asked=ASKED, now=NOON)


def _differing(one: Mapping[str, object], two: Mapping[str, object]) -> list[str]:
    return [address for address in one if one[address] != two[address]]


def _kept(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        rows = session.execute(select(SelfIdentification.pseudonym, SelfIdentification.answers))
        return sorted((row.pseudonym, row.answers) for row in rows)


def _acts(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(AuditEvent)) or 0
