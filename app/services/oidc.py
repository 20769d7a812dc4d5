"""Signing in with an OpenID Connect provider: the code flow with PKCE, spoken by Authlib through our guarded door.

Nothing that a provider issues is kept: its tokens are read once for what they prove and then dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app.domain.outbound import HTTP, Allowed
from app.services.fetching import Fetcher, FetchError, Question, Span
from app.services.oidc_metadata import ProviderDownError, Publications, read_object
from app.services.oidc_tokens import LoggedOut, ProofError, Wanted, id_claims, logged_out, proven

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from authlib.integrations.requests_client import OAuth2Session

    from app.domain.identity import Proven
    from app.services.oidc_metadata import Metadata
    from app.settings.identity import Provider

__all__ = ["Answer", "Asking", "Client", "ProofError", "ProviderDownError", "client_of"]
_LONGEST_CODE = 4096
_OK = 200


@dataclass(frozen=True, slots=True)
class Asking:
    """One sign-in on its way: what was made for it alone, and where the provider is to send the browser back."""

    state: str
    nonce: str
    verifier: str
    back: str
    proved_since: datetime | None = None
    """Since when the person must have proved who they are; ``None`` where an older proof is enough."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought back from the provider: a code, and which issuer claims to have given it."""

    code: str
    issuer: str | None


class Client:
    """Us, as one provider knows us."""

    def __init__(self, provider: Provider, fetcher: Fetcher) -> None:
        """Ask nothing yet."""
        self.provider = provider
        self._fetcher = fetcher
        self._publications = Publications(provider)

    def address(self, asking: Asking, now: datetime) -> str:
        """Where to send the browser; :class:`ProviderDownError` when the provider says nothing useful."""
        span = Span(self._fetcher)
        metadata = self._publications.metadata(partial(_fetched, span), now)
        fresh: dict[str, Any] = {"prompt": "login", "max_age": 0} if asking.proved_since is not None else {}
        address, _state = self._session(metadata, span).create_authorization_url(
            metadata.authorization_endpoint, state=asking.state, nonce=asking.nonce, code_verifier=asking.verifier,
            redirect_uri=asking.back, scope=" ".join(self.provider.scopes), **fresh,
        )  # fmt: skip
        return str(address)

    def proof(self, asking: Asking, answer: Answer, now: datetime) -> Proven:
        """What the provider proves; :class:`ProofError` when it does not hold, :class:`ProviderDownError` when down."""
        span = Span(self._fetcher)
        fetch = partial(_fetched, span)
        metadata = self._publications.metadata(fetch, now)
        if answer.issuer != self.provider.issuer and (answer.issuer is not None or metadata.names_issuer):
            message = "the answer is another issuer's"
            raise ProofError(message)
        if not 0 < len(answer.code) <= _LONGEST_CODE or not answer.code.isprintable():
            message = "the answer brings no code"
            raise ProofError(message)
        token = self._exchanged(self._session(metadata, span), metadata, asking, answer)
        access = token.get("access_token")
        wanted = Wanted(asking.nonce, asking.proved_since, access if isinstance(access, str) else None)
        key_of = partial(self._publications.key, fetch=fetch, now=now)
        claims = id_claims(self.provider, key_of, token.get("id_token"), wanted, now)
        return proven(self.provider, self._completed(span, metadata, claims, wanted.access_token))

    def way_out(self, back: str, state: str, now: datetime) -> str | None:
        """Where a browser signs out there too and is then sent ``back``; ``None`` where there is no such page.

        We name ourselves by our client id, since no ID token is kept. :class:`ProviderDownError` when it is down.
        """
        endpoint = self._publications.metadata(partial(_fetched, Span(self._fetcher)), now).end_session_endpoint
        if endpoint is None:
            return None
        parts = urlsplit(endpoint)
        said = {"client_id": self.provider.client_id, "post_logout_redirect_uri": back, "state": state}
        kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in said]
        return urlunsplit(parts._replace(query=urlencode([*kept, *said.items()])))

    def logged_out(self, token: object, now: datetime) -> LoggedOut:
        """Whose sessions a logout token ends; raises as :meth:`proof` does."""
        key_of = partial(self._publications.key, fetch=partial(_fetched, Span(self._fetcher)), now=now)
        return logged_out(self.provider, key_of, token, now)

    def probe(self, now: datetime) -> int:
        """Ask for everything that a sign-in will need, and return how many keys are published."""
        return self._publications.count(partial(_fetched, Span(self._fetcher)), now)

    def _exchanged(self, session: OAuth2Session, metadata: Metadata, asking: Asking, answer: Answer) -> dict[str, Any]:
        from authlib.common.errors import AuthlibBaseError
        from requests import RequestException

        try:
            return dict(
                session.fetch_token(
                    metadata.token_endpoint, grant_type="authorization_code", code=answer.code,
                    redirect_uri=asking.back, code_verifier=asking.verifier,
                )
            )  # fmt: skip
        except AuthlibBaseError as error:
            message = "the provider does not take the code"
            raise ProofError(message) from error
        except (RequestException, ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
            message = f"{_host(metadata.token_endpoint)} did not answer as it should ({type(error).__name__})"
            raise ProviderDownError(message) from error

    def _completed(
        self, span: Span, metadata: Metadata, claims: dict[str, Any], access_token: str | None
    ) -> dict[str, Any]:
        """The claims, with what the ID token leaves out and the provider tells of the same subject elsewhere."""
        wanted = {"email"} | ({self.provider.groups_claim} if self.provider.groups else set())
        if wanted <= claims.keys() or metadata.userinfo_endpoint is None or access_token is None:
            return claims
        more = read_object(_fetched(span, metadata.userinfo_endpoint, {"Authorization": f"Bearer {access_token}"}))
        if more.get("sub") != claims["sub"]:
            message = "what the provider tells is about somebody else"
            raise ProofError(message)
        return {**more, **claims}

    def _session(self, metadata: Metadata, span: Span) -> OAuth2Session:
        from authlib.integrations.requests_client import OAuth2Session

        from app.services.outgoing import guard

        session = OAuth2Session(
            client_id=self.provider.client_id,
            client_secret=self.provider.client_secret or None,
            token_endpoint_auth_method=metadata.token_auth,
            code_challenge_method="S256",
        )
        guard(session, span)
        return session


def client_of(provider: Provider, hosts: Sequence[Allowed]) -> Client:
    """A client that asks the allowed hosts alone, or this very machine for a provider that runs on it."""
    if not provider.is_plain:
        return Client(provider, Fetcher.of(hosts))
    parts = urlsplit(provider.issuer)
    return Client(provider, Fetcher.at_home([Allowed(parts.hostname or "", parts.port or HTTP)]))


def _host(address: str) -> str:
    return urlsplit(address).hostname or "the provider"


def _fetched(span: Span, address: str, headers: Mapping[str, str] | None = None) -> bytes:
    try:
        reply = span.ask(Question(address, headers={"Accept": "application/json", **(headers or {})}))
    except FetchError as error:
        raise ProviderDownError(str(error)) from error
    if reply.status != _OK:
        message = f"{_host(address)} refused with status {reply.status}"
        raise ProviderDownError(message)
    return reply.body
