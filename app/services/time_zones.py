"""The time zones that people may be in: those of places, and not what else lies in a machine's folder of zones."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from app.domain.errors import Fault

_NOWHERE = frozenset({"localtime", "Factory"})
"""What stands beside the zones of places: the machine's own clock, and a placeholder."""
_PARTS = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
          "Pacific/")  # fmt: skip


@cache
def known() -> frozenset[str]:
    """The names of all zones, older ones included; the disk is asked for them once a process."""
    return frozenset(zone for zone in available_timezones() if zone not in _NOWHERE)


def offered(current: str = "") -> tuple[str, ...]:
    """The zones to choose from, by continent, and the ``current`` one first if it goes by another name.

    Older names of the same zones would only make the list longer.
    """
    usual = _usual()
    return usual if current in usual or current not in known() else (current, *usual)


def faults(zone: str, field: str = "zone") -> list[Fault]:
    """What is wrong with a zone that somebody named."""
    if zone in known():
        return []
    return [Fault(field, f"{zone!r} is not a time zone: choose one such as Europe/Berlin.")]


@cache
def _usual() -> tuple[str, ...]:
    return ("UTC", *sorted(zone for zone in known() if zone.startswith(_PARTS)))
