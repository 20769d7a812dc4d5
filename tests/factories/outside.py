"""A machine outside: an https server of the test's own that answers as the test wants, and a name that leads to it."""

from __future__ import annotations

import socket
import ssl
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.domain.outbound import Allowed
from app.services.fetching import Fetcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOST = "calendar.example.org"


class Outside:
    """A running server; ``asked`` fills with the first lines of requests."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port, self.asked = port, list[bytes]()
        self._certificate = certificate

    @property
    def address(self) -> str:
        """Where a calendar of this server is."""
        return f"https://{HOST}:{self.port}/me.ics"

    def fetcher(self, *, seconds: float = 5, host: str = HOST) -> Fetcher:
        """A fetcher in whose network the name leads to this server, and which trusts its certificate."""
        trust = ssl.create_default_context(cafile=str(self._certificate))
        return Fetcher(
            (Allowed(host, self.port),),
            lambda _host, _port: ["127.0.0.1"],
            lambda _address, _host: True,
            trust,
            seconds,
        )


@contextmanager
def outside(folder: Path, answer: Callable[[socket.socket], None], *, name: str = HOST) -> Iterator[Outside]:
    """A server that hands each connection to ``answer`` once the request is read; its certificate names ``name``."""
    certificate = _certificate(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, folder / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        served = Outside(listener.getsockname()[1], certificate)
        Thread(target=_serve, args=(listener, context, answer, served), daemon=True).start()
        yield served


def saying(status: str, body: bytes = b"", *headers: str) -> Callable[[socket.socket], None]:
    """An answer with a status line, headers and a body."""

    def answer(connection: socket.socket) -> None:
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers])
        connection.sendall(head.encode() + b"\r\n\r\n" + body)

    return answer


def _serve(
    listener: socket.socket, context: ssl.SSLContext, answer: Callable[[socket.socket], None], served: Outside
) -> None:
    # The listener is closed when the test is over, and whoever asks may hang up at any time.
    with suppress(OSError):
        while True:
            plain, _peer = listener.accept()
            with suppress(OSError), plain, context.wrap_socket(plain, server_side=True) as connection:
                served.asked.append(connection.recv(65_536))
                answer(connection)


def _certificate(folder: Path, name: str) -> Path:
    key, named = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(named, named, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        # What Python 3.13 asks of a certificate besides.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    return folder / "certificate.pem"
