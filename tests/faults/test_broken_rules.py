"""A rule of the permission map, a reader of facts or a projection breaks: nothing opens that was closed before."""

from __future__ import annotations

import importlib
import inspect
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.models.engine import reading
from app.models.person import Person
from tests.faults import nonsense
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FunctionType

    from tests.faulting import Breaking
    from tests.faults.conftest import Filled

MODULES = (
    "app.domain.access", "app.domain.permission", "app.domain.permit", "app.domain.predicates",
    "app.domain.growth_predicates", "app.domain.visibility", "app.domain.blind", "app.domain.sealed",
    "app.domain.unnamed", "app.domain.reveal", "app.domain.redaction", "app.models.facts", "app.models.visibility",
    "app.models.standing", "app.models.plan_facts", "app.models.assessment_facts", "app.models.promotion_facts",
    "app.models.calibration_facts", "app.models.evidence_facts", "app.models.case_grading_facts",
    "app.models.impact_facts", "app.models.cycle_facts", "app.services.independence",
)  # fmt: skip
_UNSTEADY = re.compile(r'(?:csrf_token|intent|nonce)[^>]*>|nonce="[^"]*"|value="[0-9a-f]{32}"')
"""What is drawn anew with every page."""


def _broken(*_given: object, **_named: object) -> None:
    message = "broken on purpose"
    raise RuntimeError(message)


@contextmanager
def breaking_function(function: FunctionType) -> Iterator[None]:
    """Let a function fail wherever it is used, also where it was put into a table before."""
    kept = function.__code__
    function.__code__ = _broken.__code__
    try:
        yield
    finally:
        function.__code__ = kept


def rules() -> list[FunctionType]:
    """Every function of the modules that decide who sees what; those that close over something cannot be exchanged."""
    found = []
    for name in MODULES:
        module = importlib.import_module(name)
        for _, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == name and not function.__code__.co_freevars:
                found.append(function)
    return found


@pytest.mark.fault("F28", seconds=50)
def test_what_is_closed_stays_closed_when_a_rule_breaks(filled: Filled, breaking: Breaking) -> None:
    tabs = _tabs(filled, breaking)
    functions = rules()
    breaking.random.shuffle(functions)
    opened, bitten, tries = breaking.wrong, 0, 0
    for number in breaking.rounds(10, len(functions)):
        function = functions[number]
        for browser, path, healthy in breaking.random.sample(tabs, breaking.times(5, 20)):
            with breaking_function(function):
                answer = browser.get(path)
            tries += 1
            bitten += answer.status_code != 200
            if answer.status_code == 200 and not _lines(answer.text) <= healthy:
                # A page of what happened last goes on by itself: what it says now, with the rule whole, is allowed too.
                if not _lines(answer.text) <= healthy | _lines(browser.get(path).text):
                    opened.append(f"{function.__module__}.{function.__qualname__} opens something on {path}")
            elif answer.status_code >= 400 and not _empty(answer.text, healthy):
                opened.append(f"{function.__module__}.{function.__qualname__}: the refusal of {path} tells")
    breaking.count(tries, len(opened), "pages with a rule, a reader of facts or a projection that fails")
    assert opened == []
    assert bitten, "no page noticed"


def _tabs(filled: Filled, breaking: Breaking) -> list[tuple[Browser, str, frozenset[str]]]:
    """Pages that people can open, each with whose it is and what it says while everything is well."""
    with reading(filled.database.engine) as session:
        people = list(session.scalars(select(Person.id).order_by(Person.email)))
    found: list[tuple[Browser, str, frozenset[str]]] = []
    for person_id in breaking.random.sample(people, breaking.times(2, 8)):
        browser = Browser(filled.program)
        browser.sign_in(person_id)
        paths = nonsense.pages_for(browser, most=breaking.times(10, 80))
        found += [(browser, path, _lines(browser.get(path).text)) for path in paths]
    return found


def _lines(text: str) -> frozenset[str]:
    return frozenset(line.strip() for line in _UNSTEADY.sub("", text).splitlines())


def _empty(refusal: str, healthy: frozenset[str]) -> bool:
    """Whether a refusal says nothing of what the page would have said, besides the frame of every page."""
    body = refusal.partition("<main")[2].partition("</main>")[0]
    told = {line for line in _lines(body) if len(re.sub(r"<[^>]*>", "", line)) > 0}
    return not told & {line for line in healthy if len(re.sub(r"<[^>]*>", "", line)) > 25}
