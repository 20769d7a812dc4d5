"""Asking for a new password as somebody at the sign-in page does, and reading the mail that comes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.domain.account_token import AccountKeys
from app.services import mail
from app.services.letters import Keys
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.databases import Database
    from tests.web.browser import Browser

KEYS = AccountKeys.of(SECRET)
NEW = "eleven brass lanterns hum"


def reset_token(database: Database, browser: Browser, email: str = "ada@example.org") -> str:
    """The token that the mail of a reset carries."""
    assert browser.post("/forgotten-password", {"email": email}).status_code == 200
    text: str = post(database)[-1].get_content()
    return text.rsplit("/choose-password/", 1)[1].strip()


def post(database: Database, site: str = "http://localhost") -> list[EmailMessage]:
    """The mails that wait to be sent, sent."""
    sent: list[EmailMessage] = []
    mail.deliver(
        database.engine, sent.append, sender="p@example.org", site=site, now=datetime.now(UTC), keys=Keys.of(SECRET)
    )
    return sent


def take(browser: Browser, token: str, password: str = NEW) -> int:
    """The answer to choosing a password by a link."""
    return browser.post("/choose-password", {"token": token, "new": password, "again": password}).status_code


def plain(text: str) -> str:
    """A page without what differs each time."""
    return re.sub(r'(nonce|name="csrf_token" value)="[^"]+"', "", text)
