"""An OpenID provider of our own on loopback that lies as it is told, and speaks the truth otherwise.

It runs in a thread of the test. What it publishes and what it signs can be bent one thing at a time, so that a test
changes exactly what it is about.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from app.settings.identity import Provider

CLIENT = "plumbline"
CLIENT_SECRET = "known to both"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
Key = RSAKey | ECKey | OKPKey


@cache
def key_of(kind: str, name: str) -> Key:
    """A key pair of this process: ``RSA``, ``EC`` or ``OKP``."""
    parameters: Any = {"kid": name}
    if kind == "RSA":
        return RSAKey.generate_key(2048, parameters)
    return ECKey.generate_key("P-256", parameters) if kind == "EC" else OKPKey.generate_key("Ed25519", parameters)


ALGORITHM = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}


@dataclass
class Hostile:
    """A running provider; every field can be changed while it runs.

    ``claims`` and ``header`` are laid over the true ones (``None`` takes one out); ``metadata`` likewise; ``answers``
    replaces what a path answers; ``delay`` is how many seconds each answer takes.
    """

    port: int
    kind: str = "EC"
    signing: str = "first"
    published: list[str] = field(default_factory=lambda: ["first"])
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    delay: float = 0
    forge: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """Who it says that it is."""
        return f"http://127.0.0.1:{self.port}"

    def provider(self, **more: Any) -> Provider:  # noqa: ANN401  whatever field of a provider
        """How an installation that trusts it is configured."""
        known: dict[str, Any] = {
            "key": "company", "name": "Company account", "issuer": self.issuer, "client_id": CLIENT,
            "client_secret": CLIENT_SECRET, "domains": ("example.org",),
        }  # fmt: skip
        return Provider(**{**known, **more})

    def code_for(self, address: str, code: str = "code-1") -> dict[str, str]:
        """What the address that a browser was sent to says; from now on the code answers to it, once."""
        said = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self._codes[code] = said
        return said

    def true_claims(self, nonce: str | None) -> dict[str, Any]:
        """What an honest ID token says of Ada."""
        now = int(time.time())
        return {
            "iss": self.issuer, "sub": "ada-1", "aud": CLIENT, "iat": now, "exp": now + 300, "auth_time": now,
            "email": "ada@example.org", "email_verified": True, "name": "Ada Brook", "sid": "there-1",
            **({"nonce": nonce} if nonce else {}),
        }  # fmt: skip

    def token(self, claims: Mapping[str, Any]) -> str:
        """A token over the claims with what was to be bent, signed as this provider signs now."""
        bent = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        header = {"alg": ALGORITHM[self.kind], "kid": self.signing, **self.header}
        header = {name: value for name, value in header.items() if value is not None}
        if self.forge is not None:
            return self.forge(header, bent)
        return signed(header, bent, key_of(self.kind, self.signing))

    def logout_token(self, **claims: Any) -> str:  # noqa: ANN401  any claim
        """A notice that somebody signed out here."""
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": f"notice-{time.time_ns()}",
                "events": {LOGOUT_EVENT: {}}, **claims}  # fmt: skip
        return self.token(said)

    def publish(self) -> dict[str, Any]:
        """Its keys as it publishes them."""
        return {"keys": [{**key_of(self.kind, name).as_dict(private=False), "use": "sig"} for name in self.published]}

    def described(self) -> dict[str, Any]:
        """What it says about itself."""
        said = {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo" if self.userinfo is not None else None,
                **self.metadata}  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    def exchanged(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Tokens for a code, once, and only for who knows the verifier."""
        said = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            said is None
            or said.get("code_challenge") != _written(digest)
            or said["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        token = self.token(self.true_claims(said.get("nonce")))
        return 200, {"access_token": "opens-nothing", "token_type": "Bearer", "id_token": token}


def signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:  # noqa: ANN401  any kind of key
    """A compact token with any header at all, as a liar would make it."""

    class _AnyAlgorithm(jws.JWSRegistry):
        def get_alg(self, name: str) -> Any:  # noqa: ANN401  the library's own type is not public
            return self.algorithms[name]

    return jwt.encode(header, claims, key, registry=_AnyAlgorithm(strict_check_header=False), default_type=None)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token that says that it needs no signature, and has none."""
    return _compact({**header, "alg": "none"}, claims) + "."


def signed_by_public_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token whose secret is what everybody can read: the public key itself."""
    said = _compact({**header, "alg": "HS256"}, claims)
    secret = key_of("EC", "first").as_pem(private=False)
    return f"{said}.{_written(hmac.digest(secret, said.encode(), 'sha256'))}"


def _compact(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(_written(json.dumps(part).encode()) for part in (header, claims))


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@contextmanager
def hostile_provider() -> Iterator[Hostile]:
    """Run one until the test is over."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    made = Hostile(server.server_address[1])
    server.hostile = made  # type: ignore[attr-defined]  # the handler's way to it
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_unused: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Describe, publish, or tell of somebody."""
        hostile: Hostile = self.server.hostile  # type: ignore[attr-defined]  # set where the server is made
        pages: dict[str, dict[str, Any]] = {
            "/.well-known/openid-configuration": hostile.described(),
            "/keys": hostile.publish(),
            "/userinfo": hostile.userinfo or {},
        }
        self._answer(hostile, 200 if self.path in pages else 404, pages.get(self.path, {}))

    def do_POST(self) -> None:
        """Give tokens for a code."""
        hostile: Hostile = self.server.hostile  # type: ignore[attr-defined]  # as above
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        status, said = hostile.exchanged({name: values[0] for name, values in parse_qs(body).items()})
        self._answer(hostile, status, said)

    def _answer(self, hostile: Hostile, status: int, said: dict[str, Any]) -> None:
        hostile.asked.append(self.path)
        time.sleep(hostile.delay)
        status, body = hostile.answers.get(self.path, (status, json.dumps(said).encode()))
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # whoever asked had waited long enough
