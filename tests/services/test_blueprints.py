from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain.errors import NotFoundError
from app.models.blueprint import BlueprintVersion
from app.models.engine import reading, writing
from app.queries import blueprints as stored
from app.services import blueprints
from tests.factories.hiring import NOW, small_blueprint
from tests.statements import counted

if TYPE_CHECKING:
    from tests.databases import Database


def test_the_same_content_is_published_once(database: Database) -> None:
    with writing(database.engine) as session:
        first = blueprints.publish(session, None, small_blueprint(), now=NOW)
        again = blueprints.publish(session, None, small_blueprint(), now=NOW)
        kept = session.scalar(select(func.count()).select_from(BlueprintVersion))
    assert again == first
    assert kept == 1


def test_another_content_is_the_next_version_of_its_role_only(database: Database) -> None:
    one = small_blueprint()
    other = replace(one, role=replace(one.role, summary="Owns two products."))
    with writing(database.engine) as session:
        ids = [blueprints.publish(session, None, each, now=NOW) for each in (one, other, small_blueprint(role="pm-2"))]
    with reading(database.engine) as session:
        stamps = [stored.load(session, version_id)[0] for version_id in ids]
    assert [(stamp.role, stamp.number) for stamp in stamps] == [
        ("product-manager", 1),
        ("product-manager", 2),
        ("pm-2", 1),
    ]


def test_a_version_is_read_back_whole_and_parsed_once(database: Database) -> None:
    blueprint = small_blueprint(role=f"role-{uuid4().hex}")
    with writing(database.engine) as session:
        version_id = blueprints.publish(session, None, blueprint, now=NOW)
    with reading(database.engine) as session, counted(database.engine) as first:
        stamp, read = stored.load(session, version_id)
    with reading(database.engine) as session, counted(database.engine) as second:
        again = stored.load(session, version_id)[1]
    assert read == blueprint
    assert stamp.title == "Product Manager"
    assert again is read
    assert (len(first), len(second)) == (2, 1)


def test_no_version_is_not_found(database: Database) -> None:
    with reading(database.engine) as session, pytest.raises(NotFoundError):
        stored.load(session, uuid4())
