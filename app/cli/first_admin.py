"""The way in to an installation that nobody has an account in: a token that only whoever starts the program sees."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.settings import Settings


def invitation(engine: Engine, settings: Settings) -> tuple[str, ...]:
    """The lines that say how the first administrator is made; empty when anybody has an account.

    Each start makes a new token and ends the one before.
    """
    from app.domain.account_token import AccountKeys
    from app.models.engine import writing
    from app.services import account_links

    with writing(engine) as session:
        token = account_links.open_setup(session, AccountKeys.of(settings.secret_key), now=datetime.now(UTC))
    if token is None:
        return ()
    site = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    return (
        "",
        f"Nobody has an account yet. Open {site}/set-up within a day and give this token, once:",
        f"  {token}",
    )
