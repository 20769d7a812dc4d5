"""Marks are kept, changed and taken back by their own person only, as often and from as many tabs as they like."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain import preparation as domain
from app.domain.errors import InvalidError, NotAllowedError, NotFoundError
from app.domain.preparation import ANSWERS_PART, Mark
from app.models.audit import AuditEvent
from app.models.blueprint import PreparationMark
from app.models.engine import reading, writing
from app.services import preparation
from tests.factories.guides import HOUR, ROLE, WEEK, guided_blueprint, key_of, make_guided
from tests.factories.hiring import NOW
from tests.factories.panels import make_actor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from app.domain.permission import ActorFacts
    from tests.databases import Database

READ, SAY, WRITE = map(key_of, HOUR)
METRICS = key_of("Metrics")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def version(database: Database) -> UUID:
    return make_guided(database)


@pytest.fixture
def ada(database: Database) -> ActorFacts:
    return make_actor(database, "Ada Brook")


def keep(
    database: Database, who: ActorFacts, version: UUID, changes: Mapping[str, Mark | None], *, now: datetime = NOW
) -> None:
    with writing(database.engine) as session:
        preparation.keep(session, who, version, changes, now=now)


def start_over(database: Database, who: ActorFacts, version: UUID, part: str | None) -> None:
    with writing(database.engine) as session:
        preparation.start_over(session, who, version, part)


def kept(database: Database, who: ActorFacts) -> dict[str, tuple[Mark, datetime]]:
    """Everything in the table that is the person's, read past the queries."""
    with reading(database.engine) as session:
        rows = session.scalars(select(PreparationMark).where(PreparationMark.person_id == who.person_id))
        return {row.item: (row.mark, row.marked_at.astimezone(UTC)) for row in rows}


def test_a_tick_is_kept_with_its_moment(database: Database, version: UUID, ada: ActorFacts) -> None:
    keep(database, ada, version, {READ: Mark.DONE})
    assert kept(database, ada) == {READ: (Mark.DONE, NOW)}


def test_the_same_tick_again_changes_nothing(database: Database, version: UUID, ada: ActorFacts) -> None:
    for moment in (NOW, LATER, LATER + timedelta(days=1)):
        keep(database, ada, version, {READ: Mark.DONE}, now=moment)
    assert kept(database, ada) == {READ: (Mark.DONE, NOW)}


def test_another_answer_takes_the_place_of_the_first(database: Database, version: UUID, ada: ActorFacts) -> None:
    keep(database, ada, version, {METRICS: Mark.MISSING})
    keep(database, ada, version, {METRICS: Mark.SHOWN}, now=LATER)
    assert kept(database, ada) == {METRICS: (Mark.SHOWN, LATER)}


def test_a_mark_can_be_taken_back_and_what_is_not_named_stays(
    database: Database, version: UUID, ada: ActorFacts
) -> None:
    keep(database, ada, version, {READ: Mark.DONE, SAY: Mark.DONE, METRICS: Mark.BEGUN})
    keep(database, ada, version, {READ: None, WRITE: Mark.DONE}, now=LATER)
    keep(database, ada, version, {READ: None}, now=LATER)
    assert kept(database, ada) == {SAY: (Mark.DONE, NOW), WRITE: (Mark.DONE, LATER), METRICS: (Mark.BEGUN, NOW)}


@pytest.mark.parametrize(
    "changes",
    [
        {"task-0123456789abcdef": Mark.DONE},
        {"task-0123456789abcdef": None},
        {READ: Mark.SHOWN},
        {METRICS: Mark.DONE},
        {"": None},
    ],
)
def test_what_the_guide_does_not_have_is_refused_whole(
    database: Database, version: UUID, ada: ActorFacts, changes: dict[str, Mark | None]
) -> None:
    with pytest.raises(InvalidError, match="Load the page again"):
        keep(database, ada, version, {SAY: Mark.DONE, **changes})
    assert kept(database, ada) == {}


def test_two_tabs_that_tick_at_once_keep_both(database: Database, version: UUID, ada: ActorFacts) -> None:
    sittings: list[dict[str, Mark | None]] = [
        {READ: Mark.DONE}, {SAY: Mark.DONE}, {WRITE: Mark.DONE, METRICS: Mark.SHOWN}, {METRICS: Mark.SHOWN},
        {METRICS: Mark.SHOWN, WRITE: Mark.DONE}, {SAY: Mark.DONE, READ: Mark.DONE},
    ]  # fmt: skip
    with ThreadPoolExecutor(len(sittings)) as tabs:
        list(tabs.map(lambda changes: keep(database, ada, version, changes), sittings))
    assert {key: mark for key, (mark, _at) in kept(database, ada).items()} == {
        READ: Mark.DONE, SAY: Mark.DONE, WRITE: Mark.DONE, METRICS: Mark.SHOWN,
    }  # fmt: skip


