from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.errors import InvalidError
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Intent
from app.services import intents, outbox
from tests.factories.hiring import NOW, actor_of, make_person

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from tests.databases import Database


def actor(database: Database, name: str = "Ada Brook") -> ActorFacts:
    with writing(database.engine) as session:
        return actor_of(make_person(session, name))


def send(
    database: Database, who: ActorFacts, answer: str, *, key: str = "k", route: str = "act", body: str = "b"
) -> str:
    """One post: its effect is a message, its answer the text given."""
    with writing(database.engine) as session:

        def act() -> str:
            outbox.notify(session, who.person_id, subject=answer, body="", path="/", now=NOW)
            return answer

        return intents.once(session, who, key=key, route=route, body_hash=body, act=act, now=NOW)


def effects(database: Database) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def test_the_same_intent_again_repeats_the_first_answer(database: Database) -> None:
    who = actor(database)
    assert send(database, who, "first") == "first"
    assert send(database, who, "second") == "first"
    assert effects(database) == 1


def test_each_person_has_keys_of_their_own(database: Database) -> None:
    assert send(database, actor(database), "one") == "one"
    assert send(database, actor(database, "Ben Ode"), "two") == "two"
    assert effects(database) == 2


@pytest.mark.parametrize("other", [{"body": "c"}, {"route": "elsewhere"}])
def test_a_key_is_refused_for_another_body_or_route(database: Database, other: dict[str, str]) -> None:
    who = actor(database)
    send(database, who, "first")
    with pytest.raises(InvalidError) as refused:
        send(database, who, "second", **other)
    assert [fault.field for fault in refused.value.faults] == ["intent"]
    assert effects(database) == 1


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_a_missing_or_oversized_key_is_refused(database: Database, key: str) -> None:
    with pytest.raises(InvalidError):
        send(database, actor(database), "first", key=key)
    assert effects(database) == 0


def test_an_act_that_fails_leaves_the_key_free(database: Database) -> None:
    who = actor(database)
    with pytest.raises(RuntimeError), writing(database.engine) as session:
        intents.once(session, who, key="k", route="act", body_hash="b", act=_fail, now=NOW)
    assert send(database, who, "after all") == "after all"


def _fail() -> str:
    message = "the act did not work"
    raise RuntimeError(message)


def test_twenty_at_once_make_one_effect_and_equal_answers(database: Database) -> None:
    who = actor(database)
    start = Barrier(20)

    def click(number: int) -> str:
        start.wait()
        return send(database, who, f"answer {number}")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(click, range(20)))
    assert len(set(answers)) == 1
    assert effects(database) == 1
    with reading(database.engine) as session:
        assert session.scalars(select(Intent.answer)).all() == [answers[0]]


def test_the_claim_says_when_it_was_made(database: Database) -> None:
    send(database, actor(database), "first")
    with reading(database.engine) as session:
        assert session.scalars(select(Intent.created_at)).one() - NOW == timedelta(0)
