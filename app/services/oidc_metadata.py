"""What a provider publishes about itself: its endpoints, and the keys that it signs with.

Both are kept for a while in the process. A token signed with a key that is not among those kept makes them be fetched
again, but at most once a minute, so that nobody can make us ask a provider as often as they like.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, OKPKey, RSAKey

    from app.settings.identity import Provider

KEPT = timedelta(hours=1)
AGAIN_AFTER = timedelta(minutes=1)
RESTS = timedelta(seconds=10)
"""How long a provider that does not answer is left alone: each question to it keeps one of our threads waiting."""
_MOST_KEYS = 40
_LEAST_RSA = 2048
_KINDS = {"RSA": ("RS256", "PS256"), "EC": ("ES256",), "OKP": ("EdDSA",)}
_PRIVATE = frozenset({"d", "k", "p", "q", "dp", "dq", "qi", "oth"})

Fetch = Callable[[str], bytes]
"""The bytes at an address of the provider; it raises where there are none."""


class ProviderDownError(Exception):
    """A provider did not answer, or answered nonsense; the text names the provider's host and no person."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where a provider answers, and how we show it who we are (``token_auth``).

    ``end_session_endpoint`` is where people sign out there, if it says so and the address can be its own.
    """

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    token_auth: str
    names_issuer: bool


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One public key of a provider and the algorithms that it may be used with."""

    kid: str | None
    algorithms: tuple[str, ...]
    key: RSAKey | ECKey | OKPKey


class Publications:
    """What one provider publishes, as this process last read it."""

    def __init__(self, provider: Provider) -> None:
        """Read nothing yet."""
        self._provider = provider
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, tuple[SigningKey, ...]] | None = None
        self._down: tuple[datetime, ProviderDownError] | None = None

    def metadata(self, fetch: Fetch, now: datetime) -> Metadata:
        """Where the provider answers; :class:`ProviderDownError` unless it is the very issuer that we know."""
        if self._metadata is None or not timedelta(0) <= now - self._metadata[0] < KEPT:
            address = self._provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            if self._down is not None and timedelta(0) <= now - self._down[0] < RESTS:
                raise ProviderDownError(str(self._down[1]))
            try:
                self._metadata = (now, metadata_of(self._provider, read_object(fetch(address))))
            except ProviderDownError as error:
                self._down = (now, error)
                raise
        return self._metadata[1]

    def key(self, algorithm: str, kid: str | None, fetch: Fetch, now: datetime) -> SigningKey | None:
        """The key that a token names, after reading the keys anew if it is unknown; ``None`` if there is none."""
        found = _fitting(self._kept_keys(fetch, now), algorithm, kid)
        if found is None and self._keys is not None and now - self._keys[0] >= AGAIN_AFTER:
            found = _fitting(self._read_keys(fetch, now), algorithm, kid)
        return found

    def count(self, fetch: Fetch, now: datetime) -> int:
        """How many keys for signatures are published."""
        return len(self._kept_keys(fetch, now))

    def _kept_keys(self, fetch: Fetch, now: datetime) -> tuple[SigningKey, ...]:
        if self._keys is None or not timedelta(0) <= now - self._keys[0] < KEPT:
            return self._read_keys(fetch, now)
        return self._keys[1]

    def _read_keys(self, fetch: Fetch, now: datetime) -> tuple[SigningKey, ...]:
        keys = keys_of(read_object(fetch(self.metadata(fetch, now).jwks_uri)))
        self._keys = (now, keys)
        return keys


def read_object(body: bytes) -> dict[str, Any]:
    """A JSON object that a provider sent; :class:`ProviderDownError` for anything else."""
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        message = "the provider sent no JSON"
        raise ProviderDownError(message) from error
    if not isinstance(found, dict):
        message = "the provider sent no JSON object"
        raise ProviderDownError(message)
    return found


