"""What is looked for, whatever an address says: an answer, and never an error of ours. On both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.permission import Role
from app.models.engine import writing
from tests.factories.hiring import make_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.databases import Database
    from tests.web.browser import Browser

PAGES = (
    "/search?q=", "/requisitions?q=", "/requisitions.csv?q=", "/candidates?q=", "/candidates.csv?q=",
    "/calibrations?q=", "/calibrations.csv?q=", "/promotions?q=", "/ladder/people?q=", "/evidence?q=",
    "/audit?action=", "/audit?before=", "/calibrations?page=",
)  # fmt: skip


@pytest.mark.parametrize("sent", ["%00", "a%00b", "9" * 40, "-5", "%E2%80%AE", "x" * 3000, "%25", "%ED%A0%80"])
def test_whatever_is_looked_for_is_answered(
    database: Database, signed_in: Callable[[UUID], Browser], sent: str
) -> None:
    with writing(database.engine) as session:
        person = make_person(session, "Adi Alves", [Role.ADMIN, Role.COORDINATOR, Role.HR_PARTNER])
    browser = signed_in(person.id)
    assert {path: browser.get(path + sent).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)
