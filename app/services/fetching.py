"""The one door to other machines: named hosts, https, addresses that were checked, and an end to patience and size.

The name is resolved once, every address of it is judged, and the connection goes to the address that was judged: what
a name says a moment later changes nothing. Nothing is followed, nothing is unpacked.
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Timer
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import SplitResult, urlsplit

from app.domain.outbound import HTTP, HTTPS, Allowed, is_this_machine, may_reach

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection
    from urllib3.response import BaseHTTPResponse

SECONDS = 5
SIZE_LIMIT = 1_000_000
_LENGTH = 2000
_OK = 200
_REDIRECTS = range(300, 400)
_PIECE = 65_536
_LEAST = 0.05
"""A span of time that is over still needs to be one for the socket."""

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses that a name has at this moment."""
Got = TypeVar("Got")
Judge = Callable[[str, Allowed], bool]
"""Whether an address may be connected to for a host."""


class FetchError(Exception):
    """Why nothing was fetched, in a sentence that names no more of the address than its host."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of another machine; nothing of it is repeated in a refusal."""

    address: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What another machine answered, whatever the status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches from the hosts that an installation allows; the other fields are for a network of one's own."""

    hosts: tuple[Allowed, ...]
    resolve: Resolve
    judge: Judge
    trust: ssl.SSLContext
    seconds: float = SECONDS
    scheme: str = "https"

    @classmethod
    def of(cls, hosts: Sequence[Allowed]) -> Fetcher:
        """A fetcher on the open network, which trusts what this machine trusts."""
        return cls(tuple(hosts), _resolved, _public, ssl.create_default_context())

    @classmethod
    def at_home(cls, hosts: Sequence[Allowed]) -> Fetcher:
        """A fetcher that asks this very machine and nothing else, without encryption: for trying things out."""
        return cls(tuple(hosts), _resolved, _home, ssl.create_default_context(), scheme="http")

    def host_of(self, address: str) -> Allowed:
        """The allowed host that an address leads to; :class:`FetchError` says why it leads to none."""
        parts = _parts(address, self.scheme)
        port = parts.port or (HTTPS if self.scheme == "https" else HTTP)
        for host in self.hosts:
            if (parts.hostname or "").rstrip(".") == host.host and port == host.port:
                return host
        message = f"{parts.hostname} is not among the hosts that may be asked. An administrator can add it."
        raise FetchError(message)

    def fetch(self, address: str) -> bytes:
        """The bytes at an https address, at most a megabyte within five seconds; :class:`FetchError` says why not."""
        return self._asked(Question(address, headers={"Accept": "text/calendar"}), _body)

    def ask(self, question: Question) -> Reply:
        """The answer to a question, within the same limits; another address that it names is not followed."""
        return self._asked(question, _reply)

    def _asked(self, question: Question, read: Callable[[BaseHTTPResponse, Allowed], Got]) -> Got:
        host = self.host_of(question.address)
        pinned = self._pinned(host)
        try:
            return self._got(host, pinned, question, read)
        except (OSError, ValueError) as error:
            message = f"{host.host} did not answer as it should ({type(error).__name__})."
            raise FetchError(message) from error

    def _pinned(self, host: Allowed) -> str:
        try:
            addresses = self.resolve(host.host, host.port)
        except (OSError, UnicodeError) as error:
            message = f"{host.host} has no address at the moment."
            raise FetchError(message) from error
        if not addresses or not all(self.judge(address, host) for address in addresses):
            message = f"{host.host} leads to an address inside a network, which is not asked."
            raise FetchError(message)
        return addresses[0]

    def _got(
        self, host: Allowed, pinned: str, question: Question, read: Callable[[BaseHTTPResponse, Allowed], Got]
    ) -> Got:
        from http.client import HTTPException

        from urllib3.exceptions import HTTPError

        until = time.monotonic() + self.seconds
        try:
            with self._connected(host, pinned) as connection:
                connection.request(
                    question.method, _target(question.address), body=question.body,
                    headers={**question.headers, **_HEADERS}, preload_content=False, decode_content=False,
                )  # fmt: skip
                with connection.getresponse() as response:
                    found = read(response, host)
        except (HTTPError, HTTPException) as error:
            message = f"{host.host} did not answer as it should ({type(error).__name__})."
            raise FetchError(message) from error
        if time.monotonic() >= until:
            # An answer without a length looks whole where it was cut off.
            message = f"{host.host} took longer than {self.seconds:g} seconds."
            raise FetchError(message)
        return found

    @contextmanager
    def _connected(self, host: Allowed, pinned: str) -> Iterator[HTTPConnection]:
        """A connection to an address that was judged; it is cut when the time is over, whatever it is doing then."""
        from urllib3.connection import HTTPConnection, HTTPSConnection

        with (
            socket.create_connection((pinned, host.port), timeout=self.seconds) as plain,
            # A second handle on the same connection: whoever sends a byte a second is cut off through it.
            socket.socket(fileno=os.dup(plain.fileno())) as handle,
        ):
            watch = Timer(self.seconds, _cut, (handle,))
            watch.daemon = True
            watch.start()
            connection: HTTPConnection = (
                HTTPSConnection(host.host, host.port, timeout=self.seconds, ssl_context=self.trust)
                if self.scheme == "https"
                else HTTPConnection(host.host, host.port, timeout=self.seconds)
            )
            connection._new_conn = lambda: plain  # type: ignore[method-assign]  # noqa: SLF001  the library's own way to bring a socket
            try:
                yield connection
            finally:
                watch.cancel()
                connection.close()


