"""Single values out of the environment: typed, or refused with the line that mends them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.settings.names import NEW_SECRET, PREFIX, Environment, SettingsError, malformed

if TYPE_CHECKING:
    from collections.abc import Mapping

_QUESTIONS = "'Sex: Female, Male'"
_MOST_QUESTIONS, _MOST_CHOICES, _LONGEST = 2, 12, 60
# A name with letters in its last part, so that no spelling of an IP address is one.
_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"(?i)(internal:)?({_LABEL}\.)*(?=[0-9-]*[a-z]){_LABEL}(:[1-9][0-9]{{0,3}}|:[1-5][0-9]{{4}})?")
Asked = tuple[str, tuple[str, ...]]
"""A question to candidates and what they can choose."""


class Reader:
    """Reads single values out of an environment and refuses what it cannot understand."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read from this environment."""
        self._environ = environ

    def optional(self, name: str) -> str | None:
        """The text of a setting, or nothing when it is unset or blank."""
        return self._environ.get(PREFIX + name, "").strip() or None

    def text(self, name: str, default: str) -> str:
        """The text of a setting, or the default."""
        return self.optional(name) or default

    def choice(self, name: str, default: Environment) -> Environment:
        """What the installation is for."""
        value = self.text(name, default)
        if value not in set(Environment):
            raise malformed(name, value, "is neither demo nor production", "production")
        return Environment(value)

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number within two limits."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            raise malformed(name, value, f"is not a whole number from {low} to {high}", str(default))
        return int(value)

    def switch(self, name: str) -> bool:
        """On for 1, off for 0."""
        value = self.text(name, "0")
        if value not in {"0", "1"}:
            raise malformed(name, value, "is neither 0 nor 1", "0")
        return value == "1"

    def one_of(self, name: str, choices: tuple[str, ...]) -> str | None:
        """One of a few words, or nothing when it is unset."""
        value = self.optional(name)
        if value is not None and value not in choices:
            raise malformed(name, value, f"is none of {', '.join(choices)}", choices[-1])
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Names separated by commas."""
        return tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())

    def hosts(self, name: str) -> tuple[str, ...]:
        """Hosts that may be asked: ``host``, ``host:port`` or ``internal:host``."""
        wrong = next((entry for entry in self.names(name) if _HOST.fullmatch(entry) is None), None)
        if wrong is not None:
            raise malformed(name, wrong, "is not host, host:port or internal:host", "calendar.google.com")
        return self.names(name)

    def folder(self, name: str, default: Path) -> Path:
        """A folder, as an absolute path."""
        return Path(self.text(name, str(default))).expanduser().absolute()

    def existing_folder(self, name: str, default: Path) -> Path:
        """A folder that is there."""
        given = self.optional(name)
        if given is not None and not Path(given).expanduser().is_dir():
            raise malformed(name, given, "is not a folder", str(default))
        return self.folder(name, default)

    def existing_file(self, name: str, example: str) -> Path | None:
        """A file that can be read, or nothing when it is unset."""
        given = self.optional(name)
        file = Path(given).expanduser().absolute() if given is not None else None
        if file is not None and not (file.is_file() and os.access(file, os.R_OK)):
            raise malformed(name, given, "is not a file that can be read", example)
        return file

    def database_url(self, name: str, instance: Path) -> str:
        """The address of the database, with the driver that we use for it."""
        value = self.text(name, f"sqlite:///{instance / 'plumbline.db'}")
        scheme, separator, rest = value.partition("://")
        if scheme in {"postgres", "postgresql"}:
            scheme = "postgresql+psycopg"
        if scheme not in {"sqlite", "postgresql+psycopg"} or not separator:
            # The value itself is not repeated: it may hold a password.
            message = "is neither a sqlite:// nor a postgresql:// address"
            raise malformed(name, None, message, "postgresql://plumbline:PASSWORD@localhost/plumbline")
        return f"{scheme}://{rest}"

    def file(self, name: str) -> Path | None:
        """The path of a file that is named."""
        given = self.optional(name)
        return Path(given).expanduser().absolute() if given else None

    def owner_url(self, name: str, instance: Path) -> str | None:
        """The address of the same database for the role that owns its tables, which only migrations use."""
        return self.database_url(name, instance) if self.optional(name) else None

    def word(self, name: str, default: str, *others: str) -> str:
        """One of a few words."""
        value = self.text(name, default)
        if value not in {default, *others}:
            raise malformed(name, value, f"is neither {default} nor {' nor '.join(others)}", default)
        return value

    def smtp_url(self, name: str) -> str | None:
        """The address of a mail server."""
        value = self.optional(name)
        if value is not None and urlsplit(value).scheme not in {"smtp", "smtps"}:
            example = "smtps://USER:PASSWORD@mail.example.org"
            raise malformed(name, None, "is not an smtp:// or smtps:// address", example)
        return value

    def mail_address(self, name: str) -> str | None:
        """A mail address."""
        value = self.optional(name)
        if value is not None and value.count("@") != 1:
            raise malformed(name, value, "is not a mail address", "plumbline@example.org")
        return value

    def questions(self, name: str) -> tuple[Asked, ...] | None:
        """What candidates may say of themselves; ``None`` when nothing was set, empty when nothing is asked."""
        value = self.optional(name)
        if value is None or value == "off":
            return None if value is None else ()
        asked = tuple(map(_question, value.split(";")))
        if len(asked) > _MOST_QUESTIONS or len({title for title, _ in asked}) < len(asked):
            raise malformed(name, value, "asks more than two questions, or one twice", _QUESTIONS)
        if any(not _fitting(title, choices) for title, choices in asked):
            raise malformed(name, value, "is not written as Question: choice, choice", _QUESTIONS)
        return asked

    def secret(self, env: Environment, instance: Path) -> str:
        """The secret, from its own setting, from a file, or the one that a demo made for itself; empty without any."""
        given, file = self.optional("SECRET_KEY"), self.optional("SECRET_KEY_FILE")
        if given is not None and file is not None:
            name, why = "SECRET_KEY_FILE", "is set beside SECRET_KEY; keep one of the two"
            raise malformed(name, file, why, "")
        if given is not None:
            return given
        if file is not None:
            return self._secret_from(Path(file).expanduser())
        kept = demo_secret_file(instance)
        return self._secret_from(kept) if env is Environment.DEMO and kept.exists() else ""

    @staticmethod
    def _secret_from(file: Path) -> str:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            mending = f"({NEW_SECRET}) > {file} && chmod 600 {file}"
            message = (
                f"{PREFIX}SECRET_KEY_FILE: {file} cannot be read ({type(error).__name__}); make it with: {mending}"
            )
            raise SettingsError(message) from error


def demo_secret_file(instance: Path) -> Path:
    """Return where a demo installation keeps the secret that it made for itself."""
    return instance / "demo_secret_key"


def _question(text: str) -> Asked:
    title, _, rest = text.partition(":")
    return title.strip(), tuple(choice.strip() for choice in rest.split(","))


def _fitting(title: str, choices: tuple[str, ...]) -> bool:
    words = (title, *choices)
    written = all(word.isprintable() and 0 < len(word) <= _LONGEST and ":" not in word for word in words)
    return written and 1 < len(set(choices)) == len(choices) <= _MOST_CHOICES
