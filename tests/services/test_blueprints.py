from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.domain.errors import InvalidError, NotAllowedError, NotFoundError
from app.domain.permission import Role
from app.models.audit import AuditPayload
from app.models.blueprint import BlueprintVersion
from app.models.engine import reading, writing
from app.queries import blueprints as stored
from app.queries.audit import Sound, verify
from app.services import blueprints
from tests.factories.hiring import NOW, actor_of, make_person, small_blueprint
from tests.statements import counted

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.blueprint import Blueprint
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


def variant(number: int) -> Blueprint:
    one = small_blueprint()
    return replace(one, role=replace(one.role, summary=f"Owns {number} products."))


def published_at_once(database: Database, contents: list[Blueprint]) -> list[UUID]:
    def publish(blueprint: Blueprint) -> UUID:
        with writing(database.engine) as session:
            return blueprints.publish(session, None, blueprint, now=NOW)

    with ThreadPoolExecutor(len(contents)) as pool:
        return list(pool.map(publish, contents))


def test_versions_published_at_once_get_consecutive_numbers(database: Database) -> None:
    ids = published_at_once(database, [variant(number) for number in range(6)])
    with reading(database.engine) as session:
        assert sorted(stored.load(session, one)[0].number for one in ids) == [1, 2, 3, 4, 5, 6]
        assert isinstance(verify(session), Sound)


def test_the_same_content_published_at_once_is_one_version(database: Database) -> None:
    ids = published_at_once(database, [variant(1) for _ in range(6)])
    with reading(database.engine) as session:
        assert session.scalars(select(BlueprintVersion.number)).all() == [1]
        assert isinstance(verify(session), Sound)
    assert len(set(ids)) == 1


def test_the_note_stays_with_the_version_and_in_the_audit_chain(database: Database) -> None:
    with writing(database.engine) as session:
        publisher = make_person(session, "Hana", [Role.HR_PARTNER])
        actor = actor_of(publisher)
        version_id = blueprints.publish(session, actor, variant(1), now=NOW, note="  Empathy weighs more. ")
    with reading(database.engine) as session:
        kept = session.get_one(BlueprintVersion, version_id)
        told = "".join(session.scalars(select(AuditPayload.body)))
    assert (kept.note, kept.published_by_id) == ("Empathy weighs more.", actor.person_id)
    assert '"note":"Empathy weighs more."' in told


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HR_PARTNER}))
def test_only_an_hr_partner_publishes(database: Database, role: Role) -> None:
    with writing(database.engine) as session:
        actor = actor_of(make_person(session, "Otto", [role]))
        with pytest.raises(NotAllowedError):
            blueprints.publish(session, actor, variant(1), now=NOW)
        assert session.scalar(select(func.count()).select_from(BlueprintVersion)) == 0


def test_what_the_database_could_not_hold_is_refused_in_words(database: Database) -> None:
    unfit = replace(variant(1), role=replace(variant(1).role, id="r" * 81, title="T" * 201))
    with writing(database.engine) as session, pytest.raises(InvalidError) as refusal:
        blueprints.publish(session, None, unfit, now=NOW, note="n" * 1001)
    assert [fault.message for fault in refusal.value.faults] == [
        "Shorten this to at most 1000 characters; it has 1001.",
        "Shorten the role's id to at most 80 characters.",
        "Shorten the role's title to at most 200 characters.",
    ]
