"""Forms sent too often, too late, from two tabs, with impossible numbers, with another's key, or without a database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from app.domain.card import CardState
from app.models.engine import reading, writing
from app.models.scorecard import RatingRow, Revision
from app.web.sessions import cookie_name
from tests.factories.panels import Panel, card_row, make_panel, revisions
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask

    from tests.databases import Database

FILLED = {
    "rating-strategy": "4",
    "evidence-strategy": "Named the bet that was stopped.",
    "recommendation": "yes",
    "summary": "Clear about what was given up.",
    "intent": "0123456789abcdef0123456789abcdef",
    "version": "1",
}
IMPOSSIBLE = ("NaN", "Infinity", "1e309", "-0", "true", "٣", "1_0", " 4 x", "4.5", "101", "--4", "0x4", "null")


@pytest.fixture
def at(database: Database) -> Panel:
    """A candidate and two interviewers who each owe a scorecard."""
    return make_panel(database)


@pytest.fixture
def ada(at: Panel, signed_in: Callable[[UUID], Browser]) -> Browser:
    """The first interviewer's browser."""
    return signed_in(at.ada.person_id)


def path(at: Panel, act: str) -> str:
    return f"/scorecards/{at.ada_card}/{act}"


@pytest.mark.attack("BL-01")
def test_one_form_sent_twenty_times_at_once_counts_once(
    at: Panel, ada: Browser, program: Flask, database: Database
) -> None:
    token, cookie = ada.token, ada.client.get_cookie(cookie_name(program))
    assert cookie is not None

    def send(_: int) -> tuple[int, str | None]:
        tab = program.test_client()
        tab.set_cookie(cookie_name(program), cookie.value)
        answer = tab.post(path(at, "seal"), data={**FILLED, "csrf_token": token})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(20)))
    assert answers == {(303, f"/scorecards/{at.ada_card}?done=card-sealed")}
    assert len(revisions(database, at.ada_card)) == 1


@pytest.mark.attack("BL-02")
def test_two_tabs_lose_neither_text(at: Panel, ada: Browser) -> None:
    first = {**FILLED, "summary": "From the first tab.", "intent": "1" * 32}
    second = {**FILLED, "summary": "From the second tab.", "intent": "2" * 32}
    assert ada.post(path(at, "draft"), first).status_code == 303
    clash = ada.post(path(at, "draft"), second)
    assert clash.status_code == 409
    assert "From the first tab." in clash.text
    assert "From the second tab." in clash.text


@pytest.mark.attack("BL-03")
def test_a_sealed_rating_is_changed_by_no_replayed_form_and_no_statement(
    at: Panel, ada: Browser, database: Database
) -> None:
    ada.post(path(at, "draft"), FILLED)
    version = str(card_row(database, at.ada_card).version)
    assert ada.post(path(at, "seal"), {**FILLED, "version": version}).status_code == 303
    sealed = [(one.id, [(r.dimension, r.value) for r in one.ratings]) for one in _loaded(database)]
    changed = {**FILLED, "rating-strategy": "1", "evidence-strategy": "Something else."}
    for act in ("draft", "seal"):
        for known in ("1", version, str(card_row(database, at.ada_card).version)):
            answer = ada.post(path(at, act), {**changed, "version": known, "intent": f"{act[0] * 8}{known * 8}"})
            assert answer.status_code in {409, 422}, (act, known)
    current = {**changed, "version": str(card_row(database, at.ada_card).version), "intent": "f" * 32}
    assert ada.post(path(at, "revise"), {**current, "reason": " "}).status_code == 422
    for statement in ("UPDATE rating SET value = 1", "DELETE FROM rating", "UPDATE revision SET summary = 'x'"):
        with pytest.raises(sa.exc.DBAPIError), writing(database.engine) as session:
            session.execute(sa.text(statement))
    assert [(one.id, [(r.dimension, r.value) for r in one.ratings]) for one in _loaded(database)] == sealed


@pytest.mark.attack("BL-05")
def test_a_rating_is_a_number_of_the_scale_and_nothing_that_looks_like_one(
    at: Panel, ada: Browser, database: Database
) -> None:
    for place, value in enumerate(IMPOSSIBLE):
        sent = {**FILLED, "rating-strategy": value, "intent": f"{place:032x}"}
        assert (value, ada.post(path(at, "seal"), sent).status_code) == (value, 422)
    assert card_row(database, at.ada_card).state is CardState.OWED
    assert ada.post(path(at, "seal"), FILLED).status_code == 303
    (revision,) = revisions(database, at.ada_card)
    for number in (101, -101, 10**30, "three"):
        statement = sa.text(
            "INSERT INTO rating (revision_id, dimension, value, evidence) VALUES (:id, 'x', :value, '')"
        )
        bound = statement.bindparams(sa.bindparam("id", revision.id, type_=sa.Uuid()), value=number)
        with pytest.raises((sa.exc.DBAPIError, OverflowError)), writing(database.engine) as session:
            session.execute(bound)


@pytest.mark.attack("BL-11")
def test_a_database_that_goes_away_while_rights_are_checked_lets_nobody_in(
    at: Panel, ada: Browser, database: Database
) -> None:
    token = ada.token

    def broken_from(place: int) -> int:
        seen = [0]

        def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen[0] += 1
            if seen[0] >= place:
                raise OperationalError(statement, {}, Exception("the connection is gone"))

        event.listen(database.engine, "before_cursor_execute", fail)
        try:
            return ada.client.post(path(at, "seal"), data={**FILLED, "csrf_token": token}).status_code
        finally:
            event.remove(database.engine, "before_cursor_execute", fail)

    answers = [broken_from(place) for place in range(1, 8)]
    assert answers == [503] * 7
    with reading(database.engine) as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == 0
        assert session.scalar(select(func.count()).select_from(RatingRow)) == 0
    assert ada.post(path(at, "seal"), FILLED).status_code == 303


@pytest.mark.attack("BL-15")
def test_a_key_belongs_to_one_form_one_person_and_one_text(
    at: Panel, ada: Browser, signed_in: Callable[[UUID], Browser], database: Database
) -> None:
    assert ada.post(path(at, "seal"), FILLED).status_code == 303
    other = ada.post(path(at, "seal"), {**FILLED, "summary": "Another text."})
    assert other.status_code == 422
    elsewhere = ada.post(path(at, "revise"), {**FILLED, "reason": "The same key elsewhere.", "version": "2"})
    assert elsewhere.status_code == 422
    assert len(revisions(database, at.ada_card)) == 1
    ben = signed_in(at.ben.person_id)
    assert ben.post(f"/scorecards/{at.ben_card}/seal", FILLED).status_code == 303
    assert len(revisions(database, at.ben_card)) == 1


def _loaded(database: Database) -> list[Revision]:
    with reading(database.engine) as session:
        found = session.scalars(
            select(Revision).options(sa.orm.selectinload(Revision.ratings)).order_by(Revision.number)
        )
        return list(found)
