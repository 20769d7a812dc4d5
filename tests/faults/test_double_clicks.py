"""The same form sent many times at once, as by impatient clicks, counts once and is answered alike each time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from app.settings import Environment, Settings
from app.web.sessions import cookie_name
from tests import programs
from tests.faults import company
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.databases import Database
    from tests.faulting import Breaking

AT_ONCE = 20


@pytest.mark.fault("F8", seconds=30)
def test_a_form_sent_twenty_times_at_once_counts_once(database: Database, tmp_path: Path, breaking: Breaking) -> None:
    people = company.hire(database.engine, 3, breaking.times(2, 16))
    settings = Settings(env=Environment.DEMO, instance=tmp_path, database_url=database.url, secret_key=SECRET)
    program = programs.built(settings, database)
    ledger, unlike, sent = company.Ledger(), breaking.wrong, 0
    breaking.look = partial(company.complaints, database.engine, ledger)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for person in people:
            tabs = _tabs(program, person)
            for act in person.acts:
                if sent and breaking.over:
                    break
                answers = _at_once(pool, tabs, act)
                sent += len(answers)
                if set(answers) != {answers[0]} or answers[0][0] != 303:
                    unlike.append(f"{act.kind}: {sorted(set(answers))}")
                ledger.acknowledged.add(act)
    seen = company.judge(database.engine, ledger)
    kind = database.engine.dialect.name
    breaking.count(sent, seen.failures + len(unlike), f"forms sent {AT_ONCE} times at once on {kind}")
    assert unlike == []
    assert seen == company.Verdict(0, 0, 0)


def _tabs(program: Flask, person: company.Somebody) -> list[Browser]:
    """Tabs of one browser: they share its session."""
    first = Browser(program)
    first.sign_in(person.person_id)
    name = cookie_name(program)
    cookie = first.client.get_cookie(name)
    assert cookie is not None
    tabs = [first]
    for _ in range(AT_ONCE - 1):
        tab = Browser(program)
        tab.client.set_cookie(name, cookie.value, path="/")
        assert tab.token, "drawn before anybody clicks"
        tabs.append(tab)
    return tabs


def _at_once(pool: ThreadPoolExecutor, tabs: list[Browser], act: company.Act) -> list[tuple[int, str]]:
    start = Barrier(len(tabs))

    def send(tab: Browser) -> tuple[int, str]:
        start.wait(30)
        answer = tab.post(act.path, act.fields)
        return answer.status_code, str(answer.location)

    return list(pool.map(send, tabs))
