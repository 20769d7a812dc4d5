"""Which accounts elsewhere open the person's account here: seeing them, and taking one away."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from app.domain.errors import ConflictError
from app.domain.permission import Permission
from app.services import identities
from app.web.auth import job, providers
from app.web.clock import now
from app.web.credential_keys import this_browser
from app.web.database import reading, writing
from app.web.guard import current_actor, requires
from app.web.pages import go, page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@job.get("/account/connections")
@requires(Permission.ACCOUNT_KEEP)
def connections() -> tuple[str, int]:
    """Every provider of this installation, and whether it opens the actor's account."""
    return drawn()


def drawn(problem: str = "", *, status: int = HTTPStatus.OK) -> tuple[str, int]:
    """The page of connections, with what kept one from being made or ended."""
    with reading() as database:
        mine = {one.issuer: one for one in identities.connected(database, current_actor())}
        return page(
            "auth/connections.html",
            status=status,
            session=database,
            problem=problem,
            rows=[(offer, mine.get(offer.issuer)) for offer in providers.offers()],
        )


@job.post("/account/connections/<provider>/end")
@requires(Permission.CREDENTIAL_CHANGE)
def disconnect(provider: str) -> Response | tuple[str, int]:
    """Take a provider away from the account, unless nothing else would open it."""
    issuer = providers.client(provider).provider.issuer
    try:
        with writing() as database:
            identities.unlink(
                database, current_actor(), issuer, keep=this_browser().token,
                password_opens=providers.passwords_open(), now=now(),
            )  # fmt: skip
    except ConflictError as error:
        return drawn(str(error), status=HTTPStatus.CONFLICT)
    return go("auth.connections", done="disconnected")
