from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from app.services.passwords import PasswordRules, faults, hashed, matches

if TYPE_CHECKING:
    from pathlib import Path

SENTENCE = "seven green ladders by the canal"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("x7Q!pL-9wzR#4v", "at least 15"),
        (SENTENCE * 5, "at most 128"),
        ("passwordpassword", "too easy to guess"),
        ("administrator123", "too easy to guess"),
        ("Plumbline Plumbline", "too easy to guess"),
        ("mira okafor mira okafor", "too easy to guess"),
        ("aaaaaaaaaaaaaaaaaaaa", "too easy to guess"),
    ],
)
def test_what_is_short_long_common_or_about_the_person_is_refused(password: str, said: str) -> None:
    (fault,) = faults(password, about=("Mira", "Okafor"))
    assert said in fault.message


@pytest.mark.parametrize(
    "password",
    [SENTENCE, "x7Q!pL-9wzR#4v+", "🦊🌵🎻🚲🧊🪁🦉🍋🛶🧭🪴🎈🦔🍄🌋", "830 572 916 047 385 261", (SENTENCE * 4)[:128]],
)
def test_no_kind_of_character_is_asked_for_and_128_are_taken(password: str) -> None:
    assert faults(password) == ()


def test_a_password_is_compared_exactly_as_typed() -> None:
    stored = hashed(f"{SENTENCE} ")
    assert matches(stored, f"{SENTENCE} ")
    for other in (SENTENCE, f" {SENTENCE}", f"{SENTENCE} ".title(), f"{SENTENCE}  "):
        assert not matches(stored, other)
    long = "é" * 512
    assert matches(hashed(long), long)
    assert not matches(hashed(long), f"{long}é"), "more than 1,024 bytes are refused before any work"


def test_what_became_known_elsewhere_is_refused_by_the_installations_own_list(tmp_path: Path) -> None:
    known = [hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper() for text in (SENTENCE, "a", "b")]
    file = tmp_path / "breached.txt"
    file.write_text("".join(f"{digest}:3\n" for digest in sorted(known)), encoding="ascii")
    rules = PasswordRules(breached=file)
    assert "became known" in faults(SENTENCE, rules=rules)[0].message
    assert faults(f"{SENTENCE} at noon", rules=rules) == ()
