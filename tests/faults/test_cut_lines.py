"""The line to the database breaks in the middle of a transaction: nothing is half done, and sending again is safe."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from app.models.engine import make_engine
from app.settings import Environment, Settings
from tests import programs
from tests.databases import Database
from tests.faults import company
from tests.faults.relay import Cut, relaying
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.faulting import Breaking
    from tests.faults.conftest import Cluster

BREAKS = (Cut.DURING, Cut.BEFORE, Cut.AFTER)


@pytest.mark.fault("F5", seconds=40)
@pytest.mark.parametrize("durable", ["postgresql"], indirect=True)
def test_an_act_whose_line_was_cut_is_done_once(
    cluster: Cluster, durable: Database, tmp_path: Path, breaking: Breaking
) -> None:
    people = company.hire(durable.engine, 3, breaking.times(3, 100))
    ledger = company.Ledger()
    cuts, first, wrong = 0, list[int](), breaking.wrong
    breaking.look = partial(company.complaints, durable.engine, ledger)
    with relaying(cluster.folder) as (relay, folder):
        url = durable.url.replace(str(cluster.folder), folder)
        program = programs.built(
            Settings(env=Environment.DEMO, instance=tmp_path, database_url=url, secret_key=SECRET),
            Database(url, make_engine(url)),
        )
        for _, (somebody, act) in zip(breaking.rounds(9, 300), _turns(program, people), strict=False):
            relay.cut = breaking.random.choice(BREAKS)
            tried = somebody.post(act.path, act.fields)
            assert relay.cut is Cut.NEVER, "the line was not cut"
            cuts += 1
            first.append(tried.status_code)
            again = somebody.post(act.path, act.fields)
            if again.status_code != 303:
                wrong.append(f"{act}: {tried.status_code}, then {again.status_code}")
            ledger.acknowledged.add(act)
        pool = program.extensions["plumbline.engine"].pool
        assert pool.checkedout() == 0
        program.extensions["plumbline.engine"].dispose()
    seen = company.judge(durable.engine, ledger)
    breaking.count(cuts, seen.failures + len(wrong), "lines cut during, before and after COMMIT, each act sent again")
    assert wrong == []
    assert seen == company.Verdict(0, 0, 0)
    assert set(first) == {503}


def _turns(program: Flask, people: list[company.Somebody]) -> Iterator[tuple[Browser, company.Act]]:
    """Everybody's acts in their order, in turn."""
    browsers = [Browser(program) for _ in people]
    for browser, person in zip(browsers, people, strict=True):
        browser.sign_in(person.person_id)
        assert browser.token, "read from a form while the line holds"
    for turn in zip(*(person.acts for person in people), strict=False):
        yield from zip(browsers, turn, strict=True)
