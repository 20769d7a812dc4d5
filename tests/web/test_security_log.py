"""What leaves a trace: who came in and who did not, what was refused, what was tried too often."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from app.domain.errors import UnavailableError
from app.models.audit import AuditEvent
from app.models.engine import reading, writing
from app.services.passwords import hashed
from app.services.sealing import SeedKey
from tests.factories.hiring import make_person

if TYPE_CHECKING:
    from tests.databases import Database
    from tests.web.browser import Browser

PASSWORD = "seven green ladders by the canal"


def noted(caplog: pytest.LogCaptureFixture) -> list[tuple[str, int]]:
    """Endpoint and status of each request that left a line."""
    fields: list[dict[str, Any]] = [getattr(record, "fields", {}) for record in caplog.records]
    return [(one["endpoint"], one["status"]) for one in fields if "status" in one]


def test_a_sign_in_that_fails_and_one_that_works_both_leave_a_trace(
    database: Database, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(database.engine) as session:
        person = make_person(session, "Ada Brook", email="ada@example.org")
        person.password_hash = hashed(PASSWORD)
    with caplog.at_level(logging.INFO, logger="plumbline"):
        refused = browser.post("/sign-in", {"email": "ada@example.org", "password": "not this one at all"})
        browser.post("/sign-in", {"email": "ada@example.org", "password": PASSWORD})
    lines = noted(caplog)
    assert ("auth.enter", refused.status_code) in lines
    assert refused.status_code >= 400
    assert ("auth.enter", 303) in lines
    assert PASSWORD not in caplog.text
    with reading(database.engine) as session:
        assert "session.begin" in set(session.scalars(select(AuditEvent.action)))


def test_a_form_without_its_token_and_a_page_of_nobody_leave_a_trace(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="plumbline"):
        assert browser.client.post("/sign-in", data={"email": "x"}).status_code == 403
        assert browser.get("/audit").status_code in {302, 303, 401}
    assert [status for endpoint, status in noted(caplog) if endpoint == "auth.enter"] == [403]
    assert [endpoint for endpoint, _ in noted(caplog)].count("admin.audit") == 1


def test_a_sealed_seed_that_was_altered_or_moved_does_not_open() -> None:
    key, person = SeedKey.of("a secret that is long enough to be one"), uuid4()
    sealed = key.seal("JBSWY3DPEHPK3PXP", person)
    assert key.unseal(sealed, person) == "JBSWY3DPEHPK3PXP"
    other = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    for text, whose in ((other, person), (sealed, uuid4())):
        with pytest.raises((UnavailableError, InvalidTag)):
            key.unseal(text, whose)
