"""Where this program may go on the network of its own accord: hosts that were named, at addresses that are public."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

HTTP, HTTPS = 80, 443
_INTERNAL = "internal:"
_EMBEDS_IPV4 = IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48")
"""Addresses behind which a translator reaches any IPv4 address, private ones too."""
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Allowed:
    """A host that may be asked, by name and port; ``internal`` lets it lie in the company's own network."""

    host: str
    port: int = HTTPS
    internal: bool = False


def allowed(text: str) -> Allowed:
    """What one entry of the setting says: ``host``, ``host:port`` or ``internal:host``; ValueError otherwise."""
    internal = text.startswith(_INTERNAL)
    host, colon, port = text.removeprefix(_INTERNAL).partition(":")
    name = host.lower().rstrip(".")
    labels = name.split(".")
    named = all(label.isascii() and label.replace("-", "").isalnum() for label in labels) and not labels[-1].isdigit()
    if not named or (colon and not (port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16)):
        message = f"{text!r} is not host, host:port or internal:host"
        raise ValueError(message)
    return Allowed(name, int(port) if colon else HTTPS, internal)


def may_reach(address: str, *, internal: bool) -> bool:
    """Whether a resolved address may be connected to; a machine of the company's own only where that is said.

    This machine itself, its link, a group of machines and what stands for no machine are refused always.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_fit(one, internal=internal) for one in _meant(found))


def is_this_machine(address: str) -> bool:
    """Whether a resolved address is this machine's own."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback


def _meant(address: Address) -> tuple[Address, ...]:
    """The address and every IPv4 address that it carries inside."""
    if isinstance(address, IPv4Address):
        return (address,)
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in _EMBEDS_IPV4) or int(address) >> 32 == 0:
        inside.append(IPv4Address(int(address) & 0xFFFFFFFF))
    carried = tuple(one for one in inside if one is not None)
    # A mapped address is nothing but the other one in another spelling.
    return carried if address.ipv4_mapped else (address, *carried)


def _fit(address: Address, *, internal: bool) -> bool:
    never = address.is_loopback, address.is_link_local, address.is_multicast, address.is_unspecified
    if any(never) or (address.is_reserved and address.version == 4):  # noqa: PLR2004  the version of the protocol
        return False
    return address.is_global or (internal and address.is_private)
