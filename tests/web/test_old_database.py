"""A database that was not migrated says what mends it, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import text

from app.domain.permission import Role
from app.models.engine import writing
from tests.factories import hiring as make
from tests.web.browser import Browser
from tests.web.test_plans import words

if TYPE_CHECKING:
    from tests.databases import Database

Open = Callable[[UUID], Browser]


TABLE = ("ALTER TABLE plan_outlook RENAME TO gone", "ALTER TABLE gone RENAME TO plan_outlook")
COLUMN = ("ALTER TABLE plan_outlook RENAME begun TO gone", "ALTER TABLE plan_outlook RENAME gone TO begun")


@pytest.mark.parametrize(("change", "back"), [TABLE, COLUMN], ids=["table", "column"])
def test_what_is_missing_is_told_with_the_command(
    database: Database, signed_in: Open, caplog: pytest.LogCaptureFixture, change: str, back: str
) -> None:
    with writing(database.engine) as session:
        hr = make.make_person(session, "Hana HR", [Role.HR_PARTNER]).id
    browser = signed_in(hr)
    with writing(database.engine) as session:
        session.execute(text(change))
    try:
        answer = browser.get("/onboarding")
    finally:
        with writing(database.engine) as session:
            session.execute(text(back))

    assert answer.status_code == 503
    assert "python3 -m app migrate" in words(answer)
    assert "Retry-After" not in answer.headers
    assert "run python3 -m app migrate" in caplog.text
    assert browser.get("/onboarding").status_code == 200
