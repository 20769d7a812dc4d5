"""What a proof from an outside identity provider says, and what follows from it for an account here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.granting import TAKES_TWO
from app.domain.permission import Role

FLOW_LIFETIME = timedelta(minutes=10)
WAY_IN_LIFETIME = timedelta(minutes=10)
NOTICE_KEPT = timedelta(days=1)
SKEW = timedelta(seconds=60)
"""How far a provider's clock may be off."""
ANYBODY = "*"
"""The group that everybody is in who signs in with a provider."""


class Purpose(StrEnum):
    """Why a browser was sent to a provider."""

    ENTER = "enter"
    LINK = "link"
    PROVE = "prove"


@dataclass(frozen=True, slots=True)
class Proven:
    """What a provider has proven about the person behind a browser.

    ``email`` is ``None`` unless the provider says that it is verified; ``proved_at`` is when the person last gave a
    proof there, ``None`` where the provider does not say; ``methods`` is how (the ``amr`` claim); ``session`` is the
    SHA-256 of the provider's name for its own session.
    """

    issuer: str
    subject: str
    email: str | None
    name: str
    groups: frozenset[str]
    methods: frozenset[str]
    proved_at: datetime | None
    session: str | None


def in_domains(email: str, domains: Iterable[str]) -> bool:
    """Whether an address lies in one of the domains themselves; the domains below them do not count."""
    return email.rpartition("@")[2].lower() in {domain.lower() for domain in domains}


def roles_of_groups(groups: Iterable[str], given: Mapping[str, Iterable[Role]], *, privileged: bool) -> frozenset[Role]:
    """The roles that somebody's groups give; admin, HR partner and auditor only where ``privileged``."""
    held = {*groups, ANYBODY}
    roles = {role for group, gives in given.items() if group in held for role in gives}
    return frozenset(roles if privileged else roles - TAKES_TWO)


@dataclass(frozen=True, slots=True)
class Following:
    """Which roles to give and to take so that those from groups are as the groups are now."""

    give: frozenset[Role]
    take: frozenset[Role]


def following(wanted: frozenset[Role], *, marked: frozenset[Role], by_hand: frozenset[Role]) -> Following:
    """What to change: ``marked`` came from these groups before, ``by_hand`` are held for another reason and stay."""
    return Following(give=wanted - marked - by_hand, take=marked - wanted)
