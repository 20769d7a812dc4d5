"""The providers of this installation, and what pages show of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin

from flask import current_app, request, url_for

from app.domain.errors import NotFoundError
from app.domain.outbound import allowed
from app.services import identities, limits, oidc, sessions
from app.web import headers
from app.web.clock import now
from app.web.credential_keys import network
from app.web.database import writing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.limits import Limit
    from app.settings import Provider, Settings
    from app.web.guard import SignedIn

_KEPT = "plumbline.providers"


@dataclass(frozen=True, slots=True)
class Offer:
    """A provider on a page: its part of addresses, the name on its button, and whether it can be a second factor."""

    key: str
    name: str
    issuer: str
    is_factor: bool


def offers() -> tuple[Offer, ...]:
    """What a page offers, whose forms may then lead to the providers."""
    providers = _settings().providers
    if providers:
        headers.let_forms_go_to(dict.fromkeys(origin for one in providers for origin in (one.origin, *one.origins)))
    return tuple(Offer(one.key, one.name, one.issuer, bool(one.methods)) for one in providers)


def offers_to_prove(database: Session, person: SignedIn) -> tuple[Offer, ...]:
    """Where a person can show again who they are; who has a second factor needs a provider that asks for one."""
    if not _settings().providers:
        return ()
    mine = identities.issuers(database, person.person_id)
    return tuple(one for one in offers() if one.issuer in mine and (one.is_factor or not person.has_factor))


def passwords_open() -> bool:
    """Whether anybody may sign in with a password here."""
    return _settings().password_sign_in


def client(key: str) -> oidc.Client:
    """Us, as the provider with this key knows us; :class:`NotFoundError` when there is none."""
    kept = current_app.extensions.get(_KEPT)
    if kept is None:
        hosts = [allowed(entry) for entry in _settings().outbound_allow]
        kept = {one.key: oidc.client_of(one, hosts) for one in _settings().providers}
        current_app.extensions[_KEPT] = kept
    try:
        return cast("oidc.Client", kept[key])
    except KeyError as error:
        raise NotFoundError from error


def way_back(key: str, endpoint: str = "auth.come_back") -> str:
    """The one address at which this provider hands browsers back to us: from signing in, or another ``endpoint``."""
    return urljoin(current_app.config["PUBLIC_URL"] or request.host_url, url_for(endpoint, provider=key))


def to_leave(issuer: str | None) -> Provider | None:
    """The provider at which whoever came by this issuer signs out too, if one is set up for that."""
    return next((one for one in _settings().providers if one.issuer == issuer and one.sign_out_there), None)


def wait(limit: Limit) -> int:
    """Count one try from this network at asking a provider; seconds to wait, 0 within the limit."""
    subject = f"provider:{limit.tries}:{sessions.hashed(network())[:32]}"
    with writing() as database:
        return limits.take(database, subject, limit, now=now())


def _settings() -> Settings:
    return cast("Settings", current_app.config["PLUMBLINE"])
