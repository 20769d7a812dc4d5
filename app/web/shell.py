"""What the frame of every signed-in page shows: the one contract between the views and `layouts/base.html`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NoticeKind = Literal["good", "info", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class NavItem:
    """One job in the main navigation. `current` marks the job that the page belongs to."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence about what just happened, with at most one link to what follows from it."""

    kind: NoticeKind
    text: str
    link_label: str = ""
    link_url: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame's facts for one request. Empty addresses leave their control out of the page.

    ``looking_until``: somebody looks through the person's eyes, until this time.
    """

    home_url: str
    nav: tuple[NavItem, ...] = ()
    inbox_url: str = ""
    inbox_count: int = 0
    search_url: str = ""
    search_text: str = ""
    person_name: str = ""
    person_detail: str = ""
    account_url: str = ""
    sign_out_url: str = ""
    notices: tuple[Notice, ...] = ()
    blueprint_version: str = ""
    product_version: str = ""
    looking_until: str = ""
