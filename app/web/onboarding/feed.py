"""Milestones in one's own calendar: by an address whose secret is all that a calendar program needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, current_app, request, url_for

from app.domain.errors import TooManyError
from app.domain.permission import Permission
from app.formats import calendar_feed
from app.formats.calendar_feed import FeedEvent
from app.queries import feeds as queries
from app.services import feeds, limits
from app.services.sessions import hashed
from app.web.clock import now
from app.web.database import reading, writing
from app.web.guard import current_actor, public, requires
from app.web.onboarding import job
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

    from app.queries.feeds import FeedLine

_NAME = "First years"
_WAIT = "This calendar was asked for too often. It can be asked again in a few minutes."


@job.get("/onboarding/calendar/<token>.ics")
@public("a calendar program cannot sign in; it brings the secret of one person's address")
def feed(token: str) -> Answer:
    """The calendar behind a secret; an unknown one, a revoked one and a closed account's are all not found."""
    secret = hashed(token)
    _take(secret)
    with reading() as session:
        lines = queries.milestones(session, secret)
    body = calendar_feed.written([_event(line) for line in lines], name=_NAME)
    response = Response(body, mimetype=calendar_feed.MEDIA_TYPE)
    response.headers.set("Content-Disposition", "inline", filename="first-years.ics")
    # One program may keep it and has to ask before each use; nothing between may keep it at all.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.add_etag()
    return response.make_conditional(request)


@job.get("/onboarding/calendar")
@requires(Permission.FEED_KEEP)
def feed_settings() -> tuple[str, int]:
    """Whether there is an address, and what to do with it."""
    return _settings()


@job.post("/onboarding/calendar")
@requires(Permission.FEED_KEEP)
def make_feed() -> tuple[str, int]:
    """Make an address, in place of an earlier one, and show it this once."""
    with writing() as session:
        token = feeds.make(session, current_actor(), now=now())
    return _settings(_site() + url_for("onboarding.feed", token=token))


@job.post("/onboarding/calendar/revoke")
@requires(Permission.FEED_KEEP)
def revoke_feed() -> Answer:
    """End the address."""
    with writing() as session:
        feeds.revoke(session, current_actor(), now=now())
    return go("onboarding.feed_settings", done="feed-revoked")


def _settings(address: str = "") -> tuple[str, int]:
    with reading() as session:
        made_at = queries.made_at(session, current_actor())
        return page("onboarding/feed.html", session=session, address=address, made_at=made_at)


def _take(secret: str) -> None:
    """Count the request against secret and address alike, whether there is such a secret or not."""
    subjects = (
        (f"feed:secret:{secret[:32]}", limits.FEED_SECRET),
        (f"feed:address:{hashed(request.remote_addr or '')[:32]}", limits.FEED_ADDRESS),
    )
    with writing() as session:
        wait = max(limits.take(session, subject, limit, now=now()) for subject, limit in subjects)
    if wait:
        raise TooManyError(_WAIT, retry_after=wait)


def _event(line: FeedLine) -> FeedEvent:
    return FeedEvent(
        milestone_id=line.milestone_id,
        title=line.title if line.own else f"{line.title}: {line.hire}",
        day=line.due_on,
        number=line.version,
        at=line.changed_at,
        address=_site() + url_for("onboarding.plan", plan_id=line.plan_id),
    )


def _site() -> str:
    public_url: str | None = current_app.config["PUBLIC_URL"]
    return (public_url or request.host_url).rstrip("/")
