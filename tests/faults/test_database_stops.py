"""PostgreSQL stops at once under load and comes back: nothing acknowledged is lost, the program goes on by itself."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from app.models.engine import reading
from app.queries.audit import Sound, verify
from tests.faults import company
from tests.faults.serving import Load, Server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Database
    from tests.faulting import Breaking
    from tests.faults.conftest import Cluster
    from tests.faults.serving import Warm

CLIENTS = 4
REFUSALS = {503}


@pytest.mark.fault("F2", seconds=100)
@pytest.mark.parametrize("durable", ["postgresql"], indirect=True)
def test_the_database_may_stop_under_load(
    cluster: Cluster, durable: Database, warm: Warm, tmp_path: Path, breaking: Breaking
) -> None:
    ledger, statuses, stops = company.Ledger(), set[int](), 0
    breaking.look = partial(company.complaints, durable.engine, ledger)
    everybody = people = company.hire(durable.engine, CLIENTS, breaking.times(10, 60))
    with warm.serving(durable.url, tmp_path, PLUMBLINE_WORKERS="2") as server:
        for number in breaking.rounds(1, 20):
            if number and number % 4 == 0:
                people = company.hire(durable.engine, CLIENTS, 60)
                everybody = [*everybody, *people]
            durable.engine.dispose()
            statuses |= _stopped(cluster, server, people, ledger, breaking.random.uniform(0, 0.2))
            statuses.add(_page(server, people[0]))
            cluster.start()
            stops += 1
            assert _page(server, people[0]) == 200, "the first page after the database is back"
        waiting = [(person, act) for person in everybody for act in person.acts if act in ledger.unknown]
        again = [server.do(person, act) for person, act in waiting]
    ledger.acknowledged |= {act for (_, act), status in zip(waiting, again, strict=True) if status == 303}
    seen = company.judge(durable.engine, ledger)
    refused = sum(status != 303 for status in again)
    breaking.count(stops, 0, "PostgreSQL stopped at once under load, and the next page after its start answered")
    breaking.count(len(ledger.acknowledged), seen.failures + refused, "acts acknowledged around such stops")
    assert refused == 0
    assert statuses <= REFUSALS
    assert seen == company.Verdict(0, 0, 0)
    with reading(durable.engine) as session:
        assert isinstance(verify(session), Sound)


def _stopped(
    cluster: Cluster, server: Server, people: list[company.Somebody], ledger: company.Ledger, after: float
) -> set[int]:
    """Stop the database so many seconds after everybody got going; what whoever met that was answered."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        load = Load(server, ledger, enough=CLIENTS)
        workers = [pool.submit(load.run, person) for person in people]
        assert load.reached.wait(60)
        time.sleep(after)
        cluster.stop()
        load.stop.set()
        for worker in workers:
            worker.result(60)
    return {status for _, status in load.refused}


def _page(server: Server, person: company.Somebody) -> int:
    return server.send(person, "GET", "/account")[0]
