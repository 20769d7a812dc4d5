"""Which hosts may be named, and which addresses are never connected to."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from app.domain.outbound import Allowed, allowed, is_this_machine, may_reach


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("calendar.example.org", Allowed("calendar.example.org", 443)),
        ("Calendar.Example.ORG.", Allowed("calendar.example.org", 443)),
        ("calendar.example.org:8443", Allowed("calendar.example.org", 8443)),
        ("internal:mail.corp", Allowed("mail.corp", 443, internal=True)),
        ("internal:mail.corp:444", Allowed("mail.corp", 444, internal=True)),
    ],
)
def test_an_entry_names_a_host(text: str, meant: Allowed) -> None:
    assert allowed(text) == meant


@pytest.mark.parametrize(
    "text",
    ["*.example.org", "https://example.org", "example.org/", "127.0.0.1", "[::1]", "2130706433", "a b", "", "x:0",
     "x:99999", "x:", ".example.org", "user@example.org"],
)  # fmt: skip
def test_an_entry_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not host, host:port or internal:host"):
        allowed(text)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_may_be_reached(address: str) -> None:
    assert may_reach(address, internal=False)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.9.9.9", str(IPv4Address(0)), "169.254.169.254", "224.0.0.1", "255.255.255.255", "240.0.0.1",
     "::1", "::", "fe80::1", "fe80::1%eth0", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
     "64:ff9b:1::a9fe:a9fe", "2002:7f00:1::", "::127.0.0.1", "2001:0:7f00:1:0:0:80ff:fffe", "nonsense", "", "0x7f.1"],
)  # fmt: skip
def test_some_addresses_are_never_reached(address: str) -> None:
    assert not may_reach(address, internal=False)
    assert not may_reach(address, internal=True)


@pytest.mark.parametrize(
    "address",
    ["10.0.0.5", "172.16.0.1", "192.168.1.1", "fd00::5", "::ffff:10.0.0.5"],
)
def test_the_companys_own_network_only_where_that_is_said(address: str) -> None:
    assert not may_reach(address, internal=False)
    assert may_reach(address, internal=True)


@pytest.mark.parametrize("address", ["100.64.0.1", "192.0.2.1", "198.18.0.1", "2001:db8::1"])
def test_addresses_of_nobody_are_not_public(address: str) -> None:
    assert not may_reach(address, internal=False)


@pytest.mark.parametrize(
    ("address", "mine"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False),
        ("93.184.215.14", False), ("::ffff:10.0.0.1", False), ("169.254.169.254", False), ("localhost", False),
    ],
)  # fmt: skip
def test_this_machine_is_no_other(address: str, *, mine: bool) -> None:
    assert is_this_machine(address) is mine
