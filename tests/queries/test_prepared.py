"""A prepared number is the same as the statement's own, whoever asks and however often."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Select, bindparam, func, select

from app.domain.permission import Role
from app.models.base import Instant
from app.models.engine import reading, writing
from app.models.person import Person, RoleGrant
from app.models.prepared import PreparedNumber
from tests.factories.hiring import NOW, make_person

if TYPE_CHECKING:
    from tests.databases import Database


def grants() -> Select[int]:
    """How many of two roles somebody has whose account is no older than a moment: a list, a flag, an instant."""
    return (
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role.in_((Role.INTERVIEWER, Role.COMMITTEE)),
            Person.active.is_(True),
            Person.id == bindparam("whose", type_=Person.id.type),
            Person.created_at >= bindparam("since", type_=Instant()),
        )
    )


def test_each_call_counts_for_whom_it_names(database: Database) -> None:
    with writing(database.engine) as session:
        both = make_person(session, "Ada", [Role.INTERVIEWER, Role.COMMITTEE, Role.ADMIN])
        one = make_person(session, "Ben", [Role.INTERVIEWER])
        none = make_person(session, "Cy", [Role.ADMIN])
        gone = make_person(session, "Dee", [Role.INTERVIEWER], active=False)
        ids = [person.id for person in (both, one, none, gone)]
        since = both.created_at
    prepared = PreparedNumber(grants)
    with reading(database.engine) as session:
        for _ in range(2):
            assert [prepared.scalar(session, {"whose": each, "since": since}) for each in ids] == [2, 1, 0, 0]
        assert prepared.scalar(session, {"whose": ids[0], "since": since + timedelta(days=1)}) == 0
        own: list[Any] = [session.scalar(grants(), {"whose": each, "since": since}) for each in ids]
    assert own == [2, 1, 0, 0]


def test_a_value_that_is_missing_is_told_by_its_name(database: Database) -> None:
    with writing(database.engine) as session:
        person_id = make_person(session, "Ada", [Role.INTERVIEWER]).id
    prepared = PreparedNumber(grants)
    with reading(database.engine) as session:
        prepared.scalar(session, {"whose": person_id, "since": NOW})
        with pytest.raises(KeyError, match="since"):
            prepared.scalar(session, {"whose": person_id})
