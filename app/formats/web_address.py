"""Addresses of web pages that people give as links, for others to press."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.domain.errors import Fault
from app.domain.text import text_faults

LIMIT = 2000
_SCHEMES = frozenset({"http", "https"})


def faults(field: str, link: str) -> tuple[Fault, ...]:
    """What is wrong with a link: only what a browser opens as a page is taken, and never with a password in it."""
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = None
    if parts is None or parts.scheme.lower() not in _SCHEMES or not parts.hostname or any(map(str.isspace, link)):
        return (Fault(field, "Write a whole address that begins with https:// or http://."),)
    if parts.username or parts.password:
        return (Fault(field, "This address carries a password. Take it out: others will see the link."),)
    return text_faults(field, "a link", link, limit=LIMIT)


def is_link(text: str) -> bool:
    """Whether a text is nothing but an address: one word that begins as one."""
    return text.lower().startswith(("https://", "http://")) and not any(map(str.isspace, text))


def host(link: str) -> str:
    """Where a link leads, as browsers write it: look-alike letters show their code."""
    name = urlsplit(link).hostname or ""
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name.encode("ascii", "backslashreplace").decode()