def test_ticking_and_unticking_at_once_ends_in_one_of_the_two(
    database: Database, version: UUID, ada: ActorFacts
) -> None:
    on: dict[str, Mark | None] = {READ: Mark.DONE, SAY: None}
    off: dict[str, Mark | None] = {SAY: Mark.DONE, READ: None}
    with ThreadPoolExecutor(4) as tabs:
        list(tabs.map(lambda changes: keep(database, ada, version, changes), [on, off, on, off]))
    assert set(kept(database, ada)) in ({READ}, {SAY})


def test_nobody_touches_the_marks_of_another(database: Database, version: UUID, ada: ActorFacts) -> None:
    ben = make_actor(database, "Ben Cole")
    keep(database, ada, version, {READ: Mark.DONE, METRICS: Mark.SHOWN})
    keep(database, ben, version, {READ: None, METRICS: Mark.MISSING}, now=LATER)
    start_over(database, ben, version, None)
    assert kept(database, ada) == {READ: (Mark.DONE, NOW), METRICS: (Mark.SHOWN, NOW)}
    assert kept(database, ben) == {}


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("hour-1", {WEEK[0], "Metrics"}),
        ("week-1", {HOUR[0], "Metrics"}),
        (ANSWERS_PART, {HOUR[0], WEEK[0]}),
        (None, set[str]()),
    ],
)
def test_starting_over_deletes_one_part_or_everything(
    database: Database, version: UUID, ada: ActorFacts, part: str | None, left: set[str]
) -> None:
    keep(database, ada, version, {READ: Mark.DONE, key_of(WEEK[0]): Mark.DONE, METRICS: Mark.SHOWN})
    start_over(database, ada, version, part)
    start_over(database, ada, version, part)
    assert set(kept(database, ada)) == {key_of(text) for text in left}


def test_everything_includes_marks_on_texts_that_are_gone(database: Database, version: UUID, ada: ActorFacts) -> None:
    keep(database, ada, version, {READ: Mark.DONE})
    later = make_guided(database, guided_blueprint(("Read two case studies",)), number=2)
    start_over(database, ada, later, "hour-1")
    assert set(kept(database, ada)) == {READ}
    start_over(database, ada, later, None)
    assert kept(database, ada) == {}


def test_another_role_is_left_alone(database: Database, version: UUID, ada: ActorFacts) -> None:
    other = make_guided(database, guided_blueprint(role="another-role"))
    keep(database, ada, version, {READ: Mark.DONE})
    keep(database, ada, other, {READ: Mark.DONE})
    start_over(database, ada, other, None)
    with reading(database.engine) as session:
        assert list(session.scalars(select(PreparationMark.role))) == [ROLE]


@pytest.mark.parametrize("part", ["capabilities", "hour-2", ""])
def test_a_part_that_is_not_there_is_not_found(database: Database, version: UUID, ada: ActorFacts, part: str) -> None:
    with pytest.raises(NotFoundError):
        start_over(database, ada, version, part)


def test_a_version_that_is_not_there_is_not_found(database: Database, ada: ActorFacts) -> None:
    with pytest.raises(NotFoundError):
        keep(database, ada, uuid4(), {})
    with pytest.raises(NotFoundError):
        start_over(database, ada, uuid4(), None)


def test_a_closed_account_keeps_nothing(database: Database, version: UUID, ada: ActorFacts) -> None:
    closed = replace(ada, active=False)
    with pytest.raises(NotAllowedError):
        keep(database, closed, version, {READ: Mark.DONE})
    with pytest.raises(NotAllowedError):
        start_over(database, closed, version, None)
    assert kept(database, ada) == {}


def test_the_audit_chain_hears_nothing_of_it(database: Database, version: UUID, ada: ActorFacts) -> None:
    with reading(database.engine) as session:
        before = session.scalar(select(func.count()).select_from(AuditEvent))
    keep(database, ada, version, {READ: Mark.DONE, METRICS: Mark.MISSING})
    start_over(database, ada, version, None)
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_a_role_without_a_guide_takes_no_marks(database: Database, ada: ActorFacts) -> None:
    bare = make_guided(database, replace(guided_blueprint(role="bare"), guide=None))
    assert domain.items(None) == ()
    with pytest.raises(InvalidError):
        keep(database, ada, bare, {READ: Mark.DONE})
