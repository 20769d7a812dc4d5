"""Password hashing with argon2id, and what makes a password unfit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.errors import Fault, TooManyError
from app.formats import sorted_digests

# 64 MiB and three passes: 150 ms on a small server; the floor of the security design is 19 MiB and two.
HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1, hash_len=32, salt_len=16)
SHORTEST, LONGEST, MOST_BYTES = 15, 128, 1024
_OURS = ("passwort", "qwertzuiop", "administrator", "plumbline", "correcthorsebatterystaple")
"""What people choose here and no list of common passwords has."""
_LEFT_AT_LEAST = 9
_TELLING = 4
"""Shorter words stand in too many sentences to say anything about a person."""
_COMMON_AT_LEAST, _COMMON_WORTH = 6, 3
"""A common password inside a longer one counts as three letters; shorter ones are parts of ordinary words."""
_PATIENCE = 2.0
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What an installation adds to the rules: a file of passwords that became known, as sorted SHA-1 lines."""

    breached: Path | None = None


USUAL = PasswordRules()


def hashed(password: str) -> str:
    """The argon2id hash to store."""
    with _alone():
        return HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password fits; an unknown account costs the same work as a known one.

    One is looked at at a time, because each takes 64 MiB; :class:`TooManyError` for whoever would wait for long.
    """
    if len(password.encode(errors="replace")) > MOST_BYTES:
        return False
    with _alone():
        try:
            HASHER.verify(stored or _dummy(), password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether a hash was made with less work than is asked for today."""
    return HASHER.check_needs_rehash(stored)


def faults(password: str, *, about: tuple[str, ...] = (), rules: PasswordRules = USUAL) -> tuple[Fault, ...]:
    """What is wrong with a new password; ``about`` holds words that everybody knows of the person."""
    if len(password) < SHORTEST:
        return (Fault("password", f"Use at least {SHORTEST} characters; a short sentence is easy to remember."),)
    if len(password) > LONGEST:
        return (Fault("password", f"Use at most {LONGEST} characters."),)
    if _worth(password, about) < _LEFT_AT_LEAST:
        return (Fault("password", "This is too easy to guess: it is mostly a common word, a name or a repetition."),)
    if rules.breached is not None and sorted_digests.holds(rules.breached, _sha1(password)):
        return (Fault("password", "This password became known in a breach elsewhere. Choose another."),)
    return ()


def _worth(password: str, about: tuple[str, ...]) -> int:
    """How many letters nobody could foresee; few different ones count as themselves, however often they stand there."""
    left = password.casefold().replace(" ", "")
    for word in (*_OURS, *(word.casefold() for word in about if len(word) >= _TELLING)):
        left = left.replace(word, "")
    left, found = _without_common(left)
    if len(set(left)) < _LEFT_AT_LEAST // 2:
        left = "".join(set(left))
    return len(left) + _COMMON_WORTH * len(found)


def _without_common(text: str) -> tuple[str, set[str]]:
    """The text without the common passwords in it, the longest first at each place, and which they were."""
    common, longest = _common()
    left, found, place = [], set(), 0
    while place < len(text):
        sizes = range(min(longest, len(text) - place), _COMMON_AT_LEAST - 1, -1)
        word = next((text[place : place + size] for size in sizes if text[place : place + size] in common), "")
        if word:
            found.add(word)
        else:
            left.append(text[place])
        place += len(word) or 1
    return "".join(left), found


@cache
def _common() -> tuple[frozenset[str], int]:
    # Half a megabyte of lists: loaded when the first new password is looked at.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    words = frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= _COMMON_AT_LEAST)
    return words, max(map(len, words))


def _sha1(password: str) -> str:
    # The form in which lists of breached passwords are published; nothing here is kept under it.
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    if not _one_at_a_time.acquire(timeout=_PATIENCE):
        message = "Too many people are signing in at this moment. Try again in a few seconds."
        raise TooManyError(message, retry_after=3)
    try:
        yield
    finally:
        _one_at_a_time.release()


@cache
def _dummy() -> str:
    return HASHER.hash("no account has this password")
