"""Candidates' links for tests, and browsers that came by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from app.domain.link_token import LinkKeys
from app.models.engine import writing
from app.services import links, visits
from tests.web.browser import Browser

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask
    from sqlalchemy.orm import Session

COOKIE = "plumbline-candidate"


def keys_of(program: Flask) -> LinkKeys:
    """What signs the links of a program."""
    return LinkKeys.of(str(program.secret_key))


def make_link(session: Session, keys: LinkKeys, application_id: UUID, *, now: datetime | None = None) -> str:
    """A living link of an application, good for 30 days, and its token."""
    at = now or datetime.now(UTC)
    link = links.lasting(session, application_id, at + timedelta(days=30), now=at)
    return keys.token(link.id, link.generation)


def visiting(program: Flask, application_id: UUID, *, now: datetime | None = None) -> Browser:
    """A browser whose visit by the application's link has begun."""
    at = now or datetime.now(UTC)
    with writing(program.extensions["plumbline.engine"]) as session:
        token = make_link(session, keys_of(program), application_id, now=at)
        fresh = visits.begin(session, token, keys_of(program), now=at)
    assert fresh is not None
    browser = Browser(program)
    browser.client.set_cookie(COOKIE, fresh, path="/")
    return browser
