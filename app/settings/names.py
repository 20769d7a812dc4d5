"""What the settings are called, and how one is refused."""

from __future__ import annotations

import difflib
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "PLUMBLINE_"
DEMO_SECRET_MARK = "plumbline-demo-"  # noqa: S105 - not a secret: the mark by which a demo secret is recognised
NEW_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105 - a command, not a secret

NAMES = (
    "ENV", "DATABASE_URL", "INSTANCE", "SECRET_KEY", "SECRET_KEY_FILE", "HOST", "PORT", "PUBLIC_URL", "TRUSTED_HOSTS",
    "TRUSTED_PROXIES", "WORKERS", "RUBRICS_DIR", "CASE_STUDIES_DIR", "SMTP_URL", "MAIL_FROM", "SELF_IDENTIFICATION",
    "OUTBOUND_ALLOW", "NAME_INTERVIEWERS", "REQUIRE_SECOND_FACTOR", "BREACHED_PASSWORDS", "IDENTITY_FILE",
    "PASSWORD_SIGN_IN", "AUDIT_KEY_FILE", "METRICS_TOKEN", "LOG",
    "OWNER_DATABASE_URL", "CANDIDATE_FEEDBACK", "CANDIDATE_CONTACT", "CANDIDATE_MONTHS",
    "SINGLE_HANDED", "DEBUG", "TESTING",
)  # fmt: skip
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingsError(Exception):
    """A setting is malformed or unsafe; the message names it, says why and how to mend it."""


class Environment(StrEnum):
    """What an installation is for: trying the program out, or real people's data."""

    DEMO = "demo"
    PRODUCTION = "production"


def refuse_unknown(environ: Mapping[str, str]) -> None:
    """Refuse a name with our prefix that is no setting, and say which was meant."""
    known = [PREFIX + name for name in NAMES]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            mending = f"did you mean {near[0]}? unset {name}" if near else f"unset {name}"
            message = f"{name} is no setting of this program; {mending}"
            raise SettingsError(message)


def malformed(name: str, value: str | None, why: str, example: str) -> SettingsError:
    """The refusal of a value: which setting, why, and the line that mends it."""
    shown = "" if value is None else f" {value!r}"
    mending = f"set it with: {PREFIX}{name}={example}" if example else f"unset {PREFIX}{name}"
    return SettingsError(f"{PREFIX}{name}{shown} {why}; {mending}")
