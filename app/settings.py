"""Settings from the environment: typed, checked at start, refused when unsafe.

Every setting is an environment variable with the prefix `PLUMBLINE_`. A malformed value raises `SettingsError` at
once; a well-formed but unsafe combination is listed by `refusals`. Each message names the setting, says why, and ends
with the line that mends it. Only the standard library is used, so that the command line can check settings before
anything heavy is loaded.
"""

from __future__ import annotations

import difflib
import os
import secrets
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, urlsplit

from app import paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "PLUMBLINE_"
DEMO_SECRET_MARK = "plumbline-demo-"  # noqa: S105 - not a secret: the mark by which a demo secret is recognised
NEW_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105 - a command, not a secret

NAMES = (
    "ENV", "DATABASE_URL", "INSTANCE", "SECRET_KEY", "SECRET_KEY_FILE", "HOST", "PORT", "PUBLIC_URL", "TRUSTED_HOSTS",
    "TRUSTED_PROXIES", "WORKERS", "RUBRICS_DIR", "CASE_STUDIES_DIR", "SMTP_URL", "MAIL_FROM", "SELF_IDENTIFICATION",
    "DEBUG", "TESTING",
)  # fmt: skip
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_WEAK_PASSWORDS = frozenset({"", "postgres", "password", "plumbline", "changeme", "secret", "admin"})
# 32 random bytes are 43 characters in base64 and 64 in hexadecimal; anything shorter cannot hold them.
_SECRET_LENGTH = 43
_SECRET_VARIETY = 12
_QUESTIONS = "'Sex: Female, Male'"
_MOST_QUESTIONS, _MOST_CHOICES, _LONGEST = 2, 12, 60
Asked = tuple[str, tuple[str, ...]]
"""A question to candidates and what they can choose."""


class SettingsError(Exception):
    """A setting is malformed or unsafe; the message names it, says why and how to mend it."""


