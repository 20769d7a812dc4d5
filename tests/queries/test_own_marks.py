"""Reading back one's own marks: nobody else's, in few statements, across versions of the role."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.preparation import Mark, Marked
from app.models.engine import reading, writing
from app.queries import own_marks
from app.queries.followed import followed
from app.services import preparation
from tests.factories.guides import HOUR, WEEK, guided_blueprint, key_of, make_guided
from tests.factories.hiring import NOW
from tests.factories.panels import make_actor
from tests.statements import counted

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.permission import ActorFacts
    from app.queries.own_marks import OwnMarks, Preparing
    from tests.databases import Database

READ, SAY, WRITE = map(key_of, HOUR)
REWORDED = guided_blueprint(("Read two case studies", *HOUR[1:]))


def tick(database: Database, who: ActorFacts, version: UUID, *keys: str, days: int = 0) -> None:
    with writing(database.engine) as session:
        done = dict.fromkeys(keys, Mark.DONE)
        preparation.keep(session, who, version, done, now=NOW + timedelta(days=days))


def read(database: Database, who: ActorFacts, version: UUID) -> OwnMarks:
    with reading(database.engine) as session:
        return own_marks.own_marks(session, who, version)


def at_home(database: Database, who: ActorFacts) -> tuple[Preparing, ...]:
    with reading(database.engine) as session:
        return followed(session, who, NOW).preparing


def test_two_people_on_the_same_version_see_their_own_only(database: Database) -> None:
    version, ada, ben = make_guided(database), make_actor(database, "Ada"), make_actor(database, "Ben")
    tick(database, ada, version, READ)
    tick(database, ben, version, SAY, WRITE)
    assert read(database, ada, version).marks == {READ: Marked(Mark.DONE, NOW)}
    assert set(read(database, ben, version).marks) == {SAY, WRITE}
    assert [(each.done, each.of) for each in at_home(database, ada)] == [(1, 3)]
    assert read(database, make_actor(database, "Cy"), version).marks == {}


def test_marks_follow_a_text_into_the_next_version(database: Database) -> None:
    first, ada = make_guided(database), make_actor(database, "Ada")
    tick(database, ada, first, READ, SAY)
    second = make_guided(database, REWORDED, number=2)
    own = read(database, ada, second)
    assert set(own.marks) == {READ, SAY}
    assert {key: item.entry.text for key, item in own.lost.items() if item} == {READ: HOUR[0]}
    assert own.newer is None
    before = read(database, ada, first)
    assert (before.lost, before.newer) == ({}, own_marks.Newer(second, 2))


def test_a_mark_on_a_text_that_no_version_has_is_told_without_one(database: Database) -> None:
    elsewhere, ada = make_guided(database), make_actor(database, "Ada")
    tick(database, ada, elsewhere, READ)
    lone = make_guided(database, guided_blueprint(("Something else",), role="lone"))
    with reading(database.engine) as session:
        assert own_marks._elsewhere(session, "lone", (READ,)) == {READ: None}
    assert read(database, ada, lone).marks == {}


@pytest.mark.parametrize("versions", [1, 3])
def test_reading_takes_three_statements_and_four_with_lost_marks(database: Database, versions: int) -> None:
    first, ada = make_guided(database), make_actor(database, "Ada")
    tick(database, ada, first, READ, SAY)
    newest = first
    for number in range(2, versions + 1):
        newest = make_guided(database, guided_blueprint((f"Read {number} studies", *HOUR[1:])), number=number)
    for version, expected in ((first, 3), (newest, 3 if versions == 1 else 4)):
        read(database, ada, version)  # each content is parsed once a process
        with counted(database.engine) as sent:
            read(database, ada, version)
        assert len(sent) == expected


def test_home_shows_the_plan_touched_last_as_the_newest_version_has_it(database: Database) -> None:
    first, ada = make_guided(database), make_actor(database, "Ada")
    tick(database, ada, first, key_of(WEEK[0]))
    tick(database, ada, first, READ, SAY, days=1)
    newest = make_guided(database, REWORDED, number=2)
    (shown,) = at_home(database, ada)
    assert (shown.version_id, shown.role, shown.plan_id, shown.plan) == (newest, "Guided Manager", "hour-1", "One hour")
    assert (shown.done, shown.of, shown.touched) == (1, 3, NOW + timedelta(days=1))


def test_home_leaves_out_what_is_finished_or_only_answered(database: Database) -> None:
    version, ada = make_guided(database), make_actor(database, "Ada")
    tick(database, ada, version, READ, SAY, WRITE)
    with writing(database.engine) as session:
        preparation.keep(session, ada, version, {key_of("Metrics"): Mark.SHOWN}, now=NOW)
    assert at_home(database, ada) == ()


def test_home_names_each_role_the_last_touched_first(database: Database) -> None:
    ada = make_actor(database, "Ada")
    for days, role in enumerate(("one", "two")):
        version = make_guided(database, guided_blueprint(role=role, title=f"Role {role}"))
        tick(database, ada, version, READ, days=days)
    assert [each.role for each in at_home(database, ada)] == ["Role two", "Role one"]


def test_a_closed_account_and_a_version_that_is_not_there_are_refused(database: Database) -> None:
    version, ada = make_guided(database), make_actor(database, "Ada")
    with pytest.raises(NotAllowedError):
        read(database, replace(ada, active=False), version)
    with pytest.raises(NotFoundError):
        read(database, ada, ada.person_id)
