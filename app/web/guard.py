"""Who is asking, and whether the view may be asked at all.

Every view declares a permission, stands behind a candidate's link, or says why it is public; one that does none of
these keeps the program from starting. Object-level checks follow in services and queries. Flask-Login only maps our
session token to a person here, and a candidate's visit has a cookie of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user

from app.domain.access import FACTOR_FIRST, require
from app.domain.errors import NotAllowedError, ProofNeededError
from app.domain.permission import LOOKED_AT, ActorFacts, Permission
from app.domain.predicates import needs_second_factor
from app.domain.second_factor import FactorPolicy
from app.services import acting_as, sessions, visits
from app.web import visitor
from app.web.clock import now
from app.web.database import reading, writing

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Request

    from app.domain.candidate_link import CandidateFacts
    from app.web.sessions import BrowserSession

View = TypeVar("View", bound=Callable[..., Any])
login = LoginManager()
_BEFORE_THE_FACTOR = frozenset({Permission.PROOF_GIVE, Permission.FACTOR_ENROL})
"""What may be asked while the second factor is still to be given or set up."""
_MARKS = ("permission", "behind", "public")
# Our own rows already bind a session to one browser; Flask-Login's cookie-based guess is not used.
login.session_protection = None


_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})
_ONLY_LOOKS = (
    "You are looking as somebody else. That shows lists and menus, and nothing that is sealed, private or about a "
    "candidate, and nothing can be changed. Stop looking to go on as yourself."
)


class UndeclaredEndpointError(Exception):
    """A view declares neither a permission, nor that it stands behind a link, nor that it is public."""


class Behind(StrEnum):
    """Which candidates' links open a view."""

    LIVING = "while the application runs"
    ANY = "also after the application ended, by a link made then"


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The person behind this request; ``looker`` is who looks through their eyes, if anybody does, ``until`` when."""

    person_id: UUID
    name: str
    email: str
    zone: str
    facts: ActorFacts
    first_years: bool
    calibrations: bool
    how: str
    has_password: bool
    has_factor: bool
    looker: ActorFacts | None = None
    until: datetime | None = None

    def get_id(self) -> str:
        """The identity as Flask-Login wants it."""
        return str(self.person_id)


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the permission that a view stands under."""

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]  # a mark on the function
        return view

    return declare


def public(why: str) -> Callable[[View], View]:
    """Declare that a view is for everybody, and why."""

    def declare(view: View) -> View:
        view.public = why  # type: ignore[attr-defined]  # a mark on the function
        return view

    return declare


def by_link(view: View) -> View:
    """Declare that a candidate may ask, by a link, while their application runs; :func:`current_candidate` is who."""
    view.behind = Behind.LIVING  # type: ignore[attr-defined]  # a mark on the function
    return view


def by_link_always(view: View) -> View:
    """Declare that a candidate may ask, by a link, even after their application ended."""
    view.behind = Behind.ANY  # type: ignore[attr-defined]  # a mark on the function
    return view


def current_candidate() -> CandidateFacts:
    """The candidate whose link opened this browser; only views behind a link may ask."""
    return cast("CandidateFacts", g.candidate)


def current_person() -> SignedIn:
    """The signed-in person; only views under a permission may ask."""
    return cast("SignedIn", current_user._get_current_object())  # noqa: SLF001  werkzeug's documented way


def current_actor() -> ActorFacts:
    """The signed-in person as services and queries want them."""
    return current_person().facts


def factor_policy() -> FactorPolicy:
    """Of whom this installation asks a second factor."""
    return FactorPolicy(current_app.config["PLUMBLINE"].second_factor)


def signed_in(found: sessions.Known) -> SignedIn:
    """The person behind a session as views and pages know them."""
    return SignedIn(
        found.person_id, found.name, found.email, found.zone, found.actor,
        first_years=found.first_years, calibrations=found.calibrations,
        how=found.how, has_password=found.has_password, has_factor=found.has_factor,
    )  # fmt: skip


def init_app(app: Flask) -> None:
    """Load the person before each request and refuse views that they may not ask."""
    # Templates read nothing of the person, and a page that needs nobody must not ask who is there.
    login.init_app(app, add_context_processor=False)
    app.before_request(_admit)


def declared(app: Flask) -> dict[str, Permission | Behind | str]:
    """What every endpoint declares; raise :class:`UndeclaredEndpointError` naming those that declare nothing."""
    found: dict[str, Permission | Behind | str] = {}
    missing = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        says = next(filter(None, (getattr(view, mark, None) for mark in _MARKS)), None)
        if says is None:
            missing.append(rule.endpoint)
        else:
            found[rule.endpoint] = says
    if missing:
        message = f"endpoint {', '.join(sorted(missing))} declares no permission"
        raise UndeclaredEndpointError(message)
    return found


@login.request_loader
def _load(_request: Request) -> SignedIn | None:
    browser = cast("BrowserSession", session)
    if browser.is_new:
        return None
    with reading() as database:
        found = sessions.person_of(database, browser.token, now=now(), policy=factor_policy())
        seen = _seen_through(database, found, browser.token) if found and found.looks else None
    if found is None:
        return None
    if found.stale:
        with writing() as database:
            sessions.touch(database, browser.token, now=now())
    return seen or signed_in(found)


def _seen_through(database: Session, found: sessions.Known, token: str) -> SignedIn | None:
    seen = acting_as.seen_through(database, found.actor, token, now=now())
    if seen is None:
        return None
    return SignedIn(
        seen.person_id, seen.name, seen.email, seen.zone, seen.actor,
        first_years=seen.first_years, calibrations=seen.calibrations,
        how=found.how, has_password=False, has_factor=False, looker=found.actor, until=seen.until,
    )  # fmt: skip


def _admit() -> Any:  # noqa: ANN401  whatever Flask-Login's handler answers
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "public", None):
        return None
    behind: Behind | None = getattr(view, "behind", None)
    if behind is not None:
        return _admit_candidate(behind)
    if not current_user.is_authenticated:
        return login.unauthorized()
    # The walk at the start has made sure that every view that is neither public nor behind a link declares one.
    permission = cast("Permission", view.permission)  # type: ignore[union-attr]  # as the comment says
    if current_person().looker and not _may_look(permission):
        raise NotAllowedError(_ONLY_LOOKS)
    if not request.view_args:
        require(current_actor(), permission)
    elif needs_second_factor(current_actor(), None) and permission not in _BEFORE_THE_FACTOR:
        # An object's own check comes later; nothing at all is looked up for whoever is only half signed in.
        raise ProofNeededError(FACTOR_FIRST)
    return None


def _may_look(permission: Permission) -> bool:
    """Whether somebody who looks through another's eyes may ask this: pages of lists, and to stop looking."""
    if permission is Permission.LOOK_STOP:
        return True
    return permission in LOOKED_AT and request.method in _LOOKS


def _admit_candidate(behind: Behind) -> Any:  # noqa: ANN401  a refusal as Flask takes it, or nothing
    token = visitor.token()
    if token is None:
        return visitor.lapsed()
    with reading() as database:
        visit = visits.of_token(database, token, now=now())
    if visit is None:
        return visitor.lapsed()
    if not visit.alive or (visit.facts.ended and behind is Behind.LIVING):
        return visitor.ended()
    if visit.stale:
        with writing() as database:
            visits.touch(database, token, now=now())
    g.candidate = visit.facts
    return None