def metadata_of(provider: Provider, said: Mapping[str, Any]) -> Metadata:
    """The endpoints, once each was found to be the provider's own kind of address."""
    if said.get("issuer") != provider.issuer:
        message = "the provider names another issuer than the one configured"
        raise ProviderDownError(message)
    authorization = _address(provider, said, "authorization_endpoint")
    if not _may_lead_to(provider, authorization):
        where = urlsplit(authorization).netloc
        message = f"the provider sends people to {where}: add it to its origins if that is right"
        raise ProviderDownError(message)
    return Metadata(
        authorization_endpoint=authorization,
        token_endpoint=_address(provider, said, "token_endpoint"),
        jwks_uri=_address(provider, said, "jwks_uri"),
        userinfo_endpoint=_address(provider, said, "userinfo_endpoint") if said.get("userinfo_endpoint") else None,
        end_session_endpoint=_end_session(provider, said),
        token_auth=_token_auth(provider, said.get("token_endpoint_auth_methods_supported")),
        names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
    )


def keys_of(said: Mapping[str, Any]) -> tuple[SigningKey, ...]:
    """The public keys for signatures among those published; what we cannot use is passed over."""
    listed = said.get("keys")
    if not isinstance(listed, list):
        message = "the provider publishes no keys"
        raise ProviderDownError(message)
    return tuple(key for entry in listed[:_MOST_KEYS] if isinstance(entry, dict) and (key := _key_of(entry)))


def _key_of(entry: Mapping[str, Any]) -> SigningKey | None:
    from joserfc.errors import JoseError

    kind, kid = entry.get("kty"), entry.get("kid")
    algorithms = _KINDS.get(kind, ()) if isinstance(kind, str) else ()
    if entry.get("alg") is not None:
        algorithms = tuple(name for name in algorithms if name == entry["alg"])
    # A secret one among published keys is one that everybody has.
    if not algorithms or entry.get("use", "sig") != "sig" or _PRIVATE & entry.keys():
        return None
    plain = {name: value for name, value in entry.items() if name in {"kty", "n", "e", "crv", "x", "y"}}
    try:
        if kind == "RSA" and _bits(str(entry.get("n"))) < _LEAST_RSA:
            return None
        key = _import(str(kind), plain)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return SigningKey(kid if isinstance(kid, str) else None, algorithms, key)


def _bits(number: str) -> int:
    """How long the modulus of an RSA key is; ValueError when it is none."""
    return int.from_bytes(urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()


def _import(kind: str, entry: dict[str, Any]) -> RSAKey | ECKey | OKPKey:
    from joserfc.jwk import ECKey, OKPKey, RSAKey

    if kind == "RSA":
        return RSAKey.import_key(entry)
    return ECKey.import_key(entry) if kind == "EC" else OKPKey.import_key(entry)


def _fitting(keys: tuple[SigningKey, ...], algorithm: str, kid: str | None) -> SigningKey | None:
    fitting = [key for key in keys if algorithm in key.algorithms and (kid is None or key.kid == kid)]
    # A token that names no key is taken only where there is no choice.
    return fitting[0] if len(fitting) == 1 else None


def _address(provider: Provider, said: Mapping[str, Any], name: str) -> str:
    address = said.get(name)
    scheme = "http" if provider.is_plain else "https"
    try:
        parts = urlsplit(address if isinstance(address, str) and address.isascii() else "")
        fits = (
            parts.scheme == scheme and bool(parts.hostname) and str(address).isprintable() and " " not in str(address)
        )
    except ValueError:
        fits = False
    if not fits:
        message = f"the provider's {name} is no {scheme} address"
        raise ProviderDownError(message)
    return str(address)


def _end_session(provider: Provider, said: Mapping[str, Any]) -> str | None:
    """Where people sign out there; an address that cannot be right is none, since signing in works without."""
    try:
        address = _address(provider, said, "end_session_endpoint")
    except ProviderDownError:
        return None
    return address if _may_lead_to(provider, address) and not urlsplit(address).fragment else None


def _may_lead_to(provider: Provider, address: str) -> bool:
    """Whether people may be sent there: to the issuer's own origin, or to one that the configuration names."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" in {provider.origin, *provider.origins}


def _token_auth(provider: Provider, supported: object) -> str:
    if not provider.client_secret:
        return "none"
    ways = supported if isinstance(supported, list) else ["client_secret_basic"]
    if "client_secret_basic" in ways or "client_secret_post" not in ways:
        return "client_secret_basic"
    return "client_secret_post"
