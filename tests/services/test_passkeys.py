"""Passkeys: what a device answers counts once, for the browser that asked, and for its holder alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from app.domain.errors import InvalidError, NotFoundError, ProofNeededError
from app.models.credentials import Passkey, PasskeyChallenge, RecoveryCode
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.services import passkeys, second_factor
from app.services.passkeys import Place, Purpose
from tests.factories.device import Device
from tests.factories.hiring import NOW, actor_of, make_person

if TYPE_CHECKING:
    from uuid import UUID

    from app.domain.permission import ActorFacts
    from tests.databases import Database

PLACE = Place("localhost", "http://localhost")
BROWSER = "a browser"


@pytest.fixture
def ada(database: Database) -> ActorFacts:
    """Somebody without any second step."""
    with writing(database.engine) as session:
        return actor_of(make_person(session, "Ada Brook"))


def _add(database: Database, actor: ActorFacts, device: Device) -> tuple[str, ...]:
    with writing(database.engine) as session:
        asked = passkeys.ask_to_add(session, actor, PLACE, browser=BROWSER, now=NOW)
        return passkeys.add(
            session, actor, PLACE, answer=device.made(asked), name=" my  laptop ", browser=BROWSER, keep="", now=NOW
        )


def _check(
    database: Database,
    sign: Callable[[str], str],
    *,
    whose: UUID | None = None,
    browser: str = BROWSER,
    later: timedelta = timedelta(0),
    asked_for: Purpose = Purpose.SIGN_IN,
    at: datetime = NOW,
) -> UUID | None:
    """Whose passkey it was, or nobody's, after asking for one and answering at once."""
    with writing(database.engine) as session:
        asked = passkeys.ask(session, PLACE, Purpose.SIGN_IN, person_id=whose, browser=BROWSER, now=at)
    with writing(database.engine) as session:
        try:
            return passkeys.check(
                session, PLACE, asked_for, answer=sign(asked), person_id=whose, browser=browser, now=at + later
            )
        except InvalidError:
            return None


def test_a_passkey_opens_for_its_holder(database: Database, ada: ActorFacts) -> None:
    device = Device()
    codes = _add(database, ada, device)

    assert len(codes) == 10
    assert _check(database, device.signed) == ada.person_id
    assert _check(database, lambda asked: device.signed(asked, verified=False), whose=ada.person_id) == ada.person_id
    with reading(database.engine) as session:
        [row] = passkeys.listed(session, ada)
        assert (row.name, row.last_used_at) == ("my laptop", NOW)
        assert session.scalars(select(Message.subject)).all() == ["A passkey was added"]
        assert session.scalar(select(func.count()).select_from(PasskeyChallenge)) == 0


def test_answers_that_do_not_fit_are_refused(database: Database, ada: ActorFacts) -> None:
    device, other = Device(), Device()
    _add(database, ada, device)
    with writing(database.engine) as session:
        eve = actor_of(make_person(session, "Eve Low"))
    _add(database, eve, other)
    elsewhere = Device("https://evil.example")
    elsewhere.key, elsewhere.credential, elsewhere.count = device.key, device.credential, 5
    stolen = Device()
    stolen.credential = device.credential
    kept = device.signed('{"challenge": "b2xk"}')

    refused = {
        "without finger, face or PIN": _check(database, lambda asked: device.signed(asked, verified=False)),
        "somebody else's": _check(database, other.signed, whose=ada.person_id),
        "from another address": _check(database, elsewhere.signed),
        "signed by another key": _check(database, stolen.signed),
        "an answer to something else": _check(database, lambda _asked: kept),
        "another browser": _check(database, device.signed, browser="another"),
        "another purpose": _check(database, device.signed, asked_for=Purpose.PROVE),
        "too late": _check(database, device.signed, later=timedelta(minutes=5)),
        "no answer": _check(database, lambda _asked: "{}"),
        "nonsense": _check(database, lambda _asked: "[1"),
        "endless": _check(database, lambda _asked: "[" * 30_000),
    }

    assert {what: whose for what, whose in refused.items() if whose is not None} == {}
    assert _check(database, device.signed) == ada.person_id


def test_a_copied_device_is_seen_by_its_count_and_an_answer_counts_once(database: Database, ada: ActorFacts) -> None:
    device = Device()
    _add(database, ada, device)
    assert _check(database, device.signed) == ada.person_id
    device.count = 0
    assert _check(database, device.signed) is None, "a count that goes back is a copy's"

    device.count = 10
    with writing(database.engine) as session:
        asked = passkeys.ask(session, PLACE, Purpose.SIGN_IN, person_id=None, browser=BROWSER, now=NOW)
    answer = device.signed(asked)

    def give() -> UUID:
        with writing(database.engine) as session:
            return passkeys.check(
                session, PLACE, Purpose.SIGN_IN, answer=answer, person_id=None, browser=BROWSER, now=NOW
            )

    assert give() == ada.person_id
    with pytest.raises(InvalidError):
        give()


def test_one_is_removed_by_its_owner_only_and_recovery_codes_go_with_the_last(
    database: Database, ada: ActorFacts
) -> None:
    _add(database, ada, Device())
    with writing(database.engine) as session:
        eve = actor_of(make_person(session, "Eve Low"))
        key = session.scalars(select(Passkey.id)).one()
        with pytest.raises(NotFoundError):
            passkeys.remove(session, eve, key, keep="", now=NOW)
        with pytest.raises(ProofNeededError):
            passkeys.remove(session, replace(ada, proof_fresh=False), key, keep="", now=NOW)
    with writing(database.engine) as session:
        passkeys.remove(session, ada, key, keep="", now=NOW)
        assert not second_factor.ways(session, ada.person_id).any
        assert session.scalars(select(RecoveryCode)).all() == []


def test_there_are_at_most_ten_and_no_device_twice(database: Database, ada: ActorFacts) -> None:
    device = Device()
    _add(database, ada, device)
    with pytest.raises(InvalidError, match="in use already"):
        _add(database, ada, device)
    for _ in range(passkeys.MOST - 1):
        _add(database, ada, Device())
    with pytest.raises(InvalidError, match="You have 10 passkeys"):
        _add(database, ada, Device())
