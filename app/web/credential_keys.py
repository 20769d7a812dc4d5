"""What this installation signs, seals and checks credentials with, and where its passkeys are good."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from flask import current_app, request, session

from app.domain.account_token import AccountKeys
from app.services.passkeys import Place
from app.services.passwords import PasswordRules
from app.services.sealing import SeedKey

if TYPE_CHECKING:
    from app.web.sessions import BrowserSession

_LOCAL = "localhost"


def account_keys() -> AccountKeys:
    """The key of one-time links."""
    return AccountKeys.of(str(current_app.secret_key))


def seed_key() -> SeedKey:
    """The key that seeds of codes are sealed under."""
    return SeedKey.of(str(current_app.secret_key))


def password_rules() -> PasswordRules:
    """What is asked of new passwords here."""
    return PasswordRules(current_app.config["PLUMBLINE"].breached_passwords)


def this_browser() -> BrowserSession:
    """The browser that asks."""
    return cast("BrowserSession", session)


def passkey_place() -> Place | None:
    """Where passkeys are good: the host that people type; ``None`` at a bare number, for which no browser makes any."""
    parts = urlsplit(current_app.config["PUBLIC_URL"] or request.host_url)
    host = parts.hostname or ""
    if parts.scheme != "https" and host != _LOCAL:
        return None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Place(host, f"{parts.scheme}://{parts.netloc}")
    return None


def network() -> str:
    """From where the browser asks; of a longer address (IPv6) the half that names a network, as one person has many."""
    given = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return given