_HEADERS = {"User-Agent": "Plumbline", "Accept-Encoding": "identity"}


class Span:
    """Asks through a fetcher; all questions together may take as long as one, counted from the first moment."""

    def __init__(self, fetcher: Fetcher) -> None:
        """Begin the span of time now."""
        self._fetcher = fetcher
        self._until = time.monotonic() + fetcher.seconds

    def ask(self, question: Question) -> Reply:
        """The answer to a question within what is left of the time."""
        left = max(self._until - time.monotonic(), _LEAST)
        return replace(self._fetcher, seconds=left).ask(question)


def tidied(address: str) -> str:
    """An address as people paste it: without blanks around, and ``webcal://`` as the https that it means."""
    address = address.strip()
    head, separator, rest = address.partition("://")
    return f"https://{rest}" if separator and head.lower() in {"webcal", "webcals"} else address


def _parts(address: str, scheme: str = "https") -> SplitResult:
    message = "Write an https address, such as https://calendar.example.org/me.ics."
    try:
        parts = urlsplit(address)
        whole = parts.scheme == scheme and parts.hostname and parts.port != 0
    except ValueError as error:
        raise FetchError(message) from error
    plain = address.isascii() and address.isprintable() and " " not in address and "\\" not in address
    if not whole or not plain or len(address) > _LENGTH or "@" in parts.netloc:
        raise FetchError(message)
    return parts


def _target(address: str) -> str:
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _body(response: BaseHTTPResponse, host: Allowed) -> bytes:
    if response.status in _REDIRECTS:
        message = f"{host.host} sends on to another address, which is not followed. Give that one."
        raise FetchError(message)
    if response.status != _OK:
        message = f"{host.host} refused with status {response.status}. See whether the address is still right."
        raise FetchError(message)
    return _all_of(response, host)


def _reply(response: BaseHTTPResponse, host: Allowed) -> Reply:
    if response.status in _REDIRECTS:
        message = f"{host.host} sends on to another address, which is not followed."
        raise FetchError(message)
    return Reply(response.status, dict(response.headers), _all_of(response, host))


def _all_of(response: BaseHTTPResponse, host: Allowed) -> bytes:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        message = f"{host.host} sends a packed answer, which is not unpacked."
        raise FetchError(message)
    found = bytearray()
    while piece := response.read(_PIECE, decode_content=False):
        found += piece
        if len(found) > SIZE_LIMIT:
            message = f"{host.host} sends more than 1 MB. Give an address with your own appointments only."
            raise FetchError(message)
    return bytes(found)


def _cut(handle: socket.socket) -> None:
    try:
        handle.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it had ended by itself


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def _public(address: str, host: Allowed) -> bool:
    return may_reach(address, internal=host.internal)


def _home(address: str, _host: Allowed) -> bool:
    return is_this_machine(address)
