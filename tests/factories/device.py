"""A device that keeps passkeys, in a few lines: it signs what it is asked to, and lies where a test tells it to."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

_PRESENT, _VERIFIED, _HAS_KEY = 0x01, 0x04, 0x40


class Device:
    """Keeps one passkey for ``localhost``; ``count`` goes up with each signature."""

    def __init__(self, origin: str = "http://localhost", host: str = "localhost") -> None:
        """Make a key; ``origin`` is where the device believes that it is."""
        self.origin, self.host = origin, host
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = secrets.token_bytes(32)
        self.count = 0

    def made(self, asked: str) -> str:
        """The answer to being asked to keep a passkey."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        key = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + encode_cbor(public)
        data = self._data(_PRESENT | _VERIFIED | _HAS_KEY) + key
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer("webauthn.create", asked, {"attestationObject": _text(attestation)})

    def signed(self, asked: str, *, verified: bool = True) -> str:
        """The answer to being asked who its holder is; ``verified`` by finger, face or PIN."""
        self.count += 1
        data = self._data(_PRESENT | (_VERIFIED if verified else 0))
        said = self._said("webauthn.get", asked)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        more = {"authenticatorData": _text(data), "signature": _text(signature)}
        return self._answer("webauthn.get", asked, more)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _said(self, kind: str, asked: str) -> bytes:
        challenge = json.loads(asked)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, kind: str, asked: str, more: dict[str, Any]) -> str:
        response = {"clientDataJSON": _text(self._said(kind, asked)), **more}
        name = _text(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
