"""Who is asking, and whether the view may be asked at all.

Every view declares a permission or says why it is public; one that does neither keeps the program from starting.
Object-level checks follow in services and queries. Flask-Login only maps our session token to a person here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Flask, current_app, request, session
from flask_login import LoginManager, UserMixin, current_user

from app.domain.access import require
from app.domain.permission import ActorFacts, Permission
from app.services import sessions
from app.web.clock import now
from app.web.database import reading, writing

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Request

    from app.web.sessions import BrowserSession

View = TypeVar("View", bound=Callable[..., Any])
login = LoginManager()
# Our own rows already bind a session to one browser; Flask-Login's cookie-based guess is not used.
login.session_protection = None


class UndeclaredEndpointError(Exception):
    """A view declares neither a permission nor that it is public."""


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The person behind this request."""

    person_id: UUID
    name: str
    email: str
    zone: str
    facts: ActorFacts
    first_years: bool
    calibrations: bool

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


def current_person() -> SignedIn:
    """The signed-in person; only views under a permission may ask."""
    return cast("SignedIn", current_user._get_current_object())  # noqa: SLF001  werkzeug's documented way


def current_actor() -> ActorFacts:
    """The signed-in person as services and queries want them."""
    return current_person().facts


def init_app(app: Flask) -> None:
    """Load the person before each request and refuse views that they may not ask."""
    login.init_app(app)
    app.before_request(_admit)


def declared(app: Flask) -> dict[str, Permission | str]:
    """What every endpoint declares; raise :class:`UndeclaredEndpointError` naming those that declare nothing."""
    found: dict[str, Permission | str] = {}
    missing = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        says = getattr(view, "permission", None) or getattr(view, "public", None)
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
        found = sessions.person_of(database, browser.token, now=now())
    if found is None:
        return None
    if found.stale:
        with writing() as database:
            sessions.touch(database, browser.token, now=now())
    return SignedIn(
        found.person_id, found.name, found.email, found.zone, found.actor,
        first_years=found.first_years, calibrations=found.calibrations,
    )  # fmt: skip


def _admit() -> Any:  # noqa: ANN401  whatever Flask-Login's handler answers
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "public", None):
        return None
    if not current_user.is_authenticated:
        return login.unauthorized()
    if not request.view_args:
        # The walk at the start has made sure that every view that is not public declares a permission.
        require(current_actor(), cast("Permission", view.permission))  # type: ignore[union-attr]  # as the comment says
    return None
