"""The server is killed in the middle of submits: what it acknowledged is there, whole, and only once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from app.models.engine import reading
from app.queries.audit import Sound, verify
from tests.faults import company
from tests.faults.serving import Load, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database
    from tests.faulting import Breaking
    from tests.faults.serving import Warm

CLIENTS = 8
_ACTS = 40
"""Acts of each client until new people are hired."""
_BY_COMMAND = 25
"""Every so many kills the program that is killed was started by its own command, and not from a warm process."""


@pytest.mark.fault("F1", seconds=220)
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    durable: Database, warm: Warm, tmp_path: Path, breaking: Breaking
) -> None:
    people = list[company.Somebody]()
    ledger, kind = company.Ledger(), durable.engine.dialect.name
    kills = recovered = 0
    breaking.look = partial(company.complaints, durable.engine, ledger)
    for number in breaking.rounds(2, 100):
        if number % (_ACTS // 4) == 0:
            working = company.hire(durable.engine, CLIENTS, breaking.times(10, _ACTS))
            people += working
        start = serving if breaking.often and number % _BY_COMMAND == 0 else warm.serving
        with start(durable.url, tmp_path) as server, ThreadPoolExecutor(CLIENTS) as pool:
            load = Load(server, ledger, enough=CLIENTS)
            workers = [pool.submit(load.run, person) for person in working]
            recovered += load.reached.wait(60)
            time.sleep(breaking.random.uniform(0, 0.25))
            server.kill()
            for worker in workers:
                worker.result(60)
        kills += 1
        assert load.refused == []
    seen = company.judge(durable.engine, ledger)
    breaking.count(kills, kills - recovered, f"the program was killed on {kind}, started again and answered")
    breaking.count(len(ledger.acknowledged), seen.failures, f"acts acknowledged before a kill on {kind}")
    assert recovered == kills
    assert seen == company.Verdict(0, 0, 0)
    again = _send_again(durable, warm, tmp_path, people, ledger)
    breaking.count(len(again), sum(status != 303 for status in again), f"acts without an answer, sent again on {kind}")
    assert set(again) <= {303}
    assert company.judge(durable.engine, ledger) == company.Verdict(0, 0, 0)
    with reading(durable.engine) as session:
        assert isinstance(verify(session), Sound)


def _send_again(
    durable: Database, warm: Warm, folder: Path, people: list[company.Somebody], ledger: company.Ledger
) -> list[int]:
    """What the acts that had no answer are answered when they are sent once more."""
    waiting = [(person, act) for person in people for act in person.acts if act in ledger.unknown]
    with warm.serving(durable.url, folder) as server:
        answers = [server.do(person, act) for person, act in waiting]
    ledger.acknowledged |= {act for (_, act), status in zip(waiting, answers, strict=True) if status == 303}
    return answers
