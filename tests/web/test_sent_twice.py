"""A form of a first year that is sent twice counts once, and both answers are the same; on both databases."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.onboarding.plan import PartyName
from app.models.audit import AuditEvent
from app.models.check_in import CheckIn, CheckInOutcome, TalkNote
from app.models.engine import reading, writing
from app.models.measuring import OutcomeRow, ReadingRow
from app.models.onboarding import Signature
from tests.factories import hiring as make
from tests.factories.plans import Cast, make_plan
from tests.web.browser import Browser

if TYPE_CHECKING:
    from tests.databases import Database

Open = Callable[[UUID], Browser]
ANSWERS = {"version": "0", "confidence": "4", "against": "met", "went_well": "Fine.", "goal-learn": "met"}
AIMED = {"area": "Alerts", "baseline": "0.70", "low": "0.85", "high": ""}
OUTCOME = {"value-strategy": "4", "value-fluency": "3", "value-empathy": "none"}
_FORM = re.compile(r"<form.*?</form>", re.DOTALL)
_INTENT = re.compile(r'name="intent" value="([0-9a-f]{32})"')


@pytest.fixture
def cast(database: Database) -> Cast:
    with writing(database.engine) as session:
        return make_plan(session)


def count(database: Database, table: type[Any]) -> int:
    with reading(database.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def intents(browser: Browser, address: str) -> list[str]:
    """The keys of the forms of a page, in their order; a form without one has none."""
    return [key for form in _FORM.findall(browser.get(address).text) for key in _INTENT.findall(form)]


def check_in(cast: Cast, database: Database) -> str:
    with reading(database.engine) as session:
        return f"/onboarding/milestones/{cast.milestone(session, 'day-30').id}/check-in"


def twice(browser: Browser, address: str, fields: dict[str, str], data: bytes | None = None) -> None:
    """Send the same form two times, and then one drawn anew with the same words, which is another."""

    def send() -> Any:  # noqa: ANN401  werkzeug's response
        file = {} if data is None else {"file": (io.BytesIO(data), "readings.csv")}
        return browser.post(address, {**fields, **file})

    first, second = send(), send()
    assert first.status_code == second.status_code == 303, second.text[-3000:]
    assert first.location == second.location


def test_a_note_is_kept_once(cast: Cast, database: Database, signed_in: Open) -> None:
    hire, address = signed_in(cast.hire.id), f"/onboarding/{cast.plan.id}/notes"
    fields = {"talked_on": "2026-11-20", "text": "Watch the pace.", "shared": "shared"}
    for number, _ in enumerate(range(2), start=1):
        (key,) = intents(hire, address)
        twice(hire, address, {**fields, "intent": key})
        assert count(database, TalkNote) == number


def test_another_text_in_the_same_form_is_not_lost(cast: Cast, database: Database, signed_in: Open) -> None:
    hire, address = signed_in(cast.hire.id), f"/onboarding/{cast.plan.id}/notes"
    (key,) = intents(hire, address)
    fields = {"talked_on": "2026-11-20", "text": "Watch the pace.", "shared": "private", "intent": key}
    twice(hire, address, fields)
    other = hire.post(address, {**fields, "text": "Something else."})
    assert (other.status_code, count(database, TalkNote)) == (422, 1)
    assert "Something else." in other.text
    (fresh,) = _INTENT.findall("".join(_FORM.findall(other.text)))
    assert hire.post(address, {**fields, "text": "Something else.", "intent": fresh}).status_code == 303
    assert count(database, TalkNote) == 2


def test_a_reading_is_entered_once(cast: Cast, database: Database, signed_in: Open) -> None:
    hire = signed_in(cast.hire.id)
    picked = hire.post(f"/onboarding/{cast.plan.id}/metrics/new?metric=precision", AIMED)
    address = str(picked.location).partition("?")[0]
    single, file = intents(hire, address)
    assert single != file
    twice(hire, f"{address}/readings", {"day": "2026-11-20", "value": "0.9", "intent": single})
    assert count(database, ReadingRow) == 1
    twice(hire, f"{address}/file", {"intent": file}, b"date,value,note\n2026-11-02,0.8,\n2026-11-09,0.81,\n")
    assert count(database, ReadingRow) == 3
    other = {"intent": file, "file": (io.BytesIO(b"date,value,note\n2026-11-10,0.7,\n"), "readings.csv")}
    refused = hire.post(f"{address}/file", other)
    assert (refused.status_code, count(database, ReadingRow)) == (422, 3)
    assert "already sent with something else" in refused.text


def test_the_outcome_is_recorded_once(cast: Cast, database: Database, signed_in: Open) -> None:
    with writing(database.engine) as session:
        part = cast.milestone(session, "day-90").id
        by = {"party": PartyName.MANAGER, "person_id": cast.manager.id, "signed_at": make.NOW}
        session.add(Signature(milestone_id=part, **by))
    manager, address = signed_in(cast.manager.id), f"/onboarding/{cast.plan.id}/outcome"
    (key,) = intents(manager, address)
    twice(manager, address, {**OUTCOME, "intent": key})
    assert count(database, OutcomeRow) == 3
    late = manager.post(address, {**OUTCOME, "intent": "another"})
    assert (late.status_code, count(database, OutcomeRow)) == (409, 3)


def test_answers_are_sealed_once_and_what_was_agreed_is_written_once(
    cast: Cast, database: Database, signed_in: Open
) -> None:
    hire, manager, address = signed_in(cast.hire.id), signed_in(cast.manager.id), check_in(cast, database)
    for browser in (hire, manager):
        (key,) = intents(browser, address)
        twice(browser, address, {**ANSWERS, "intent": key})
    assert count(database, CheckIn) == 2
    events = count(database, AuditEvent)
    (key,) = intents(manager, address)
    twice(manager, f"{address}/outcome", {"text": "Support joins on Monday.", "intent": key})
    assert (count(database, CheckInOutcome), count(database, AuditEvent)) == (1, events + 1)
