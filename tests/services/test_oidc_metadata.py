"""What a provider publishes: only its own addresses, and only public keys that are fit for signatures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc.jwk import OctKey

from app.services.oidc_metadata import ProviderDownError, Publications, keys_of, metadata_of, read_object
from app.settings.identity import Provider
from tests.hostile_provider import key_of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
COMPANY = Provider(
    key="company", name="Company", issuer="https://login.example.org/realm", client_id="plumbline",
    client_secret="known", origins=("https://sso.example.org",),
)  # fmt: skip
SAID: dict[str, Any] = {
    "issuer": "https://login.example.org/realm",
    "authorization_endpoint": "https://login.example.org/authorize",
    "token_endpoint": "https://login.example.org/token",
    "jwks_uri": "https://keys.example.org/keys",
}
EC = key_of("EC", "first").as_dict(private=False)
RSA = key_of("RSA", "first").as_dict(private=False)


def test_what_a_provider_says_of_itself_is_understood() -> None:
    found = metadata_of(COMPANY, SAID)
    assert (found.token_endpoint, found.userinfo_endpoint) == ("https://login.example.org/token", None)
    assert (found.token_auth, found.names_issuer) == ("client_secret_basic", False)
    elsewhere = {**SAID, "authorization_endpoint": "https://sso.example.org/go",
                 "token_endpoint_auth_methods_supported": ["client_secret_post"]}  # fmt: skip
    assert metadata_of(COMPANY, elsewhere).token_auth == "client_secret_post"


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://login.example.org/realm/"},
        {"issuer": None},
        {"authorization_endpoint": "https://evil.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://login.example.org/token"},
        {"token_endpoint": 7},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "https://[broken"},
        {"userinfo_endpoint": "https://login.example.org/a b"},
    ],
)
def test_another_issuer_or_an_address_of_another_kind_is_nonsense(changed: dict[str, object]) -> None:
    with pytest.raises(ProviderDownError):
        metadata_of(COMPANY, {**SAID, **changed})


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"\xff", b"[" * 100_000, b'{"a":'])
def test_no_json_object_is_nonsense(body: bytes) -> None:
    with pytest.raises(ProviderDownError):
        read_object(body)


def test_only_public_keys_for_signatures_are_taken() -> None:
    # The library warns about so short a key when it makes one; the number alone will do here.
    small = {"kty": "RSA", "kid": "small", "e": "AQAB", "n": RSA["n"][:171]}
    listed = [
        EC, {**RSA, "use": "sig", "alg": "PS256"},
        {**EC, "use": "enc"}, {**EC, "alg": "HS256"}, {**EC, "x": "!"}, {**EC, "kty": "XX"}, {**EC, "kty": ["EC"]},
        key_of("EC", "second").as_dict(private=True), OctKey.generate_key(256).as_dict(private=True), small, "text",
        {},
    ]  # fmt: skip
    assert [(key.kid, key.algorithms) for key in keys_of({"keys": listed})] == [
        ("first", ("ES256",)), ("first", ("PS256",)),
    ]  # fmt: skip
    for nonsense in ({}, {"keys": 7}, {"keys": None}):
        with pytest.raises(ProviderDownError):
            keys_of(nonsense)


def test_a_provider_that_is_down_is_left_alone_for_a_moment() -> None:
    asked: list[str] = []

    def refuse(address: str) -> bytes:
        asked.append(address)
        message = "nobody there"
        raise ProviderDownError(message)

    publications = Publications(COMPANY)
    for seconds, times in ((0, 1), (1, 1), (9, 1), (10, 2), (19, 2), (21, 3)):
        with pytest.raises(ProviderDownError, match="nobody there"):
            publications.metadata(refuse, NOW + timedelta(seconds=seconds))
        assert len(asked) == times


def test_keys_are_read_anew_at_most_once_a_minute_and_after_an_hour() -> None:
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        import json

        asked.append(address)
        return json.dumps({"keys": [EC]} if address.endswith("/keys") else SAID).encode()

    publications = Publications(COMPANY)

    def ask(kid: str, minutes: float) -> bool:
        return publications.key("ES256", kid, fetch, NOW + timedelta(minutes=minutes)) is not None

    assert ask("first", 0)
    assert asked == [
        "https://login.example.org/realm/.well-known/openid-configuration",
        "https://keys.example.org/keys",
    ]
    assert [ask("other", 0.5) for _ in range(5)] == [False] * 5
    assert len(asked) == 2
    assert [ask("other", 1) for _ in range(5)] == [False] * 5
    assert len(asked) == 3
    assert ask("first", 59)
    assert len(asked) == 3
    assert ask("first", 62)
    assert len(asked) == 5
    assert publications.key("RS256", "first", fetch, NOW + timedelta(minutes=62)) is None
