"""Password hashing with argon2id, and what makes a password unfit."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain.errors import Fault

# 64 MiB and three passes: 150 ms on a small server; the floor of the security design is 19 MiB and two.
HASHER = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1, hash_len=32, salt_len=16)
SHORTEST, LONGEST, MOST_BYTES = 15, 128, 1024
_COMMON = (
    "password", "passwort", "123456789", "qwertyuiop", "qwertzuiop", "letmein", "iloveyou", "welcome", "changeme",
    "administrator", "plumbline", "abcdefgh", "correcthorsebatterystaple", "111111", "000000",
)  # fmt: skip
_LEFT_AT_LEAST = 8
_TELLING = 4
"""Shorter words stand in too many sentences to say anything about a person."""


def hashed(password: str) -> str:
    """The argon2id hash to store."""
    return HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether a password fits; an unknown account costs the same work as a known one."""
    if len(password.encode(errors="replace")) > MOST_BYTES:
        return False
    try:
        HASHER.verify(stored or _dummy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def faults(password: str, *, about: tuple[str, ...] = ()) -> tuple[Fault, ...]:
    """What is wrong with a new password; ``about`` holds words that everybody knows of the person."""
    if len(password) < SHORTEST:
        return (Fault("password", f"Use at least {SHORTEST} characters; a short sentence is easy to remember."),)
    if len(password) > LONGEST:
        return (Fault("password", f"Use at most {LONGEST} characters."),)
    left = password.casefold().replace(" ", "")
    for word in (*_COMMON, *(word.casefold() for word in about if len(word) >= _TELLING)):
        left = left.replace(word, "")
    if len(left) < _LEFT_AT_LEAST or len(set(left)) < _LEFT_AT_LEAST // 2:
        return (Fault("password", "This is too easy to guess: it is mostly a common word, a name or a repetition."),)
    return ()


@cache
def _dummy() -> str:
    return HASHER.hash("no account has this password")
