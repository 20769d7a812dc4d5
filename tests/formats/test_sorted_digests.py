"""A digest is found in a sorted file wherever it stands, and nothing else is."""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING

from app.formats.sorted_digests import holds
from app.services import passwords
from app.services.passwords import PasswordRules

if TYPE_CHECKING:
    from pathlib import Path


def _digest(text: str) -> str:
    return sha1(text.encode(), usedforsecurity=False).hexdigest()


def test_each_line_is_found_and_what_is_between_them_is_not(tmp_path: Path) -> None:
    digests = sorted(_digest(str(number)).upper() for number in range(200))
    for ending, written in (("\n", "{}:12"), ("\r\n", "{}:7"), ("", "{}")):
        file = tmp_path / "digests.txt"
        file.write_text((ending or "\n").join(map(written.format, digests)) + ending, newline="")
        assert all(holds(file, digest.lower()) for digest in digests)
        assert not any(holds(file, _digest(f"not {number}")) for number in range(200))
        assert not holds(file, "0" * 40)
        assert not holds(file, "F" * 40)


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.touch()
    assert not holds(file, "A" * 40)


def test_a_password_that_became_known_is_refused(tmp_path: Path) -> None:
    password = "nine copper kettles whistle"
    file = tmp_path / "known.txt"
    file.write_text(f"{_digest(password).upper()}:3\n")

    assert passwords.faults(password) == ()
    [fault] = passwords.faults(password, rules=PasswordRules(file))
    assert "became known in a breach" in fault.message
