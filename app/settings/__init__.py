"""Settings from the environment: typed, checked at start, refused when unsafe.

Every setting is an environment variable with the prefix `PLUMBLINE_`. A malformed value raises `SettingsError` at
once; a well-formed but unsafe combination is listed by `refusals`. Each message names the setting, says why, and ends
with the line that mends it. Only the standard library is used, so that the command line can check settings before
anything heavy is loaded.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app import paths
from app.settings import floors
from app.settings.identity import Provider, read_providers
from app.settings.names import (
    DEMO_SECRET_MARK,
    LOOPBACK,
    NAMES,
    NEW_SECRET,
    PREFIX,
    Environment,
    SettingsError,
    refuse_unknown,
)
from app.settings.reader import Asked, Reader, demo_secret_file
from app.settings.safety import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DEMO_SECRET_MARK",
    "NAMES",
    "NEW_SECRET",
    "PREFIX",
    "Asked",
    "Environment",
    "Provider",
    "Settings",
    "SettingsError",
    "demo_secret_file",
    "load",
    "prepare_instance",
    "refusals",
]


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
    outbound_allow: tuple[str, ...] = ()
    name_interviewers: bool = False
    candidate_feedback: bool = False
    candidate_contact: str | None = None
    candidate_months: int = 0
    audit_key_given: Path | None = None
    require_second_factor: str | None = None
    breached_passwords: Path | None = None
    providers: tuple[Provider, ...] = ()
    password_sign_in: bool = True
    secret_file: Path | None = None
    owner_database_url: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    log: str = "warning"
    single_handed: bool = False
    debug: bool = False
    testing: bool = False

    @property
    def is_demo(self) -> bool:
        """Tell whether this installation offers demo data and accounts."""
        return self.env is Environment.DEMO

    @property
    def second_factor(self) -> str:
        """Return of whom a second factor is asked: ``off``, ``readers`` or ``all``."""
        return self.require_second_factor or ("off" if self.is_demo else "readers")

    @property
    def audit_key_file(self) -> Path:
        """Return where the key lies that signs checkpoints of the audit chain."""
        return self.audit_key_given or self.instance / "audit_key"

    @property
    def files_dir(self) -> Path:
        """Return where candidates' documents are kept."""
        return self.instance / "files"

    @property
    def is_loopback(self) -> bool:
        """Tell whether the server can be reached from this machine only."""
        return self.host in LOOPBACK or self.host.startswith("127.")

    @property
    def answered_hosts(self) -> tuple[str, ...]:
        """Return the names by which this installation may be asked; a demo is asked by those of its own machine."""
        return (*self.trusted_hosts, self.host, *sorted(LOOPBACK)) if self.is_demo else self.trusted_hosts

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check every setting; raise `SettingsError` on the first that is unknown or malformed.

        Nothing is written. Without `PLUMBLINE_ENV` the environment is production, the safe default; the command line
        sets demo.
        """
        refuse_unknown(environ)
        read = Reader(environ)
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
            outbound_allow=read.hosts("OUTBOUND_ALLOW"),
            name_interviewers=read.switch("NAME_INTERVIEWERS"),
            candidate_feedback=read.switch("CANDIDATE_FEEDBACK"),
            candidate_contact=read.mail_address("CANDIDATE_CONTACT"),
            candidate_months=read.number("CANDIDATE_MONTHS", 0, 0, 120),
            audit_key_given=read.existing_file("AUDIT_KEY_FILE", "/etc/plumbline/audit_key"),
            require_second_factor=read.one_of("REQUIRE_SECOND_FACTOR", ("off", "readers", "all")),
            breached_passwords=read.existing_file("BREACHED_PASSWORDS", "/etc/plumbline/breached.txt"),
            providers=read_providers(read.existing_file("IDENTITY_FILE", "/etc/plumbline/identity.toml")),
            password_sign_in=read.one_of("PASSWORD_SIGN_IN", ("on", "off")) != "off",
            secret_file=read.file("SECRET_KEY_FILE"),
            owner_database_url=read.owner_url("OWNER_DATABASE_URL", instance),
            metrics_token=read.optional("METRICS_TOKEN"),
            log=read.word("LOG", "warning", "info"),
            single_handed=read.one_of("SINGLE_HANDED", ("off", "allowed")) == "allowed",
            debug=read.switch("DEBUG") or environ.get("FLASK_DEBUG", "0") not in {"", "0", "false"},
            testing=read.switch("TESTING"),
        )


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, refuse unsafe ones and make the instance folder; the one door for a starting program.

    Raises `SettingsError` with one line for each refusal.
    """
    settings = Settings.from_environment(os.environ if environ is None else environ)
    if refused := (*floors.too_old(), *refusals(settings)):
        raise SettingsError("\n".join(refused))
    return prepare_instance(settings)


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


def _make_demo_secret(file: Path) -> str:
    secret = DEMO_SECRET_MARK + secrets.token_urlsafe(48)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process of the same first start was quicker: both must use one secret
        return file.read_text(encoding="utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(secret + "\n")
    return secret
