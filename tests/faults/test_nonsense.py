"""Nonsense in every form and every address: whatever comes in, the program has an answer and no fault of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.models.engine import reading
from app.models.person import Person
from tests.faults import nonsense
from tests.web.browser import Browser

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Flask

    from tests.faulting import Breaking
    from tests.faults.conftest import Filled

_NAMES = ("q", "page", "sort", "order", "as", "paper", "then", "done", "from", "to", "part", "before", "days", "zone")


@pytest.mark.fault("F17", seconds=60)
def test_no_form_breaks_on_nonsense(filled: Filled, breaking: Breaking) -> None:
    people = _people(filled.program)
    breaking.random.shuffle(people)
    broken, tries = breaking.wrong, 0
    for number in breaking.rounds(2, len(people)):
        browser = Browser(filled.program)
        browser.sign_in(people[number])
        forms = nonsense.drawn_for(browser, most=breaking.times(12, nonsense.MOST_PAGES))
        for form in forms.values():
            if tries and breaking.over:
                break
            for _ in range(breaking.times(2, 12)):
                sent = nonsense.spoiled(form, breaking.random, browser.token)
                answer = browser.client.post(form.path, data=sent)
                tries += 1
                if answer.status_code >= 500:
                    broken.append(f"{answer.status_code} POST {form.path} {str(sent)[:900]}")
                if answer.status_code == 302:
                    browser.sign_in(people[number])
    breaking.count(tries, len(broken), "forms of the demo with nonsense in them, answers of 500 and above")
    assert broken == []
    assert tries


@pytest.mark.fault("F17", seconds=20)
def test_no_address_breaks_on_nonsense(filled: Filled, breaking: Breaking) -> None:
    paths = [rule.rule for rule in filled.program.url_map.iter_rules() if "GET" in (rule.methods or ())]
    plain = [path for path in paths if "<" not in path]
    browser = Browser(filled.program)
    browser.sign_in(_people(filled.program)[0])
    queries = nonsense.spoiled_queries(breaking.random, _NAMES)
    broken, tries = breaking.wrong, 0
    for _ in breaking.rounds(40, 3000):
        path = breaking.random.choice(plain)
        address = f"{path}?{next(queries)}"
        status = browser.get(address).status_code
        tries += 1
        if status >= 500:
            broken.append(f"{status} GET {address[:600]}")
    breaking.count(tries, len(broken), "addresses with nonsense behind them, answers of 500 and above")
    assert broken == []


def _people(program: Flask) -> list[UUID]:
    with reading(program.extensions["plumbline.engine"]) as session:
        return list(session.scalars(select(Person.id).order_by(Person.email)))
