"""A machine outside: an https server of the test's own that answers as the test wants, and a name that leads to it."""

from __future__ import annotations

import socket
import ssl
import subprocess
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

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
    made = folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(folder / "key.pem"),
         "-out", str(made)],
        check=True, capture_output=True,
    )  # fmt: skip
    return made
