"""Two devices write on one scorecard, now and then one of them offline: nobody wins in silence, no word is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.card import from_json
from app.models.engine import reading
from app.models.scorecard import ScorecardRow
from app.settings import Environment, Settings
from tests import programs
from tests.faults import company
from tests.web.browser import Browser
from tests.web.conftest import SECRET

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from tests.databases import Database
    from tests.faulting import Breaking


@pytest.mark.fault("F27", seconds=10)
def test_no_device_overwrites_what_it_has_not_seen(database: Database, tmp_path: Path, breaking: Breaking) -> None:
    person = company.hire(database.engine, 2, breaking.times(2, 20))[0]
    settings = Settings(env=Environment.DEMO, instance=tmp_path, database_url=database.url, secret_key=SECRET)
    program = programs.built(settings, database)
    devices = [Browser(program), Browser(program)]
    for device in devices:
        device.sign_in(person.person_id)
    wrong, tries = breaking.wrong, 0
    for act in person.acts:
        stored, version = "", 1
        seen = {0: version, 1: version}
        for step in range(10):
            number = breaking.random.randrange(2)
            if breaking.random.random() < 0.4:
                seen[number] = version  # this device is online, and looks at the page again
            text = f"Device {number} wrote this as its step {step}."
            sent = {"version": str(seen[number]), "summary": text}
            answer = devices[number].post(f"/scorecards/{act.subject}/draft", sent)
            tries += 1
            if seen[number] == version:
                stored, version = text, version + 1
                seen[number] = version
                wrong += [] if answer.status_code == 303 else [f"refused though it had seen all: {answer.status_code}"]
            elif answer.status_code != 409 or text not in answer.text or stored not in answer.text:
                wrong.append(f"not both texts: {answer.status_code}")
            if _kept(database, act.subject) != (stored, version):
                wrong.append(f"another text is kept after step {step}")
    breaking.count(tries, len(wrong), f"saves from two devices on {database.engine.dialect.name}")
    assert wrong == []


def _kept(database: Database, card_id: UUID) -> tuple[str, int]:
    with reading(database.engine) as session:
        card = session.get_one(ScorecardRow, card_id)
        return (from_json(card.draft).summary if card.draft else ""), card.version
