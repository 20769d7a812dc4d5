"""A database that is locked for long: who writes is told so before the lock is gone, and everybody else goes on."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import text

from app.models.engine import make_engine, writing
from app.settings import Environment, Settings
from tests import programs
from tests.faults import company
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.pool import QueuePool

    from tests.databases import Database
    from tests.faulting import Breaking

TABLES = {company.Kind.SEAL: "revision", company.Kind.VOTE: "vote", company.Kind.DECIDE: "decision"}


@pytest.mark.fault("F6", seconds=25)
def test_a_write_to_a_locked_table_is_refused_while_the_lock_still_holds(
    database: Database, tmp_path: Path, breaking: Breaking
) -> None:
    people = company.hire(database.engine, 1, 6)
    settings = Settings(env=Environment.DEMO, instance=tmp_path, database_url=database.url, secret_key=SECRET)
    program = programs.built(settings, database)
    browser = Browser(program)
    browser.sign_in(people[0].person_id)
    assert browser.token
    ledger, wrong, tries = company.Ledger(), breaking.wrong, 0
    breaking.look = partial(company.complaints, database.engine, ledger)
    for act in people[0].acts[: breaking.times(1, 6)]:
        with _locked(database, act):
            # Whatever is answered here is answered while the lock holds: nothing below takes it away.
            other = browser.get("/account").status_code
            refused = browser.post(act.path, act.fields)
        tries += 1
        told = refused.status_code == 503 and "Nothing was lost" in refused.text and refused.headers["Retry-After"]
        if other != 200 or not told or browser.post(act.path, act.fields).status_code != 303:
            wrong.append(f"{act.kind}: {other}, {refused.status_code}")
        ledger.acknowledged.add(act)
    seen = company.judge(database.engine, ledger)
    kind = database.engine.dialect.name
    breaking.count(tries, len(wrong) + seen.failures, f"writes to a table that stayed locked on {kind}")
    assert wrong == []
    assert seen == company.Verdict(0, 0, 0)
    assert cast("QueuePool", database.engine.pool).checkedout() == 0


@contextmanager
def _locked(database: Database, act: company.Act) -> Iterator[None]:
    """Another connection that keeps everybody else from the table that an act writes, or from writing at all."""
    engine = make_engine(database.url)
    with writing(engine) as session:
        if not database.is_sqlite:
            session.execute(text(f"LOCK TABLE {TABLES[act.kind]} IN EXCLUSIVE MODE"))
        yield
    engine.dispose()
