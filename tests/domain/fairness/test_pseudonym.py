"""Pseudonyms and links: the same for the same secret, and of no use without it."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import date
from uuid import UUID, uuid4

import pytest

from app.domain.errors import NotFoundError
from app.domain.fairness.pseudonym import AnswerKeys

SECRET = "a secret of forty-three characters, or more."
KEYS, OTHER = AnswerKeys.of(SECRET), AnswerKeys.of(SECRET[::-1])
ID, DAY = UUID(int=5), date(2026, 12, 31)


def test_a_pseudonym_follows_from_the_key_and_from_nothing_else() -> None:
    assert KEYS.pseudonym(ID) == AnswerKeys.of(SECRET).pseudonym(ID)
    assert len({KEYS.pseudonym(ID), OTHER.pseudonym(ID), KEYS.pseudonym(UUID(int=6))}) == 3
    assert len(KEYS.pseudonym(ID)) == 64


def test_a_link_tells_its_application_only_to_who_signed_it() -> None:
    assert KEYS.read(KEYS.link(ID, DAY)) == (ID, DAY)
    with pytest.raises(NotFoundError):
        OTHER.read(KEYS.link(ID, DAY))


def test_who_sees_a_link_learns_nothing_of_where_the_answer_lies() -> None:
    raw = urlsafe_b64decode(KEYS.link(ID, DAY) + "==")
    assert bytes.fromhex(KEYS.pseudonym(ID)) not in raw
    assert KEYS.answers != KEYS.links
    assert SECRET not in repr(KEYS)


@pytest.mark.parametrize("place", range(70))
def test_no_letter_of_a_link_can_be_changed(place: int) -> None:
    token = KEYS.link(uuid4(), DAY)
    changed = token[:place] + ("B" if token[place] != "B" else "C") + token[place + 1 :]
    with pytest.raises(NotFoundError):
        KEYS.read(changed)


@pytest.mark.parametrize("token", ["", "x", "é" * 70, "A" * 70, "-" * 69, "A" * 71, "." * 70])
def test_anything_else_is_not_found(token: str) -> None:
    with pytest.raises(NotFoundError):
        KEYS.read(token)


def test_without_a_secret_there_are_no_keys() -> None:
    with pytest.raises(ValueError, match="without a secret"):
        AnswerKeys.of("")