class Environment(StrEnum):
    """What an installation is for: trying the program out, or real people's data."""

    DEMO = "demo"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one installation; `secret_key` is empty until one is given or `prepare_instance` has made it."""

    instance: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    env: Environment = Environment.PRODUCTION
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    workers: int = 2
    rubrics_dir: Path = field(default_factory=paths.rubrics_dir)
    case_studies_dir: Path = field(default_factory=paths.case_studies_dir)
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    self_identification: tuple[Asked, ...] | None = None
    debug: bool = False
    testing: bool = False

    @property
    def is_demo(self) -> bool:
        """Tell whether this installation offers demo data and accounts."""
        return self.env is Environment.DEMO

    @property
    def files_dir(self) -> Path:
        """Return where candidates' documents are kept."""
        return self.instance / "files"

    @property
    def is_loopback(self) -> bool:
        """Tell whether the server can be reached from this machine only."""
        return self.host in _LOOPBACK or self.host.startswith("127.")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check every setting; raise `SettingsError` on the first that is unknown or malformed.

        Nothing is written. Without `PLUMBLINE_ENV` the environment is production, the safe default; the command line
        sets demo.
        """
        _refuse_unknown(environ)
        read = _Reader(environ)
        env = read.choice("ENV", Environment.PRODUCTION)
        instance = read.folder("INSTANCE", paths.default_instance_dir())
        return cls(
            env=env,
            instance=instance,
            database_url=read.database_url("DATABASE_URL", instance),
            secret_key=read.secret(env, instance),
            host=read.text("HOST", "127.0.0.1"),
            port=read.number("PORT", 8000, 0, 65535),
            public_url=read.optional("PUBLIC_URL"),
            trusted_hosts=read.names("TRUSTED_HOSTS"),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0, 0, 8),
            workers=read.number("WORKERS", 2, 1, 64),
            rubrics_dir=read.existing_folder("RUBRICS_DIR", paths.rubrics_dir()),
            case_studies_dir=read.existing_folder("CASE_STUDIES_DIR", paths.case_studies_dir()),
            smtp_url=read.smtp_url("SMTP_URL"),
            mail_from=read.mail_address("MAIL_FROM"),
            self_identification=read.questions("SELF_IDENTIFICATION"),
            debug=read.switch("DEBUG") or environ.get("FLASK_DEBUG", "0") not in {"", "0", "false"},
            testing=read.switch("TESTING"),
        )


class _Reader:
    """Reads single values out of an environment and refuses what it cannot understand."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def optional(self, name: str) -> str | None:
        return self._environ.get(PREFIX + name, "").strip() or None

    def text(self, name: str, default: str) -> str:
        return self.optional(name) or default

    def choice(self, name: str, default: Environment) -> Environment:
        value = self.text(name, default)
        if value not in set(Environment):
            raise _malformed(name, value, "is neither demo nor production", "production")
        return Environment(value)

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            raise _malformed(name, value, f"is not a whole number from {low} to {high}", str(default))
        return int(value)

    def switch(self, name: str) -> bool:
        value = self.text(name, "0")
        if value not in {"0", "1"}:
            raise _malformed(name, value, "is neither 0 nor 1", "0")
        return value == "1"

    def names(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())

    def folder(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().absolute()

    def existing_folder(self, name: str, default: Path) -> Path:
        given = self.optional(name)
        if given is not None and not Path(given).expanduser().is_dir():
            raise _malformed(name, given, "is not a folder", str(default))
        return self.folder(name, default)

    def database_url(self, name: str, instance: Path) -> str:
        value = self.text(name, f"sqlite:///{instance / 'plumbline.db'}")
        scheme, separator, rest = value.partition("://")
        if scheme in {"postgres", "postgresql"}:
            scheme = "postgresql+psycopg"
        if scheme not in {"sqlite", "postgresql+psycopg"} or not separator:
            # The value itself is not repeated: it may hold a password.
            message = "is neither a sqlite:// nor a postgresql:// address"
            raise _malformed(name, None, message, "postgresql://plumbline:PASSWORD@localhost/plumbline")
        return f"{scheme}://{rest}"

    def smtp_url(self, name: str) -> str | None:
        value = self.optional(name)
        if value is not None and urlsplit(value).scheme not in {"smtp", "smtps"}:
            example = "smtps://USER:PASSWORD@mail.example.org"
            raise _malformed(name, None, "is not an smtp:// or smtps:// address", example)
        return value

    def mail_address(self, name: str) -> str | None:
        value = self.optional(name)
        if value is not None and value.count("@") != 1:
            raise _malformed(name, value, "is not a mail address", "plumbline@example.org")
        return value

    def questions(self, name: str) -> tuple[Asked, ...] | None:
        value = self.optional(name)
        if value is None or value == "off":
            return None if value is None else ()
        asked = tuple(map(_question, value.split(";")))
        if len(asked) > _MOST_QUESTIONS or len({title for title, _ in asked}) < len(asked):
            raise _malformed(name, value, "asks more than two questions, or one twice", _QUESTIONS)
        if any(not _fitting(title, choices) for title, choices in asked):
            raise _malformed(name, value, "is not written as Question: choice, choice", _QUESTIONS)
        return asked

    def secret(self, env: Environment, instance: Path) -> str:
        given, file = self.optional("SECRET_KEY"), self.optional("SECRET_KEY_FILE")
        if given is not None and file is not None:
            name, why = "SECRET_KEY_FILE", "is set beside SECRET_KEY; keep one of the two"
            raise _malformed(name, file, why, "")
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


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, refuse unsafe ones and make the instance folder; the one door for a starting program.

    Raises `SettingsError` with one line for each refusal.
    """
    settings = Settings.from_environment(os.environ if environ is None else environ)
    refused = refusals(settings)
    if refused:
        raise SettingsError("\n".join(refused))
    return prepare_instance(settings)


def demo_secret_file(instance: Path) -> Path:
    """Return where a demo installation keeps the secret that it made for itself."""
    return instance / "demo_secret_key"


def prepare_instance(settings: Settings) -> Settings:
    """Make the instance folder (mode 0700) and, in demo mode without a secret, a secret of its own (mode 0600)."""
    try:
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        if settings.secret_key or not settings.is_demo:
            return settings
        return replace(settings, secret_key=_make_demo_secret(demo_secret_file(settings.instance)))
    except OSError as error:
        mending = f'{PREFIX}INSTANCE="$HOME/plumbline"'
        message = f"{PREFIX}INSTANCE: {settings.instance} cannot be written ({error.strerror}); set it with: {mending}"
        raise SettingsError(message) from error


def refusals(settings: Settings) -> tuple[str, ...]:
    """List why a program with these settings must not start; empty when it may.

    Whether the database still holds demo accounts or default passwords cannot be seen here; the program asks the
    database after migrating.
    """
    checks = _DEMO_CHECKS if settings.is_demo else _PRODUCTION_CHECKS
    return tuple(line for check in checks if (line := check(settings)) is not None)


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = [PREFIX + name for name in NAMES]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            mending = f"did you mean {near[0]}? unset {name}" if near else f"unset {name}"
            message = f"{name} is no setting of this program; {mending}"
            raise SettingsError(message)


def _malformed(name: str, value: str | None, why: str, example: str) -> SettingsError:
    shown = "" if value is None else f" {value!r}"
    mending = f"set it with: {PREFIX}{name}={example}" if example else f"unset {PREFIX}{name}"
    return SettingsError(f"{PREFIX}{name}{shown} {why}; {mending}")


def _make_demo_secret(file: Path) -> str:
    secret = DEMO_SECRET_MARK + secrets.token_urlsafe(48)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process of the same first start was quicker: both must use one secret
        return file.read_text(encoding="utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(secret + "\n")
    return secret


def _question(text: str) -> Asked:
    title, _, rest = text.partition(":")
    return title.strip(), tuple(choice.strip() for choice in rest.split(","))


def _fitting(title: str, choices: tuple[str, ...]) -> bool:
    words = (title, *choices)
    written = all(word.isprintable() and 0 < len(word) <= _LONGEST and ":" not in word for word in words)
    return written and 1 < len(set(choices)) == len(choices) <= _MOST_CHOICES


def _secret_missing(settings: Settings) -> str | None:
    if settings.secret_key:
        return None
    return f'{PREFIX}SECRET_KEY is missing: sessions could be forged; set it with: {PREFIX}SECRET_KEY="$({NEW_SECRET})"'


def _secret_weak(settings: Settings) -> str | None:
    secret = settings.secret_key
    if not secret:
        return None
    if secret.startswith(DEMO_SECRET_MARK):
        why = "is the secret of a demo"
    elif len(secret) < _SECRET_LENGTH or len(set(secret)) < _SECRET_VARIETY:
        why = "holds fewer than 32 random bytes"
    else:
        return None
    return f'{PREFIX}SECRET_KEY {why}: sessions could be forged; set it with: {PREFIX}SECRET_KEY="$({NEW_SECRET})"'


def _debug_on(settings: Settings) -> str | None:
    if not settings.debug:
        return None
    return f"{PREFIX}DEBUG is on: error pages would show secrets; set it with: {PREFIX}DEBUG=0 FLASK_DEBUG=0"


def _testing_on(settings: Settings) -> str | None:
    if not settings.testing:
        return None
    return f"{PREFIX}TESTING is on: protections would be lifted; set it with: {PREFIX}TESTING=0"


def _public_url_unsafe(settings: Settings) -> str | None:
    mending = f"set it with: {PREFIX}PUBLIC_URL=https://plumbline.example.org"
    if settings.public_url is None:
        return f"{PREFIX}PUBLIC_URL is missing: links and origin checks need the address people type; {mending}"
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https" or not parts.hostname:
        return f"{PREFIX}PUBLIC_URL is not an https address: passwords would travel in the clear; {mending}"
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        return f"{PREFIX}PUBLIC_URL has a path: the program answers at the top of a host name only; {mending}"
    return None


def _hosts_open(settings: Settings) -> str | None:
    mending = f"set it with: {PREFIX}TRUSTED_HOSTS=plumbline.example.org"
    if not settings.trusted_hosts:
        return f"{PREFIX}TRUSTED_HOSTS is empty: a forged Host header could redirect links; {mending}"
    if any("*" in host or host.startswith(".") for host in settings.trusted_hosts):
        return f"{PREFIX}TRUSTED_HOSTS holds a wildcard: a forged Host header could redirect links; {mending}"
    return None


def _database_open(settings: Settings) -> str | None:
    parts = urlsplit(settings.database_url)
    if parts.scheme == "sqlite" or not parts.hostname or parts.hostname in _LOOPBACK:
        return None
    if (parts.password or "") in _WEAK_PASSWORDS:
        why = "has a default or empty password"
    elif _sslmode(parts) in {"disable", "allow"}:
        why = "switches certificate checks off"
    else:
        return None
    mending = f"{PREFIX}DATABASE_URL=postgresql://plumbline:LONG-PASSWORD@HOST/plumbline?sslmode=verify-full"
    return f"{PREFIX}DATABASE_URL {why}: anyone on that network could read it; set it with: {mending}"


def _sslmode(parts: SplitResult) -> str:
    return parse_qs(parts.query).get("sslmode", [""])[-1]


def _demo_on_network(settings: Settings) -> str | None:
    if settings.is_loopback:
        return None
    why = f"{settings.host} opens demo accounts with known passwords to the network"
    return f"{PREFIX}HOST={why}; set it with: {PREFIX}HOST=127.0.0.1 (or {PREFIX}ENV=production)"


_PRODUCTION_CHECKS: tuple[Callable[[Settings], str | None], ...] = (
    _secret_missing, _secret_weak, _debug_on, _testing_on, _public_url_unsafe, _hosts_open, _database_open,
)  # fmt: skip
_DEMO_CHECKS: tuple[Callable[[Settings], str | None], ...] = (_demo_on_network,)
