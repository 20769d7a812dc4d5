"""Tokens of candidates' links: read back by the installation that signed them, and by nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from app.domain.candidate_link import LinkState, has_ended
from app.domain.errors import NotFoundError
from app.domain.fairness.pseudonym import AnswerKeys
from app.domain.hiring import RequisitionState, Stage
from app.domain.link_token import LinkKeys

KEYS = LinkKeys.of("a secret of this installation")
LENGTH = 70
"""Letters of a token: 52 bytes in base64 without padding."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def _some(number: int) -> tuple[UUID, int]:
    chance = Random(number)
    return UUID(int=chance.getrandbits(128)), chance.randrange(1, 2**32)


def test_a_token_reads_back_as_what_it_was_made_of() -> None:
    for number in range(500):
        said = _some(number)
        token = KEYS.token(*said)
        assert len(token) == LENGTH
        assert set(token) <= set(LETTERS)
        assert KEYS.read(token) == said


def test_no_other_letter_anywhere_is_the_same_token() -> None:
    token = KEYS.token(*_some(1))
    for place in range(LENGTH):
        for letter in LETTERS:
            if letter != token[place]:
                with pytest.raises(NotFoundError):
                    KEYS.read(token[:place] + letter + token[place + 1 :])


@pytest.mark.parametrize("given", ["", "x", "A" * LENGTH, "é" * LENGTH, "A" * 10_000, "=" * LENGTH, "+/" * 35])
def test_what_was_never_signed_is_not_found(given: str) -> None:
    with pytest.raises(NotFoundError):
        KEYS.read(given)


def test_another_installation_or_another_purpose_signs_differently() -> None:
    said = _some(2)
    with pytest.raises(NotFoundError):
        LinkKeys.of("another secret").read(KEYS.token(*said))
    assert KEYS.key not in {AnswerKeys.of("a secret of this installation").links, b""}
    with pytest.raises(ValueError, match="without a secret"):
        LinkKeys.of("")


def test_the_key_is_not_printed() -> None:
    assert KEYS.key.hex() not in repr(KEYS)
    assert repr(KEYS.key) not in repr(KEYS)


def _state(**differs: object) -> LinkState:
    given = {
        "generation": 2, "expires_at": NOW + timedelta(days=1), "voided_at": None, "afterwards": False, "ended": False,
    }  # fmt: skip
    return LinkState(**{**given, **differs})  # type: ignore[arg-type]  # the table above, with one thing changed


@pytest.mark.parametrize(
    ("differs", "opens"),
    [
        ({}, True),
        ({"expires_at": NOW}, False),
        ({"expires_at": NOW + timedelta(microseconds=1)}, True),
        ({"voided_at": NOW - timedelta(days=9)}, False),
        ({"ended": True}, False),
        ({"ended": True, "afterwards": True}, True),
        ({"ended": True, "afterwards": True, "voided_at": NOW}, False),
        ({"afterwards": True}, True),
    ],
)
def test_a_link_opens_while_nothing_ended_it(differs: dict[str, object], opens: bool) -> None:  # noqa: FBT001  a cell of the table
    state = _state(**differs)
    assert state.opens(2, NOW) is opens
    assert state.alive(NOW) is opens
    assert not state.opens(1, NOW)
    assert not state.opens(3, NOW)


def test_an_application_is_over_once_decided_withdrawn_or_its_need_closed() -> None:
    over = {(stage, need) for stage in Stage for need in RequisitionState if has_ended(stage, need)}
    closed = {(stage, RequisitionState.CLOSED) for stage in Stage}
    ended = {(stage, need) for stage in (Stage.DECIDED, Stage.WITHDRAWN) for need in RequisitionState}
    assert over == closed | ended
