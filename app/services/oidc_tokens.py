"""Tokens that a provider signed: whether they are what they say, for us, from it, and of now.

The algorithm is one of a fixed list, the key is one that the configured issuer publishes, and whatever a token's own
header says about keys makes it refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.domain.identity import SKEW, Proven

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.services.oidc_metadata import SigningKey
    from app.settings.identity import Provider

    KeyOf = Callable[[str, str | None], SigningKey | None]

_KEYS_OF_ITS_OWN = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "enc", "zip"})
_LONGEST_SUBJECT, _LONGEST_NAME, _LONGEST_EMAIL = 255, 200, 254
_MOST_GROUPS = 1000
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class ProofError(Exception):
    """A proof that does not hold; the text says which part, for the log, and names no person."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an ID token must answer to: the nonce that was sent and, for a fresh proof, since when it must be."""

    nonce: str
    proved_since: datetime | None = None
    access_token: str | None = None


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """Whose sessions a provider has ended: the subject's, or one of them by its (hashed) name."""

    token_id: str
    subject: str | None
    session: str | None


def id_claims(provider: Provider, key_of: KeyOf, token: object, wanted: Wanted, now: datetime) -> dict[str, Any]:
    """The claims of an ID token; :class:`ProofError` says what does not hold."""
    from authlib.oidc.core import CodeIDToken
    from joserfc.errors import JoseError

    header, claims = _signed(provider, key_of, token)
    if header.get("typ", "JWT") not in {"JWT", "jwt"}:
        message = "the token is of another type"
        raise ProofError(message)
    checked = CodeIDToken(
        claims, header,
        {**_common(provider), "nonce": {"essential": True, "value": wanted.nonce}, "sub": {"essential": True}},
        {"nonce": wanted.nonce, "client_id": provider.client_id, "access_token": wanted.access_token},
    )  # fmt: skip
    try:
        checked.validate(now=int(now.timestamp()), leeway=int(SKEW.total_seconds()))
    except (JoseError, TypeError, ValueError, AttributeError, OverflowError) as error:
        message = f"the token's claims do not hold ({error})"
        raise ProofError(message) from error
    _check_party(provider, claims)
    _check_subject(claims.get("sub"))
    _check_proof(claims, wanted, now)
    return claims


def logged_out(provider: Provider, key_of: KeyOf, token: object, now: datetime) -> LoggedOut:
    """What a back-channel logout token says; :class:`ProofError` says what does not hold."""
    from authlib.oauth2.claims import JWTClaims
    from joserfc.errors import JoseError

    header, claims = _signed(provider, key_of, token)
    options = {**_common(provider), "iat": {"essential": True}, "jti": {"essential": True}}
    options.pop("exp")  # older providers leave it out; the age is checked below
    try:
        JWTClaims(claims, header, options).validate(now=int(now.timestamp()), leeway=int(SKEW.total_seconds()))
    except (JoseError, TypeError, ValueError, AttributeError, OverflowError) as error:
        message = f"the logout token's claims do not hold ({error})"
        raise ProofError(message) from error
    events, subject, session = claims.get("events"), claims.get("sub"), claims.get("sid")
    if "nonce" in claims or not isinstance(events, dict) or LOGOUT_EVENT not in events:
        message = "this is no logout token"
        raise ProofError(message)
    if claims["iat"] < now.timestamp() - 2 * SKEW.total_seconds():
        message = "the logout token is old"
        raise ProofError(message)
    if not (isinstance(subject, str) and subject) and not (isinstance(session, str) and session):
        message = "the logout token names nobody"
        raise ProofError(message)
    return LoggedOut(
        digest(provider.issuer, str(claims["jti"])),
        subject if isinstance(subject, str) else None,
        session_name(provider.issuer, session),
    )


def proven(provider: Provider, claims: Mapping[str, Any]) -> Proven:
    """What follows from checked claims; an address counts only where the provider says that it is verified."""
    email, at, methods = claims.get("email"), claims.get("auth_time"), claims.get("amr")
    address = email.strip().lower() if isinstance(email, str) else ""
    verified = claims.get(provider.verified_claim) is True and 0 < len(address) <= _LONGEST_EMAIL
    groups = claims.get(provider.groups_claim)
    name = claims.get("name")
    return Proven(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        email=address if verified else None,
        name=" ".join(name.split())[:_LONGEST_NAME] if isinstance(name, str) and name.isprintable() else "",
        groups=frozenset(map(str, groups[:_MOST_GROUPS])) if isinstance(groups, list) else frozenset(),
        methods=frozenset(map(str, methods)) if isinstance(methods, list) else frozenset(),
        proved_at=datetime.fromtimestamp(int(at), UTC) if at is not None else None,
        session=session_name(provider.issuer, claims.get("sid")),
    )


def session_name(issuer: str, sid: object) -> str | None:
    """By what a provider's session is kept here: a digest that no other issuer's can equal."""
    return digest(issuer, sid) if isinstance(sid, str) and sid else None


def digest(issuer: str, text: str) -> str:
    """The SHA-256 of a text of an issuer."""
    return hashlib.sha256(f"{issuer}\x00{text}".encode()).hexdigest()


def _signed(provider: Provider, key_of: KeyOf, token: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a token whose signature holds."""
    from joserfc import jws, jwt
    from joserfc.errors import JoseError

    class _Registry(jws.JWSRegistry):
        def get_alg(self, name: str) -> Any:  # noqa: ANN401  the library's own type is not public
            if name not in provider.algorithms:
                message = f"the algorithm {name[:20]!r} is not allowed"
                raise ProofError(message)
            return self.algorithms[name]

    def chosen(found: Any) -> Any:  # noqa: ANN401  the library's own types are not public
        header = found.headers()
        algorithm, kid = header.get("alg"), header.get("kid")
        if _KEYS_OF_ITS_OWN & header.keys() or algorithm not in provider.algorithms:
            message = "the token brings a key or an algorithm of its own"
            raise ProofError(message)
        key = key_of(algorithm, kid if isinstance(kid, str) else None)
        if key is None:
            message = "the token is signed with a key that the provider does not publish"
            raise ProofError(message)
        return key.key

    if not isinstance(token, str) or not token.isascii():
        message = "there is no token"
        raise ProofError(message)
    try:
        read = jwt.decode(token, chosen, registry=_Registry(strict_check_header=False))
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        message = f"the token's signature does not hold ({type(error).__name__})"
        raise ProofError(message) from error
    return dict(read.header), dict(read.claims)


def _common(provider: Provider) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "exp": {"essential": True},
    }


def _check_party(provider: Provider, claims: Mapping[str, Any]) -> None:
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if len(audiences) > 1 and claims.get("azp") != provider.client_id:
        message = "the token is for several, and we are not the one that asked"
        raise ProofError(message)


def _check_subject(subject: object) -> None:
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        message = "the token names nobody"
        raise ProofError(message)


def _check_proof(claims: Mapping[str, Any], wanted: Wanted, now: datetime) -> None:
    at = claims.get("auth_time")
    if at is not None and (isinstance(at, bool) or not isinstance(at, int) or at > (now + SKEW).timestamp() or at < 0):
        message = "the token's time of proof cannot be"
        raise ProofError(message)
    if wanted.proved_since is not None and (at is None or at < (wanted.proved_since - SKEW).timestamp()):
        message = "the proof is not a fresh one"
        raise ProofError(message)
