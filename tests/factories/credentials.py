"""People with passwords and second factors, as the program itself sets them up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyotp

from app.domain.facts import Role
from app.domain.permission import ActorFacts
from app.models.engine import writing
from app.services import accounts, second_factor
from app.services.sealing import SeedKey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tests.databases import Database

PASSWORD = "seven quiet herons wade"


def make_account(
    database: Database, email: str = "ada@example.org", roles: Iterable[Role] = (Role.ADMIN,), name: str = "Ada Lind"
) -> UUID:
    """Somebody who signs in with :data:`PASSWORD`."""
    with writing(database.engine) as session:
        return accounts.create_person(
            session, None, email=email, name=name, password=PASSWORD, roles=roles, now=datetime.now(UTC)
        )


def with_codes(database: Database, person_id: UUID, secret: str) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    """Set up codes for somebody, an hour ago; return their app and their recovery codes."""
    actor, key = ActorFacts(person_id, "ada@example.org", frozenset()), SeedKey.of(secret)
    then = datetime.now(UTC) - timedelta(hours=1)
    with writing(database.engine) as session:
        app = pyotp.TOTP(second_factor.begin_codes(session, actor, key, now=then).seed)
        codes = second_factor.confirm_codes(session, actor, key, app.at(then), keep="", now=then)
    return app, codes
