"""The one door to other machines: what it lets in, and everything that it refuses."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from app.domain.outbound import Allowed
from app.services.fetching import SIZE_LIMIT, Fetcher, FetchError, tidied
from tests.factories.outside import HOST, Outside, outside, saying

if TYPE_CHECKING:
    from pathlib import Path

BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def test_a_calendar_is_fetched_with_its_query_and_its_hosts_name(tmp_path: Path) -> None:
    with outside(tmp_path, saying("200 OK", BODY)) as server:
        found = server.fetcher().fetch(f"{server.address}?key=secret")

    assert found == BODY
    request = server.asked[0].decode()
    assert request.startswith("GET /me.ics?key=secret HTTP/1.1\r\n")
    assert f"\r\nHost: {HOST}:{server.port}\r\n" in request
    assert "Accept-Encoding: identity" in request


@pytest.mark.parametrize(
    "address",
    ["http://calendar.example.org/x", "ftp://calendar.example.org/x", "file:///etc/passwd", "calendar.example.org",
     "https://", "https://user:pw@calendar.example.org/", "https://calendar.example.org@evil.example/",
     "https://calendar.example.org\\@evil.example/",
     "https://calendar.example.org/ x", "https://calendar.example.org:x/",
     "https://calendar.example.org/\r\nX: y", "https://calendar.example.org/" + "a" * 2000,
     "https://caléndar.example.org/"],
)  # fmt: skip
def test_another_shape_of_address_is_refused_before_anything_is_asked(address: str) -> None:
    with pytest.raises(FetchError, match="Write an https address"):
        _unreachable(Allowed(HOST)).fetch(address)


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "https://calendar.example.org.evil.example/", "https://calendar.example.org:8443/",
     "https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/", "https://[::ffff:7f00:1]/"],
)  # fmt: skip
def test_a_host_that_nobody_named_is_refused_before_anything_is_asked(address: str) -> None:
    with pytest.raises(FetchError, match="is not among the hosts"):
        _unreachable(Allowed(HOST)).fetch(address)


@pytest.mark.attack("PD-05")
@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"], ["93.184.215.14", "10.0.0.1"],
     []],
)  # fmt: skip
def test_a_name_that_leads_inside_is_refused_without_a_connection(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", _never)
    fetcher = Fetcher.of([Allowed(HOST)])
    fetcher = Fetcher(fetcher.hosts, lambda _host, _port: addresses, fetcher.judge, fetcher.trust)

    with pytest.raises(FetchError, match="inside a network"):
        fetcher.fetch(f"https://{HOST}/")


@pytest.mark.attack("PD-05")
def test_a_name_that_changes_its_mind_reaches_what_was_judged(tmp_path: Path) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    asked = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    with outside(tmp_path, saying("200 OK", BODY)) as server:
        kind = server.fetcher()
        fetcher = Fetcher(kind.hosts, rebinding, lambda address, _host: address == "127.0.0.1", kind.trust)
        assert fetcher.fetch(server.address) == BODY
        assert asked == [HOST]
        with pytest.raises(FetchError, match="inside a network"):
            fetcher.fetch(server.address)


def test_a_name_without_an_address_says_so() -> None:
    def nowhere(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "unknown")

    fetcher = Fetcher((Allowed(HOST),), nowhere, lambda _address, _host: True, ssl.create_default_context())
    with pytest.raises(FetchError, match="has no address at the moment"):
        fetcher.fetch(f"https://{HOST}/")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Again", "308 For good"])
def test_nothing_is_followed(tmp_path: Path, status: str) -> None:
    with outside(tmp_path, saying(status, b"", "Location: http://169.254.169.254/")) as server:
        _refused(server, "sends on to another address")
        assert len(server.asked) == 1


@pytest.mark.parametrize("status", ["404 Not Found", "401 Unauthorized", "500 Broken", "204 Nothing"])
def test_another_status_is_refused(tmp_path: Path, status: str) -> None:
    with outside(tmp_path, saying(status, b"")) as server:
        _refused(server, f"refused with status {status[:3]}")


def test_a_packed_answer_is_not_unpacked(tmp_path: Path) -> None:
    with outside(tmp_path, saying("200 OK", gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip")) as server:
        _refused(server, "packed answer")


def test_more_than_a_megabyte_is_refused(tmp_path: Path) -> None:
    with outside(tmp_path, saying("200 OK", bytes(SIZE_LIMIT + 1))) as server:
        _refused(server, "more than 1 MB")


def test_an_answer_without_end_is_refused(tmp_path: Path) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(OSError):
            while True:
                connection.sendall(bytes(100_000))

    with outside(tmp_path, endless) as server:
        _refused(server, "more than 1 MB")


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n", b""])
def test_who_sends_a_byte_at_a_time_is_cut_off(tmp_path: Path, head: bytes) -> None:
    def dripping(connection: socket.socket) -> None:
        connection.sendall(head)
        with suppress(OSError):
            for _ in range(200):
                connection.sendall(b"a")
                time.sleep(0.05)

    with outside(tmp_path, dripping) as server, pytest.raises(FetchError):
        server.fetcher(seconds=0.6).fetch(server.address)


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    with outside(tmp_path, saying("200 OK", BODY), name="other.example.org") as server:
        _refused(server, "did not answer as it should")
        assert server.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with outside(tmp_path, saying("200 OK", BODY)) as server:
        kind = server.fetcher()
        fetcher = Fetcher(kind.hosts, kind.resolve, kind.judge, ssl.create_default_context())
        with pytest.raises(FetchError, match="did not answer as it should"):
            fetcher.fetch(server.address)


def test_no_refusal_repeats_the_secret_of_an_address(tmp_path: Path) -> None:
    with outside(tmp_path, saying("404 Not Found")) as server, pytest.raises(FetchError) as caught:
        server.fetcher().fetch(f"{server.address}?key=secret")

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        (" webcal://calendar.example.org/me.ics\n", "https://calendar.example.org/me.ics"),
        ("WEBCALS://calendar.example.org/me.ics", "https://calendar.example.org/me.ics"),
        ("https://calendar.example.org/me.ics", "https://calendar.example.org/me.ics"),
        ("http://calendar.example.org/me.ics", "http://calendar.example.org/me.ics"),
    ],
)
def test_a_pasted_address_is_tidied(pasted: str, meant: str) -> None:
    assert tidied(pasted) == meant


def _refused(server: Outside, words: str) -> None:
    with pytest.raises(FetchError, match=words):
        server.fetcher().fetch(server.address)


def _unreachable(host: Allowed) -> Fetcher:
    return Fetcher((host,), _never, lambda _address, _host: bool(_never()), ssl.create_default_context())


def _never(*_given: object, **_named: object) -> list[str]:
    message = "nothing must be asked"
    raise AssertionError(message)
