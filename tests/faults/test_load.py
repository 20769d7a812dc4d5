"""A while of mixed work: no page fails, and memory, open files and the write-ahead log stay as they were."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.faults import company
from tests.faults.serving import Load, Server

if TYPE_CHECKING:
    from tests.databases import Database
    from tests.faulting import Breaking
    from tests.faults.serving import Warm

CLIENTS = 8
PAGES = ("/", "/account", "/requisitions", "/applications", "/blueprints", "/inbox", "/nowhere")
LOG_LIMIT = 64_000_000
MEMORY_LIMIT = 30_000_000
"""Bytes that a process may have grown by after it was warm."""


@pytest.mark.fault("F20", seconds=90)
@pytest.mark.parametrize("durable", ["sqlite"], indirect=True)
def test_work_leaves_nothing_open(durable: Database, warm: Warm, tmp_path: Path, breaking: Breaking) -> None:
    people = company.hire(durable.engine, breaking.times(3, CLIENTS), breaking.times(4, 200))
    ledger = company.Ledger()
    with warm.serving(durable.url, tmp_path) as server, ThreadPoolExecutor(2 * CLIENTS) as pool:
        early = Load(server, ledger, enough=1)
        for person in people:
            early.run(company.Somebody(person.person_id, person.cookie, person.acts[:1]))
        # A third of the time is for what every process keeps once it has met each page and statement.
        third = breaking.times(0.1, breaking.left / 3)
        statuses = list(pool.map(lambda person: _look(server, person, third), people))
        before = _held(server)
        load = Load(server, ledger, enough=1)
        breaking.look = lambda: [f"{act.kind}: {status}" for act, status in load.refused]
        end = 2 * third
        acts = [pool.submit(load.run, person) for person in people]
        statuses += list(pool.map(lambda person: _look(server, person, end), people))
        load.stop.set()
        for act in acts:
            act.result(60)
        after = _held(server)
    log = Path(f"{durable.engine.url.database}-wal")
    failed = sum(status >= 500 for seen in statuses for status in seen) + len(load.refused)
    grown = max(0, after[0] - before[0])
    leaked = max(0, after[1] - before[1] - CLIENTS)
    asked = sum(map(len, statuses)) + len(ledger.acknowledged)
    breaking.count(asked, failed, "pages and forms of eight clients, answers of 500 and above")
    breaking.count(
        1,
        int(grown > MEMORY_LIMIT),
        f"growth in {end / 60:.1f} minutes: memory {grown / 1e6:.1f} MB, open files {leaked}",
    )
    assert failed == 0
    assert leaked == 0
    assert grown <= MEMORY_LIMIT
    assert not log.exists() or log.stat().st_size < LOG_LIMIT


def _look(server: Server, person: company.Somebody, seconds: float) -> list[int]:
    """Open one page after the other for a while."""
    end, statuses = time.monotonic() + seconds, list[int]()
    while time.monotonic() < end:
        statuses += [server.send(person, "GET", path)[0] for path in PAGES]
    return statuses


def _held(server: Server) -> tuple[int, int]:
    """Memory in bytes and open files of the program and all that it started."""
    every = server.family()
    return sum(one.memory_info().rss for one in every), sum(one.num_fds() for one in every)
