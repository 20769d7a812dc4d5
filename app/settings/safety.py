"""Well-formed settings that are unsafe together, each with the line that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from app.settings import surroundings
from app.settings.identity import identity_refusals
from app.settings.names import DEMO_SECRET_MARK, LOOPBACK, NEW_SECRET, PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.settings import Settings

_WEAK_PASSWORDS = frozenset({"", "postgres", "password", "plumbline", "changeme", "secret", "admin"})
# 32 random bytes are 43 characters in base64 and 64 in hexadecimal; anything shorter cannot hold them.
_SECRET_LENGTH = 43
_SECRET_VARIETY = 12
_TOKEN_LENGTH = 32


def refusals(settings: Settings) -> tuple[str, ...]:
    """List why a program with these settings must not start; empty when it may.

    Whether the database still holds demo accounts or default passwords cannot be seen here; the program asks the
    database after migrating.
    """
    checks = _DEMO_CHECKS if settings.is_demo else _PRODUCTION_CHECKS
    lines = tuple(line for check in checks if (line := check(settings)) is not None)
    return lines + identity_refusals(
        settings.providers,
        demo=settings.is_demo,
        hosts=settings.outbound_allow,
        password_sign_in=settings.password_sign_in,
    )


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


def _second_factor_off(settings: Settings) -> str | None:
    if settings.second_factor != "off":
        return None
    why = "is off: one guessed password would open what is written about people"
    return f"{PREFIX}REQUIRE_SECOND_FACTOR {why}; set it with: {PREFIX}REQUIRE_SECOND_FACTOR=readers"


def _database_open(settings: Settings) -> str | None:
    parts = urlsplit(settings.database_url)
    if parts.scheme == "sqlite" or not parts.hostname or parts.hostname in LOOPBACK:
        return None
    if (parts.password or "") in _WEAK_PASSWORDS:
        why = "has a default or empty password"
    elif parse_qs(parts.query).get("sslmode", [""])[-1] in {"disable", "allow"}:
        why = "switches certificate checks off"
    else:
        return None
    mending = f"{PREFIX}DATABASE_URL=postgresql://plumbline:LONG-PASSWORD@HOST/plumbline?sslmode=verify-full"
    return f"{PREFIX}DATABASE_URL {why}: anyone on that network could read it; set it with: {mending}"


def _metrics_open(settings: Settings) -> str | None:
    if settings.metrics_token is None or len(settings.metrics_token) >= _TOKEN_LENGTH:
        return None
    mending = f'set it with: {PREFIX}METRICS_TOKEN="$({NEW_SECRET})"'
    return f"{PREFIX}METRICS_TOKEN has fewer than {_TOKEN_LENGTH} characters: somebody could guess it; {mending}"


def _demo_on_network(settings: Settings) -> str | None:
    if settings.is_loopback:
        return None
    why = f"{settings.host} opens demo accounts with known passwords to the network"
    return f"{PREFIX}HOST={why}; set it with: {PREFIX}HOST=127.0.0.1 (or {PREFIX}ENV=production)"


def _demo_mails_strangers(settings: Settings) -> str | None:
    host = (urlsplit(settings.smtp_url).hostname or "") if settings.smtp_url else "localhost"
    if host in LOOPBACK or host.startswith("127."):
        return None
    why = f"leads to {host}: a demo would send mail to people who do not exist"
    return f"{PREFIX}SMTP_URL {why}; set it with: {PREFIX}SMTP_URL=smtp://127.0.0.1:1025 (or {PREFIX}ENV=production)"


_PRODUCTION_CHECKS: tuple[Callable[[Settings], str | None], ...] = (
    _secret_missing, _secret_weak, _debug_on, _testing_on, _public_url_unsafe, _hosts_open, _second_factor_off,
    _database_open, _metrics_open, surroundings.open_refusal, surroundings.served_refusal, surroundings.network_refusal,
)  # fmt: skip
_DEMO_CHECKS: tuple[Callable[[Settings], str | None], ...] = (
    _demo_on_network, _demo_mails_strangers, surroundings.served_refusal,
)  # fmt: skip
