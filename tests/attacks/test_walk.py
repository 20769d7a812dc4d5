"""One walk through every page of the demo: what no page may do, asked of all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from tests.attacks import filling

if TYPE_CHECKING:
    from flask import Flask

    from tests.attacks.walking import Walked

WRITES = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+\"?(\w+)", re.IGNORECASE)
KEPT_BY_LOOKING = {
    "sign_in", "attempt", "audit_event", "audit_head", "audit_payload", "kit_opening", "look", "candidate_visit",
}  # fmt: skip
"""Signs of life, tries within a limit, and records that something was viewed: no facts of anybody's evaluation."""


@pytest.mark.attack("AU-11")
def test_opening_a_page_changes_no_fact(walked: Walked) -> None:
    stops, sent = walked
    assert len(stops) > 150
    written = {found[1].lower() for statement in sent if (found := WRITES.match(statement))}
    assert written <= KEPT_BY_LOOKING


@pytest.mark.attack("AU-12")
def test_no_page_of_a_person_may_be_kept_by_a_cache(walked: Walked) -> None:
    stops, _ = walked
    kept = [
        stop.endpoint for stop in stops
        if stop.answer.headers.get("Cache-Control") != "no-store" or "Cookie" not in stop.answer.headers.get("Vary", "")
    ]  # fmt: skip
    assert kept == []


@pytest.mark.attack("IN-03")
def test_no_page_carries_a_script_or_a_handler_in_itself(walked: Walked) -> None:
    stops, _ = walked
    pages = [stop for stop in stops if stop.answer.mimetype == "text/html"]
    assert len(pages) > 130
    assert {stop.endpoint: found for stop in pages if (found := filling.handlers_of(stop.answer.text))} == {}


@pytest.mark.attack("IN-06")
def test_sql_in_any_parameter_is_only_text(walked: Walked, demo: Flask) -> None:
    stops, _ = walked
    names = ("sort", "order", "q", "state", "after", "before", "page", "tag", "with", "requisition", "action", "level")
    sent = ("1' OR '1'='1", "1; DROP TABLE person--", "name) UNION SELECT password_hash FROM person--", '%27%00"')
    seen, statements = [], []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = demo.extensions["plumbline.engine"]
    event.listen(engine, "before_cursor_execute", note)
    listing = [stop for stop in stops if stop.answer.mimetype in {"text/html", "text/csv"} and "?" not in stop.path]
    for number, stop in enumerate(listing):
        text = sent[number % len(sent)]
        answer = stop.browser.get(stop.path, query_string=dict.fromkeys(names, text))
        # Other tests of the session have filled in forms of this demo meanwhile: a page may be over, never broken.
        if answer.status_code not in {200, 303, 400, 403, 404, 409, 410, 422, 429} or "argon2" in answer.text:
            seen.append(f"{stop.path}: {answer.status_code}")
    event.remove(engine, "before_cursor_execute", note)
    assert seen == []
    assert not [one for one in statements if "DROP TABLE" in one or "UNION SELECT password_hash" in one]
