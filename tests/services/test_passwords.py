"""What is kept of a password is as costly to guess as the program says, and tells nothing about who has an account."""

from __future__ import annotations

import subprocess
import sys

from app import paths
from app.services import passwords

PASSWORD = "seven green ladders by the canal"
HASH_ONE = f"from app.services import passwords; print(passwords.hashed({PASSWORD!r}))"


def test_the_program_hashes_at_full_strength() -> None:
    # In a process of its own: this one hashes cheaply, so that the suite is quick.
    done = subprocess.run(
        [sys.executable, "-c", HASH_ONE], cwd=paths.root(), capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert passwords.matches(done.stdout.strip(), PASSWORD)
    assert not passwords.matches(done.stdout.strip(), PASSWORD + ".")


def test_no_password_fits_an_unknown_account() -> None:
    assert not passwords.matches(None, "no account has this password")
